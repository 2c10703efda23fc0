//! Sound in and out: frames, WAV files, sound cards, rates.

mod frame;

pub use frame::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};
