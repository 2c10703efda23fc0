//! Who owns a file, by name: numbers differ from one machine to the next.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The machine's lists of users and groups: `name:x:number:...`, a line each.
const USERS: &str = "/etc/passwd";
const GROUPS: &str = "/etc/group";

/// Whom the appliance runs as.
const SERVICE: &str = "mynah";

/// The names of a file's owner and group; empty where there is none.
pub(super) fn names(file: &Metadata) -> (String, String) {
    let name = |list, number| {
        let list = std::fs::read_to_string(list).unwrap_or_default();
        name_of(&list, number).unwrap_or_default().to_owned()
    };
    (name(USERS, file.uid()), name(GROUPS, file.gid()))
}

/// Gives a file to who owned it where the backup was made, as far as they are
/// known here and may own it: root, Mynah, or the owner of the folder. Only
/// root can; else it stays whose it is.
pub(super) fn give(file: &File, folder: &Path, owner: &str, group: &str) -> std::io::Result<()> {
    if !is_root() {
        return Ok(());
    }
    let its = std::fs::metadata(folder)?;
    let number = |list, name: &str, own: u32| {
        let list = std::fs::read_to_string(list).unwrap_or_default();
        let number = number_of(&list, name)?;
        ([0, own].contains(&number) || name == SERVICE).then_some(number)
    };
    std::os::unix::fs::fchown(
        file,
        number(USERS, owner, its.uid()),
        number(GROUPS, group, its.gid()),
    )
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn name_of(list: &str, number: u32) -> Option<&str> {
    lines(list).find_map(|(name, its)| (its == number).then_some(name))
}

fn number_of(list: &str, name: &str) -> Option<u32> {
    lines(list).find_map(|(its, number)| (its == name).then_some(number))
}

fn lines(list: &str) -> impl Iterator<Item = (&str, u32)> {
    list.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        Some((name, fields.nth(1)?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_found_in_the_machine_s_lists() {
        const LIST: &str = "root:x:0:0:root:/:/bin/sh\n\nodd\nmynah:x:998:998::/:/bin/false\n";
        assert_eq!(name_of(LIST, 998), Some("mynah"));
        assert_eq!(number_of(LIST, "root"), Some(0));
        assert_eq!(name_of(LIST, 5), None);
        assert_eq!(number_of(LIST, "odd"), None);
    }
}
