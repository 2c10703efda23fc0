//! Values in words, as replies say them. Every form is one that the readers
//! beside this module understand. Lengths of time are in the accusative ("auf
//! einen Tag"); behind "in" they are in the dative.

use jiff::civil::{Date, Time};

use super::date::{MONTHS, WEEKDAYS};
use super::numerals;
use crate::language::{Day, DayPart, Value, WeekdaySet, WhichDay};

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
    let words = numerals::cardinal(number).replace(' ', "");
    words
        .replace("dreissig", "dreißig")
        .replace("einstausend", "eintausend")
}

/// A number in words, or in figures where words would be long.
#[must_use]
pub(super) fn number(number: f64) -> String {
    let magnitude = number.abs();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "guarded: whole and below a million"
    )]
    if magnitude.fract() == 0.0 && magnitude < 1e6 {
        whole(number as i64)
    } else {
        let sign = if number < 0.0 { "minus " } else { "" };
        format!("{sign}{}", magnitude.to_string().replace('.', ","))
    }
}

/// The place of something in a row: 24 is "vierundzwanzigste".
#[must_use]
pub(super) fn ordinal(number: u64) -> String {
    let words = numerals::ordinal(number).replace(' ', "");
    words.replace("dreissig", "dreißig")
}

/// The case in which a length of time stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// "auf einen Tag", "seit drei Tage"
    Accusative,
    /// "in einem Tag", "in drei Tagen"
    Dative,
}

/// A stretch of time: "eine Stunde, zwei Minuten und fünf Sekunden".
#[must_use]
pub(super) fn duration(seconds: u64, case: Case) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    let dative = case == Case::Dative;
    let feminine = if dative { "einer" } else { "eine" };
    let masculine = if dative { "einem" } else { "einen" };
    for (unit, article, one, many) in [
        (
            86_400,
            masculine,
            "Tag",
            if dative { "Tagen" } else { "Tage" },
        ),
        (3_600, feminine, "Stunde", "Stunden"),
        (60, feminine, "Minute", "Minuten"),
        (1, feminine, "Sekunde", "Sekunden"),
    ] {
        let count = rest / unit;
        rest %= unit;
        match count {
            0 => {}
            1 => parts.push(format!("{article} {one}")),
            count => {
                let count = whole(i64::try_from(count).unwrap_or(i64::MAX));
                parts.push(format!("{count} {many}"));
            }
        }
    }
    match parts.pop() {
        None => "null Sekunden".to_owned(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} und {last}", parts.join(", ")),
    }
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

/// A day of the calendar: "Freitag, der dritte Mai", with its year where it is not
/// the next such day from `today` on.
#[must_use]
pub(super) fn date(date: Date, today: Option<Date>) -> String {
    format!("{}, der {}", weekday(date), day_and_month(date, today, ""))
}

/// The same behind "am": "Freitag, dem dritten Mai".
#[must_use]
pub(super) fn on_date(date: Date, today: Option<Date>) -> String {
    format!("{}, dem {}", weekday(date), day_and_month(date, today, "n"))
}

fn day_and_month(date: Date, today: Option<Date>, ending: &str) -> String {
    let day = ordinal(u64::from(date.day().unsigned_abs()));
    let month = capital(MONTHS[usize::from(date.month().unsigned_abs()) - 1]);
    let next = |today: Date| {
        let years = today.year()..=date.year();
        let mut later = years.filter_map(|year| Date::new(year, date.month(), date.day()).ok());
        later.find(|later| today <= *later) == Some(date)
    };
    let said = format!("{day}{ending} {month}");
    if today.is_none_or(next) {
        said
    } else {
        format!("{said} {}", whole(date.year().into()))
    }
}

/// A day as it is called from `today`: "morgen", "Freitag", or its date.
#[must_use]
pub(super) fn day(day: Date, today: Option<Date>) -> String {
    let away = today
        .and_then(|today| today.until(day).ok())
        .map(|span| span.get_days());
    match away {
        Some(-1) => "gestern".into(),
        Some(0) => "heute".into(),
        Some(1) => "morgen".into(),
        Some(2..=6) => weekday(day),
        _ => date(day, today),
    }
}

/// The day of the week: "Freitag".
#[must_use]
pub(super) fn weekday(date: Date) -> String {
    weekday_name(usize::from(
        date.weekday().to_monday_zero_offset().unsigned_abs(),
    ))
}

pub(super) fn weekday_name(day: usize) -> String {
    capital(WEEKDAYS[day % 7])
}

/// Days that come again every week: "jeden Tag", "werktags", "jeden Montag und
/// Donnerstag"; nothing for none.
#[must_use]
pub(super) fn days(days: WeekdaySet) -> String {
    match days {
        WeekdaySet::DAILY => "jeden Tag".into(),
        WeekdaySet::WORKING => "werktags".into(),
        WeekdaySet::WEEKEND => "jedes Wochenende".into(),
        _ => {
            let names: Vec<String> = days.days().map(weekday_name).collect();
            match names.split_last() {
                None => String::new(),
                Some((last, [])) => format!("jeden {last}"),
                Some((last, head)) => format!("jeden {} und {last}", head.join(", ")),
            }
        }
    }
}

/// With its first letter large.
#[must_use]
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// How a day is called back: as it was said where that is short.
pub(super) fn said_day(
    day: Day,
    part: Option<DayPart>,
    words: &[&str],
    date: Date,
    today: Date,
) -> String {
    let named = match day {
        Day::In { named: true, .. } => {
            let first = words.first().copied().unwrap_or_default();
            return match part {
                Some(part) => format!("{first} {}", part_name(first, part)),
                None => first.to_owned(),
            };
        }
        Day::Weekday(_, WhichDay::Coming | WhichDay::This) => weekday(date),
        _ => self::date(date, Some(today)),
    };
    match part {
        Some(part) => format!("{named} {}", part_name(&named, part)),
        None => named,
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

/// A value in words.
pub(super) fn value(value: Value) -> String {
    match value {
        Value::Number(value) => number(value),
        Value::Whole(value) => whole(value),
        Value::Ordinal(place) => ordinal(place),
        Value::Duration(seconds) => duration(seconds, Case::Accusative),
        Value::Time(value) => time(value),
        Value::Day { day, today } => self::day(day, today),
        Value::Date { day, today } => date(day, today),
        Value::Weekday(day) => weekday(day),
        Value::Days(value) => days(value),
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

/// "a, b und c", with another word than "und" where one is given.
pub(super) fn listing(items: &[String], word: Option<&str>) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), word.unwrap_or("und")),
    }
}
