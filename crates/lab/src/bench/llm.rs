//! `mynah bench llm`: what each command would take on the HAT, from the tokens
//! that this machine counts and the vendor's published figures.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use clap::Args;
use mynah_llm_link::timing::{self, Timing};
use mynah_llm_link::{Answer, Ask, LanguageModel, LlmError, Prompt};
use serde::Deserialize;
use serde_json::json;

use mynah_appliance::runtime::engine::timed;
use mynah_appliance::runtime::llm;
use mynah_appliance::runtime::recorded::typed;
use mynah_command::{Common, Exit};
use mynah_core::grammar::Grammar;
use mynah_core::intent::IntentParser;
use mynah_core::intent::guided::GuidedParser;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::model::Settings;
use mynah_models::Store;

const EXAMPLES: &str = "\
Understands every command, counts the tokens that the language model is asked
and answers, and prints what that takes on the HAT by the vendor's published
figures, beside what it took here. Without FILE it takes the configuration's
tests, and `tests/data/paraphrases.jsonl` where there is one.";

/// Commands in other words than the phrases', where the project is at hand.
const PARAPHRASES: &str = "tests/data/paraphrases.jsonl";

/// A desk may be slow: what counts is how many tokens, not how long.
const PATIENT_MS: u32 = 120_000;

/// Width of a histogram's row, ms, and its longest bar, characters.
const ROW_MS: u32 = 200;
const BAR: usize = 40;

/// Arguments of `mynah bench llm`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LlmArgs {
    /// The model on the HAT
    #[arg(long, value_name = "NAME", default_value = timing::DEFAULT_MODEL, value_parser = named)]
    model: &'static Timing,
    /// JSON lines, each with a `text`
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn named(name: &str) -> Result<&'static Timing, String> {
    timing::find(name).ok_or_else(|| {
        let known: Vec<&str> = timing::MODELS.iter().map(|timing| timing.model).collect();
        format!(
            "there are no figures of it; take one of {}",
            known.join(", ")
        )
    })
}

/// What one command took.
struct Command {
    text: String,
    by_phrase: bool,
    questions: usize,
    prompt_tokens: u32,
    decoded_tokens: u32,
    predicted_ms: f64,
    measured_ms: u32,
    /// What it would take with every model that there are figures of, ms.
    by_model: Vec<f64>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, or the language model does not load.
pub(super) fn run(args: &LlmArgs, common: &Common) -> anyhow::Result<Exit> {
    let mut settings = mynah_config::load(common.config.as_deref())?;
    settings.llm.timeout_ms = PATIENT_MS;
    let texts = texts(&settings, &args.files)?;
    anyhow::ensure!(
        !texts.is_empty(),
        "there is nothing to measure\nhint: name a FILE, or add a `[[test]]` to the configuration"
    );
    let model = llm::model(&settings, &Store::discover())?
        .context("the configuration wants no language model\nhint: set `llm.backend` to `auto`")?;
    let talk = Arc::new(Mutex::new(Vec::new()));
    let recorder = Recorder {
        model: Box::new(model.clone()),
        talk: Arc::clone(&talk),
    };
    let mut phrases = PhraseParser::new(&settings, &Grammar::compile(&settings));
    let mut guided = GuidedParser::new(Box::new(recorder), &settings);
    model.lock().wait()?;
    let backend = model.lock().current().unwrap_or_default().to_owned();
    if !common.json {
        print_head(args.model, &backend, texts.len());
    }
    let mut commands = Vec::new();
    for text in texts {
        let by_phrase = understood(&mut phrases, &text)?;
        let measured_ms = if by_phrase {
            0
        } else {
            let took = timed(|| understood(&mut guided, &text));
            took.value?;
            took.ms
        };
        let asked = std::mem::take(&mut *talk.lock().unwrap_or_else(PoisonError::into_inner));
        let command = weigh(args.model, text, by_phrase, &asked, measured_ms);
        print_command(&command, common.json);
        commands.push(command);
    }
    print_sums(&commands, &backend, common.json);
    Ok(Exit::Done)
}

fn understood(parser: &mut dyn IntentParser, text: &str) -> anyhow::Result<bool> {
    let now = jiff::Zoned::now().datetime();
    Ok(!parser.parse(&typed(text), now)?.intents.is_empty())
}

/// What the questions of one command take on the HAT, ms. One that follows
/// another waits until the device is free again.
fn predict(timing: &Timing, asked: &[(Ask, Answer)]) -> f64 {
    let answering: f64 = asked
        .iter()
        .map(|(_, answer)| timing.ask_ms(answer.prompt_tokens, answer.decoded_tokens))
        .sum();
    let between = &asked[..asked.len().saturating_sub(1)];
    let settling: f64 = between
        .iter()
        .map(|(ask, answer)| timing.settle_ms(ask, answer))
        .sum();
    // An empty sum of floats is minus zero.
    (answering + settling).max(0.0)
}

/// Sums the questions up.
fn weigh(
    timing: &Timing,
    text: String,
    by_phrase: bool,
    asked: &[(Ask, Answer)],
    measured_ms: u32,
) -> Command {
    let answers = || asked.iter().map(|(_, answer)| answer);
    Command {
        text,
        by_phrase,
        questions: asked.len(),
        prompt_tokens: answers().map(|answer| answer.prompt_tokens).sum(),
        decoded_tokens: answers().map(|answer| answer.decoded_tokens).sum(),
        predicted_ms: predict(timing, asked),
        measured_ms,
        by_model: timing::MODELS
            .iter()
            .map(|timing| predict(timing, asked))
            .collect(),
    }
}

/// A model whose questions and answers are written down.
struct Recorder {
    model: Box<dyn LanguageModel>,
    talk: Arc<Mutex<Vec<(Ask, Answer)>>>,
}

impl LanguageModel for Recorder {
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError> {
        self.model.prime(prompt)
    }

    fn prime_later(&mut self, prompt: &Prompt) -> Result<(), LlmError> {
        self.model.prime_later(prompt)
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        let answer = self.model.ask(ask)?;
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        talk.push((ask.clone(), answer.clone()));
        Ok(answer)
    }
}

/// A line of a set; what else it holds is for others.
#[derive(Deserialize)]
struct TextRow {
    text: String,
}

fn texts(settings: &Settings, files: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    if files.is_empty() {
        texts.extend(settings.tests.iter().map(|test| test.say.clone()));
        if Path::new(PARAPHRASES).is_file() {
            texts.extend(read(Path::new(PARAPHRASES))?);
        }
    }
    for file in files {
        texts.extend(read(file)?);
    }
    Ok(texts)
}

fn read(file: &Path) -> anyhow::Result<Vec<String>> {
    let content = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read `{}`", file.display()))?;
    let lines = (1..).zip(content.lines());
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            let line: TextRow = serde_json::from_str(line).with_context(|| {
                format!(
                    "`{}`, line {number}, is not {{\"text\": \"...\"}}",
                    file.display()
                )
            })?;
            Ok(line.text)
        })
        .collect()
}

fn print_head(timing: &Timing, backend: &str, commands: usize) {
    println!(
        "{commands} commands on {} by the vendor's figures (a block of {} tokens {:.0} ms, a token {:.0} ms);\ntokens counted and times measured on `{backend}`\n",
        timing.file,
        timing::BLOCK,
        timing.block_ms,
        timing.token_ms
    );
    println!(" predicted   measured  asked prompt decoded");
}

fn print_command(command: &Command, as_json: bool) {
    if as_json {
        println!(
            "{}",
            json!({
                "text": command.text,
                "by_phrase": command.by_phrase,
                "questions": command.questions,
                "prompt_tokens": command.prompt_tokens,
                "decoded_tokens": command.decoded_tokens,
                "predicted_ms": command.predicted_ms.round(),
                "measured_ms": command.measured_ms,
            })
        );
    } else if command.by_phrase {
        println!("{:>41}  {}", "by phrase", command.text);
    } else if command.questions == 0 {
        println!("{:>41}  {}", "not asked", command.text);
    } else {
        println!(
            "{:>7.0} ms {:>7} ms {:>6} {:>6} {:>7}  {}",
            command.predicted_ms,
            command.measured_ms,
            command.questions,
            command.prompt_tokens,
            command.decoded_tokens,
            command.text
        );
    }
}

fn print_sums(commands: &[Command], backend: &str, as_json: bool) {
    let asked = || commands.iter().filter(|command| 0 < command.questions);
    let predicted = sorted(asked().map(|command| command.predicted_ms));
    let measured = sorted(asked().map(|command| f64::from(command.measured_ms)));
    let phrases = commands.iter().filter(|command| command.by_phrase).count();
    let neither = commands.len() - phrases - predicted.len();
    if as_json {
        for (figure, values) in [("llm_predicted", &predicted), ("llm_measured", &measured)] {
            println!(
                "{}",
                json!({
                    "figure": figure,
                    "unit": "ms",
                    "median": quantile(values, 50),
                    "p95": quantile(values, 95),
                    "max": quantile(values, 100),
                    "n": values.len(),
                })
            );
        }
        println!(
            "{}",
            json!({
                "figure": "llm_not_needed",
                "unit": "commands",
                "by_phrase": phrases,
                "by_words": neither,
                "n": commands.len(),
            })
        );
        print_models(commands, true);
        return;
    }
    println!(
        "\n{phrases} of {} commands by phrase, {neither} left alone for their words, {} asked the model",
        commands.len(),
        predicted.len()
    );
    if predicted.is_empty() {
        return;
    }
    for (name, values) in [("predicted on the HAT", &predicted), (backend, &measured)] {
        println!(
            "{name:<22} median {:>6.0} ms   95 % below {:>6.0} ms   worst {:>6.0} ms",
            quantile(values, 50),
            quantile(values, 95),
            quantile(values, 100)
        );
    }
    print!("\n{}", histogram(&predicted));
    println!("\nIf every model answered in as many tokens as this one:");
    print_models(commands, false);
}

/// The predictions for every model, from the tokens of this one.
fn print_models(commands: &[Command], as_json: bool) {
    for (at, timing) in timing::MODELS.iter().enumerate() {
        let asked = commands.iter().filter(|command| 0 < command.questions);
        let values = sorted(asked.filter_map(|command| command.by_model.get(at).copied()));
        let (median, p95) = (quantile(&values, 50), quantile(&values, 95));
        if as_json {
            println!(
                "{}",
                json!({
                    "figure": "llm_predicted_model",
                    "model": timing.model,
                    "unit": "ms",
                    "median": median.round(),
                    "p95": p95.round(),
                    "n": values.len(),
                })
            );
        } else {
            println!(
                "{:<22} median {median:>6.0} ms   95 % below {p95:>6.0} ms",
                timing.model
            );
        }
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The smallest value that so many of a hundred do not exceed; 0 of none.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

/// One row for each [`ROW_MS`], as far as there are values.
fn histogram(sorted: &[f64]) -> String {
    let mut text = String::new();
    let (mut from, mut seen) = (0, 0);
    let mut rows = Vec::new();
    while seen < sorted.len() {
        let to = from + ROW_MS;
        let below = sorted.partition_point(|value| *value < f64::from(to));
        rows.push((from, to, below - seen));
        (from, seen) = (to, below);
    }
    let most = rows.iter().map(|row| row.2).max().unwrap_or(1);
    for (from, to, count) in rows {
        let bar = "#".repeat((count * BAR).div_ceil(most));
        let row = format!("{from:>5}-{to:<5} ms {count:>4} {bar}");
        let _ = writeln!(text, "{}", row.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occur() {
        let check = |values: &[f64], percent, want: f64| {
            let got = quantile(values, percent);
            assert!((got - want).abs() < f64::EPSILON, "{got} instead of {want}");
        };
        check(&[], 50, 0.0);
        check(&[7.0], 95, 7.0);
        check(&[1.0, 2.0, 3.0, 4.0], 50, 2.0);
        check(&[1.0, 2.0, 3.0, 4.0], 95, 4.0);
        check(&[1.0, 2.0, 3.0, 4.0], 100, 4.0);
    }

    #[test]
    fn a_histogram_has_a_row_for_every_stretch() {
        insta::assert_snapshot!(histogram(&[320.0, 350.0, 360.0, 900.0]), @r"
            0-200   ms    0
          200-400   ms    3 ########################################
          400-600   ms    0
          600-800   ms    0
          800-1000  ms    1 ##############
        ");
    }

    fn asked(choices: &[&str], text: &str, prompt: u32, decoded: u32) -> (Ask, Answer) {
        let ask = Ask {
            max_tokens: 16,
            choices: choices.iter().map(ToString::to_string).collect(),
            ..Ask::default()
        };
        let answer = Answer {
            text: text.into(),
            prompt_tokens: prompt,
            decoded_tokens: decoded,
            ..Answer::default()
        };
        (ask, answer)
    }

    #[test]
    fn an_answer_that_is_cut_short_delays_the_next_question_only() {
        let coder = named("qwen2.5-coder-1.5b").expect("published");
        let check = |talk: &[(Ask, Answer)], want: f64| {
            let got = weigh(coder, String::new(), false, talk, 0).predicted_ms;
            assert!((got - want).abs() < 1.0, "{got} instead of {want}");
        };
        let name = asked(&["light_set", "light_dim"], "light_s", 20, 3);
        let verdict = asked(&["yes", "no"], "yes", 30, 1);
        check(&[], 0.0);
        check(std::slice::from_ref(&name), 566.0);
        check(&[name, verdict], 566.0 + 123.0 + 320.0);
    }
}
