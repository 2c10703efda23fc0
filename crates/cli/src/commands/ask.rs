//! `mynah ask`: written commands in, what would come of them out.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Common, Exit};

use mynah_appliance::runtime::engine::{Engine, Session, TurnAnswer};
use mynah_appliance::runtime::events::{answer_json, answer_lines, intents_json, intents_line};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::typed;
use mynah_core::intent::account::{Entry, Sentence, entries};
use mynah_core::language::{self, spoken};
use mynah_core::turn::{Answered, Failure, Intent, Source, Worded};
use mynah_models::Store;

const EXAMPLES: &str = "\
Examples:
  mynah ask turn on the kitchen light            understand, act, answer
  mynah ask --dry-run \"unlock the front door\"    act on nothing
  mynah ask --explain --dry-run \"dim the hall by ten percent\"
  mynah ask --batch commands.jsonl --json        one {\"id\",\"text\"} a line, `-` for stdin

Exit status: 0 done, 1 something failed, 2 wrong usage or configuration.";

/// A written command is no longer than this.
const TEXT_CHARS: usize = 1000;

/// A line of a batch is no longer than this, in bytes.
const LINE_BYTES: u64 = 64 * 1024;

/// Arguments of `mynah ask`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AskArgs {
    /// The command's words
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    text: Vec<String>,
    /// Read JSON lines {"id","text"} from a file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// Act on nothing; say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Also print the account of the words: which carry meaning, what uses
    /// them, what is left over
    #[arg(long)]
    explain: bool,
}

/// How answers are printed.
#[derive(Clone, Copy)]
struct How {
    json: bool,
    explain: bool,
}

/// A line of a batch.
#[derive(Debug, Deserialize)]
struct BatchLine {
    #[serde(default)]
    id: Value,
    text: String,
}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub(crate) fn run(args: &AskArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let batch = args.batch.as_deref().map(open).transpose()?;
    let wants = Wants {
        dry_run: args.dry_run,
        as_set: args.dry_run,
        patient: true,
        ..Wants::default()
    };
    let mut engine = load::engine(settings, &Store::discover(), wants)?;
    let how = How {
        json: common.json,
        explain: args.explain,
    };
    let mut session = Session::default();
    let Some(mut batch) = batch else {
        let line = BatchLine {
            id: Value::Null,
            text: args.text.join(" "),
        };
        return Ok(ask(&mut engine, &mut session, &line, how));
    };
    let mut exit = Exit::Done;
    let mut number = 0;
    while let Some(line) = read_line(&mut batch)? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let done = match parse_line(&line) {
            Ok(line) => ask(&mut engine, &mut session, &line, how),
            Err(error) => {
                println!("{}", json!({"line": number, "error": error}));
                Exit::Failed
            }
        };
        if done != Exit::Done {
            exit = done;
        }
    }
    Ok(exit)
}

/// Answers one command. Not to understand is an answer; a failed action is a
/// failure, and so is a language model that could not be asked.
fn ask(engine: &mut Engine, session: &mut Session, line: &BatchLine, how: How) -> Exit {
    let account = |engine: &Engine, intents: &[Intent]| -> Vec<Entry> {
        let sentence = Sentence::read(&line.text, spoken(), engine.now());
        entries(&sentence, engine.settings(), intents)
    };
    // Each line is a conversation of its own: none answers the question of the
    // line before, or takes back what that did.
    session.begin_anew();
    let mut asked = engine.in_session(session);
    let rows = how.explain.then(|| asked.rows(&line.text));
    let rows: Vec<&str> = rows.iter().flatten().map(|row| row.name()).collect();
    let answer = asked.ask(&typed(&line.text));
    let fault = answer.failure.is_some_and(Failure::is_fault);
    let account = how
        .explain
        .then(|| account(engine, &answer.understanding.intents));
    if how.json {
        let head = [("id", line.id.clone()), ("text", line.text.clone().into())];
        let mut head = Map::from_iter(head.map(|(name, value)| (name.to_owned(), value)));
        if fault {
            let why = "the sentence was not judged; the log says why";
            head.insert("error".into(), why.into());
        }
        let mut line = answer_json(head, &answer, 0);
        if let Some(account) = &account {
            line["account"] = account.iter().map(Entry::to_json).collect();
            line["candidates"] = intents_json(&candidates(&answer));
            line["expected"] = rows.into();
        }
        println!("{line}");
    } else {
        println!("{}\n{}", line.text, answer_lines(&answer));
        if let Some(account) = &account {
            print!("{}", account_lines(account, &rows, &answer));
        }
    }
    if !fault && answer.outcomes.iter().all(|outcome| outcome.ok) {
        Exit::Done
    } else {
        Exit::Failed
    }
}

/// What the words were weighed as: what was understood, and its rivals.
pub(crate) fn candidates(answer: &TurnAnswer) -> Vec<Intent> {
    let understanding = &answer.understanding;
    let rivals = understanding.rivals.iter();
    understanding
        .intents
        .iter()
        .chain(rivals)
        .cloned()
        .collect()
}

/// The account for people, one constituent a line.
fn account_lines(account: &[Entry], rows: &[&str], answer: &TurnAnswer) -> String {
    let mut lines = match rows {
        [] => "  expected no\n".to_owned(),
        rows => format!("  expected as {}\n", rows.join(", ")),
    };
    for entry in account {
        let used = entry.used.as_deref().unwrap_or("LEFT OVER");
        let line = format!("  account  {:<24} {:<12} {used}\n", entry.words, entry.kind);
        lines.push_str(&line);
    }
    for candidate in candidates(answer).iter().skip(1) {
        let line = format!(
            "  or       {}\n",
            intents_line(std::slice::from_ref(candidate))
        );
        lines.push_str(&line);
    }
    let why = match (answer.question, answer.failure) {
        (true, _) => "asked: something is missing, unsure or must be confirmed",
        (false, Some(Failure::CannotDo)) => "refused: a part of it cannot be done",
        (false, Some(_)) => "refused: no command was found in it",
        (false, None) => "done: every word that carries meaning is used",
    };
    for answer in answer
        .outcomes
        .iter()
        .filter_map(|done| done.answer.as_deref())
    {
        lines.push_str(&text_lines(answer));
    }
    lines + &format!("  verdict  {why}\n")
}

/// What a question to a text came to.
fn text_lines(answer: &Answered) -> String {
    let by = match answer.by {
        Worded::Model => "the language model worded it",
        Worded::Text => "a sentence of the text is read out",
        Worded::Both => "the language model began, a sentence of the text goes on",
        Worded::Nobody => "there is no answer",
    };
    let mut lines = vec![format!("  text     {by} (near {:.2})", answer.score)];
    if !answer.why.is_empty() {
        lines.push(format!("  because  {}", answer.why));
    }
    if !answer.unsaid.is_empty() {
        lines.push(format!("  unsaid   \"{}\"", answer.unsaid));
    }
    for Source { heading, text } in &answer.passages {
        lines.push(format!("  passage  [{heading}] {text}"));
    }
    lines.join("\n") + "\n"
}

fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = std::fs::File::open(path)
        .with_context(|| format!("cannot open the batch `{}`", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

/// The next line without its end; of one that is too long only the beginning,
/// which is then no JSON. `None` at the end.
fn read_line(batch: &mut dyn BufRead) -> anyhow::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut bounded = batch.take(LINE_BYTES);
    let read = bounded
        .read_until(b'\n', &mut line)
        .context("cannot read the batch")?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && read as u64 == LINE_BYTES {
        batch.skip_until(b'\n').context("cannot read the batch")?;
    }
    Ok(Some(line))
}

fn parse_line(line: &[u8]) -> Result<BatchLine, String> {
    if LINE_BYTES <= line.len() as u64 {
        return Err(format!("the line is longer than {LINE_BYTES} bytes"));
    }
    let line: BatchLine = serde_json::from_slice(line).map_err(|error| {
        format!("{error}; hint: each line is {{\"id\": ..., \"text\": \"...\"}}")
    })?;
    if TEXT_CHARS < line.text.chars().count() {
        return Err(format!("the text is longer than {TEXT_CHARS} characters"));
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::{LINE_BYTES, parse_line, read_line};

    fn check(batch: &str, expected: &[&str]) {
        let mut reader = batch.as_bytes();
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut reader).expect("memory can be read") {
            lines.push(match parse_line(&line) {
                Ok(line) => format!("{} {}", line.id, line.text),
                Err(error) => format!("error: {}", error.split(" at ").next().expect("a part")),
            });
        }
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_bad_line_does_not_spoil_the_next() {
        check(
            "{\"id\":1,\"text\":\"lights on\"}\n{\"id\":2}\nlights on\n{\"text\":\"no id\",\"more\":1}",
            &[
                "1 lights on",
                "error: missing field `text`",
                "error: expected value",
                "null no id",
            ],
        );
        let long = "x".repeat(usize::try_from(LINE_BYTES).expect("a small number") * 2);
        check(
            &format!("{long}\n{{\"id\":\"b\",\"text\":\"lights on\"}}\n"),
            &[
                "error: the line is longer than 65536 bytes",
                "\"b\" lights on",
            ],
        );
        let long = "x".repeat(1001);
        check(
            &format!("{{\"id\":1,\"text\":\"{long}\"}}"),
            &["error: the text is longer than 1000 characters"],
        );
    }
}
