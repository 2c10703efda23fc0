//! The files inside a package: a wheel is a zip file, a package of npm a tar file that
//! is compressed by gzip.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use flate2::read::GzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::ModelError;

/// What a package of npm may hold when it is unpacked.
const MAX_UNPACKED_BYTES: u64 = 1 << 30;

/// A tar file is made of blocks of this size.
const BLOCK: usize = 512;

/// A package, opened.
pub(super) enum Archive {
    Zip(ZipArchive<BufReader<File>>),
    Tar(Tar),
}

/// A tar file that was decompressed into a file without a name.
pub(super) struct Tar {
    file: File,
    /// Where each file begins and how long it is.
    places: HashMap<String, (u64, u64)>,
}

impl Archive {
    /// Opens the package at `path`, whose file is called `name`. What has to be
    /// decompressed goes into `folder`.
    ///
    /// # Errors
    /// When it cannot be read, or is no such file.
    pub(super) fn open(name: &str, path: &Path, folder: &Path) -> Result<Self, ModelError> {
        let file = File::open(path).map_err(ModelError::io("read", path))?;
        if path_ends_in_tar(name) {
            let unpacked = tempfile::tempfile_in(folder);
            let unpacked = unpacked.map_err(ModelError::io("write in", folder))?;
            return Tar::unpack(BufReader::new(file), unpacked)
                .map(Self::Tar)
                .map_err(ModelError::io("unpack", path));
        }
        let archive = ZipArchive::new(BufReader::new(file));
        archive.map(Self::Zip).map_err(of_zip(name))
    }

    /// Calls `read` with the file `name`. `None`: there is no such file.
    ///
    /// # Errors
    /// Those of `read`, and when the archive is damaged.
    pub(super) fn with<T>(
        &mut self,
        name: &str,
        package: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T, ModelError>,
    ) -> Result<Option<T>, ModelError> {
        match self {
            Self::Zip(archive) => match archive.by_name(name) {
                Ok(mut from) => read(&mut from).map(Some),
                Err(ZipError::FileNotFound) => Ok(None),
                Err(cause) => Err(of_zip(package)(cause)),
            },
            Self::Tar(tar) => {
                let Some((start, length)) = tar.places.get(name) else {
                    return Ok(None);
                };
                let sought = tar.file.seek(SeekFrom::Start(*start));
                sought.map_err(ModelError::io("read", Path::new(package)))?;
                read(&mut BufReader::new(&tar.file).take(*length)).map(Some)
            }
        }
    }
}

fn path_ends_in_tar(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "tgz")
}

impl Tar {
    fn unpack(compressed: impl Read, mut file: File) -> io::Result<Self> {
        let mut content = GzDecoder::new(compressed).take(MAX_UNPACKED_BYTES);
        io::copy(&mut content, &mut file)?;
        let mut places = HashMap::new();
        let length = file.stream_position()?;
        let mut at = 0;
        let mut header = [0; BLOCK];
        while at + BLOCK as u64 <= length {
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut header)?;
            if header.iter().all(|byte| *byte == 0) {
                break;
            }
            let bytes = octal(&header[124..136])
                .filter(|bytes| *bytes <= length)
                .ok_or_else(|| io::Error::other("it is no tar file, or a damaged one"))?;
            at += BLOCK as u64;
            // Other kinds are folders, links, and notes about the next file.
            if matches!(header[156], b'0' | 0) {
                let (prefix, name) = (text(&header[345..500]), text(&header[..100]));
                let name = if prefix.is_empty() {
                    name
                } else {
                    format!("{prefix}/{name}")
                };
                places.insert(name, (at, bytes));
            }
            at += bytes.next_multiple_of(BLOCK as u64);
        }
        Ok(Self { file, places })
    }
}

/// A field up to its first zero byte.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0);
    String::from_utf8_lossy(&field[..end.unwrap_or(field.len())]).into_owned()
}

fn octal(field: &[u8]) -> Option<u64> {
    u64::from_str_radix(text(field).trim(), 8).ok()
}

/// For `map_err`.
pub(super) fn of_zip(package: &str) -> impl Fn(ZipError) -> ModelError + use<'_> {
    move |cause| ModelError::Zip {
        name: package.into(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// A compressed tar file with these files.
    fn package(files: &[(&str, &str)]) -> Vec<u8> {
        let mut tar = Vec::new();
        for (name, content) in files {
            let mut header = [0; BLOCK];
            header[..name.len()].copy_from_slice(name.as_bytes());
            header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
            header[156] = b'0';
            tar.extend_from_slice(&header);
            tar.extend_from_slice(content.as_bytes());
            tar.resize(tar.len().next_multiple_of(BLOCK), 0);
        }
        tar.resize(tar.len() + 2 * BLOCK, 0);
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(&tar).expect("a vector takes it");
        out.finish().expect("a vector takes it")
    }

    fn read(bytes: &[u8], name: &str) -> Result<Option<String>, ModelError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tgz");
        std::fs::write(&path, bytes).unwrap();
        Archive::open("a.tgz", &path, folder.path())?.with(name, "a.tgz", |from| {
            let mut text = String::new();
            from.read_to_string(&mut text).unwrap();
            Ok(text)
        })
    }

    #[test]
    fn a_file_of_a_package_of_npm_is_found_by_its_path() {
        let long = "x".repeat(BLOCK + 1);
        let bytes = package(&[
            ("package/a.bin", "one"),
            ("package/b", &long),
            ("c", "three"),
        ]);
        assert_eq!(read(&bytes, "package/a.bin").unwrap(), Some("one".into()));
        assert_eq!(read(&bytes, "package/b").unwrap(), Some(long));
        assert_eq!(read(&bytes, "c").unwrap(), Some("three".into()));
        assert_eq!(read(&bytes, "a.bin").unwrap(), None);
    }

    #[test]
    fn what_is_cut_off_or_no_package_is_an_error_and_no_panic() {
        assert!(read(b"no package", "c").is_err());
        let bytes = package(&[("package/a.bin", "one"), ("c", "three")]);
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length], "c").is_err(), "{length}");
        }
    }
}
