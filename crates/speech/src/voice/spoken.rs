//! Rewrites what is written for the eye as it is said: times, dates, units,
//! signs. The voice reads plain numbers and words well by itself.

use super::units;

/// Shortenings that end in a full stop, which would else end a sentence.
const SHORT: [(&str, &str); 9] = [
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("etc.", "et cetera"),
    ("vs.", "versus"),
    ("approx.", "approximately"),
    ("mr.", "Mister"),
    ("mrs.", "Missus"),
    ("dr.", "Doctor"),
    ("prof.", "Professor"),
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

/// The text as it is said. Lines stay lines.
pub(super) fn spoken(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n")
}

fn line(line: &str) -> String {
    let dashed = line.replace(['—', '–'], " , ").replace('…', ".");
    let mut words: Vec<String> = Vec::new();
    let mut number = None;
    for token in dashed.split_whitespace() {
        let (before, core, after) = unwrap(token);
        let said = match number.take() {
            // "22 °C": a unit of one letter may as well be a name.
            Some(number) if core.chars().count() > 1 || matches!(core, "%" | "°" | "€" | "$") => {
                units::spoken(core, number).map(str::to_owned)
            }
            _ => None,
        };
        if after.is_empty() && is_number(core) {
            number = Some(core);
        }
        let short = SHORT.iter().find(|(short, _)| {
            token
                .trim_start_matches(['(', '"'])
                .eq_ignore_ascii_case(short)
        });
        let word = match short {
            Some((_, long)) => (*long).to_owned(),
            None => format!("{before}{}{after}", said.unwrap_or_else(|| word(core))),
        };
        if matches!(word.as_str(), "," | "." | ";" | ":" | "!" | "?") {
            if let Some(last) = words.last_mut() {
                last.push_str(&word);
            }
        } else if !word.trim().is_empty() {
            words.push(word.trim().to_owned());
        }
    }
    words.join(" ")
}

/// A token's opening and closing punctuation, and what is between.
fn unwrap(token: &str) -> (&str, &str, &str) {
    let closes = |c: char| {
        matches!(
            c,
            '.' | ',' | '!' | '?' | ';' | ':' | ')' | ']' | '"' | '\''
        )
    };
    let core = token.trim_start_matches(['(', '[', '"', '\'']);
    let before = &token[..token.len() - core.len()];
    let kept = core.trim_end_matches(closes);
    (before, kept, &core[kept.len()..])
}

fn word(core: &str) -> String {
    match core {
        "&" => return "and".into(),
        "+" => return "plus".into(),
        "=" => return "equals".into(),
        _ => {}
    }
    time(core)
        .or_else(|| date(core))
        .or_else(|| price(core))
        .or_else(|| measure(core))
        .or_else(|| range(core))
        .or_else(|| signed(core).filter(|_| is_number(core)))
        .unwrap_or_else(|| letters(core))
}

/// `19:05` is "7 oh 5 P M".
fn time(core: &str) -> Option<String> {
    let mut fields = core.split(':');
    let (hour, minute) = (fields.next()?, fields.next()?);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let seconds = fields.next();
    if fields.next().is_some()
        || !(1..=2).contains(&hour.len())
        || minute.len() != 2
        || !digits(hour)
        || !digits(minute)
        || seconds.is_some_and(|s| s.len() != 2 || !digits(s))
    {
        return None;
    }
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let (twelve, half) = match hour {
        0 => (12, " A M"),
        1..=12 => (hour, ""),
        _ => (hour - 12, " P M"),
    };
    Some(match (minute, half) {
        (0, "") => format!("{twelve} o'clock"),
        (0, half) => format!("{twelve}{half}"),
        (1..=9, half) => format!("{twelve} oh {minute}{half}"),
        (_, half) => format!("{twelve} {minute}{half}"),
    })
}

/// `2026-05-01` is "May 1st 2026".
fn date(core: &str) -> Option<String> {
    let fields: Vec<&str> = core.split('-').collect();
    let [year, month, day] = fields[..] else {
        return None;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, day): (u16, u8) = (year.parse().ok()?, day.parse().ok()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let ending = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        4..=30 => "th",
        _ => return None,
    };
    Some(format!("{month} {day}{ending} {year}"))
}

/// `$3.50`
fn price(core: &str) -> Option<String> {
    let (sign, word) = [('€', "euro"), ('$', "dollar"), ('£', "pound")]
        .into_iter()
        .find(|(sign, _)| core.starts_with(*sign))?;
    let number = core.strip_prefix(sign).filter(|rest| is_number(rest))?;
    let plural = if number == "1" { "" } else { "s" };
    Some(format!("{number} {word}{plural}"))
}

/// `22.5°C`
fn measure(core: &str) -> Option<String> {
    let unit_at = core.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, unit) = core.split_at(unit_at);
    if !is_number(number) {
        return None;
    }
    let unit = units::spoken(unit, number)?;
    Some(format!("{} {unit}", signed(number)?))
}

/// `10-20`, but not the telephone's `555-1234`.
fn range(core: &str) -> Option<String> {
    let (low, high) = core.split_once('-')?;
    let (from, to): (u16, u16) = (low.parse().ok()?, high.parse().ok()?);
    (from < to && (high.len() <= 3 || high.len() == low.len())).then(|| format!("{low} to {high}"))
}

fn signed(number: &str) -> Option<String> {
    match number.chars().next()? {
        '-' | '−' => Some(format!("minus {}", number.trim_start_matches(['-', '−']))),
        '+' => Some(format!("plus {}", &number[1..])),
        _ => Some(number.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '−', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// Words as they are; signs that nobody says become blanks.
fn letters(core: &str) -> String {
    let said = core.replace('&', " and ").replace('%', " percent ");
    let said: String = said
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            '.' | ',' | '!' | '?' | ';' | ':' | '\'' | '-' => c,
            '’' => '\'',
            _ => ' ',
        })
        .collect();
    let said: Vec<&str> = said.split_whitespace().collect();
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::spoken;
    use proptest::prelude::*;

    #[test]
    fn signs_are_written_out() {
        for (written, said) in [
            ("Okay, the light is on.", "Okay, the light is on."),
            ("It is 22.5°C.", "It is 22.5 degrees Celsius."),
            (
                "It is -1 °C, (1%)",
                "It is minus 1 degree Celsius, (1 percent)",
            ),
            ("80 % at 5km/h!", "80 percent at 5 kilometers per hour!"),
            ("Alarm at 07:30 or 19:05.", "Alarm at 7 30 or 7 oh 5 P M."),
            ("07:00 00:00 12:15 25:00", "7 o'clock 12 A M 12 15 25:00"),
            ("On 2026-05-01, 2026-13-01", "On May 1st 2026, 2026-13-01"),
            ("$1 or €3.50, 5€", "1 dollar or 3.50 euros, 5 euros"),
            ("10-20 min, 555-1234", "10 to 20 min, 555-1234"),
            ("Tea & toast, e.g. jam", "Tea and toast, for example jam"),
            ("living_room **bold** `x`", "living room bold x"),
            ("Wait — what… yes 🎉", "Wait, what. yes"),
            (
                "the 2nd of 3 rooms, gate 10 A",
                "the 2nd of 3 rooms, gate 10 A",
            ),
            ("It’s don't", "It's don't"),
            ("one\ntwo", "one\ntwo"),
            ("", ""),
        ] {
            assert_eq!(spoken(written), said);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_spoken_without_control_characters(text in any::<String>()) {
            let said = spoken(&text);
            prop_assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert!(said.len() <= 40 * text.len());
        }
    }
}
