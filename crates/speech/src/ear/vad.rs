//! Voice activity detection with Silero VAD, frame by frame.

use std::ops::Range;

use ort::session::Session;
use ort::value::TensorRef;
use tracing::error;

use super::EarError;
use crate::onnx::init_onnx;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};
use mynah_models::Store;

/// Samples of the previous frame that the model expects before each frame at 16 kHz.
const CONTEXT: usize = 64;

/// Shape of the model's recurrent state.
const STATE: usize = 256;

/// Speech threshold for recorded commands. Lower than in the live stream: silence is
/// only trimmed here, and a soft first syllable must remain.
const MAYBE_SPEECH: f32 = 0.3;

/// Frames kept before and after the speech: 0.4 s.
const PADDING: usize = 12;

/// The detector with its state.
pub struct Vad {
    session: Session,
    /// The context, then the frame.
    input: [f32; CONTEXT + FRAME_SAMPLES],
    state: [f32; STATE],
}

impl Vad {
    /// Loads the model.
    ///
    /// # Errors
    /// When ONNX Runtime or the model is missing or damaged.
    pub fn load(store: &Store) -> Result<Self, EarError> {
        init_onnx(store)?;
        let path = store.path("silero_vad", "silero_vad.onnx");
        // One that is damaged inside may load, and then hears nothing.
        if let Err(error) = store.need_whole("silero_vad") {
            return Err(EarError::Load {
                cause: error.to_string().replace("\nhint: ", "; "),
                path,
            });
        }
        let open = || -> ort::Result<Session> {
            // One frame is 0.1 ms of work: threads would only spin.
            Session::builder()?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_inter_op_spinning(false)?
                .commit_from_file(&path)
        };
        let session = open().map_err(|error| EarError::Load {
            cause: error.to_string(),
            path,
        })?;
        Ok(Self {
            session,
            input: [0.0; CONTEXT + FRAME_SAMPLES],
            state: [0.0; STATE],
        })
    }

    /// The speech probability of `frame`, 0..1.
    pub fn hear(&mut self, frame: &AudioFrame) -> f32 {
        self.input.copy_within(FRAME_SAMPLES.., 0);
        self.input[CONTEXT..].copy_from_slice(&frame.samples);
        self.run().unwrap_or_else(|error| {
            error!("the voice detector failed: {error}");
            self.reset();
            0.0
        })
    }

    /// The range of a recording (16 kHz mono) that has speech, with a margin; `None` if
    /// there is none.
    pub fn speech(&mut self, samples: &[f32]) -> Option<Range<usize>> {
        self.reset();
        let spoken: Vec<bool> = samples
            .chunks(FRAME_SAMPLES)
            .zip(0..)
            .map(|(chunk, frame)| {
                let mut padded = [0.0; FRAME_SAMPLES];
                padded[..chunk.len()].copy_from_slice(chunk);
                let probability = self.hear(&AudioFrame {
                    start: SampleTime(frame * FRAME_SAMPLES as u64),
                    samples: padded,
                });
                MAYBE_SPEECH < probability
            })
            .collect();
        let first = spoken.iter().position(|&s| s)?.saturating_sub(PADDING);
        let last = spoken.iter().rposition(|&s| s)? + 1 + PADDING;
        Some(first * FRAME_SAMPLES..(last * FRAME_SAMPLES).min(samples.len()))
    }

    /// Resets the state, as after a gap.
    pub fn reset(&mut self) {
        self.input.fill(0.0);
        self.state.fill(0.0);
    }

    fn run(&mut self) -> ort::Result<f32> {
        let outputs = self.session.run(ort::inputs![
            "input" => TensorRef::from_array_view(([1, self.input.len()], &self.input[..]))?,
            "state" => TensorRef::from_array_view(([2_usize, 1, 128], &self.state[..]))?,
            "sr" => TensorRef::from_array_view(((), &[i64::from(SAMPLE_RATE)][..]))?,
        ])?;
        let (_, probability) = outputs["output"].try_extract_tensor::<f32>()?;
        let (_, state) = outputs["stateN"].try_extract_tensor::<f32>()?;
        let state: &[f32; STATE] = state
            .try_into()
            .map_err(|_| ort::Error::new("the model's memory has another size"))?;
        self.state = *state;
        Ok(probability.first().copied().unwrap_or(0.0))
    }
}
