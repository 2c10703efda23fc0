//! What travels over the pipe between [`crate::WorkerClient`] and the process
//! `mynah-llm`: one JSON object per line, each answered by one line with the
//! same `id`, in order. Before its answer, a request that takes time may be
//! followed by any number of progress messages with its `id`.

use std::io::{self, BufRead, Read};

use serde::{Deserialize, Serialize};

use crate::{Answer, Ask, Prompt};
pub use mynah_core::llm::ErrorClass;

/// The longest line either side accepts, in bytes, newline included. A whole
/// context of 2048 tokens is about 10 kB.
pub const MAX_LINE: usize = 64 * 1024;

/// What the parent wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Repeated in the reply; counts up.
    pub id: u64,
    /// What to do.
    #[serde(flatten)]
    pub order: WorkerOrder,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum WorkerOrder {
    /// Load the model that the command line names. Loading again is harmless.
    Load,
    /// Forget everything, evaluate this prompt and keep it.
    Prime {
        /// Instructions and examples.
        prompt: Prompt,
    },
    /// Answer a question.
    Ask(Ask),
    /// Say how things are.
    Status,
    /// Stop what is being done for every request with a smaller `id`, as soon
    /// as the step under way is over. Has no answer of its own: each of those
    /// requests is answered with [`ErrorClass::Timeout`], unless it was done.
    Cancel,
    /// End the process.
    Quit,
}

/// What the process answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// That of the request; 0 for a request that could not be read.
    pub id: u64,
    /// The answer.
    #[serde(flatten)]
    pub result: WorkerReport,
}

/// The answer to a [`WorkerOrder`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum WorkerReport {
    /// To [`WorkerOrder::Load`] and [`WorkerOrder::Status`].
    Status(Status),
    /// To [`WorkerOrder::Prime`].
    Primed {
        /// Tokens of the prefix.
        tokens: u32,
    },
    /// To [`WorkerOrder::Ask`].
    Answer(Answer),
    /// To a request whose answer is still to come: another step is done.
    Progress {
        /// Tokens evaluated or generated for it so far.
        tokens: u32,
    },
    /// To an [`WorkerOrder::Ask`] whose answer is wanted piece by piece, and still to come:
    /// what is new of it.
    Piece {
        /// Never empty; no part of a stop string.
        text: String,
    },
    /// To [`WorkerOrder::Quit`].
    Bye,
    /// To anything.
    Error {
        /// What kind of failure.
        class: ErrorClass,
        /// For a person: what happened. What to do is [`ErrorClass::advice`].
        text: String,
    },
}

/// How the process is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Which back end: `cpu`, `hailo`, `script`.
    pub backend: String,
    /// Whether the model is loaded.
    pub loaded: bool,
    /// Tokens that the context can hold.
    pub context: u32,
    /// Tokens that it holds now.
    pub used: u32,
    /// Threads that evaluate at present; 0 where the model runs elsewhere.
    #[serde(default)]
    pub threads: u32,
    /// The accelerator, if the model runs on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
}

/// An accelerator with a loaded model, as identified and measured at start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// What it is, for instance `HAILO10H`; empty when it does not say.
    pub architecture: String,
    /// Version of its firmware; empty when it does not say.
    pub firmware: String,
    /// Version of the vendor's library.
    pub library: String,
    /// Milliseconds that loading the model took.
    pub load_ms: u32,
    /// Milliseconds that evaluating the primed prefix took last.
    pub prime_ms: u32,
    /// Bytes of the saved, primed context; 0 when none is kept.
    pub saved_bytes: u64,
    /// Milliseconds that saving it took; 0 when none is kept.
    pub save_ms: u32,
    /// Milliseconds that restoring it took at start; 0 when it was not tried.
    pub restore_ms: u32,
    /// Whether the prefix comes back by restoring (else by evaluating anew).
    pub restores: bool,
    /// How it is now.
    pub health: Health,
}

/// What the accelerator says about itself; `None` where it does not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Temperature of the chip, degrees Celsius: the hottest sensor.
    pub chip_c: Option<f32>,
    /// Power drawn, watts.
    pub power_w: Option<f32>,
    /// Throttling, 0 for none to 6 for shut off by heat.
    pub throttling: Option<u8>,
    /// Memory of the device in use, 0 to 100 percent.
    pub memory_percent: Option<f32>,
}

/// A line as read from a pipe.
#[derive(Debug, PartialEq, Eq)]
pub enum PipeLine {
    /// A whole line, without its newline.
    Text(String),
    /// Longer than [`MAX_LINE`] or not UTF-8: the pipe cannot be trusted.
    Garbage,
    /// The other side has closed.
    End,
}

/// Reads one line of bounded length.
///
/// # Errors
/// When the pipe itself fails.
pub fn read_line(pipe: &mut impl BufRead) -> io::Result<PipeLine> {
    let mut bytes = Vec::new();
    pipe.by_ref()
        .take(MAX_LINE as u64)
        .read_until(b'\n', &mut bytes)?;
    match bytes.pop() {
        None => Ok(PipeLine::End),
        Some(b'\n') => Ok(String::from_utf8(bytes).map_or(PipeLine::Garbage, PipeLine::Text)),
        // Either too long, or the writer died in the middle of a line.
        Some(_) => Ok(PipeLine::Garbage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<PipeLine> {
        let mut pipe = input;
        let mut lines = Vec::new();
        loop {
            let line = read_line(&mut pipe).expect("a slice does not fail");
            let last = line != PipeLine::Text("ok".into());
            lines.push(line);
            if last {
                return lines;
            }
        }
    }

    #[test]
    fn lines_are_bounded() {
        let ok = || PipeLine::Text("ok".into());
        assert_eq!(lines(b"ok\nok\n"), [ok(), ok(), PipeLine::End]);
        assert_eq!(lines(b"ok\nhal"), [ok(), PipeLine::Garbage]);
        assert_eq!(lines(b"\xff\xfe\n"), [PipeLine::Garbage]);
        assert_eq!(lines(&vec![b'x'; MAX_LINE + 10]), [PipeLine::Garbage]);
    }

    #[test]
    fn the_format_is_stable() {
        let ask = Request {
            id: 7,
            order: WorkerOrder::Ask(Ask {
                user: "hi".into(),
                opener: String::new(),
                follow: Some("yes".into()),
                prompt: None,
                stream: false,
                max_tokens: 4,
                stops: vec!["\n".into()],
                choices: vec!["yes".into()],
                deadline_ms: 900,
            }),
        };
        let line = serde_json::to_string(&ask).expect("plain data");
        assert_eq!(
            line,
            r#"{"id":7,"do":"ask","user":"hi","follow":"yes","max_tokens":4,"stops":["\n"],"choices":["yes"],"deadline_ms":900}"#
        );
        assert_eq!(
            serde_json::from_str::<Request>(&line).expect("reads back"),
            ask
        );
        let error = Reply {
            id: 7,
            result: WorkerReport::Error {
                class: ErrorClass::Timeout,
                text: "late".into(),
            },
        };
        let line = serde_json::to_string(&error).expect("plain data");
        assert_eq!(
            line,
            r#"{"id":7,"is":"error","class":"timeout","text":"late"}"#
        );
        assert_eq!(
            serde_json::from_str::<Reply>(&line).expect("reads back"),
            error
        );
    }
}
