//! What a correction says of the time of a command: "no, fifteen minutes", "no,
//! at eight", "make it half past".

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use super::amount::{unit_of, whole_seconds};
use super::recall::{around, placeless};
use crate::grammar::canonical;
use crate::intent::values;
use crate::language::spoken;
use crate::model::SlotKind;
use crate::turn::{SlotValue, When};

/// A time of day that takes the place of another is within so many hours of it,
/// unless its half of the day is said.
pub(super) const NEAR_HOURS: i64 = 6;

/// Shorter than this, a length of time may be said in seconds.
const MINUTE_S: u32 = 60;

/// The other time that a correction gives to a command that was given `when`.
/// `None` where it says more than that, or another thing.
#[must_use]
pub fn moved(heard: &str, when: When, now: DateTime) -> Option<When> {
    let said = canonical(heard);
    let (manner, inner) = around(&said);
    if !manner.corrects || inner.is_empty() {
        return None;
    }
    let bare = placeless(inner);
    let read = |kind: &SlotKind| {
        let words: Vec<&str> = bare.iter().map(String::as_str).collect();
        Some(values::read(kind, &words, now).ok()?.value)
    };
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    match when {
        When::After { seconds: before } | When::For { seconds: before } => {
            let seconds = match (read(&SlotKind::Duration), read(&number)) {
                (Some(SlotValue::Duration(seconds)), _) => seconds,
                (_, Some(SlotValue::Number(count))) => counted_like(before, count)?,
                _ => return None,
            };
            Some(match when {
                When::For { .. } => When::For { seconds },
                _ => When::After { seconds },
            })
        }
        When::At { time, date } => {
            if let Some(SlotValue::Date { year, month, day }) = read(&SlotKind::Date) {
                let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
                let date = Some(Date::new(year, month, day).ok()?);
                return Some(When::At { time, date });
            }
            let time = near(bare, time, now)?;
            Some(When::At { time, date })
        }
    }
}

/// So many of the unit of a length of time. What is no whole number of minutes
/// was no length, but "until nine".
fn counted_like(before: u32, count: f64) -> Option<u32> {
    let unit = unit_of(before);
    let counted = before < MINUTE_S || unit != 1;
    counted.then(|| whole_seconds(count * f64::from(unit)))?
}

/// A time of day in the place of another one: within some hours of it, and with
/// its hour where only the minutes are said.
pub(super) fn near(said: &[String], before: Time, now: DateTime) -> Option<Time> {
    let from = times_near(before, now);
    let words: Vec<&str> = said.iter().map(String::as_str).collect();
    let value = if let Ok(reading) = values::read(&SlotKind::Time, &words, from) {
        reading.value
    } else {
        let words = with_hour(said, before)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        values::read(&SlotKind::Time, &words, from).ok()?.value
    };
    match value {
        SlotValue::Time { hour, minute, .. } => {
            Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
        }
        _ => None,
    }
}

/// What times of day are read from, so that they are near `before`.
pub(super) fn times_near(before: Time, now: DateTime) -> DateTime {
    let near = now.date().to_datetime(before);
    near.saturating_sub(SignedDuration::from_hours(NEAR_HOURS))
}

/// "Half past", said of seven o'clock, is half past seven.
pub(super) fn with_hour(said: &[String], before: Time) -> Option<Vec<String>> {
    let last = said.last()?;
    let lacks_hour = spoken().fragments().before_hour.contains(&last.as_str());
    let hour = match before.hour().unsigned_abs() % 12 {
        0 => 12,
        hour => u64::from(hour),
    };
    let hour = canonical(&spoken().cardinal(hour));
    (lacks_hour && 1 < said.len()).then(|| [said, &hour].concat())
}
