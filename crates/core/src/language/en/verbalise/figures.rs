//! Numbers by themselves: counts, years, ordinals, codes, ratios, sums.

use super::super::numerals::NUMERALS;
use super::super::{figures as spell, speak};
use super::{Said, SpokenLine, abbreviation};

/// Words before four digits that make them a year.
const BEFORE_YEAR: [&str; 27] = [
    "in",
    "since",
    "from",
    "until",
    "till",
    "to",
    "by",
    "around",
    "about",
    "circa",
    "year",
    "before",
    "after",
    "during",
    "early",
    "late",
    "mid",
    "of",
    "and",
    "between",
    "summer",
    "winter",
    "spring",
    "autumn",
    "fall",
    "for",
    "copyright",
];

/// Words before digits that make them a code, said digit by digit.
const BEFORE_CODE: [&str; 22] = [
    "room",
    "code",
    "pin",
    "zip",
    "extension",
    "ext",
    "flight",
    "gate",
    "suite",
    "apartment",
    "password",
    "dial",
    "call",
    "locker",
    "id",
    "serial",
    "postcode",
    "phone",
    "telephone",
    "channel",
    "account",
    "ticket",
];

/// Digits without a separator are a count up to here, beyond a code.
const LONGEST_COUNT: usize = 6;

/// The words of a number as it is written: `-1,234.50`. `None` for what is
/// none.
pub(super) fn words(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => ("minus ", rest),
        Some(rest) => ("plus ", rest),
        None => ("", text),
    };
    let (whole, fraction) = parts(digits)?;
    Some(format!("{sign}{}", spell::written(&whole, fraction)))
}

/// The digits before the point, without separators, and those behind it.
pub(super) fn parts(text: &str) -> Option<(String, &str)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if digits(fraction) => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !digits(first) || !rest.iter().all(|group| digits(group)) {
        return None;
    }
    match rest[..] {
        // A comma before one or two digits is a decimal one.
        [tail] if fraction.is_empty() && tail.len() < 3 => Some((first.to_owned(), tail)),
        _ if first.len() > 3 && !rest.is_empty() => None,
        _ if rest.iter().all(|group| group.len() == 3) => Some((whole.replace(',', ""), fraction)),
        _ => None,
    }
}

/// The value of a number as it is written.
pub(super) fn value(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = parts(digits)?;
    let value: f64 = format!("{whole}.{fraction}0").parse().ok()?;
    Some(sign * value)
}

/// `3/4`: its two numbers.
pub(super) fn over(core: &str) -> Option<(u64, u64)> {
    let (above, below) = core.split_once('/')?;
    let number = |text: &str| {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| digits)
    };
    Some((number(above)?, number(below)?))
}

/// `3/4` as a part of a whole; of what is none, nothing.
pub(super) fn fraction(core: &str) -> Option<String> {
    let (above, below) = over(core)?;
    let usual = matches!(below, 2..=9 | 12 | 16 | 32 | 64);
    (usual && 0 < above && above < below).then(|| spell::fraction(above, below))
}

/// `24/7`, `8/10`, `16:9`, `555-1234`, `1.2.3`.
pub(super) fn ratio(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    if core == "24/7" {
        return Some(Said::new("twenty four seven", 1));
    }
    if let Some((above, below)) = over(core) {
        let said = match (fraction(core), below) {
            (Some(said), _) => said,
            (None, 10 | 100) if above <= below => {
                format!("{} out of {}", spell::count(above), spell::count(below))
            }
            _ => format!("{} over {}", spell::count(above), spell::count(below)),
        };
        return Some(Said::new(said, 1));
    }
    if let Some((left, right)) = core.split_once(':')
        && right.len() < 3
        && !right.starts_with('0')
    {
        let (left, right) = (words(left)?, words(right)?);
        return Some(Said::new(format!("{left} to {right}"), 1));
    }
    groups(core).map(|said| Said::new(said, 1))
}

/// Groups of digits: telephone numbers, versions, addresses.
fn groups(core: &str) -> Option<String> {
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let of = |text: &str, sign| {
        let parts: Vec<String> = text.split(sign).map(str::to_owned).collect();
        let all = parts.iter().all(|part| digits(&part.as_str()));
        (all && 1 < parts.len()).then_some(parts)
    };
    if let Some(parts) = of(core.trim_start_matches('+'), '-') {
        let plus = if core.starts_with('+') { "plus " } else { "" };
        let parts: Vec<String> = parts.iter().map(|part| NUMERALS.digits(part)).collect();
        return Some(format!("{plus}{}", parts.join(", ")));
    }
    let plain = core.strip_prefix(['v', 'V']).unwrap_or(core);
    let parts = of(plain, '.').filter(|parts| 2 < parts.len() || plain != core)?;
    let word = if parts.len() == 4 { " dot " } else { " point " };
    let parts: Vec<String> = parts.iter().map(|part| spell::written(part, "")).collect();
    let version = if plain == core { "" } else { "version " };
    Some(format!("{version}{}", parts.join(word)))
}

/// `1908`, `the 1960s`, `1914–1918`.
pub(super) fn year(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    if let Some(decade) = core.strip_suffix("'s").or_else(|| core.strip_suffix('s')) {
        let n: u64 = decade.parse().ok()?;
        let is_one = match decade.len() {
            4 => (1100..2100).contains(&n) && n.is_multiple_of(10),
            2 => n.is_multiple_of(10) && 0 < n,
            _ => false,
        };
        return is_one.then(|| Said::new(spell::decade(n), 1));
    }
    if let Some((from, to)) = core.split_once(['–', '-']) {
        let both = (is_year(from), is_year(to), to.len());
        return match both {
            (Some(from), Some(to), _) if from < to => Some(Said::new(
                format!("{} to {}", spell::year(from), spell::year(to)),
                1,
            )),
            (Some(from), None, 2) if words(to).is_some() => Some(Said::new(
                format!("{} to {}", spell::year(from), words(to)?),
                1,
            )),
            _ => None,
        };
    }
    let n = is_year(core)?;
    let before = line.before(at);
    let behind = line.behind(at);
    let counted = behind.starts_with(char::is_lowercase) && !abbreviation::is_function_word(behind);
    let cue = BEFORE_YEAR.contains(&before.as_str())
        || super::calendar::is_name(&before)
        || !line.tokens[at].before.is_empty();
    let is_code = BEFORE_CODE.contains(&before.as_str());
    let later = matches!(behind, "AD" | "BC" | "CE" | "BCE");
    ((cue || !counted || later) && !is_code && (cue || !(2000..2010).contains(&n) || !counted))
        .then(|| Said::new(spell::year(n), 1))
}

/// Whether the seconds that a token seems to be are ten years: `1960s`, or
/// `60s` behind "the".
pub(super) fn is_decade(line: &SpokenLine<'_>, at: usize) -> bool {
    let digits = line.core(at).trim_end_matches('s');
    let tens = digits.ends_with('0');
    match digits.len() {
        4 => tens && is_year(digits).is_some(),
        2 => tens && line.before(at) == "the",
        _ => false,
    }
}

fn is_year(core: &str) -> Option<u64> {
    let digits = core.len() == 4 && core.bytes().all(|b| b.is_ascii_digit());
    let n: u64 = core.parse().ok().filter(|_| digits)?;
    (1100..2100).contains(&n).then_some(n)
}

/// Digits that name something: `Room 405`, `PIN 1234`, `0815`, ten digits.
pub(super) fn code(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    if core.is_empty() || !core.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let before = line.before(at);
    let named = BEFORE_CODE.contains(&before.as_str()) && 2 < core.len();
    // "CA 90210"
    let state = at
        .checked_sub(1)
        .map(|before| line.core(before))
        .is_some_and(|core| core.len() == 2 && core.bytes().all(|b| b.is_ascii_uppercase()));
    let zeros = 1 < core.len() && core.starts_with('0');
    let long = LONGEST_COUNT < core.len();
    (named || zeros || long || state && core.len() == 5)
        .then(|| Said::new(NUMERALS.digits(core), 1))
}

/// A number, an ordinal, one with a sign before it, or a sign between numbers.
pub(super) fn number(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    if let Some(said) = between(line, at) {
        return Some(said);
    }
    if let Some(number) = core.strip_prefix('#').filter(|rest| words(rest).is_some()) {
        return Some(Said::new(format!("number {}", words(number)?), 1));
    }
    if let Some(said) = words(core) {
        return Some(Said::new(said, 1));
    }
    let lower = core.to_lowercase();
    if let Some(times) = lower.strip_suffix(['x', '×']) {
        return Some(Said::new(format!("{} times", words(times)?), 1));
    }
    if let Some(times) = lower.strip_prefix(['x', '×']) {
        return Some(Said::new(format!("times {}", words(times)?), 1));
    }
    let stem = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| lower.strip_suffix(ending));
    if let Some(n) = stem.and_then(|stem| stem.replace(',', "").parse().ok()) {
        return Some(Said::new(speak::ordinal(n), 1));
    }
    // "4K", "10k", "12B": a number and the letter's name.
    let (digits, letter) = core.split_at_checked(core.len().checked_sub(1)?)?;
    let plain = letter.bytes().all(|b| b.is_ascii_alphabetic());
    let said = words(digits).filter(|_| plain)?;
    Some(Said::new(format!("{said} {}", letter.to_uppercase()), 1))
}

/// The word of a sign that stands between two numbers.
fn between(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let number = |at: usize| {
        let core = line.core(at);
        core.starts_with(|c: char| c.is_ascii_digit() || c == '-')
    };
    let left = at.checked_sub(1).is_some_and(number);
    let word = match line.core(at) {
        "×" | "x" | "*" => "times",
        "-" => "minus",
        "/" | "÷" | ":" => "divided by",
        _ => return None,
    };
    (left && number(at + 1)).then(|| Said::new(word, 1))
}

/// Numbers within a word, `Covid-19`, `2-door`; the rest of it as it is.
pub(super) fn embedded(word: &str) -> String {
    if !word.contains('-') {
        return word.to_owned();
    }
    let parts: Vec<String> = word
        .split('-')
        .map(|part| match part.parse::<u64>() {
            Ok(n) if part.len() <= LONGEST_COUNT => spell::count(n),
            _ => part.to_owned(),
        })
        .collect();
    parts.join("-")
}
