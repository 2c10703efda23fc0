//! The status line of the service manager: what is listened for, and what came
//! of the wake words. The watchdog is fed by incoming sound, not from here.

use std::time::Duration;

use mynah_audio::devices::Direction;
use mynah_audio::{DeviceChange, SampleTime};
use mynah_core::conversation::{EventRecord, TurnEvent};

use super::Observer;
use super::wakes::Wakes;
use crate::runtime::notify::{Manager, Systemd};

/// The status changes no more often than this.
const STATUS_MS: u64 = 10_000;

/// Shows what came of the wake words.
pub struct Status {
    manager: Box<dyn Manager>,
    /// The status as long as no wake word was heard.
    listening: String,
    wakes: Wakes,
    /// What is shown of the wake words, and since when.
    shown: String,
    shown_at: SampleTime,
    /// Whether the microphone is away: the watchdog's source says so.
    deaf: bool,
}

impl Status {
    /// `None`: there is no service manager.
    #[must_use]
    pub fn of_environment(listening: String) -> Option<Self> {
        let manager = Systemd::of_environment()?;
        Some(Self::new(Box::new(manager), listening))
    }

    fn new(manager: Box<dyn Manager>, listening: String) -> Self {
        Self {
            manager,
            listening,
            wakes: Wakes::default(),
            shown: String::new(),
            shown_at: SampleTime(0),
            deaf: false,
        }
    }

    fn is_old(&self) -> bool {
        !self.deaf && self.wakes.as_line() != self.shown
    }

    fn show(&mut self) {
        self.shown = self.wakes.as_line();
        let message = format!("STATUS={}{}", self.listening, self.shown);
        self.manager.tell(&message);
    }
}

impl Observer for Status {
    fn name(&self) -> &'static str {
        "systemd"
    }

    fn observe(&mut self, report: &EventRecord) {
        self.wakes.note(report);
        if let TurnEvent::Device(news) = &report.what
            && news.direction == Direction::Input
        {
            match news.what {
                DeviceChange::Lost(_) | DeviceChange::Stuck | DeviceChange::Zeros => {
                    self.deaf = true;
                }
                // The source has told that it listens, and nothing else.
                DeviceChange::Found | DeviceChange::Sounds => {
                    self.deaf = false;
                    self.shown = String::new();
                }
                _ => {}
            }
        }
        if self.is_old() && STATUS_MS <= report.at.ms_since(self.shown_at) {
            self.shown_at = report.at;
            self.show();
        }
    }

    fn patience(&self) -> Option<Duration> {
        self.is_old().then_some(Duration::from_millis(STATUS_MS))
    }

    fn rest(&mut self) {
        if self.is_old() {
            self.show();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;
    use mynah_audio::DeviceNews;
    use mynah_core::conversation::Dismissal;
    use mynah_core::percept::Wake;
    use mynah_core::turn::{SessionId, TurnId};

    struct Notes(Sender<String>);

    impl Manager for Notes {
        fn tell(&mut self, message: &str) {
            let _ = self.0.send(message.to_owned());
        }
    }

    #[test]
    fn the_status_tells_what_came_of_the_wake_words() {
        let (notes, told) = channel();
        let mut status = Status::new(Box::new(Notes(notes)), "listening".into());
        let report = |at_s: u64, what| EventRecord {
            at: SampleTime(at_s * 16_000),
            session: SessionId::OWN,
            turn: TurnId(0),
            what,
        };
        let rejected = || {
            let wake = Wake {
                word: "alexa".into(),
                score: 0.6,
                sure: false,
            };
            TurnEvent::Dismissed(wake, Dismissal::Rejected)
        };
        let news = |what| {
            TurnEvent::Device(DeviceNews {
                direction: Direction::Input,
                device: "Desk".into(),
                what,
            })
        };
        let heard = |told: &std::sync::mpsc::Receiver<String>| told.try_recv().ok();
        status.observe(&report(1, rejected()));
        assert_eq!(heard(&told), None);
        // Nothing else happens for a while.
        assert!(status.patience().is_some());
        status.rest();
        let one = "STATUS=listening (0 wakes, 1 rejected, 0 without a command)";
        assert_eq!(heard(&told).as_deref(), Some(one));
        assert_eq!(status.patience(), None);
        status.observe(&report(12, rejected()));
        let two = "STATUS=listening (0 wakes, 2 rejected, 0 without a command)";
        assert_eq!(heard(&told).as_deref(), Some(two));
        // A microphone that is away has a status of its own.
        status.observe(&report(40, news(DeviceChange::Lost("gone".into()))));
        status.observe(&report(60, rejected()));
        status.rest();
        assert_eq!(heard(&told), None);
        status.observe(&report(80, news(DeviceChange::Found)));
        let three = "STATUS=listening (0 wakes, 3 rejected, 0 without a command)";
        assert_eq!(heard(&told).as_deref(), Some(three));
    }
}
