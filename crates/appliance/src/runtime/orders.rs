//! What the box is told from outside, by hands and not by voice: to be deaf
//! for a while, to be softer, to say something.

use std::collections::VecDeque;

use mynah_audio::AudioFrame;
use mynah_core::turn::TurnId;

/// Sentences and commands that may wait until the box is free.
const WAITING: usize = 8;

/// A sentence that may be said at once; more would be a reading.
pub const SAYING_CHARS: usize = 500;

/// In the place of a turn where something is said that nobody asked for.
pub const SAYING: TurnId = TurnId(u32::MAX);

/// One order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteOrder {
    /// Listen, as after a wake word.
    Listen,
    /// Listen while a button is held; the utterance ends when it is released.
    Hold(bool),
    /// Take this sentence as a spoken command, as soon as nobody speaks with the
    /// box.
    Run(String),
    /// Stop listening, thinking, speaking or ringing.
    Stop,
    /// Say this as soon as nobody speaks with the box.
    Say(String),
    /// Hear nothing, or hear again.
    Mute(bool),
    /// Hear nothing if the box hears now, else hear again.
    ToggleMute,
    /// How loud everything is played, 0..=100.
    Volume(u8),
    /// So many percent louder or softer than now.
    VolumeBy(i8),
}

/// What waits until nobody speaks with the box.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// To be said.
    Say(String),
    /// To be taken as a spoken command.
    Run(String),
}

/// What the orders so far amount to, but for the volume, which is not only
/// theirs.
#[derive(Debug)]
pub(super) struct Orders {
    muted: bool,
    waiting: VecDeque<Waiting>,
    /// Whether no turn is under way.
    pub idle: bool,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            muted: false,
            waiting: VecDeque::new(),
            idle: true,
        }
    }
}

impl Orders {
    /// Hears nothing, or hears again.
    pub(super) const fn mute(&mut self, muted: bool) {
        self.muted = muted;
    }

    /// Whether nothing is heard.
    pub(super) const fn muted(&self) -> bool {
        self.muted
    }

    /// Keeps a sentence until it can be said.
    pub(super) fn say(&mut self, text: String) {
        self.wait(Waiting::Say(text));
    }

    /// Keeps what has to wait.
    pub(super) fn wait(&mut self, what: Waiting) {
        if self.waiting.len() < WAITING {
            self.waiting.push_back(what);
        } else {
            tracing::warn!("too much to say or to do at once: a sentence was dropped");
        }
    }

    /// The frame as it may be heard.
    pub(super) fn heard(&self, frame: &AudioFrame) -> AudioFrame {
        let mut frame = frame.clone();
        if self.muted {
            frame.samples.fill(0.0);
        }
        frame
    }

    /// What is next, once nothing is under way.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        if self.idle {
            self.waiting.pop_front()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Orders, WAITING, Waiting};
    use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};

    #[test]
    fn a_deaf_box_hears_silence() {
        let mut orders = Orders::default();
        let frame = AudioFrame {
            start: SampleTime(512),
            samples: [0.5; FRAME_SAMPLES],
        };
        assert_eq!(orders.heard(&frame), frame);
        orders.mute(true);
        let heard = orders.heard(&frame);
        assert_eq!(heard.start, frame.start);
        assert!(heard.samples.iter().all(|sample| *sample == 0.0));
        orders.mute(false);
        assert_eq!(orders.heard(&frame), frame);
    }

    #[test]
    fn what_waits_keeps_its_order_and_is_bounded() {
        let mut orders = Orders {
            idle: false,
            ..Orders::default()
        };
        orders.wait(Waiting::Run("lights on".into()));
        for number in 1..2 * WAITING {
            orders.say(number.to_string());
        }
        assert_eq!(orders.next(), None);
        orders.idle = true;
        let next: Vec<Waiting> = std::iter::from_fn(|| orders.next()).collect();
        assert_eq!(next.len(), WAITING);
        assert_eq!(next[0], Waiting::Run("lights on".into()));
        assert_eq!(next[1], Waiting::Say("1".into()));
    }
}
