//! Reads a small text file, and nothing that only looks like one: a pipe is
//! waited for without end, and a device never ends.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

/// The content of a regular file of at most `most` bytes.
///
/// # Errors
/// When it cannot be read, is something else, or larger.
pub fn small_file(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(wrong("it is no regular file".into()));
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if most < bytes.len() as u64 {
        return Err(wrong(format!("it has more than {most} bytes")));
    }
    Ok(bytes)
}

/// As [`small_file`], as text.
///
/// # Errors
/// As [`small_file`], and when it is not UTF-8.
pub fn small_text(path: &Path, most: u64) -> io::Result<String> {
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let bytes = small_file(path, most)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        wrong(format!("it is no text in UTF-8 (line {line})"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_texts_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        let check = |path: &Path, expected: &str| {
            let read = small_text(path, 10).unwrap_or_else(|error| error.to_string());
            assert_eq!(read, expected, "{}", path.display());
        };
        std::fs::write(&path, "0123456789").unwrap();
        check(&path, "0123456789");
        std::fs::write(&path, "0123456789\n").unwrap();
        check(&path, "it has more than 10 bytes");
        std::fs::write(&path, b"a\nb\xff").unwrap();
        check(&path, "it is no text in UTF-8 (line 2)");
        check(Path::new("/dev/zero"), "it is no regular file");
        check(folder.path(), "it is no regular file");
        let pipe = folder.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
        check(&pipe, "it is no regular file");
    }
}
