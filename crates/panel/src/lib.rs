//! Buttons and lights: keys of keyboards and speakerphones, GPIO lines, words in a
//! pipe; the kernel's LEDs and chains of LEDs behind SPI.
//!
//! Hardware comes and goes: a source that fails is tried again, and buttons that are
//! held when theirs disappears are lost.

#![forbid(unsafe_code)]

mod chain;
pub mod keys;
mod led;
pub mod light;
pub mod lines;
pub mod listed;
mod pattern;
pub mod pipe;
mod source;

pub use pattern::{Rgb, Shown};
pub use source::{ButtonSource, ButtonState, Change, SourceError, watch};
