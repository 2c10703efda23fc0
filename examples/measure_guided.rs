//! Measures the language model's share on `tests/data`: paraphrases that no
//! phrase matches, and chatter that must do nothing.
//!
//! `measure_guided [FIRST [STEP [CONFIG]]]` takes every STEP-th line from FIRST
//! on, so that a prompt tuned on one half can be judged on the other.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use mynah::config;
use mynah::intent::IntentParser;
use mynah::intent::guided::GuidedParser;
use mynah::models::Store;
use mynah::turn::{Transcript, TranscriptRoute, Understanding};
use mynah_llm_link::{Answer, Ask, LanguageModel, LlmError, Options, WorkerClient};
use serde_json::{Map, Value};

/// Qwen2.5-Coder-1.5B on the Hailo-10H, by its maker's figures: seconds for a
/// block of up to 96 prompt tokens with the first token, and for each further
/// token.
const BLOCK_S: f64 = 0.32;
const TOKEN_S: f64 = 0.123;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("MYNAH_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let args: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize, or: usize| args.get(at).map_or(Ok(or), |arg| arg.parse());
    let (first, step) = (number(0, 0)?, number(1, 1)?);
    let example = Path::new("assets/examples/home.toml").to_path_buf();
    let file = args.get(2).map_or(example, Into::into);
    let text = fs::read_to_string(file)?;
    let mut settings = config::parse(&text).map_err(|problems| format!("{problems:?}"))?;
    settings.llm.timeout_ms = 60_000;
    let model = Store::at(env::var("MYNAH_MODELS").unwrap_or_else(|_| {
        format!(
            "{}/.cache/mynah/models",
            env::var("HOME").unwrap_or_default()
        )
    }))
    .path(
        "qwen2.5-coder-1.5b",
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    );
    let mut tally = Tally::default();
    let worker = WorkerClient::start(Options::cpu(&model, 1));
    let counted = Counted {
        worker,
        asks: Arc::clone(&tally.asks),
    };
    let mut parser = GuidedParser::new(Box::new(counted), &settings);

    for file in ["paraphrases", "chatter"] {
        let lines = fs::read_to_string(format!("tests/data/{file}.jsonl"))?;
        for line in lines.lines().skip(first).step_by(step) {
            tally.take(&mut parser, &serde_json::from_str(line)?)?;
        }
    }
    tally.print();
    Ok(())
}

/// Counts questions, each of which is a prompt of its own to the Hailo.
struct Counted {
    worker: WorkerClient,
    asks: Arc<AtomicU32>,
}

impl LanguageModel for Counted {
    fn prime(&mut self, prefix: &str) -> Result<u32, LlmError> {
        let tokens = self.worker.prime(prefix)?;
        println!(
            "primed prefix: {tokens} tokens, worker {:?}",
            self.worker.memory()
        );
        Ok(tokens)
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        self.asks.fetch_add(1, Ordering::Relaxed);
        self.worker.ask(ask)
    }
}

#[derive(Default)]
struct Tally {
    asks: Arc<AtomicU32>,
    commands: usize,
    right_intent: usize,
    right: usize,
    wrong: usize,
    chatter: usize,
    acted: usize,
    prompt: Vec<f64>,
    decoded: Vec<f64>,
    ms: Vec<f64>,
    hat_s: Vec<f64>,
}

impl Tally {
    #[expect(clippy::disallowed_methods, reason = "a measurement")]
    fn take(&mut self, parser: &mut GuidedParser, line: &Value) -> Result<(), Box<dyn Error>> {
        let text = line["text"].as_str().unwrap_or_default();
        let transcript = Transcript {
            text: text.to_owned(),
            logprob: 0.0,
            no_speech: 0.0,
            route: TranscriptRoute::Free,
            alternatives: Vec::new(),
        };
        let start = Instant::now();
        let now = jiff::civil::date(2026, 6, 1).at(12, 0, 0, 0);
        let found = parser.parse(&transcript, now)?;
        let ms = start.elapsed().as_secs_f64() * 1000.0;
        let got = found.intents.first();
        let slots: Map<String, Value> = got
            .iter()
            .flat_map(|intent| &intent.slots)
            .map(|slot| (slot.name.clone(), slot.value.to_json()))
            .collect();
        let name = got.map_or("none", |intent| intent.name.as_str());
        if let Some(want) = line["intent"].as_str() {
            let right = name == want && Some(&slots) == line["slots"].as_object();
            self.commands += 1;
            self.right_intent += usize::from(name == want);
            self.right += usize::from(right);
            self.wrong += usize::from(!right && got.is_some());
            if !right {
                println!("{want} {} <- {name} {slots:?}: {text}", line["slots"]);
            }
        } else {
            self.chatter += 1;
            self.acted += usize::from(got.is_some());
            if got.is_some() {
                println!("chatter <- {name} {slots:?}: {text}");
            }
        }
        self.cost(&found, ms);
        Ok(())
    }

    fn cost(&mut self, found: &Understanding, ms: f64) {
        let (prompt, decoded) = (found.llm.prompt_tokens, found.llm.decoded_tokens);
        self.prompt.push(prompt.into());
        self.decoded.push(decoded.into());
        self.ms.push(ms);
        // Each question is a block, whose price holds its first token.
        let asks = f64::from(self.asks.swap(0, Ordering::Relaxed));
        self.hat_s
            .push(asks * BLOCK_S + (f64::from(decoded) - asks) * TOKEN_S);
    }

    fn print(mut self) {
        println!(
            "paraphrases: intent right {} of {n}, with slots {} of {n}, wrong actions {}",
            self.right_intent,
            self.right,
            self.wrong,
            n = self.commands
        );
        println!("chatter: acted on {} of {}", self.acted, self.chatter);
        for (what, values) in [
            ("prompt tokens", &mut self.prompt),
            ("decoded tokens", &mut self.decoded),
            ("ms", &mut self.ms),
            ("s predicted on the Hailo-10H", &mut self.hat_s),
        ] {
            values.sort_by(f64::total_cmp);
            let at = |part: usize| values.get((values.len() * part / 100).min(values.len() - 1));
            println!("{what}: median {:.2?}, 95th {:.2?}", at(50), at(95));
        }
    }
}
