//! A voice for tests: one tone per clause, as long as the clause.

use std::f32::consts::TAU;

use super::{Synthesizer, VoiceError, clause};

/// Samples of tone per character: 50 ms.
const SAMPLES_A_CHAR: usize = RATE as usize / 20;

const RATE: u32 = 16_000;

/// A tone of 440 Hz.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tone;

impl Synthesizer for Tone {
    fn sample_rate(&self) -> u32 {
        RATE
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a clause has some thousand samples"
    )]
    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError> {
        for clause in clause::split(text) {
            let samples = clause.text.chars().count() * SAMPLES_A_CHAR;
            let hum = (0..samples).map(|i| 0.3 * (TAU * 440.0 * i as f32 / RATE as f32).sin());
            if !sink(hum.collect()) {
                break;
            }
        }
        Ok(())
    }
}
