//! `mynah chat`: a conversation in a terminal, with state, question and timers
//! shown. Time passes when the person says so.

use std::io::{self, BufRead, BufReader, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Map, Value, json};

use super::{Common, Exit, timers};
use mynah_appliance::runtime::engine::{Engine, TurnAnswer};
use mynah_appliance::runtime::events::{answer_json, intents_line};
use mynah_appliance::runtime::load::{self, Wants};
use mynah_appliance::runtime::recorded::typed;
use mynah_appliance::runtime::rehearsal::{Incident, Rehearsal};
use mynah_appliance::runtime::sessions::TEXT_CHARS;
use mynah_appliance::timers::{Clock, ScriptClock, SystemClock};
use mynah_core::timers::status;
use mynah_core::turn::{Failure, Outcome};
use mynah_models::Store;

const EXAMPLES: &str = "\
Examples:
  mynah chat                              talk in writing; Ctrl-D ends it
  mynah chat --dry-run                    the same, and nothing is carried out
  mynah chat --batch talk.txt --json      one line of a script after the other

A line is what somebody says, or a time that passes: \"+5m\", \"+30s\", \"+1h30m\".
In a script, lines that begin with # are comments. Timers ring in the chat only.
Exit status: 0 done, 1 an action or the language model failed, 2 wrong usage or
configuration.";

/// The longest time that passes at once: a month.
const LONGEST_S: u32 = 31 * 86_400;

/// A line is no longer than this, in bytes.
const LINE_BYTES: u64 = 64 * 1024;

/// Arguments of `mynah chat`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ChatArgs {
    /// Read the lines from a file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// Act on nothing; say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// A line that was understood as such.
#[derive(Debug, PartialEq, Eq)]
enum ChatLine {
    Say(String),
    Pass(u32),
    Nothing,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &ChatArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let (mut lines, prompts) = open(args.batch.as_deref())?;
    let wants = Wants {
        dry_run: args.dry_run,
        patient: true,
        apart: true,
        ..Wants::default()
    };
    let clock = Arc::new(ScriptClock::new(SystemClock::default().now()));
    let by: Arc<dyn Clock> = Arc::<ScriptClock>::clone(&clock);
    let engine = load::engine_by(by, settings, &Store::discover(), wants)?;
    let mut chat = Chat {
        rehearsal: Rehearsal::new(&engine, clock, false),
        engine,
        as_json: common.json,
        echo: !prompts && !common.json,
    };
    let mut exit = Exit::Done;
    loop {
        if prompts && !common.json {
            print!("> ");
            io::stdout().flush().context("cannot write")?;
        }
        let Some(line) = read_line(&mut lines)? else {
            break;
        };
        let done = match parse(&line) {
            Ok(line) => chat.obey(&line),
            Err(why) => {
                chat.refuse(&line, &why);
                Exit::Failed
            }
        };
        if done != Exit::Done {
            exit = done;
        }
    }
    if prompts && !common.json {
        println!();
    }
    Ok(exit)
}

/// The conversation and how it is shown.
struct Chat {
    engine: Engine,
    rehearsal: Rehearsal,
    as_json: bool,
    /// Whether the lines themselves are shown: nobody types them.
    echo: bool,
}

impl Chat {
    fn obey(&mut self, line: &ChatLine) -> Exit {
        match line {
            ChatLine::Nothing => Exit::Done,
            ChatLine::Say(text) => self.say(text),
            ChatLine::Pass(seconds) => self.pass(*seconds),
        }
    }

    fn refuse(&self, line: &str, why: &str) {
        if self.as_json {
            println!("{}", json!({"text": line, "error": why}));
        } else {
            println!("{why}");
        }
    }

    fn say(&mut self, text: &str) -> Exit {
        let (answer, incidents) = self.rehearsal.say(&mut self.engine, &typed(text));
        let fault = answer.failure.is_some_and(Failure::is_fault);
        if self.as_json {
            let mut head = Map::new();
            head.insert("text".into(), text.into());
            head.insert("turn".into(), answer.turn.0.into());
            if fault {
                let why = "the sentence was not judged; the log says why";
                head.insert("error".into(), why.into());
            }
            let mut line = answer_json(head, &answer, 0);
            self.add_state(&mut line, &incidents);
            println!("{line}");
        } else {
            if self.echo {
                println!("> {text}");
            }
            print_answer(&answer);
            self.print_rest(&incidents);
        }
        let acted = outcomes(&incidents).chain(&answer.outcomes);
        if fault || acted.into_iter().any(|outcome| !outcome.ok) {
            Exit::Failed
        } else {
            Exit::Done
        }
    }

    fn pass(&mut self, seconds: u32) -> Exit {
        let incidents = self.rehearsal.pass(&mut self.engine, seconds);
        if self.as_json {
            let mut line = json!({"wait_s": seconds});
            self.add_state(&mut line, &incidents);
            println!("{line}");
        } else {
            if self.echo {
                println!("> +{seconds}s");
            }
            self.print_rest(&incidents);
        }
        if outcomes(&incidents).all(|outcome| outcome.ok) {
            Exit::Done
        } else {
            Exit::Failed
        }
    }

    fn state(&mut self) -> &'static str {
        let asks = self.rehearsal.session().question().is_some();
        match (self.rehearsal.rings(), asks) {
            (Some(_), _) => "ringing",
            (None, true) => "asking",
            (None, false) => "idle",
        }
    }

    fn add_state(&mut self, line: &mut Value, incidents: &[Incident]) {
        let happened = incidents.iter().map(incident_json);
        line["incidents"] = happened.collect();
        line["state"] = self.state().into();
        let keeper = self.rehearsal.keeper(&mut self.engine);
        line["timers"] = keeper.look(|book, now| {
            let entries = book.entries().iter();
            entries.map(|entry| timers::row(entry, now)).collect()
        });
    }

    fn print_rest(&mut self, incidents: &[Incident]) {
        for incident in incidents {
            match incident {
                Incident::Ring(ring) => println!("  rings    \"{}\"", ring.text),
                Incident::Quiet => println!("  rings no more"),
                Incident::Due(acted) => {
                    print_outcomes(&acted.outcomes);
                    if !acted.reply.is_empty() {
                        println!("  says     \"{}\"", acted.reply);
                    }
                }
            }
        }
        if let Some(question) = self.rehearsal.session().question() {
            println!("  waits for an answer to \"{question}\"");
        }
        let keeper = self.rehearsal.keeper(&mut self.engine);
        keeper.look(|book, now| {
            for entry in book.entries() {
                println!("  set      {}: {}", timers::what(entry), status(entry, now));
            }
        });
    }
}

fn print_answer(answer: &TurnAnswer) {
    if !answer.understanding.intents.is_empty() {
        let intents = intents_line(&answer.understanding.intents);
        println!("  intent   {intents}");
    }
    print_outcomes(&answer.outcomes);
    let verb = if answer.question { "asks" } else { "says" };
    println!("  {verb}     \"{}\"", answer.reply);
}

fn print_outcomes(outcomes: &[Outcome]) {
    for Outcome {
        kind, ok, detail, ..
    } in outcomes
    {
        let failed = if *ok { "" } else { " FAILED:" };
        println!("  action   {kind}:{failed} {detail}");
    }
}

fn outcomes(incidents: &[Incident]) -> impl Iterator<Item = &Outcome> {
    incidents.iter().flat_map(|incident| match incident {
        Incident::Due(acted) => acted.outcomes.as_slice(),
        Incident::Ring(_) | Incident::Quiet => &[],
    })
}

fn incident_json(incident: &Incident) -> Value {
    match incident {
        Incident::Ring(ring) => {
            json!({"event": "ring", "reply": ring.text, "missed": ring.once})
        }
        Incident::Quiet => json!({"event": "quiet"}),
        Incident::Due(acted) => {
            json!({"event": "action", "actions": acted.outcomes, "reply": acted.reply})
        }
    }
}

/// The lines, and whether somebody types them.
fn open(batch: Option<&Path>) -> anyhow::Result<(Box<dyn BufRead>, bool)> {
    let file = match batch {
        None => {
            let typed = io::stdin().is_terminal();
            return Ok((Box::new(BufReader::new(io::stdin())), typed));
        }
        Some(path) if path == Path::new("-") => {
            return Ok((Box::new(BufReader::new(io::stdin())), false));
        }
        Some(path) => std::fs::File::open(path)
            .with_context(|| format!("cannot open the script `{}`", path.display()))?,
    };
    Ok((Box::new(BufReader::new(file)), false))
}

/// The next line without its end; `None` at the end.
fn read_line(lines: &mut dyn BufRead) -> anyhow::Result<Option<String>> {
    let mut line = Vec::new();
    let mut bounded = io::Read::take(&mut *lines, LINE_BYTES);
    let read = bounded
        .read_until(b'\n', &mut line)
        .context("cannot read the next line")?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && read as u64 == LINE_BYTES {
        lines
            .skip_until(b'\n')
            .context("cannot read the next line")?;
    }
    Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
}

fn parse(line: &str) -> Result<ChatLine, String> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(ChatLine::Nothing);
    }
    if let Some(time) = line.strip_prefix('+') {
        let seconds = seconds(time).filter(|seconds| *seconds <= LONGEST_S);
        let seconds = seconds.ok_or_else(|| {
            format!(
                "`{line}` is no time that can pass; hint: write +30s, +5m, +1h30m, at most +31d"
            )
        })?;
        return Ok(ChatLine::Pass(seconds));
    }
    if TEXT_CHARS < line.chars().count() {
        return Err(format!("the text is longer than {TEXT_CHARS} characters"));
    }
    Ok(ChatLine::Say(line.to_owned()))
}

/// `1h30m` in seconds.
fn seconds(text: &str) -> Option<u32> {
    let mut total: u32 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let mut letters = after.chars();
        let unit = match letters.next()? {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u32>().ok()?.checked_mul(unit)?)?;
        rest = letters.as_str().trim_start();
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::{ChatLine, parse};

    #[test]
    fn a_line_is_a_sentence_a_time_or_nothing() {
        for (line, expected) in [
            ("", Some(ChatLine::Nothing)),
            ("# the evening", Some(ChatLine::Nothing)),
            ("lights on", Some(ChatLine::Say("lights on".into()))),
            ("+5m", Some(ChatLine::Pass(300))),
            ("+1h 30m", Some(ChatLine::Pass(5_400))),
            ("+31d", Some(ChatLine::Pass(2_678_400))),
            ("+32d", None),
            ("+5", None),
            ("+", None),
            ("+five minutes", None),
            ("+99999999999s", None),
        ] {
            assert_eq!(parse(line).ok(), expected, "{line}");
        }
        assert!(parse(&"x".repeat(1_001)).is_err());
    }
}
