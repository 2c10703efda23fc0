//! Who owns a file, by name: numbers differ from one machine to the next.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User};

/// Whom the appliance runs as.
const SERVICE: &str = "mynah";

/// The names of a file's owner and group; empty where there is none.
pub(super) fn names(file: &Metadata) -> (String, String) {
    let user = User::from_uid(Uid::from_raw(file.uid())).ok().flatten();
    let group = Group::from_gid(Gid::from_raw(file.gid())).ok().flatten();
    (
        user.map(|user| user.name).unwrap_or_default(),
        group.map(|group| group.name).unwrap_or_default(),
    )
}

/// Gives a file to who owned it where the backup was made, as far as they are
/// known here and may own it: root, Mynah, or the owner of the folder. Only
/// root can; else it stays whose it is.
pub(super) fn give(file: &File, folder: &Path, owner: &str, group: &str) -> std::io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let its = std::fs::metadata(folder)?;
    let user = User::from_name(owner).ok().flatten();
    let group_found = Group::from_name(group).ok().flatten();
    let may = |number: u32, name: &str, own: u32| [0, own].contains(&number) || name == SERVICE;
    std::os::unix::fs::fchown(
        file,
        user.map(|user| user.uid.as_raw())
            .filter(|number| may(*number, owner, its.uid())),
        group_found
            .map(|group| group.gid.as_raw())
            .filter(|number| may(*number, group, its.gid())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_root_are_found() {
        let file = std::fs::metadata("/").expect("every machine has it");
        assert_eq!(names(&file), ("root".to_owned(), "root".to_owned()));
    }
}
