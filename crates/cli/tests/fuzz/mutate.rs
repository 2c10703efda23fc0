//! Makes inputs out of a small corpus and runs a target on them: bytes are flipped,
//! pieces are cut out, doubled, or taken from another input. What panics or takes too
//! long is kept as a file, so that it can be put into the corpus.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Inputs of a run without `MYNAH_FUZZ_S`: the same in each.
const INPUTS: u32 = 150;

/// No input is larger.
const MOST: usize = 60_000;

/// Values at the ends of what numbers hold, and what parsers stumble over.
const ODD: [&str; 24] = [
    "0",
    "-1",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "18446744073709551616",
    "1e309",
    "-0.0",
    "nan",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "'",
    "\\",
    "\u{0}",
    "\u{fffd}",
    "{{",
    "%s",
    "../..",
    "\u{1F600}",
];

/// A source of numbers, the same for the same seed.
pub(crate) struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `most`, which is not 0.
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most as u64).unwrap_or(0)
    }
}

/// Cuts a file into its inputs: one after each line `====`.
#[allow(dead_code, reason = "not every target has such a file")]
pub(crate) fn parts(text: &str) -> Vec<Vec<u8>> {
    text.split("====\n")
        .filter(|part| !part.is_empty())
        .map(|part| part.as_bytes().to_vec())
        .collect()
}

fn mutated(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(input.len() + 1);
        let length = chance.below(input.len() - at + 1).min(1 + chance.below(64));
        match chance.below(8) {
            0 if at < input.len() => input[at] ^= 1 << chance.below(8),
            1 if at < input.len() => {
                input[at] = u8::try_from(chance.below(256)).unwrap_or(0);
            }
            2 => drop(input.drain(at..at + length)),
            3 => {
                let piece = input[at..at + length].to_vec();
                let most = if chance.below(20) == 0 { 200 } else { 3 };
                let times = 1 + chance.below(most);
                input.splice(at..at, piece.repeat(times));
            }
            4 => {
                let other = &corpus[chance.below(corpus.len())];
                let from = chance.below(other.len() + 1);
                let many = chance.below(other.len() - from + 1).min(200);
                input.splice(at..at + length, other[from..from + many].iter().copied());
            }
            5 => input
                .splice(at..at + length, ODD[chance.below(ODD.len())].bytes())
                .for_each(drop),
            6 => input.truncate(at),
            _ => {
                // Two pieces change places.
                let to = chance.below(input.len() - length + 1);
                let piece: Vec<u8> = input.drain(at..at + length).collect();
                let to = to.min(input.len());
                input.splice(to..to, piece);
            }
        }
        input.truncate(MOST);
    }
    input
}

/// Runs `check` on the corpus as it is, then on what is made of it: so many inputs, or
/// for `MYNAH_FUZZ_S` seconds.
///
/// # Panics
/// When an input makes it panic, or takes longer than `slow`.
#[expect(clippy::disallowed_methods, reason = "a run takes so many seconds")]
pub(crate) fn run(target: &str, corpus: &[Vec<u8>], slow: Duration, check: &mut dyn FnMut(&[u8])) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seconds = number("MYNAH_FUZZ_S");
    let mut chance = Chance(number("MYNAH_FUZZ_SEED").unwrap_or(20));
    let began = Instant::now();
    let mut count = 0_u32;
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = None;
    let goes_on =
        |count: u32| seconds.map_or(count < INPUTS, |s| began.elapsed() < Duration::from_secs(s));
    while failed.is_none() && (goes_on(count) || (count as usize) < corpus.len()) {
        let input = match corpus.get(count as usize) {
            Some(seed) => seed.clone(),
            None => mutated(corpus, &mut chance),
        };
        count += 1;
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| check(&input)));
        let took = start.elapsed();
        if let Err(panic) = done {
            let words = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            failed = Some((words.unwrap_or_default(), input));
        } else if slow < took {
            failed = Some((format!("it took {took:?}"), input));
        }
    }
    std::panic::set_hook(hook);
    if let Some((why, input)) = failed {
        let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}"));
        let _ = fs::write(&kept, &input);
        panic!(
            "{target}, input {count}: {why}\nthe input is in `{}`",
            kept.display()
        );
    }
    println!("{target}: {count} inputs, none of them wrong");
}
