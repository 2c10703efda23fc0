//! Sound in and out: frames, WAV files, sound cards, rates.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod capture;
mod card;
pub mod channel;
pub mod convert;
mod decode;
pub mod devices;
pub mod echo;

mod gain;
mod level;
mod line;

pub mod playback;
mod reconnect;
mod record;
mod riff;
mod source;
mod speaker;
pub mod wav;
mod zeros;

pub use capture::Microphone;
pub use card::SoundCard;
pub use gain::Gain;
pub use mynah_core::frame::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};
pub use mynah_core::news::{DeviceChange, DeviceNews};
pub use record::record;
pub use source::{Captured, Source, WavSource};
pub use speaker::{Quiet, Speaker, WavSpeaker};
pub use wav::{AudioError, Sound};
