//! The process that holds the language model, so that a wedged one can be
//! killed: requests on stdin, replies on stdout, a JSON line each; logs on
//! stderr. It ends when stdin closes, and so never outlives its parent.

mod backend;
mod cpu;
mod generate;
mod http;
mod script;
mod serve;
mod state;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use tracing_subscriber::EnvFilter;

use backend::Backend;

/// Holds a language model and answers JSON lines on stdin with JSON lines on
/// stdout. Started by `mynah`; for a try by hand:
/// echo '{"id":1,"do":"load"}' | mynah-llm --model FILE.gguf
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Where the model runs
    #[arg(long, value_enum, default_value_t = Kind::Cpu)]
    backend: Kind,
    /// The model: a GGUF file (`cpu`), its name on the server (`http`)
    #[arg(long, value_name = "MODEL", required_if_eq_any([("backend", "cpu"), ("backend", "http")]))]
    model: Option<PathBuf>,
    /// The server, such as http://127.0.0.1:8000 (`http`)
    #[arg(long, required_if_eq("backend", "http"))]
    url: Option<String>,
    /// Whose interface the server has; found out unless given (`http`)
    #[arg(long, value_enum)]
    api: Option<http::Api>,
    /// Threads (`cpu`)
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// Keep primed states in this folder, for a quick next start (`cpu`)
    #[arg(long, value_name = "DIR")]
    states: Option<PathBuf>,
    /// Tokens that the context holds
    #[arg(long, default_value = "2048")]
    context: NonZeroU32,
    /// The canned answers (`script`)
    #[arg(long, value_name = "FILE", required_if_eq("backend", "script"))]
    script: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// llama.cpp on the processor
    Cpu,
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
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mynah-llm: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> Result<()> {
    if let (Kind::Http, Some(model), Some(url)) = (cli.backend, &cli.model, &cli.url) {
        let name = model.to_string_lossy().into_owned();
        let backend = http::Http::new(url, name, cli.api, cli.context);
        return serve::serve(Box::new(backend)).context("the pipe to the parent failed");
    }
    let backend: Box<dyn Backend> = match (cli.backend, cli.model, cli.script) {
        (Kind::Cpu, Some(model), _) => {
            Box::new(cpu::Cpu::new(model, cli.threads, cli.context, cli.states))
        }
        (Kind::Script, _, Some(script)) => Box::new(script::Script::read(&script, cli.context)?),
        _ => bail!("no file for this back end\nhint: see `mynah-llm --help`"),
    };
    serve::serve(backend).context("the pipe to the parent failed")
}
