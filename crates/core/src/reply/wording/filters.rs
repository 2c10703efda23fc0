//! How numbers, times and lists are said: the filters of wordings.
//!
//! A value that is missing, or of another kind, is said as it is: a reply with
//! a gap is better than none.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use minijinja::value::Value;
use minijinja::{Environment, State};

use crate::language::{Value as Said, spoken};

/// Seconds.
const DAY: u64 = 86_400;

/// The filters of this house; minijinja's own come on top.
pub(super) const NAMES: [&str; 8] = [
    "plural", "words", "ordinal", "number", "duration", "clock", "day", "listing",
];

pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_filter(
        "plural",
        |value: Value, one: String, many: Option<String>| plural(&value, one, many),
    );
    environment.add_filter("words", |value: Value| {
        whole(&value).map_or_else(|| value.clone(), |number| number_words(number).into())
    });
    environment.add_filter("ordinal", |value: Value| {
        whole(&value)
            .and_then(|number| u64::try_from(number).ok())
            .map_or_else(
                || value.clone(),
                |number| Said::Ordinal(number).said().into(),
            )
    });
    environment.add_filter("number", |value: Value, places: Option<u32>| {
        float(&value).map_or_else(|| value.clone(), |number| rounded(number, places).into())
    });
    environment.add_filter("duration", |value: Value| {
        let seconds = float(&value).filter(|seconds| (0.0..1e15).contains(seconds));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1e15, checked above"
        )]
        let seconds = seconds.map(|seconds| seconds.round() as u64);
        let seconds = seconds.or_else(|| running_time(value.as_str()?));
        seconds.map_or_else(|| value.clone(), |seconds| duration(seconds).into())
    });
    environment.add_filter("clock", |state: &State<'_, '_>, value: Value| {
        let said = value.as_str().and_then(|time| clock(time, &zone(state)));
        said.map_or_else(|| value.clone(), Value::from)
    });
    environment.add_filter("day", |state: &State<'_, '_>, value: Value| {
        let today = state.lookup("date");
        let today = today.as_ref().and_then(Value::as_str);
        let said = value
            .as_str()
            .and_then(|date| day(date, today, &zone(state)));
        said.map_or_else(|| value.clone(), Value::from)
    });
    environment.add_filter("listing", |value: Value, word: Option<String>| {
        let Ok(items) = value.try_iter() else {
            return value.to_string();
        };
        let items: Vec<String> = items.map(|item| item.to_string()).collect();
        spoken().listing(&items, word.as_deref())
    });
}

/// The zone that timestamps are said in: the box's own, unless the values name
/// another by `zone`.
fn zone(state: &State<'_, '_>) -> TimeZone {
    let named = state.lookup("zone");
    named
        .as_ref()
        .and_then(Value::as_str)
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or_else(TimeZone::system)
}

/// `3|plural("egg")` is "3 eggs"; `plural("child", "children")` for what is
/// irregular.
fn plural(value: &Value, one: String, many: Option<String>) -> String {
    let Some(number) = float(value) else {
        return one;
    };
    let word = if (number.abs() - 1.0).abs() < f64::EPSILON {
        one
    } else {
        many.unwrap_or_else(|| spoken().plural(&one))
    };
    format!("{} {word}", rounded(number, None))
}

/// "minus twenty three", "four hundred and five".
fn number_words(number: i64) -> String {
    Said::Whole(number).said()
}

/// With at most so many places after the point, two by default, and none that
/// is zero.
fn rounded(number: f64, places: Option<u32>) -> String {
    let places = usize::try_from(places.unwrap_or(2).min(6)).unwrap_or(2);
    let text = format!("{number:.places$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if text == "-0" {
        "0".into()
    } else {
        text.to_owned()
    }
}

/// Seconds as people say them: "one hour and five minutes". From a day on
/// without seconds.
fn duration(seconds: u64) -> String {
    let seconds = match seconds {
        DAY.. => seconds - seconds % 60,
        _ => seconds,
    };
    Said::Duration(seconds).said()
}

/// The seconds of a running time as servers and players write it: `0:09:32`,
/// `1 day, 2:03:04`, `3:45` (minutes and seconds), `PT9M32S`.
fn running_time(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.starts_with('P') {
        let span: SignedDuration = text.parse().ok()?;
        return u64::try_from(span.as_secs()).ok();
    }
    let (days, clock) = match text.split_once(", ") {
        Some((days, clock)) => {
            let count = days
                .strip_suffix("s")
                .unwrap_or(days)
                .strip_suffix(" day")?;
            (count.parse::<u64>().ok()?, clock)
        }
        None => (0, text),
    };
    // Fractions of a second are not said.
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let fields: Vec<u64> = clock
        .split(':')
        .map(|field| field.parse().ok().filter(|_| field.len() < 4))
        .collect::<Option<_>>()?;
    let seconds = match fields[..] {
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            (hours * 60 + minutes) * 60 + seconds
        }
        [minutes, seconds] if seconds < 60 => minutes * 60 + seconds,
        _ => return None,
    };
    days.checked_mul(DAY)?.checked_add(seconds)
}

/// `19:05` is "seven oh five in the evening"; of a timestamp, the time in
/// `zone`. `None` for what is no time.
fn clock(time: &str, zone: &TimeZone) -> Option<String> {
    let time = match local(time, zone) {
        Some(moment) => moment.time(),
        None => of_day(time.trim())?,
    };
    Some(Said::Time(time).said())
}

/// `7:05`, `19:05`, `19:05:30`.
fn of_day(text: &str) -> Option<Time> {
    let mut fields = text.split(':').map(|field| field.parse::<i8>().ok());
    let (hour, minute) = (fields.next()??, fields.next()??);
    let second = fields.next().unwrap_or(Some(0))?;
    Time::new(hour, minute, second, 0).ok()
}

/// A timestamp, `2026-05-01T07:00:00+00:00`, as clocks in `zone` show it. One
/// that names no zone is of that zone.
fn local(text: &str, zone: &TimeZone) -> Option<DateTime> {
    let text = text.trim();
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(zone.to_datetime(moment)),
        // A date alone is no moment.
        Err(_) if 10 < text.len() => text.parse().ok(),
        Err(_) => None,
    }
}

/// `2030-12-24` is "Tuesday the twenty fourth of December", or, near `today`,
/// "tomorrow", "Friday"; of a timestamp, the day in `zone`. `None` for what
/// is no date.
fn day(date: &str, today: Option<&str>, zone: &TimeZone) -> Option<String> {
    let date: Date = match local(date, zone) {
        Some(moment) => moment.date(),
        None => date.trim().parse().ok()?,
    };
    let today: Option<Date> = today.and_then(|today| today.parse().ok());
    Some(Said::Day { day: date, today }.said())
}

/// A number, or a text that is one.
fn float(value: &Value) -> Option<f64> {
    let number = match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => f64::try_from(value.clone()).ok(),
    };
    number.filter(|number: &f64| number.is_finite())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and below 1e15, checked before"
)]
fn whole(value: &Value) -> Option<i64> {
    float(value)
        .filter(|number| number.fract() == 0.0 && number.abs() < 1e15)
        .map(|number| number as i64)
}
