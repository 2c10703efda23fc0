//! Amounts: numbers, ranges and fractions with a unit, a sign or a price.

use super::super::{figures as spell, units};
use super::{Said, SpokenLine, Stop, figures};

/// Signs before a number.
const SIGNS: [(&str, &str); 11] = [
    ("±", "plus or minus "),
    ("+/-", "plus or minus "),
    ("<=", "at most "),
    (">=", "at least "),
    ("<", "less than "),
    (">", "more than "),
    ("≤", "at most "),
    ("≥", "at least "),
    ("~", "about "),
    ("≈", "about "),
    ("∼", "about "),
];

/// Factors behind a price.
const SCALES: [(&str, &str); 17] = [
    ("k", "thousand"),
    ("K", "thousand"),
    ("thousand", "thousand"),
    ("m", "million"),
    ("M", "million"),
    ("mn", "million"),
    ("mio", "million"),
    ("mil", "million"),
    ("million", "million"),
    ("b", "billion"),
    ("B", "billion"),
    ("bn", "billion"),
    ("billion", "billion"),
    ("tn", "trillion"),
    ("T", "trillion"),
    ("trn", "trillion"),
    ("trillion", "trillion"),
];

/// Nouns before a number that names a place: the letter behind it is no unit.
const PLACES: [&str; 25] = [
    "gate",
    "room",
    "platform",
    "track",
    "seat",
    "row",
    "line",
    "bus",
    "building",
    "block",
    "apartment",
    "flat",
    "exit",
    "section",
    "zone",
    "level",
    "floor",
    "hall",
    "aisle",
    "door",
    "terminal",
    "wing",
    "route",
    "table",
    "suite",
];

/// Words behind `10 in` that make it inches.
const MEASURED: [&str; 12] = [
    "of", "by", "x", "×", "long", "wide", "high", "deep", "tall", "thick", "screen", "across",
];

/// The figures of an amount.
struct Amount<'t> {
    said: String,
    /// One or less than one whole: the unit behind it is singular.
    one: bool,
    /// More than a plain number: worth saying without a unit too.
    composed: bool,
    /// What is left of the token.
    rest: &'t str,
    /// Tokens, the one with `rest` included.
    tokens: usize,
}

/// A number, range or fraction with a unit or a sign.
pub(super) fn measure(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let found = SIGNS.iter().find_map(|(sign, word)| {
        let rest = core.strip_prefix(sign)?;
        let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        match rest {
            "" if digit(line.core(at + 1)) => Some((*word, at + 1, line.core(at + 1), 1)),
            _ => digit(rest).then_some((*word, at, rest, 0)),
        }
    });
    let (sign, at, text, skipped) = found.unwrap_or(("", at, core, 0));
    let amount = amount(line, at, text)?;
    let last = at + amount.tokens - 1;
    let unit = if amount.rest.is_empty() {
        behind(line, at, last)
    } else if let Some(both) = two_units(text) {
        return Some(Said::new(format!("{sign}{both}"), skipped + 1));
    } else if amount.rest == "s" && figures::is_decade(line, at) {
        return None;
    } else {
        let attached = units::unit(amount.rest)?;
        let kelvin = amount.rest == "K" && figures::value(text.trim_end_matches('K')) < Some(1e3);
        (!kelvin).then_some((attached, 0, false))
    };
    let tokens = skipped + amount.tokens;
    let Some(((one, many), more, abbreviated)) = unit else {
        let said = format!("{sign}{}", amount.said);
        let worth = (amount.composed || !sign.is_empty()) && amount.rest.is_empty();
        return worth.then(|| Said::new(said, tokens));
    };
    let article = matches!(line.before(at).as_str(), "a" | "an")
        && line.behind(last + more).starts_with(char::is_lowercase);
    let word = if amount.one || article { one } else { many };
    Some(Said {
        text: format!("{sign}{} {word}", amount.said),
        tokens: tokens + more,
        stop: if abbreviated {
            Stop::Shortening
        } else {
            Stop::Sentence
        },
    })
}

/// `10%–20%`, `5kg-10kg`: a unit at both ends of a range.
fn two_units(text: &str) -> Option<String> {
    let at = text.char_indices().skip(1).find(|(at, c)| {
        matches!(c, '–' | '-') && !text[..*at].ends_with(|c: char| c.is_ascii_digit())
    });
    let (at, dash) = at?;
    let side = |text: &str| {
        let digits = |c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-');
        let (number, unit) = text.split_at(text.find(digits)?);
        let (one, many) = units::unit(unit)?;
        let word = if number == "1" { one } else { many };
        Some(format!("{} {word}", figures::words(number)?))
    };
    Some(format!(
        "{} to {}",
        side(&text[..at])?,
        side(&text[at + dash.len_utf8()..])?
    ))
}

/// The amount that a token begins with.
fn amount<'t>(line: &SpokenLine<'t>, at: usize, text: &'t str) -> Option<Amount<'t>> {
    let sign = usize::from(text.starts_with(['-', '+']));
    let digit = |at: usize| text[at..].starts_with(|c: char| c.is_ascii_digit());
    let inner = |(at, c): &(usize, char)| match c {
        '.' | ',' | '/' | '-' | '–' => true,
        'x' | '×' => digit(at + c.len_utf8()),
        c => c.is_ascii_digit(),
    };
    let end = text
        .char_indices()
        .skip(sign)
        .find(|found| !inner(found))
        .map_or(text.len(), |(end, _)| end);
    // `5-°C` and `0.3/kWh` end before the sign.
    let figures = text[..end].trim_end_matches(['.', ',', '/', '-', '–']);
    let rest = &text[figures.len()..];
    let plain = |said: String, one: bool, composed: bool| Amount {
        said,
        one,
        composed,
        rest,
        tokens: 1,
    };
    if let Some(said) = figures::words(figures) {
        let whole = figures.bytes().all(|b| b.is_ascii_digit());
        if whole && rest.is_empty() && line.joined(at) {
            let next = line.core(at + 1);
            let end = next
                .find(|c: char| !c.is_ascii_digit() && c != '/')
                .unwrap_or(next.len());
            if let Some(part) = figures::fraction(&next[..end]) {
                let part = match part.strip_prefix("one ") {
                    Some(name) => format!("a {name}").replace("a eigh", "an eigh"),
                    None => part,
                };
                return Some(Amount {
                    said: format!("{said} and {part}"),
                    one: false,
                    composed: true,
                    rest: &next[end..],
                    tokens: 2,
                });
            }
        }
        let one = matches!(figures.trim_start_matches(['-', '+']), "1");
        return Some(plain(said, one, false));
    }
    if let Some(said) = figures::fraction(figures) {
        return Some(plain(said, true, true));
    }
    let said = range(figures).or_else(|| area(figures))?;
    Some(plain(said, false, true))
}

/// `1920x1080`, `2×3×4`.
fn area(text: &str) -> Option<String> {
    let sides: Option<Vec<String>> = text.split(['x', '×']).map(figures::words).collect();
    sides
        .filter(|sides| 1 < sides.len())
        .map(|sides| sides.join(" by "))
}

/// `10-20`, `-5–-2`, but not the telephone's `555-1234` and no years.
fn range(text: &str) -> Option<String> {
    let at = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '-' | '–'))?
        .0;
    let dash = text[at..].chars().next()?;
    let (low, high) = (&text[..at], &text[at + dash.len_utf8()..]);
    let (from, to) = (figures::value(low)?, figures::value(high)?);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let telephone = dash == '-' && digits(high) > 3 && digits(high) != digits(low);
    let years = digits(low) == 4 && digits(high) == 4 && (1_100.0..2_100.0).contains(&from);
    let padded = low.len() > 1 && low.starts_with('0') && !low.contains('.');
    if from >= to || telephone || years && !text.contains('.') || padded {
        return None;
    }
    Some(format!(
        "{} to {}",
        figures::words(low)?,
        figures::words(high)?
    ))
}

/// The unit behind the token `last`, how many tokens it takes, and whether a
/// full stop behind it may belong to it.
fn behind(
    line: &SpokenLine<'_>,
    number: usize,
    last: usize,
) -> Option<((String, String), usize, bool)> {
    if !line.joined(last) {
        return None;
    }
    let at = last + 1;
    let word = line.core(at);
    let next = line.core(at + 1);
    let square = match word {
        "sq" => Some("square"),
        "cu" => Some("cubic"),
        "fl" if next == "oz" => Some("fluid"),
        _ => None,
    };
    if let Some(square) = square {
        let (one, many) = units::unit(next)?;
        return Some((
            (format!("{square} {one}"), format!("{square} {many}")),
            2,
            true,
        ));
    }
    let unit = units::unit(word)?;
    let ends = !line.joined(at);
    if word == "in" && !ends && !MEASURED.contains(&next) {
        return None;
    }
    let letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
    if letter && PLACES.contains(&line.before(number).as_str()) {
        return None;
    }
    let lower = word.bytes().all(|b| b.is_ascii_lowercase());
    Some((unit, 1, lower && 1 < word.len()))
}

/// `$3.50`, `€3m`, `5 €`, `$1.5 million`, `0.30 €/kWh`.
pub(super) fn price(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let (sign, text) = SIGNS
        .iter()
        .find_map(|(sign, word)| Some((*word, core.strip_prefix(sign)?)))
        .filter(|(_, rest)| !rest.is_empty())
        .unwrap_or(("", core));
    let (minus, text) = match text.strip_prefix('-') {
        Some(rest) => ("minus ", rest),
        None => ("", text),
    };
    let before = units::CURRENCIES
        .iter()
        .find_map(|currency| Some((currency, text.strip_prefix(currency.sign)?)));
    let (currency, amount, at_amount, rest, tokens) = match before {
        Some((currency, "")) => {
            let amount = amount(line, at + 1, line.core(at + 1))?;
            let figures = &line.core(at + 1)[..line.core(at + 1).len() - amount.rest.len()];
            (currency, figures, at + 1, amount.rest, 2)
        }
        Some((currency, text)) => {
            let amount = amount(line, at, text)?;
            (
                currency,
                &text[..text.len() - amount.rest.len()],
                at,
                amount.rest,
                1,
            )
        }
        None => behind_price(line, at, text)?,
    };
    let (scale, more) = scale(
        line,
        at_amount + tokens - 1 - (at_amount - at),
        rest,
        before.is_some(),
    );
    let per = match rest.split_once('/') {
        Some((_, unit)) => format!(" per {}", units::unit(unit)?.0),
        None if rest.is_empty() || scale.is_some() => String::new(),
        None => return None,
    };
    let article = matches!(line.before(at).as_str(), "a" | "an");
    let said = money(amount, currency, scale, article)?;
    Some(Said::new(
        format!("{sign}{minus}{said}{per}"),
        tokens + more,
    ))
}

/// A price whose currency stands behind it: its figures, and what is left of
/// the token behind the currency.
type Behind<'t> = (&'static units::Currency, &'t str, usize, &'t str, usize);

fn behind_price<'t>(line: &SpokenLine<'t>, at: usize, text: &'t str) -> Option<Behind<'t>> {
    let found = amount(line, at, text)?;
    let figures = &text[..text.len() - found.rest.len()];
    if found.tokens != 1 {
        return None;
    }
    let (written, tokens) = match found.rest {
        "" => (line.behind(at), 2),
        rest => (rest, 1),
    };
    units::CURRENCIES.iter().find_map(|currency| {
        let rest = written.strip_prefix(currency.sign)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((currency, figures, at, rest, tokens))
    })
}

/// The factor of a price, and how many tokens it takes.
fn scale(
    line: &SpokenLine<'_>,
    last: usize,
    rest: &str,
    before: bool,
) -> (Option<&'static str>, usize) {
    let find = |word: &str| {
        SCALES
            .iter()
            .find(|(short, _)| *short == word)
            .map(|(_, word)| *word)
    };
    if !rest.is_empty() {
        return (find(rest).filter(|_| before), 0);
    }
    let next = line.behind(last);
    // `$5 m` is no more usual than five dollars of something.
    match find(next).filter(|_| before && next.len() > 1) {
        Some(scale) => (Some(scale), 1),
        None => (None, 0),
    }
}

fn money(
    figures: &str,
    currency: &units::Currency,
    scale: Option<&str>,
    article: bool,
) -> Option<String> {
    let (one, many) = currency.whole;
    if let Some(scale) = scale {
        let said = figures::words(figures).or_else(|| range(figures))?;
        let name = if article { one } else { many };
        return Some(format!("{said} {scale} {name}"));
    }
    let Some((whole, fraction)) = figures::parts(figures) else {
        return Some(format!("{} {many}", range(figures)?));
    };
    let plural = |n: &str, one: &'static str, many: &'static str| {
        if n == "1" || article { one } else { many }
    };
    match (fraction, currency.cent) {
        ("" | "00", _) => Some(format!(
            "{} {}",
            spell::written(&whole, ""),
            plural(&whole, one, many)
        )),
        (cents, Some((cent, all))) if cents.len() == 2 => {
            let count = cents.trim_start_matches('0');
            let small = format!("{} {}", spell::written(count, ""), plural(count, cent, all));
            Some(match whole.trim_start_matches('0') {
                "" => small,
                _ => format!(
                    "{} {} and {small}",
                    spell::written(&whole, ""),
                    plural(&whole, one, many)
                ),
            })
        }
        _ => Some(format!("{} {many}", figures::words(figures)?)),
    }
}
