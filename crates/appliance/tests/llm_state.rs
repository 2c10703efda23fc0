//! The primed state on disk, with the real language model: a second process
//! takes it up where the first left it, and answers alike.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mynah_llm_link::{Ask, LanguageModel, Options, Prompt, WorkerClient, find_worker};
use mynah_models::Store;

const MODEL: &str = "qwen2.5-coder-1.5b";
const FILE: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";

/// Long enough to load and prime on a busy machine.
const PATIENT_MS: u32 = 600_000;

/// A process that keeps its states in that folder: tokens of the prefix, and
/// its answer.
fn ask(model: &Path, states: &Path) -> (u32, String) {
    let mut worker = WorkerClient::start(Options {
        start_ms: PATIENT_MS,
        ..Options::cpu(model, Some(1)).arg("--states", states)
    });
    let prompt = Prompt::system("Answer with the opposite.");
    let tokens = worker.prime(&prompt).expect("it loads");
    let answer = worker.ask(&Ask {
        user: "hot".into(),
        max_tokens: 4,
        stops: vec!["\n".into()],
        deadline_ms: PATIENT_MS,
        ..Ask::default()
    });
    (tokens, answer.expect("it answers").text)
}

/// The only state in the folder, and when it was written.
fn only_state(states: &Path) -> (PathBuf, SystemTime) {
    let mut files: Vec<PathBuf> = fs::read_dir(states)
        .expect("the folder was made")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let file = files.remove(0);
    let written = file.metadata().and_then(|about| about.modified());
    (file, written.expect("it has a time"))
}

#[test]
fn a_second_process_goes_on_with_the_state_of_the_first() {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let root = env::var_os("MYNAH_MODELS")
        .map_or_else(|| home().join(".cache/mynah/models"), PathBuf::from);
    let model = Store::at(root).path(MODEL, FILE);
    assert!(
        model.is_file(),
        "`{}` is missing\nhint: run `mynah models fetch`",
        model.display()
    );
    assert!(
        find_worker().is_some(),
        "the program `mynah-llm` is missing\nhint: run `cargo build --release --workspace`"
    );
    let folder = tempfile::tempdir().expect("a folder for the test");
    let states = folder.path().join("states");

    let first = ask(&model, &states);
    let kept = only_state(&states);
    assert_eq!(ask(&model, &states), first);
    assert_eq!(only_state(&states), kept, "it was read, not written anew");

    let content = fs::read(&kept.0).expect("it can be read");
    fs::write(&kept.0, &content[..content.len() / 2]).expect("it can be cut");
    assert_eq!(ask(&model, &states), first, "a damaged state is not used");
    let whole = fs::read(&kept.0).expect("it is written anew");
    assert_eq!(whole.len(), content.len());
}
