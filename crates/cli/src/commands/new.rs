//! `mynah new`: adds an intent to the file, interactively or by options, and leaves the
//! rest of the file unchanged.

mod draft;
mod preview;
mod questions;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use self::draft::Draft;
use self::preview::Preview;
use self::questions::Questions;
use super::{Common, Exit, files};
use mynah_config::{ConfigError, Problem, Source};

const EXAMPLES: &str = "\
Examples:
  mynah new intent                     asks for everything, and shows the result
  mynah new intent --name fan --phrase '(turn|switch) {state} the fan' \\
    --slot 'state=on, off' --action 'mqtt home/fan/set {state}' --undo 'mqtt home/fan/set off' \\
    --reply 'The fan is {state}.' --test 'turn on the fan' --yes
  mynah new intent --dry-run < answers.txt

A slot is: values with commas between them, `list NAME`, `number 0 to 100 percent`,
`duration`, `time`, `date`, `text`, or a table as in the file: { values = [...] }.
An action is: `say`, `command PROGRAM ARGUMENT...`, `http METHOD URL`,
`mqtt TOPIC PAYLOAD`, `home_assistant SERVICE ENTITY`, or a table: { type = ... }.
The previous version is kept as FILE.bak.

Exit status: 0 done, 1 something failed or was declined, 2 wrong usage or
configuration.";

/// Arguments of `mynah new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add an intent with its phrases, slots, action, reply and tests
    #[command(after_help = EXAMPLES)]
    Intent(Box<IntentArgs>),
}

/// Arguments of `mynah new intent`. With a name, nothing is asked interactively.
#[derive(Debug, Default, Args)]
pub(crate) struct IntentArgs {
    /// Name of the intent
    #[arg(long, requires = "phrase")]
    name: Option<String>,
    /// Description, for people and for the language model
    #[arg(long, requires = "name")]
    description: Option<String>,
    /// A phrase; may be given several times
    #[arg(long, requires = "name")]
    phrase: Vec<String>,
    /// The values or kind of a slot; may be given several times
    #[arg(long, value_name = "NAME=VALUES", requires = "name")]
    slot: Vec<String>,
    /// The question for a missing slot
    #[arg(long, value_name = "NAME=QUESTION", requires = "name")]
    ask: Vec<String>,
    /// The question before the action
    #[arg(long, value_name = "QUESTION", requires = "name")]
    confirm: Option<String>,
    /// The action [default: say]
    #[arg(long, requires = "name")]
    action: Option<String>,
    /// The action that reverses it
    #[arg(long, value_name = "ACTION", requires = "name")]
    undo: Option<String>,
    /// The reply
    #[arg(long, requires = "name")]
    reply: Option<String>,
    /// Listen for a follow-up after the reply
    #[arg(long, requires = "name")]
    follow_up: bool,
    /// A test sentence; may be given several times
    #[arg(long, value_name = "SENTENCE", requires = "name")]
    test: Vec<String>,
    /// Write without confirmation
    #[arg(long)]
    yes: bool,
    /// Change no file; show what would be written
    #[arg(long)]
    dry_run: bool,
}

/// What a first file is called.
const NEW_FILE: &str = "mynah.toml";

/// The file that is added to.
struct Target {
    path: PathBuf,
    before: String,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &NewArgs, common: &Common) -> anyhow::Result<Exit> {
    let What::Intent(args) = &args.what;
    let target = target(common.config.as_deref())?;
    let mut questions = Questions::new(std::io::stdin().lock());
    let draft = match &args.name {
        Some(_) => draft::of_arguments(args, &target.before),
        None => Ok(questions.draft(&target.before)?),
    };
    let mut draft = match draft {
        Ok(draft) => draft,
        Err(error) => {
            eprintln!("mynah: {error:#}");
            return Ok(Exit::Usage);
        }
    };
    let text = target.with(&draft);
    if let Err(problems) = mynah_config::parse(&text) {
        tell_problems(&target, &text, &problems, common.json);
        return Ok(Exit::Usage);
    }
    let mut preview = Preview::new(&target.before, &text, &draft.name)?;
    draft.tests = preview.tests(&args.test);
    if args.name.is_none() {
        println!("{}", preview.shown());
        questions.tests(&mut preview, &mut draft)?;
    }
    if draft.tests.is_empty() {
        let samples = preview.samples.clone();
        draft.tests = preview.tests(&samples);
        draft.tests.retain(|test| test.pass);
        draft.tests.truncate(2);
    }
    let failing = draft.tests.iter().filter(|test| !test.pass).count();
    let wrong = preview.broken.len() + preview.unclear.len() + failing;
    let text = target.with(&draft);
    mynah_config::parse(&text)
        .map_err(|problems| target.source(&text).report(&problems))
        .map_err(anyhow::Error::msg)?;
    if !common.json {
        if args.name.is_some() {
            println!("{}", preview.shown());
        }
        println!("{}", draft.shown());
    }
    let wanted = match (wrong, args.dry_run) {
        (_, true) => false,
        (0, _) => args.yes || questions.yes(&format!("Write it to {}?", target.path.display()))?,
        _ if args.yes => false,
        _ => questions.yes("Not all of it is right. Write it even so?")?,
    };
    if wanted {
        target.write(&text)?;
    }
    if common.json {
        println!(
            "{}",
            json!({"name": draft.name, "file": target.path.display().to_string(),
                   "written": wanted, "text": draft.text(), "samples": preview.samples,
                   "unclear": preview.unclear, "breaks": preview.broken,
                   "tests": draft.tests.iter().map(draft::Test::json).collect::<Vec<_>>()})
        );
    } else if wanted {
        eprintln!("wrote {}", target.path.display());
    } else {
        eprintln!("{} was not changed", target.path.display());
        if args.yes && !args.dry_run && wrong > 0 {
            eprintln!(
                "hint: put right what is UNCLEAR, FAILS or BREAKS above; without --yes it is asked \
                 about"
            );
        }
    }
    let failed = !wanted && (wrong > 0 || !args.dry_run);
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn tell_problems(target: &Target, text: &str, problems: &[Problem], as_json: bool) {
    if as_json {
        for problem in problems {
            println!("{}", json!(problem));
        }
    } else {
        eprintln!("mynah: {}", target.source(text).report(problems));
        eprintln!("{} was not changed", target.path.display());
    }
}

/// The file that [`mynah_config::discover`] finds; a new one where there is none.
fn target(named: Option<&Path>) -> anyhow::Result<Target> {
    if let Some(path) = named
        && !path.exists()
    {
        return Ok(Target {
            path: path.to_path_buf(),
            before: String::new(),
        });
    }
    let source = mynah_config::discover(named)?;
    if mynah_config::place(named).is_none() {
        eprintln!("there is no configuration yet: `{NEW_FILE}` is begun here");
        return Ok(Target {
            path: PathBuf::from(NEW_FILE),
            before: String::new(),
        });
    }
    source.settings().map_err(|error| match error {
        ConfigError::Wrong { report, problems } => ConfigError::Wrong {
            report: format!("{report}\nhint: put this right before you add to it"),
            problems,
        },
        other => other,
    })?;
    Ok(Target {
        path: PathBuf::from(source.name),
        before: source.text,
    })
}

impl Target {
    /// The file with the draft appended.
    fn with(&self, draft: &Draft) -> String {
        draft::appended(&self.before, &draft.text())
    }

    fn source(&self, text: &str) -> Source {
        Source {
            name: self.path.display().to_string(),
            text: text.to_owned(),
        }
    }

    /// Keeps the previous version beside the new one, so that a concurrent change is not
    /// lost.
    fn write(&self, text: &str) -> anyhow::Result<()> {
        if self.path.exists() {
            let present = std::fs::read_to_string(&self.path)
                .with_context(|| format!("cannot read `{}`", self.path.display()))?;
            if present != self.before {
                bail!(
                    "`{}` was changed meanwhile; it was left alone",
                    self.path.display()
                );
            }
            let mut backup = self.path.clone().into_os_string();
            backup.push(".bak");
            files::write_like(Path::new(&backup), &self.before, &self.path)?;
        }
        files::write(&self.path, text)
    }
}
