//! How numbers, times and lists are said: the filters of wordings.
//!
//! A value that is missing, or of another kind, is said as it is: a reply with
//! a gap is better than none.

use jiff::civil::{Date, Weekday};
use minijinja::value::Value;
use minijinja::{Environment, State};

/// The filters of this house; minijinja's own come on top.
pub const NAMES: [&str; 8] = [
    "plural", "words", "ordinal", "number", "duration", "clock", "day", "listing",
];

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const POWERS: [(u64, &str); 3] = [
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
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
            .map_or_else(|| value.clone(), |number| ordinal(number).into())
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
        seconds.map_or_else(
            || value.clone(),
            |seconds| duration(seconds.round() as u64).into(),
        )
    });
    environment.add_filter("clock", |value: Value| {
        let said = value.as_str().and_then(clock);
        said.map_or_else(|| value.clone(), Value::from)
    });
    environment.add_filter("day", |state: &State<'_, '_>, value: Value| {
        let today = state.lookup("date");
        let today = today.as_ref().and_then(Value::as_str);
        let said = value.as_str().and_then(|date| day(date, today));
        said.map_or_else(|| value.clone(), Value::from)
    });
    environment.add_filter("listing", |value: Value, word: Option<String>| {
        let Ok(items) = value.try_iter() else {
            return value.to_string();
        };
        let items: Vec<String> = items.map(|item| item.to_string()).collect();
        listing(&items, word.as_deref().unwrap_or("and"))
    });
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
        many.unwrap_or_else(|| many_of(&one))
    };
    format!("{} {word}", rounded(number, None))
}

fn many_of(word: &str) -> String {
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

/// "minus twenty-three", "four hundred and five".
#[must_use]
pub fn number_words(number: i64) -> String {
    let sign = if number < 0 { "minus " } else { "" };
    format!("{sign}{}", words(number.unsigned_abs()))
}

fn words(number: u64) -> String {
    let below = |number: u64| usize::try_from(number).unwrap_or(0);
    match number {
        0..20 => SMALL[below(number)].into(),
        20..100 => {
            let tens = TENS[below(number / 10)];
            match number % 10 {
                0 => tens.into(),
                ones => format!("{tens}-{}", SMALL[below(ones)]),
            }
        }
        100..1000 => {
            let hundreds = format!("{} hundred", SMALL[below(number / 100)]);
            match number % 100 {
                0 => hundreds,
                rest => format!("{hundreds} and {}", words(rest)),
            }
        }
        // Nobody listens to a longer one; the voice reads the digits.
        1_000_000_000_000.. => number.to_string(),
        _ => {
            let (power, name) = POWERS
                .into_iter()
                .find(|(power, _)| *power <= number)
                .unwrap_or((1000, "thousand"));
            let head = format!("{} {name}", words(number / power));
            match number % power {
                0 => head,
                rest @ 1..100 => format!("{head} and {}", words(rest)),
                rest => format!("{head} {}", words(rest)),
            }
        }
    }
}

fn ordinal(number: u64) -> String {
    const STRANGE: [(&str, &str); 7] = [
        ("one", "first"),
        ("two", "second"),
        ("three", "third"),
        ("five", "fifth"),
        ("eight", "eighth"),
        ("nine", "ninth"),
        ("twelve", "twelfth"),
    ];
    let words = words(number);
    let at = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (before, last) = words.split_at(at);
    let strange = STRANGE.iter().find(|(word, _)| *word == last);
    let last = match (strange, last.strip_suffix('y')) {
        (Some((_, ordinal)), _) => (*ordinal).to_owned(),
        (None, Some(stem)) => format!("{stem}ieth"),
        (None, None) => format!("{last}th"),
    };
    format!("{before}{last}")
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

/// Seconds as people say them: "1 hour and 5 minutes", "90 seconds" as
/// "1 minute and 30 seconds". From a day on without seconds.
#[must_use]
pub fn duration(seconds: u64) -> String {
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (if seconds < 86_400 { seconds % 60 } else { 0 }, "second"),
    ];
    let parts: Vec<String> = units
        .into_iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        return "0 seconds".into();
    }
    listing(&parts, "and")
}

/// `19:05` is "seven oh five in the evening". `None` for what is no time.
#[must_use]
pub fn clock(time: &str) -> Option<String> {
    let (hour, minute) = time.split_once(':')?;
    let minute = minute.split(':').next()?;
    let (hour, minute): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let part = match hour {
        0..12 => "in the morning",
        12..18 => "in the afternoon",
        18..22 => "in the evening",
        _ => "at night",
    };
    let twelve = words(if hour % 12 == 0 { 12 } else { hour % 12 });
    Some(match (hour, minute) {
        (0, 0) => "midnight".into(),
        (12, 0) => "noon".into(),
        (_, 0) => format!("{twelve} o'clock {part}"),
        (_, 1..10) => format!("{twelve} oh {} {part}", words(minute)),
        _ => format!("{twelve} {} {part}", words(minute)),
    })
}

/// `2030-12-24` is "Tuesday, December twenty-fourth", or, near `today`,
/// "tomorrow", "on Friday". `None` for what is no date.
#[must_use]
pub fn day(date: &str, today: Option<&str>) -> Option<String> {
    let date: Date = date.get(..10).unwrap_or(date).parse().ok()?;
    let today: Option<Date> = today.and_then(|today| today.parse().ok());
    let away = today
        .and_then(|today| today.until(date).ok())
        .map(|span| span.get_days());
    let weekday = match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    };
    let month = MONTHS[usize::try_from(date.month() - 1).ok()?];
    let number = ordinal(u64::try_from(date.day()).ok()?);
    Some(match away {
        Some(-1) => "yesterday".into(),
        Some(0) => "today".into(),
        Some(1) => "tomorrow".into(),
        Some(2..=6) => weekday.into(),
        _ if today.is_none_or(|today| today.year() == date.year()) => {
            format!("{weekday}, {month} {number}")
        }
        _ => format!("{weekday}, {month} {number} {}", date.year()),
    })
}

/// "a, b and c".
fn listing(items: &[String], word: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
    }
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
