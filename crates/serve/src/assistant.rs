//! The assistant as the services see it. One implementation is the appliance,
//! another a script for tests.

use mynah_core::frame::AudioFrame;
use serde_json::{Map, Value};
use thiserror::Error;

/// Why the assistant did not do it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Unavailable {
    /// This service is not there at all.
    #[error("this box does not offer {0}")]
    NotOffered(&'static str),
    /// Too many others use it at the moment.
    #[error("the box is busy; try again in a moment")]
    Busy,
    /// Something inside failed; the log says why.
    #[error("something in the box failed; its log says why")]
    Broken,
}

/// Who made a model, as Wyoming wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The maker.
    pub name: String,
    /// Its home.
    pub url: String,
}

/// A model, as it is shown to clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// As in the manifest.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// The maker.
    pub by: Attribution,
}

/// What the assistant consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// `device.name`
    pub device: String,
    /// `device.area`
    pub area: Option<String>,
    /// The program's version.
    pub version: String,
    /// The languages that are understood and spoken, such as `en`.
    pub languages: Vec<String>,
    /// The recogniser; `None` where there is none.
    pub ears: Option<Model>,
    /// The voice; `None` where there is none.
    pub voice: Option<Model>,
    /// Sample rate of the voice in hertz.
    pub voice_rate: u32,
    /// The wake words, with the name as `Model::name` and the phrase as it is
    /// said as `Model::description`.
    pub wake_words: Vec<Model>,
}

/// What may be heard more often than elsewhere, and how patient to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Names of the client's devices, rooms and people.
    pub names: Vec<String>,
    /// Other words that are likely.
    pub terms: Vec<String>,
    /// How much silence ends the utterance.
    pub pause: Pause,
}

/// How much silence ends an utterance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pause {
    /// As in the configuration.
    #[default]
    Usual,
    /// More than that.
    Relaxed,
    /// Less than that.
    Aggressive,
}

/// How far a listener has got.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// It wants more sound.
    Waiting,
    /// The utterance has ended, or nobody spoke: then the text is empty.
    Ended(String),
}

/// Transcribes one utterance from a stream and decides itself where it ends.
/// It may block for as long as a transcription takes; it stays on the thread
/// that opened it.
pub trait Listener {
    /// Takes the next frame.
    ///
    /// # Errors
    /// When the recogniser failed; the stream is over then.
    fn hear(&mut self, frame: &AudioFrame) -> Result<Progress, Unavailable>;

    /// The stream has ended: transcribes what was said, if anything was.
    ///
    /// # Errors
    /// When the recogniser failed.
    fn finish(&mut self) -> Result<String, Unavailable>;
}

/// Detects wake words in a stream, on the thread that opened it.
pub trait Watcher {
    /// Takes the next frame, and gives the wake word that it completed.
    fn hear(&mut self, frame: &AudioFrame) -> Option<String>;
}

/// A part of something spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// Mono, -1..1.
    pub samples: Vec<f32>,
    /// In hertz; the same for all parts.
    pub rate: u32,
}

/// How an assistant took a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was understood, and all of it was done.
    Done,
    /// It needs an answer first.
    Asked,
    /// It was understood and not done, or it failed.
    NotDone,
    /// It means nothing to the assistant.
    NotUnderstood,
}

/// An intent with its slots.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// The name in the configuration.
    pub name: String,
    /// Canonical values.
    pub slots: Map<String, Value>,
    /// Whether it is for another time than now, or for a while.
    pub later: bool,
}

/// What came of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// How it was taken.
    pub outcome: Outcome,
    /// What is said about it.
    pub reply: String,
    /// What it was taken to mean.
    pub intents: Vec<Intent>,
    /// The line of `mynah ask --json`.
    pub line: Value,
}

/// A conversation in writing: questions, undo and fragments refer to what was
/// said in it before.
pub trait Conversation: Send {
    /// Takes a sentence.
    ///
    /// # Errors
    /// When it could not be taken at all.
    fn ask(&mut self, text: &str) -> Result<Answer, Unavailable>;
}

/// What a conversation may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    /// It carries out.
    Yes,
    /// It only says what was meant.
    No,
}

/// The assistant, shared by all connections.
pub trait Assistant: Send + Sync {
    /// What it consists of. Waits for nothing: Home Assistant asks every 30 s,
    /// also while somebody speaks.
    fn info(&self) -> Info;

    /// Opens a listener on the calling thread.
    ///
    /// # Errors
    /// When there is no recogniser, or no room for another stream.
    fn listen(&self, hints: &Hints) -> Result<Box<dyn Listener>, Unavailable>;

    /// Opens a watcher on the calling thread, for these wake words, or for all
    /// where none is named.
    ///
    /// # Errors
    /// When there are no such wake words, or no room for another stream.
    fn watch(&self, words: &[String]) -> Result<Box<dyn Watcher>, Unavailable>;

    /// Speaks: hands sound over as it is ready, until `sink` returns false.
    /// `sink` returns at once, so the voice is not held up by a slow client.
    ///
    /// # Errors
    /// When there is no voice, or it failed.
    fn speak(&self, text: &str, sink: &mut dyn FnMut(Sound) -> bool) -> Result<(), Unavailable>;

    /// Begins a conversation.
    fn converse(&self, acts: Acts) -> Box<dyn Conversation>;
}
