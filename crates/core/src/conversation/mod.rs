//! The state machine of a conversation: events in, commands out. Pure: no I/O,
//! clock, thread or model.
//!
//! Time comes from the percepts, so a script replays a conversation exactly.
//! Slow work is requested by a [`Command`] and answered by an [`Event`] with the
//! same [`TurnId`]. A result whose turn no longer waits for it is ignored, which
//! is how interruption works.

mod barge;
mod by_hand;
mod endpoint;
mod guess;
mod inquiry;
mod limits;
mod marks;
mod mind;
mod ringing;
mod scheduled;
#[cfg(test)]
mod tests;
mod verdict;
mod waking;

pub use barge::{Barge, is_stop};
pub use endpoint::{ByWords, Endpoint, Patience, Progress};
pub use limits::{Limits, SecondLook};
pub use marks::{CandidateId, Chime};
pub use mind::Mind;
pub use verdict::Verdict;
pub use waking::{ConfirmedBy, Dismissal, LOOK_BACK_MS};

use crate::frame::SampleTime;
use crate::news::DeviceNews;
use crate::percept::{Percept, Wake};
use crate::turn::{
    Completion, Due, Failure, Inquiry, InquiryOutcome, Intent, Outcome, Ring, SessionId,
    Transcript, TurnId, Understanding,
};

/// The state of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Waits for a wake word.
    Idle,
    /// Waits for a command, or for the answer to its own question.
    Listening {
        /// The turn that is listened for.
        turn: TurnId,
        /// Finds the end of the utterance.
        endpoint: Endpoint,
        /// Why the microphone is open.
        purpose: Purpose,
    },
    /// Waits for the worker.
    Thinking {
        /// The turn that is worked on.
        turn: TurnId,
        /// The stage that the worker is at.
        stage: Stage,
        /// When the turn fails with [`Failure::TooSlow`].
        deadline: SampleTime,
        /// Why the microphone was open.
        purpose: Purpose,
    },
    /// Waits for the end of playback.
    Speaking {
        /// The turn that is answered.
        turn: TurnId,
        /// When playback must have ended or have got more audio.
        deadline: SampleTime,
        /// What follows.
        then: Then,
    },
    /// Final: events are ignored.
    Stopped,
}

/// Why the microphone is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A wake word was said.
    Command,
    /// A question was asked.
    Answer,
    /// Something rings: only an answer to the ring is accepted.
    Ring,
    /// A command was carried out: only a whole command, or a fragment that refers
    /// to it, is accepted.
    FollowUp,
    /// Nothing: a scheduled command is due.
    Schedule,
}

/// What follows when playback has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Wait for a wake word.
    Rest,
    /// Listen for the answer to a question.
    Listen,
    /// Listen for a while, then ring again.
    RingOn,
    /// Listen for a follow-up, for so many milliseconds.
    FollowUp(u32),
    /// Acknowledge that missed entries were announced.
    Told,
}

/// The stages that the worker does for a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Speech to text.
    Transcribing,
    /// Text to intents.
    Understanding,
    /// The actions.
    Acting,
}

/// The input of the state machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A button opens the microphone.
    Pressed,
    /// A button opens the microphone for as long as it is held.
    Held,
    /// It is held no longer.
    Released,
    /// A sentence in the place of a spoken command.
    Given(String),
    /// A button ends what goes on.
    Halted,
    /// Somebody outside wants to know something.
    Inquire(Inquiry),
    /// The detectors' results for one frame.
    Percept(Percept),
    /// An utterance was transcribed.
    Heard {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// The words.
        transcript: Transcript,
        /// How long it took, for the log.
        ms: u32,
    },
    /// A wake word was verified.
    Confirmed {
        /// The detection that was verified.
        candidate: CandidateId,
        /// Whether it was said.
        said: bool,
        /// How long it took, for the log.
        ms: u32,
    },
    /// The transcript of speech over the appliance's own voice.
    Overheard {
        /// The turn that is speaking.
        turn: TurnId,
        /// The words.
        transcript: Transcript,
    },
    /// A speculative transcript of what was said so far.
    Guessed {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
        /// The words.
        transcript: Transcript,
        /// Whether the words are a complete command.
        completion: Completion,
        /// How long it took, for the log.
        ms: u32,
    },
    /// A transcript was understood, and the dialogue has decided.
    Decided {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// The understanding, for the log.
        understanding: Understanding,
        /// What to do now.
        verdict: Verdict,
        /// How long it took, for the log.
        ms: u32,
    },
    /// The actions were carried out.
    Acted {
        /// Their turn; an older one is ignored.
        turn: TurnId,
        /// Their outcomes, for the log.
        outcomes: Vec<Outcome>,
        /// The reply; may be empty.
        reply: String,
        /// How long to listen for more afterwards, in milliseconds.
        follow_up_ms: u32,
        /// How long it took, for the log.
        ms: u32,
    },
    /// A stage failed.
    Failed {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// The reason, with a sentence to speak.
        failure: Failure,
    },
    /// More of the answer is known: what was said so far, and what is said now.
    Said {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// All of it from the beginning.
        text: String,
    },
    /// A part of the answer was synthesised and handed to the loudspeaker.
    SpeechReady {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// Length of the part.
        audio_ms: u64,
    },
    /// Playback of the answer has ended, or is impossible.
    Spoken {
        /// Its turn; an older one is ignored.
        turn: TurnId,
        /// Time to the first sound, for the log.
        ms: u32,
    },
    /// What should ring now; `None`: nothing.
    Bell(Option<Ring>),
    /// The scheduled commands that are due and not yet carried out.
    Due(Vec<Due>),
    /// There will be no more sound than silence: stop when nothing is left
    /// to do.
    EndOfStream,
    /// Stop now.
    Stop,
}

/// The output of the state machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Play a sound.
    Chime(Chime),
    /// Transcribe the sound between two times.
    Transcribe {
        /// The turn that asks.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
        /// The wake word that it begins with.
        wake: Option<String>,
    },
    /// Verify whether a wake word was said between two times.
    Confirm {
        /// The detection to verify.
        candidate: CandidateId,
        /// The wake word's name.
        word: String,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
    },
    /// Transcribe speech over the appliance's own voice.
    Overhear {
        /// The turn that is speaking.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
    },
    /// Transcribe what was said so far, in case nothing more is said.
    Guess {
        /// The turn that asks.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
        /// The wake word that it begins with.
        wake: Option<String>,
    },
    /// Parse a transcript and decide about it.
    Understand {
        /// The turn that asks.
        turn: TurnId,
        /// The words.
        transcript: Transcript,
        /// Why the microphone was open.
        purpose: Purpose,
    },
    /// What is heard in this turn answers a question of somebody outside.
    Inquire {
        /// The turn that asks.
        turn: TurnId,
        /// The question.
        inquiry: Inquiry,
    },
    /// Carry out intents.
    Act {
        /// The turn that asks.
        turn: TurnId,
        /// In this order.
        intents: Vec<Intent>,
    },
    /// Carry out the scheduled command of this number, then report
    /// [`Event::Acted`].
    CarryOut {
        /// In which turn.
        turn: TurnId,
        /// Its entry in the book of timers.
        id: u64,
    },
    /// Say this, then report [`Event::Spoken`].
    Speak {
        /// The turn that asks.
        turn: TurnId,
        /// The sentence.
        text: String,
    },
    /// Say the sentence of a failure, even when the worker is stuck, then report
    /// [`Event::Spoken`].
    Apologise {
        /// The turn that failed.
        turn: TurnId,
        /// The failure.
        failure: Failure,
    },
    /// These missed entries were announced and need not be announced again.
    Told(Vec<u64>),
    /// Cancel all work requested so far; what has not begun must not begin.
    Abandon,
    /// Stop playback.
    Silence,
    /// Hand this event to the observers.
    EventRecord(EventRecord),
    /// End the loop.
    Stop,
}

/// An event for the observers.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord {
    /// Stream time; for a session without a stream, the time since the start.
    pub at: SampleTime,
    /// The conversation.
    pub session: SessionId,
    /// The turn; 0 before the first wake word.
    pub turn: TurnId,
    /// What happened.
    pub what: TurnEvent,
}

/// The events of a turn, as observers get them.
#[derive(Clone, Debug, PartialEq)]
pub enum TurnEvent {
    /// A wake word was accepted.
    Wake(Wake, ConfirmedBy),
    /// A detection was rejected. For counters and for debugging only: observers
    /// outside the process do not get it.
    Dismissed(Wake, Dismissal),
    /// The microphone is open for an utterance.
    Listening {
        /// For the answer to a question.
        for_answer: bool,
    },
    /// The utterance has ended; it lies between these times.
    Endpoint {
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
    },
    /// Words that were said so far, in a pause of an utterance. For captions only:
    /// other observers outside the process do not get it.
    Partial(String),
    /// The utterance was transcribed.
    Transcript {
        /// The words, with their likelihood.
        transcript: Transcript,
        /// How long it took.
        ms: u32,
    },
    /// The transcript was parsed.
    Intent {
        /// The intents, and how they were found.
        understanding: Understanding,
        /// How long it took.
        ms: u32,
    },
    /// Mynah asks a question.
    Question(String),
    /// A question of somebody outside was answered, or will not be.
    Answered(InquiryOutcome),
    /// Actions were carried out, or failed.
    Action {
        /// One per action.
        outcomes: Vec<Outcome>,
        /// How long it took.
        ms: u32,
    },
    /// Mynah answers.
    Reply(String),
    /// Something is due, or was missed.
    Ring(Ring),
    /// Playback has ended.
    Spoken {
        /// Time to the first sound.
        ms: u32,
    },
    /// A wake word, or "stop", ended the turn early.
    Interrupted,
    /// The turn failed.
    Failure(Failure),
    /// A sound card was lost, found again or too slow.
    Device(DeviceNews),
    /// The box hears nothing from now on, or hears again.
    Muted(bool),
    /// The volume was changed, to so many percent.
    Volume(u8),
    /// Waiting for a wake word.
    Idle,
    /// The appliance has stopped.
    Stopped,
}
