//! Rewrites what is written for the eye as it is said: times, dates, amounts,
//! signs. Numbers become words by [`super::speak`].

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::date::DATES;
use super::numerals::NUMERALS;
use super::speak;
use crate::language::shared::speak::capital;

/// Signs and shortenings behind a number, and what is said for them.
#[rustfmt::skip]
const UNITS: [(&str, &str); 34] = [
    ("%", "Prozent"), ("‰", "Promille"), ("°C", "Grad"), ("°F", "Grad Fahrenheit"), ("°", "Grad"),
    ("€", "Euro"), ("EUR", "Euro"), ("$", "Dollar"), ("£", "Pfund"), ("ct", "Cent"),
    ("km/h", "Kilometer pro Stunde"), ("m/s", "Meter pro Sekunde"), ("km", "Kilometer"),
    ("cm", "Zentimeter"), ("mm", "Millimeter"), ("m²", "Quadratmeter"), ("m³", "Kubikmeter"),
    ("m", "Meter"), ("kg", "Kilogramm"), ("g", "Gramm"), ("ml", "Milliliter"), ("l", "Liter"),
    ("kWh", "Kilowattstunden"), ("Wh", "Wattstunden"), ("kW", "Kilowatt"), ("W", "Watt"),
    ("V", "Volt"), ("hPa", "Hektopascal"), ("ppm", "Millionstel"), ("min", "Minuten"),
    ("Std.", "Stunden"), ("Min.", "Minuten"), ("Sek.", "Sekunden"), ("lx", "Lux"),
];

#[rustfmt::skip]
const SHORT: [(&str, &str); 12] = [
    ("z.B.", "zum Beispiel"), ("d.h.", "das heißt"), ("usw.", "und so weiter"), ("bzw.",
    "beziehungsweise"), ("ca.", "circa"), ("Nr.", "Nummer"), ("Dr.", "Doktor"), ("&", "und"),
    ("+", "plus"), ("=", "gleich"), ("inkl.", "inklusive"), ("evtl.", "eventuell"),
];

/// The text as it is said, times with a zone as `zone` counts them. Lines stay
/// lines.
#[must_use]
pub(super) fn spoken(text: &str, zone: &TimeZone) -> String {
    let lines: Vec<String> = text.lines().map(|text| line(text, zone)).collect();
    lines.join("\n")
}

fn line(text: &str, zone: &TimeZone) -> String {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (said, count) = token(&tokens[at..], words.last().map(String::as_str), zone);
        if !said.is_empty() {
            words.push(said);
        }
        at += count;
    }
    words.join(" ")
}

/// What is said for the first of some tokens, and how many it takes.
fn token(tokens: &[&str], before: Option<&str>, zone: &TimeZone) -> (String, usize) {
    let whole = tokens[0];
    if let Some((_, long)) = SHORT.iter().find(|(short, _)| *short == whole) {
        return ((*long).to_owned(), 1);
    }
    let head = whole.trim_start_matches(['(', '"', '„', '“', '[']);
    let core = head.trim_end_matches([',', ';', '!', '?', ')', '"', '“', '”', ']']);
    let after: String = head[core.len()..]
        .chars()
        .filter(|c| matches!(c, ',' | ';' | '!' | '?'))
        .collect();
    let next = tokens.get(1).copied().unwrap_or_default();
    if let Some(said) = date(core).or_else(|| timestamp(core, zone)) {
        return (format!("{said}{after}"), 1);
    }
    let (number, stop) = match core.strip_suffix('.') {
        Some(number) => (number, "."),
        None => (core, ""),
    };
    if let Some(said) = time(number) {
        let uhr = next.trim_end_matches(['.', ',', '!', '?']) == "Uhr";
        let mark = if uhr { &next[3..] } else { stop };
        return (format!("{said}{mark}{after}"), 1 + usize::from(uhr));
    }
    let (sign, digits) = match number.strip_prefix(['-', '−', '–']) {
        Some(digits) => ("minus ", digits),
        None => ("", number),
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.'))
        .unwrap_or(digits.len());
    let (figures, unit) = digits.split_at(end);
    if let Some(said) = amount(figures) {
        // "Am 3. Mai": the place of a day.
        let month = DATES.months.contains(&next.to_lowercase().as_str());
        if stop == "." && unit.is_empty() && month {
            let ending = if before.is_some_and(|word| word.eq_ignore_ascii_case("der")) {
                ""
            } else {
                "n"
            };
            let place = speak::ordinal(figures.parse().unwrap_or(0));
            return (format!("{place}{ending}"), 1);
        }
        let known = |unit: &str| {
            let mut units = UNITS.iter();
            units.find(|(sign, _)| *sign == unit).map(|(_, said)| *said)
        };
        if unit.is_empty() {
            let bare = next.trim_end_matches([',', ';', '!', '?', '.']);
            if let Some(said_unit) = known(next).or_else(|| known(bare)) {
                let mark = if known(next).is_some() {
                    ""
                } else {
                    &next[bare.len()..]
                };
                return (format!("{sign}{said} {said_unit}{mark}"), 2);
            }
            return (format!("{sign}{said}{stop}{after}"), 1);
        }
        if let Some(unit) = known(unit) {
            return (format!("{sign}{said} {unit}{stop}{after}"), 1);
        }
    }
    (letters(whole), 1)
}

/// `1.234,5` in words.
fn amount(figures: &str) -> Option<String> {
    let (whole, decimals) = match figures.split_once(',') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        // A program's own point before decimals.
        None => match figures.split_once('.') {
            Some((whole, decimals)) if decimals.len() != 3 => (whole, Some(decimals)),
            _ => (figures, None),
        },
    };
    let digits: String = whole.chars().filter(|c| *c != '.').collect();
    let number: i64 = digits.parse().ok()?;
    let said = if digits.len() > 1 && digits.starts_with('0') {
        NUMERALS.digits(&digits)
    } else {
        speak::whole(number)
    };
    match decimals {
        None => Some(said),
        Some(decimals) if decimals.bytes().all(|b| b.is_ascii_digit()) && !decimals.is_empty() => {
            Some(format!("{said} Komma {}", NUMERALS.digits(decimals)))
        }
        Some(_) => None,
    }
}

/// `20:15` in words.
fn time(text: &str) -> Option<String> {
    let (hour, minute) = text.split_once(':')?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    (minute.len() == 2).then(|| clock(time))
}

fn clock(time: Time) -> String {
    let hour = match time.hour() {
        1 => "ein".to_owned(),
        hour => speak::whole(hour.into()),
    };
    match time.minute() {
        0 => format!("{hour} Uhr"),
        minute => format!("{hour} Uhr {}", speak::whole(minute.into())),
    }
}

/// `2026-12-24` and `24.12.2026` in words.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    let date = match parts.as_slice() {
        [day, month, year] if year.len() == 4 => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?
        }
        _ if text.len() == 10 && text.contains('-') => text.parse().ok()?,
        _ => return None,
    };
    Some(said_date(date))
}

fn said_date(date: Date) -> String {
    let month = DATES.months[usize::from(date.month().unsigned_abs()) - 1];
    format!(
        "{}n {} {}",
        speak::ordinal(u64::from(date.day().unsigned_abs())),
        capital(month),
        speak::whole(date.year().into())
    )
}

fn timestamp(text: &str, zone: &TimeZone) -> Option<String> {
    if !text.contains('T') {
        return None;
    }
    let at: Timestamp = text.parse().ok()?;
    let at = at.to_zoned(zone.clone()).datetime();
    Some(format!("{} um {}", said_date(at.date()), clock(at.time())))
}

/// Words as they are; signs that nobody says become blanks.
fn letters(core: &str) -> String {
    let said: String = core
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            '.' | ',' | '!' | '?' | ';' | ':' | '\'' | '-' | '’' => c,
            _ => ' ',
        })
        .collect();
    let said: Vec<&str> = said.split_whitespace().collect();
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_said() {
        for (written, said) in [
            (
                "Es sind 20,5 °C draußen.",
                "Es sind zwanzig Komma fünf Grad draußen.",
            ),
            ("Um 20:15 Uhr.", "Um zwanzig Uhr fünfzehn."),
            ("Um 1:00 Uhr", "Um ein Uhr"),
            (
                "Das kostet 1.250 €.",
                "Das kostet eintausendzweihundertfünfzig Euro.",
            ),
            ("auf 50%, bitte", "auf fünfzig Prozent, bitte"),
            ("auf 50 %", "auf fünfzig Prozent"),
            ("am 3. Mai", "am dritten Mai"),
            (
                "am 24.12.2026",
                "am vierundzwanzigsten Dezember zweitausendsechsundzwanzig",
            ),
            (
                "am 2026-12-24",
                "am vierundzwanzigsten Dezember zweitausendsechsundzwanzig",
            ),
            ("-3 Grad", "minus drei Grad"),
            ("12 km/h Wind", "zwölf Kilometer pro Stunde Wind"),
            ("Ja & nein", "Ja und nein"),
            ("21.5", "einundzwanzig Komma fünf"),
            ("Raum 007", "Raum null null sieben"),
        ] {
            assert_eq!(spoken(written, &TimeZone::UTC), said);
        }
    }
}
