//! The program `mynah`: a table of its commands.

#![forbid(unsafe_code)]

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands as cmd;
use mynah_command::{Common, Exit};
use mynah_config::ConfigError;
use tracing_subscriber::EnvFilter;

/// An offline voice assistant: speak, and one TOML file decides what happens.
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
    /// The appliance: listen, understand, act, answer
    Run(cmd::run::RunArgs),
    /// Hear recorded commands: transcribe, parse, act, reply
    Hear(cmd::hear::HearArgs),
    /// Understand written commands: intent, action, reply
    Ask(cmd::ask::AskArgs),
    /// Write down recorded speech
    Transcribe(cmd::transcribe::TranscribeArgs),
    /// Say where the wake words fire in recordings
    #[cfg(feature = "lab")]
    Wake(mynah_lab::wake::WakeArgs),
    /// Speak a text
    Say(cmd::say::SayArgs),
    /// Say what is wrong in the configuration
    Check(cmd::check::CheckArgs),
    /// Run the configuration's tests
    Test(cmd::test::TestArgs),
    /// Measure accuracy on a labelled set of recordings or texts
    #[cfg(feature = "lab")]
    Eval(mynah_lab::eval::EvalArgs),
    /// Print the JSON Schema of the configuration's intents
    Schema(cmd::schema::SchemaArgs),
    /// List and cancel timers, alarms and reminders
    Timers(cmd::timers::TimersArgs),
    /// Keep everything that is yours in one file
    Backup(cmd::backup::BackupArgs),
    /// Put a backup back, all of it or nothing
    Restore(cmd::restore::RestoreArgs),
    /// Bring lists in from another system: Home Assistant
    Import(cmd::import::ImportArgs),
    /// Add an intent to the configuration, step by step
    New(cmd::new::NewArgs),
    /// List, fetch and verify the models
    Models(cmd::models::ModelsArgs),
    /// List the sound cards
    Devices(cmd::devices::DevicesArgs),
    /// Say what is wrong with this appliance
    Doctor(cmd::doctor::DoctorArgs),
    /// Measure speed and memory
    #[cfg(feature = "lab")]
    Bench(mynah_lab::bench::BenchArgs),
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
        .with_writer(std::io::stderr)
        .init();
    let Cli { common, command } = Cli::parse();
    let result = match command {
        Command::Run(args) => cmd::run::run(&args, &common),
        Command::Hear(args) => cmd::hear::run(&args, &common),
        Command::Ask(args) => cmd::ask::run(&args, &common),
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
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            // A wrong file's text is whole: every problem, its place and remedy.
            if let Some(ConfigError::Wrong { report, .. }) = error.downcast_ref() {
                eprintln!("mynah: {report}");
                return Exit::Usage.into();
            }
            eprintln!("mynah: {error:#}");
            Exit::Failed.into()
        }
    }
}

/// `mynah doctor | head` ends when its reader does, and quietly. `println!`
/// panics then, and a signal instead would also end the appliance when another
/// process goes.
fn end_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if text.starts_with("failed printing to stdout") && text.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}
