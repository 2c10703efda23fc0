//! Reads a ggml model file: header, mel filters, vocabulary, named tensors.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use ndarray::{Array1, Array2};

use crate::WhisperError;
use crate::math::LayerNorm;
use crate::matrix::{LANES, Linear, Matrix};

const MAGIC: u32 = 0x6767_6d6c;

/// ggml's element types.
const F32: u32 = 0;
const F16: u32 = 1;

/// Limit of any name or dimension: a larger one means a damaged file.
const MOST: usize = 1 << 20;

/// The dimensions of a model.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Number of tokens, special ones included.
    pub vocabulary: usize,
    /// Width of the encoder's hidden state.
    pub audio_width: usize,
    pub audio_heads: usize,
    pub audio_layers: usize,
    pub text_width: usize,
    pub text_heads: usize,
    pub text_layers: usize,
    /// Number of mel bands.
    pub mels: usize,
}

/// An open file; tensors are read on demand.
#[derive(Debug)]
pub struct Ggml {
    file: File,
    /// The model's dimensions.
    pub shape: Shape,
    tensors: HashMap<String, Tensor>,
}

#[derive(Debug)]
struct Tensor {
    /// From the outermost dimension.
    dims: Vec<usize>,
    element: u32,
    offset: u64,
}

/// The bytes of the text tokens, in the order of the tokens.
pub type Words = Vec<Box<[u8]>>;

impl Ggml {
    /// Opens a file; also gives its mel filters and text tokens.
    pub fn open(path: &Path) -> Result<(Self, Vec<f32>, Words), WhisperError> {
        let mut reader = BufReader::new(File::open(path)?);
        if int(&mut reader)? != MAGIC as usize {
            return Err(format_error("not a ggml file"));
        }
        let mut header = [0; 11];
        for size in &mut header {
            *size = int(&mut reader)?;
        }
        let [
            vocabulary,
            _,
            audio_width,
            audio_heads,
            audio_layers,
            rest @ ..,
        ] = header;
        let [_, text_width, text_heads, text_layers, mels, _] = rest;
        let shape = Shape {
            vocabulary,
            audio_width,
            audio_heads,
            audio_layers,
            text_width,
            text_heads,
            text_layers,
            mels,
        };
        let filters = limited(int(&mut reader)? * int(&mut reader)?)?;
        let filters = floats(&mut reader, filters)?;
        let mut words = Vec::new();
        for _ in 0..limited(int(&mut reader)?)? {
            let length = limited(int(&mut reader)?)?;
            words.push(bytes(&mut reader, length)?.into_boxed_slice());
        }
        let tensors = index(&mut reader)?;
        let file = Self {
            file: reader.into_inner(),
            shape,
            tensors,
        };
        Ok((file, filters, words))
    }

    fn tensor(&self, name: &str) -> Result<(&[usize], Vec<f32>), WhisperError> {
        let tensor = self.tensors.get(name);
        let tensor = tensor.ok_or_else(|| format_error(&format!("the file has no `{name}`")))?;
        let count: usize = tensor.dims.iter().product();
        let mut raw = vec![0; count * size_of_element(tensor.element)?];
        self.file.read_exact_at(&mut raw, tensor.offset)?;
        let numbers = if tensor.element == F32 {
            let fours = raw.as_chunks().0;
            fours.iter().map(|four| f32::from_le_bytes(*four)).collect()
        } else {
            let twos = raw.as_chunks().0.iter();
            twos.map(|two| f32_from_half(u16::from_le_bytes(*two)))
                .collect()
        };
        Ok((&tensor.dims, numbers))
    }

    /// A tensor, flattened.
    pub fn vector(&self, name: &str) -> Result<Array1<f32>, WhisperError> {
        Ok(self.tensor(name)?.1.into())
    }

    /// A matrix in 32-bit floats.
    pub fn table(&self, name: &str) -> Result<Array2<f32>, WhisperError> {
        let (dims, numbers) = self.tensor(name)?;
        let &[rows, columns] = dims else {
            return Err(format_error(&format!("`{name}` is not a matrix")));
        };
        Array2::from_shape_vec((rows, columns), numbers).map_err(|e| format_error(&e.to_string()))
    }

    /// Matrices, concatenated by rows and quantised to 8 bits.
    pub fn matrix(&self, names: &[String]) -> Result<Matrix, WhisperError> {
        let mut matrix: Option<Matrix> = None;
        for name in names {
            let table = self.table(name)?;
            let columns = table.ncols();
            if columns % LANES != 0 {
                let cause =
                    format!("`{name}` has {columns} columns, which is not a multiple of {LANES}");
                return Err(format_error(&cause));
            }
            let matrix = matrix.get_or_insert_with(|| Matrix::new(columns));
            matrix.extend(table.as_slice().unwrap_or_default());
        }
        matrix.ok_or_else(|| format_error("no matrix"))
    }

    /// A linear layer of `NAME.weight` and `NAME.bias` of each part,
    /// concatenated by rows; a missing bias is zero.
    pub fn linear(&self, parts: &[String]) -> Result<Linear, WhisperError> {
        let weights: Vec<String> = parts.iter().map(|part| format!("{part}.weight")).collect();
        let mut bias = Vec::new();
        for (part, weight) in parts.iter().zip(&weights) {
            let name = format!("{part}.bias");
            if self.tensors.contains_key(&name) {
                bias.extend(self.tensor(&name)?.1);
            } else {
                let rows = self.tensors.get(weight).and_then(|t| t.dims.first());
                bias.resize(bias.len() + rows.copied().unwrap_or(0), 0.0);
            }
        }
        Ok(Linear {
            weight: self.matrix(&weights)?,
            bias: bias.into(),
        })
    }

    /// A convolution of kernel size three as a linear layer over three
    /// concatenated frames.
    pub fn convolution(&self, name: &str) -> Result<Linear, WhisperError> {
        let (dims, numbers) = self.tensor(&format!("{name}.weight"))?;
        let &[outputs, channels, 3] = dims else {
            return Err(format_error(&format!(
                "`{name}` is not a convolution of kernel size three"
            )));
        };
        let mut matrix = Matrix::new(3 * channels);
        let mut row = vec![0.0; 3 * channels];
        for output in numbers.chunks_exact(3 * channels).take(outputs) {
            for (channel, taps) in output.as_chunks::<3>().0.iter().enumerate() {
                for (n, tap) in taps.iter().enumerate() {
                    row[n * channels + channel] = *tap;
                }
            }
            matrix.extend(&row);
        }
        Ok(Linear {
            weight: matrix,
            bias: self.vector(&format!("{name}.bias"))?,
        })
    }

    /// `NAME.weight` and `NAME.bias` of a layer norm.
    pub fn norm(&self, name: &str) -> Result<LayerNorm, WhisperError> {
        Ok(LayerNorm {
            weight: self.vector(&format!("{name}.weight"))?,
            bias: self.vector(&format!("{name}.bias"))?,
        })
    }
}

/// The tensors' names and places; `reader` is at the first tensor.
fn index(reader: &mut BufReader<File>) -> Result<HashMap<String, Tensor>, WhisperError> {
    let end = reader.get_ref().metadata()?.len();
    let mut offset = reader.stream_position()?;
    let mut tensors = HashMap::new();
    while offset < end {
        let [rank, length] = [limited(int(reader)?)?, limited(int(reader)?)?];
        let element = u32::try_from(int(reader)?).unwrap_or(u32::MAX);
        let mut dims = Vec::new();
        for _ in 0..rank.min(4) {
            dims.insert(0, limited(int(reader)?)?);
        }
        let name = String::from_utf8_lossy(&bytes(reader, length)?).into_owned();
        let size = dims.iter().product::<usize>() * size_of_element(element)?;
        let begin = reader.stream_position()?;
        offset = begin + size as u64;
        if end < offset {
            return Err(format_error(&format!("the file is truncated in `{name}`")));
        }
        reader.seek_relative(i64::try_from(size).unwrap_or(i64::MAX))?;
        let tensor = Tensor {
            dims,
            element,
            offset: begin,
        };
        tensors.insert(name, tensor);
    }
    Ok(tensors)
}

fn format_error(cause: &str) -> WhisperError {
    WhisperError::Format(cause.to_owned())
}

fn size_of_element(element: u32) -> Result<usize, WhisperError> {
    match element {
        F32 => Ok(4),
        F16 => Ok(2),
        other => Err(format_error(&format!(
            "weights of type {other} are not supported, only 32- and 16-bit floats"
        ))),
    }
}

fn limited(size: usize) -> Result<usize, WhisperError> {
    if size <= MOST {
        return Ok(size);
    }
    Err(format_error(&format!(
        "a size of {size}: the file is damaged"
    )))
}

fn bytes(reader: &mut impl Read, count: usize) -> Result<Vec<u8>, WhisperError> {
    let mut bytes = vec![0; count];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn int(reader: &mut impl Read) -> Result<usize, WhisperError> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes) as usize)
}

fn floats(reader: &mut impl Read, count: usize) -> Result<Vec<f32>, WhisperError> {
    let bytes = bytes(reader, 4 * count)?;
    let fours = bytes.as_chunks().0.iter();
    Ok(fours.map(|four| f32::from_le_bytes(*four)).collect())
}

/// The value of a 16-bit float's bits (IEEE 754 binary16).
#[must_use]
pub fn f32_from_half(bits: u16) -> f32 {
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
