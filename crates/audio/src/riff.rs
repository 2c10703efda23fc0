//! Repairs the lengths in a WAV header while reading: a recorder that was killed or
//! wrote to a pipe leaves lengths that are zero, unlimited or too long, though the
//! samples are there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// A file whose RIFF lengths are replaced by the true ones while reading. Other
/// files pass through unchanged.
pub(crate) struct TrueLengths {
    file: File,
    length: u64,
    position: u64,
    /// Offsets in the file and the four bytes that belong there.
    patches: Vec<(u64, [u8; 4])>,
}

impl TrueLengths {
    /// Reads the header of `file`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn new(mut file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let patches = patches(&mut file, length)?;
        file.rewind()?;
        Ok(Self {
            file,
            length,
            position: 0,
            patches,
        })
    }
}

/// The replacements in the header of a file of `length` bytes.
fn patches(file: &mut File, length: u64) -> io::Result<Vec<(u64, [u8; 4])>> {
    let mut header = [0; 12];
    if length < 12 {
        return Ok(Vec::new());
    }
    file.read_exact(&mut header)?;
    if &header[..4] != b"RIFF" || &header[8..] != b"WAVE" {
        return Ok(Vec::new());
    }
    let riff = u64::from(word(&header[4..8]));
    let mut at = 12;
    while at + 8 <= length {
        let mut chunk = [0; 8];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut chunk)?;
        let claimed = u64::from(word(&chunk[4..]));
        let body = at + 8;
        if &chunk[..4] == b"data" {
            let there = length - body;
            // Zero is accepted only if it fits the length of the file.
            let unset = claimed == 0 && riff + 8 <= body;
            let data = if unset { there } else { claimed.min(there) };
            return Ok(vec![(4, bytes(length - 8)), (at + 4, bytes(data))]);
        }
        at = body + claimed + (claimed & 1);
    }
    Ok(Vec::new())
}

fn word(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

/// A length as RIFF writes it; from 4 GB on, the value for "until the end".
fn bytes(length: u64) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

impl Read for TrueLengths {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read(buffer)?;
        for (byte, at) in buffer[..got].iter_mut().zip(self.position..) {
            for (offset, value) in &self.patches {
                if let Some(&patched) = at
                    .checked_sub(*offset)
                    .and_then(|n| value.get(usize::try_from(n).ok()?))
                {
                    *byte = patched;
                }
            }
            // Both lengths stand in the header; the sound itself is long.
            if self.patches.iter().all(|(offset, _)| offset + 4 <= at) {
                break;
            }
        }
        self.position += got as u64;
        Ok(got)
    }
}

impl Seek for TrueLengths {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

impl MediaSource for TrueLengths {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
