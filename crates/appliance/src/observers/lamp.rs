//! Shows on a light what the box is at.

use std::collections::BTreeSet;
use std::io;
use std::time::{Duration, Instant};

use super::Observer;
use mynah_audio::DeviceChange;
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::turn::SessionKind;
use mynah_panel::Shown;
use mynah_panel::light::Light;

/// A light that failed is tried again after so long.
const RETRY: Duration = Duration::from_secs(2);

/// The light as this observer sees it: hardware, or a list in a test.
pub(crate) trait Shine: Send {
    /// Shows a state after so many milliseconds of it.
    ///
    /// # Errors
    /// When it is not there or may not be written.
    fn shine(&mut self, shown: Shown, ms: u64) -> io::Result<()>;
}

impl Shine for Light {
    fn shine(&mut self, shown: Shown, ms: u64) -> io::Result<()> {
        self.show(shown, ms)
    }
}

/// Follows the conversation of the box's own microphone.
pub struct Lamp {
    light: Box<dyn Shine>,
    turn: Shown,
    muted: bool,
    /// Sound cards that are gone.
    lost: BTreeSet<String>,
    shown: Shown,
    since: Instant,
    failed: bool,
}

impl Lamp {
    /// A light; `muted`: the box begins so.
    #[must_use]
    pub fn new(light: Light, muted: bool) -> Self {
        Self::of(Box::new(light), muted)
    }

    fn of(light: Box<dyn Shine>, muted: bool) -> Self {
        let mut lamp = Self {
            light,
            turn: Shown::Idle,
            muted,
            lost: BTreeSet::new(),
            shown: Shown::Idle,
            since: now(),
            failed: false,
        };
        lamp.change();
        lamp.draw();
        lamp
    }

    fn take(&mut self, what: &TurnEvent) {
        match what {
            TurnEvent::Wake(..) | TurnEvent::Listening { .. } => self.turn = Shown::Listening,
            TurnEvent::Endpoint { .. } => self.turn = Shown::Thinking,
            TurnEvent::Question(_) | TurnEvent::Reply(_) => self.turn = Shown::Speaking,
            TurnEvent::Ring(_) => self.turn = Shown::Ringing,
            TurnEvent::Failure(_) => self.turn = Shown::Fault,
            TurnEvent::Idle | TurnEvent::Stopped => self.turn = Shown::Idle,
            TurnEvent::Muted(on) => self.muted = *on,
            TurnEvent::Device(news) => {
                let card = format!("{:?} {}", news.direction, news.device);
                match news.what {
                    DeviceChange::Lost(_) | DeviceChange::Stuck | DeviceChange::Zeros => {
                        self.lost.insert(card);
                    }
                    // It may have another name than the one that was lost.
                    DeviceChange::Found | DeviceChange::Sounds => {
                        let direction = format!("{:?} ", news.direction);
                        self.lost.retain(|card| !card.starts_with(&direction));
                    }
                    DeviceChange::Overrun { .. } | DeviceChange::Late { .. } => {}
                }
            }
            _ => {}
        }
    }

    /// Whether something else is to be shown now.
    fn change(&mut self) -> bool {
        let shown = match self.turn {
            Shown::Idle if !self.lost.is_empty() => Shown::Fault,
            Shown::Idle if self.muted => Shown::Muted,
            turn => turn,
        };
        let changed = shown != self.shown;
        if changed {
            self.shown = shown;
            self.since = now();
        }
        changed
    }

    fn draw(&mut self) {
        let ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let drawn = self.light.shine(self.shown, ms);
        match &drawn {
            Err(error) if !self.failed => {
                tracing::warn!("the light: {error}; hint: `mynah doctor` says more");
            }
            Ok(()) if self.failed => tracing::info!("the light is there"),
            _ => {}
        }
        self.failed = drawn.is_err();
    }
}

impl Observer for Lamp {
    fn name(&self) -> &'static str {
        "light"
    }

    fn observe(&mut self, report: &EventRecord) {
        if report.session.kind == SessionKind::Microphone {
            self.take(&report.what);
        }
        if self.change() {
            self.draw();
        }
    }

    fn patience(&self) -> Option<Duration> {
        if self.failed {
            return Some(RETRY);
        }
        self.shown.step()
    }

    fn rest(&mut self) {
        self.draw();
    }

    fn finish(&mut self) {
        self.shown = Shown::Idle;
        self.draw();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rhythm of a light; no sound is timed with it"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Sender, channel};

    use super::{Lamp, Shine};
    use crate::observers::Observer as _;
    use mynah_audio::{DeviceChange, DeviceNews};
    use mynah_core::conversation::{EventRecord, TurnEvent};
    use mynah_core::frame::SampleTime;
    use mynah_core::news::Direction;
    use mynah_core::turn::{Failure, SessionId, SessionKind, TurnId};
    use mynah_panel::Shown;

    struct List(Sender<Shown>);

    impl Shine for List {
        fn shine(&mut self, shown: Shown, _: u64) -> io::Result<()> {
            let _ = self.0.send(shown);
            Ok(())
        }
    }

    fn event(kind: SessionKind, what: TurnEvent) -> EventRecord {
        EventRecord {
            at: SampleTime(0),
            session: SessionId { kind, number: 0 },
            turn: TurnId(1),
            what,
        }
    }

    /// What a light shows, one after the other.
    fn check(muted: bool, events: Vec<TurnEvent>, expected: &[Shown]) {
        let (list, shown) = channel();
        let mut lamp = Lamp::of(Box::new(List(list)), muted);
        for what in events {
            lamp.observe(&event(SessionKind::Text, what.clone()));
            lamp.observe(&event(SessionKind::Microphone, what));
        }
        drop(lamp);
        let shown: Vec<Shown> = shown.iter().collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_light_follows_the_turn() {
        use Shown::{Fault, Idle, Listening, Muted, Ringing, Speaking, Thinking};
        let endpoint = || TurnEvent::Endpoint {
            from: SampleTime(0),
            to: SampleTime(1),
        };
        let listening = || TurnEvent::Listening { for_answer: false };
        check(
            false,
            vec![
                listening(),
                endpoint(),
                TurnEvent::Reply("Yes.".into()),
                TurnEvent::Spoken { ms: 1 },
                TurnEvent::Idle,
            ],
            &[Idle, Listening, Thinking, Speaking, Idle],
        );
        check(
            true,
            vec![
                listening(),
                TurnEvent::Failure(Failure::NotHeard),
                TurnEvent::Idle,
                TurnEvent::Muted(false),
                TurnEvent::Muted(true),
            ],
            &[Muted, Listening, Fault, Muted, Idle, Muted],
        );
        let card = |what| {
            TurnEvent::Device(DeviceNews {
                direction: Direction::Input,
                device: "Mic".into(),
                what,
            })
        };
        let ring = TurnEvent::Ring(mynah_core::turn::Ring {
            ids: vec![1],
            text: "Tea".into(),
            once: false,
        });
        check(
            false,
            vec![
                card(DeviceChange::Lost("unplugged".into())),
                ring,
                TurnEvent::Idle,
                card(DeviceChange::Found),
            ],
            &[Idle, Fault, Ringing, Fault, Idle],
        );
    }
}
