//! Makes the files that the program uses of those that are published, once, when a model
//! is fetched. The same input always gives the same bytes, so that the manifest can pin
//! the digest of the result.

mod ct2;
mod ggml;
mod kokoro;
pub mod piper;
mod proto;

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use mynah_whisper::kernels::TensorError;
use mynah_whisper::write_model;
use thiserror::Error;

use super::manifest::Conversion;
use ct2::Ct2;
use ggml::Ggml;

/// Why a model could not be converted.
#[derive(Debug, Error)]
pub enum ConvertError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is not of the expected kind, or is damaged.
    #[error("{0}")]
    Format(String),
    /// The vocabulary does not belong to the model.
    #[error("the vocabulary is damaged: {0}")]
    Vocabulary(String),
    /// The tensors do not make a model.
    #[error(transparent)]
    Tensors(#[from] TensorError),
}

/// The bytes that a file is converted to. `vocabulary` is that of a model of
/// `CTranslate2`, one token a line.
///
/// # Errors
/// When the file cannot be read, or is no model of that kind.
pub fn convert(
    conversion: Conversion,
    path: &Path,
    vocabulary: &str,
) -> Result<Vec<u8>, ConvertError> {
    let open = || File::open(path).map(BufReader::new);
    match conversion {
        Conversion::WhisperCt2 => write_model(&mut Ct2::open(open()?, vocabulary)?),
        Conversion::WhisperGgml => write_model(&mut Ggml::open(open()?)?),
        Conversion::PiperPlanner => Ok(parts(path)?.planner),
        Conversion::PiperGenerator => Ok(parts(path)?.generator),
        Conversion::KokoroFloat => kokoro::rewrite(&fs::read(path)?)
            .ok_or_else(|| ConvertError::Format("not Kokoro's network of 8-bit layers".into())),
    }
}

fn parts(path: &Path) -> Result<piper::Parts, ConvertError> {
    let whole = fs::read(path)?;
    piper::part(&whole).ok_or_else(|| ConvertError::Format("not a voice that can be split".into()))
}

fn format_error(cause: impl Into<String>) -> ConvertError {
    ConvertError::Format(cause.into())
}

/// The numbers of 16-bit floats, which are `raw`.
fn floats_of_halves(raw: &[u8]) -> Vec<f32> {
    let pairs = raw.as_chunks().0.iter();
    pairs
        .map(|pair| f32_from_half(u16::from_le_bytes(*pair)))
        .collect()
}

/// The value of a 16-bit float's bits (IEEE 754 binary16).
fn f32_from_half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let exponent = u32::from(bits >> 10 & 0x1f);
    let mantissa = u32::from(bits & 0x3ff);
    match exponent {
        0 => {
            // Subnormal: the mantissa counts units of 2^-24.
            #[expect(clippy::cast_precision_loss, reason = "ten bits fit")]
            let value = mantissa as f32 / 16_777_216.0;
            f32::from_bits(value.to_bits() | sign)
        }
        0x1f => f32::from_bits(sign | 0x7f80_0000 | mantissa << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | mantissa << 13),
    }
}

#[cfg(test)]
mod tests;
