//! Values in words, as replies say them. Every form is one that the readers
//! beside this module understand. Lengths of time are in the accusative ("auf
//! einen Tag"); behind "in" they are in the dative.

use jiff::civil::{Date, Time};

use super::date::DATES;
use super::numerals::NUMERALS;
use crate::language::shared::speak::SpeakWords;
use crate::language::{DayPart, WeekdaySet};

pub(super) static SPEAK: SpeakWords = SpeakWords {
    dates: &DATES,
    capitals: true,
    whole,
    ordinal,
    minus: "minus",
    point: ',',
    units: [
        ("einen Tag", "Tage"),
        ("eine Stunde", "Stunden"),
        ("eine Minute", "Minuten"),
        ("eine Sekunde", "Sekunden"),
    ],
    no_time: "null Sekunden",
    time,
    date: |date| format!("{}, der {}", SPEAK.weekday(date), day_and_month(date, "")),
    year: |year| whole(year.into()),
    near: ["gestern", "heute", "morgen"],
    sets: &[
        (WeekdaySet::DAILY, "jeden Tag"),
        (WeekdaySet::WORKING, "werktags"),
        (WeekdaySet::WEEKEND, "jedes Wochenende"),
    ],
    every: "jeden",
    and: "und",
    named_day,
    part_of: |day, part| format!("{day} {}", part_name(day, part)),
};

/// Counts from here on are said in figures.
const LONGEST: u64 = 1_000_000_000_000;

/// A whole number in words: 405 is "vierhundertfünf".
#[must_use]
pub(super) fn whole(number: i64) -> String {
    let sign = if number < 0 { "minus " } else { "" };
    let magnitude = number.unsigned_abs();
    if LONGEST <= magnitude {
        return number.to_string();
    }
    let mut words = Vec::new();
    for (unit, one, many) in [
        (1_000_000_000, "eine Milliarde", "Milliarden"),
        (1_000_000, "eine Million", "Millionen"),
    ] {
        match magnitude / unit % 1_000 {
            0 => {}
            1 => words.push(one.to_owned()),
            count => words.push(format!("{} {many}", below_million(count))),
        }
    }
    let rest = magnitude % 1_000_000;
    if rest > 0 || words.is_empty() {
        words.push(below_million(rest));
    }
    format!("{sign}{}", words.join(" "))
}

/// One word, as it is written: canonical letters have no sharp s.
fn below_million(number: u64) -> String {
    let words = NUMERALS.cardinal(number).replace(' ', "");
    words
        .replace("dreissig", "dreißig")
        .replace("einstausend", "eintausend")
}

/// The place of something in a row: 24 is "vierundzwanzigste".
#[must_use]
pub(super) fn ordinal(number: u64) -> String {
    let words = NUMERALS.ordinal(number).replace(' ', "");
    words.replace("dreissig", "dreißig")
}

/// A stretch of time behind "in": "in einem Tag", "in drei Tagen".
#[must_use]
pub(super) fn duration_in(seconds: u64) -> String {
    let mut units = SPEAK.units;
    for (unit, one) in
        units
            .iter_mut()
            .zip(["einem Tag", "einer Stunde", "einer Minute", "einer Sekunde"])
    {
        unit.0 = one;
    }
    units[0].1 = "Tagen";
    SPEAK.duration_in(seconds, &units)
}

/// A time of day: "sieben Uhr dreißig morgens". Up to twelve the part of the day is
/// said, since it may have been guessed.
#[must_use]
pub(super) fn time(time: Time) -> String {
    let part = match (time.hour(), time.minute()) {
        (0, 0) => return "Mitternacht".to_owned(),
        (1..4, _) => " nachts",
        (4..10, _) => " morgens",
        (10..12, _) => " vormittags",
        (12, _) => " mittags",
        _ => "",
    };
    format!("{}{part}", on_clock(time.hour(), time.minute()))
}

fn on_clock(hour: i8, minute: i8) -> String {
    let hour = if hour == 1 {
        "ein".to_owned()
    } else {
        whole(hour.into())
    };
    match minute {
        0 => format!("{hour} Uhr"),
        minute => format!("{hour} Uhr {}", whole(minute.into())),
    }
}

/// A day of the calendar behind "am": "Freitag, dem dritten Mai".
#[must_use]
pub(super) fn on_date(date: Date, today: Option<Date>) -> String {
    let said = format!("{}, dem {}", SPEAK.weekday(date), day_and_month(date, "n"));
    SPEAK.with_year(said, date, today)
}

fn day_and_month(date: Date, ending: &str) -> String {
    let day = ordinal(u64::from(date.day().unsigned_abs()));
    format!("{day}{ending} {}", SPEAK.month(date))
}

fn named_day(words: &[&str], part: Option<DayPart>) -> String {
    let first = words.first().copied().unwrap_or_default();
    match part {
        Some(part) => format!("{first} {}", part_name(first, part)),
        None => first.to_owned(),
    }
}

fn part_name(day: &str, part: DayPart) -> &'static str {
    match part {
        DayPart::Morning if day == "morgen" => "früh",
        DayPart::Morning => "Vormittag",
        DayPart::Afternoon => "Nachmittag",
        DayPart::Evening => "Abend",
        DayPart::Night => "Nacht",
    }
}

/// The plural of a noun by its ending, right for most that people count at home.
/// The files of the owner give others.
pub(super) fn plural(word: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let same = ["er", "el", "chen", "lein", "s"];
    if ends(&["ung", "heit", "keit", "schaft", "ion", "tät"]) {
        format!("{word}en")
    } else if word.ends_with("in") {
        format!("{word}nen")
    } else if ends(&["e"]) {
        format!("{word}n")
    } else if ends(&same) {
        word.to_owned()
    } else if ends(&["a", "i", "o", "u", "y"]) {
        format!("{word}s")
    } else {
        format!("{word}e")
    }
}
