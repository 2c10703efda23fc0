//! `mynah import`: imports areas and entities of another system as lists.

mod house;
mod merge;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use self::house::{Entry, ImportClient, List};
use self::merge::{Change, merge};
use super::{Common, Exit, files};
use mynah_config::Source;
use mynah_core::language;
use mynah_core::model::EntityFilter;
use mynah_core::suggest;

const EXAMPLES: &str = "\
Examples:
  mynah import home-assistant --url http://homeassistant.local:8123 --token-file token
  mynah import home-assistant -o mynah.toml --dry-run   what would change in the file
  mynah import home-assistant -o mynah.toml             add what is new, keep the rest

The token is a long-lived one: in Home Assistant, your profile, security.
Without --url and --token-file, those of [home_assistant] in the configuration.

Exit status: 0 done, 1 something failed, 2 wrong usage or configuration.";

/// Default domains: those of [`registry::DOMAINS`](mynah_actions::registry::DOMAINS).
const DOMAINS: &str = "light,switch,cover,fan,climate,lock,media_player,scene,script,vacuum";

/// Further ones that it has.
const OTHER_DOMAINS: [&str; 24] = [
    "alarm_control_panel",
    "automation",
    "binary_sensor",
    "button",
    "calendar",
    "camera",
    "counter",
    "group",
    "humidifier",
    "input_boolean",
    "input_button",
    "input_number",
    "input_select",
    "lawn_mower",
    "number",
    "person",
    "remote",
    "select",
    "sensor",
    "siren",
    "timer",
    "todo",
    "valve",
    "water_heater",
];

/// Arguments of `mynah import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// Import areas and entities of Home Assistant, one list per domain
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
    /// Certificates (PEM) to trust instead of the public authorities
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Domains of entities, separated by commas
    #[arg(long, value_name = "KINDS", default_value = DOMAINS, value_delimiter = ',')]
    domains: Vec<String>,
    /// Entities that are not exposed to Home Assistant's own assistant, too
    #[arg(long)]
    all: bool,
    /// Add the lists to this file instead of printing them
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Change no file; print what would change
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &ImportArgs, common: &Common) -> anyhow::Result<Exit> {
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
            files::write(path, &merged.text)?;
            eprintln!("wrote {}", path.display());
        }
        Some(path) if merged.text == before => eprintln!("nothing new for {}", path.display()),
        _ => {}
    }
    Ok(Exit::Done)
}

/// Home Assistant as given by the arguments, else by the configuration.
fn reach(args: &HouseArgs, common: &Common) -> anyhow::Result<ImportClient> {
    if let Some(url) = &args.url
        && !url.starts_with("http://")
        && !url.starts_with("https://")
    {
        bail!("`{url}` is not a web address\nhint: it begins with http://: --url http://{url}");
    }
    known_kinds(&args.domains)?;
    if let (Some(url), Some(token_file)) = (&args.url, &args.token_file) {
        let names = if args.all {
            EntityFilter::All
        } else {
            EntityFilter::Exposed
        };
        return Ok(ImportClient::new(
            url,
            token_file,
            args.ca_file.as_deref(),
            names,
        ));
    }
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let Some(house) = settings.home_assistant else {
        bail!(
            "there is no Home Assistant to read from\nhint: give --url and --token-file, or add \
             [home_assistant] to the configuration"
        );
    };
    let ca_file = args.ca_file.as_deref().or(house.ca_file.as_deref());
    let names = if args.all {
        EntityFilter::All
    } else {
        house.names
    };
    Ok(ImportClient::new(
        &house.url,
        &house.token_file,
        ca_file,
        names,
    ))
}

/// Fails for a kind of entities that is nearly one that there is.
fn known_kinds(kinds: &[String]) -> anyhow::Result<()> {
    for kind in kinds {
        let known = DOMAINS.split(',').chain(OTHER_DOMAINS);
        if known.clone().any(|known| known == kind) {
            continue;
        }
        let hint = match suggest::closest(kind, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("usual are {DOMAINS}"),
        };
        bail!("Home Assistant has no entities of the kind `{kind}`\nhint: {hint}");
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Fails if the new text has a problem that the old one did not have.
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

fn tell(lists: &[List], changes: &[Change], args: &HouseArgs, as_json: bool, text: &str) {
    if as_json {
        for change in changes {
            let Entry {
                value,
                say,
                entity,
                area,
                ..
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
        eprintln!(
            "  {name:<5} {list}: {} ({})",
            entry.value,
            entry.say.join(", ")
        );
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
