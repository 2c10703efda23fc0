//! `mynah timers`: what is set on this appliance, beside the running one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Common, Exit, backup};

use mynah_appliance::timers::{FILE, Keeper, SystemClock};
use mynah_core::timers::{Entry, Moment, State, name, until};

const EXAMPLES: &str = "\
Examples:
  mynah timers                  timers, alarms and reminders
  mynah timers cancel 3 4       take two out, by their numbers
  mynah timers cancel --all

They are kept in $STATE_DIRECTORY, else, with /etc/mynah/mynah.toml, in
/var/lib/mynah, which only root and the appliance may look into, else in
$XDG_STATE_HOME/mynah, else ~/.local/state/mynah; the appliance notices a
change within a second.
Exit status: 0 done, 1 there is no such number, or it could not be written.";

/// Arguments of `mynah timers`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TimersArgs {
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
pub fn run(args: &TimersArgs, common: &Common) -> anyhow::Result<Exit> {
    let config = mynah_config::place(common.config.as_deref());
    let folder = book(&backup::state(config.as_deref())?)?;
    let keeper = Keeper::new(folder, Arc::new(SystemClock::default()));
    match &args.what {
        None | Some(What::List) => {
            list(&keeper, common.json);
            Ok(Exit::Done)
        }
        Some(What::Cancel { numbers, all }) => {
            let chosen = if *all {
                every(&keeper)
            } else {
                numbers.clone()
            };
            Ok(cancel(&keeper, &chosen, common.json))
        }
    }
}

/// The folder, if a book is in it. None is begun here: one that root makes is
/// one that the appliance cannot write.
fn book(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    match folder.join(FILE).metadata() {
        Ok(_) => Ok(Some(folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => anyhow::bail!(
            "the timers in `{}` are the appliance's\nhint: run `sudo mynah timers`",
            folder.display()
        ),
        Err(_) => Ok(None),
    }
}

fn every(keeper: &Keeper) -> Vec<u64> {
    keeper.look(|book, _| book.entries().iter().map(|entry| entry.id).collect())
}

fn list(keeper: &Keeper, as_json: bool) {
    keeper.look(|book, now| {
        for entry in book.entries() {
            if as_json {
                println!("{}", row(entry, now));
            } else {
                println!("{:4}  {}: {}", entry.id, name(entry), until(entry, now));
            }
        }
        if book.entries().is_empty() && !as_json {
            println!("Nothing is set.");
        }
    });
}

fn cancel(keeper: &Keeper, chosen: &[u64], as_json: bool) -> Exit {
    let changed = keeper.change(|book, now| {
        let cancelled = |id: &u64| (*id, book.cancel(*id));
        let cancelled: Vec<(u64, Option<Entry>)> = chosen.iter().map(cancelled).collect();
        (cancelled, now.clone())
    });
    let (cancelled, now) = changed.value;
    let mut exit = if changed.kept {
        Exit::Done
    } else {
        Exit::Failed
    };
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

fn row(entry: &Entry, now: &Moment) -> Value {
    let state = match entry.state {
        State::Waiting => "waiting",
        State::Paused => "paused",
        State::Ringing { .. } => "ringing",
        State::Missed { .. } => "missed",
    };
    json!({
        "id": entry.id,
        "kind": entry.kind,
        "label": entry.label,
        "state": state,
        "left_s": entry.left_ms(now).div_ceil(1_000),
        "due": entry.due(now).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
    })
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
        std::fs::write(folder.path().join(FILE), "").expect("a file");
        let found = book(folder.path()).expect("a book");
        assert_eq!(found.as_deref(), Some(folder.path()));
    }
}
