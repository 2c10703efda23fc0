//! Guided parsing with the real language model, in its own process.

use std::env;
use std::path::PathBuf;

use mynah_core::intent::IntentParser;
use mynah_core::intent::guided::GuidedParser;
use mynah_core::turn::{Route, Transcript, TranscriptRoute};
use mynah_llm_link::{Options, WorkerClient, find_worker};
use mynah_models::Store;

const MODEL: &str = "qwen2.5-coder-1.5b";
const FILE: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";

/// Long enough to load and prime on a busy machine.
const PATIENT_MS: u32 = 600_000;

fn store() -> Store {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let root = env::var_os("MYNAH_MODELS")
        .map_or_else(|| home().join(".cache/mynah/models"), PathBuf::from);
    Store::at(root)
}

#[test]
fn the_real_model_understands_other_words_and_leaves_chatter_alone() {
    let model = store().path(MODEL, FILE);
    assert!(
        model.is_file(),
        "`{}` is missing\nhint: run `mynah models fetch`",
        model.display()
    );
    assert!(
        find_worker().is_some(),
        "the program `mynah-llm` is missing\nhint: run `cargo build --release --workspace`"
    );
    let home = include_str!("../../../assets/examples/home.toml");
    let mut settings = mynah_config::parse(home).unwrap_or_else(|problems| panic!("{problems:?}"));
    settings.llm.timeout_ms = PATIENT_MS;
    let worker = WorkerClient::start(Options {
        start_ms: PATIENT_MS,
        ..Options::cpu(&model, Some(1))
    });
    let mut parser = GuidedParser::new(Box::new(worker), &settings);

    let mut check = |said: &str, want: &str| {
        let transcript = Transcript {
            text: said.to_owned(),
            logprob: 0.0,
            no_speech: 0.0,
            route: TranscriptRoute::Free,
            alternatives: Vec::new(),
        };
        let now = jiff::civil::date(2026, 6, 1).at(12, 0, 0, 0);
        let found = parser
            .parse(&transcript, now)
            .unwrap_or_else(|error| panic!("{error}"));
        let name = found
            .intents
            .first()
            .map_or("none", |intent| intent.name.as_str());
        assert_eq!(name, want, "{said}");
        if want != "none" {
            assert_eq!(found.route, Route::Llm);
            assert!(
                found.llm.decoded_tokens > 0 && found.llm.prompt_tokens > 0,
                "{:?}",
                found.llm
            );
        }
    };
    check("I fancy some jazz", "music_play");
    check("bolt the front door", "door_lock");
    check("how late is it", "time_question");
    check("what a lovely day", "none");
    check("send an email to my boss", "none");
}
