//! Is somebody speaking? Silero VAD, frame by frame.

use ort::session::Session;
use ort::value::TensorRef;
use tracing::error;

use super::{EarError, onnx::init_onnx};
use crate::audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE};
use crate::models::Store;

/// Samples of the frame before, which the model wants in front of each frame
/// at 16 kHz.
const CONTEXT: usize = 64;

/// The model's memory: 2 x 1 x 128.
const STATE: usize = 256;

/// The voice detector with its memory of the stream.
pub struct Vad {
    session: Session,
    /// Context, then frame.
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

    /// The probability that somebody speaks in `frame`, 0..1.
    pub fn hear(&mut self, frame: &AudioFrame) -> f32 {
        self.input.copy_within(FRAME_SAMPLES.., 0);
        self.input[CONTEXT..].copy_from_slice(&frame.samples);
        self.run().unwrap_or_else(|error| {
            error!("the voice detector failed: {error}");
            self.reset();
            0.0
        })
    }

    /// Forgets the stream, as after a gap.
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
