//! Values in words, as replies say them. Every form is one that the readers
//! beside this module understand.

use jiff::civil::{Date, Time};

use super::date::{MONTHS, WEEKDAYS};
use super::figures;
use super::numerals::{self, SMALL};
use crate::language::{Day, DayPart, Value, WeekdaySet, WhichDay};

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
        (0, rest) => numerals::cardinal(rest),
        (hundreds, 0) => format!("{} hundred", numerals::cardinal(hundreds)),
        (hundreds, rest) => format!(
            "{} hundred and {}",
            numerals::cardinal(hundreds),
            numerals::cardinal(rest)
        ),
    }
}

/// A number in words, or in digits where words would be long.
#[must_use]
pub(super) fn number(number: f64) -> String {
    let magnitude = number.abs();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "guarded: whole and below a million"
    )]
    if magnitude.fract() == 0.0 && magnitude < 1e6 {
        whole(number as i64)
    } else if number < 0.0 {
        format!("minus {magnitude}")
    } else {
        magnitude.to_string()
    }
}

/// The place of something in a row: 405 is "four hundred and fifth".
#[must_use]
pub(super) fn ordinal(number: u64) -> String {
    let words = whole(i64::try_from(number).unwrap_or(i64::MAX));
    match words.rsplit_once(' ') {
        Some((head, last)) => format!("{head} {}", numerals::ordinal_word(last)),
        None => numerals::ordinal_word(&words),
    }
}

/// A stretch of time: "one hour, two minutes and five seconds".
#[must_use]
pub(super) fn duration(seconds: u64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, one, many) in [
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
        (1, "second", "seconds"),
    ] {
        let count = rest / unit;
        rest %= unit;
        if count > 0 {
            let name = if count == 1 { one } else { many };
            let count = whole(i64::try_from(count).unwrap_or(i64::MAX));
            parts.push(format!("{count} {name}"));
        }
    }
    match parts.pop() {
        None => "zero seconds".to_owned(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
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
        _ => format!("{} {}", name(hour), numerals::cardinal(minute.into())),
    }
}

/// A day of the calendar: "Friday the third of May", with its year where it is
/// not the next such day from `today` on.
#[must_use]
pub(super) fn date(date: Date, today: Option<Date>) -> String {
    let day = numerals::ordinal(u64::from(date.day().unsigned_abs()));
    let month = capital(MONTHS[usize::from(date.month().unsigned_abs()) - 1]);
    let said = format!("{} the {day} of {month}", weekday(date));
    let next = |today: Date| {
        let years = today.year()..=date.year();
        let mut later = years.filter_map(|year| Date::new(year, date.month(), date.day()).ok());
        later.find(|later| today <= *later) == Some(date)
    };
    if today.is_none_or(next) {
        said
    } else {
        format!(
            "{said} {}",
            figures::year(date.year().unsigned_abs().into())
        )
    }
}

/// A day as it is called from `today`: "tomorrow", "Friday", or its date.
#[must_use]
pub(super) fn day(day: Date, today: Option<Date>) -> String {
    let away = today
        .and_then(|today| today.until(day).ok())
        .map(|span| span.get_days());
    match away {
        Some(-1) => "yesterday".into(),
        Some(0) => "today".into(),
        Some(1) => "tomorrow".into(),
        Some(2..=6) => weekday(day),
        _ => date(day, today),
    }
}

/// The day of the week: "Friday".
#[must_use]
pub(super) fn weekday(date: Date) -> String {
    weekday_name(usize::from(
        date.weekday().to_monday_zero_offset().unsigned_abs(),
    ))
}

pub(super) fn weekday_name(day: usize) -> String {
    capital(WEEKDAYS[day % 7])
}

/// Days that come again every week: "every day", "on weekdays", "every Monday
/// and Thursday"; nothing for none.
#[must_use]
pub(super) fn days(days: WeekdaySet) -> String {
    match days {
        WeekdaySet::DAILY => "every day".into(),
        WeekdaySet::WORKING => "on weekdays".into(),
        WeekdaySet::WEEKEND => "at weekends".into(),
        _ => {
            let names: Vec<String> = days.days().map(weekday_name).collect();
            match names.split_last() {
                None => String::new(),
                Some((last, [])) => format!("every {last}"),
                Some((last, head)) => format!("every {} and {last}", head.join(", ")),
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
            let said = words.join(" ");
            return if said.starts_with("day ") {
                format!("the {said}")
            } else {
                said
            };
        }
        Day::Weekday(_, WhichDay::Coming | WhichDay::This) => weekday(date),
        _ => self::date(date, Some(today)),
    };
    match part {
        Some(DayPart::Morning) => format!("{named} morning"),
        Some(DayPart::Afternoon) => format!("{named} afternoon"),
        Some(DayPart::Evening) => format!("{named} evening"),
        Some(DayPart::Night) => format!("{named} night"),
        None => named,
    }
}

/// A value in words.
pub(super) fn value(value: Value) -> String {
    match value {
        Value::Number(value) => number(value),
        Value::Whole(value) => whole(value),
        Value::Ordinal(place) => ordinal(place),
        Value::Duration(seconds) => duration(seconds),
        Value::Time(value) => time(value),
        Value::Day { day, today } => self::day(day, today),
        Value::Date { day, today } => date(day, today),
        Value::Weekday(day) => weekday(day),
        Value::Days(value) => days(value),
    }
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

/// "a, b and c", with another word than "and" where one is given.
pub(super) fn listing(items: &[String], word: Option<&str>) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), word.unwrap_or("and")),
    }
}
