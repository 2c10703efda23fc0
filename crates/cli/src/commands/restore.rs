//! `mynah restore`: a backup back in its place, all of it or nothing.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::backup::{line, state};
use super::{Common, Exit};
use mynah_appliance::backup::restore::{Target, restore};
use mynah_appliance::backup::unpack::{Unpacked, unpack};
use mynah_appliance::backup::{BackupError, Bounds, Kind};

use mynah_appliance::timers::{Clock as _, Portable, SystemClock};

const EXAMPLES: &str = "\
The configuration goes where it was, or to --config; tokens and certificates go
where they were, if that is below /etc/mynah, /var/lib/mynah or beside the
configuration (elsewhere only with --force); timers, alarms and reminders take the place of those that are
set. What became due meanwhile is as after a power cut: late by ten minutes it
rings, later it is told once. Either all of it is put back or nothing. The
appliance may run: it notices timers within a second, the configuration with
`mynah reload`.

Examples:
  mynah restore mynah-backup.zip --dry-run    what is in it, and where it goes
  sudo mynah restore mynah-backup.zip
  sudo mynah reload

Exit status: 0 done, 1 nothing was changed, 2 the configuration in it is wrong
(nothing was changed).";

/// Arguments of `mynah restore`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RestoreArgs {
    /// A file that `mynah backup` made
    file: PathBuf,
    /// Change nothing; say what is in it and where it would go
    #[arg(long)]
    dry_run: bool,
    /// Restore it even if this version finds its configuration wrong, and to
    /// wherever it was, except into the system
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// When it is no whole backup, or cannot be put in place; nothing was changed
/// then.
pub(crate) fn run(args: &RestoreArgs, common: &Common) -> anyhow::Result<Exit> {
    let named = common.config.as_deref().map(std::path::absolute);
    let named = named.transpose()?;
    // Its folder is the owner's, by the word of the owner or of the machine.
    let in_effect = named.clone().or_else(|| mynah_config::place(None));
    let bounds = Bounds {
        config: in_effect.map(std::path::absolute).transpose()?,
        named: named.is_some(),
        anywhere: args.force,
    };
    let unpacked = unpack(&args.file, &bounds)?;
    let checked = unpacked.check();
    if let Err(error @ BackupError::Wrong(_)) = &checked
        && !args.force
    {
        eprintln!("mynah: {error}");
        return Ok(Exit::Usage);
    }
    let was = unpacked.config().map(|(item, _)| item.path.clone());
    let config = named.or(was);
    let target = Target {
        state: state(config.as_deref().or(mynah_config::place(None).as_deref()))?,
        config,
        bounds,
    };
    if !args.dry_run {
        restore(&unpacked, &target, &SystemClock::default().now())?;
    }
    if common.json {
        println!("{}", as_json(&unpacked, &target, args));
    } else {
        print(&unpacked, &target, args);
    }
    Ok(Exit::Done)
}

fn print(unpacked: &Unpacked, target: &Target, args: &RestoreArgs) {
    let list = &unpacked.list;
    println!(
        "Made by Mynah {} on `{}`, {}:",
        list.made_by, list.host, list.made_at
    );
    let timers = unpacked.timers.as_ref().map_or(0, Portable::count);
    for item in &list.files {
        println!("{}", line(item, &target.of(item), timers));
    }
    if args.dry_run {
        println!("Nothing was changed.");
    } else if list.files.iter().any(|item| item.kind == Kind::Config) {
        println!("It is all in its place. For the configuration: `sudo mynah reload`.");
    } else {
        println!("It is all in its place.");
    }
}

fn as_json(unpacked: &Unpacked, target: &Target, args: &RestoreArgs) -> serde_json::Value {
    let list = &unpacked.list;
    json!({
        "file": args.file,
        "restored": !args.dry_run,
        "made_by": list.made_by,
        "made_at": list.made_at,
        "host": list.host,
        "files": list.files.iter().map(|item| json!({
            "kind": item.kind,
            "path": target.of(item),
            "was": item.path,
            "mode": item.mode,
            "bytes": item.bytes,
        })).collect::<Vec<_>>(),
        "timers": unpacked.timers.as_ref().map_or(0, Portable::count),
        "volume": unpacked.timers.as_ref().and_then(Portable::volume),
    })
}
