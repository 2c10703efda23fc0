//! Cuts a line into tokens, with the many spellings of signs made one.

/// What stands between two blanks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// Opening punctuation.
    pub(super) before: &'t str,
    /// What is between. May be empty.
    pub(super) core: &'t str,
    /// Closing punctuation.
    pub(super) after: &'t str,
}

/// Fractions of one character.
const FRACTIONS: [(char, &str); 13] = [
    ('½', "1/2"),
    ('¼', "1/4"),
    ('¾', "3/4"),
    ('⅓', "1/3"),
    ('⅔', "2/3"),
    ('⅕', "1/5"),
    ('⅖', "2/5"),
    ('⅗', "3/5"),
    ('⅘', "4/5"),
    ('⅙', "1/6"),
    ('⅛', "1/8"),
    ('⅜', "3/8"),
    ('⅝', "5/8"),
];

/// The line with one spelling for each sign: `–` within a token is a range, a
/// dash between words a comma.
pub(super) fn prepared(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '’' | '‘' => text.push('\''),
            '“' | '”' | '„' => text.push('"'),
            '…' => text.push('.'),
            '—' => text.push_str(" , "),
            '−' | '‐' | '‑' => text.push('-'),
            '‒' => text.push('–'),
            '℃' => text.push_str("°C"),
            '℉' => text.push_str("°F"),
            'μ' => text.push('µ'),
            '\u{2126}' => text.push('Ω'),
            '⁄' => text.push('/'),
            '№' => text.push('#'),
            _ => match FRACTIONS.iter().find(|(sign, _)| *sign == c) {
                Some((_, written)) => {
                    if text.ends_with(|c: char| c.is_ascii_digit()) {
                        text.push(' ');
                    }
                    text.push_str(written);
                }
                None => text.push(c),
            },
        }
    }
    dashes(&text)
}

/// Joins spaced ranges, `9 – 17`, and makes every other dash a comma.
fn dashes(text: &str) -> String {
    let sums = text.contains('=');
    let mut words: Vec<String> = Vec::new();
    let mut rest = text.split_whitespace().peekable();
    while let Some(word) = rest.next() {
        let spaced = matches!(word, "–" | "-");
        let next = rest.peek().copied().unwrap_or_default();
        let between = |last: &String| amount(last, next, word == "-" && sums);
        if spaced && words.last().is_some_and(between) {
            let next = rest.next().unwrap_or_default();
            if let Some(last) = words.last_mut() {
                last.push('–');
                last.push_str(next);
            }
        } else if spaced && ends_amount(&words) && next.starts_with(|c: char| c.is_ascii_digit()) {
            words.push("to".into());
        } else if word == "–" {
            words.push(",".into());
        } else if let Some((low, high)) = word.split_once('–')
            && !connects(low, high)
        {
            words.push(low.to_owned());
            words.push(",".into());
            words.push(high.replace('–', " , "));
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

/// Whether a spaced dash between two words is a range and not a pause. A
/// spaced hyphen in a sum, or before a smaller number, is a minus.
fn amount(low: &str, high: &str, sum: bool) -> bool {
    let number = |text: &str| {
        let digits: String = text
            .chars()
            .filter(|c| matches!(c, '0'..='9' | '.'))
            .collect();
        let starts = text.starts_with(|c: char| c.is_ascii_digit());
        digits
            .trim_end_matches('.')
            .parse::<f64>()
            .ok()
            .filter(|_| starts)
    };
    let ends = !low.ends_with([',', ';', ':', '!', '?']);
    matches!((number(low), number(high)), (Some(low), Some(high)) if ends && !sum && low < high)
}

/// Whether the last words are a number and its unit, as in "20 min - 30 min".
fn ends_amount(words: &[String]) -> bool {
    match words {
        [.., number, unit] => {
            number.ends_with(|c: char| c.is_ascii_digit())
                && super::super::units::unit(unit).is_some()
        }
        _ => false,
    }
}

/// Whether an unspaced dash joins two ends of a range: numbers, times, names of
/// days and months, single letters.
fn connects(low: &str, high: &str) -> bool {
    let end = |text: &str| {
        let core = text.trim_matches(|c: char| !c.is_alphanumeric());
        core.contains(|c: char| c.is_ascii_digit())
            || core.chars().count() == 1
            || super::calendar::is_name(core)
    };
    end(low) && end(high)
}

/// The tokens of a prepared line.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    text.split_whitespace().map(token).collect()
}

fn token(text: &str) -> Token<'_> {
    let closes = |c: char| {
        matches!(
            c,
            '.' | ',' | '!' | '?' | ';' | ':' | ')' | ']' | '"' | '\''
        )
    };
    let core = text.trim_start_matches(['(', '[', '"', '\'']);
    let before = &text[..text.len() - core.len()];
    let kept = core.trim_end_matches(closes);
    Token {
        before,
        core: kept,
        after: &core[kept.len()..],
    }
}
