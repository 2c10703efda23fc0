//! Scripts of a day: what is set, how the clocks go, what is heard.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use jiff::civil::{DateTime, Time};

use super::{Clock, Keeper, StreamClock};
use mynah_core::timers::{Book, Days, Kind, Moment, ring, until, watched_ms};
use mynah_core::turn::Intent;

/// A world with a machine, a wall clock and a book.
struct World {
    now: Moment,
    /// Hours from UTC.
    zone: i64,
    book: Book,
    session: u64,
    before: Option<Moment>,
    heard: Option<String>,
    log: String,
}

impl World {
    fn new() -> Self {
        Self {
            now: Moment {
                boot: String::new(),
                mono_ms: 0,
                wall_ms: 0,
                local: DateTime::default(),
            },
            zone: 0,
            book: Book::kept(Vec::new(), 1, None),
            session: 0,
            before: None,
            heard: None,
            log: String::new(),
        }
    }

    fn wall(&mut self, utc_ms: i64) {
        self.now.wall_ms = utc_ms;
        let local = SignedDuration::from_millis(utc_ms + self.zone * 3_600_000);
        self.now.local = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0) + local;
    }

    /// What the keeper does each second.
    fn tick(&mut self, attended: bool) {
        let before = self.before.replace(self.now.clone());
        let watched = before
            .as_ref()
            .and_then(|before| watched_ms(before, &self.now));
        if let Some(before) = before {
            self.book.notice_jump(&before, &self.now);
        }
        self.book.tick(self.session, watched, &self.now);
        let heard = ring(&self.book, &self.now, attended);
        let text = heard.as_ref().map(|ring| ring.text.clone());
        if text != self.heard {
            let time = self.now.local.strftime("%a %H:%M:%S");
            let told = text.as_deref().unwrap_or("silence");
            writeln!(self.log, "{time} {told}").expect("a string takes it");
        }
        self.heard = text;
        if let Some(ring) = heard.filter(|ring| ring.once) {
            self.book.done(&ring.ids, &self.now);
            self.heard = None;
        }
    }

    fn obey(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let id = || words[1].parse::<u64>().expect("an id");
        match words[0] {
            // Another run of the machine, the wall clock at this UTC.
            "boot" => {
                self.session += 1;
                self.now.boot = format!("boot {}", self.session);
                self.now.mono_ms = 0;
                self.before = None;
                self.wall(utc(words[1]));
                self.tick(true);
            }
            "jump" => {
                self.wall(utc(words[1]));
                self.tick(false);
            }
            "zone" => {
                self.zone = words[1].parse().expect("hours");
                self.wall(self.now.wall_ms);
                self.tick(false);
            }
            "pass" => {
                for _ in 0..ms(words[1]) / 1_000 {
                    self.now.mono_ms += 1_000;
                    self.wall(self.now.wall_ms + 1_000);
                    self.tick(false);
                }
            }
            "person" => self.tick(true),
            "timer" | "reminder" => {
                let kind = if words[0] == "timer" {
                    Kind::Timer
                } else {
                    Kind::Reminder
                };
                let label = words[2..].join(" ");
                self.book.set_after(kind, &label, ms(words[1]), &self.now);
            }
            // A command, carried out when the script says `do`.
            "command" => {
                let id = self
                    .book
                    .set_after(Kind::Command, "", ms(words[1]), &self.now);
                let intent = Intent::new(words[2]);
                self.book
                    .carry(id.expect("few"), intent, &words[3..].join(" "));
            }
            "do" => {
                let due: Vec<u64> = self.book.due().iter().map(|due| due.id).collect();
                let names = self.book.due().into_iter().map(|due| due.intent.name);
                writeln!(self.log, "does {}", names.collect::<Vec<_>>().join(", "))
                    .expect("a string takes it");
                self.book.done(&due, &self.now);
            }
            "alarm" => {
                let time: Time = words[1].parse().expect("a time");
                let date = words.get(2).and_then(|word| word.parse().ok());
                let days = words.get(2).and_then(|word| Days::named(word));
                let at = (time, date, days.unwrap_or_default());
                if self.book.set_at(Kind::Alarm, "", at, &self.now).is_none() {
                    self.log.push_str("refused\n");
                }
            }
            "pause" => assert!(self.book.pause(id(), &self.now)),
            "resume" => assert!(self.book.resume(id(), &self.now)),
            "skip" => assert!(self.book.skip(id(), &self.now)),
            "restart" => assert!(self.book.restart(id(), &self.now)),
            "set" => assert!(self.book.set_left(id(), ms(words[2]), &self.now)),
            "move" => {
                let time = words[2].parse().expect("a time");
                assert!(self.book.move_to(id(), (time, None), &self.now));
            }
            "extend" => {
                let by = i64::try_from(ms(words[2])).expect("short");
                assert!(self.book.extend(id(), by, &self.now));
            }
            "cancel" => drop(self.book.cancel(id()).expect("it is there")),
            "snooze" => {
                self.book.snooze(ms(words[1]), &self.now);
                self.tick(false);
            }
            "stop" => {
                let ids: Vec<u64> = self.book.ringing().iter().map(|entry| entry.id).collect();
                self.book.done(&ids, &self.now);
                self.tick(false);
            }
            "list" => {
                for entry in self.book.entries() {
                    let line = until(entry, &self.now);
                    writeln!(self.log, "- {line}").expect("a string takes it");
                }
            }
            other => panic!("no such line: {other}"),
        }
    }
}

fn utc(text: &str) -> i64 {
    let at: DateTime = text.parse().expect("a date and time");
    let since = jiff::civil::date(1970, 1, 1)
        .at(0, 0, 0, 0)
        .duration_until(at);
    i64::try_from(since.as_millis()).expect("near")
}

fn ms(text: &str) -> u64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().expect("a number");
    number
        * match unit {
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 86_400_000,
        }
}

fn check(script: &str, expected: &str) {
    let mut world = World::new();
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        world.obey(line);
    }
    let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(world.log.trim()), lines(expected.trim()), "{script}");
}

#[test]
fn timers_ring_until_they_are_stopped() {
    check(
        "boot 2026-03-14T12:00
         timer 10m pasta
         timer 3m
         pass 4m
         stop
         pass 10m",
        "Sat 12:03:00 Your three minute timer is done.
         Sat 12:04:00 silence
         Sat 12:10:00 Your pasta timer is done.",
    );
    check(
        "boot 2026-03-14T12:00
         timer 1m tea
         timer 61s egg
         pass 2m
         snooze 5m
         list
         pass 6m",
        "Sat 12:01:00 Your tea timer is done.
         Sat 12:01:01 Your tea timer is done. Your egg timer is done.
         Sat 12:02:00 silence
         - the tea timer has five minutes left
         - the egg timer has five minutes left
         Sat 12:07:00 Your tea timer is done. Your egg timer is done.",
    );
}

#[test]
fn a_timer_is_paused_resumed_extended_and_cancelled() {
    check(
        "boot 2026-03-14T12:00
         timer 10m pasta
         pass 4m
         pause 1
         pass 1h
         list
         resume 1
         extend 1 2m
         list
         pass 7m
         list
         timer 1h
         cancel 1
         pass 10m
         list",
        "- the pasta timer is paused with six minutes left
         - the pasta timer has eight minutes left
         - the pasta timer has one minute left
         - the one hour timer has fifty minutes left",
    );
    check(
        "boot 2026-03-14T12:00
         timer 1m
         pass 70s
         extend 1 5m
         pass 1s
         pass 5m",
        "Sat 12:01:00 Your one minute timer is done.
         Sat 12:01:11 silence
         Sat 12:06:10 Your six minute timer is done.",
    );
}

#[test]
fn what_nobody_stops_is_missed_and_told_once() {
    check(
        "boot 2026-03-14T12:00
         timer 1m pasta
         pass 20m
         person
         pass 20m
         person
         list",
        "Sat 12:01:00 Your pasta timer is done.
         Sat 12:06:00 silence
         Sat 12:20:00 You have missed something. Your pasta timer ended at twelve oh one in the afternoon.",
    );
}

#[test]
fn a_power_cut_loses_nothing_and_nothing_rings_twice() {
    // Off while it was due: late by less than ten minutes it rings, later it
    // is told.
    check(
        "boot 2026-03-14T12:00
         timer 10m pasta
         alarm 12:05
         pass 1m
         boot 2026-03-14T12:12
         stop
         boot 2026-03-14T12:13
         pass 1h",
        "Sat 12:12:00 Your pasta timer is done. It is twelve oh five in the afternoon. This is your alarm.
         Sat 12:12:00 silence",
    );
    check(
        "boot 2026-03-14T12:00
         timer 10m pasta
         boot 2026-03-14T15:00
         pass 1m",
        "Sat 15:00:00 You have missed something. Your pasta timer ended at twelve ten in the afternoon.",
    );
    // The power goes while it rings.
    check(
        "boot 2026-03-14T12:00
         timer 1m pasta
         pass 61s
         boot 2026-03-14T12:02
         pass 1h",
        "Sat 12:01:00 Your pasta timer is done.
         Sat 12:02:00 You have missed something. Your pasta timer ended at twelve oh one in the afternoon.",
    );
}

#[test]
fn a_command_is_due_once_and_rings_nothing() {
    check(
        "boot 2026-03-14T12:00
         command 10m lights_off turn off the lights
         list
         pass 10m
         do
         list
         do",
        "- turn off the lights at twelve ten in the afternoon
         does lights_off
         does",
    );
    // Off while it was due: late by two minutes it is done, later it is told.
    check(
        "boot 2026-03-14T12:00
         command 10m lights_off turn off the lights
         boot 2026-03-14T12:11
         do
         command 10m good_night good night
         boot 2026-03-14T12:30
         pass 1m
         do",
        "does lights_off
         Sat 12:30:00 I was off at twelve twenty one in the afternoon and did not do this: good night.
         does",
    );
    // Begun, and nobody knows whether it was done.
    check(
        "boot 2026-03-14T12:00
         command 1m lights_off turn off the lights
         pass 1m
         boot 2026-03-14T12:02
         do",
        "Sat 12:02:00 I was cut off at twelve oh one in the afternoon. I may not have done this: turn off the lights.
         does",
    );
    // It may wait for long until somebody has time for it.
    check(
        "boot 2026-03-14T12:00
         command 1m lights_off turn off the lights
         timer 2m tea
         pass 30m
         do",
        "Sat 12:02:00 Your tea timer is done.
         Sat 12:07:00 silence
         does lights_off",
    );
}

#[test]
fn alarms_are_moved_and_skipped_and_timers_begin_again() {
    check(
        "boot 2026-03-14T12:00
         alarm 07:00 daily
         skip 1
         list
         move 1 08:00
         list
         timer 10m pasta
         pass 4m
         restart 2
         list
         set 2 5m
         list",
        "- one at seven o'clock in the morning every day
         - one at eight o'clock in the morning every day
         - one at eight o'clock in the morning every day
         - the pasta timer has ten minutes left
         - one at eight o'clock in the morning every day
         - the pasta timer has five minutes left",
    );
}

#[test]
fn the_wall_clock_may_jump_and_timers_do_not_care() {
    check(
        "boot 2026-03-14T12:00
         timer 10m pasta
         jump 2026-03-14T18:00
         pass 9m
         jump 2026-03-14T09:00
         pass 61s",
        "Sat 09:01:00 Your pasta timer is done.",
    );
    // The clock was wrong when it was set, was set right, then the power went:
    // what is left is measured by the right clock.
    check(
        "boot 2026-01-01T00:00
         timer 30m pasta
         pass 10m
         jump 2026-03-14T12:00
         pass 1m
         boot 2026-03-14T12:11
         list
         pass 9m",
        "- the pasta timer has nine minutes left
         Sat 12:20:00 Your pasta timer is done.",
    );
    // No network time after the power cut: at least the time since the start
    // counts, and the right time, once it is there, tells the rest.
    check(
        "boot 2026-03-14T12:00
         timer 30m pasta
         pass 10m
         boot 2026-03-14T11:00
         pass 5m
         list
         jump 2026-03-14T12:20
         list
         pass 10m",
        "- the pasta timer has twenty five minutes left
         - the pasta timer has ten minutes left
         Sat 12:30:00 Your pasta timer is done.",
    );
}

#[test]
fn alarms_go_by_what_the_clock_on_the_wall_shows() {
    check(
        "boot 2026-03-14T12:00
         alarm 07:00
         alarm 07:00 weekdays
         alarm 06:30 2026-03-16
         list
         pass 20h
         stop
         pass 22h
         stop
         pass 30m
         stop
         pass 1s
         list",
        "- one at seven o'clock in the morning tomorrow
         - one at seven o'clock in the morning on weekdays
         - one at half past six in the morning on Monday
         Sun 07:00:00 It is seven o'clock in the morning. This is your alarm.
         Sun 07:10:00 silence
         Mon 06:30:00 It is half past six in the morning. This is your alarm.
         Mon 06:30:00 silence
         - the alarm for seven o'clock in the morning was due at seven o'clock in the morning yesterday
         - one at seven o'clock in the morning on weekdays",
    );
}

#[test]
fn daylight_saving_and_time_zones() {
    // 02:30 is left out by the change to summer time, and rings at three.
    check(
        "zone 1
         boot 2026-03-28T22:00
         alarm 02:30
         pass 3h
         zone 2
         pass 1m",
        "Sun 03:00:00 It is half past two in the morning. This is your alarm.",
    );
    // 02:30 comes twice in autumn, and rings once a day.
    check(
        "zone 2
         boot 2026-10-24T22:00
         alarm 02:30 daily
         pass 31m
         pass 2h
         stop
         pass 29m
         zone 1
         pass 2h
         list",
        "Sun 02:30:00 It is half past two in the morning. This is your alarm.
         Sun 02:31:00 silence
         - one at half past two in the morning every day",
    );
    // Somebody moves house.
    check(
        "boot 2026-03-14T12:00
         alarm 18:00
         zone 5
         pass 1h",
        "Sat 18:00:00 It is six o'clock in the evening. This is your alarm.",
    );
}

#[test]
fn an_alarm_set_by_a_wrong_clock_finds_its_day() {
    check(
        "boot 2026-03-10T20:00
         alarm 07:00
         pass 1m
         jump 2026-03-14T22:00
         list
         jump 2026-03-10T06:00
         list",
        "- one at seven o'clock in the morning tomorrow
         - one at seven o'clock in the morning",
    );
    check(
        "boot 2026-03-14T12:00
         alarm 11:00 2026-03-14",
        "refused",
    );
}

/// A clock that the test turns.
struct Hand(Mutex<Moment>);

impl Clock for Hand {
    fn now(&self) -> Moment {
        self.0.lock().expect("no holder panics").clone()
    }
}

fn hand() -> Arc<Hand> {
    let mut world = World::new();
    world.now.boot = "a".into();
    world.wall(utc("2026-03-14T12:00"));
    Arc::new(Hand(Mutex::new(world.now)))
}

fn set(keeper: &Keeper, label: &str) -> bool {
    let set = keeper.change(|book, now| book.set_after(Kind::Timer, label, 60_000, now));
    assert!(set.value.is_some());
    set.kept
}

fn labels(keeper: &Keeper) -> Vec<String> {
    keeper.look(|book, _| {
        book.entries()
            .iter()
            .map(|entry| entry.label.clone())
            .collect()
    })
}

#[test]
fn two_processes_share_one_book() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = || Some(folder.path().join("state"));
    let one = Keeper::new(path(), hand());
    let two = Keeper::new(path(), hand());
    assert!(set(&one, "tea"));
    assert!(set(&two, "egg"));
    assert_eq!(labels(&one), ["tea", "egg"]);
    one.change(|book, _| book.cancel(1));
    one.change(|book, _| book.set_volume(30));
    assert_eq!(labels(&two), ["egg"]);
    assert_eq!(two.gain().percent(), 30);
    assert_eq!(labels(&Keeper::new(path(), hand())), ["egg"]);
}

#[test]
fn a_place_that_cannot_be_written_is_tried_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    // A file where the folder should be: nobody can write there, root neither.
    std::fs::write(&state, "").expect("a file");
    let keeper = Keeper::new(Some(state.clone()), hand());
    assert!(!set(&keeper, "tea"));
    assert_eq!(labels(&keeper), ["tea"]);
    assert_eq!(keeper.tick(true), None);
    std::fs::remove_file(&state).expect("a file to remove");
    assert_eq!(keeper.tick(true), None);
    assert_eq!(labels(&Keeper::new(Some(state), hand())), ["tea"]);
}

#[test]
fn a_damaged_file_is_put_aside() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = Some(folder.path().to_owned());
    for damage in [Vec::new(), b"no database".to_vec(), vec![0; 100_000]] {
        for name in ["timers.v1.json", "timers.v1.json.copy", "timers.redb"] {
            std::fs::write(folder.path().join(name), &damage).expect("a file");
        }
        let keeper = Keeper::new(path.clone(), hand());
        assert!(set(&keeper, "tea"), "{} bytes", damage.len());
        assert_eq!(labels(&Keeper::new(path.clone(), hand())), ["tea"]);
    }
}

#[test]
fn a_stream_brings_its_own_time() {
    let clock = StreamClock::new(hand().now());
    clock.advance(mynah_audio::SampleTime(16_000 * 90));
    let now = clock.now();
    assert_eq!(now.mono_ms, 90_000);
    assert_eq!(now.local.to_string(), "2026-03-14T12:01:30");
}

/// What of 50 minutes is left, in minutes, to a process with another clock,
/// four minutes later.
fn left_to_another(first: &Moment, mut second: Moment) -> u64 {
    let mut book = Book::kept(Vec::new(), 1, None);
    book.set_after(Kind::Timer, "pasta", 50 * 60_000, first);
    second.mono_ms += 4 * 60_000;
    second.wall_ms += 4 * 60_000;
    book.entries()[0].left_ms(&second) / 60_000
}

#[test]
fn a_stream_and_a_process_without_a_boot_number_end_no_timers() {
    // A machine that has run for ten hours.
    let mut machine = hand().now();
    machine.mono_ms += 36_000_000;
    let stream = StreamClock::new(machine.clone()).now();
    assert_eq!(left_to_another(&machine, stream.clone()), 46);
    assert_eq!(left_to_another(&stream, machine.clone()), 46);
    let unknown = |pid: &str| Moment {
        boot: format!("process {pid}"),
        ..machine.clone()
    };
    assert_eq!(left_to_another(&unknown("7"), unknown("8")), 46);
    assert_eq!(left_to_another(&unknown("7"), machine.clone()), 46);
    // After a power cut the clock may be wrong: then the machine has run for
    // at least so long.
    let other = Moment {
        boot: "b".into(),
        mono_ms: 20 * 60_000,
        ..machine.clone()
    };
    assert_eq!(left_to_another(&machine, other), 26);
}

mod files;
