//! Conversations of front ends other than a live microphone: a text client, a
//! web page, another machine's microphone. [`Sessions::open`] opens one; its
//! requests wait behind the work of every microphone.

mod desk;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use thiserror::Error;

pub(super) use self::desk::SessionTable;
use super::configured::keep_fixed;
use super::engine::{Engine, TurnAnswer};
use super::engine_thread::{Shared, Swap, Work};
use super::lanes::{Lane, Refused};
use super::recorded::{ClipOutcome, LONGEST_S};
use crate::timers::Keeper;
use mynah_core::frame::SAMPLE_RATE;
use mynah_core::model::Settings;
use mynah_core::turn::{Completion, SessionId, SessionKind, Transcript, TurnId, Utterance};

/// A sentence has no more characters than this.
pub const TEXT_CHARS: usize = 1_000;

/// Beyond the time limits of the configuration: the language model may load, and
/// microphones go first.
const PATIENCE: Duration = Duration::from_mins(1);

/// A new configuration waits so long for the end of a turn.
const TURN: Duration = Duration::from_secs(20);

/// Clauses of one sentence that may wait for a slow listener.
const PIECES: usize = 64;

/// Why a request has no answer.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SessionError {
    /// Too many requests of other sessions wait.
    #[error("too many requests wait; hint: try again in a moment")]
    Busy,
    /// No answer came in time.
    #[error("no answer came in time; hint: `mynah doctor` says what is slow")]
    TooSlow,
    /// The request failed inside.
    #[error("the request failed; hint: the log says why")]
    Broken,
    /// The sentence or the sound is longer than a command.
    #[error("that is longer than a command; hint: at most 1000 characters, or 30 s")]
    TooLong,
    /// The appliance ends.
    #[error("the appliance ends; hint: connect again when it has started")]
    Ended,
}

/// Why a configuration did not replace the one in use.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ReplaceError {
    /// A person spoke with the box all the time, or too many requests wait.
    #[error("the box is in use")]
    Busy,
    /// Another one was to replace it before it was its turn.
    #[error("another configuration came in between")]
    Superseded,
    /// It could not be taken over.
    #[error("something in the box failed")]
    Broken,
    /// The appliance ends, or its configuration cannot be replaced.
    #[error("the appliance ends")]
    Ended,
}

impl ReplaceError {
    /// The remedy.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Busy => "reload when nobody speaks with it",
            Self::Superseded => "reload again",
            Self::Broken => "the log says why; restart the box",
            Self::Ended => "the configuration counts when it starts again",
        }
    }
}

/// Opens sessions. To be cloned for each front end.
#[derive(Clone)]
pub struct Sessions {
    shared: Arc<Shared>,
    keeper: Arc<Keeper>,
    opened: Arc<AtomicU32>,
}

impl Sessions {
    pub(super) fn new(engine: &Engine, shared: Arc<Shared>) -> Self {
        Self {
            shared,
            keeper: engine.keeper(),
            opened: Arc::default(),
        }
    }

    /// Opens a session. Of a `dry_run` nothing is carried out. Of many sessions the
    /// one that was used longest ago is forgotten; it then begins anew, without a
    /// question and without memory, under the same name.
    #[must_use]
    pub fn open(&self, kind: SessionKind, dry_run: bool) -> SessionHandle {
        let number = self.opened.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        SessionHandle {
            shared: Arc::clone(&self.shared),
            id: SessionId { kind, number },
            turn: TurnId(0),
            dry_run,
        }
    }

    /// The configuration that counts now.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        let settings = self.shared.settings.read();
        Arc::clone(&settings.unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the configuration of the running engine: builds the parts that follow
    /// from it on this thread, waits until no microphone is in a turn, and swaps them
    /// in. Timers, sessions and observers stay; an open question is given up if an
    /// intent that it is about has changed. Gives the keys of the settings that differ
    /// and count after a restart.
    ///
    /// # Errors
    /// When it does not count: the old configuration is still in use then.
    pub fn replace(&self, mut settings: Settings) -> Result<Vec<&'static str>, ReplaceError> {
        // Models must not outlive the engine, so the end of it waits for this.
        let (_builder, rebuild) = self.shared.builder().ok_or(ReplaceError::Ended)?;
        let kept = keep_fixed(&self.settings(), &mut settings);
        let new = Box::new(rebuild(settings));
        drop(rebuild);
        let (done, counts) = sync_channel(1);
        let claimed = Arc::new(AtomicBool::new(false));
        let swap = Swap {
            new,
            done,
            claimed: Arc::clone(&claimed),
        };
        let pushed = self.shared.lanes.push(Lane::Other, Work::Configure(swap));
        pushed.map_err(|refused| match refused {
            Refused::Full(_) => ReplaceError::Busy,
            Refused::Closed => ReplaceError::Ended,
        })?;
        match counts.recv_timeout(TURN) {
            Ok(true) => Ok(kept),
            Ok(false) => Err(ReplaceError::Broken),
            Err(RecvTimeoutError::Disconnected) => Err(ReplaceError::Superseded),
            Err(RecvTimeoutError::Timeout) if claimed.swap(true, Ordering::AcqRel) => {
                match counts.recv() {
                    Ok(true) => Ok(kept),
                    Ok(false) => Err(ReplaceError::Broken),
                    Err(_) => Err(ReplaceError::Ended),
                }
            }
            Err(RecvTimeoutError::Timeout) => Err(ReplaceError::Busy),
        }
    }

    /// Timers, alarms, scheduled commands and the volume.
    #[must_use]
    pub fn keeper(&self) -> &Arc<Keeper> {
        &self.keeper
    }
}

/// One conversation of a front end. Dropping it closes the session.
pub struct SessionHandle {
    shared: Arc<Shared>,
    id: SessionId,
    /// The last turn that was answered.
    turn: TurnId,
    dry_run: bool,
}

impl SessionHandle {
    /// The name of this session.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// Understands a written sentence and answers it: the answer to the open
    /// question, or a command.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn ask(&mut self, text: &str) -> Result<TurnAnswer, SessionError> {
        if TEXT_CHARS < text.chars().count() {
            return Err(SessionError::TooLong);
        }
        match self.request(What::Ask(text.to_owned()))? {
            Reply::Answer(answer) => Ok(*answer),
            _ => Err(SessionError::Broken),
        }
    }

    /// Transcribes an utterance and answers it.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn hear(&mut self, utterance: Utterance) -> Result<ClipOutcome, SessionError> {
        match self.request(What::Hear(fitting(utterance)?))? {
            Reply::Heard(heard) => Ok(*heard),
            _ => Err(SessionError::Broken),
        }
    }

    /// Transcribes an utterance, and weighs whether its words can be all that was to
    /// be said: for whoever finds the end of an utterance. Nothing is done about it.
    /// `names` are likely in it; the first two dozen words of them count.
    ///
    /// # Errors
    /// When there is no transcript.
    pub fn guess(
        &mut self,
        utterance: Utterance,
        names: &[String],
    ) -> Result<(Transcript, Completion), SessionError> {
        match self.request(What::Guess(fitting(utterance)?, names.to_vec()))? {
            Reply::Guessed(guessed) => Ok(*guessed),
            _ => Err(SessionError::Broken),
        }
    }

    /// Synthesises a sentence. `sink` gets mono samples and their rate, clause by
    /// clause, until it returns false.
    ///
    /// # Errors
    /// When the voice fails, or there is none.
    pub fn say(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>, u32) -> bool,
    ) -> Result<(), SessionError> {
        if TEXT_CHARS < text.chars().count() {
            return Err(SessionError::TooLong);
        }
        let pending = self.send(What::Say(text.to_owned()))?;
        loop {
            match pending.next()? {
                Reply::Piece(samples, rate) => {
                    if !sink(samples, rate) {
                        return Ok(());
                    }
                }
                Reply::Said => return Ok(()),
                _ => return Err(SessionError::Broken),
            }
        }
    }

    fn request(&mut self, what: What) -> Result<Reply, SessionError> {
        let reply = self.send(what)?.next()?;
        match &reply {
            Reply::Answer(answer) => self.turn = answer.turn,
            Reply::Heard(heard) => self.turn = heard.answer.turn,
            _ => {}
        }
        Ok(reply)
    }

    fn send(&self, what: What) -> Result<Waiting, SessionError> {
        let (replies, coming) = sync_channel(PIECES);
        let given_up = Arc::new(AtomicBool::new(false));
        let request = Request {
            session: self.id,
            last: self.turn,
            dry_run: self.dry_run,
            what,
            progress: Progress::default(),
            replies,
            given_up: Arc::clone(&given_up),
        };
        match self.shared.lanes.push(Lane::Other, Work::Request(request)) {
            Ok(()) => Ok(Waiting { coming, given_up }),
            Err(Refused::Full(_)) => Err(SessionError::Busy),
            Err(Refused::Closed) => Err(SessionError::Ended),
        }
    }
}

impl Drop for SessionHandle {
    fn drop(&mut self) {
        // Where there is no room for it, the session is forgotten after a while.
        let _ = self.send(What::Close);
    }
}

/// Replies that are still to come. Dropping it gives the request up.
struct Waiting {
    coming: Receiver<Reply>,
    given_up: Arc<AtomicBool>,
}

impl Waiting {
    fn next(&self) -> Result<Reply, SessionError> {
        use RecvTimeoutError::{Disconnected, Timeout};
        match self.coming.recv_timeout(PATIENCE) {
            Ok(Reply::Failed(error)) => Err(error),
            Ok(reply) => Ok(reply),
            Err(Timeout) => Err(SessionError::TooSlow),
            Err(Disconnected) => Err(SessionError::Ended),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Release);
    }
}

fn fitting(utterance: Utterance) -> Result<Utterance, SessionError> {
    let longest = LONGEST_S as usize * SAMPLE_RATE as usize;
    if longest < utterance.samples.len() {
        return Err(SessionError::TooLong);
    }
    Ok(utterance)
}

/// What a session asks for.
enum What {
    Ask(String),
    Hear(Utterance),
    Guess(Utterance, Vec<String>),
    Say(String),
    Close,
}

/// What comes back.
enum Reply {
    Answer(Box<TurnAnswer>),
    Heard(Box<ClipOutcome>),
    Guessed(Box<(Transcript, Completion)>),
    Piece(Vec<f32>, u32),
    Said,
    Failed(SessionError),
}

/// One request on its way.
pub(super) struct Request {
    session: SessionId,
    /// The last turn of that session, for one that was forgotten.
    last: TurnId,
    dry_run: bool,
    what: What,
    progress: Progress,
    replies: SyncSender<Reply>,
    given_up: Arc<AtomicBool>,
}

/// How far a request came before it gave way to a microphone.
#[derive(Default)]
struct Progress {
    turn: Option<TurnId>,
    /// Clauses that were handed over.
    pieces: usize,
}

#[cfg(test)]
mod tests;
