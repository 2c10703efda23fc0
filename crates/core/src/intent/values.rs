//! What a slot's words mean: canonical words in, the value for actions and
//! the form for replies out. Accepts what `grammar`'s lexicons accept.

mod calendar;
mod clock;
mod count;
mod cursor;

use jiff::civil::DateTime;
use thiserror::Error;

use crate::grammar;
use crate::model::{SlotChoice, SlotKind};
use crate::turn::SlotValue;

pub use clock::say as say_time;
pub use count::say_duration;

use cursor::Cursor;

/// A slot's words, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What actions and JSON carry.
    pub value: SlotValue,
    /// What a reply says.
    pub spoken: String,
}

/// Why words are no value of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// They say something else.
    #[error("not a value of this slot")]
    NotAValue,
    /// A number outside the slot's range.
    #[error("out of the slot's range")]
    OutOfRange,
}

/// Reads `words`, which must be canonical ([`grammar::canonical`]) and all
/// belong to the value. Relative days and times of day without "am" or "pm"
/// are the next ones after `now`.
///
/// # Errors
/// When they are not a value of that kind, or one out of range.
pub fn read(kind: &SlotKind, words: &[&str], now: DateTime) -> Result<Reading, Unreadable> {
    let mut cursor = Cursor::new(words);
    let reading = match kind {
        SlotKind::Values(choices) => {
            return find_choice(choices, words).ok_or(Unreadable::NotAValue);
        }
        SlotKind::Text if words.is_empty() => None,
        SlotKind::Text => {
            let text = words.join(" ");
            return Ok(Reading {
                value: SlotValue::Text(text.clone()),
                spoken: text,
            });
        }
        SlotKind::Number { min, max, unit } => {
            let number = count::number(&mut cursor);
            cursor.unit(unit.as_deref());
            if let Some(number) = number
                && (min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max))
            {
                return Err(Unreadable::OutOfRange);
            }
            number.map(|n| Reading {
                value: SlotValue::Number(n),
                spoken: count::say(n),
            })
        }
        SlotKind::Duration => count::duration(&mut cursor).map(|seconds| Reading {
            value: SlotValue::Duration(seconds),
            spoken: count::say_duration(seconds),
        }),
        SlotKind::Time => clock::time(&mut cursor, now.time()).map(|(hour, minute)| Reading {
            value: SlotValue::Time { hour, minute },
            spoken: clock::say(hour, minute),
        }),
        SlotKind::Date => calendar::date(&mut cursor, now.date()),
    };
    reading
        .filter(|_| cursor.is_done())
        .ok_or(Unreadable::NotAValue)
}

/// Reads a value as a person or a model wrote it: articles before it are
/// passed over, free text keeps its spelling.
///
/// # Errors
/// As [`read`].
pub fn read_text(kind: &SlotKind, text: &str, now: DateTime) -> Result<Reading, Unreadable> {
    if *kind == SlotKind::Text {
        let text = text.trim();
        let reading = Reading {
            value: SlotValue::Text(text.to_owned()),
            spoken: text.to_owned(),
        };
        return if text.is_empty() {
            Err(Unreadable::NotAValue)
        } else {
            Ok(reading)
        };
    }
    let words = grammar::canonical(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let whole = read(kind, &words, now);
    match words.split_first() {
        Some((&("the" | "a" | "an" | "my" | "our" | "at" | "for" | "on" | "to"), rest))
            if whole.is_err() =>
        {
            read(kind, rest, now)
        }
        _ => whole,
    }
}

/// The reading of an enumerated value.
#[must_use]
pub fn of_choice(choice: &SlotChoice) -> Reading {
    Reading {
        value: SlotValue::Text(choice.value.clone()),
        spoken: choice.say.first().unwrap_or(&choice.value).clone(),
    }
}

fn find_choice(choices: &[SlotChoice], words: &[&str]) -> Option<Reading> {
    let said = |choice: &&SlotChoice| {
        let forms = choice.say.iter().chain([&choice.value]);
        forms
            .map(|form| grammar::canonical(&form.replace('_', " ")))
            .any(|form| form == words)
    };
    let mut found = choices.iter().filter(said);
    let first = found.next()?;
    // Two values with one name: nobody can tell which was meant.
    found.next().is_none().then(|| of_choice(first))
}
