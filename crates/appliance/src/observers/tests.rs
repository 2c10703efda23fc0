//! Observers that are slow, stuck or broken, and the others beside them.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use super::{Observer, Observers, QUEUE};
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::frame::SampleTime;
use mynah_core::turn::{SessionId, TurnId};

/// Notes what it is told.
struct Witness(Sender<String>);

impl Observer for Witness {
    fn name(&self) -> &'static str {
        "witness"
    }

    fn observe(&mut self, report: &EventRecord) {
        let _ = self.0.send(report.turn.0.to_string());
    }

    fn missed(&mut self, reports: u64) {
        let _ = self.0.send(format!("{reports} missed"));
    }

    fn finish(&mut self) {
        let _ = self.0.send("end".into());
    }
}

/// Waits for leave before each report, and panics at turn 13.
struct Slow {
    leave: Receiver<()>,
    told: Witness,
}

impl Observer for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn observe(&mut self, report: &EventRecord) {
        let _ = self.leave.recv();
        assert_ne!(report.turn.0, 13, "the test says so");
        self.told.observe(report);
    }

    fn missed(&mut self, reports: u64) {
        self.told.missed(reports);
    }

    fn finish(&mut self) {
        self.told.finish();
    }
}

fn report(turn: usize) -> EventRecord {
    EventRecord {
        at: SampleTime(0),
        session: SessionId::OWN,
        turn: TurnId(u32::try_from(turn).expect("a small number")),
        what: TurnEvent::Idle,
    }
}

fn both(
    patient: bool,
) -> (
    Observers,
    SyncSender<()>,
    Receiver<String>,
    Receiver<String>,
) {
    let (go, leave) = sync_channel(4 * QUEUE);
    let (slow, of_slow) = channel();
    let (quick, of_quick) = channel();
    let slow = Slow {
        leave,
        told: Witness(slow),
    };
    let observers = Observers::start(vec![Box::new(slow), Box::new(Witness(quick))], patient);
    (observers, go, of_slow, of_quick)
}

fn next(told: &Receiver<String>) -> String {
    told.recv_timeout(Duration::from_mins(1)).expect("a report")
}

#[test]
fn a_stuck_observer_delays_nobody_and_what_it_misses_is_counted() {
    let (observers, go, slow, quick) = both(false);
    let telling = observers.telling();
    let all = QUEUE + 100;
    for turn in 0..all {
        telling.tell(&report(turn));
        assert_eq!(next(&quick), turn.to_string());
    }
    // One may be in its hands already.
    let dropped = telling.dropped("slow");
    assert!((99..=100).contains(&dropped), "{dropped}");
    assert_eq!(telling.dropped("witness"), 0);
    for _ in 0..=all {
        go.send(()).expect("room");
    }
    drop(observers);
    let told: Vec<String> = slow.iter().collect();
    let missed: Vec<&String> = told
        .iter()
        .filter(|line| line.ends_with("missed"))
        .collect();
    assert_eq!(missed, [&format!("{dropped} missed")]);
    // What it had is not lost, and a panic costs one report.
    let kept = told.len() - missed.len() - 1;
    assert_eq!(kept as u64, all as u64 - dropped - 1);
    assert_eq!(told.last().map(String::as_str), Some("end"));
    assert!(!told.contains(&"13".to_owned()));
}

#[test]
fn where_time_stands_still_nothing_is_dropped() {
    let (observers, go, slow, quick) = both(true);
    let all = 2 * QUEUE;
    for _ in 0..all {
        go.send(()).expect("room");
    }
    for turn in 0..all {
        observers.telling().tell(&report(turn));
    }
    drop(observers);
    assert_eq!(slow.iter().count(), all);
    assert_eq!(quick.iter().count(), all + 1);
}
