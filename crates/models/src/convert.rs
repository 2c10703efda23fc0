//! Rewrites a Whisper of `CTranslate2` as a ggml file, of which `mynah-whisper`
//! and others can read any part without the rest.
//!
//! The same input always gives the same bytes, so that the manifest can pin
//! the result's sha256. Layouts: `CTranslate2`'s is a header, then named
//! variables, then aliases; ggml's is a header, the mel filters, the
//! vocabulary, then named tensors with their dimensions from the innermost.

mod ct2;
mod mel;

use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};

use mynah_whisper::f32_from_half;
use thiserror::Error;

use ct2::{ALL_ROWS, Ct2, Rows, half, third};
use mel::write_filters;

const GGML_MAGIC: u32 = 0x6767_6d6c;
/// ggml's numbers of the element types.
const GGML_F32: u32 = 0;
const GGML_F16: u32 = 1;
const END_OF_TEXT: &str = "<|endoftext|>";

/// Why a model could not be rewritten.
#[derive(Debug, Error)]
pub enum ConvertError {
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is no Whisper of a known version.
    #[error("not a Whisper model of CTranslate2: {0}")]
    Format(String),
    /// A part of the model is missing.
    #[error("the model has no `{0}`")]
    Missing(String),
    /// The vocabulary does not belong to the model.
    #[error("the vocabulary is damaged: {0}")]
    Vocabulary(String),
}

/// Reads `CTranslate2`'s `model.bin` and the text of its `vocabulary.txt`, one
/// token a line, and writes a ggml file with 16-bit weights.
///
/// # Errors
/// When reading or writing fails, or the input is not a 16-bit Whisper.
pub fn whisper_ct2_to_ggml(
    model: impl Read + Seek,
    vocabulary: &str,
    mut out: impl Write,
) -> Result<(), ConvertError> {
    let mut model = Ct2::index(model)?;
    let shape = Shape::of(&mut model)?;
    shape.write(&mut out)?;
    write_filters(shape.n_mels, &mut out)?;
    write_vocabulary(vocabulary, &mut out)?;
    for tensor in tensors(&shape) {
        tensor.copy(&mut model, &mut out)?;
    }
    out.flush()?;
    Ok(())
}

/// The sizes that open a ggml file.
#[derive(Clone, Debug)]
struct Shape {
    n_vocab: usize,
    audio_ctx: usize,
    audio_state: usize,
    audio_heads: usize,
    audio_layers: usize,
    text_ctx: usize,
    text_state: usize,
    text_heads: usize,
    text_layers: usize,
    n_mels: usize,
}

impl Shape {
    fn of<R: Read + Seek>(model: &mut Ct2<R>) -> Result<Self, ConvertError> {
        let dim = |name: &str, i: usize| -> Result<usize, ConvertError> {
            model
                .variable(name)?
                .dims
                .get(i)
                .copied()
                .ok_or_else(|| ConvertError::Format(format!("`{name}` has too few dimensions")))
        };
        let mut shape = Self {
            n_vocab: dim("decoder/embeddings/weight", 0)?,
            audio_ctx: dim("encoder/position_encodings/encodings", 0)?,
            audio_state: dim("encoder/position_encodings/encodings", 1)?,
            audio_heads: 0,
            audio_layers: model.layers("encoder"),
            text_ctx: dim("decoder/position_encodings/encodings", 0)?,
            text_state: dim("decoder/position_encodings/encodings", 1)?,
            text_heads: 0,
            text_layers: model.layers("decoder"),
            n_mels: dim("encoder/conv1/weight", 1)?,
        };
        shape.audio_heads = model.scalar("encoder/num_heads")?;
        shape.text_heads = model.scalar("decoder/num_heads")?;
        Ok(shape)
    }

    fn write(&self, out: &mut impl Write) -> Result<(), ConvertError> {
        write_u32(out, GGML_MAGIC)?;
        for size in [
            self.n_vocab,
            self.audio_ctx,
            self.audio_state,
            self.audio_heads,
            self.audio_layers,
            self.text_ctx,
            self.text_state,
            self.text_heads,
            self.text_layers,
            self.n_mels,
        ] {
            write_size(out, size)?;
        }
        write_u32(out, GGML_F16)?;
        Ok(())
    }
}

/// The tokens before the end-of-text token, as bytes; readers know the others
/// by their place.
fn write_vocabulary(text: &str, out: &mut impl Write) -> Result<(), ConvertError> {
    let tokens: Vec<_> = text
        .split('\n')
        .take_while(|token| *token != END_OF_TEXT)
        .collect();
    if tokens.len() == text.split('\n').count() {
        return Err(ConvertError::Vocabulary(format!(
            "no token `{END_OF_TEXT}`"
        )));
    }
    let bytes_of = byte_alphabet();
    write_size(out, tokens.len())?;
    for token in tokens {
        let bytes = token
            .chars()
            .map(|letter| bytes_of.get(&letter).copied())
            .collect::<Option<Vec<u8>>>()
            .ok_or_else(|| ConvertError::Vocabulary(format!("the token `{token}`")))?;
        write_size(out, bytes.len())?;
        out.write_all(&bytes)?;
    }
    Ok(())
}

/// GPT-2 writes each byte as one letter: printable Latin-1 as itself, the rest
/// in order from U+0100.
fn byte_alphabet() -> HashMap<char, u8> {
    let mut next = 0x100_u32;
    (0..=u8::MAX)
        .filter_map(|byte| {
            let letter = if matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff) {
                u32::from(byte)
            } else {
                next += 1;
                next - 1
            };
            Some((char::from_u32(letter)?, byte))
        })
        .collect()
}

/// How a tensor is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    F16,
    F32,
    /// 32-bit with an innermost dimension of one: a convolution's bias.
    F32Column,
}

/// One tensor of the ggml file and where it comes from.
#[derive(Clone, Debug)]
struct Tensor {
    name: String,
    from: String,
    rows: Rows,
    store: Store,
}

impl Tensor {
    fn copy<R: Read + Seek>(
        &self,
        model: &mut Ct2<R>,
        out: &mut impl Write,
    ) -> Result<(), ConvertError> {
        let (mut dims, halves) = model.halves(&self.from, self.rows)?;
        if self.store == Store::F32Column {
            dims.push(1);
        }
        write_size(out, dims.len())?;
        write_size(out, self.name.len())?;
        write_u32(
            out,
            if self.store == Store::F16 {
                GGML_F16
            } else {
                GGML_F32
            },
        )?;
        for dim in dims.iter().rev() {
            write_size(out, *dim)?;
        }
        out.write_all(self.name.as_bytes())?;
        let bytes: Vec<u8> = match self.store {
            Store::F16 => halves.iter().flat_map(|half| half.to_le_bytes()).collect(),
            Store::F32 | Store::F32Column => halves
                .iter()
                .flat_map(|half| f32_from_half(*half).to_le_bytes())
                .collect(),
        };
        out.write_all(&bytes)?;
        Ok(())
    }
}

/// Every tensor of a Whisper of this shape.
fn tensors(shape: &Shape) -> Vec<Tensor> {
    let mut list = Vec::new();
    let mut add = |name: String, from: String, rows, store| {
        list.push(Tensor {
            name,
            from,
            rows,
            store,
        });
    };
    let whole = ALL_ROWS;
    for half in ["encoder", "decoder"] {
        let encodings = format!("{half}/position_encodings/encodings");
        add(
            format!("{half}.positional_embedding"),
            encodings,
            whole,
            Store::F32,
        );
        let norm = if half == "encoder" {
            "encoder.ln_post"
        } else {
            "decoder.ln"
        };
        add(
            format!("{norm}.weight"),
            format!("{half}/layer_norm/gamma"),
            whole,
            Store::F32,
        );
        add(
            format!("{norm}.bias"),
            format!("{half}/layer_norm/beta"),
            whole,
            Store::F32,
        );
    }
    for conv in ["conv1", "conv2"] {
        let [name, from] = [format!("encoder.{conv}"), format!("encoder/{conv}")];
        add(
            format!("{name}.weight"),
            format!("{from}/weight"),
            whole,
            Store::F16,
        );
        add(
            format!("{name}.bias"),
            format!("{from}/bias"),
            whole,
            Store::F32Column,
        );
    }
    let embeddings = "decoder/embeddings/weight".to_owned();
    add(
        "decoder.token_embedding.weight".into(),
        embeddings,
        whole,
        Store::F16,
    );
    for (half, layers) in [
        ("encoder", shape.audio_layers),
        ("decoder", shape.text_layers),
    ] {
        for i in 0..layers {
            for (name, from, rows, bias) in BLOCK {
                if half == "encoder" && from.starts_with("attention/") {
                    continue;
                }
                let [name, from] = [
                    format!("{half}.blocks.{i}.{name}"),
                    format!("{half}/layer_{i}/{from}"),
                ];
                let norm = from.ends_with("layer_norm");
                let (weight_from, bias_from, store) = if norm {
                    (format!("{from}/gamma"), format!("{from}/beta"), Store::F32)
                } else {
                    (format!("{from}/weight"), format!("{from}/bias"), Store::F16)
                };
                add(format!("{name}.weight"), weight_from, *rows, store);
                if *bias {
                    add(format!("{name}.bias"), bias_from, *rows, Store::F32);
                }
            }
        }
    }
    list
}

/// The parts of a block: ggml's name, `CTranslate2`'s, which rows, and whether
/// there is a bias. Whisper's keys have none; `CTranslate2` stores zeros.
const BLOCK: &[(&str, &str, Rows, bool)] = &[
    ("attn_ln", "self_attention/layer_norm", ALL_ROWS, true),
    ("attn.query", "self_attention/linear_0", third(0), true),
    ("attn.key", "self_attention/linear_0", third(1), false),
    ("attn.value", "self_attention/linear_0", third(2), true),
    ("attn.out", "self_attention/linear_1", ALL_ROWS, true),
    ("cross_attn_ln", "attention/layer_norm", ALL_ROWS, true),
    ("cross_attn.query", "attention/linear_0", ALL_ROWS, true),
    ("cross_attn.key", "attention/linear_1", half(0), false),
    ("cross_attn.value", "attention/linear_1", half(1), true),
    ("cross_attn.out", "attention/linear_2", ALL_ROWS, true),
    ("mlp_ln", "ffn/layer_norm", ALL_ROWS, true),
    ("mlp.0", "ffn/linear_0", ALL_ROWS, true),
    ("mlp.2", "ffn/linear_1", ALL_ROWS, true),
];

fn write_u32(out: &mut impl Write, value: u32) -> io::Result<()> {
    out.write_all(&value.to_le_bytes())
}

fn write_size(out: &mut impl Write, size: usize) -> io::Result<()> {
    write_u32(out, u32::try_from(size).map_err(io::Error::other)?)
}

#[cfg(test)]
mod tests;
