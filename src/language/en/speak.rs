//! The one speaker of each kind of value: numbers, ordinals, years, times of
//! day, durations and dates as English words.
//!
//! Slots, filters of wordings and the voice all call these, so that a value
//! sounds the same whichever way it reaches the loudspeaker, and whatever is
//! said here can also be read by [`crate::intent::values`].

use jiff::civil::{Date, Weekday};

use super::{MONTHS, WEEKDAYS};

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
const POWERS: [(u64, &str); 5] = [
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// Cardinals from here on are said digit by digit: nobody follows their names.
const LONGEST: u64 = 1_000_000_000_000_000_000;

/// A count: 405 is "four hundred and five".
#[must_use]
pub fn cardinal(n: u64) -> String {
    let below = |n: u64| usize::try_from(n).unwrap_or(0);
    match n {
        0..20 => SMALL[below(n)].into(),
        20..100 => {
            let tens = TENS[below(n / 10)];
            match n % 10 {
                0 => tens.into(),
                ones => format!("{tens}-{}", SMALL[below(ones)]),
            }
        }
        100..1000 => {
            let hundreds = format!("{} hundred", SMALL[below(n / 100)]);
            match n % 100 {
                0 => hundreds,
                rest => format!("{hundreds} and {}", cardinal(rest)),
            }
        }
        LONGEST.. => digits(&n.to_string()),
        _ => {
            let (power, name) = POWERS
                .into_iter()
                .find(|(power, _)| *power <= n)
                .unwrap_or((1_000, "thousand"));
            let head = format!("{} {name}", cardinal(n / power));
            match n % power {
                0 => head,
                rest @ 1..100 => format!("{head} and {}", cardinal(rest)),
                rest => format!("{head} {}", cardinal(rest)),
            }
        }
    }
}

/// A number with sign and fraction: -1.5 is "minus one point five".
#[must_use]
pub fn number(n: f64) -> String {
    if !n.is_finite() {
        return "no number".into();
    }
    let text = format!("{}", n.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let said = written(whole, fraction);
    if n < 0.0 {
        format!("minus {said}")
    } else {
        said
    }
}

/// Digits before and after a decimal point, zeros at the end included: "3" and
/// "50" is "three point five zero".
#[must_use]
pub fn written(whole: &str, fraction: &str) -> String {
    let head = whole.parse().map_or_else(|_| digits(whole), cardinal);
    if fraction.is_empty() {
        head
    } else {
        format!("{head} point {}", digits(fraction))
    }
}

/// Each digit by its name; whatever else is in `text` is left out.
#[must_use]
pub fn digits(text: &str) -> String {
    let names: Vec<&str> = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|digit| SMALL[digit as usize])
        .collect();
    names.join(" ")
}

/// The place in a row: 43 is "forty-third".
#[must_use]
pub fn ordinal(n: u64) -> String {
    const IRREGULAR: [(&str, &str); 7] = [
        ("one", "first"),
        ("two", "second"),
        ("three", "third"),
        ("five", "fifth"),
        ("eight", "eighth"),
        ("nine", "ninth"),
        ("twelve", "twelfth"),
    ];
    let words = cardinal(n);
    let at = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (before, last) = words.split_at(at);
    let irregular = IRREGULAR.iter().find(|(word, _)| *word == last);
    let last = match (irregular, last.strip_suffix('y')) {
        (Some((_, ordinal)), _) => (*ordinal).to_owned(),
        (None, Some(stem)) => format!("{stem}ieth"),
        (None, None) => format!("{last}th"),
    };
    format!("{before}{last}")
}

/// A part of a whole: 3 of 4 is "three quarters", 1 of 2 "one half".
#[must_use]
pub fn fraction(parts: u64, of: u64) -> String {
    let (one, many) = match of {
        2 => ("half".to_owned(), "halves".to_owned()),
        4 => ("quarter".to_owned(), "quarters".to_owned()),
        _ => (ordinal(of), format!("{}s", ordinal(of))),
    };
    let name = if parts == 1 { one } else { many };
    format!("{} {name}", cardinal(parts))
}

/// A year of the calendar: 1908 is "nineteen oh eight", 2005 "two thousand and
/// five".
#[must_use]
pub fn year(n: u64) -> String {
    let (century, rest) = (n / 100, n % 100);
    match (century, rest) {
        (..=10 | 20, 0..10) | (..=10 | 100.., _) => cardinal(n),
        (_, 0) => format!("{} hundred", cardinal(century)),
        (_, 1..10) => format!("{} oh {}", cardinal(century), cardinal(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// Ten or a hundred years: 1960 is "nineteen sixties", 1900 "nineteen
/// hundreds".
#[must_use]
pub fn decade(n: u64) -> String {
    let said = match n {
        ..100 => cardinal(n),
        _ => year(n),
    };
    match said.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{said}s"),
    }
}

/// A time of day, `hour` in 0..24 and `minute` in 0..60: "half past seven in
/// the evening". The half of the day is always said, since a listener cannot
/// know whether it was guessed.
#[must_use]
pub fn time(hour: u8, minute: u8) -> String {
    match (hour % 24, minute) {
        (0, 0) => "midnight".into(),
        (12, 0) => "noon".into(),
        (hour, minute) => format!("{} {}", time_of_half(hour, minute), part_of_day(hour)),
    }
}

/// A time of day of which the half is unknown, or said by other words:
/// "quarter to eight", "twelve o'clock".
#[must_use]
pub fn time_of_half(hour: u8, minute: u8) -> String {
    let name = |hour: u8| SMALL[usize::from((hour + 11) % 12 + 1)];
    match minute {
        0 => format!("{} o'clock", name(hour)),
        15 => format!("quarter past {}", name(hour)),
        30 => format!("half past {}", name(hour)),
        45 => format!("quarter to {}", name((hour + 1) % 24)),
        1..10 => format!("{} oh {}", name(hour), SMALL[usize::from(minute)]),
        _ => format!("{} {}", name(hour), cardinal(minute.into())),
    }
}

fn part_of_day(hour: u8) -> &'static str {
    match hour {
        0..12 => "in the morning",
        12..18 => "in the afternoon",
        18..22 => "in the evening",
        _ => "at night",
    }
}

/// A stretch of time: "one hour, five minutes and ten seconds".
#[must_use]
pub fn duration(seconds: u64) -> String {
    parts(seconds, cardinal)
}

/// The same with digits, for texts that are also read: "1 hour and 5 minutes".
/// The voice says both alike.
#[must_use]
pub fn duration_in_digits(seconds: u64) -> String {
    parts(seconds, |count| count.to_string())
}

fn parts(seconds: u64, say: impl Fn(u64) -> String) -> String {
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let parts: Vec<String> = units
        .into_iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, unit)| format!("{} {unit}{}", say(count), if count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        return format!("{} seconds", say(0));
    }
    listing(&parts, "and")
}

/// A day of the calendar with its weekday: "Friday, May third".
#[must_use]
pub fn date(date: Date) -> String {
    format!("{}, {}", weekday(date.weekday()), day_of_year(date))
}

/// A day of the calendar: "May third".
#[must_use]
pub fn day_of_year(date: Date) -> String {
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{month} {}", ordinal(date.day().unsigned_abs().into()))
}

/// The day's name.
#[must_use]
pub fn weekday(day: Weekday) -> &'static str {
    WEEKDAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())]
}

/// "a, b and c", with another word for "and" where alternatives are listed.
#[must_use]
pub fn listing(items: &[String], word: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (n, said) in [
            (0.0, "zero"),
            (105.0, "one hundred and five"),
            (1_001.0, "one thousand and one"),
            (-21.5, "minus twenty-one point five"),
            (0.05, "zero point zero five"),
            (2_030_000.0, "two million thirty thousand"),
            (1.5e12, "one trillion five hundred billion"),
            (f64::NAN, "no number"),
        ] {
            assert_eq!(number(n), said);
        }
        for (n, said) in [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (43, "forty-third"),
            (105, "one hundred and fifth"),
        ] {
            assert_eq!(ordinal(n), said);
        }
        assert!(cardinal(u64::MAX).starts_with("one eight four"));
    }

    #[test]
    fn years_are_said_by_hundreds() {
        for (n, said) in [
            (800, "eight hundred"),
            (1066, "one thousand and sixty-six"),
            (1500, "fifteen hundred"),
            (1832, "eighteen thirty-two"),
            (1908, "nineteen oh eight"),
            (2000, "two thousand"),
            (2005, "two thousand and five"),
            (2026, "twenty twenty-six"),
        ] {
            assert_eq!(year(n), said);
        }
        for (n, said) in [
            (1960, "nineteen sixties"),
            (1900, "nineteen hundreds"),
            (2010, "twenty tens"),
            (80, "eighties"),
        ] {
            assert_eq!(decade(n), said);
        }
    }

    #[test]
    fn times_name_the_half_of_the_day() {
        for (hour, minute, said) in [
            (0, 0, "midnight"),
            (12, 0, "noon"),
            (0, 5, "twelve oh five in the morning"),
            (7, 30, "half past seven in the morning"),
            (12, 15, "quarter past twelve in the afternoon"),
            (19, 5, "seven oh five in the evening"),
            (23, 45, "quarter to twelve at night"),
        ] {
            assert_eq!(time(hour, minute), said);
        }
    }

    #[test]
    fn durations_and_days_are_said_in_words() {
        for (seconds, said) in [
            (0, "zero seconds"),
            (60, "one minute"),
            (572, "nine minutes and thirty-two seconds"),
            (3_910, "one hour, five minutes and ten seconds"),
            (90_000, "one day and one hour"),
        ] {
            assert_eq!(duration(seconds), said);
        }
        assert_eq!(
            duration_in_digits(3_910),
            "1 hour, 5 minutes and 10 seconds"
        );
        let day = jiff::civil::date(2026, 5, 1);
        assert_eq!(date(day), "Friday, May first");
    }
}
