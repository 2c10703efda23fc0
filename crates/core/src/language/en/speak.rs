//! Values in words, as replies say them. Every form is one that the readers
//! beside this module understand.

use jiff::civil::{Date, Time};

use super::date::DATES;
use super::figures;
use super::numerals::{NUMERALS, SMALL};
use crate::language::shared::speak::SpeakWords;
use crate::language::{DayPart, WeekdaySet};

pub(super) static SPEAK: SpeakWords = SpeakWords {
    dates: &DATES,
    capitals: true,
    whole,
    ordinal,
    minus: "minus",
    point: '.',
    units: [
        ("one day", "days"),
        ("one hour", "hours"),
        ("one minute", "minutes"),
        ("one second", "seconds"),
    ],
    no_time: "zero seconds",
    time,
    date,
    year: |year| figures::year(year.unsigned_abs().into()),
    near: ["yesterday", "today", "tomorrow"],
    sets: &[
        (WeekdaySet::DAILY, "every day"),
        (WeekdaySet::WORKING, "on weekdays"),
        (WeekdaySet::WEEKEND, "at weekends"),
    ],
    every: "every",
    and: "and",
    named_day,
    part_of,
};

/// A whole number in words: 405 is "four hundred and five".
#[must_use]
pub(super) fn whole(number: i64) -> String {
    let sign = if number < 0 { "minus " } else { "" };
    let magnitude = number.unsigned_abs();
    // Nobody listens to a longer one; the voice reads the digits.
    if 1_000_000_000_000 <= magnitude {
        return number.to_string();
    }
    let mut words = Vec::new();
    let mut rest = magnitude;
    for (unit, name) in [
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
        (1_000, "thousand"),
    ] {
        if unit <= rest {
            words.push(format!("{} {name}", below_thousand(rest / unit)));
            rest %= unit;
        }
    }
    if words.is_empty() || 0 < rest {
        let and = if !words.is_empty() && rest < 100 {
            "and "
        } else {
            ""
        };
        words.push(format!("{and}{}", below_thousand(rest)));
    }
    format!("{sign}{}", words.join(" "))
}

fn below_thousand(number: u64) -> String {
    match (number / 100, number % 100) {
        (0, rest) => NUMERALS.cardinal(rest),
        (hundreds, 0) => format!("{} hundred", NUMERALS.cardinal(hundreds)),
        (hundreds, rest) => format!(
            "{} hundred and {}",
            NUMERALS.cardinal(hundreds),
            NUMERALS.cardinal(rest)
        ),
    }
}

/// The place of something in a row: 405 is "four hundred and fifth".
#[must_use]
pub(super) fn ordinal(number: u64) -> String {
    NUMERALS.ordinal_of(&whole(i64::try_from(number).unwrap_or(i64::MAX)))
}

/// A time of day: "half past seven in the evening". The half of the day is
/// always said, since it may have been guessed.
#[must_use]
pub(super) fn time(time: Time) -> String {
    let half = match (time.hour(), time.minute()) {
        (0, 0) => return "midnight".to_owned(),
        (12, 0) => return "noon".to_owned(),
        (..12, _) => "in the morning",
        (12..18, _) => "in the afternoon",
        (18..22, _) => "in the evening",
        _ => "at night",
    };
    format!("{} {half}", time_of_half(time))
}

/// A time of day of which the half is unknown, or said by other words:
/// "quarter to eight", "twelve o'clock".
#[must_use]
pub(super) fn time_of_half(time: Time) -> String {
    let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    let name = |hour: u8| SMALL[usize::from((hour + 11) % 12 + 1)];
    match minute {
        0 => format!("{} o'clock", name(hour)),
        15 => format!("quarter past {}", name(hour)),
        30 => format!("half past {}", name(hour)),
        45 => format!("quarter to {}", name((hour + 1) % 24)),
        1..10 => format!("{} oh {}", name(hour), SMALL[usize::from(minute)]),
        _ => format!("{} {}", name(hour), NUMERALS.cardinal(minute.into())),
    }
}

/// A day of the calendar: "Friday the third of May".
fn date(date: Date) -> String {
    let day = NUMERALS.ordinal(u64::from(date.day().unsigned_abs()));
    let (weekday, month) = (SPEAK.weekday(date), SPEAK.month(date));
    format!("{weekday} the {day} of {month}")
}

fn named_day(words: &[&str], _part: Option<DayPart>) -> String {
    let said = words.join(" ");
    if said.starts_with("day ") {
        format!("the {said}")
    } else {
        said
    }
}

fn part_of(day: &str, part: DayPart) -> String {
    let part = match part {
        DayPart::Morning => "morning",
        DayPart::Afternoon => "afternoon",
        DayPart::Evening => "evening",
        DayPart::Night => "night",
    };
    format!("{day} {part}")
}

/// The plural of a noun.
pub(super) fn plural(word: &str) -> String {
    let before_y = word.chars().rev().nth(1);
    if word.ends_with('y') && before_y.is_some_and(|c| !"aeiou".contains(c)) {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    let hissing = ["s", "x", "z", "ch", "sh"];
    if hissing.iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    format!("{word}s")
}
