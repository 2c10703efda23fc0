//! Writes a file of the owner's: whole or not at all, and so that whoever could
//! read the one before can read the new one.

use std::fs::{self, Metadata, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::Path;

use anyhow::Context as _;

/// Writes a text. What was there keeps its mode and owner; a new file gets
/// those that files of its folder usually have.
///
/// # Errors
/// When it cannot be written; then nothing has changed.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    write_like(path, text, path)
}

/// As [`write`], with the mode and owner of another file where there is none
/// yet.
///
/// # Errors
/// As there.
pub(super) fn write_like(path: &Path, text: &str, like: &Path) -> anyhow::Result<()> {
    let failed = || format!("cannot write `{}`", path.display());
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        // The umask takes its part.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    let model = fs::metadata(&path).or_else(|_| fs::metadata(like));
    match (model, fs::metadata(folder)) {
        (Ok(model), _) => {
            give(file.as_file(), &model);
            let mode = model.permissions();
            file.as_file().set_permissions(mode).with_context(failed)?;
        }
        (Err(_), Ok(folder)) => {
            give(file.as_file(), &folder);
            let own = file.as_file().metadata().with_context(failed)?.mode();
            // Who may not look into the folder may not read the file.
            let mode = own & (folder.mode() | 0o600) & 0o666;
            let mode = Permissions::from_mode(mode);
            file.as_file().set_permissions(mode).with_context(failed)?;
        }
        (Err(_), Err(_)) => {}
    }
    file.as_file().sync_all().with_context(failed)?;
    file.persist(&path).with_context(failed)?;
    Ok(())
}

/// Gives a file the owner and group of another; only root may, and for
/// everybody else the file is theirs.
fn give(file: &fs::File, like: &Metadata) {
    if rustix::process::geteuid().is_root()
        && let Err(error) = fchown(file, Some(like.uid()), Some(like.gid()))
    {
        tracing::warn!(%error, "cannot give a new file to its owner");
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::path::Path;

    use super::{write, write_like};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").mode() & 0o777
    }

    #[test]
    fn files_keep_the_mode_and_owner_of_their_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (of_folder, of_file) in [(0o755, 0o644), (0o750, 0o640), (0o700, 0o600)] {
            fs::set_permissions(folder.path(), Permissions::from_mode(of_folder)).expect("ours");
            let new = folder.path().join(format!("{of_folder:o}.toml"));
            write(&new, "new").expect("the folder is ours");
            // A stricter umask takes more.
            assert_eq!(mode(&new) & !of_file, 0, "{of_folder:o}");
            assert_eq!(mode(&new) & 0o600, 0o600);
            fs::set_permissions(&new, Permissions::from_mode(0o664)).expect("ours");
            write(&new, "newer").expect("the folder is ours");
            let backup = folder.path().join(format!("{of_folder:o}.bak"));
            write_like(&backup, "new", &new).expect("the folder is ours");
            assert_eq!((mode(&new), mode(&backup)), (0o664, 0o664));
        }
    }

    #[test]
    fn root_leaves_a_file_to_the_owner_of_its_place() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        chown(folder.path(), Some(65_534), Some(65_534)).expect("root may");
        let new = folder.path().join("new.toml");
        write(&new, "new").expect("root may");
        assert_eq!(fs::metadata(&new).expect("a file").uid(), 65_534);
        chown(&new, Some(1), Some(2)).expect("root may");
        write(&new, "newer").expect("root may");
        let owner = fs::metadata(&new).expect("a file");
        assert_eq!((owner.uid(), owner.gid()), (1, 2));
    }
}
