//! The program `mynah`: a table of its commands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mynah::commands::{self as cmd, Common, Exit};
use mynah::config::ConfigError;
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
    /// Process recorded commands: transcribe, parse, act, reply
    Hear(cmd::hear::HearArgs),
    /// Process written commands: parse, act, reply
    Ask(cmd::ask::AskArgs),
    /// Transcribe recordings
    Transcribe(cmd::transcribe::TranscribeArgs),
    /// Detect wake words in recordings
    Wake(cmd::wake::WakeArgs),
    /// Synthesise a text
    Say(cmd::say::SayArgs),
    /// Report mistakes in the configuration
    Check(cmd::check::CheckArgs),
    /// Run the tests of the configuration
    Test(cmd::test::TestArgs),
    /// Measure accuracy on a labelled set of recordings or texts
    Eval(cmd::eval::EvalArgs),
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
    Bench(cmd::bench::BenchArgs),
}

/// The default log filter; `MYNAH_LOG` overrides it. Symphonia logs broken files, which
/// Mynah reports itself.
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
        Command::Wake(args) => cmd::wake::run(&args, &common),
        Command::Say(args) => cmd::say::run(&args, &common),
        Command::Check(args) => cmd::check::run(&args, &common),
        Command::Test(args) => cmd::test::run(&args, &common),
        Command::Eval(args) => cmd::eval::run(&args, &common),
        Command::Schema(args) => cmd::schema::run(&args, &common),
        Command::Timers(args) => cmd::timers::run(&args, &common),
        Command::Backup(args) => cmd::backup::run(&args, &common),
        Command::Restore(args) => cmd::restore::run(&args, &common),
        Command::Import(args) => cmd::import::run(&args, &common),
        Command::New(args) => cmd::new::run(&args, &common),
        Command::Models(args) => cmd::models::run(&args, &common),
        Command::Devices(args) => cmd::devices::run(&args, &common),
        Command::Doctor(args) => cmd::doctor::run(&args, &common),
        Command::Bench(args) => cmd::bench::run(&args, &common),
    };
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

/// Exits quietly when the reader of stdout is gone, as in `mynah doctor | head`. `println!`
/// panics then; restoring SIGPIPE instead would also end the appliance when a child
/// process exits.
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
