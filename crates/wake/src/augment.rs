//! Varies synthetic speech as rooms, microphones and distances vary real speech: 16 kHz
//! samples in and out, every choice from a seed.
//!
//! Nothing is recorded: rooms are reflections and combs (Schroeder's reverberator),
//! noise is drawn, so that a training needs no data beside the voices.

use crate::Rng;

/// Samples of a second.
const RATE: f32 = 16_000.0;

/// Silence is not amplified.
const QUIET: f32 = 1e-6;

/// Speech as one microphone might hear it: the room, its noise, what the microphone and
/// its converter make of it, at some level.
#[must_use]
pub fn distort(speech: &[f32], rng: &mut Rng) -> Vec<f32> {
    let mut sound = speech.to_vec();
    if rng.chance(0.6) {
        sound = room(&sound, rng);
    }
    if rng.chance(0.5) {
        tilt(&mut sound, rng);
    }
    // Kitchens and televisions are louder than one would think.
    let ratio_db = if rng.chance(0.7) {
        rng.between(3.0, 30.0)
    } else {
        rng.between(30.0, 50.0)
    };
    add_noise(&mut sound, ratio_db, rng);
    if rng.chance(0.1) {
        telephone(&mut sound);
    }
    level(&mut sound, rng);
    sound
}

/// Noise without speech, for `seconds`.
#[must_use]
pub fn background(seconds: f32, rng: &mut Rng) -> Vec<f32> {
    let mut sound = noise(samples(seconds), rng);
    if rng.chance(0.5) {
        let other = noise(sound.len(), rng);
        let share = rng.between(0.1, 1.0);
        sound
            .iter_mut()
            .zip(other)
            .for_each(|(a, b)| *a += share * b);
    }
    level(&mut sound, rng);
    sound
}

/// The samples from the first to the last that is louder than 1/50 of the peak.
#[must_use]
pub fn trimmed(sound: &[f32]) -> &[f32] {
    let limit = peak(sound) / 50.0;
    let is_loud = |sample: &f32| limit < sample.abs();
    let first = sound.iter().position(is_loud);
    let last = sound.iter().rposition(is_loud);
    match (first, last) {
        (Some(first), Some(last)) => &sound[first..=last],
        _ => &[],
    }
}

fn peak(sound: &[f32]) -> f32 {
    sound
        .iter()
        .fold(0.0, |peak, sample| sample.abs().max(peak))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few seconds"
)]
fn samples(seconds: f32) -> usize {
    (seconds * RATE) as usize
}

/// The largest mean power of any 128 ms: that of the speech, not of its pauses.
#[expect(clippy::cast_precision_loss, reason = "2048")]
fn power(sound: &[f32]) -> f32 {
    let of = |frame: &[f32]| frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32;
    sound.chunks(2048).map(of).fold(0.0, f32::max)
}

/// Early reflections, then four combs, each with a loss of treble.
fn room(dry: &[f32], rng: &mut Rng) -> Vec<f32> {
    let decay_s = rng.between(0.12, 0.8);
    let mut wet = vec![0.0; dry.len()];
    for _ in 0..8 {
        let delay = samples(rng.between(0.002, 0.045));
        let gain = rng.between(0.2, 0.8) * if rng.chance(0.5) { 1.0 } else { -1.0 };
        for (out, sample) in wet.iter_mut().skip(delay).zip(dry) {
            *out += gain * sample;
        }
    }
    let mut tail = vec![0.0; dry.len()];
    for _ in 0..4 {
        let line_s = rng.between(0.023, 0.047);
        // So that the sound has lost 60 dB after `decay_s`.
        let feedback = 10_f32.powf(-3.0 * line_s / decay_s);
        comb(
            &wet,
            &mut tail,
            samples(line_s).max(1),
            feedback,
            rng.between(0.1, 0.5),
        );
    }
    let share = rng.between(0.1, 0.6);
    let scale = (power(dry) / (power(&tail) + QUIET)).sqrt();
    let mixed = dry.iter().zip(&tail);
    mixed
        .map(|(dry, tail)| (1.0 - share) * dry + share * scale * tail)
        .collect()
}

fn comb(input: &[f32], sum: &mut [f32], delay: usize, feedback: f32, loss: f32) {
    let mut line = vec![0.0; delay];
    let mut low = 0.0;
    for (n, sample) in input.iter().enumerate() {
        let place = n % delay;
        let late = line[place];
        low = (1.0 - loss) * late + loss * low;
        line[place] = sample + feedback * low;
        sum[n] += late;
    }
}

/// A microphone without bass or without treble.
fn tilt(sound: &mut [f32], rng: &mut Rng) {
    if rng.chance(0.5) {
        high_pass(sound, rng.between(60.0, 500.0));
    }
    if rng.chance(0.5) {
        low_pass(sound, rng.between(2_000.0, 7_000.0));
    }
}

/// One pole: 6 dB an octave.
fn low_pass(sound: &mut [f32], hertz: f32) {
    let share = 1.0 - (-std::f32::consts::TAU * hertz / RATE).exp();
    let mut low = 0.0;
    for sample in sound {
        low += share * (*sample - low);
        *sample = low;
    }
}

fn high_pass(sound: &mut [f32], hertz: f32) {
    let share = 1.0 - (-std::f32::consts::TAU * hertz / RATE).exp();
    let mut low = 0.0;
    for sample in sound {
        low += share * (*sample - low);
        *sample -= low;
    }
}

/// The band of a telephone and 8 bits on a logarithmic scale (mu-law).
fn telephone(sound: &mut [f32]) {
    for _ in 0..2 {
        high_pass(sound, 300.0);
        low_pass(sound, 3_400.0);
    }
    let top = peak(sound).max(QUIET);
    for sample in sound {
        let x = (*sample / top).clamp(-1.0, 1.0);
        let code = ((1.0 + 255.0 * x.abs()).ln() / 256_f32.ln() * 127.0).round() / 127.0;
        *sample = top * x.signum() * (256_f32.powf(code) - 1.0) / 255.0;
    }
}

fn add_noise(sound: &mut [f32], ratio_db: f32, rng: &mut Rng) {
    let noise = noise(sound.len(), rng);
    let gain = (power(sound) / (power(&noise) + QUIET)).sqrt() * 10_f32.powf(-ratio_db / 20.0);
    // Without speech there is still a converter.
    let gain = gain.max(1e-4);
    sound
        .iter_mut()
        .zip(noise)
        .for_each(|(s, n)| *s += gain * n);
}

/// White, pink or brown noise, the hum of a machine, or the clatter of dishes; mean power
/// about one.
fn noise(count: usize, rng: &mut Rng) -> Vec<f32> {
    let mut sound: Vec<f32> = (0..count).map(|_| rng.normal()).collect();
    match rng.below(5) {
        0 => {}
        1 => pink(&mut sound),
        2 => low_pass(&mut sound, rng.between(100.0, 400.0)),
        3 => hum(&mut sound, rng),
        _ => clatter(&mut sound, rng),
    }
    let gain = 1.0 / (power(&sound).sqrt() + QUIET);
    for sample in &mut sound {
        *sample *= gain;
    }
    sound
}

/// Three poles whose sum falls by about 3 dB an octave (Paul Kellet's economy filter).
fn pink(sound: &mut [f32]) {
    let mut poles = [0.0; 3];
    for sample in sound {
        let white = *sample;
        poles[0] = 0.997_65 * poles[0] + white * 0.099_046;
        poles[1] = 0.963 * poles[1] + white * 0.296_516_4;
        poles[2] = 0.57 * poles[2] + white * 1.052_691_3;
        *sample = poles.iter().sum::<f32>() + white * 0.184_8;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds")]
fn hum(sound: &mut [f32], rng: &mut Rng) {
    let base = rng.between(48.0, 240.0);
    let partials: Vec<(f32, f32)> = (1_u8..12)
        .map(|n| (f32::from(n) * base, rng.unit() / f32::from(n)))
        .collect();
    pink(sound);
    for (n, sample) in sound.iter_mut().enumerate() {
        let time = n as f32 / RATE;
        let tones = partials
            .iter()
            .map(|(hertz, gain)| gain * (std::f32::consts::TAU * hertz * time).sin());
        *sample = 0.3 * *sample + 3.0 * tones.sum::<f32>();
    }
}

/// Dishes and doors: decaying tones at random moments over pink noise.
#[expect(clippy::cast_precision_loss, reason = "a few seconds")]
fn clatter(sound: &mut [f32], rng: &mut Rng) {
    pink(sound);
    let hits = 1 + sound.len() / samples(rng.between(0.15, 0.8)).max(1);
    for _ in 0..hits {
        let start = rng.below(sound.len());
        let (hertz, decay_s) = (rng.between(400.0, 6_000.0), rng.between(0.005, 0.08));
        let gain = rng.between(2.0, 12.0);
        let end = (start + samples(5.0 * decay_s)).min(sound.len());
        for (n, sample) in sound[start..end].iter_mut().enumerate() {
            let time = n as f32 / RATE;
            let tone = (std::f32::consts::TAU * hertz * time).sin();
            *sample += gain * tone * (-time / decay_s).exp();
        }
    }
}

/// Some peak from -30 dBFS to full scale; now and then clipped.
fn level(sound: &mut [f32], rng: &mut Rng) {
    let top = peak(sound).max(QUIET);
    let gain = 10_f32.powf(rng.between(-30.0, 0.0) / 20.0) / top;
    let gain = if rng.chance(0.05) {
        rng.between(1.0, 3.0) / top
    } else {
        gain
    };
    for sample in sound {
        *sample = (gain * *sample).clamp(-1.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone() -> Vec<f32> {
        let mut sound = vec![0.0; 16_000];
        for (n, sample) in (0_u16..).zip(&mut sound[4_000..12_000]) {
            *sample = 0.3 * (f32::from(n) * 0.2).sin();
        }
        sound
    }

    #[test]
    fn sound_stays_within_full_scale_and_keeps_its_length() {
        for seed in 0..200 {
            let rng = Rng::new(seed);
            let sound = distort(&tone(), &mut rng.clone());
            assert_eq!(sound.len(), 16_000);
            assert!(
                sound.iter().all(|s| s.is_finite() && s.abs() <= 1.0),
                "{seed}"
            );
            assert!(0.01 < peak(&sound), "{seed}");
            assert_eq!(sound, distort(&tone(), &mut rng.clone()));
        }
    }

    #[test]
    fn silence_and_nothing_stay_harmless() {
        for seed in 0..50 {
            let mut rng = Rng::new(seed);
            assert!(distort(&[], &mut rng).is_empty());
            let sound = distort(&[0.0; 3_000], &mut rng);
            assert!(sound.iter().all(|s| s.is_finite()), "{seed}");
            let sound = background(0.5, &mut rng);
            assert!(sound.iter().all(|s| s.is_finite()), "{seed}");
        }
    }

    #[test]
    fn a_clip_is_trimmed_to_what_is_loud() {
        assert_eq!(trimmed(&tone()).len(), 7_999);
        assert!(trimmed(&[0.0; 10]).is_empty() && trimmed(&[]).is_empty());
    }
}
