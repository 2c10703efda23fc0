//! Puts a backup in place: all of it or nothing. New files are written beside
//! their places and renamed into them; the old ones are kept aside until the
//! last step, the timers' transaction, is done.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::unpack::Unpacked;
use super::{BackupError, Bounds, Item, Kind, owner};
use crate::timers::Import;
use mynah_core::timers::Moment;
use mynah_models::{WORD_END, WORDS};
use mynah_system::privileges::{acting_at, real};

/// Where a backup is put.
#[derive(Clone, Debug)]
pub struct Target {
    /// Instead of where the configuration was.
    pub config: Option<PathBuf>,
    /// The folder of the store of timers.
    pub state: PathBuf,
    /// Where it may write.
    pub bounds: Bounds,
}

impl Target {
    /// Where a file of the backup goes.
    #[must_use]
    pub fn of(&self, item: &Item) -> PathBuf {
        match item.kind {
            Kind::Config => self.config.clone().unwrap_or_else(|| item.path.clone()),
            Kind::Secret => item.path.clone(),
            Kind::Timers => self.state.clone(),
            Kind::Word => {
                let name = item.path.file_name().unwrap_or_default();
                self.state.join(WORDS).join(name)
            }
        }
    }
}

/// Puts everything in place. The appliance may run meanwhile: it notices new
/// timers within a second, a new configuration at its next start.
///
/// # Errors
/// When a part cannot be put in place; then everything is as it was.
pub fn restore(unpacked: &Unpacked, target: &Target, now: &Moment) -> Result<(), BackupError> {
    let mut swap = Swap::default();
    let result = put(unpacked, target, now, &mut swap);
    if result.is_err() {
        swap.undo();
    }
    result
}

fn put(
    unpacked: &Unpacked,
    target: &Target,
    now: &Moment,
    swap: &mut Swap,
) -> Result<(), BackupError> {
    for (item, content) in unpacked.list.files.iter().zip(&unpacked.contents) {
        if item.kind != Kind::Timers {
            let place = target.of(item);
            let allowed = match item.kind {
                Kind::Config if target.bounds.named => true,
                Kind::Word => stays_in(&place, &target.state),
                _ => target.bounds.allow(&place),
            };
            swap.stage(item, &place, content, allowed)?;
        }
    }
    // Held until it is written, so that only its commit can still fail.
    let timers = match &unpacked.timers {
        Some(book) => Some(Import::begin(&target.state, book, now)?),
        None => None,
    };
    swap.exchange()?;
    if let Some(timers) = timers {
        timers.commit()?;
    }
    swap.finish();
    Ok(())
}

/// The name of a trained word by its file; `None` if it is no such file.
pub(super) fn word_name(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?.strip_suffix(WORD_END)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

/// Whether a file really lies where the words of this state do: a link might lead
/// elsewhere.
fn stays_in(place: &Path, state: &Path) -> bool {
    word_name(place).is_some() && real(place).starts_with(real(state))
}

/// Files that are exchanged together.
#[derive(Default)]
struct Swap {
    moves: Vec<Move>,
    /// Folders that were made for them.
    made: Vec<PathBuf>,
}

/// One file on its way into its place.
struct Move {
    place: PathBuf,
    new: PathBuf,
    /// The file that was there, once it is kept aside.
    old: Option<PathBuf>,
    exchanged: bool,
}

impl Swap {
    /// Writes a file beside its place, with the owner and the permissions that
    /// it had. `allowed`: a backup may write there, as things are now.
    fn stage(
        &mut self,
        item: &Item,
        place: &Path,
        content: &[u8],
        allowed: bool,
    ) -> Result<(), BackupError> {
        if !allowed {
            let cause = io::Error::from(io::ErrorKind::PermissionDenied);
            return Err(place_error("write", place)(cause));
        }
        // What is a link stays one; what it leads to is exchanged.
        let place = real(place);
        let folder = place.parent().unwrap_or(Path::new("/")).to_owned();
        self.make(&folder)
            .map_err(place_error("make the folder", &folder))?;
        let new = beside(&place, "restoring");
        self.moves.push(Move {
            place: place.clone(),
            new: new.clone(),
            old: None,
            exchanged: false,
        });
        at(&place, || write(&new, &folder, item, content)).map_err(place_error("write", &new))
    }

    fn make(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|f| !f.exists()).collect();
        for folder in missing.into_iter().rev() {
            at(folder, || DirBuilder::new().mode(0o755).create(folder))?;
            self.made.push(folder.to_owned());
        }
        Ok(())
    }

    fn exchange(&mut self) -> Result<(), BackupError> {
        for change in &mut self.moves {
            let place = change.place.clone();
            acting_at(&place, || change.exchange())
                .unwrap_or_else(|error| Err(place_error("write", &place)(error)))?;
        }
        self.reach_the_disk();
        Ok(())
    }

    /// Everything is in place: what was there before is not needed any more.
    fn finish(&self) {
        for old in self.moves.iter().filter_map(|change| change.old.as_ref()) {
            if let Err(error) = at(old, || fs::remove_file(old)) {
                tracing::warn!("`{}` is left over: {error}", old.display());
            }
        }
        self.reach_the_disk();
    }

    fn undo(&self) {
        for change in self.moves.iter().rev() {
            if let Err(error) = at(&change.place, || change.undo()) {
                let place = change.place.display();
                tracing::error!("`{place}` could not be put back: {error}");
            }
        }
        for folder in self.made.iter().rev() {
            let _ = at(folder, || fs::remove_dir(folder));
        }
    }

    fn reach_the_disk(&self) {
        for folder in self.moves.iter().filter_map(|change| change.place.parent()) {
            let _ = at(folder, || fs::File::open(folder)?.sync_all());
        }
    }
}

impl Move {
    fn exchange(&mut self) -> Result<(), BackupError> {
        let place = &self.place;
        let old = beside(place, "before-restore");
        // One that is there is from a restore that a power cut ended: it, and
        // not what that one put here, is what was there before.
        if old.exists() {
            self.old = Some(old);
        } else if place.exists() {
            fs::hard_link(place, &old)
                .or_else(|_| fs::copy(place, &old).map(drop))
                .map_err(place_error("keep a copy of", place))?;
            self.old = Some(old);
        }
        fs::rename(&self.new, place).map_err(place_error("write", place))?;
        self.exchanged = true;
        Ok(())
    }

    fn undo(&self) -> io::Result<()> {
        let _ = fs::remove_file(&self.new);
        match &self.old {
            // Two names of one file are left alone by the system.
            Some(old) => fs::rename(old, &self.place).map(|()| {
                let _ = fs::remove_file(old);
            }),
            None if self.exchanged => fs::remove_file(&self.place),
            None => Ok(()),
        }
    }
}

/// As the owner of the folders on the way, if they are not root's.
fn at<T: Send>(path: &Path, work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    acting_at(path, work).and_then(|done| done)
}

fn write(new: &Path, folder: &Path, item: &Item, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(new)?;
    file.write_all(content)?;
    owner::give(&file, folder, &item.owner, &item.group)?;
    // Only its owner writes it, and it is no program.
    let mode = u32::from_str_radix(&item.mode, 8).unwrap_or(0o600);
    file.set_permissions(Permissions::from_mode(mode & 0o644))?;
    file.sync_all()
}

fn beside(place: &Path, why: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{why}"))
}

fn place_error<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> BackupError + use<'a> {
    move |cause| BackupError::Place {
        action,
        path: path.into(),
        cause,
    }
}
