//! `mynah timers`: what is set on this appliance, beside the running one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Common, Exit, backup};

use mynah_appliance::runtime::events::slots_json;
use mynah_appliance::timers::{Keeper, SystemClock, is_begun};
use mynah_core::language::Phrase;
use mynah_core::timers::{Entry, Kind, Moment, State, name, status};
use mynah_system::privileges::acting_at;

const EXAMPLES: &str = "\
Examples:
  mynah timers                  timers, alarms, reminders, scheduled commands
  mynah timers cancel 3 4       take two out, by their numbers
  mynah timers cancel --all

They are kept in $STATE_DIRECTORY, else, with /etc/mynah/mynah.toml, in
/var/lib/mynah, which only root and the appliance may look into, else in
$XDG_STATE_HOME/mynah, else ~/.local/state/mynah; the appliance notices a
change within a second.
Exit status: 0 done, 1 there is no such number, it could not be written, or the
list is not all that is set.";

/// Arguments of `mynah timers`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TimersArgs {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say what is set
    List,
    /// Take some out
    Cancel {
        /// Their numbers
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        numbers: Vec<u64>,
        /// All of them
        #[arg(long)]
        all: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// When there is no place for state, or it is another user's.
pub(crate) fn run(args: &TimersArgs, common: &Common) -> anyhow::Result<Exit> {
    let config = mynah_config::place(common.config.as_deref());
    let folder = book(&backup::state(config.as_deref())?)?;
    let keeper = Keeper::new(folder, Arc::new(SystemClock::default()));
    match &args.what {
        None | Some(What::List) => {
            list(&keeper, common.json);
            Ok(doubts(&keeper))
        }
        Some(What::Cancel { numbers, all }) => {
            let chosen = if *all {
                every(&keeper)
            } else {
                numbers.clone()
            };
            let cancelled = cancel(&keeper, &chosen, common.json);
            Ok(if doubts(&keeper) == Exit::Done {
                cancelled
            } else {
                Exit::Failed
            })
        }
    }
}

/// Says why the list may not be all that is set. What was put aside earlier is
/// said too, and no failure any more.
fn doubts(keeper: &Keeper) -> Exit {
    let health = keeper.health();
    let mut doubts: Vec<String> = keeper.trouble().into_iter().collect();
    if health.lost {
        doubts.push("some or all of what was set is lost: every copy of it is damaged".into());
    }
    match health.not_understood {
        0 => {}
        1 => doubts.push("1 entry is of another version of Mynah; it is kept".into()),
        more => doubts.push(format!(
            "{more} entries are of another version of Mynah; they are kept"
        )),
    }
    for doubt in &doubts {
        eprintln!("mynah: {doubt}");
    }
    for file in &health.damaged {
        eprintln!("mynah: `{}` is damaged, and was put aside", file.display());
    }
    if doubts.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}

/// The folder, if a book is in it. None is begun here: one that root makes is
/// one that the appliance cannot write.
fn book(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let begun = acting_at(folder, || is_begun(folder)).and_then(|begun| begun);
    match begun {
        Ok(begun) => Ok(begun.then(|| folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => anyhow::bail!(
            "the timers in `{}` are the appliance's\nhint: run `sudo mynah timers`",
            folder.display()
        ),
        Err(error) => anyhow::bail!("cannot look into `{}`: {error}", folder.display()),
    }
}

fn every(keeper: &Keeper) -> Vec<u64> {
    keeper.look(|book, _| book.entries().iter().map(|entry| entry.id).collect())
}

fn list(keeper: &Keeper, as_json: bool) {
    let nothing = keeper.look(|book, now| {
        for entry in book.entries() {
            if as_json {
                println!("{}", row(entry, now));
            } else {
                println!("{:4}  {}: {}", entry.id, what(entry), status(entry, now));
            }
        }
        book.entries().is_empty()
    });
    // What is not known is not said.
    if nothing && !as_json && keeper.trouble().is_none() && !keeper.health().lost {
        println!("Nothing is set.");
    }
}

fn cancel(keeper: &Keeper, chosen: &[u64], as_json: bool) -> Exit {
    let changed = keeper.change(|book, now| {
        let cancelled = |id: &u64| (*id, book.cancel(*id));
        let cancelled: Vec<(u64, Option<Entry>)> = chosen.iter().map(cancelled).collect();
        (cancelled, now.clone())
    });
    let (cancelled, now) = changed.value;
    if !changed.kept {
        eprintln!("mynah: it could not be written down, so nothing is cancelled");
        return Exit::Failed;
    }
    let mut exit = Exit::Done;
    for (id, entry) in &cancelled {
        match entry {
            Some(entry) if as_json => println!("{}", row(entry, &now)),
            Some(entry) => println!("{id:4}  {} is cancelled", name(entry)),
            None => {
                exit = Exit::Failed;
                if as_json {
                    println!("{}", json!({"id": id, "error": "there is no such number"}));
                } else {
                    eprintln!("there is no number {id}");
                }
            }
        }
    }
    exit
}

/// What an entry is, beside its time: an alarm's name would say that again.
pub(super) fn what(entry: &Entry) -> String {
    match entry.kind {
        Kind::Alarm => Phrase::Noun(entry.kind.noun()).said(),
        _ => name(entry),
    }
}

pub(super) fn row(entry: &Entry, now: &Moment) -> Value {
    let state = match entry.state {
        State::Waiting => "waiting",
        State::Paused => "paused",
        State::Ringing { .. } => "ringing",
        State::Missed { .. } => "missed",
    };
    let mut row = json!({
        "id": entry.id,
        "kind": entry.kind,
        "label": entry.label,
        "state": state,
        "left_s": entry.left_ms(now).div_ceil(1_000),
        "due": entry.due(now).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
    });
    if let Some(intent) = &entry.command {
        row["intent"] = intent.name.as_str().into();
        row["slots"] = slots_json(intent).into();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_begins_no_book() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(book(folder.path()).expect("no book is no error"), None);
        let keeper = Keeper::new(None, Arc::new(SystemClock::default()));
        assert_eq!(cancel(&keeper, &[7], true), Exit::Failed);
        let kept = Keeper::new(
            Some(folder.path().to_owned()),
            Arc::new(SystemClock::default()),
        );
        assert!(kept.change(|book, _| book.set_volume(5)).kept);
        let found = book(folder.path()).expect("a book");
        assert_eq!(found.as_deref(), Some(folder.path()));
        assert_eq!(doubts(&kept), Exit::Done);
    }

    #[test]
    fn a_list_that_may_not_be_all_fails_and_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("timers.redb");
        for damage in ["", "x", "no database at all"] {
            std::fs::write(&file, damage).expect("a file");
            let keeper = Keeper::new(
                Some(folder.path().to_owned()),
                Arc::new(SystemClock::default()),
            );
            list(&keeper, false);
            let expected = if damage.is_empty() {
                // Nothing was ever written into it.
                Exit::Done
            } else {
                Exit::Failed
            };
            assert_eq!(doubts(&keeper), expected, "{damage}");
            assert_eq!(std::fs::read_to_string(&file).expect("the file"), damage);
            assert_eq!(std::fs::read_dir(folder.path()).expect("it").count(), 1);
        }
    }
}
