//! Which back ends the language model may run on, best first: from the
//! owner's file and from what is there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mynah_llm_link::{BackEnd, Budget, Options};

use mynah_core::model::{Llm, LlmBackend, Settings};
use mynah_models::{Store, hat};

/// Where the kernel shows a Hailo: by drivers up to 5.2, and from 5.3 on.
const CLASSES: [&str; 2] = ["sys/class/hailo_chardev", "sys/class/hailo1x"];

/// The root of the file system that shows the HAT: another one in tests.
const ROOT: &str = "MYNAH_HAILO_ROOT";

/// The model's tokenizer, which may lie beside its file: with it the host
/// counts the tokens of a question, else the device does.
const TOKENIZER: &str = "tokenizer.json";

/// Loading on the HAT takes 4 to 40 s by what users report.
const HAILO_START_MS: u32 = 90_000;

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
    let model = store.need(&llm.model)?.swap_remove(0);
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
    let tokenizer = hef.with_file_name(TOKENIZER);
    if tokenizer.is_file() {
        options = options.arg("--tokenizer", tokenizer);
    }
    options.args.extend(root_arguments());
    options.budget = hailo_budget(store);
    options
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
/// When there is none, or more than one to choose from.
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
    let mut files = hat::held(store);
    anyhow::ensure!(
        files.len() < 2,
        "`{}` holds {} models for the HAT\nhint: name one as `llm.hef`",
        folder.display(),
        files.len()
    );
    files.pop().ok_or_else(|| {
        anyhow::anyhow!(
            "there is no model for the HAT in `{}`\nhint: docs/hailo.md says how to get one",
            folder.display()
        )
    })
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
        fs::write(hats.join("two.hef"), "").expect("it can be written");
        check(
            "[llm]\nbackend = \"hailo\"",
            "`DIR/models/hailo` holds 2 models for the HAT",
        );
    }
}
