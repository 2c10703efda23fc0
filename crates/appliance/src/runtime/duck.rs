//! Makes other players softer while somebody speaks with the box. A thread of
//! its own carries out the owner's two actions, so that a slow player holds up
//! nothing; what it did last is all that it remembers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use mynah_actions::Actor;
use mynah_core::conversation::Happening;
use mynah_core::model::Duck;
use mynah_core::turn::Intent;

/// The longest that the end waits for the others to be loud again.
const FINISH: Duration = Duration::from_secs(3);

/// The thread's end of the loop.
pub struct Ducker {
    wanted: Arc<AtomicBool>,
    /// Rung when `wanted` has changed; `None` at the end.
    bell: Option<SyncSender<()>>,
    ended: Receiver<()>,
}

impl Ducker {
    /// Starts the thread. It begins by restoring: another process may have
    /// died between the two actions.
    #[must_use]
    pub fn start(actor: Box<dyn Actor>, duck: Duck) -> Self {
        let wanted = Arc::new(AtomicBool::new(false));
        let (bell, rung) = sync_channel(1);
        let (end, ended) = sync_channel(1);
        let wish = Arc::clone(&wanted);
        thread::Builder::new()
            .name("duck".into())
            .spawn(move || {
                serve(actor, &duck, &wish, &rung);
                let _ = end.send(());
            })
            .expect("the system has room for a thread");
        Self {
            wanted,
            bell: Some(bell),
            ended,
        }
    }

    /// Follows what the box is at. Waits for nothing.
    pub fn tell(&self, what: &Happening) {
        let soft = match what {
            Happening::Wake(..) | Happening::Ring(_) => true,
            Happening::Idle | Happening::Stopped => false,
            _ => return,
        };
        self.wanted.store(soft, Ordering::Release);
        if let Some(bell) = &self.bell {
            // Full: it is rung already, and the thread has yet to look.
            let _ = bell.try_send(());
        }
    }
}

impl Drop for Ducker {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::Release);
        self.bell = None;
        if self.ended.recv_timeout(FINISH).is_err() {
            tracing::warn!("other players may still be soft: `audio.unduck` takes too long");
        }
    }
}

fn serve(mut actor: Box<dyn Actor>, duck: &Duck, wanted: &AtomicBool, rung: &Receiver<()>) {
    let nobody = Intent::new("audio");
    // Softer until proven otherwise.
    let mut soft = true;
    loop {
        let wish = wanted.load(Ordering::Acquire);
        if wish != soft {
            let action = if wish { &duck.soften } else { &duck.restore };
            let outcome = actor.act(action, &nobody);
            if !outcome.ok {
                let key = if wish { "audio.duck" } else { "audio.unduck" };
                tracing::warn!("`{key}` failed: {}", outcome.detail);
            }
            soft = wish;
        } else if rung.recv().is_err() && soft == wanted.load(Ordering::Acquire) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::Ducker;
    use mynah_actions::Actor;
    use mynah_core::conversation::{ConfirmedBy, Happening};
    use mynah_core::model::{ActionSpec, Duck};
    use mynah_core::percept::Wake;
    use mynah_core::turn::{Intent, Outcome};

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
        let ducker = Ducker::start(Box::new(Player { done, leave }), duck);
        let next = || acted.recv().expect("the thread lives");
        let wake = Wake {
            word: "hey_jarvis".into(),
            score: 1.0,
            sure: true,
        };
        let wake = Happening::Wake(wake, ConfirmedBy::Score);
        assert_eq!(next(), "restore");
        // While the player is slow, wishes come and go.
        ducker.tell(&wake);
        ducker.tell(&Happening::Idle);
        ducker.tell(&wake);
        go.send(()).expect("the thread lives");
        assert_eq!(next(), "soften");
        ducker.tell(&Happening::Question(String::new()));
        go.send(()).expect("the thread lives");
        go.send(()).expect("the thread lives");
        drop(ducker);
        assert_eq!(next(), "restore");
        assert!(acted.recv().is_err(), "nothing more is done");
    }
}
