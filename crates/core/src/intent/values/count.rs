//! Numbers and stretches of time.

use crate::grammar::numerals;
use crate::grammar::numerals::{SMALL, TENS};

use super::cursor::Cursor;

const SECONDS: [(&str, &str, f64); 5] = [
    ("second", "seconds", 1.0),
    ("minute", "minutes", 60.0),
    ("hour", "hours", 3_600.0),
    ("day", "days", 86_400.0),
    ("week", "weeks", 604_800.0),
];

/// A number with sign and fraction.
pub fn number(cursor: &mut Cursor) -> Option<f64> {
    let negative = cursor.eat_any(&["minus", "negative"]);
    let magnitude = magnitude(cursor)?;
    Some(if negative { -magnitude } else { magnitude })
}

fn magnitude(cursor: &mut Cursor) -> Option<f64> {
    for (said, value) in [
        ("half a dozen", 6.0),
        ("a dozen", 12.0),
        ("a couple of", 2.0),
        ("a couple", 2.0),
        ("a half", 0.5),
        ("one half", 0.5),
        ("half", 0.5),
        ("a quarter", 0.25),
        ("one quarter", 0.25),
        ("three quarters", 0.75),
    ] {
        if cursor.eat(said) {
            return Some(value);
        }
    }
    if let Some(decimals) = decimals(cursor) {
        return Some(decimals);
    }
    let whole = if cursor.eat("zero") {
        0
    } else {
        whole(cursor)?
    };
    let fraction = decimals(cursor).or_else(|| fraction(cursor)).unwrap_or(0.0);
    Some(f64::from(whole) + fraction)
}

/// "and a half" and its like.
fn fraction(cursor: &mut Cursor) -> Option<f64> {
    [
        ("and a half", 0.5),
        ("and a quarter", 0.25),
        ("and three quarters", 0.75),
    ]
    .into_iter()
    .find_map(|(said, value)| cursor.eat(said).then_some(value))
}

fn decimals(cursor: &mut Cursor) -> Option<f64> {
    cursor.attempt(|cursor| {
        if !cursor.eat("point") {
            return None;
        }
        let mut digits = String::from("0.");
        while let Some(digit) = digit(cursor) {
            digits.push_str(&digit.to_string());
        }
        digits.parse().ok().filter(|_| digits.len() > 2)
    })
}

fn digit(cursor: &mut Cursor) -> Option<usize> {
    if cursor.eat("oh") {
        Some(0)
    } else {
        cursor.place_in(&SMALL[..10])
    }
}

/// A whole number from 1 to 999,999.
pub fn whole(cursor: &mut Cursor) -> Option<u32> {
    let first = below_thousand(cursor).or_else(|| {
        cursor.attempt(|cursor| (cursor.eat("a") && cursor.peek() == Some("thousand")).then_some(1))
    })?;
    if !cursor.eat("thousand") {
        return Some(first);
    }
    Some(first * 1_000 + rest(cursor, below_thousand))
}

fn below_thousand(cursor: &mut Cursor) -> Option<u32> {
    let first = below_hundred(cursor).or_else(|| {
        cursor.attempt(|cursor| (cursor.eat("a") && cursor.peek() == Some("hundred")).then_some(1))
    })?;
    if !cursor.eat("hundred") {
        return Some(first);
    }
    Some(first * 100 + rest(cursor, below_hundred))
}

fn rest(cursor: &mut Cursor, read: impl Fn(&mut Cursor) -> Option<u32>) -> u32 {
    let rest = cursor.attempt(|cursor| {
        cursor.eat("and");
        // "a hundred and three quarters" is no hundred and three.
        read(cursor).filter(|_| cursor.peek() != Some("quarters"))
    });
    rest.unwrap_or(0)
}

/// A whole number from 1 to 99.
pub fn below_hundred(cursor: &mut Cursor) -> Option<u32> {
    if let Some(tens) = cursor.place_in(&TENS) {
        let units = cursor.place_in(&SMALL[1..10]).map_or(0, |place| place + 1);
        return u32::try_from((tens + 2) * 10 + units).ok();
    }
    let place = cursor.place_in(&SMALL[1..])?;
    u32::try_from(place + 1).ok()
}

/// A number as words, or as digits where words would be long.
pub fn say(n: f64) -> String {
    let magnitude = n.abs();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "guarded: whole, not negative and below a million"
    )]
    let words = if magnitude.fract() == 0.0 && magnitude < 1e6 {
        numerals::cardinal(magnitude as u64)
    } else {
        magnitude.to_string()
    };
    if n < 0.0 {
        format!("minus {words}")
    } else {
        words
    }
}

/// A stretch of time in whole seconds.
pub fn duration(cursor: &mut Cursor) -> Option<u32> {
    let mut total = 0.0;
    let mut parts = 0;
    let mut last_unit = 0.0;
    while !cursor.is_done() {
        let joined = parts > 0 && cursor.eat("and");
        if let Some((seconds, unit)) = cursor.attempt(part) {
            total += seconds;
            last_unit = unit;
        } else if joined || parts == 1 && (last_unit - 3_600.0).abs() < 1.0 {
            // "an hour and a half", "one hour twenty".
            total += match () {
                () if joined && cursor.eat("a half") => last_unit / 2.0,
                () if joined && cursor.eat("a quarter") => last_unit / 4.0,
                () if joined && cursor.eat("three quarters") => last_unit * 0.75,
                () => f64::from(below_hundred(cursor)?) * 60.0,
            };
        } else {
            return None;
        }
        parts += 1;
    }
    whole_seconds(total)
}

fn whole_seconds(total: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "guarded: positive and inside u32"
    )]
    (total > 0.0 && total < f64::from(u32::MAX)).then(|| total.round().max(1.0) as u32)
}

/// "twenty minutes", "half an hour": its seconds and those of its unit.
fn part(cursor: &mut Cursor) -> Option<(f64, f64)> {
    let share = [
        ("half a", 0.5),
        ("half an", 0.5),
        ("a half", 0.5),
        ("one half", 0.5),
        ("a quarter of an", 0.25),
        ("quarter of an", 0.25),
        ("a quarter of a", 0.25),
        ("quarter of a", 0.25),
        ("three quarters of an", 0.75),
        ("three quarters of a", 0.75),
        ("half of an", 0.5),
        ("half of a", 0.5),
        ("a quarter an", 0.25),
        ("quarter an", 0.25),
        ("a quarter a", 0.25),
        ("quarter a", 0.25),
        ("three quarters an", 0.75),
        ("three quarters a", 0.75),
        ("half", 0.5),
    ]
    .into_iter()
    .find_map(|(said, share)| cursor.eat(said).then_some(share));
    let count = match share {
        Some(share) => share,
        None => count(cursor)?,
    };
    let unit = unit(cursor)?;
    Some((count * unit, unit))
}

fn count(cursor: &mut Cursor) -> Option<f64> {
    if cursor.eat_any(&["a couple of", "a couple"]) {
        return Some(2.0 + decimals(cursor).or_else(|| fraction(cursor)).unwrap_or(0.0));
    }
    if let Some(decimals) = decimals(cursor) {
        return Some(decimals);
    }
    if let Some(whole) = whole(cursor) {
        let more = decimals(cursor).or_else(|| fraction(cursor));
        return Some(f64::from(whole) + more.unwrap_or(0.0));
    }
    cursor.eat_any(&["an", "another", "a"]).then_some(1.0)
}

fn unit(cursor: &mut Cursor) -> Option<f64> {
    let word = cursor.next()?;
    SECONDS
        .iter()
        .find(|(one, many, _)| word == *one || word == *many)
        .map(|&(_, _, seconds)| seconds)
}

/// `one hour and twenty minutes`.
#[must_use]
pub fn say_duration(seconds: u32) -> String {
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
            parts.push(format!("{} {name}", numerals::cardinal(count.into())));
        }
    }
    match parts.pop() {
        None => "no time".to_owned(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
}
