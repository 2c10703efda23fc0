//! What the box is told from outside, by hands and not by voice: to be deaf
//! for a while, to be softer, to say something.

use std::collections::VecDeque;

use mynah_audio::AudioFrame;
use mynah_core::turn::{Inquiry, TurnId};

/// Sentences and commands that may wait until the box is free.
const SAYINGS: usize = 8;

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
    /// Ask this then, and tell the observers of the answer.
    Ask(Inquiry),
    /// Hear nothing, or hear again.
    Mute(bool),
    /// Hear nothing if the box hears now, else hear again.
    ToggleMute,
    /// How loud everything is played, 0..=100.
    Volume(u8),
    /// So many percent louder or softer than now.
    VolumeBy(i8),
}

/// What the orders so far amount to, but for the volume, which is not only
/// theirs.
#[derive(Debug)]
pub(super) struct Orders {
    muted: bool,
    /// Sentences, questions and commands.
    sayings: VecDeque<RemoteOrder>,
    /// Whether no turn is under way.
    pub idle: bool,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            muted: false,
            sayings: VecDeque::new(),
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

    /// Keeps a sentence or a question until it can be said; gives it back where too
    /// many wait.
    pub(super) fn say(&mut self, order: RemoteOrder) -> Option<RemoteOrder> {
        if self.sayings.len() < SAYINGS {
            self.sayings.push_back(order);
            None
        } else {
            Some(order)
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

    /// What is to be said, once nothing is under way.
    pub(super) fn saying(&mut self) -> Option<RemoteOrder> {
        if self.idle {
            self.sayings.pop_front()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Orders, RemoteOrder, SAYINGS};
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
        for number in 0..2 * SAYINGS {
            let refused = orders.say(RemoteOrder::Say(number.to_string()));
            assert_eq!(refused.is_some(), SAYINGS <= number);
        }
        assert_eq!(orders.saying(), None);
        orders.idle = true;
        let said: Vec<RemoteOrder> = std::iter::from_fn(|| orders.saying()).collect();
        assert_eq!(said.len(), SAYINGS);
        assert_eq!(said[0], RemoteOrder::Say("0".into()));
    }
}
