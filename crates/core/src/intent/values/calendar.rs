//! Days.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use crate::grammar::numerals;
use crate::grammar::numerals::{ORDINALS, SMALL};
use crate::grammar::{MONTHS, WEEKDAYS};
use crate::turn::SlotValue;

use super::Reading;
use super::count::below_hundred;
use super::cursor::Cursor;

/// A day: relative to `today`, a day of the week, or one of the calendar.
/// Without a year it is the next such day.
pub fn date(cursor: &mut Cursor, today: Date) -> Option<Reading> {
    if let Some((date, spoken)) = near(cursor, today) {
        return Some(reading(date?, spoken));
    }
    if let Some(span) = cursor.attempt(in_days) {
        let date = today.checked_add(span).ok()?;
        return Some(reading(date, say(date)));
    }
    cursor.eat("on");
    if let Some(next) = cursor.attempt(|cursor| weekday(cursor, today).filter(|_| cursor.is_done()))
    {
        return Some(next);
    }
    // A day of the week before a date is only for people's ears.
    cursor.place_in(&WEEKDAYS);
    let date = of_calendar(cursor, today)?;
    Some(reading(date, say(date)))
}

fn reading(date: Date, spoken: String) -> Reading {
    let value = SlotValue::Date {
        year: date.year(),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    };
    Reading { value, spoken }
}

fn near(cursor: &mut Cursor, today: Date) -> Option<(Option<Date>, String)> {
    for (said, days) in [
        ("today", 0),
        ("tonight", 0),
        ("this morning", 0),
        ("this afternoon", 0),
        ("this evening", 0),
        ("tomorrow", 1),
        ("the day after tomorrow", 2),
        ("day after tomorrow", 2),
        ("yesterday", -1),
        ("the day before yesterday", -2),
        ("day before yesterday", -2),
        ("a week from today", 7),
        ("a week from now", 7),
        ("a week from tomorrow", 8),
    ] {
        if cursor.eat(said) {
            let date = today.checked_add(days.days()).ok();
            let spoken = match date {
                Some(date) if days > 2 => say(date),
                _ if said.starts_with("day ") => format!("the {said}"),
                _ => said.to_owned(),
            };
            return Some((date, spoken));
        }
    }
    None
}

fn in_days(cursor: &mut Cursor) -> Option<Span> {
    let before = cursor.eat("in");
    let count = if cursor.eat("a") {
        1
    } else {
        i64::from(below_hundred(cursor)?)
    };
    let days = if cursor.eat_any(&["days", "day"]) {
        count
    } else if cursor.eat_any(&["weeks", "week"]) {
        7 * count
    } else {
        return None;
    };
    (before || cursor.eat_any(&["from now", "from today"])).then(|| days.days())
}

/// "friday" is the coming one, never today; "this friday" may be today;
/// "next friday" is that of the week that begins next Monday.
fn weekday(cursor: &mut Cursor, today: Date) -> Option<Reading> {
    let this = cursor.eat_any(&["this coming", "the coming"]) || cursor.eat("this");
    let next = !this && cursor.eat("next");
    let place = i8::try_from(cursor.place_in(&WEEKDAYS)?).ok()?;
    let ahead = (place - today.weekday().to_monday_zero_offset()).rem_euclid(7);
    let days = if next {
        7 - today.weekday().to_monday_zero_offset() + place
    } else if ahead == 0 && !this {
        7
    } else {
        ahead
    };
    let date = today.checked_add(i64::from(days).days()).ok()?;
    let spoken = if next {
        say(date)
    } else {
        weekday_name(date.weekday())
    };
    Some(reading(date, spoken))
}

fn of_calendar(cursor: &mut Cursor, today: Date) -> Option<Date> {
    let named_day = cursor.eat("the");
    let (day, month) = if let Some(month) = cursor.place_in(&MONTHS) {
        cursor.eat("the");
        (day_of_month(cursor)?, Some(month))
    } else {
        let day = day_of_month(cursor)?;
        cursor.eat("of");
        (day, cursor.place_in(&MONTHS))
    };
    let Some(month) = month else {
        return if named_day {
            next_such_day(day, today)
        } else {
            None
        };
    };
    let month = i8::try_from(month + 1).ok()?;
    if !cursor.is_done() {
        return Date::new(year(cursor)?, month, day).ok();
    }
    // The next one; 29 February may be up to eight years away.
    let years = today.year()..=today.year() + 8;
    years
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|date| *date >= today)
}

fn next_such_day(day: i8, today: Date) -> Option<Date> {
    let first = today.first_of_month();
    (0..=2_i64)
        .filter_map(|ahead| first.checked_add(ahead.months()).ok())
        .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
        .find(|date| *date >= today)
}

fn day_of_month(cursor: &mut Cursor) -> Option<i8> {
    let day = if let Some(place) = cursor.place_in(&ORDINALS) {
        place + 1
    } else if cursor.eat("twentieth") {
        20
    } else if cursor.eat("thirtieth") {
        30
    } else if cursor.eat_any(&["thirty first", "thirty one"]) {
        31
    } else if cursor.eat("thirty") {
        30
    } else if cursor.eat("twenty") {
        let names = cursor
            .place_in(&ORDINALS[..9])
            .or_else(|| cursor.place_in(&SMALL[1..10]));
        20 + names.map_or(0, |place| place + 1)
    } else {
        cursor.place_in(&SMALL[1..])? + 1
    };
    i8::try_from(day).ok()
}

/// `twenty twenty seven`, `two thousand and five`, `nineteen oh five`.
fn year(cursor: &mut Cursor) -> Option<i16> {
    let (century, long) = if cursor.eat("two thousand") {
        (2_000, true)
    } else if cursor.eat("one thousand nine hundred") {
        (1_900, true)
    } else if cursor.eat("nineteen") {
        (1_900, false)
    } else if cursor.eat("twenty") {
        (2_000, false)
    } else {
        return None;
    };
    if long && cursor.is_done() {
        return Some(century);
    }
    if long {
        cursor.eat("and");
    } else if cursor.eat_any(&["oh", "zero"]) {
        return Some(century + i16::try_from(cursor.place_in(&SMALL[1..10])? + 1).ok()?);
    }
    Some(century + i16::try_from(below_hundred(cursor)?).ok()?)
}

/// `Friday the third of May`.
fn say(date: Date) -> String {
    let day = numerals::ordinal(u64::from(date.day().unsigned_abs()));
    let month = capital(MONTHS[usize::from(date.month().unsigned_abs()) - 1]);
    format!("{} the {day} of {month}", weekday_name(date.weekday()))
}

fn weekday_name(day: Weekday) -> String {
    capital(WEEKDAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())])
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
