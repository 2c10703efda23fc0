//! Writes a backup: beside its place, and renamed into it when it is whole.

use std::io::{Seek, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::collect::Collected;
use super::unpack::verify;
use super::{BackupError, LIST, io};

/// Writes the file, which only its owner may read: tokens are in it.
///
/// # Errors
/// When it is there already and not to be replaced (`force`), is something else
/// than a file, cannot be written, or could not be restored.
pub fn pack(collected: &Collected, path: &Path, force: bool) -> Result<(), BackupError> {
    if path.is_dir() {
        let cause = std::io::Error::from(std::io::ErrorKind::IsADirectory);
        return Err(io("write", path)(cause));
    }
    // Replacing a device would leave the machine without it.
    let found = std::fs::symlink_metadata(path);
    if found.as_ref().is_ok_and(|found| !found.is_file()) {
        return Err(BackupError::NoFile(path.into()));
    }
    if found.is_ok() && !force {
        return Err(BackupError::Exists(path.into()));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Made with mode 0600, and gone again unless it is kept.
    let mut file = tempfile::Builder::new()
        .prefix(".mynah-backup-")
        .tempfile_in(folder)
        .map_err(io("write in", folder))?;
    write(collected, file.as_file_mut()).map_err(io("write", path))?;
    file.as_file().sync_all().map_err(io("write", path))?;
    // One that cannot be restored is worse than none.
    verify(file.path())?;
    let kept = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match kept {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(path.into()))
        }
        Err(error) => Err(io("write", path)(error.error)),
    }
}

fn write(collected: &Collected, file: &mut (impl Write + Seek)) -> std::io::Result<()> {
    let options = SimpleFileOptions::default().unix_permissions(0o600);
    let mut archive = ZipWriter::new(file);
    archive.start_file(LIST, options)?;
    archive.write_all(&serde_json::to_vec_pretty(&collected.list)?)?;
    for (item, content) in collected.list.files.iter().zip(&collected.contents) {
        archive.start_file(&item.entry, options)?;
        archive.write_all(content)?;
    }
    archive.finish()?.flush()
}
