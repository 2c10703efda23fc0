//! The former form of the book, an embedded database in one file: it is read
//! into memory, and the file is left as it is. A program of the version before
//! goes on with it when a system update is rolled back.

use std::collections::BTreeMap;
use std::io;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use redb::{
    Database, ReadableDatabase as _, ReadableTable as _, StorageBackend, TableDefinition,
    TableError,
};
use serde_json::Value;

use super::form::{self, MAX_ID};

/// The file's name, in the folder of the state.
pub(super) const FILE: &str = "timers.redb";

/// Entries by id, as JSON.
const ENTRIES: TableDefinition<u64, &[u8]> = TableDefinition::new("entries");
/// `next_id` and `volume`.
const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

/// What opening may make of the copy in memory: a damaged length would fill
/// the machine's memory.
const MAX_BYTES: usize = 32 << 20;

/// What was in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Former {
    /// By id.
    pub(super) rows: BTreeMap<u64, Value>,
    /// The id that the next entry would have got.
    pub(super) next_id: u64,
    /// In percent.
    pub(super) volume: Option<u8>,
    /// Its checksums are not right, so that there may have been more in it.
    pub(super) doubtful: bool,
}

impl Former {
    /// Of what is in it, whatever the database looks like on disk.
    pub(super) fn sha256(&self) -> String {
        let all = serde_json::json!([self.rows, self.next_id, self.volume]);
        form::digest(all.to_string().as_bytes())
    }
}

/// Reads all of a database. `Ok(Err(why))`: it is damaged. `None`: there is
/// none.
///
/// # Errors
/// When the file may not be read.
pub(super) fn read(path: &Path) -> io::Result<Option<Result<Former, String>>> {
    Ok(form::content(path)?.map(parse))
}

/// The database's own checks do not cover all of it, and what they miss ends
/// in a panic: in opening, in reading, and once more in closing. A panic while
/// another one is under way would end the process, so a database that has
/// panicked is never closed.
fn parse(bytes: Vec<u8>) -> Result<Former, String> {
    let panicked = |_| "the database panicked".to_owned();
    let open = || Database::builder().create_with_backend(Copy(RwLock::new(bytes)));
    let database = catch_unwind(AssertUnwindSafe(open))
        .map_err(panicked)?
        .map_err(|error| error.to_string())?;
    let mut database = ManuallyDrop::new(database);
    let mut former = catch_unwind(AssertUnwindSafe(|| all_of(&database)))
        .map_err(panicked)?
        .map_err(|error| error.to_string())?;
    let sound = catch_unwind(AssertUnwindSafe(|| database.check_integrity()));
    former.doubtful = !matches!(sound, Ok(Ok(true)));
    if sound.is_err() {
        return Ok(former);
    }
    let close = || drop(ManuallyDrop::into_inner(database));
    // All of it has been read.
    let _ = catch_unwind(AssertUnwindSafe(close));
    Ok(former)
}

fn all_of(database: &Database) -> Result<Former, redb::Error> {
    let reading = database.begin_read()?;
    let mut former = Former {
        next_id: 1,
        ..Former::default()
    };
    match reading.open_table(ENTRIES) {
        Err(TableError::TableDoesNotExist(_)) => {}
        Err(error) => return Err(error.into()),
        Ok(table) => {
            for row in table.iter()? {
                let (id, row) = row?;
                let row = serde_json::from_slice(row.value())
                    .map_err(|error| redb::Error::Corrupted(error.to_string()))?;
                former.rows.insert(id.value(), row);
            }
        }
    }
    match reading.open_table(NUMBERS) {
        Err(TableError::TableDoesNotExist(_)) => {}
        Err(error) => return Err(error.into()),
        Ok(table) => {
            if let Some(next) = table.get("next_id")? {
                former.next_id = next.value().clamp(1, MAX_ID);
            }
            if let Some(volume) = table.get("volume")? {
                former.volume = u8::try_from(volume.value()).ok();
            }
        }
    }
    Ok(former)
}

/// The database's file in memory, where it may write what it likes.
#[derive(Debug)]
struct Copy(RwLock<Vec<u8>>);

fn out_of_range() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "out of the file's range")
}

fn range(offset: u64, length: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(offset).ok()?;
    Some(start..start.checked_add(length)?)
}

impl StorageBackend for Copy {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.read().unwrap_or_else(PoisonError::into_inner).len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let bytes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let range = range(offset, out.len()).ok_or_else(out_of_range)?;
        out.copy_from_slice(bytes.get(range).ok_or_else(out_of_range)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).ok().filter(|len| *len <= MAX_BYTES);
        let mut bytes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        bytes.resize(len.ok_or_else(out_of_range)?, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut bytes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let range = range(offset, data.len()).ok_or_else(out_of_range)?;
        let place = bytes.get_mut(range).ok_or_else(out_of_range)?;
        place.copy_from_slice(data);
        Ok(())
    }
}

/// Writes a database as the version before did.
#[cfg(test)]
pub(super) fn write(path: &Path, former: &Former) {
    let database = Database::create(path).unwrap();
    let writing = database.begin_write().unwrap();
    {
        let mut table = writing.open_table(ENTRIES).unwrap();
        table.retain(|_, _| false).unwrap();
        for (id, row) in &former.rows {
            let row = serde_json::to_vec(row).unwrap();
            table.insert(id, row.as_slice()).unwrap();
        }
        let mut table = writing.open_table(NUMBERS).unwrap();
        table.insert("next_id", former.next_id).unwrap();
        if let Some(volume) = former.volume {
            table.insert("volume", u64::from(volume)).unwrap();
        }
    }
    writing.commit().unwrap();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn former() -> Former {
        Former {
            rows: (1..4)
                .map(|id| (id, json!({"id": id, "label": "tea"})))
                .collect(),
            next_id: 4,
            volume: Some(30),
            doubtful: false,
        }
    }

    #[test]
    fn what_the_version_before_wrote_is_read_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        assert!(read(&path).unwrap().is_none());
        write(&path, &former());
        let before = std::fs::read(&path).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().unwrap(), former());
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    /// Bits of the pages that are in use, and cuts: either an answer or an
    /// error, never a panic that leaves the function, an abort or a long wait.
    /// `MYNAH_FLIPS=5000` flips more of them.
    #[test]
    fn no_damage_ends_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        write(&path, &former());
        let whole = std::fs::read(&path).unwrap();
        let used: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
        std::panic::set_hook(Box::new(|_| {}));
        let (mut good, mut doubtful, mut refused, mut unseen) = (0, 0, 0, 0);
        let flips = std::env::var("MYNAH_FLIPS").map_or(150, |text| text.parse().unwrap());
        for at in used.iter().step_by(used.len() / flips + 1) {
            let mut broken = whole.clone();
            broken[*at] ^= 1 << (at % 8);
            match parse(broken) {
                Ok(it) if it.doubtful => doubtful += 1,
                Ok(it) if it == former() => good += 1,
                // The database goes back to the state before the last change.
                Ok(_) => unseen += 1,
                Err(_) => refused += 1,
            }
        }
        for length in [0, 1, 9, 319, 320, 4096, whole.len() / 2, whole.len() - 1] {
            let cut = parse(whole[..length].to_vec());
            // An empty file is a new database.
            assert!(cut.is_err() || length == 0, "cut to {length}: {cut:?}");
        }
        let _ = std::panic::take_hook();
        println!("{good} good, {doubtful} doubtful, {refused} refused, {unseen} unseen");
        assert!(good > 0 && doubtful > 0 && refused > 0 && unseen * 50 <= good);
    }
}
