//! Makes other players softer while somebody speaks with the box. A slow player
//! holds up nothing but this: of several wishes that came meanwhile, the last
//! one counts.

use std::time::Duration;

use super::Observer;
use mynah_actions::Actor;
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::model::Duck;
use mynah_core::turn::{Intent, SessionKind};

/// Carries out the owner's two actions.
pub struct Ducker {
    actor: Box<dyn Actor>,
    duck: Duck,
    wanted: bool,
    /// Other players are soft, or may be.
    soft: bool,
}

impl Ducker {
    /// It begins by restoring: another process may have died between the two
    /// actions.
    #[must_use]
    pub const fn new(actor: Box<dyn Actor>, duck: Duck) -> Self {
        Self {
            actor,
            duck,
            wanted: false,
            soft: true,
        }
    }
}

impl Observer for Ducker {
    fn name(&self) -> &'static str {
        "duck"
    }

    fn observe(&mut self, report: &EventRecord) {
        if report.session.kind != SessionKind::Microphone {
            return;
        }
        match report.what {
            TurnEvent::Wake(..) | TurnEvent::Ring(_) => self.wanted = true,
            TurnEvent::Idle | TurnEvent::Stopped => self.wanted = false,
            _ => {}
        }
    }

    /// What waits in the queue comes first.
    fn patience(&self) -> Option<Duration> {
        (self.wanted != self.soft).then_some(Duration::ZERO)
    }

    fn rest(&mut self) {
        if self.wanted == self.soft {
            return;
        }
        let (key, action) = if self.wanted {
            ("audio.duck", &self.duck.soften)
        } else {
            ("audio.unduck", &self.duck.restore)
        };
        let outcome = self.actor.act(action, &Intent::new("audio"));
        if !outcome.ok {
            tracing::warn!("`{key}` failed: {}", outcome.detail);
        }
        self.soft = self.wanted;
    }

    fn finish(&mut self) {
        self.wanted = false;
        self.rest();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::Ducker;
    use crate::observers::Observers;
    use mynah_actions::Actor;
    use mynah_core::conversation::{ConfirmedBy, EventRecord, TurnEvent};
    use mynah_core::frame::SampleTime;
    use mynah_core::model::{ActionSpec, Duck};
    use mynah_core::percept::Wake;
    use mynah_core::turn::{Intent, Outcome, SessionId, SessionKind, TurnId};

    /// Tells which of the two was carried out, and waits for leave to end.
    struct Player {
        done: SyncSender<&'static str>,
        leave: Receiver<()>,
    }

    impl Actor for Player {
        fn act(&mut self, spec: &ActionSpec, _: &Intent) -> Outcome {
            let soften = matches!(spec, ActionSpec::Sequence(_));
            let name = if soften { "soften" } else { "restore" };
            self.done.send(name).expect("the test listens");
            let _ = self.leave.recv();
            Outcome {
                kind: "say",
                ok: true,
                detail: String::new(),
                result: serde_json::Value::Null,
                show: None,
                answer: None,
            }
        }
    }

    #[test]
    fn it_restores_at_the_start_and_the_last_wish_counts() {
        let (done, acted) = sync_channel(8);
        let (go, leave) = sync_channel(8);
        let duck = Duck {
            soften: ActionSpec::Sequence(Vec::new()),
            restore: ActionSpec::Say,
        };
        let ducker = Ducker::new(Box::new(Player { done, leave }), duck);
        let observers = Observers::start(vec![Box::new(ducker)], false);
        let tell = |kind, what: &TurnEvent| {
            observers.telling().tell(&EventRecord {
                at: SampleTime(0),
                session: SessionId { kind, number: 0 },
                turn: TurnId(1),
                what: what.clone(),
            });
        };
        let own = SessionKind::Microphone;
        let next = || acted.recv().expect("the thread lives");
        let wake = Wake {
            word: "hey_jarvis".into(),
            score: 1.0,
            sure: true,
        };
        let wake = TurnEvent::Wake(wake, ConfirmedBy::Score);
        assert_eq!(next(), "restore");
        // While the player is slow, wishes come and go.
        tell(own, &wake);
        tell(own, &TurnEvent::Idle);
        tell(own, &wake);
        // A written conversation makes nobody loud again.
        tell(SessionKind::Text, &TurnEvent::Idle);
        go.send(()).expect("the thread lives");
        assert_eq!(next(), "soften");
        tell(own, &TurnEvent::Question(String::new()));
        go.send(()).expect("the thread lives");
        go.send(()).expect("the thread lives");
        drop(observers);
        assert_eq!(next(), "restore");
        assert!(acted.recv().is_err(), "nothing more is done");
    }
}
