//! `mynah import`: what another system knows of the house, as lists of the
//! configuration.

mod house;
mod merge;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use self::house::{Entry, House, List};
use self::merge::{Change, merge};
use super::{Common, Exit};
use mynah_config::Source;

const EXAMPLES: &str = "\
Examples:
  mynah import home-assistant --url http://homeassistant.local:8123 --token-file token
  mynah import home-assistant -o mynah.toml --dry-run   what would change in the file
  mynah import home-assistant -o mynah.toml             add what is new, keep the rest

The token is a long-lived one: in Home Assistant, your profile, security.
Without --url and --token-file, those of [home_assistant] in the configuration.

Exit status: 0 done, 1 something failed, 2 wrong usage or configuration.";

/// Kinds of entities that people speak of.
const DOMAINS: &str = "light,switch,cover,fan,climate,lock,media_player,scene,script,vacuum";

/// Arguments of `mynah import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// Areas and entities of Home Assistant, a list for each kind
    #[command(after_help = EXAMPLES)]
    HomeAssistant(HouseArgs),
}

/// Arguments of `mynah import home-assistant`.
#[derive(Debug, Args)]
pub(crate) struct HouseArgs {
    /// Its address, such as `http://homeassistant.local:8123`
    #[arg(long, requires = "token_file")]
    url: Option<String>,
    /// File that holds a long-lived access token
    #[arg(long, value_name = "FILE", requires = "url")]
    token_file: Option<PathBuf>,
    /// Certificates (PEM) to be trusted instead of the public authorities
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Kinds of entities, separated by commas
    #[arg(long, value_name = "KINDS", default_value = DOMAINS, value_delimiter = ',')]
    domains: Vec<String>,
    /// Add the lists to this file; without, they are printed
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Change no file; say what would change
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(args: &ImportArgs, common: &Common) -> anyhow::Result<Exit> {
    let From::HomeAssistant(args) = &args.from;
    let house = reach(args, common)?;
    eprintln!("reading entities and areas from {}", house.url);
    let lists = house.lists(&args.domains)?;
    let before = match &args.output {
        Some(path) => read(path)?,
        None => String::new(),
    };
    let merged = merge(&before, &lists).context("cannot read the file to be added to")?;
    if let Some(path) = &args.output {
        still_right(path, &before, &merged.text)?;
    }
    tell(&lists, &merged.changes, args, common.json, &merged.text);
    match &args.output {
        Some(path) if !args.dry_run && merged.text != before => {
            write(path, &merged.text)?;
            eprintln!("wrote {}", path.display());
        }
        Some(path) if merged.text == before => eprintln!("nothing new for {}", path.display()),
        _ => {}
    }
    Ok(Exit::Done)
}

/// The house that the arguments name, else the configuration.
fn reach(args: &HouseArgs, common: &Common) -> anyhow::Result<House> {
    if let (Some(url), Some(token_file)) = (&args.url, &args.token_file) {
        return Ok(House::new(url, token_file, args.ca_file.as_deref()));
    }
    let settings = mynah_config::load(common.config.as_deref())?;
    let Some(house) = settings.home_assistant else {
        bail!(
            "there is no Home Assistant to read from\nhint: give --url and --token-file, or add \
             [home_assistant] to the configuration"
        );
    };
    let ca_file = args.ca_file.as_deref().or(house.ca_file.as_deref());
    Ok(House::new(&house.url, &house.token_file, ca_file))
}

fn read(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Fails when the new text has a problem that the old one had not.
fn still_right(path: &Path, before: &str, after: &str) -> anyhow::Result<()> {
    let source = |text: &str| Source {
        name: path.display().to_string(),
        text: text.to_owned(),
    };
    if mynah_config::parse(before).is_ok()
        && let Err(problems) = mynah_config::parse(after)
    {
        bail!(
            "the file would be wrong with what Home Assistant calls its things; it was not \
             changed\n{}",
            source(after).report(&problems)
        );
    }
    Ok(())
}

/// Whole or not at all: a power cut must not cost the owner the file.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write `{}`", path.display());
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).with_context(failed)?;
    if let Ok(existing) = std::fs::metadata(&path) {
        let permissions = existing.permissions();
        file.as_file()
            .set_permissions(permissions)
            .with_context(failed)?;
    }
    file.as_file().sync_all().with_context(failed)?;
    file.persist(&path).with_context(failed)?;
    Ok(())
}

fn tell(lists: &[List], changes: &[Change], args: &HouseArgs, as_json: bool, text: &str) {
    if as_json {
        for change in changes {
            let Entry {
                value,
                say,
                entity,
                area,
            } = &change.entry;
            println!(
                "{}",
                json!({"list": change.list, "value": value, "say": say, "entity": entity,
                       "area": area, "status": change.status.name()})
            );
        }
        return;
    }
    if args.output.is_none() {
        print!("{text}");
    }
    for change in changes
        .iter()
        .filter(|change| change.is_told(args.output.is_some()))
    {
        let Change {
            list,
            entry,
            status,
        } = change;
        let name = status.name();
        eprintln!("  {name:<5} {list}: {} ({})", entry.value, entry.say);
    }
    let count = |wanted: &str| {
        let all = changes.iter();
        all.filter(|change| change.status.name() == wanted).count()
    };
    eprintln!(
        "{} lists: {} new, {} kept, {} gone",
        lists.len(),
        count("new"),
        count("kept"),
        count("gone")
    );
}
