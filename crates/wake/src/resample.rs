//! Changes the rate of a recording: from a voice's rate to 16 kHz, or pitch and speed
//! together.

/// Zero crossings of the filter on each side.
const REACH: usize = 12;

/// Points of the filter's table between two zero crossings.
const POINTS: usize = 64;

/// `samples` with one sample for each `step` of the old ones: 1.5 makes 16 kHz of 24 kHz;
/// above 1 without changing the rate, a higher and faster voice.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a recording has fewer than 2^31 samples"
)]
pub fn resample(samples: &[f32], step: f64) -> Vec<f32> {
    let table = filter();
    // The highest frequency that is left, as a part of the old one.
    let band = (1.0 / step).min(1.0) as f32;
    let reach = (REACH as f32 / band).ceil() as isize;
    let count = (samples.len() as f64 / step).floor() as usize;
    (0..count)
        .map(|number| {
            let place = number as f64 * step;
            let nearest = place.floor() as isize;
            let offset = (place - place.floor()) as f32;
            let mut sum = 0.0;
            for distance in 1 - reach..=reach {
                let at = nearest + distance;
                let Some(sample) = usize::try_from(at).ok().and_then(|at| samples.get(at)) else {
                    continue;
                };
                let away = (distance as f32 - offset).abs() * band;
                let point = (away * POINTS as f32) as usize;
                sum += sample * table.get(point).copied().unwrap_or(0.0);
            }
            sum * band
        })
        .collect()
}

/// A sinc under a Hann window, from its middle.
#[expect(clippy::cast_precision_loss, reason = "hundreds")]
fn filter() -> Vec<f32> {
    (0..REACH * POINTS)
        .map(|point| {
            let x = point as f32 / POINTS as f32;
            let phase = std::f32::consts::PI * x;
            let window = 0.5 + 0.5 * (phase / REACH as f32).cos();
            let sinc = if point == 0 { 1.0 } else { phase.sin() / phase };
            window * sinc
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, rate: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * hertz / rate;
        (0..u16::MAX)
            .take_while(|n| f32::from(*n) < rate)
            .map(|n| (step * f32::from(n)).sin())
            .collect()
    }

    #[test]
    fn a_tone_keeps_its_frequency_and_what_cannot_be_kept_is_gone() {
        let out = resample(&tone(440.0, 24_000.0), 1.5);
        let expected = tone(440.0, 16_000.0);
        assert_eq!(out.len(), expected.len());
        for (got, want) in out.iter().zip(&expected).skip(50).take(15_900) {
            assert!((got - want).abs() < 0.03, "{got} {want}");
        }
        let loudest = |samples: &[f32]| samples.iter().fold(0.0_f32, |m, s| m.max(s.abs()));
        let high = resample(&tone(11_000.0, 24_000.0), 1.5);
        assert!(loudest(&high[100..15_900]) < 0.05);
        assert!(resample(&[], 1.5).is_empty());
    }
}
