//! Values that are not said but hinted at: "kill the light" is off, "pull the
//! blinds up" is open. People say the two sides of a contrary in many ways;
//! a small model guesses them no better than a coin (10 of 20 right, and the
//! answer follows the order of the choices), so they are a table.

use super::fill::HeardValue;
use crate::grammar;
use crate::intent::values;
use crate::language::{Contrary, spoken};
use crate::model::SlotChoice;

/// The one of the values that the words hint at; `None` when they hint at
/// neither side of a contrary, or at both.
pub(super) fn hinted(values: &[HeardValue], words: &[String]) -> Option<HeardValue> {
    spoken()
        .contraries()
        .iter()
        .find_map(|contrary| hinted_by(contrary, values, words))
}

fn hinted_by(contrary: &Contrary, values: &[HeardValue], words: &[String]) -> Option<HeardValue> {
    let of = |side: usize| {
        let is_head = |value: &&HeardValue| {
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
pub(super) fn denied(choices: &[SlotChoice], words: &[String]) -> Option<HeardValue> {
    let said = |word: &&str| words.iter().any(|said| said == word);
    words.iter().find(|word| *word == spoken().moods().denies)?;
    let all: Vec<HeardValue> = choices
        .iter()
        .map(|choice| HeardValue {
            reading: values::of_choice(choice),
            words: choice.say.first().cloned().unwrap_or_default(),
            at: 0..0,
        })
        .collect();
    spoken().contraries().iter().find_map(|contrary| {
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
            let heard = |value: &str| HeardValue {
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
