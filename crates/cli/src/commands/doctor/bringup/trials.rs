//! The trials of the bring-up, in the order in which a stranger to the device
//! would ask: does it load, how fast is it, does it keep and find its context,
//! does it stop, does it survive.

use mynah_llm_link::timing::{BLOCK, Timing};
use mynah_llm_link::wire::{Device, Status};
use mynah_llm_link::{Answer, Ask, LanguageModel as _, LlmError, Prompt, WorkerClient};

use super::super::{Finding, Verdict};
use super::cma_mb;
use mynah_appliance::runtime::engine::timed;

/// Anything that takes longer has hung.
const PATIENT_MS: u32 = 60_000;

/// A measured time may be so many times the published one.
const TOLERANCE: f64 = 1.3;

/// Users report loading times of up to this, ms.
const LOAD_MS: u32 = 40_000;

/// Growth of the process over the endurance test that is no leak, kB.
const GROWTH_KB: u64 = 20_000;

const SYSTEM: &str = "You are a voice assistant. You answer each sentence with the name of the command that is meant.\nCommands:\nlight_switch: Switch the light of a room on or off. \"turn on the kitchen light\"\ntimer_set: Set a timer. \"set a timer for five minutes\"\nmusic_play: Play music. \"play some jazz\"\nnone: nothing of the above";

const COMMAND: &str = "it is dark in here";

const FOLLOW: &str = "Are you sure? yes or no";

const LONG: &str = "Count from one to one hundred in words.";

type Trial = fn(&mut Bench) -> Result<Finding, LlmError>;

/// Every trial with its name. All need the first.
pub(super) const TRIALS: [(&str, Trial); 16] = [
    ("load", load),
    ("load again", load_again),
    ("versions", versions),
    ("prefix", prefix),
    ("blocks", blocks),
    ("tokens", tokens),
    ("saved context", saved_context),
    ("same answers", same_answers),
    ("stop", stop),
    ("follow-up", follow_up),
    ("cut short", cut_short),
    ("deadline", deadline),
    ("two at once", two_at_once),
    ("overflow", overflow),
    ("endurance", endurance),
    ("heat and power", heat_and_power),
];

/// The device at work.
pub(super) struct Bench {
    client: WorkerClient,
    timing: &'static Timing,
    soak: u32,
    /// The chip at the beginning.
    celsius: Option<f32>,
}

impl Bench {
    /// Trials with a client whose worker is not started yet.
    pub(super) const fn new(client: WorkerClient, timing: &'static Timing, soak: u32) -> Self {
        Self {
            client,
            timing,
            soak,
            celsius: None,
        }
    }

    fn status(&mut self) -> Result<Status, LlmError> {
        self.client.status(self.client.start_ms())
    }

    fn device(&mut self) -> Result<Option<Device>, LlmError> {
        Ok(self.status()?.device)
    }

    fn ask(&mut self, text: &str, max_tokens: u32) -> Result<Answer, LlmError> {
        self.client.ask(&question(text, max_tokens))
    }
}

fn question(text: &str, max_tokens: u32) -> Ask {
    Ask {
        user: text.to_owned(),
        max_tokens,
        stops: vec!["\n".to_owned()],
        deadline_ms: PATIENT_MS,
        ..Ask::default()
    }
}

fn ok(detail: String) -> Finding {
    Finding::ok("", detail)
}

fn warn(detail: String, hint: &str) -> Finding {
    Finding::new("", Verdict::Warn, detail, hint)
}

fn skip(reason: &str) -> Finding {
    Finding::new("", Verdict::Skip, reason, "")
}

fn judge(good: bool, detail: String, hint: &str) -> Finding {
    if good { ok(detail) } else { warn(detail, hint) }
}

fn load(bench: &mut Bench) -> Result<Finding, LlmError> {
    bench.client.prime_later(&Prompt::system(SYSTEM))?;
    let Some(device) = bench.device()? else {
        return Ok(ok("loaded; it runs on no accelerator".into()));
    };
    bench.celsius = device.health.chip_c;
    Ok(judge(
        device.load_ms < LOAD_MS,
        format!(
            "{} ms (published {:.0} ms)",
            device.load_ms, bench.timing.load_ms
        ),
        "a slow SD card takes 20 s; a USB 3 disk is faster",
    ))
}

/// The process is killed and its successor opens the device at once.
fn load_again(bench: &mut Bench) -> Result<Finding, LlmError> {
    bench.client.stop();
    let again = timed(|| bench.status());
    again.value?;
    Ok(ok(format!(
        "killed, and ready again after {} ms, the file now being in memory",
        again.ms
    )))
}

fn versions(bench: &mut Bench) -> Result<Finding, LlmError> {
    let Some(device) = bench.device()? else {
        return Ok(skip("it runs on no accelerator"));
    };
    let detail = format!(
        "{}, library {}, firmware {}",
        device.architecture, device.library, device.firmware
    );
    Ok(judge(
        device.firmware.is_empty() || device.firmware.starts_with(&device.library),
        detail,
        "install driver, library and firmware of one version, and hold them",
    ))
}

fn prefix(bench: &mut Bench) -> Result<Finding, LlmError> {
    let tokens = bench.client.prefix_tokens();
    let Some(device) = bench.device()? else {
        return Ok(ok(format!("{tokens} tokens primed")));
    };
    let published = bench.timing.prefill_ms(tokens);
    Ok(compare(
        &format!("{tokens} tokens primed"),
        f64::from(device.prime_ms),
        published,
    ))
}

/// Prompts around the edges of a block, each with an answer of one token.
fn blocks(bench: &mut Bench) -> Result<Finding, LlmError> {
    let mut detail = Vec::new();
    let mut good = true;
    for words in [20, BLOCK - 16, BLOCK + 4, 2 * BLOCK - 16] {
        let answer = bench.ask(&" hello".repeat(words as usize), 1)?;
        let published = bench.timing.ask_ms(answer.prompt_tokens, 1);
        good &= f64::from(answer.ms) <= published * TOLERANCE;
        detail.push(format!(
            "{} tokens {} ms ({published:.0})",
            answer.prompt_tokens, answer.ms
        ));
    }
    Ok(judge(
        good,
        format!("{} (published)", detail.join(", ")),
        "look for throttling and for other users of the device",
    ))
}

fn tokens(bench: &mut Bench) -> Result<Finding, LlmError> {
    let few = bench.ask(LONG, 1)?;
    let many = bench.ask(LONG, 50)?;
    let more = many.decoded_tokens.saturating_sub(few.decoded_tokens);
    if more == 0 {
        return Ok(skip("the model answers with a single token"));
    }
    let each = f64::from(many.ms.saturating_sub(few.ms)) / f64::from(more);
    Ok(compare("a token", each, bench.timing.token_ms))
}

fn compare(what: &str, measured: f64, published: f64) -> Finding {
    judge(
        measured <= published * TOLERANCE,
        format!("{what} in {measured:.0} ms (published {published:.0} ms)"),
        "look for throttling and for other users of the device",
    )
}

fn saved_context(bench: &mut Bench) -> Result<Finding, LlmError> {
    let Some(device) = bench.device()? else {
        return Ok(skip("it runs on no accelerator"));
    };
    if device.saved_bytes == 0 {
        return Ok(warn(
            "the primed context is not saved; the prefix is evaluated anew each time".into(),
            "the log says why",
        ));
    }
    let way = if device.restores {
        "restored after each command"
    } else {
        "evaluated anew after each command, which is faster"
    };
    Ok(ok(format!(
        "{} MB; saved in {} ms, restored in {} ms, primed in {} ms: {way}",
        device.saved_bytes / 1_000_000,
        device.save_ms,
        device.restore_ms,
        device.prime_ms
    )))
}

/// The same question, again, and in a new process.
fn same_answers(bench: &mut Bench) -> Result<Finding, LlmError> {
    let first = bench.ask(COMMAND, 8)?.text;
    let second = bench.ask(COMMAND, 8)?.text;
    bench.client.stop();
    bench.status()?;
    let third = bench.ask(COMMAND, 8)?.text;
    Ok(judge(
        first == second && second == third,
        format!("`{first}`, `{second}`, and in a new process `{third}`"),
        "a context does not come back as it was saved: report this, with the versions",
    ))
}

fn stop(bench: &mut Bench) -> Result<Finding, LlmError> {
    let mut ask = question(LONG, 60);
    ask.stops = vec!["three".to_owned()];
    let answer = bench.client.ask(&ask)?;
    Ok(judge(
        !answer.text.contains("three") && !answer.text.contains("<|"),
        format!(
            "stopped after {} tokens at `{}`",
            answer.decoded_tokens,
            answer.text.trim()
        ),
        "a stop string came through: report this, with the versions",
    ))
}

fn follow_up(bench: &mut Bench) -> Result<Finding, LlmError> {
    let first = bench.ask(COMMAND, 8)?;
    let mut ask = question(FOLLOW, 4);
    ask.follow = Some(first.text);
    let answer = bench.client.ask(&ask)?;
    Ok(judge(
        !answer.text.trim().is_empty(),
        format!("`{}` in {} ms", answer.text.trim(), answer.ms),
        "the context does not go on after an answer: report this, with the versions",
    ))
}

/// An answer that the host cuts short, and at once the next question.
fn cut_short(bench: &mut Bench) -> Result<Finding, LlmError> {
    let mut ask = question(LONG, 60);
    ask.choices = vec!["one".to_owned(), "two".to_owned()];
    let cut = bench.client.ask(&ask)?;
    let next = timed(|| bench.ask(COMMAND, 1));
    next.value?;
    Ok(ok(format!(
        "cut after {} tokens; the next question took {} ms",
        cut.decoded_tokens, next.ms
    )))
}

/// A worker that is slow says so in time and lives on.
fn deadline(bench: &mut Bench) -> Result<Finding, LlmError> {
    let pid = bench.client.pid();
    let mut ask = question(LONG, 200);
    ask.stops.clear();
    ask.deadline_ms = 1500;
    match bench.client.ask(&ask) {
        Err(LlmError::TooSlow(ms)) if bench.client.pid() == pid => {
            Ok(ok(format!("given up after {ms} ms, and the process lives")))
        }
        Err(LlmError::TooSlow(ms)) => Ok(warn(
            format!("given up after {ms} ms, and the process had to be killed"),
            "the device does not let itself be interrupted",
        )),
        Err(error) => Err(error),
        Ok(answer) => Ok(ok(format!(
            "{} tokens came within the deadline",
            answer.decoded_tokens
        ))),
    }
}

/// What a second program meets while the first holds the device.
fn two_at_once(bench: &mut Bench) -> Result<Finding, LlmError> {
    bench.status()?;
    let mut second = WorkerClient::idle(bench.client.options().clone());
    let met = second.status(second.start_ms());
    drop(second);
    let first = bench.ask(COMMAND, 1);
    let detail = match met {
        Ok(_) => "a second program may load a model too".to_owned(),
        Err(LlmError::Failed { class, .. }) => format!("a second program is refused ({class})"),
        Err(error) => format!("a second program fails: {error}").replace('\n', "; "),
    };
    Ok(judge(
        first.is_ok(),
        detail,
        "the first program lost the device by it: run no second one",
    ))
}

fn overflow(bench: &mut Bench) -> Result<Finding, LlmError> {
    match bench.ask(&" hello".repeat(3000), 1) {
        Err(LlmError::Refused(_)) => Ok(ok("a question beyond the context is refused".into())),
        Err(error) => Err(error),
        Ok(_) => Ok(warn(
            "a question beyond the context is accepted".into(),
            "the beginning of the context is lost without a word: report this",
        )),
    }
}

/// Many commands: does time, memory or temperature drift?
fn endurance(bench: &mut Bench) -> Result<Finding, LlmError> {
    let resident = |bench: &Bench| bench.client.memory().map_or(0, |m| m.resident_kb);
    let cma = || {
        let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        cma_mb(&meminfo).map_or(0, |(_, free)| free)
    };
    bench.ask(COMMAND, 4)?;
    let (memory_before, cma_before) = (resident(bench), cma());
    let mut times = Vec::new();
    for _ in 0..bench.soak {
        let one = timed(|| bench.ask(COMMAND, 4));
        one.value?;
        times.push(one.ms);
    }
    let tenth = (times.len() / 10).max(1);
    let first = median(&times[..tenth.min(times.len())]);
    let last = median(&times[times.len().saturating_sub(tenth)..]);
    let growth = resident(bench).saturating_sub(memory_before);
    Ok(judge(
        f64::from(last) <= f64::from(first.max(20)) * TOLERANCE && growth < GROWTH_KB,
        format!(
            "{} commands: {first} ms at first, {last} ms at last; the process grew by {growth} kB, contiguous memory fell from {cma_before} to {} MB",
            times.len(),
            cma()
        ),
        "it slows down or leaks: report this, with the versions",
    ))
}

fn median(values: &[u32]) -> u32 {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

fn heat_and_power(bench: &mut Bench) -> Result<Finding, LlmError> {
    let before = bench.celsius;
    let Some(device) = bench.device()? else {
        return Ok(skip("it runs on no accelerator"));
    };
    let health = device.health;
    let degrees = |celsius: Option<f32>| {
        celsius.map_or_else(|| "unknown".to_owned(), |c| format!("{c:.0} degrees"))
    };
    let power = health
        .power_w
        .map_or_else(|| "not told".to_owned(), |watts| format!("{watts:.1} W"));
    let throttling = health.throttling.unwrap_or(0);
    Ok(judge(
        throttling == 0,
        format!(
            "{} at first, {} now; throttling {throttling} of 6; power {power}",
            degrees(before),
            degrees(health.chip_c)
        ),
        "it is too hot: give it the active cooler and air",
    ))
}
