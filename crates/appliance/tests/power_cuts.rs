//! Kills a process that sets, cancels and rings timers, again and again at
//! random instants, and looks after each whether the book on disk is what
//! that process had been told it is: nothing lost, nothing rung twice.
//!
//! `MYNAH_POWER_CUTS=5000 cargo test --release --workspace --test power_cuts`
//! does it more often than `./test`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::date;
use mynah_appliance::timers::{Clock, Keeper};
use mynah_core::timers::{Kind, Moment, State};

const CUTS: u32 = 300;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, folder, seed, wall] = arguments.as_slice()
        && mode == "child"
    {
        return child(Path::new(folder), number(seed), number(wall));
    }
    // Other arguments are the harness's: a filter that means another test.
    let filter = arguments.iter().find(|word| !word.starts_with('-'));
    if filter.is_none_or(|filter| "power_cuts".contains(filter.as_str())) {
        parent();
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

/// Random enough, and the same for everybody (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A clock that only goes when it is told to.
struct Hand(Mutex<Moment>);

impl Hand {
    fn new(boot: &str, wall_s: u64) -> Arc<Self> {
        let hand = Self(Mutex::new(Moment {
            boot: boot.into(),
            mono_ms: 0,
            wall_ms: 0,
            local: date(2026, 1, 1).at(0, 0, 0, 0),
        }));
        hand.pass(wall_s);
        hand.0.lock().expect("no holder panics").mono_ms = 0;
        Arc::new(hand)
    }

    fn pass(&self, seconds: u64) {
        let mut now = self.0.lock().expect("no holder panics");
        let more = i64::try_from(seconds).expect("soon");
        now.mono_ms += seconds * 1_000;
        now.wall_ms += more * 1_000;
        now.local += jiff::SignedDuration::from_secs(more);
    }
}

impl Clock for Hand {
    fn now(&self) -> Moment {
        self.0.lock().expect("no holder panics").clone()
    }
}

/// Sets, pauses, cancels and rings for ever, and says what it is about to do
/// and what it has done.
fn child(folder: &Path, seed: u64, wall_s: u64) {
    let clock = Hand::new(&format!("boot {seed}"), wall_s);
    let keeper = Keeper::new(
        Some(folder.to_owned()),
        Arc::clone(&clock) as Arc<dyn Clock>,
    );
    let mut dice = Dice(seed);
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").expect("somebody listens");
        out.flush().expect("somebody listens");
    };
    let mut rung = BTreeSet::new();
    for label in 0_u64.. {
        clock.pass(dice.below(30));
        let wall = clock.now().wall_ms / 1_000;
        say(format!("at {wall}"));
        let ids: Vec<u64> = keeper.look(|book, _| book.entries().iter().map(|e| e.id).collect());
        let any =
            |dice: &mut Dice| ids[usize::try_from(dice.below(ids.len() as u64)).expect("few")];
        match dice.below(8) {
            0..3 if ids.len() < 40 => {
                let name = format!("{seed} {label}");
                let ms = 1_000 * (1 + dice.below(300));
                say(format!("try set {name}"));
                let set = keeper.change(|book, now| match label % 3 {
                    0 => book.set_at(
                        Kind::Alarm,
                        &name,
                        (now.local.time(), None, <_>::default()),
                        now,
                    ),
                    _ => book.set_after(Kind::Timer, &name, ms, now),
                });
                assert!(set.kept, "a good disk");
                let id = set.value.expect("not too many");
                say(format!("did set {id} {name}"));
            }
            3 if !ids.is_empty() => {
                let id = any(&mut dice);
                say(format!("try cancel {id}"));
                assert!(keeper.change(|book, _| book.cancel(id)).kept);
                say(format!("did cancel {id}"));
            }
            4 if !ids.is_empty() => {
                let id = any(&mut dice);
                keeper.change(|book, now| book.pause(id, now) || book.resume(id, now));
            }
            _ => {
                let Some(due) = keeper.tick(true) else {
                    continue;
                };
                for id in due.ids.iter().filter(|id| !due.once && rung.insert(**id)) {
                    say(format!("rang {id}"));
                }
                if due.once || dice.below(2) == 0 {
                    let ids: Vec<String> = due.ids.iter().map(u64::to_string).collect();
                    let ids = ids.join(" ");
                    say(format!("try done {ids}"));
                    keeper.heard(&due.ids);
                    say(format!("did done {ids}"));
                }
            }
        }
    }
}

/// What the children have said, and so what the book must be.
#[derive(Default)]
struct Told {
    wall_s: u64,
    /// Ids by label that must be there.
    there: BTreeMap<String, u64>,
    /// Ids that must not.
    gone: BTreeSet<u64>,
    /// The label, or the ids, of what was begun last.
    begun_set: Option<String>,
    begun_end: BTreeSet<u64>,
    rang: BTreeMap<u64, u32>,
    sets: u32,
    ends: u32,
}

impl Told {
    fn hear(&mut self, line: &str) {
        let (deed, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
        let words: Vec<&str> = rest.split_whitespace().collect();
        let ids = || {
            words[1..]
                .iter()
                .map(|word| number(word))
                .collect::<BTreeSet<_>>()
        };
        match (deed, words.first().copied()) {
            ("at", Some(wall)) => self.wall_s = number(wall),
            ("try", Some("set")) => self.begun_set = Some(words[1..].join(" ")),
            ("did", Some("set")) => {
                self.sets += 1;
                self.begun_set = None;
                self.there.insert(words[2..].join(" "), number(words[1]));
            }
            ("try", Some(_)) => self.begun_end = ids(),
            ("did", Some(_)) => {
                self.ends += 1;
                self.begun_end.clear();
                for id in ids() {
                    self.there.retain(|_, other| *other != id);
                    self.gone.insert(id);
                }
            }
            ("rang", Some(id)) => *self.rang.entry(number(id)).or_default() += 1,
            _ => panic!("an unheard-of line: {line}"),
        }
    }

    /// Compares with the book that the killed process left.
    fn verify(&mut self, folder: &Path) {
        let clock = Hand::new("verifier", self.wall_s);
        let keeper = Keeper::new(Some(folder.to_owned()), clock as Arc<dyn Clock>);
        let book: BTreeMap<u64, (String, State)> = keeper.look(|book, _| {
            let entry = |entry: &mynah_core::timers::Entry| {
                (entry.id, (entry.label.clone(), entry.state.clone()))
            };
            book.entries().iter().map(entry).collect()
        });
        // What was begun may be or not be; from now on it is what it is.
        for id in std::mem::take(&mut self.begun_end) {
            if !book.contains_key(&id) {
                self.there.retain(|_, other| *other != id);
                self.gone.insert(id);
            }
        }
        if let Some(label) = self.begun_set.take()
            && let Some((id, _)) = book.iter().find(|(_, (other, _))| *other == label)
        {
            self.there.insert(label, *id);
        }
        for (label, id) in &self.there {
            let found = book.get(id).map(|(found, _)| found);
            assert_eq!(found, Some(label), "lost: {id}");
        }
        for (id, (label, state)) in &book {
            assert!(!self.gone.contains(id), "back from the dead: {id} {label}");
            assert_eq!(self.there.get(label), Some(id), "out of nowhere: {label}");
            assert!(
                !self.rang.contains_key(id) || *state != State::Waiting,
                "would ring again: {id} {label}"
            );
        }
        let twice: Vec<_> = self.rang.iter().filter(|(_, times)| 1 < **times).collect();
        assert!(twice.is_empty(), "rang twice: {twice:?}");
    }
}

fn parent() {
    let cuts = std::env::var("MYNAH_POWER_CUTS").map_or(CUTS, |text| {
        u32::try_from(number(&text)).expect("a number of power cuts")
    });
    // In memory where there is such a place: what a killed process has written
    // is there either way, and a disk makes each transaction slow.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let folder = folder.expect("a temporary folder");
    let state: PathBuf = folder.path().join("state");
    let mut told = Told::default();
    let mut dice = Dice(2026);
    for cut in 0..cuts {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .arg("child")
            .arg(&state)
            .args([cut.to_string(), (told.wall_s + dice.below(900)).to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("another of this program");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        for _ in 0..dice.below(60) {
            told.hear(&lines.next().expect("children talk on").expect("text"));
        }
        pause(Duration::from_micros(dice.below(6_000)));
        child.kill().expect("a child to kill");
        child.wait().expect("a child that ends");
        for line in lines {
            told.hear(&line.expect("text"));
        }
        told.verify(&state);
    }
    let size = std::fs::metadata(state.join("timers.v1.json"))
        .expect("the book")
        .len();
    println!(
        "power cuts: {cuts} survived; {} set, {} cancelled or over, {} rung, none lost, none \
         twice; the book has {size} bytes",
        told.sets,
        told.ends,
        told.rang.len()
    );
    assert!(cuts / 2 < told.sets && cuts / 10 < u32::try_from(told.rang.len()).expect("few"));
}

#[expect(clippy::disallowed_methods, reason = "power goes at a random instant")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
