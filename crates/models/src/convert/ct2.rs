//! Reads a Whisper of `CTranslate2`: a header, named variables, aliases, and the
//! vocabulary as a file of its own.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

use mynah_whisper::Checkpoint;

use super::{ConvertError, floats_of_halves, format_error};

/// The version of the binary format that is understood.
const CT2_VERSION: u32 = 6;
const CT2_SPEC: &str = "WhisperSpec";
const END_OF_TEXT: &str = "<|endoftext|>";

/// An element type of `CTranslate2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    F32,
    I8,
    I16,
    F16,
    Other,
}

#[derive(Clone, Debug)]
struct Variable {
    dims: Vec<usize>,
    element: Element,
    offset: u64,
    bytes: usize,
}

/// A `CTranslate2` file of which only the table of contents is in memory.
pub(super) struct Ct2<R> {
    file: R,
    variables: HashMap<String, Variable>,
    sizes: [usize; 4],
    words: Vec<Vec<u8>>,
}

impl<R: Read + Seek> Ct2<R> {
    /// Reads the table of contents. `vocabulary` has one token a line.
    pub(super) fn open(file: R, vocabulary: &str) -> Result<Self, ConvertError> {
        let mut model = Self::index(file)?;
        model.words = words(vocabulary)?;
        model.sizes = [
            model.scalar("encoder/num_heads")?,
            model.layers("encoder"),
            model.scalar("decoder/num_heads")?,
            model.layers("decoder"),
        ];
        Ok(model)
    }

    fn index(mut file: R) -> Result<Self, ConvertError> {
        let end = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let version = read_u32(&mut file)?;
        if version != CT2_VERSION {
            return Err(ConvertError::Format(format!("format version {version}")));
        }
        let spec = read_name(&mut file)?;
        if spec != CT2_SPEC {
            return Err(ConvertError::Format(format!("it is a `{spec}`")));
        }
        let _revision = read_u32(&mut file)?;
        let count = read_u32(&mut file)?;
        let mut variables = HashMap::new();
        for _ in 0..count {
            let name = read_name(&mut file)?;
            let [rank] = read_array(&mut file)?;
            let dims = (0..rank)
                .map(|_| Ok(read_u32(&mut file)? as usize))
                .collect::<Result<Vec<_>, ConvertError>>()?;
            let [element] = read_array(&mut file)?;
            let element = match element {
                0 => Element::F32,
                1 => Element::I8,
                2 => Element::I16,
                4 => Element::F16,
                _ => Element::Other,
            };
            let bytes = read_u32(&mut file)?;
            let offset = file.stream_position()?;
            if file.seek(SeekFrom::Current(i64::from(bytes)))? > end {
                return Err(ConvertError::Format("it is cut off".into()));
            }
            let bytes = bytes as usize;
            variables.insert(
                name,
                Variable {
                    dims,
                    element,
                    offset,
                    bytes,
                },
            );
        }
        Ok(Self {
            file,
            variables,
            sizes: [0; 4],
            words: Vec::new(),
        })
    }

    fn variable(&self, name: &str) -> Result<&Variable, ConvertError> {
        let variable = self.variables.get(name);
        variable.ok_or_else(|| format_error(format!("the model has no `{name}`")))
    }

    /// The shape and the numbers of a part of a variable's rows; the rows are those of
    /// the outermost dimension.
    fn numbers(&mut self, name: &str, rows: Rows) -> Result<(Vec<usize>, Vec<f32>), ConvertError> {
        let variable = self.variable(name)?.clone();
        let mut dims = variable.dims;
        let whole: usize = dims.iter().product();
        let is_half = variable.element == Element::F16 && variable.bytes == 2 * whole;
        if !is_half || dims.is_empty() {
            return Err(format_error(format!("`{name}` has no 16-bit weights")));
        }
        if dims[0] % rows.of != 0 {
            let cause = format!("`{name}` cannot be split in {}", rows.of);
            return Err(format_error(cause));
        }
        dims[0] /= rows.of;
        let part = variable.bytes / rows.of;
        let offset = variable.offset + (part * rows.nth) as u64;
        self.file.seek(SeekFrom::Start(offset))?;
        let mut raw = vec![0; part];
        self.file.read_exact(&mut raw)?;
        Ok((dims, floats_of_halves(&raw)))
    }

    fn scalar(&mut self, name: &str) -> Result<usize, ConvertError> {
        let Variable {
            element, offset, ..
        } = *self.variable(name)?;
        self.file.seek(SeekFrom::Start(offset))?;
        let value = match element {
            Element::I8 => i16::from(i8::from_le_bytes(read_array(&mut self.file)?)),
            Element::I16 => i16::from_le_bytes(read_array(&mut self.file)?),
            _ => return Err(ConvertError::Format(format!("`{name}` is no whole number"))),
        };
        usize::try_from(value).map_err(|_| ConvertError::Format(format!("`{name}` is {value}")))
    }

    /// How many blocks the `encoder` or `decoder` has.
    fn layers(&self, half: &str) -> usize {
        let is_first =
            |name: &&String| name.starts_with(half) && name.ends_with("/ffn/linear_0/weight");
        self.variables.keys().filter(is_first).count()
    }
}

impl<R: Read + Seek> Checkpoint for Ct2<R> {
    type Error = ConvertError;

    fn sizes(&self) -> [usize; 4] {
        self.sizes
    }

    fn words(&self) -> &[Vec<u8>] {
        &self.words
    }

    fn tensor(&mut self, name: &str) -> Result<Option<(Vec<usize>, Vec<f32>)>, ConvertError> {
        // Whisper's keys have no bias; `CTranslate2` stores zeros.
        if name.ends_with(".key.bias") {
            return Ok(None);
        }
        let (name, rows) =
            named(name).ok_or_else(|| format_error(format!("no tensor is called `{name}`")))?;
        self.numbers(&name, rows).map(Some)
    }
}

/// The name that `CTranslate2` has for a tensor of Whisper, and the rows that are it.
fn named(name: &str) -> Option<(String, Rows)> {
    let (half, rest) = name.split_once('.')?;
    if rest == "positional_embedding" {
        return Some((format!("{half}/position_encodings/encodings"), ALL_ROWS));
    }
    let (layer, kind) = rest.rsplit_once('.')?;
    let (from, rows) = match layer.strip_prefix("blocks.") {
        Some(block) => {
            let (number, part) = block.split_once('.')?;
            let (_, from, rows) = BLOCK.iter().find(|(known, ..)| *known == part)?;
            (format!("layer_{number}/{from}"), *rows)
        }
        None => match layer {
            "ln" | "ln_post" => ("layer_norm".to_owned(), ALL_ROWS),
            "token_embedding" => ("embeddings".to_owned(), ALL_ROWS),
            conv => (conv.to_owned(), ALL_ROWS),
        },
    };
    let kind = match (from.ends_with("layer_norm"), kind) {
        (true, "weight") => "gamma",
        (true, _) => "beta",
        (false, kind) => kind,
    };
    Some((format!("{half}/{from}/{kind}"), rows))
}

/// The `nth` of `of` equal parts of a variable's rows.
#[derive(Clone, Copy, Debug)]
struct Rows {
    nth: usize,
    of: usize,
}

const ALL_ROWS: Rows = Rows { nth: 0, of: 1 };

const fn third(nth: usize) -> Rows {
    Rows { nth, of: 3 }
}

const fn half(nth: usize) -> Rows {
    Rows { nth, of: 2 }
}

/// The parts of a block: Whisper's name, `CTranslate2`'s, and the rows.
const BLOCK: &[(&str, &str, Rows)] = &[
    ("attn_ln", "self_attention/layer_norm", ALL_ROWS),
    ("attn.query", "self_attention/linear_0", third(0)),
    ("attn.key", "self_attention/linear_0", third(1)),
    ("attn.value", "self_attention/linear_0", third(2)),
    ("attn.out", "self_attention/linear_1", ALL_ROWS),
    ("cross_attn_ln", "attention/layer_norm", ALL_ROWS),
    ("cross_attn.query", "attention/linear_0", ALL_ROWS),
    ("cross_attn.key", "attention/linear_1", half(0)),
    ("cross_attn.value", "attention/linear_1", half(1)),
    ("cross_attn.out", "attention/linear_2", ALL_ROWS),
    ("mlp_ln", "ffn/layer_norm", ALL_ROWS),
    ("mlp.0", "ffn/linear_0", ALL_ROWS),
    ("mlp.2", "ffn/linear_1", ALL_ROWS),
];

/// The tokens before the end-of-text token, as bytes; readers know the others by their
/// place.
fn words(vocabulary: &str) -> Result<Vec<Vec<u8>>, ConvertError> {
    let tokens: Vec<&str> = vocabulary.split('\n').collect();
    let end = tokens.iter().position(|token| *token == END_OF_TEXT);
    let end = end.ok_or_else(|| ConvertError::Vocabulary(format!("no token `{END_OF_TEXT}`")))?;
    let bytes_of = byte_alphabet();
    let word = |token: &&str| {
        let letters = token.chars().map(|letter| bytes_of.get(&letter).copied());
        let word = letters.collect::<Option<Vec<u8>>>();
        word.ok_or_else(|| ConvertError::Vocabulary(format!("the token `{token}`")))
    };
    tokens[..end].iter().map(word).collect()
}

/// GPT-2 writes each byte as one letter: printable Latin-1 as itself, the rest in order
/// from U+0100.
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

fn read_array<const N: usize>(file: &mut impl Read) -> Result<[u8; N], ConvertError> {
    let mut bytes = [0; N];
    fill(file, &mut bytes)?;
    Ok(bytes)
}

fn read_u32(file: &mut impl Read) -> Result<u32, ConvertError> {
    Ok(u32::from_le_bytes(read_array(file)?))
}

/// A name with its length before it and a zero byte at its end.
fn read_name(file: &mut impl Read) -> Result<String, ConvertError> {
    let length = u16::from_le_bytes(read_array(file)?);
    let mut bytes = vec![0; usize::from(length)];
    fill(file, &mut bytes)?;
    bytes.pop();
    String::from_utf8(bytes).map_err(|_| ConvertError::Format("a name is damaged".into()))
}

fn fill(file: &mut impl Read, bytes: &mut [u8]) -> Result<(), ConvertError> {
    file.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ConvertError::Format("it is cut off".into()),
        _ => error.into(),
    })
}
