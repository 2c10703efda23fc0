//! Values that are not said but hinted at: "kill the light" is off, "pull the
//! blinds up" is open. English says the two sides of a contrary in many ways;
//! a small model guesses them no better than a coin (10 of 20 right, and the
//! answer follows the order of the choices), so they are a table.

use super::fill::Heard;
use crate::grammar;
use crate::intent::values;
use crate::model::SlotChoice;

/// Two contrary sides.
struct Contrary {
    /// What values of each side are called.
    heads: [&'static [&'static str]; 2],
    /// What hints at each side, in canonical words. Of hints that overlap the
    /// longest counts.
    hints: [&'static [&'static str]; 2],
}

#[rustfmt::skip]
const CONTRARIES: &[Contrary] = &[
    Contrary {
        heads: [
            &["on", "enable", "enabled", "activate", "start"],
            &["off", "disable", "disabled", "deactivate", "stop"],
        ],
        hints: [
            &[
                "is dark", "is too dark", "is so dark", "is very dark", "is far too dark",
                "is getting dark", "pitch dark", "pitch black", "pitch dark in", "can not see",
                "to see", "cannot see", "illuminate", "light up", "lit", "bright", "brighten",
                "some light", "bit of light", "need light", "want light", "more light", "glow",
                "shine", "fire up", "power up", "enable", "activate", "get going", "going",
                "start", "run", "running",
            ],
            &[
                "kill", "get rid", "rid", "out", "extinguish", "douse", "dark", "darkness",
                "darken", "cut", "disable", "deactivate", "shut", "shut down", "power down",
                "stop", "end", "no more", "no more light", "no more lights", "not need", "not needed", "no longer need",
                "nobody is in", "no one is in", "nobody in", "too bright", "is too bright",
                "wasting", "waste", "unplug", "kill off",
            ],
        ],
    },
    Contrary {
        heads: [&["open", "raise", "up"], &["close", "shut", "lower", "down"]],
        hints: [
            &[
                "up", "raise", "lift", "roll up", "pull up", "draw back", "let in", "in the sun",
                "the sun in", "sun into", "sunshine", "daylight", "sunlight", "let him", "let her",
                "let them", "let me in", "let us in", "come in", "get in", "drive in", "fresh air",
            ],
            &[
                "down", "shut", "lower", "drop", "cover", "block", "draw", "not stay open",
                "not be open", "keep out", "can look in", "look into", "too sunny", "glare",
                "privacy", "blinding", "behind me", "seal",
            ],
        ],
    },
    Contrary {
        heads: [
            &["up", "louder", "higher", "more", "increase", "raise", "brighter", "faster"],
            &["down", "quieter", "lower", "less", "decrease", "reduce", "softer", "dimmer", "slower"],
        ],
        hints: [
            &[
                "louder", "crank", "boost", "pump", "raise", "increase", "higher", "more",
                "too quiet", "too low", "too soft", "barely hear", "hardly hear", "not hear",
                "can not hear", "brighter", "too dark", "too dim", "faster", "too slow", "stronger",
            ],
            &[
                "quieter", "softer", "lower", "decrease", "reduce", "less", "not so loud",
                "too loud", "so loud", "deafening", "hurt", "blasting", "noisy", "keep it down",
                "tone", "dimmer", "dim", "too bright", "slower", "too fast", "weaker", "too high",
            ],
        ],
    },
    Contrary {
        heads: [&["warmer", "hotter"], &["cooler", "colder"]],
        hints: [
            &["cold", "chilly", "freezing", "freeze", "frozen", "shivering", "too cool", "warm up"],
            &["hot", "boiling", "sweating", "stuffy", "too warm", "melting", "cool down", "roasting"],
        ],
    },
    Contrary {
        heads: [&["lock", "locked"], &["unlock", "unlocked"]],
        hints: [
            &["secure", "bolt", "burglar", "burglars", "going to bed", "keep out"],
            &["let in", "let him in", "let her in", "let them in", "let me in", "come in", "undo the lock"],
        ],
    },
];

/// The one of the values that the words hint at; `None` when they hint at
/// neither side of a contrary, or at both.
pub(super) fn hinted(values: &[Heard], words: &[String]) -> Option<Heard> {
    CONTRARIES
        .iter()
        .find_map(|contrary| hinted_by(contrary, values, words))
}

fn hinted_by(contrary: &Contrary, values: &[Heard], words: &[String]) -> Option<Heard> {
    let of = |side: usize| {
        let is_head = |value: &&Heard| {
            let called = grammar::canonical(&value.words);
            called
                .iter()
                .any(|word| contrary.heads[side].contains(&word.as_str()))
        };
        values.iter().find(is_head)
    };
    let pair = [of(0)?, of(1)?];
    side(contrary, words).map(|side| pair[side].clone())
}

/// The value that is meant by denying its contrary, "should not stay open",
/// where the values are two such sides.
pub(super) fn denied(choices: &[SlotChoice], words: &[String]) -> Option<Heard> {
    let said = |word: &&str| words.iter().any(|said| said == word);
    words.iter().find(|word| *word == "not")?;
    let all: Vec<Heard> = choices
        .iter()
        .map(|choice| Heard {
            reading: values::of_choice(choice),
            words: choice.say.first().cloned().unwrap_or_default(),
            at: 0..0,
        })
        .collect();
    CONTRARIES.iter().find_map(|contrary| {
        let spoken = [0, 1].map(|side| contrary.heads[side].iter().any(said));
        let denied = match spoken {
            [true, false] => 0,
            [false, true] => 1,
            _ => return None,
        };
        let meant = hinted_by(contrary, &all, words)?;
        let called = grammar::canonical(&meant.words);
        let other = contrary.heads[1 - denied];
        called
            .iter()
            .any(|word| other.contains(&word.as_str()))
            .then_some(meant)
    })
}

/// Which side the words hint at.
fn side(contrary: &Contrary, words: &[String]) -> Option<usize> {
    // Where a hint begins, its length in words, and its side.
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (side, hints) in contrary.hints.iter().enumerate() {
        for hint in *hints {
            let hint: Vec<&str> = hint.split(' ').collect();
            for (at, window) in words.windows(hint.len()).enumerate() {
                if window.iter().map(String::as_str).eq(hint.iter().copied()) {
                    found.push((at, hint.len(), side));
                }
            }
        }
    }
    let outdone = |&(at, len, _): &(usize, usize, usize)| {
        found
            .iter()
            .any(|&(other, longer, _)| longer > len && other <= at && at + len <= other + longer)
    };
    let mut sides = found
        .iter()
        .filter(|hint| !outdone(hint))
        .map(|&(_, _, side)| side);
    let first = sides.next()?;
    sides.all(|side| side == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::values::Reading;
    use crate::turn::SlotValue;

    #[test]
    fn contraries_are_hinted_at_in_many_ways() {
        let check = |values: [&str; 2], said: &str, expected: Option<&str>| {
            let heard = |value: &str| Heard {
                reading: Reading {
                    value: SlotValue::Text(value.into()),
                    spoken: value.into(),
                },
                words: value.into(),
                at: 0..0,
            };
            let found = hinted(&values.map(heard), &grammar::canonical(said));
            assert_eq!(found.map(|f| f.words).as_deref(), expected, "{said}");
        };
        let switch = ["on", "off"];
        check(switch, "kill the light", Some("off"));
        check(switch, "it's too dark in here", Some("on"));
        check(switch, "make it dark in here", Some("off"));
        check(switch, "it is too bright in here", Some("off"));
        check(switch, "the lamp is old", None);
        check(switch, "kill the bright light", None);
        check(["open", "close"], "pull the blinds up", Some("open"));
        check(
            ["close", "open"],
            "the garage should not stay open",
            Some("close"),
        );
        check(["up", "down"], "not so loud", Some("down"));
        check(["warmer", "cooler"], "I'm freezing", Some("warmer"));
        check(["red", "blue"], "kill the light", None);
    }
}
