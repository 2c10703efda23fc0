//! `mynah models`: lists, fetches and verifies models.

mod bars;
mod bring;
mod hats;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::HumanBytes;
use serde::Serialize;

use self::bars::Bars;
use super::{Common, Exit};
use mynah_models::digest;
use mynah_models::digest::Progress as _;
use mynah_models::download::Clients;
use mynah_models::fetch::{Fetch, Fetched, Outcomes};
use mynah_models::hat::FOLDER;
use mynah_models::manifest::{Manifest, Model};
use mynah_models::{ModelError, Store};

const FETCHING: &str = "\
Every file is compared with its digest in the manifest before it is used.

Examples:
  mynah models fetch                       the default models, from the network
  mynah models fetch --from /media/stick   all models found there: the folder of
                                           another machine, single files, packages
  mynah models fetch --from Qwen2.5-Coder-1.5B-Instruct.hef
                                           the model for the HAT
  mynah models fetch --from https://ADDRESS/NAME.hef --sha256 DIGEST
                                           the same from its vendor

Exit status: 0 done, 1 something is missing or broken, 2 there is no such model.";

/// Arguments of `mynah models`.
#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List every model with size, licence and whether it is installed
    List,
    /// Fetch the default models, or the named ones
    #[command(after_help = FETCHING)]
    Fetch {
        /// Names, as `mynah models list` prints them
        names: Vec<String>,
        /// Fetch the optional models too
        #[arg(long, conflicts_with = "names")]
        all: bool,
        /// Fetch from a model's publisher where it has the same files
        #[arg(long)]
        official: bool,
        /// Fetch from a stick, a folder or a file; the HAT's model also from an
        /// address of its vendor
        #[arg(long, value_name = "DIR|FILE|URL", conflicts_with_all = ["all", "official"])]
        from: Option<String>,
        /// With --from: the digest of the HAT's model, as stated by its vendor
        #[arg(long, value_name = "HEX", requires = "from")]
        sha256: Option<String>,
        /// With --from: no model whose digest is not known, also if one lies
        /// beside it
        #[arg(long, requires = "from", conflicts_with = "sha256")]
        known: bool,
    },
    /// Verify the content of the installed models, or of the named ones
    Verify {
        /// Names, as `mynah models list` prints them
        names: Vec<String>,
        /// Move damaged files aside, so that they are fetched again
        #[arg(long)]
        quarantine: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &ModelsArgs, common: &Common) -> anyhow::Result<Exit> {
    let manifest = Manifest::built_in();
    let store = Store::discover();
    match &args.action {
        Action::List => list(&manifest, &store, common.json),
        Action::Fetch {
            names,
            all,
            official,
            from,
            sha256,
            known,
        } => {
            if let Some(from) = from {
                let believed = bring::Believed {
                    sha256: sha256.as_deref(),
                    known: *known,
                };
                return bring::run(from, names, &believed, &manifest, &store, common);
            }
            let chosen = match choose(&manifest, names, |model| *all || model.default) {
                Ok(chosen) => chosen,
                Err(error) => return Ok(usage(&error)),
            };
            fetch(&chosen, &store, *official, common.json)
        }
        Action::Verify { names, quarantine } => {
            // The HAT's models go by the name of their folder.
            let (hats, names): (Vec<String>, Vec<String>) =
                names.iter().cloned().partition(|name| name == FOLDER);
            let here = |model: &Model| model.default || !is_absent(&store, model);
            let chosen = match choose(&manifest, &names, here) {
                _ if names.is_empty() && !hats.is_empty() => Vec::new(),
                Ok(chosen) => chosen,
                Err(error) => return Ok(usage(&error)),
            };
            let mut exit = verify(&chosen, &store, *quarantine, common.json)?;
            if names.is_empty() || !hats.is_empty() {
                let (asked, known) = (!hats.is_empty(), &manifest.hefs);
                let of_hats = hats::verify(&store, known, asked, *quarantine, common.json)?;
                if of_hats == Exit::Failed {
                    exit = Exit::Failed;
                }
            }
            Ok(exit)
        }
    }
}

fn usage(error: &ModelError) -> Exit {
    eprintln!("mynah: {error}");
    Exit::Usage
}

/// The named models; without names, those that `unnamed` selects.
fn choose<'m>(
    manifest: &'m Manifest,
    names: &[String],
    unnamed: impl Fn(&Model) -> bool,
) -> Result<Vec<&'m Model>, ModelError> {
    if names.is_empty() {
        return Ok(manifest
            .models
            .iter()
            .filter(|model| unnamed(model))
            .collect());
    }
    names.iter().map(|name| manifest.model(name)).collect()
}

fn is_absent(store: &Store, model: &Model) -> bool {
    matches!(store.need_of(model), Err(ModelError::Missing { .. }))
}

/// A model as a line of JSON.
#[derive(Debug, Serialize)]
struct ModelRow<'a> {
    name: &'a str,
    kind: &'a str,
    what: &'a str,
    version: &'a str,
    licence: &'a str,
    note: &'a str,
    bytes: u64,
    default: bool,
    /// Whether every file exists with the right size.
    present: bool,
    /// Whether every file is intact; `list` only compares sizes.
    ok: bool,
    path: PathBuf,
    home: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl<'a> ModelRow<'a> {
    fn of(model: &'a Model, store: &Store, error: Option<String>) -> Self {
        let present = store.need_of(model).is_ok();
        Self {
            name: &model.name,
            kind: model.kind.as_str(),
            what: &model.what,
            version: &model.version,
            licence: &model.licence,
            note: &model.note,
            bytes: model.bytes(),
            default: model.default,
            present,
            ok: present && error.is_none(),
            path: store.root().join(&model.name),
            home: &model.home,
            error,
        }
    }

    fn print(&self) -> anyhow::Result<()> {
        println!("{}", serde_json::to_string(self)?);
        Ok(())
    }
}

fn list(manifest: &Manifest, store: &Store, json: bool) -> anyhow::Result<Exit> {
    if !json {
        println!(
            "{:<20} {:<8} {:>10}  {:<11} {:<9} what",
            "name", "kind", "size", "licence", "here"
        );
    }
    for model in &manifest.models {
        let found = store.need_of(model);
        if json {
            let error = match &found {
                Err(error @ ModelError::Truncated { .. }) => Some(error.to_string()),
                _ => None,
            };
            ModelRow::of(model, store, error).print()?;
            continue;
        }
        let here = match found {
            Ok(_) => "yes",
            Err(ModelError::Missing { .. }) if !model.default => "optional",
            Err(ModelError::Missing { .. }) => "missing",
            Err(_) => "damaged",
        };
        println!(
            "{:<20} {:<8} {:>10}  {:<11} {here:<9} {}",
            model.name,
            model.kind.as_str(),
            HumanBytes(model.bytes()).to_string(),
            model.licence,
            model.what
        );
        if !model.note.is_empty() {
            println!("{:<20} note: {}", "", model.note);
        }
    }
    hats::list(store, &manifest.hefs, json);
    if !json {
        println!("\nThe models lie in {}", store.root().display());
    }
    Ok(Exit::Done)
}

fn fetch(models: &[&Model], store: &Store, official: bool, json: bool) -> anyhow::Result<Exit> {
    let bars = Bars::new();
    let fetch = Fetch {
        store,
        registry: &Clients,
        official,
        progress: &bars,
    };
    let results = fetch.run(models)?;
    let all = results.len() == models.len();
    Ok(match print(results, store, json)? {
        Exit::Done if !all => Exit::Failed,
        exit => exit,
    })
}

fn print(outcomes: Outcomes, store: &Store, json: bool) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    for (model, outcome) in outcomes {
        match outcome {
            Ok(_) if json => ModelRow::of(model, store, None).print()?,
            Ok(fetched) => println!("{}: {}", model.name, became(fetched)),
            Err(error) => {
                exit = Exit::Failed;
                eprintln!("mynah: {}: {error}", model.name);
                if json {
                    ModelRow::of(model, store, Some(error.to_string())).print()?;
                }
            }
        }
    }
    Ok(exit)
}

fn became(fetched: Fetched) -> &'static str {
    match fetched {
        Fetched::Now => "fetched",
        Fetched::Already => "already here",
    }
}

fn verify(models: &[&Model], store: &Store, quarantine: bool, json: bool) -> anyhow::Result<Exit> {
    let bars = Bars::new();
    let mut exit = Exit::Done;
    for model in models {
        let error = verify_one(model, store, quarantine, &bars)?;
        if error.is_some() {
            exit = Exit::Failed;
        }
        match &error {
            _ if json => ModelRow::of(model, store, error).print()?,
            None => println!("{}: good", model.name),
            Some(error) => println!("{}: {error}", model.name),
        }
    }
    Ok(exit)
}

/// The errors of a model, one line per file.
fn verify_one(
    model: &Model,
    store: &Store,
    quarantine: bool,
    bars: &Bars,
) -> Result<Option<String>, ModelError> {
    let mut wrong = Vec::new();
    for file in &model.files {
        let path = store.path(&model.name, &file.name);
        let hint = format!("run `mynah models fetch {}`", model.name);
        bars.begin(&format!("checking {}", file.name), file.bytes);
        let checked = store
            .need_file(model, file)
            .and_then(|path| digest::check(&path, &file.sha256, &hint, bars));
        bars.end();
        match checked {
            Ok(()) => {}
            Err(error @ (ModelError::Hash { .. } | ModelError::Truncated { .. })) if quarantine => {
                let aside = digest::set_aside(&path)?;
                wrong.push(format!("{error} (it was moved to `{}`)", aside.display()));
            }
            Err(error) => wrong.push(error.to_string()),
        }
    }
    Ok((!wrong.is_empty()).then(|| wrong.join("\n")))
}
