//! Which back ends the language model may run on, best first: from the
//! owner's file and from what is there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mynah_llm_link::{BackEnd, Budget, Options, timing};

use mynah_core::model::{Llm, LlmBackend, Settings};
use mynah_models::manifest::Manifest;
use mynah_models::{Store, hat};

/// Where the kernel shows a Hailo: by drivers up to 5.2, and from 5.3 on.
const CLASSES: [&str; 2] = ["sys/class/hailo_chardev", "sys/class/hailo1x"];

/// The root of the file system that shows the HAT: another one in tests.
const ROOT: &str = "MYNAH_HAILO_ROOT";

/// The model's tokenizer, which may lie beside its file: with it the host
/// counts the tokens of a question and knows the control tokens, else the
/// device counts, and every bracket is taken for a part of one.
const TOKENIZER: &str = "tokenizer.json";

/// Loading on the HAT takes 4 to 40 s by what users report.
const HAILO_START_MS: u32 = 90_000;

/// The device itself gives a step up after 15 s.
const HAILO_STALL_MS: u32 = 20_000;

/// A server may have to load its model first.
const HTTP_START_MS: u32 = 150_000;

/// Restarts of the HAT's process until the machine starts anew: each may cost
/// memory that only a cold start gives back.
const HAILO_RESTARTS: u32 = 12;

/// The back ends that the file allows and this machine could run.
///
/// # Errors
/// Why there is none, for people.
pub fn order(settings: &Settings, store: &Store) -> anyhow::Result<Vec<BackEnd>> {
    let llm = &settings.llm;
    Ok(match llm.backend {
        LlmBackend::None => Vec::new(),
        LlmBackend::Cpu => vec![cpu(llm, store)?],
        LlmBackend::Hailo => vec![hailo(llm, store)?],
        LlmBackend::Http => vec![http(llm)],
        LlmBackend::Auto => {
            let on_hat = hailo(llm, store);
            let on_cpu = cpu(llm, store);
            match (on_hat, on_cpu) {
                (Ok(hailo), Ok(cpu)) => vec![hailo, cpu],
                (Ok(hailo), Err(_)) => vec![hailo],
                (Err(reason), Ok(cpu)) => {
                    if hailo_present() {
                        tracing::warn!("the HAT is there but not used: {reason:#}");
                    }
                    vec![cpu]
                }
                (Err(_), Err(reason)) => return Err(reason),
            }
        }
    })
}

fn cpu(llm: &Llm, store: &Store) -> anyhow::Result<BackEnd> {
    let model = store.need(on_cpu(llm))?.swap_remove(0);
    let mut options = Options::cpu(&model, llm.threads);
    if let Some(folder) = cache(store, "llm-state") {
        options = options.arg("--states", folder);
    }
    Ok(BackEnd {
        name: "cpu".into(),
        options,
        present: Box::new(|| true),
    })
}

/// The model that stands in on the processor for one that only the HAT has.
fn on_cpu(llm: &Llm) -> &str {
    let on_cpu = Manifest::built_in().model(&llm.model).is_ok();
    if llm.backend == LlmBackend::Auto && !on_cpu && timing::find(&llm.model).is_some() {
        return timing::DEFAULT_MODEL;
    }
    &llm.model
}

fn hailo(llm: &Llm, store: &Store) -> anyhow::Result<BackEnd> {
    let hef = hef(llm, store)?;
    Ok(BackEnd {
        name: "hailo".into(),
        options: hailo_options(&hef, store),
        present: Box::new(hailo_present),
    })
}

/// How the HAT's process is started.
#[must_use]
pub fn hailo_options(hef: &Path, store: &Store) -> Options {
    let mut options = Options::of("hailo", HAILO_START_MS).arg("--model", hef);
    if let Some(tokenizer) = companion(hef, TOKENIZER) {
        options = options.arg("--tokenizer", tokenizer);
    }
    options.args.extend(root_arguments());
    options.stall_ms = HAILO_STALL_MS;
    options.budget = hailo_budget(store);
    options
}

/// A file that belongs to a model: `MODEL.NAME`, else `NAME` beside it where
/// no other model lies.
fn companion(hef: &Path, name: &str) -> Option<PathBuf> {
    let own = hef.with_extension(name);
    if own.is_file() {
        return Some(own);
    }
    let entries = fs::read_dir(hef.parent()?).ok()?.flatten();
    let models = entries.filter(|entry| entry.path().extension() == hef.extension());
    let shared = hef.with_file_name(name);
    (models.count() < 2 && shared.is_file()).then_some(shared)
}

/// Restarts of the HAT's process, as far as they are counted.
#[must_use]
pub fn hailo_budget(store: &Store) -> Option<Budget> {
    Some(Budget::new(cache(store, "llm-restarts")?, HAILO_RESTARTS))
}

/// Tells the HAT's process of another root.
#[must_use]
pub fn root_arguments() -> Vec<OsString> {
    let root = env::var_os(ROOT);
    root.map_or_else(Vec::new, |root| vec!["--root".into(), root])
}

fn http(llm: &Llm) -> BackEnd {
    let url = llm.url.clone().unwrap_or_default();
    let mut options = Options::of("http", HTTP_START_MS)
        .arg("--model", &llm.model)
        .arg("--url", url);
    // It may evaluate the whole conversation before its first token.
    options.stall_ms = HTTP_START_MS;
    if let Some(api) = llm.api {
        options = options.arg("--api", api.name());
    }
    BackEnd {
        name: "http".into(),
        options,
        present: Box::new(|| true),
    }
}

/// The model's file for the HAT.
///
/// # Errors
/// When there is none, or none of several is the one that the owner names.
pub fn hef(llm: &Llm, store: &Store) -> anyhow::Result<PathBuf> {
    if let Some(file) = &llm.hef {
        anyhow::ensure!(
            file.is_file(),
            "the model for the HAT `{}` is missing\nhint: correct `llm.hef`",
            file.display()
        );
        return Ok(file.clone());
    }
    let folder = store.root().join(hat::FOLDER);
    let files = hat::held(store);
    let named = files.iter().find(|file| is_model(file, &llm.model));
    if let Some(file) = named {
        return Ok(file.clone());
    }
    let folder = folder.display();
    match files.as_slice() {
        [] => anyhow::bail!(
            "there is no model for the HAT in `{folder}`\nhint: docs/hailo.md says how to get one"
        ),
        // Another may lie there as long as the owner has not chosen.
        [only] if llm.model == timing::DEFAULT_MODEL || timing::find(&llm.model).is_none() => {
            Ok(only.clone())
        }
        several => {
            let models: Vec<String> = several.iter().map(|file| model_of(file)).collect();
            anyhow::bail!(
                "`{}` is not among the models for the HAT in `{folder}`\nhint: set `llm.model` to one of `{}`",
                llm.model,
                models.join("`, `")
            )
        }
    }
}

/// What Mynah calls the model of a file for the HAT: by the published name of
/// the file, else that name itself.
#[must_use]
pub fn model_of(hef: &Path) -> String {
    let stem = hef.file_stem().unwrap_or_default().to_string_lossy();
    timing::find(&stem).map_or_else(|| stem.to_string(), |timing| timing.model.to_owned())
}

fn is_model(hef: &Path, name: &str) -> bool {
    let stem = hef.file_stem().unwrap_or_default().to_string_lossy();
    model_of(hef) == name || stem.eq_ignore_ascii_case(name)
}

/// Whether the kernel shows a Hailo. Opens nothing.
#[must_use]
pub fn hailo_present() -> bool {
    let root = env::var_os(ROOT).map_or_else(|| PathBuf::from("/"), PathBuf::from);
    CLASSES.iter().any(|class| {
        fs::read_dir(root.join(class)).is_ok_and(|mut entries| entries.next().is_some())
    })
}

/// A place beside the store, for what may be lost.
#[must_use]
pub fn cache(store: &Store, name: &str) -> Option<PathBuf> {
    store.root().parent().map(|root| root.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &str, store: &Store) -> String {
        let intent = "\n[[intent]]\nname = \"hello\"\nphrases = [\"hello\"]\n";
        let settings = mynah_config::parse(&format!("{file}{intent}")).expect("the file is good");
        match order(&settings, store) {
            Ok(ends) => {
                let shown = |end: &BackEnd| {
                    let args = end.options.args[2..].iter();
                    let args: Vec<_> = args.map(|arg| arg.to_string_lossy()).collect();
                    format!("{} {}", end.name, args.join(" "))
                };
                ends.iter().map(shown).collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.to_string().lines().next().unwrap_or_default().into(),
        }
    }

    #[test]
    fn the_order_follows_the_file_and_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let store = Store::at(folder.path().join("models"));
        let root = folder.path().to_string_lossy().into_owned();
        let check = |file: &str, expected: &str| {
            assert_eq!(
                names(file, &store).replace(&root, "DIR"),
                expected,
                "{file}"
            );
        };
        let no_cpu = "the model `qwen2.5-coder-1.5b` is missing: there is no `DIR/models/qwen2.5-coder-1.5b/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf`";
        check("[llm]\nbackend = \"none\"", "");
        check("[llm]\nbackend = \"cpu\"", no_cpu);
        check("[llm]\nbackend = \"auto\"", no_cpu);
        check(
            "[llm]\nbackend = \"hailo\"",
            "there is no model for the HAT in `DIR/models/hailo`",
        );
        check(
            "[llm]\nbackend = \"http\"\nurl = \"http://127.0.0.1:8000\"\nmodel = \"qwen\"\napi = \"hailo-ollama\"",
            "http --model qwen --url http://127.0.0.1:8000 --api hailo-ollama",
        );
        let hats = folder.path().join("models/hailo");
        fs::create_dir_all(&hats).expect("a folder for the test");
        fs::write(hats.join("one.hef"), "").expect("it can be written");
        check(
            "[llm]\nbackend = \"auto\"",
            "hailo --model DIR/models/hailo/one.hef",
        );
        let hat = "[llm]\nbackend = \"hailo\"";
        let llama = format!("{hat}\nmodel = \"llama3.2-1b\"");
        check(
            &llama,
            "`llama3.2-1b` is not among the models for the HAT in `DIR/models/hailo`",
        );
        fs::write(hats.join("Llama3.2-1B-Instruct.hef"), "").expect("it can be written");
        check(
            hat,
            "`qwen2.5-coder-1.5b` is not among the models for the HAT in `DIR/models/hailo`",
        );
        let chosen = "hailo --model DIR/models/hailo/Llama3.2-1B-Instruct.hef";
        check(&llama, chosen);
        check("[llm]\nmodel = \"llama3.2-1b\"", chosen);
        check(
            &format!("{hat}\nmodel = \"one\""),
            "hailo --model DIR/models/hailo/one.hef",
        );
        // Whose tokenizer is it, where two models lie? That of the name.
        fs::write(hats.join("tokenizer.json"), "").expect("it can be written");
        check(&llama, chosen);
        let own = hats.join("Llama3.2-1B-Instruct.tokenizer.json");
        fs::write(own, "").expect("it can be written");
        check(
            &llama,
            &format!("{chosen} --tokenizer DIR/models/hailo/Llama3.2-1B-Instruct.tokenizer.json"),
        );
    }
}
