//! Tells a good file from a bad one, and moves the bad one out of the way.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{ModelError, manifest};

/// How a long step tells how far it is.
pub trait Progress {
    /// A step of so many bytes begins.
    fn begin(&self, what: &str, bytes: u64);
    /// So many bytes of the step are done.
    fn position(&self, bytes: u64);
    /// The step is over.
    fn end(&self);
    /// Something that a person should know.
    fn say(&self, line: &str);
}

/// Nobody watches a step.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn begin(&self, _what: &str, _bytes: u64) {}
    fn position(&self, _bytes: u64) {}
    fn end(&self) {}
    fn say(&self, _line: &str) {}
}

/// Passes bytes on and computes their sha256.
pub struct Hashing<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    /// Nothing has passed yet.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// How many bytes have passed.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the bytes went to, and their sha256 in hexadecimal.
    pub fn finish(self) -> (W, String) {
        (self.inner, hex::encode(self.hasher.finalize()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Copies everything and reports how many bytes have gone through in all,
/// starting from `done`.
///
/// # Errors
/// When reading or writing fails.
pub fn copy(
    from: &mut (impl Read + ?Sized),
    to: &mut (impl Write + ?Sized),
    mut done: u64,
    progress: &dyn Progress,
) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 17];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(done),
            Ok(read) => {
                to.write_all(&buffer[..read])?;
                done += read as u64;
                progress.position(done);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The sha256 of a file, in hexadecimal.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of(path: &Path, progress: &dyn Progress) -> Result<String, ModelError> {
    let mut file = File::open(path).map_err(ModelError::io("read", path))?;
    let mut hashing = Hashing::new(io::sink());
    copy(&mut file, &mut hashing, 0, progress).map_err(ModelError::io("read", path))?;
    Ok(hashing.finish().1)
}

/// Whether these bytes are the file that the manifest describes.
pub(crate) fn are(bytes: &[u8], file: &manifest::File) -> bool {
    bytes.len() as u64 == file.bytes && of(bytes) == file.sha256
}

/// The sha256 of bytes, in hexadecimal.
pub(crate) fn of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether a file has this sha256.
///
/// # Errors
/// [`ModelError::Hash`] with `hint` when it has another one.
pub fn check(
    path: &Path,
    expected: &str,
    hint: &str,
    progress: &dyn Progress,
) -> Result<(), ModelError> {
    let actual = sha256_of(path, progress)?;
    if actual == expected {
        return Ok(());
    }
    Err(ModelError::Hash {
        name: file_name(path),
        expected: expected.into(),
        actual,
        hint: hint.into(),
    })
}

/// Renames a file to `<name>.bad`, over an older one, and returns that path.
///
/// # Errors
/// When the file cannot be renamed.
pub fn set_aside(path: &Path) -> Result<PathBuf, ModelError> {
    let aside = path.with_file_name(format!("{}.bad", file_name(path)));
    std::fs::rename(path, &aside).map_err(ModelError::io("move aside", path))?;
    Ok(aside)
}

/// The last part of a path, for people.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
