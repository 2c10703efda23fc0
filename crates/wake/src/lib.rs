//! Trained wake words, as far as they need no model: the classifier over embeddings of
//! speech ([`Classifier`]) and how it is fitted ([`fit`]), the variation of synthetic
//! speech ([`augment`]), speech that sounds nearly like a word ([`near`]), where the
//! cut-off lies ([`cut`]), which texts can be wake words ([`text`]), and the file of a
//! word ([`word`]).
//!
//! Pure: no I/O, clock, thread or native library, and every draw comes from a seed, so
//! that the same training gives the same file.

#![forbid(unsafe_code)]

pub mod augment;
mod classifier;
pub mod cut;
pub mod fit;
pub mod near;
pub mod resample;
mod rng;
pub mod text;
pub mod word;

pub use classifier::{Classifier, WIDTH, sigmoid};
pub use rng::Rng;
