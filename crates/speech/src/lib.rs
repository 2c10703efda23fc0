//! Speech in and out by models: [`ear`] hears wake words and whether somebody
//! speaks, [`stt`] writes speech down, [`voice`] speaks, [`meaning`] compares
//! sentences, [`training`] makes wake words. All but Whisper run on ONNX Runtime, which [`onnx`] starts.

#![forbid(unsafe_code)]

pub mod ear;
mod elf;
pub mod meaning;
pub mod onnx;
pub mod stt;
pub mod training;
pub mod voice;
