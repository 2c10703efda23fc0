//! Reads a `CTranslate2` file: a header, named variables, aliases.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

use super::ConvertError;

/// The version of the binary format that is understood.
const CT2_VERSION: u32 = 6;
const CT2_SPEC: &str = "WhisperSpec";

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
pub(super) struct Variable {
    pub(super) dims: Vec<usize>,
    element: Element,
    offset: u64,
    bytes: usize,
}

/// A `CTranslate2` file of which only the table of contents is in memory.
pub(super) struct Ct2<R> {
    file: R,
    variables: HashMap<String, Variable>,
}

impl<R: Read + Seek> Ct2<R> {
    pub(super) fn index(mut file: R) -> Result<Self, ConvertError> {
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
        Ok(Self { file, variables })
    }

    pub(super) fn variable(&self, name: &str) -> Result<&Variable, ConvertError> {
        self.variables
            .get(name)
            .ok_or_else(|| ConvertError::Missing(name.into()))
    }

    /// The variable's shape and its rows `first..last` of the outermost
    /// dimension as bit patterns of 16-bit floats.
    pub(super) fn halves(
        &mut self,
        name: &str,
        rows: Rows,
    ) -> Result<(Vec<usize>, Vec<u16>), ConvertError> {
        let Variable {
            mut dims,
            element,
            offset,
            bytes,
        } = self.variable(name)?.clone();
        let whole: usize = dims.iter().product();
        if element != Element::F16 || bytes != 2 * whole || dims.is_empty() {
            return Err(ConvertError::Format(format!(
                "`{name}` has no 16-bit weights"
            )));
        }
        if dims[0] % rows.of != 0 {
            return Err(ConvertError::Format(format!(
                "`{name}` cannot be split in {}",
                rows.of
            )));
        }
        dims[0] /= rows.of;
        let part = bytes / rows.of;
        self.file
            .seek(SeekFrom::Start(offset + (part * rows.nth) as u64))?;
        let mut raw = vec![0; part];
        self.file.read_exact(&mut raw)?;
        let halves = raw
            .as_chunks()
            .0
            .iter()
            .map(|pair| u16::from_le_bytes(*pair))
            .collect();
        Ok((dims, halves))
    }

    pub(super) fn scalar(&mut self, name: &str) -> Result<usize, ConvertError> {
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
    pub(super) fn layers(&self, half: &str) -> usize {
        let is_first =
            |name: &&String| name.starts_with(half) && name.ends_with("/ffn/linear_0/weight");
        self.variables.keys().filter(is_first).count()
    }
}

/// The `nth` of `of` equal parts of a variable's rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub(super) nth: usize,
    pub(super) of: usize,
}

pub(super) const ALL_ROWS: Rows = Rows { nth: 0, of: 1 };

pub(super) const fn third(nth: usize) -> Rows {
    Rows { nth, of: 3 }
}

pub(super) const fn half(nth: usize) -> Rows {
    Rows { nth, of: 2 }
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
