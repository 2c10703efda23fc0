//! Dates, names of days and months, timestamps.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::super::date::DATES;
use super::super::figures as spell;
use super::super::speak;
use super::{Said, SpokenLine, Stop, figures};
use crate::language::shared::speak::capital;

/// Shortenings of the months' names beyond their first three letters.
const LONGER: [(&str, usize); 1] = [("sept", 8)];

/// The same of days.
const LONGER_DAYS: [(&str, usize); 3] = [("tues", 1), ("thur", 3), ("thurs", 3)];

/// Words before `1/5` that make it a date.
const BEFORE_DATE: [&str; 9] = [
    "on", "by", "until", "till", "since", "from", "before", "after", "dated",
];

/// Words behind `May 5` where it can be no verb or count.
const AFTER_DATE: [&str; 20] = [
    "at", "from", "to", "until", "till", "and", "or", "is", "was", "in", "for", "with", "through",
    "by", "between", "after", "before", "the", "i", "we",
];

/// Whether a word is a name of a month or day, in full or shortened.
pub(super) fn is_name(word: &str) -> bool {
    month(word).is_some() || weekday(word).is_some()
}

/// The place of a month in the year from 0, by its name or a shortening.
fn month(word: &str) -> Option<usize> {
    named(word, &DATES.months, &LONGER)
}

/// The place of a day in the week from 0, Monday.
fn weekday(word: &str) -> Option<usize> {
    named(word, &DATES.weekdays, &LONGER_DAYS)
}

fn named(word: &str, names: &[&str], longer: &[(&str, usize)]) -> Option<usize> {
    let word = word.to_lowercase();
    let fits = |name: &&str| {
        let name = name.to_lowercase();
        name == word || word.len() == 3 && name.starts_with(&word)
    };
    let short = || longer.iter().find(|(short, _)| *short == word);
    names
        .iter()
        .position(fits)
        .or_else(|| short().map(|(_, place)| *place))
}

/// The name that a shortened one stands for, where what is around it shows
/// that it is one.
pub(super) fn in_full(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    if !core.starts_with(char::is_uppercase) {
        return None;
    }
    let name = match (month(core), weekday(core)) {
        (Some(month), _) => capital(DATES.months[month]),
        (_, Some(day)) => capital(DATES.weekdays[day]),
        _ => return None,
    };
    if name == *core {
        return None;
    }
    let stop = line.tokens[at].after.starts_with('.');
    let digit = |core: &str| core.starts_with(|c: char| c.is_ascii_digit());
    let before = at.checked_sub(1).map_or("", |at| line.core(at));
    let next = line.core(at + 1);
    let cue = |word: &str| {
        let cues = [
            "on", "in", "this", "next", "last", "every", "until", "from", "by", "since", "each",
        ];
        cues.contains(&word.to_lowercase().as_str())
    };
    let beside = |word: &str| digit(word) || is_name(word) && !word.eq_ignore_ascii_case("may");
    (stop || beside(before) || beside(next) || cue(before)).then_some(Said {
        text: name,
        tokens: 1,
        stop: if stop { Stop::Name } else { Stop::Sentence },
    })
}

/// `Mon–Fri`, `Jan-Mar`.
pub(super) fn range(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let (from, to) = core.split_once(['–', '-'])?;
    let name = |word: &str| {
        let is_name = word.starts_with(char::is_uppercase);
        let name = month(word)
            .map(|place| capital(DATES.months[place]))
            .or_else(|| weekday(word).map(|place| capital(DATES.weekdays[place])));
        name.filter(|_| is_name)
    };
    if let (Some(from), Some(to)) = (name(from), name(to)) {
        return Some(Said::new(format!("{from} to {to}"), 1));
    }
    let letter =
        |text: &str| text.chars().count() == 1 && text.chars().all(|c| c.is_ascii_uppercase());
    (letter(from) && letter(to)).then(|| Said::new(format!("{from} to {to}"), 1))
}

/// `2026-05-01T07:00:00+00:00`, also with a blank: the date and the time, in
/// the zone of the box where the text names another.
pub(super) fn timestamp(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    if core.len() < 10 || !core.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (local, tokens) = match moment(core, line) {
        Some(local) => (local, 1),
        None if core.len() == 10 && line.joined(at) => {
            let both = format!("{core}T{}", line.core(at + 1));
            (moment(&both, line)?, 2)
        }
        None => return None,
    };
    let time = speak::time(local.time());
    Some(Said::new(
        format!("{} at {time}", full(local.date())),
        tokens,
    ))
}

fn moment(text: &str, line: &SpokenLine<'_>) -> Option<DateTime> {
    let separated = text
        .as_bytes()
        .get(10)
        .is_some_and(|b| matches!(b, b'T' | b't'));
    if !separated {
        return None;
    }
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(line.zone.to_datetime(moment)),
        Err(_) => text.parse::<DateTime>().ok(),
    }
}

/// "the first of May"
fn of_year(date: Date) -> String {
    let month = DATES.months[usize::from(date.month().unsigned_abs()) - 1];
    let day = speak::ordinal(date.day().unsigned_abs().into());
    format!("the {day} of {}", capital(month))
}

/// "the first of May, twenty twenty six"
fn full(date: Date) -> String {
    let year = u64::from(date.year().unsigned_abs());
    format!("{}, {}", of_year(date), spell::year(year))
}

/// A date in digits or with the month's name.
pub(super) fn date(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    in_digits(line, at)
        .or_else(|| month_first(line, at))
        .or_else(|| day_first(line, at))
}

/// `2026-05-01`, `1/31/2023`, `01.05.2026`, `5/1`.
fn in_digits(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let fields = |sign: char| -> Option<Vec<u16>> {
        let fields: Vec<&str> = core.split(sign).collect();
        let digits =
            |text: &&str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !fields.iter().all(digits) {
            return None;
        }
        fields.iter().map(|field| field.parse().ok()).collect()
    };
    let valid = |year: u16, month: u16, day: u16| {
        let year = i16::try_from(year).ok()?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    // Two digits are a year of this century, or of the last one.
    let century = |year: u16| match year {
        ..70 => 2_000 + year,
        70..100 => 1_900 + year,
        _ => year,
    };
    for sign in ['-', '/', '.'] {
        let date = match fields(sign).as_deref() {
            Some(&[year, month, day]) if core.find(sign) == Some(4) => valid(year, month, day),
            // With points the day comes first, with slashes the month, where
            // it can be one.
            Some(&[day, month, year]) if sign == '.' && 99 < year => valid(year, month, day),
            Some(&[first, second, year]) if sign == '/' => {
                let year = century(year);
                valid(year, first, second).or_else(|| valid(year, second, first))
            }
            _ => None,
        };
        if let Some(date) = date {
            return Some(Said::new(full(date), 1));
        }
    }
    let (first, second) = figures::over(core).filter(|_| core != "24/7")?;
    let cue = BEFORE_DATE.contains(&line.before(at).as_str()) || is_name(&line.before(at));
    let rated = matches!(second, 10 | 100) && first <= second;
    if !cue && (rated || figures::fraction(core).is_some()) {
        return None;
    }
    let (first, second) = (u16::try_from(first).ok()?, u16::try_from(second).ok()?);
    // A leap year, so that any day of the calendar is one.
    let date = valid(2_000, first, second).or_else(|| valid(2_000, second, first))?;
    Some(Said::new(of_year(date), 1))
}

/// `May 5`, `Jan. 5, 2026`, `May 3-5`.
fn month_first(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let month = month(core).filter(|_| core.starts_with(char::is_uppercase))?;
    let after = line.tokens[at].after;
    if !matches!(after, "" | ".") {
        return None;
    }
    let day = days(line.core(at + 1))?;
    let (year, tokens) = year(line, at + 1);
    let next = line.behind(at + 1);
    let ambiguous = core == "May" || core == "March";
    let free = next.is_empty() || AFTER_DATE.contains(&next.to_lowercase().as_str());
    if year.is_none() && !free && (ambiguous || next.starts_with(char::is_lowercase)) {
        return None;
    }
    let year = year.map_or_else(String::new, |year| format!(", {}", spell::year(year)));
    Some(Said::new(
        format!("{} {day}{year}", capital(DATES.months[month])),
        2 + tokens,
    ))
}

/// `5 May`, `5 Jan. 2026`.
fn day_first(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let day = days(line.core(at))?;
    let name = line.behind(at);
    let month = month(name).filter(|_| name.starts_with(char::is_uppercase))?;
    let (year, tokens) = year(line, at + 1);
    let the = if line.before(at) == "the" { "" } else { "the " };
    let year = year.map_or_else(String::new, |year| format!(", {}", spell::year(year)));
    Some(Said {
        text: format!("{the}{day} of {}{year}", capital(DATES.months[month])),
        tokens: 2 + tokens,
        stop: if tokens == 0 && !name.eq_ignore_ascii_case(DATES.months[month]) {
            Stop::Shortening
        } else {
            Stop::Sentence
        },
    })
}

/// `5`, `5th`, `3-5`: days of a month as ordinals.
fn days(core: &str) -> Option<String> {
    let day = |text: &str| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ending = &text[digits.len()..];
        let plain = digits.bytes().all(|b| b.is_ascii_digit()) && digits.len() < 3;
        let n: u64 = digits.parse().ok()?;
        (plain && (1..=31).contains(&n) && matches!(ending, "" | "st" | "nd" | "rd" | "th"))
            .then(|| speak::ordinal(n))
    };
    match core.split_once(['–', '-']) {
        Some((from, to)) => Some(format!("{} to {}", day(from)?, day(to)?)),
        None => day(core),
    }
}

/// The year behind a token, and how many tokens it takes.
fn year(line: &SpokenLine<'_>, at: usize) -> (Option<u64>, usize) {
    let after = line.tokens.get(at).map_or("", |token| token.after);
    let core = line.core(at + 1);
    let digits = core.len() == 4 && core.bytes().all(|b| b.is_ascii_digit());
    match core.parse::<u64>() {
        Ok(year) if digits && matches!(after, "" | "," | ".") && (1_000..2_100).contains(&year) => {
            (Some(year), 1)
        }
        _ => (None, 0),
    }
}
