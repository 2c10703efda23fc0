//! The process that holds the language model, so that a wedged one can be
//! killed: requests on stdin, replies on stdout, a JSON line each; logs on
//! stderr. It ends when stdin closes, and so never outlives its parent.

#![deny(unsafe_code)]

mod backend;
mod chat;
mod clock;
mod cpu;
mod generate;
mod hailo;
mod http;
mod sandbox;
mod script;
mod serve;
mod state;
mod watch;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use backend::Backend;

/// Holds a language model and answers JSON lines on stdin with JSON lines on
/// stdout. Started by `mynah`; for a try by hand:
/// echo '{"id":1,"do":"load"}' | mynah-llm --model FILE.gguf
#[derive(Debug, Parser)]
#[command(
    version,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true
)]
struct Cli {
    /// Where the model runs
    #[arg(long, value_enum, default_value_t = Kind::Cpu)]
    backend: Kind,
    /// The model: a GGUF file (`cpu`), a HEF file (`hailo`), or its name on the
    /// server (`http`)
    #[arg(
        long,
        value_name = "MODEL",
        required_if_eq_any([("backend", "cpu"), ("backend", "hailo"), ("backend", "http")])
    )]
    model: Option<PathBuf>,
    /// The server, such as `http://127.0.0.1:8000` (`http`)
    #[arg(long, required_if_eq("backend", "http"))]
    url: Option<String>,
    /// Whose interface the server has; found out unless given (`http`)
    #[arg(long, value_enum)]
    api: Option<http::Api>,
    /// Threads at most, fewer where those are as fast; else one fewer than
    /// there are cores (`cpu`)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: Option<u32>,
    /// Keep primed states in this folder, for a quick next start (`cpu`)
    #[arg(long, value_name = "DIR")]
    states: Option<PathBuf>,
    /// Tokens that the context holds (all but `hailo`, whose file has its own)
    #[arg(long, default_value = "2048")]
    context: NonZeroU32,
    /// The canned answers (`script`)
    #[arg(long, value_name = "FILE", required_if_eq("backend", "script"))]
    script: Option<PathBuf>,
    /// The model's tokenizer.json; without it the device counts (`hailo`)
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Programs that name the same group may share the device (`hailo`)
    #[arg(long, value_name = "NAME", default_value = "SHARED")]
    group: String,
    /// MiB that this process may allocate (`hailo`)
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    memory: u64,
    /// Folder for the log of the vendor's library; else it writes none (`hailo`)
    #[arg(long, value_name = "FOLDER")]
    log: Option<PathBuf>,
    /// Milliseconds without a question after which a command is taken to be
    /// over, and the next one is prepared for: the questions of one command
    /// follow each other at once
    #[arg(long, value_name = "MS", default_value_t = 200)]
    rest_after: u64,
    /// Do not forbid this process to write files and use the network (`hailo`)
    #[arg(long)]
    no_sandbox: bool,
    #[command(flatten)]
    place: DeviceArgs,
    #[command(subcommand)]
    task: Option<Task>,
}

/// Where device and libraries are.
#[derive(Debug, Args)]
struct DeviceArgs {
    /// The vendor's library instead of the newest installed (`hailo`)
    #[arg(long, value_name = "FILE")]
    library: Option<PathBuf>,
    /// Our shim instead of the one beside this program (`hailo`)
    #[arg(long, value_name = "FILE")]
    shim: Option<PathBuf>,
    /// The root of the file system, for tests
    #[arg(long, value_name = "FOLDER", default_value = "/", hide = true)]
    root: PathBuf,
}

impl From<DeviceArgs> for hailo::DevicePaths {
    fn from(place: DeviceArgs) -> Self {
        Self {
            library: place.library,
            shim: place.shim,
            root: place.root,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the shim against the installed `HailoRT`, with the C++ compiler
    BuildShim {
        /// The folder of the vendor's headers, the one that holds `hailo/`
        #[arg(long, value_name = "FOLDER")]
        include: Option<PathBuf>,
        /// The library to write; else beside this program
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say as JSON whether the accelerator could be used, without opening it;
    /// exit status 1 if not
    Probe(DeviceArgs),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// llama.cpp on the processor
    Cpu,
    /// The accelerator of the AI HAT+ 2
    Hailo,
    /// A server: hailo-ollama, Ollama or that of llama.cpp
    Http,
    /// Canned answers from a file, and failures on demand; for tests
    Script,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("MYNAH_LOG").unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match start(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("mynah-llm: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(mut cli: Cli) -> Result<ExitCode> {
    match cli.task.take() {
        Some(Task::BuildShim { include, output }) => build_shim(include, output),
        Some(Task::Probe(place)) => {
            hailo::set_log(None);
            let found = hailo::report::find(&place.into());
            println!("{}", serde_json::to_string(&found)?);
            Ok(ExitCode::from(u8::from(!found.is_ready())))
        }
        None => {
            sandbox::no_core_dumps()?;
            let quiet = Duration::from_millis(cli.rest_after);
            let backend = backend(cli)?;
            serve::serve(backend, quiet).context("the pipe to the parent failed")?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn backend(cli: Cli) -> Result<Box<dyn Backend>> {
    if let (Kind::Http, Some(model), Some(url)) = (cli.backend, &cli.model, &cli.url) {
        let name = model.to_string_lossy().into_owned();
        return Ok(Box::new(http::Http::new(url, name, cli.api, cli.context)));
    }
    Ok(match (cli.backend, cli.model, cli.script) {
        (Kind::Cpu, Some(model), _) => {
            Box::new(cpu::Cpu::new(model, cli.threads, cli.context, cli.states))
        }
        (Kind::Script, _, Some(script)) => Box::new(script::Script::read(&script, cli.context)?),
        (Kind::Hailo, Some(model), _) => {
            hailo::set_log(cli.log.as_deref());
            sandbox::bound_memory(cli.memory)?;
            if !cli.no_sandbox {
                sandbox::confine(cli.log.as_deref())?;
            }
            Box::new(hailo::Hailo::new(hailo::Options {
                model,
                tokenizer: cli.tokenizer,
                place: cli.place.into(),
                group: cli.group,
            }))
        }
        _ => bail!("no file for this back end\nhint: see `mynah-llm --help`"),
    })
}

fn build_shim(include: Option<PathBuf>, output: Option<PathBuf>) -> Result<ExitCode> {
    let include = include
        .or_else(hailo::build::headers)
        .unwrap_or_else(|| "/usr/include".into());
    let output = match output {
        Some(output) => output,
        None => std::env::current_exe()?.with_file_name(hailo::SHIM),
    };
    hailo::build::shim(&include, &output).map_err(anyhow::Error::msg)?;
    println!("{}", output.display());
    Ok(ExitCode::SUCCESS)
}
