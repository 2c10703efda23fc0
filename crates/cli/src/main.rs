//! The program `mynah`: a table of its commands.

#![forbid(unsafe_code)]

mod accepted;
mod commands;
mod control;
mod reload;
mod services;
mod signals;

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands as cmd;
use mynah_command::{Common, Exit};
use mynah_config::ConfigError;
use tracing_subscriber::EnvFilter;

/// Offline voice assistant, configured by one TOML file.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the appliance: listen, understand, act, answer
    Run(cmd::run::RunArgs),
    /// Serve other programs without a microphone: Wyoming, the local API, pages
    Serve(cmd::serve::ServeArgs),
    /// Let the running appliance read its configuration anew
    Reload(cmd::reload::ReloadArgs),
    /// Show the token of the local API, or make it
    WebToken(cmd::web_token::WebTokenArgs),
    /// Process recorded commands: transcribe, parse, act, reply
    Hear(cmd::hear::HearArgs),
    /// Process written commands: parse, act, reply
    Ask(cmd::ask::AskArgs),
    /// Hold a conversation in writing
    Chat(cmd::chat::ChatArgs),
    /// Transcribe recordings
    Transcribe(cmd::transcribe::TranscribeArgs),
    /// Detect wake words in recordings
    #[cfg(feature = "lab")]
    Wake(mynah_lab::wake::WakeArgs),
    /// Synthesise a text
    Say(cmd::say::SayArgs),
    /// Report mistakes in the configuration
    Check(cmd::check::CheckArgs),
    /// Run the tests of the configuration
    Test(cmd::test::TestArgs),
    /// Measure accuracy on a labelled set of recordings or texts
    #[cfg(feature = "lab")]
    Eval(mynah_lab::eval::EvalArgs),
    /// Print the JSON Schema of the configuration's intents
    Schema(cmd::schema::SchemaArgs),
    /// List and cancel timers, alarms and reminders
    Timers(cmd::timers::TimersArgs),
    /// Back up the configuration, its secrets, timers and volume
    Backup(cmd::backup::BackupArgs),
    /// Restore a backup, completely or not at all
    Restore(cmd::restore::RestoreArgs),
    /// Import lists from Home Assistant
    Import(cmd::import::ImportArgs),
    /// Add an intent to the configuration, step by step
    New(cmd::new::NewArgs),
    /// List, fetch and verify the models
    Models(cmd::models::ModelsArgs),
    /// List the sound cards
    Devices(cmd::devices::DevicesArgs),
    /// Report what is wrong with this machine
    Doctor(cmd::doctor::DoctorArgs),
    /// Measure speed and memory
    #[cfg(feature = "lab")]
    Bench(mynah_lab::bench::BenchArgs),
}

/// Writes each entry of the log as one line: what came from outside and has a
/// line's end in it cannot look like an entry of its own.
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    /// Gets a whole entry at a time.
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let text = entry.strip_suffix(b"\n").unwrap_or(entry);
        let mut line = Vec::with_capacity(entry.len());
        for byte in text {
            match byte {
                b'\n' => line.extend_from_slice(b"\\n"),
                b'\r' => line.extend_from_slice(b"\\r"),
                byte => line.push(*byte),
            }
        }
        line.extend_from_slice(&entry[text.len()..]);
        self.0.write_all(&line)?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What is logged unless `MYNAH_LOG` says otherwise. Symphonia logs a broken
/// file that Mynah reports itself.
const LOG: &str = "warn,symphonia_core=off";

fn main() -> ExitCode {
    end_with_the_reader();
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("MYNAH_LOG").unwrap_or_else(|_| EnvFilter::new(LOG)),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(|| OneLine(std::io::stderr()))
        .init();
    let Cli { common, command } = Cli::parse();
    let result = match command {
        Command::Run(args) => cmd::run::run(&args, &common),
        Command::Serve(args) => cmd::serve::run(&args, &common),
        Command::Reload(args) => cmd::reload::run(&args, &common),
        Command::WebToken(args) => cmd::web_token::run(&args, &common),
        Command::Hear(args) => cmd::hear::run(&args, &common),
        Command::Ask(args) => cmd::ask::run(&args, &common),
        Command::Chat(args) => cmd::chat::run(&args, &common),
        Command::Transcribe(args) => cmd::transcribe::run(&args, &common),
        #[cfg(feature = "lab")]
        Command::Wake(args) => mynah_lab::wake::run(&args, &common),
        Command::Say(args) => cmd::say::run(&args, &common),
        Command::Check(args) => cmd::check::run(&args, &common),
        Command::Test(args) => cmd::test::run(&args, &common),
        #[cfg(feature = "lab")]
        Command::Eval(args) => mynah_lab::eval::run(&args, &common),
        Command::Schema(args) => cmd::schema::run(&args, &common),
        Command::Timers(args) => cmd::timers::run(&args, &common),
        Command::Backup(args) => cmd::backup::run(&args, &common),
        Command::Restore(args) => cmd::restore::run(&args, &common),
        Command::Import(args) => cmd::import::run(&args, &common),
        Command::New(args) => cmd::new::run(&args, &common),
        Command::Models(args) => cmd::models::run(&args, &common),
        Command::Devices(args) => cmd::devices::run(&args, &common),
        Command::Doctor(args) => cmd::doctor::run(&args, &common),
        #[cfg(feature = "lab")]
        Command::Bench(args) => mynah_lab::bench::run(&args, &common),
    };
    // What stands behind the last line's end is written here.
    if let Err(error) = io::stdout().flush()
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("mynah: cannot write to standard output: {error}");
        return Exit::Failed.into();
    }
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            // The report is complete: every problem with its place and remedy.
            if let Some(ConfigError::Wrong { report, .. }) = error.downcast_ref() {
                eprintln!("mynah: {report}");
                return Exit::Usage.into();
            }
            eprintln!("mynah: {error:#}");
            Exit::Failed.into()
        }
    }
}

/// `out: No space left`, as the standard library has it, in full words.
fn standard(why: &str) -> String {
    match why.split_once(": ") {
        Some(("out", why)) => format!("output: {why}"),
        Some((_, why)) => format!("error: {why}"),
        None => why.to_owned(),
    }
}

/// `mynah doctor | head` ends when its reader does, and quietly; a full disk is
/// told. `println!` panics then, and a signal instead would also end the
/// appliance when another process goes.
fn end_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        match text.split_once("failed printing to std") {
            Some(("", why)) if why.starts_with("out") && why.contains("Broken pipe") => {
                std::process::exit(0);
            }
            Some(("", why)) => {
                // Where even this cannot be said, the exit status says it.
                let _ = writeln!(
                    io::stderr(),
                    "mynah: cannot write to standard {}",
                    standard(why)
                );
                std::process::exit(1);
            }
            _ => usual(panic),
        }
    }));
}
