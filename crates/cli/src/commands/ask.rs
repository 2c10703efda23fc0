//! `mynah ask`: written commands in, what would come of them out.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Common, Exit};

use mynah_appliance::runtime::engine::Engine;
use mynah_appliance::runtime::events::{answer_json, answer_lines};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::typed;
use mynah_core::turn::TurnId;
use mynah_models::Store;

const EXAMPLES: &str = "\
Examples:
  mynah ask turn on the kitchen light            understand, act, answer
  mynah ask --dry-run \"unlock the front door\"    act on nothing
  mynah ask --batch commands.jsonl --json        one {\"id\",\"text\"} a line, `-` for stdin

Exit status: 0 done, 1 something failed, 2 wrong usage or configuration.";

/// A written command is no longer than this.
const TEXT_CHARS: usize = 1000;

/// A line of a batch is no longer than this, in bytes.
const LINE_BYTES: u64 = 64 * 1024;

/// Arguments of `mynah ask`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AskArgs {
    /// The command's words
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    text: Vec<String>,
    /// Read JSON lines {"id","text"} from a file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// Act on nothing; say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// A line of a batch.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    text: String,
}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(args: &AskArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let batch = args.batch.as_deref().map(open).transpose()?;
    let wants = Wants {
        dry_run: args.dry_run,
        patient: true,
        ..Wants::default()
    };
    let mut engine = load::engine(settings, &Store::discover(), wants)?;
    let Some(mut batch) = batch else {
        let line = Line {
            id: Value::Null,
            text: args.text.join(" "),
        };
        return Ok(ask(&mut engine, TurnId(1), &line, common.json));
    };
    let mut exit = Exit::Done;
    let mut number = 0;
    while let Some(line) = read_line(&mut batch)? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let done = match parse_line(&line) {
            Ok(line) => ask(&mut engine, TurnId(number), &line, common.json),
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
/// failure.
fn ask(engine: &mut Engine, turn: TurnId, line: &Line, as_json: bool) -> Exit {
    let answer = engine.turn(turn, &typed(&line.text));
    if as_json {
        let head = [("id", line.id.clone()), ("text", line.text.clone().into())];
        let head = head.map(|(name, value)| (name.to_owned(), value));
        println!("{}", answer_json(Map::from_iter(head), &answer, 0));
    } else {
        println!("{}\n{}", line.text, answer_lines(&answer));
    }
    if answer.outcomes.iter().all(|outcome| outcome.ok) {
        Exit::Done
    } else {
        Exit::Failed
    }
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

fn parse_line(line: &[u8]) -> Result<Line, String> {
    if LINE_BYTES <= line.len() as u64 {
        return Err(format!("the line is longer than {LINE_BYTES} bytes"));
    }
    let line: Line = serde_json::from_slice(line).map_err(|error| {
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
