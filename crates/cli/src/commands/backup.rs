//! `mynah backup`: what is the owner's, in one file.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::{Common, Exit};
use mynah_appliance::backup::collect::{Collected, Places, collect};
use mynah_appliance::backup::pack::pack;
use mynah_appliance::backup::{Item, Kind};

use mynah_appliance::timers::appliance_state_dir;

const EXAMPLES: &str = "\
In it are the configuration, the tokens, passwords and certificates that it
names, the timers, alarms and reminders, the volume, and trained wake words; not
models, and not the programs that intents run. The appliance may run meanwhile. Whoever has the file
has the tokens: it can be read by its owner only, keep it so.

Examples:
  sudo mynah backup /media/stick/mynah-backup.zip
  mynah backup here.zip --dry-run      what would be in it
  mynah restore here.zip               puts it back

Timers are those of $STATE_DIRECTORY, else, with /etc/mynah/mynah.toml, of
/var/lib/mynah, else your own.
Exit status: 0 done, 1 something failed, or is not in the backup.";

/// Arguments of `mynah backup`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BackupArgs {
    /// The file to write, a zip file
    file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    /// Write nothing; say what would be in it
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// When something that belongs in it cannot be read, or the file cannot be
/// written.
pub(crate) fn run(args: &BackupArgs, common: &Common) -> anyhow::Result<Exit> {
    let collected = collect(&places(common)?)?;
    if !args.dry_run {
        pack(&collected, &args.file, args.force)?;
    }
    for left_out in &collected.left_out {
        eprintln!(
            "mynah: `{}` is not in the backup: {}",
            left_out.path.display(),
            left_out.why
        );
    }
    if common.json {
        println!("{}", as_json(&collected, args));
    } else {
        print(&collected, args);
    }
    Ok(if collected.left_out.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// Where what is the owner's lies on this machine.
fn places(common: &Common) -> anyhow::Result<Places> {
    let config = mynah_config::place(common.config.as_deref());
    Ok(Places {
        state: state(config.as_deref())?,
        config,
    })
}

/// Where the timers lie that belong to this configuration.
pub(super) fn state(config: Option<&Path>) -> anyhow::Result<PathBuf> {
    appliance_state_dir(config.is_some_and(mynah_config::is_the_system_s))
        .context("there is no place for timers\nhint: set STATE_DIRECTORY")
}

fn print(collected: &Collected, args: &BackupArgs) {
    for item in &collected.list.files {
        println!("{}", line(item, &item.path, collected.timers));
    }
    if collected.list.files.is_empty() {
        println!("Nothing is yours yet: there is neither a configuration nor a timer.");
    }
    if args.dry_run {
        println!("Nothing was written.");
    } else {
        println!("It is all in `{}`.", args.file.display());
    }
}

/// A file of a backup, for people.
pub(super) fn line(item: &Item, path: &Path, timers: usize) -> String {
    let noun = match item.kind {
        Kind::Config => "configuration".into(),
        Kind::Secret => "secret".into(),
        Kind::Word => "wake word".into(),
        Kind::Timers if timers == 1 => "1 timer, volume".into(),
        Kind::Timers => format!("{timers} timers, volume"),
    };
    format!("{noun:<18} {}", path.display())
}

fn as_json(collected: &Collected, args: &BackupArgs) -> serde_json::Value {
    let list = &collected.list;
    json!({
        "file": args.file,
        "written": !args.dry_run,
        "made_by": list.made_by,
        "made_at": list.made_at,
        "host": list.host,
        "files": list.files.iter().map(|item| json!({
            "kind": item.kind,
            "path": item.path,
            "mode": item.mode,
            "bytes": item.bytes,
            "sha256": item.sha256,
        })).collect::<Vec<_>>(),
        "timers": collected.timers,
        "left_out": collected.left_out,
    })
}
