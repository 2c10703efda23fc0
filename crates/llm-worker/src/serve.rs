//! The process' main loop: a line in, a line out.

use std::io::{self, BufReader, Write};
use std::process;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use mynah_llm_link::wire::{
    ErrorClass, MAX_LINE, PipeLine, Reply, Request, Status, WorkerOrder, WorkerReport, read_line,
};

use crate::backend::{Backend, BackendError};
use crate::watch::{Cancelled, Watch, stopped};

/// Requests that may wait; the parent sends at most three ahead.
const WAITING: usize = 16;

/// How long a back end may go on after the parent has gone.
const GRACE: Duration = Duration::from_secs(5);

/// Answers requests until stdin closes or a request says so. After `quiet`
/// without one the back end may rest.
///
/// # Errors
/// When stdout cannot be written to.
pub(crate) fn serve(backend: Box<dyn Backend>, quiet: Duration) -> io::Result<()> {
    let (sender, requests) = sync_channel(WAITING);
    // Never sent on: dropping it tells the reader that the loop has ended.
    let (_alive, ended) = channel();
    let cancelled = Cancelled::default();
    let cancel = cancelled.clone();
    thread::spawn(move || read_requests(sender, &ended, &cancel));
    // Dropped before `_alive`, and so within the grace: it may be stuck in that.
    let mut backend = backend;
    let mut out = io::stdout();
    let mut rested = true;
    let mut failed = None;
    loop {
        let wait = if rested { None } else { Some(quiet) };
        let request = match next(&requests, wait) {
            Next::Request(request) => request,
            Next::Quiet => {
                rested = true;
                // Nobody listens now: the next question gets to know.
                failed = backend.rest().err();
                continue;
            }
            Next::End => return Ok(()),
        };
        let (id, result) = match request {
            Ok(Request {
                id,
                order: WorkerOrder::Quit,
            }) => {
                return write_reply(
                    &mut out,
                    &Reply {
                        id,
                        result: WorkerReport::Bye,
                    },
                );
            }
            Ok(Request { id, order }) => {
                rested = false;
                let result = match (&order, failed.take()) {
                    (WorkerOrder::Ask(_), _) if cancelled.has(id) => report(stopped()),
                    (WorkerOrder::Ask(_), Some(error)) => report(error),
                    _ => {
                        // Only a question has somebody who may give it up.
                        let cancelled = match &order {
                            WorkerOrder::Ask(_) => cancelled.clone(),
                            _ => Cancelled::default(),
                        };
                        let mut watch = Watch::new(id, cancelled);
                        carry_out(backend.as_mut(), order, &mut watch)
                    }
                };
                (id, result)
            }
            Err(text) => (
                0,
                WorkerReport::Error {
                    class: ErrorClass::BadRequest,
                    text,
                },
            ),
        };
        write_reply(&mut out, &Reply { id, result })?;
    }
}

/// What the loop goes on with.
enum Next {
    Request(Result<Request, String>),
    Quiet,
    End,
}

fn next(requests: &Receiver<Result<Request, String>>, wait: Option<Duration>) -> Next {
    let request = match wait {
        Some(wait) => requests.recv_timeout(wait),
        None => requests.recv().map_err(RecvTimeoutError::from),
    };
    match request {
        Ok(request) => Next::Request(request),
        Err(RecvTimeoutError::Timeout) => Next::Quiet,
        Err(RecvTimeoutError::Disconnected) => Next::End,
    }
}

/// Reads to the end of stdin. A back end that is stuck then cannot keep the
/// process alive.
fn read_requests(
    sender: SyncSender<Result<Request, String>>,
    ended: &Receiver<()>,
    cancelled: &Cancelled,
) {
    let mut pipe = BufReader::new(io::stdin());
    loop {
        let request = match read_line(&mut pipe) {
            Ok(PipeLine::Text(line)) => match serde_json::from_str(&line) {
                // Heard while the back end is busy, or else it would be late.
                Ok(Request {
                    id,
                    order: WorkerOrder::Cancel,
                }) => {
                    cancelled.before(id);
                    continue;
                }
                request => request.map_err(|error| format!("not a request: {error}")),
            },
            Ok(PipeLine::Garbage) => {
                Err(format!("a line is no text or longer than {MAX_LINE} bytes"))
            }
            Ok(PipeLine::End) | Err(_) => break,
        };
        if sender.send(request).is_err() {
            return;
        }
    }
    drop(sender);
    if ended.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
        process::abort();
    }
}

fn carry_out(backend: &mut dyn Backend, order: WorkerOrder, watch: &mut Watch) -> WorkerReport {
    let result = match order {
        WorkerOrder::Load => backend.load().map(|()| status(backend)),
        WorkerOrder::Prime { prompt } => ready(backend)
            .and_then(|b| b.prime(&prompt, watch))
            .map(|tokens| WorkerReport::Primed { tokens }),
        WorkerOrder::Ask(ask) => ready(backend)
            .and_then(|b| b.ask(&ask, watch))
            .map(WorkerReport::Answer),
        // A cancellation is heard by the reader and never gets here.
        WorkerOrder::Status | WorkerOrder::Cancel => Ok(status(backend)),
        WorkerOrder::Quit => Ok(WorkerReport::Bye),
    };
    result.unwrap_or_else(report)
}

fn report(error: BackendError) -> WorkerReport {
    WorkerReport::Error {
        class: error.class,
        text: error.text,
    }
}

fn ready(backend: &mut dyn Backend) -> Result<&mut dyn Backend, BackendError> {
    if backend.loaded() {
        Ok(backend)
    } else {
        Err(BackendError::new(
            ErrorClass::BadRequest,
            "no model is loaded",
        ))
    }
}

fn status(backend: &mut dyn Backend) -> WorkerReport {
    let (used, context) = backend.usage();
    WorkerReport::Status(Status {
        backend: backend.name().into(),
        loaded: backend.loaded(),
        context,
        used,
        threads: backend.threads(),
        device: backend.device(),
    })
}

fn write_reply(out: &mut impl Write, reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_string(reply)?;
    if line.len() >= MAX_LINE {
        let result = WorkerReport::Error {
            class: ErrorClass::BadOutput,
            text: "the answer is longer than a line may be".into(),
        };
        line = serde_json::to_string(&Reply {
            id: reply.id,
            result,
        })?;
    }
    line.push('\n');
    out.write_all(line.as_bytes())?;
    out.flush()
}
