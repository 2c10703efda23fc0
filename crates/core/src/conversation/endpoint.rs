//! Endpointing: finds the beginning and the end of an utterance from speech
//! probabilities. Its clock is the sound that it is fed.
//!
//! A wake word is detected after it was said, so the first speech may be its tail
//! or, from a fast speaker, already the command. A pause tells them apart: speech
//! that continues without one is the command, and the utterance then includes the
//! wake word; after a pause the utterance begins at its own onset. Speech that is
//! too short to tell counts if its words are a whole command.

use crate::frame::SampleTime;
use crate::percept::Percept;
use crate::turn::Completion;

/// Speech begins at this probability, as Silero recommends.
const SPEECH_ON: f32 = 0.5;
/// Speech ends below this one: 0.15 lower, as Silero recommends, so that a soft
/// syllable does not end a word.
const SPEECH_OFF: f32 = 0.35;
/// Speech shorter than this is a click or a cough.
const EVIDENCE_MS: u64 = 190;
/// The tail of a wake word after its detection is shorter than this.
const WAKE_TAIL_MS: u64 = 400;
/// Shorter speech than that is still transcribed from this length on, because it
/// may be a short command ("good night") whose wake word was detected late.
const SHORT_MS: u64 = 90;
/// Silence that separates a wake word from its command.
const PAUSE_MS: u64 = 200;
/// Without a pause, the utterance begins this long before the detection, so that
/// it has the whole wake word: half of one is transcribed as some other word.
const BEFORE_WAKE_MS: u64 = 1_300;
/// After a pause, the utterance begins this long before its first speech:
/// soft consonants come before the detector's onset.
const BEFORE_SPEECH_MS: u64 = 300;
/// Sound kept after the last speech, for soft endings. Not longer than the silence
/// before a speculative transcription, so that both cut the same sound.
const AFTER_SPEECH_MS: u64 = GUESS_MS;
/// Silence that starts a speculative transcription. Stops within words are shorter
/// (up to about 100 ms); pauses between words are seldom longer.
pub(super) const GUESS_MS: u64 = 128;
/// A person who speaks on after a button was released is waited for no longer.
const AFTER_RELEASE_MS: u64 = 1_000;

/// How long to wait for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until the first word.
    pub start_ms: u64,
    /// Of silence until the command counts as finished.
    pub endpoint_ms: u64,
    /// The same where the words so far are known; `None` ignores them.
    pub by_words: Option<ByWords>,
    /// For the whole command.
    pub max_ms: u64,
}

/// How much silence ends a command whose words are already known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByWords {
    /// After a complete command.
    pub complete_ms: u64,
    /// After words that every phrase continues, or while they are unknown.
    pub open_ms: u64,
}

/// The state of an utterance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Go on listening.
    Waiting,
    /// A command lies between these times.
    Ended {
        /// Its first sample.
        from: SampleTime,
        /// Just after its last sample.
        to: SampleTime,
    },
    /// Nobody spoke in time.
    GaveUp,
}

/// Waits for one utterance.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    patience: Patience,
    /// When listening began.
    opened: SampleTime,
    /// Whether speech may still be the tail of a wake word.
    in_tail: bool,
    /// Where a short command would begin, if what was heard is more than the tail of
    /// a wake word and nothing followed it.
    short: Option<SampleTime>,
    speaking: bool,
    /// Speech in the current run, in ms.
    evidence_ms: u64,
    /// Where the current run of speech began.
    onset: SampleTime,
    /// The end of the last speech frame.
    last_speech: SampleTime,
    /// Where the run before the current one ended.
    run_before: SampleTime,
    /// The utterance's first sample, once there is enough evidence of one.
    from: Option<SampleTime>,
    last_frame: SampleTime,
    /// Whether the words before the current silence are a complete command.
    completion: Completion,
    /// Whether those words are being transcribed. They are needed in any case, so
    /// waiting for them before deciding about the end costs no time.
    guessing: bool,
    button: Button,
}

/// A button that a person holds while speaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Button {
    /// There is none.
    No,
    /// Silence ends nothing.
    Held,
    /// The utterance ends with the word that is being said.
    Released(SampleTime),
}

impl Endpoint {
    /// Listens from `opened` on; with `after_wake` a wake word ends about there.
    #[must_use]
    pub const fn new(opened: SampleTime, after_wake: bool, patience: Patience) -> Self {
        Self {
            patience,
            opened,
            in_tail: after_wake,
            short: None,
            speaking: false,
            evidence_ms: 0,
            onset: opened,
            last_speech: opened,
            run_before: opened,
            from: None,
            last_frame: opened,
            completion: Completion::MayContinue,
            guessing: false,
            button: Button::No,
        }
    }

    /// Lets the utterance go on until [`Endpoint::release`], within its longest
    /// length.
    pub const fn hold(&mut self) {
        self.button = Button::Held;
        // There was no wake word.
        self.in_tail = false;
    }

    /// The button is held no longer.
    pub fn release(&mut self) -> Progress {
        if self.button != Button::Held {
            return Progress::Waiting;
        }
        let Some(from) = self.from else {
            // It was tapped, or the first word is being said.
            self.button = Button::No;
            self.opened = self.last_frame;
            return Progress::Waiting;
        };
        self.button = Button::Released(self.last_frame);
        self.wait_for_silence(from)
    }

    /// Takes the next frame.
    pub fn hear(&mut self, percept: &Percept) -> Progress {
        let frame = percept.end.ms_since(self.last_frame);
        let threshold = if self.speaking { SPEECH_OFF } else { SPEECH_ON };
        self.speaking = threshold <= percept.speech;
        if self.speaking {
            if self.evidence_ms == 0 {
                self.onset = self.last_frame;
            }
            self.evidence_ms += frame;
            self.last_speech = percept.end;
            let short = self.in_tail && SHORT_MS <= self.evidence_ms;
            self.short = short.then(|| self.before_wake());
            self.completion = Completion::MayContinue;
            self.guessing = false;
        }
        self.last_frame = percept.end;
        match self.from {
            None => self.wait_for_speech(),
            Some(from) => self.wait_for_silence(from),
        }
    }

    /// The span to transcribe speculatively, if the current silence is long enough.
    /// It is the span that the utterance has if nothing more is said.
    #[must_use]
    pub fn pause(&self) -> Option<(SampleTime, SampleTime)> {
        let silent = GUESS_MS <= self.last_frame.ms_since(self.last_speech);
        self.from
            .or(self.short)
            .filter(|_| silent && self.patience.by_words.is_some())
            .map(|from| (from, self.last_speech.plus_ms(AFTER_SPEECH_MS)))
    }

    /// A speculative transcription of the words before the current silence has begun.
    pub const fn guess(&mut self) {
        self.guessing = true;
    }

    /// Takes its result.
    pub fn settle(&mut self, completion: Completion) -> Progress {
        self.completion = completion;
        self.guessing = false;
        let whole = matches!(completion, Completion::Complete | Completion::Whole);
        if whole {
            self.from = self.from.or(self.short);
        }
        self.from
            .map_or(Progress::Waiting, |from| self.wait_for_silence(from))
    }

    fn wait_for_speech(&mut self) -> Progress {
        let now = self.last_frame;
        if PAUSE_MS <= now.ms_since(self.last_speech) {
            self.in_tail = false;
            self.evidence_ms = 0;
            self.run_before = self.last_speech;
        }
        let needed_ms = if self.in_tail {
            WAKE_TAIL_MS
        } else {
            EVIDENCE_MS
        };
        if needed_ms <= self.evidence_ms {
            self.from = Some(if self.in_tail {
                self.before_wake()
            } else {
                self.onset.minus_ms(BEFORE_SPEECH_MS).max(self.run_before)
            });
        } else if !self.speaking
            && self.button != Button::Held
            && self.patience.start_ms <= now.ms_since(self.opened)
        {
            return Progress::GaveUp;
        }
        Progress::Waiting
    }

    fn before_wake(&self) -> SampleTime {
        self.opened.minus_ms(BEFORE_WAKE_MS)
    }

    fn wait_for_silence(&self, from: SampleTime) -> Progress {
        let now = self.last_frame;
        let enough_ms = match (self.patience.by_words, self.completion) {
            _ if self.button == Button::Held => u64::MAX,
            _ if self.is_released() => GUESS_MS,
            (Some(by_words), Completion::Complete) => by_words.complete_ms,
            (Some(by_words), _) if self.guessing => by_words.open_ms,
            (Some(by_words), Completion::Open) => by_words.open_ms,
            _ => self.patience.endpoint_ms,
        };
        if enough_ms <= now.ms_since(self.last_speech) {
            let to = self.last_speech.plus_ms(AFTER_SPEECH_MS).min(now);
            Progress::Ended { from, to }
        } else if self.patience.max_ms <= now.ms_since(from.max(self.opened))
            || self.is_long_released(now)
        {
            Progress::Ended { from, to: now }
        } else {
            Progress::Waiting
        }
    }

    const fn is_released(&self) -> bool {
        matches!(self.button, Button::Released(_))
    }

    fn is_long_released(&self, now: SampleTime) -> bool {
        matches!(self.button, Button::Released(at) if AFTER_RELEASE_MS <= now.ms_since(at))
    }
}
