//! Moments: times, days, parts of the day and repetitions that stand in one
//! sentence, and the time of day that they mean together.

use jiff::civil::{Date, DateTime, Time};

use super::{Reading, forms, say_time};
use crate::grammar::canonical;
use crate::language::{
    ClockTime, DayPart, Half, Recurrence, Settled, settle, settle_waking, spoken,
};
use crate::turn::{Intent, Slot, SlotValue};

/// The time of day that `words` begin with, as it was said, and the number of
/// its words.
#[must_use]
pub fn clock_time(words: &[&str]) -> Option<(ClockTime, usize)> {
    forms::time().longest(words)
}

/// The part of the day that `words` begin with, and the number of its words:
/// "in the morning", "tonight".
#[must_use]
pub fn part_of_day(words: &[&str]) -> Option<(DayPart, usize)> {
    forms::part().longest(words)
}

/// The part of some day that `words` begin with, with the days from today where
/// they say so, and the number of its words.
#[must_use]
pub fn part_of_some_day(words: &[&str]) -> Option<((DayPart, Option<i8>), usize)> {
    forms::part_of_some_day().longest(words)
}

/// The parts of the day that are said anywhere, also behind a day: "tomorrow
/// morning", "every evening".
#[must_use]
pub fn parts_of_day(words: &[&str]) -> Vec<DayPart> {
    let mut found = Vec::new();
    for at in 0..words.len() {
        let rest = &words[at..];
        let with_day = forms::day()
            .prefixes(rest)
            .into_iter()
            .find_map(|((_, part), _)| part);
        let behind = forms::recurring_part().longest(rest).map(|(part, _)| part);
        found.extend(
            part_of_day(rest)
                .map(|(part, _)| part)
                .or(with_day)
                .or(behind),
        );
    }
    found.dedup();
    found
}

/// The repetition that `words` begin with, and the number of its words. One
/// that is no set of weekdays is [`Recurrence::Unsupported`], so that it is
/// refused and not dropped.
#[must_use]
pub fn recurrence(words: &[&str]) -> Option<(Recurrence, usize)> {
    let found = forms::recurrence().prefixes(words).into_iter();
    // Of equally long ones, what cannot be had counts.
    found.max_by_key(|(what, count)| (*count, *what == Recurrence::Unsupported))
}

/// A point in time that was said in one piece, with its day or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time of day.
    pub time: ClockTime,
    /// The part of the day that was said with the day.
    pub part: Option<DayPart>,
    /// The day.
    pub date: Option<Date>,
}

/// The time that `words` begin with, with the day on either side of it:
/// "tomorrow morning at six", "at six tomorrow morning", "at six". Also the
/// number of its words.
#[must_use]
pub fn moment(words: &[&str], now: DateTime) -> Option<(Moment, usize)> {
    let mut best: Option<(Moment, usize)> = None;
    let mut add = |moment: Moment, count: usize| {
        // Of equally long ones, that with its day.
        let dated = moment.date.is_some();
        if best.is_none_or(|(_, most)| most < count || dated && most == count) {
            best = Some((moment, count));
        }
    };
    let before = spoken().phrases().before_time;
    let at = |from: usize| from + usize::from(words.get(from) == Some(&before));
    let days = |from: usize| {
        let read = forms::day().prefixes(&words[from..]).into_iter();
        read.filter_map(move |((day, part), count)| Some((day.on(now.date())?, part, from + count)))
    };
    for (time, count) in forms::time().prefixes(&words[at(0)..]) {
        let end = at(0) + count;
        let (part, date) = (None, None);
        add(Moment { time, part, date }, end);
        for (date, part, end) in days(end) {
            let date = Some(date);
            add(Moment { time, part, date }, end);
        }
    }
    for (date, part, end) in days(0) {
        for (time, count) in forms::time().prefixes(&words[at(end)..]) {
            let date = Some(date);
            add(Moment { time, part, date }, at(end) + count);
        }
    }
    best
}

/// The time of a slot as it was said; `None` where the slot holds none.
#[must_use]
pub fn said_time(slot: &SlotValue) -> Option<ClockTime> {
    let SlotValue::Time { hour, minute, open } = *slot else {
        return None;
    };
    let minutes = 60 * u16::from(hour) + u16::from(minute);
    Some(if open {
        ClockTime {
            minutes: minutes % (12 * 60),
            half: Half::Unsaid,
        }
    } else {
        ClockTime {
            minutes,
            half: Half::Fixed,
        }
    })
}

pub(super) fn time_reading(time: Time, open: bool) -> Reading {
    let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    Reading {
        value: SlotValue::Time { hour, minute, open },
        spoken: say_time(hour, minute),
    }
}

/// What the time of an intent is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUse {
    /// Something happens then.
    Sets,
    /// Somebody is woken then.
    Wakes,
    /// It names what is set already, in whichever half of the day.
    Names,
}

/// Settles the half of the day of the intent's time by its day or its
/// repetition, whatever slots hold them, and by what it is for. `said` are the
/// canonical words of the command, for a part of the day that no slot holds.
/// Gives the other reading where either may be meant, and `Err` where what was
/// said contradicts itself.
///
/// # Errors
/// The slot whose time is not in the part of the day that was said.
pub fn settle_times(
    intent: &mut Intent,
    said: &[&str],
    used: TimeUse,
    now: DateTime,
) -> Result<Option<Intent>, String> {
    let is_time = |slot: &&Slot| matches!(slot.value, SlotValue::Time { .. });
    let mut times = intent.slots.iter().filter(is_time);
    let (Some(slot), None) = (times.next(), times.next()) else {
        return Ok(None);
    };
    let (name, Some(time)) = (slot.name.clone(), said_time(&slot.value)) else {
        return Ok(None);
    };
    let date = intent.slots.iter().find_map(|slot| date_of(&slot.value));
    let spoken = intent.slots.iter().filter(|slot| !is_time(slot));
    let spoken: Vec<Vec<String>> = spoken.map(|slot| canonical(&slot.spoken)).collect();
    let recurring = spoken.iter().any(|text| {
        let words: Vec<&str> = text.iter().map(String::as_str).collect();
        recurrence(&words).is_some_and(|(_, count)| count == words.len())
    });
    if date.is_none() && !recurring && used != TimeUse::Wakes {
        return Ok(None);
    }
    let texts = intent.slots.iter().filter_map(|slot| match &slot.value {
        SlotValue::Text(text) => Some(canonical(text)),
        _ => None,
    });
    let said = without(said, texts.collect());
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let part = of_slots(intent).or_else(|| match parts_of_day(&said).as_slice() {
        [part] => Some(*part),
        _ => None,
    });
    if used == TimeUse::Names && part.is_none() {
        return Ok(None);
    }
    let settled = if date.is_none() && !recurring {
        if time.half != Half::Unsaid || part.is_some() {
            return Ok(None);
        }
        settle_waking(time.minutes, now)
    } else {
        settle(time, part, date, recurring, now)
    };
    match settled {
        Settled::At(time, day) => {
            set(intent, &name, time, day);
            Ok(None)
        }
        Settled::Either(first, second) => {
            let mut other = intent.clone();
            set(intent, &name, first, date);
            set(&mut other, &name, second, date);
            Ok(Some(other))
        }
        Settled::Never => Err(name),
    }
}

/// Whether canonical words speak of getting up.
#[must_use]
pub fn wakes(words: &[&str]) -> bool {
    let runs = spoken().order().waking;
    let stands = |run: &&str| {
        let run: Vec<&str> = run.split(' ').collect();
        words.windows(run.len()).any(|words| words == run)
    };
    runs.iter().any(stands)
}

/// The part of the day that a slot's day was said with.
fn of_slots(intent: &Intent) -> Option<DayPart> {
    let days = intent
        .slots
        .iter()
        .filter(|slot| date_of(&slot.value).is_some());
    days.into_iter().find_map(|slot| {
        let words = canonical(&slot.spoken);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let read = forms::day().prefixes(&words).into_iter();
        let mut whole = read.filter(|(_, count)| *count == words.len());
        whole.find_map(|((_, part), _)| part)
    })
}

/// The words without those of free texts, which may tell of any time.
fn without(said: &[&str], texts: Vec<Vec<String>>) -> Vec<String> {
    let mut said: Vec<String> = said.iter().map(|word| (*word).to_owned()).collect();
    for text in texts {
        let at = said
            .windows(text.len().max(1))
            .position(|window| window == text);
        if let Some(at) = at {
            // A gap, so that the words around do not meet.
            said.splice(at..at + text.len(), [String::new()]);
        }
    }
    said
}

fn date_of(value: &SlotValue) -> Option<Date> {
    let SlotValue::Date { year, month, day } = *value else {
        return None;
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn set(intent: &mut Intent, name: &str, time: Time, date: Option<Date>) {
    for slot in &mut intent.slots {
        if slot.name == name {
            let reading = time_reading(time, false);
            slot.value = reading.value;
            slot.spoken = reading.spoken;
        } else if let (SlotValue::Date { year, month, day }, Some(date)) = (&mut slot.value, date) {
            *year = date.year();
            *month = date.month().unsigned_abs();
            *day = date.day().unsigned_abs();
        }
    }
}
