//! Reads a Whisper in ggml's format, which older versions of the program kept in the
//! store: header, mel filters, vocabulary, then named tensors with their dimensions from
//! the innermost.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use mynah_whisper::Checkpoint;

use super::{ConvertError, floats_of_halves, format_error};

const MAGIC: usize = 0x6767_6d6c;

/// ggml's numbers of the element types.
const F32: usize = 0;
const F16: usize = 1;

/// Limit of any name or dimension: a larger one means a damaged file.
const MOST: usize = 1 << 20;

/// A ggml file of which only the table of contents and the vocabulary are in memory.
pub(super) struct Ggml<R> {
    file: R,
    sizes: [usize; 4],
    words: Vec<Vec<u8>>,
    tensors: HashMap<String, Tensor>,
}

struct Tensor {
    /// From the outermost.
    dims: Vec<usize>,
    is_half: bool,
    offset: u64,
}

impl<R: Read + Seek> Ggml<R> {
    pub(super) fn open(mut file: R) -> Result<Self, ConvertError> {
        if int(&mut file)? != MAGIC {
            return Err(format_error("not a ggml file"));
        }
        let mut header = [0; 11];
        for size in &mut header {
            *size = int(&mut file)?;
        }
        let [_, _, _, audio_heads, audio_layers, rest @ ..] = header;
        let [_, _, text_heads, text_layers, ..] = rest;
        let filters = limited(int(&mut file)? * int(&mut file)?)?;
        skip(&mut file, 4 * filters)?;
        let mut words = Vec::new();
        for _ in 0..limited(int(&mut file)?)? {
            let length = limited(int(&mut file)?)?;
            words.push(bytes(&mut file, length)?);
        }
        Ok(Self {
            sizes: [audio_heads, audio_layers, text_heads, text_layers],
            words,
            tensors: index(&mut file)?,
            file,
        })
    }
}

impl<R: Read + Seek> Checkpoint for Ggml<R> {
    type Error = ConvertError;

    fn sizes(&self) -> [usize; 4] {
        self.sizes
    }

    fn words(&self) -> &[Vec<u8>] {
        &self.words
    }

    fn tensor(&mut self, name: &str) -> Result<Option<(Vec<usize>, Vec<f32>)>, ConvertError> {
        let Some(tensor) = self.tensors.get(name) else {
            return Ok(None);
        };
        let count: usize = tensor.dims.iter().product();
        self.file.seek(SeekFrom::Start(tensor.offset))?;
        let numbers = if tensor.is_half {
            floats_of_halves(&bytes(&mut self.file, 2 * count)?)
        } else {
            let raw = bytes(&mut self.file, 4 * count)?;
            let fours = raw.as_chunks().0.iter();
            fours.map(|four| f32::from_le_bytes(*four)).collect()
        };
        Ok(Some((tensor.dims.clone(), numbers)))
    }
}

/// The tensors' names and places; `file` is at the first tensor.
fn index<R: Read + Seek>(file: &mut R) -> Result<HashMap<String, Tensor>, ConvertError> {
    let mut offset = file.stream_position()?;
    let end = file.seek(SeekFrom::End(0))?;
    let mut tensors = HashMap::new();
    while offset < end {
        file.seek(SeekFrom::Start(offset))?;
        let [rank, length] = [limited(int(file)?)?, limited(int(file)?)?];
        let is_half = match int(file)? {
            F32 => false,
            F16 => true,
            other => return Err(format_error(format!("weights of type {other}"))),
        };
        let mut dims = Vec::new();
        for _ in 0..rank.min(4) {
            dims.insert(0, limited(int(file)?)?);
        }
        let name = String::from_utf8_lossy(&bytes(file, length)?).into_owned();
        let begin = file.stream_position()?;
        let count: usize = dims.iter().product();
        offset = begin + (count * if is_half { 2 } else { 4 }) as u64;
        if end < offset {
            return Err(format_error(format!("it is cut off in `{name}`")));
        }
        let tensor = Tensor {
            dims,
            is_half,
            offset: begin,
        };
        tensors.insert(name, tensor);
    }
    Ok(tensors)
}

fn skip(file: &mut impl Seek, count: usize) -> Result<(), ConvertError> {
    file.seek_relative(i64::try_from(count).unwrap_or(i64::MAX))?;
    Ok(())
}

fn limited(size: usize) -> Result<usize, ConvertError> {
    if size <= MOST {
        return Ok(size);
    }
    Err(format_error(format!("a size of {size}: it is damaged")))
}

fn bytes(file: &mut impl Read, count: usize) -> Result<Vec<u8>, ConvertError> {
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn int(file: &mut impl Read) -> Result<usize, ConvertError> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes) as usize)
}
