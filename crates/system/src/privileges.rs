//! Whose rights a piece of work is done with. Root never works with root's
//! rights in a folder of another user, who could have put a symbolic link in
//! the way: it works there as that user.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};
use std::thread;

use rustix::process::{Gid, Uid, geteuid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

/// A user, by the numbers of the user and its group.
type Ids = (u32, u32);

/// Does `work`, which reads or writes at `path`. When root calls and one of
/// the folders on the way to `path` belongs to another user, a thread with
/// that user's rights does it; else the caller itself.
///
/// # Errors
/// When the rights cannot be given up; nothing has been done then.
pub fn acting_at<T: Send>(path: &Path, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    if !geteuid().is_root() {
        return Ok(work());
    }
    match master(path)? {
        None => Ok(work()),
        Some(ids) => as_user(ids, work),
    }
}

/// The owner of the first part of the way to `path` that is not root's.
/// `None`: all of it is root's.
///
/// # Errors
/// When the current folder is unknown.
pub fn master(path: &Path) -> io::Result<Option<Ids>> {
    let path = std::path::absolute(path)?;
    let named = foreign(&path);
    if named.is_some() {
        return Ok(named);
    }
    // A link that root made leads to where others may rule.
    Ok(foreign(&real(&path)))
}

/// A part of the way to `path`, the file itself included, that neither root nor
/// the user of this process owns: whoever does can put another file there.
///
/// # Errors
/// When the file is not there, or may not be looked at.
pub fn of_a_stranger(path: &Path) -> io::Result<Option<PathBuf>> {
    let own = [0, geteuid().as_raw()];
    for part in fs::canonicalize(path)?.ancestors() {
        if !own.contains(&fs::symlink_metadata(part)?.uid()) {
            return Ok(Some(part.to_owned()));
        }
    }
    Ok(None)
}

/// The path without symbolic links, as far as there is something; what does
/// not exist yet is left as it is named.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(found) = fs::canonicalize(ancestor) {
            let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
            // `join` with nothing would end in a slash.
            return if rest.as_os_str().is_empty() {
                found
            } else {
                found.join(rest)
            };
        }
    }
    path.to_owned()
}

fn foreign(path: &Path) -> Option<Ids> {
    let mut walked = PathBuf::new();
    for part in path.components() {
        walked.push(part);
        if matches!(part, Component::Prefix(_)) {
            continue;
        }
        // Below what does not exist there is nothing.
        let found = fs::symlink_metadata(&walked).ok()?;
        if found.uid() != 0 {
            return Some((found.uid(), found.gid()));
        }
    }
    None
}

/// On Linux each thread has its own rights. One that has given them up ends
/// with its work, so nobody can take them back.
fn as_user<T: Send>((uid, gid): Ids, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let become_user = move || -> io::Result<()> {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
        set_thread_groups(&[gid])?;
        set_thread_res_gid(gid, gid, gid)?;
        set_thread_res_uid(uid, uid, uid)?;
        Ok(())
    };
    thread::scope(|scope| {
        let thread = scope.spawn(move || become_user().map(|()| work()));
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;

    /// Nobody's, on every Linux.
    const NOBODY: u32 = 65_534;

    #[test]
    fn root_works_in_a_folder_of_another_user_as_that_user() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("theirs");
        let secret = folder.path().join("secret");
        fs::create_dir(&theirs).unwrap();
        fs::write(&secret, "of root").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&secret, theirs.join("link")).unwrap();
        if !geteuid().is_root() {
            eprintln!("not root: only that the work is done at all is tested");
            assert_eq!(acting_at(&theirs, || 7).unwrap(), 7);
            return;
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        chown(&theirs, Some(NOBODY), Some(NOBODY)).unwrap();

        let made = theirs.join("made");
        acting_at(&made, || fs::write(&made, "")).unwrap().unwrap();
        assert_eq!(fs::metadata(&made).unwrap().uid(), NOBODY);
        let link = theirs.join("link");
        let read = acting_at(&link, || fs::read(&link)).unwrap();
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        // A way that root laid into their folder is theirs as well.
        let way = folder.path().join("way");
        symlink(&theirs, &way).unwrap();
        assert_eq!(master(&way.join("x")).unwrap(), Some((NOBODY, NOBODY)));
        // Their link out of it does not give root's rights back.
        symlink("/etc", theirs.join("etc")).unwrap();
        assert_eq!(
            master(&theirs.join("etc/x")).unwrap(),
            Some((NOBODY, NOBODY))
        );
        assert_eq!(master(&secret).unwrap(), None);
        assert_eq!(of_a_stranger(&secret).unwrap(), None);
        fs::copy(&secret, theirs.join("copy")).unwrap();
        let stranger = of_a_stranger(&theirs.join("copy")).unwrap();
        assert_eq!(stranger, Some(fs::canonicalize(&theirs).unwrap()));
        assert!(geteuid().is_root(), "the caller keeps its own rights");
    }
}
