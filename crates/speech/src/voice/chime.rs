//! The chimes, computed instead of read from files.

use std::f32::consts::TAU;

/// Peak of a chime: well below speech, so that nobody is startled.
const LEVEL: f32 = 0.25;

/// A pitch in hertz, and the time to the next note in milliseconds.
type Note = (f32, u32);

/// Listening: a fifth upwards. Mono samples in -1..1 at `rate` hertz.
#[must_use]
pub fn listening(rate: u32) -> Vec<f32> {
    melody(&[(698.5, 70), (1046.5, 150)], rate)
}

/// End of the command: the same fifth downwards.
#[must_use]
pub fn heard(rate: u32) -> Vec<f32> {
    melody(&[(1046.5, 70), (698.5, 150)], rate)
}

/// Understanding takes a moment: one soft note, three times.
#[must_use]
pub fn moment(rate: u32) -> Vec<f32> {
    melody(&[(523.3, 130); 3], rate)
}

/// A ring: three rising notes, twice.
#[must_use]
pub fn ring(rate: u32) -> Vec<f32> {
    let notes = [(784.0, 120), (987.8, 120), (1174.7, 300)];
    let pause = vec![0.0; (rate / 10) as usize];
    [melody(&notes, rate), pause, melody(&notes, rate)].concat()
}

/// A failure: two low notes.
#[must_use]
pub fn failed(rate: u32) -> Vec<f32> {
    melody(&[(329.6, 130), (261.6, 220)], rate)
}

fn melody(notes: &[Note], rate: u32) -> Vec<f32> {
    notes
        .iter()
        .flat_map(|&(pitch, ms)| note(pitch, (rate * ms / 1000) as usize, rate))
        .collect()
}

/// A struck note: an attack of 4 ms, a decay, silence at both ends.
#[expect(
    clippy::cast_precision_loss,
    reason = "a note has a few thousand samples"
)]
fn note(pitch: f32, samples: usize, rate: u32) -> Vec<f32> {
    let attack = rate as f32 * 0.004;
    (0..samples)
        .map(|i| {
            let phase = TAU * pitch * i as f32 / rate as f32;
            let rise = (i as f32 / attack).min(1.0);
            let left = 1.0 - i as f32 / samples as f32;
            let wave = 0.8 * phase.sin() + 0.2 * (2.0 * phase).sin();
            LEVEL * rise * left * left * wave
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{failed, heard, listening, moment, ring};

    #[test]
    fn chimes_are_short_soft_and_end_in_silence() {
        for rate in [16_000, 22_050, 48_000] {
            for chime in [listening(rate), heard(rate), moment(rate), failed(rate)] {
                let peak = chime.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
                assert!((0.1..0.3).contains(&peak), "peak {peak}");
                assert!(chime.len() < rate as usize / 2);
                assert!(ring(rate).len() < 3 * rate as usize / 2);
                for edge in [chime[0], chime[chime.len() - 1]] {
                    assert!(edge.abs() < 0.001, "a click of {edge}");
                }
            }
        }
    }
}
