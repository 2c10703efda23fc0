//! The mind: events in, commands out. Pure: no I/O, clock, thread or model.
//!
//! Time is what the percepts say, so a script replays a conversation exactly.
//! Everything slow is asked for by a [`Command`] and answered by an [`Event`]
//! that carries the same [`TurnId`]; an answer that comes when its turn no
//! longer waits for it is ignored. That is all there is to interruption.

mod barge;
mod endpoint;
mod guess;
mod limits;
mod mind;
mod ringing;
#[cfg(test)]
mod tests;
mod waking;

pub use barge::{Barge, STOPS, is_stop};
pub use endpoint::{ByWords, Endpoint, Patience, Progress};
pub use limits::{Limits, SecondLook};
pub use mind::Mind;
pub use waking::LOOK_BACK_MS;

use crate::frame::SampleTime;
use crate::news::DeviceNews;
use crate::percept::{Percept, Wake};
use crate::turn::{Completion, Failure, Intent, Outcome, Ring, Transcript, TurnId, Understanding};

/// What the mind is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Waits for a wake word.
    Idle,
    /// Waits for a command, or for the answer to its own question.
    Listening {
        /// Whose command.
        turn: TurnId,
        /// Finds its end.
        endpoint: Endpoint,
        /// What opened the ear.
        purpose: Purpose,
    },
    /// Waits for the worker.
    Thinking {
        /// For whom.
        turn: TurnId,
        /// What the worker does.
        stage: Stage,
        /// When the person has waited long enough.
        deadline: SampleTime,
        /// What opened the ear for it.
        purpose: Purpose,
    },
    /// Waits for its own voice to end.
    Speaking {
        /// Whose answer.
        turn: TurnId,
        /// When the voice must have ended or have gone on.
        deadline: SampleTime,
        /// What comes afterwards.
        then: Then,
    },
    /// Will do nothing any more.
    Stopped,
}

/// What opened the ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A wake word.
    Command,
    /// A question.
    Answer,
    /// Something rings: only what answers that is heeded.
    Ring,
    /// Something was done: only what goes on with it, or is a whole command,
    /// is heeded.
    FollowUp,
}

/// What comes after the appliance has spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Rest,
    /// It has asked: the ear opens.
    Listen,
    /// It rings: the ear opens for a while, then it rings again.
    RingOn,
    /// It has done something: the ear opens for so many milliseconds.
    FollowUp(u32),
    /// It has told what was missed.
    Told,
}

/// What the worker does for a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Speech to text.
    Transcribing,
    /// Text to intents.
    Understanding,
    /// The actions.
    Acting,
}

/// What the world tells the mind.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A frame was heard.
    Percept(Percept),
    /// An utterance was written down.
    Heard {
        /// Whose.
        turn: TurnId,
        /// The words.
        transcript: Transcript,
        /// How long it took, for the log.
        ms: u32,
    },
    /// A wake word was looked at again.
    Confirmed {
        /// Which candidate.
        candidate: CandidateId,
        /// Whether it was said.
        said: bool,
        /// How long it took, for the log.
        ms: u32,
    },
    /// What was said over the appliance's own voice.
    Overheard {
        /// In which turn.
        turn: TurnId,
        /// The words.
        transcript: Transcript,
    },
    /// What was said so far was written down.
    Guessed {
        /// Whose.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
        /// The words.
        transcript: Transcript,
        /// What they amount to.
        completion: Completion,
        /// How long it took, for the log.
        ms: u32,
    },
    /// A transcript was weighed.
    Decided {
        /// Whose.
        turn: TurnId,
        /// What it was taken to mean, for the log.
        understanding: Understanding,
        /// What to do now.
        verdict: Verdict,
        /// How long it took, for the log.
        ms: u32,
    },
    /// The actions were carried out.
    Acted {
        /// Whose.
        turn: TurnId,
        /// What they did, for the log.
        outcomes: Vec<Outcome>,
        /// What to say about it; may be empty.
        reply: String,
        /// How long to listen for more afterwards, in milliseconds.
        follow_up_ms: u32,
        /// How long it took, for the log.
        ms: u32,
    },
    /// What was asked for could not be done.
    Failed {
        /// For whom.
        turn: TurnId,
        /// Why.
        failure: Failure,
    },
    /// A part of the answer is on its way to the loudspeaker.
    SpeechReady {
        /// Whose.
        turn: TurnId,
        /// Length of the part.
        audio_ms: u64,
    },
    /// The answer has been said, or cannot be.
    Spoken {
        /// Whose.
        turn: TurnId,
        /// How long the voice took to begin, for the log.
        ms: u32,
    },
    /// What is to ring now; `None` when nothing is, or nothing any more.
    Bell(Option<Ring>),
    /// There will be no more sound than silence: stop when nothing is left
    /// to do.
    EndOfStream,
    /// Stop now.
    Stop,
}

/// What is to become of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Carry these out.
    Act(Vec<Intent>),
    /// Ask this first.
    Ask(String),
    /// Say this; there is nothing to do.
    Answer(String),
    /// Apologise.
    Refuse(Failure),
    /// It was not meant for Mynah.
    Ignore,
}

/// What the mind wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Play a sound.
    Chime(Chime),
    /// Write down what was said between two times.
    Transcribe {
        /// For whom.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
        /// The wake word that it begins with.
        wake: Option<String>,
    },
    /// Look again whether a wake word was said between two times.
    Confirm {
        /// The candidate.
        candidate: CandidateId,
        /// Its word.
        word: String,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
    },
    /// Write down what was said over the appliance's own voice.
    Overhear {
        /// In which turn.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
    },
    /// Write down what was said so far, in case nothing more is said.
    Guess {
        /// For whom.
        turn: TurnId,
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
        /// The wake word that it begins with.
        wake: Option<String>,
    },
    /// Find out what was meant.
    Understand {
        /// For whom.
        turn: TurnId,
        /// What was said.
        transcript: Transcript,
        /// What opened the ear for it.
        purpose: Purpose,
    },
    /// Carry out, in this order.
    Act {
        /// For whom.
        turn: TurnId,
        /// What.
        intents: Vec<Intent>,
    },
    /// Say this, then report [`Event::Spoken`].
    Speak {
        /// For whom.
        turn: TurnId,
        /// What.
        text: String,
    },
    /// Say the sentence of this failure, even when the worker is stuck, then
    /// report [`Event::Spoken`].
    Apologise {
        /// For whom.
        turn: TurnId,
        /// Which.
        failure: Failure,
    },
    /// These were told: they need not be told again.
    Told(Vec<u64>),
    /// Work asked for so far is no longer wanted: what has not begun must not
    /// begin.
    Abandon,
    /// Stop the loudspeaker.
    Silence,
    /// Write this into the log.
    Report(Report),
    /// End the loop.
    Stop,
}

/// A wake word that is being looked at again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CandidateId(pub u32);

/// What spoke for a wake word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// The wake word model's score alone.
    Score,
    /// The recogniser, which looked at the sound again and took so many
    /// milliseconds.
    SecondLook(u32),
}

/// Why a candidate woke nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismissal {
    /// The word was not said.
    Rejected,
    /// The second look took too long.
    Expired,
}

/// The sounds between words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chime {
    /// I am listening.
    Listening,
    /// I have heard the end of your command.
    Heard,
    /// I am still thinking about it.
    Moment,
    /// Something is due.
    Ring,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Stream time.
    pub at: SampleTime,
    /// The turn; 0 before the first wake word.
    pub turn: TurnId,
    /// What happened.
    pub what: Happening,
}

/// What happened in a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A wake word, and what spoke for it.
    Wake(Wake, ConfirmedBy),
    /// A wake word that was looked at again and woke nobody. Of interest to
    /// counters and to who seeks a fault: no event for others.
    Dismissed(Wake, Dismissal),
    /// The ear is open.
    Listening {
        /// For the answer to a question.
        for_answer: bool,
    },
    /// The command has ended; it lies between these times.
    Endpoint {
        /// First sample.
        from: SampleTime,
        /// Just after the last sample.
        to: SampleTime,
    },
    /// The words.
    Transcript {
        /// What was written down.
        transcript: Transcript,
        /// How long it took.
        ms: u32,
    },
    /// The meaning.
    Intent {
        /// What was understood.
        understanding: Understanding,
        /// How long it took.
        ms: u32,
    },
    /// Mynah asks back.
    Question(String),
    /// Something was done, or tried.
    Action {
        /// What came of it.
        outcomes: Vec<Outcome>,
        /// How long it took.
        ms: u32,
    },
    /// Mynah answers.
    Reply(String),
    /// Something is due, or was missed.
    Ring(Ring),
    /// The voice has ended.
    Spoken {
        /// How long it took to begin.
        ms: u32,
    },
    /// A wake word cut the turn short.
    Interrupted,
    /// The turn failed.
    Failure(Failure),
    /// A sound card was lost, found again or too slow.
    Device(DeviceNews),
    /// Waiting for a wake word.
    Idle,
    /// The end.
    Stopped,
}
