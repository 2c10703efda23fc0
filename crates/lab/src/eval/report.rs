//! The figures of a set, for people and for programs.

mod answers;

use std::path::Path;

use mynah_llm_link::timing;
use serde_json::{Map, Value, json};

use super::score::{Fate, Item, Tally, interval};
use mynah_core::turn::LlmCost;

/// More mistakes than this nobody reads on a screen; `--json` has them all.
const LISTED: usize = 60;

/// One item, as a line of `--json`.
pub(super) fn item(item: &Item, level: Option<i32>) -> Value {
    let intents: Vec<Value> = item
        .got
        .iter()
        .map(|meant| {
            let mut line = json!({"intent": meant.intent, "slots": meant.slots});
            if let Some(when) = &meant.when {
                line["when"] = when.clone();
            }
            line
        })
        .collect();
    let mut line = json!({
        "id": item.id,
        "text": item.heard.text,
        "fate": item.fate.name(),
        "expected": {"intent": item.want.0, "slots": item.want.1},
        "intents": intents,
        "reply": item.reply,
        "route": item.route,
        "confidence": rounded(f64::from(item.confidence)),
        "llm": item.llm,
        "ms": {"stt": item.stt_ms, "intent": item.intent_ms},
    });
    if item.stt_ms.is_some() {
        let alternatives = item.heard.alternatives.iter().map(|other| {
            json!({"text": other.text, "behind": rounded(other.behind.into()), "transcript_route": other.route})
        });
        line["transcript_route"] = json!(item.heard.route);
        line["logprob"] = rounded(item.heard.logprob.into());
        line["alternatives"] = alternatives.collect();
    }
    if let Some(answer) = &item.answer {
        line["answer"] = json!(answer);
    }
    if let Some(level) = level {
        line["snr_db"] = level.into();
    }
    if item.fate == Fate::Unreadable {
        line["error"] = item.reply.clone().into();
    }
    line
}

/// All figures of one run over a set.
pub(super) fn summary(
    path: &Path,
    level: Option<i32>,
    threads: u32,
    tally: &Tally,
    all: bool,
    as_json: bool,
) {
    if as_json {
        println!(
            "{}",
            json!({"summary": summary_json(path, level, threads, tally)})
        );
        return;
    }
    let at = level.map_or_else(String::new, |level| format!(", noise at {level} dB"));
    let n = tally.items.len();
    println!("{}{at}: {n} items", path.display());
    for (name, k, of) in shares(tally) {
        if of > 0 {
            println!("  {name:<22}{}", share(k, of));
        }
    }
    costs(tally, threads);
    answers::lines(tally);
    mistakes(tally, all);
}

/// Over several runs of a set: their mean.
pub(super) fn mean(path: &Path, tallies: &[Tally], as_json: bool) {
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let n = sum(|t| t.items.len());
    let (right, wrong) = (sum(|t| t.right), sum(|t| t.wrong));
    if as_json {
        let figures = json!({
            "set": path.display().to_string(), "runs": tallies.len(), "items": n,
            "right": figure(right, n), "wrong": figure(wrong, n),
        });
        println!("{}", json!({"mean": figures}));
    } else {
        println!("{}: mean of {} runs", path.display(), tallies.len());
        println!("  {:<22}{}", "wrong action", share(wrong, n));
        println!("  {:<22}{}", "right", share(right, n));
    }
}

/// Each share: its name, the count, and of how many.
fn shares(tally: &Tally) -> [(&'static str, usize, usize); 7] {
    let n = tally.items.len();
    [
        ("wrong action", tally.wrong, n),
        ("right", tally.right, n),
        ("asked back", tally.asked, n),
        ("refused", tally.refused, n),
        ("could not be judged", tally.unreadable, n),
        ("intent right", tally.intents_right, n),
        ("slots right", tally.slots_right, tally.slots),
    ]
}

fn costs(tally: &Tally, threads: u32) {
    let n = tally.items.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "counts of a set's items")]
    let cpu = tally.cpu_s / n as f64;
    let stt: Vec<u32> = tally.items.iter().filter_map(|item| item.stt_ms).collect();
    if !stt.is_empty() {
        println!(
            "  {:<22}{}, {threads} threads",
            "speech to text",
            spread(&stt, "ms")
        );
    }
    let intent: Vec<u32> = tally.items.iter().map(|item| item.intent_ms).collect();
    println!("  {:<22}{}", "intent", spread(&intent, "ms"));
    println!("  {:<22}{cpu:.2} s an item, all threads", "processor");
    let asked: Vec<LlmCost> = tally.asked_llm().map(|item| item.llm).collect();
    if asked.is_empty() {
        println!("  {:<22}never asked", "language model");
        return;
    }
    println!("  {:<22}asked for {} of {n}", "language model", asked.len());
    let list = |of: fn(&LlmCost) -> u32| asked.iter().map(of).collect::<Vec<_>>();
    println!(
        "  {:<22}{}",
        "  tokens decoded",
        spread(&list(|c| c.decoded_tokens), "")
    );
    println!(
        "  {:<22}{}",
        "  tokens read",
        spread(&list(|c| c.prompt_tokens), "")
    );
    println!(
        "  {:<22}{}",
        "  on the HAT, predicted ",
        spread(&predicted(&asked), "ms")
    );
}

/// What each command would take on the HAT by the vendor's published figures.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "some seconds, in milliseconds"
)]
fn predicted(costs: &[LlmCost]) -> Vec<u32> {
    let Some(timing) = timing::find(timing::DEFAULT_MODEL) else {
        return Vec::new();
    };
    let ms = |cost: &LlmCost| timing.command_ms(cost.questions, cost.decoded_tokens) as u32;
    costs.iter().map(ms).collect()
}

/// Items that are not right, wrong actions first, then which intent became
/// which.
fn mistakes(tally: &Tally, all: bool) {
    let fates: &[Fate] = if all {
        &[Fate::Wrong, Fate::Asked, Fate::Refused, Fate::Unreadable]
    } else {
        &[Fate::Wrong, Fate::Unreadable]
    };
    let mistakes = fates
        .iter()
        .flat_map(|fate| tally.items.iter().filter(move |item| item.fate == *fate));
    for (number, item) in mistakes.enumerate() {
        if number == LISTED {
            println!("  ... and more; `--json` has them all");
            break;
        }
        let got: Vec<String> = item
            .got
            .iter()
            .map(|meant| match &meant.when {
                Some(when) => format!("{} when {when}", shown(&meant.intent, &meant.slots)),
                None => shown(&meant.intent, &meant.slots),
            })
            .collect();
        let came = if got.is_empty() {
            item.reply.clone()
        } else {
            got.join(" + ")
        };
        println!(
            "  {:<9} {} \"{}\"\n            wanted {}\n            got    {came}",
            item.fate.name(),
            item.id,
            item.heard.text,
            shown(&item.want.0, &item.want.1),
        );
    }
    let confusions = tally.confusions();
    if !confusions.is_empty() {
        println!("  intents taken for others:");
    }
    for (want, got, count) in confusions.iter().take(LISTED) {
        println!("    {count:>4}  {want} as {got}");
    }
}

fn shown(name: &str, slots: &Map<String, Value>) -> String {
    slots.iter().fold(name.to_owned(), |line, (slot, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{line} {slot}={value}")
    })
}

fn summary_json(path: &Path, level: Option<i32>, threads: u32, tally: &Tally) -> Value {
    let mut line = json!({
        "set": path.display().to_string(),
        "snr_db": level,
        "items": tally.items.len(),
    });
    for (name, k, n) in shares(tally) {
        line[name.replace(' ', "_")] = figure(k, n);
    }
    let asked: Vec<LlmCost> = tally.asked_llm().map(|item| item.llm).collect();
    let stt: Vec<u32> = tally.items.iter().filter_map(|item| item.stt_ms).collect();
    let intent: Vec<u32> = tally.items.iter().map(|item| item.intent_ms).collect();
    let list = |of: fn(&LlmCost) -> u32| asked.iter().map(of).collect::<Vec<_>>();
    line["stt_ms"] = spread_json(&stt);
    line["stt_threads"] = threads.into();
    line["intent_ms"] = spread_json(&intent);
    line["cpu_s"] = rounded(tally.cpu_s);
    line["llm"] = json!({
        "items": asked.len(),
        "decoded_tokens": spread_json(&list(|c| c.decoded_tokens)),
        "prompt_tokens": spread_json(&list(|c| c.prompt_tokens)),
        "hat_ms": spread_json(&predicted(&asked)),
    });
    line["answers"] = answers::json(tally);
    let confusions = tally.confusions();
    line["confusions"] = confusions
        .iter()
        .map(|(want, got, count)| json!({"expected": want, "got": got, "count": count}))
        .collect();
    line
}

fn figure(k: usize, n: usize) -> Value {
    let (low, high) = interval(k, n);
    json!({"count": k, "of": n, "interval_95": [rounded(low), rounded(high)]})
}

/// `97.1 %  (135 of 139; 95 %: 92.8 to 98.9)`
#[expect(clippy::cast_precision_loss, reason = "counts of a set's items")]
fn share(k: usize, n: usize) -> String {
    let (low, high) = interval(k, n);
    format!(
        "{:5.1} %  ({k} of {n}; 95 %: {:.1} to {:.1})",
        100.0 * k as f64 / n.max(1) as f64,
        100.0 * low,
        100.0 * high
    )
}

/// Median and 95th percentile.
fn quantiles(values: &[u32]) -> Option<(u32, u32)> {
    let mut values = values.to_vec();
    values.sort_unstable();
    let at = |part: usize| {
        values
            .get((values.len().checked_sub(1)?) * part / 100)
            .copied()
    };
    Some((at(50)?, at(95)?))
}

fn spread(values: &[u32], unit: &str) -> String {
    quantiles(values).map_or_else(String::new, |(median, most)| {
        format!("{median} {unit} median, {most} {unit} at 95 %").replace("  ", " ")
    })
}

fn spread_json(values: &[u32]) -> Value {
    quantiles(values).map_or(
        Value::Null,
        |(median, p95)| json!({"median": median, "p95": p95}),
    )
}

fn rounded(value: f64) -> Value {
    json!((value * 1000.0).round() / 1000.0)
}
