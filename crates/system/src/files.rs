//! Reads a small text file, and nothing that only looks like one: a pipe is
//! waited for without end, and a device never ends. Writes a file whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
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

/// Writes a file that everybody may read, whole or not at all: a power cut leaves what
/// was there before. Makes its folder.
///
/// # Errors
/// When it cannot be written.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".")
        .suffix(".new")
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
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

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/it");
        for content in ["one", "two"] {
            replace(&path, content.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        let beside = path.parent().unwrap();
        assert_eq!(std::fs::read_dir(beside).unwrap().count(), 1);
        // A folder in its place, so that it cannot be renamed into it.
        let taken = folder.path().join("taken/in");
        std::fs::create_dir_all(&taken).unwrap();
        assert!(replace(taken.parent().unwrap(), b"x").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
