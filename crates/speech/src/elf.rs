//! Whether a shared library is all there. The loader maps what its headers
//! say, and a page beyond the end of the file ends the process with a signal.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Of a 64-bit file, the only kind that Mynah runs on.
const HEADER: usize = 64;
const SEGMENT: usize = 56;

/// Whether a file is a 64-bit little-endian ELF file that holds every segment
/// and the section table that its headers name.
///
/// # Errors
/// When it is not, or cannot be read.
pub(super) fn is_whole(path: &Path) -> io::Result<()> {
    let wrong = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidData, why.to_owned()));
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut header = [0; HEADER];
    if file.read_exact(&mut header).is_err() || header[..6] != *b"\x7fELF\x02\x01" {
        return wrong("it is no 64-bit library");
    }
    let ends = |start: u64, size: u64| start.checked_add(size).is_some_and(|end| end <= length);
    let sections = u64::from(half(&header, 58)) * u64::from(half(&header, 60));
    if !ends(long(&header, 40), sections) {
        return wrong("it is cut off");
    }
    let (table, count) = (long(&header, 32), half(&header, 56));
    if usize::from(half(&header, 54)) != SEGMENT || count == 0 {
        return wrong("it has no segments");
    }
    file.seek(SeekFrom::Start(table))?;
    for _ in 0..count {
        let mut segment = [0; SEGMENT];
        if file.read_exact(&mut segment).is_err() || !ends(long(&segment, 8), long(&segment, 32)) {
            return wrong("it is cut off");
        }
    }
    Ok(())
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn long(bytes: &[u8], at: usize) -> u64 {
    (0..8).fold(0, |number, byte| {
        number | u64::from(bytes[at + byte]) << (8 * byte)
    })
}
