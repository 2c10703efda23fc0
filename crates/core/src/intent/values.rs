//! What a slot's words mean: canonical words in, the value for actions and
//! the form for replies out. Accepts what `grammar`'s lexicons accept, because
//! both come from the language's forms.

mod forms;
mod moments;

use jiff::civil::{DateTime, Time};
use thiserror::Error;

use crate::grammar;
use crate::language::{Amount, ClockTime, Day, DayPart, Half, Settled, Value, settle, spoken};
use crate::model::{SlotChoice, SlotKind};
use crate::turn::SlotValue;

pub use moments::{
    Moment, TimeUse, clock_time, moment, part_of_day, part_of_some_day, parts_of_day, recurrence,
    said_time, settle_times, wakes,
};

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
    /// A number outside the slot's range, or a day that does not exist.
    #[error("out of the slot's range")]
    OutOfRange,
}

/// So many digits in a row are a number that no slot holds.
const TOO_MANY_DIGITS: usize = 10;

/// Reads `words`, which must be canonical ([`grammar::canonical`]) and all
/// belong to the value. Relative days and times of day without "am" or "pm"
/// are the next ones after `now`.
///
/// # Errors
/// When they are not a value of that kind, or one out of range.
pub fn read(kind: &SlotKind, words: &[&str], now: DateTime) -> Result<Reading, Unreadable> {
    if words.is_empty() {
        return Err(Unreadable::NotAValue);
    }
    let reading = match kind {
        SlotKind::Values(choices) => find_choice(choices, words),
        SlotKind::Text => {
            let text = words.join(" ");
            Some(Reading {
                value: SlotValue::Text(text.clone()),
                spoken: text,
            })
        }
        SlotKind::Number { min, max, unit } => {
            let unit = unit.as_deref();
            if is_endless(words) {
                return Err(Unreadable::OutOfRange);
            }
            let amount = forms::number(unit, |form| form.whole(words));
            return within(amount.ok_or(Unreadable::NotAValue)?, *min, *max);
        }
        SlotKind::Duration => forms::duration().whole(words).map(of_duration),
        SlotKind::Time => forms::time().whole(words).map(|said| of_time(said, now)),
        SlotKind::Date => {
            let whole = forms::day().prefixes(words).into_iter();
            let mut whole = whole.filter(|(_, count)| *count == words.len()).peekable();
            let said = whole.peek().is_some();
            let read = whole.find_map(|((day, part), _)| of_day(day, part, words, now));
            // The thirtieth of February.
            return read.ok_or(if said {
                Unreadable::OutOfRange
            } else {
                Unreadable::NotAValue
            });
        }
    };
    reading.ok_or(Unreadable::NotAValue)
}

/// The longest beginning of `words` that is a value of that kind, with the
/// number of its words. A number out of range is an error with its length, so
/// that nobody takes a part of it.
///
/// # Errors
/// When they begin with no value, or with one out of range.
pub fn longest(
    kind: &SlotKind,
    words: &[&str],
    now: DateTime,
) -> Result<(Reading, usize), (Unreadable, usize)> {
    let count = match kind {
        SlotKind::Values(_) | SlotKind::Text => (1..=words.len())
            .rev()
            .find(|count| read(kind, &words[..*count], now).is_ok()),
        SlotKind::Number { unit, .. } => {
            let endless = words.iter().take_while(|word| is_digit(word)).count();
            if TOO_MANY_DIGITS <= endless {
                return Err((Unreadable::OutOfRange, endless));
            }
            forms::number(unit.as_deref(), |form| form.longest(words)).map(|(_, count)| count)
        }
        SlotKind::Duration => forms::duration().longest(words).map(|(_, count)| count),
        SlotKind::Time => forms::time().longest(words).map(|(_, count)| count),
        SlotKind::Date => forms::day().longest(words).map(|(_, count)| count),
    };
    let count = count.ok_or((Unreadable::NotAValue, 0))?;
    match read(kind, &words[..count], now) {
        Ok(reading) => Ok((reading, count)),
        Err(why) => Err((why, count)),
    }
}

fn is_digit(word: &str) -> bool {
    spoken().is_digit(word)
}

fn is_endless(words: &[&str]) -> bool {
    TOO_MANY_DIGITS <= words.len() && words[..TOO_MANY_DIGITS].iter().all(|word| is_digit(word))
}

fn within(amount: Amount, min: Option<f64>, max: Option<f64>) -> Result<Reading, Unreadable> {
    let number = match amount {
        Amount::Number(number) => number,
        Amount::Most => max.unwrap_or(100.0),
        Amount::Least => min.unwrap_or(0.0),
    };
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| max < number) {
        return Err(Unreadable::OutOfRange);
    }
    Ok(Reading {
        value: SlotValue::Number(number),
        spoken: Value::Number(number).said(),
    })
}

/// The kind of an amount by which a value of `kind` changes: a number no larger
/// than its range is wide.
#[must_use]
pub fn amount_of(kind: &SlotKind) -> SlotKind {
    match kind {
        SlotKind::Number { min, max, unit } => SlotKind::Number {
            min: Some(0.0),
            max: min.zip(*max).map(|(min, max)| max - min),
            unit: unit.clone(),
        },
        other => other.clone(),
    }
}

/// The reading of a length of time in seconds.
#[must_use]
pub fn of_duration(seconds: u32) -> Reading {
    Reading {
        value: SlotValue::Duration(seconds),
        spoken: say_duration(seconds),
    }
}

/// A time of day; where its half was not said, the next one after `now`.
fn of_time(said: ClockTime, now: DateTime) -> Reading {
    let time = match settle(said, None, None, false, now) {
        Settled::At(time, _) | Settled::Either(time, _) => time,
        Settled::Never => Time::midnight(),
    };
    moments::time_reading(time, said.half == Half::Unsaid)
}

fn of_day(day: Day, part: Option<DayPart>, words: &[&str], now: DateTime) -> Option<Reading> {
    let today = now.date();
    let date = day.on(today)?;
    Some(Reading {
        value: SlotValue::Date {
            year: date.year(),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
        },
        spoken: spoken().say_day(day, part, words, date, today),
    })
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
        Some((first, rest))
            if whole == Err(Unreadable::NotAValue)
                && spoken().phrases().before_value.contains(first) =>
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

/// `half past seven in the evening`: the half of the day is always said,
/// since it may have been guessed.
#[must_use]
pub fn say_time(hour: u8, minute: u8) -> String {
    let part = |number: u8| i8::try_from(number).unwrap_or(0);
    Time::new(part(hour), part(minute), 0, 0)
        .map_or_else(|_| String::new(), |time| Value::Time(time).said())
}

/// `one hour and twenty minutes`.
#[must_use]
pub fn say_duration(seconds: u32) -> String {
    Value::Duration(seconds.into()).said()
}

#[cfg(test)]
mod tests;
