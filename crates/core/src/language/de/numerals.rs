//! Numbers as words: the canonical form of numerals below a hundred is one word
//! ("vierundzwanzig"); hundreds, thousands and millions are words of their own
//! ("zwei hundert fuenfzig"), so that one form reads what is written together
//! and apart. Ordinals are in the form behind "der": `dritte`.

use crate::language::shared::numerals::Numerals;

/// `null` to `neunzehn`, each at its own index.
pub(super) const SMALL: [&str; 20] = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];

/// `zwanzig` to `neunzig`: index 0 is twenty. In canonical letters.
pub(super) const TENS: [&str; 8] = [
    "zwanzig", "dreissig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig",
];

/// Digits as they stand before "und" and "hundert": "einundzwanzig".
fn unit_stem(n: u64) -> &'static str {
    if n == 1 {
        "ein"
    } else {
        SMALL[usize::try_from(n).unwrap_or(0)]
    }
}

/// A number below a hundred as one word.
#[must_use]
pub(super) fn below_hundred(n: u64) -> String {
    match (n / 10, n % 10) {
        (..2, _) => SMALL[usize::try_from(n).unwrap_or(0)].to_owned(),
        (tens, 0) => ten(tens).to_owned(),
        (tens, units) => format!("{}und{}", unit_stem(units), ten(tens)),
    }
}

fn ten(tens: u64) -> &'static str {
    TENS[usize::try_from(tens.saturating_sub(2)).unwrap_or(0) % TENS.len()]
}

pub(super) static NUMERALS: Numerals = Numerals {
    digits: &SMALL,
    below_thousand,
    thousands: |count| match count {
        1 => "ein tausend".to_owned(),
        _ => format!("{} tausend", below_thousand(count)),
    },
    millions: |count| match count {
        1 => "eine million".to_owned(),
        _ => format!("{} millionen", below_thousand(count)),
    },
    ordinal: ordinal_word,
};

fn below_thousand(n: u64) -> String {
    let rest = below_hundred(n % 100);
    match (n / 100, n % 100) {
        (0, _) => rest,
        (hundreds, 0) => format!("{} hundert", unit_stem(hundreds)),
        (hundreds, _) => format!("{} hundert {rest}", unit_stem(hundreds)),
    }
}

fn ordinal_word(cardinal: &str) -> String {
    match cardinal {
        "eins" => "erste".into(),
        "drei" => "dritte".into(),
        "sieben" => "siebte".into(),
        "acht" => "achte".into(),
        _ if SMALL.contains(&cardinal) => format!("{cardinal}te"),
        _ => format!("{cardinal}ste"),
    }
}

/// The canonical words of a numeral that may be written together; `None` for
/// other words. "zweihundertfuenfzig" is `zwei hundert fünfzig`.
#[must_use]
pub(super) fn split(word: &str) -> Option<Vec<String>> {
    if let Some(one) = one_word(word) {
        return Some(vec![one]);
    }
    for (unit, most) in [("tausend", 999), ("hundert", 19)] {
        let Some((head, tail)) = word.split_once(unit) else {
            continue;
        };
        let mut words = match head {
            "" => Vec::new(),
            "ein" => vec!["ein".to_owned()],
            // "Einhunderteintausend": one has its ending at the end only.
            _ if unit == "tausend" && head.ends_with("ein") => split(&format!("{head}s"))?,
            _ => split(head).filter(|words| value(words).is_some_and(|n| n <= most))?,
        };
        words.push(unit.to_owned());
        let tail = tail.strip_prefix("und").unwrap_or(tail);
        if !tail.is_empty() {
            words.extend(split(tail)?);
        }
        return Some(words);
    }
    None
}

/// The number of canonical words below a million, roughly: only its bound counts.
fn value(words: &[String]) -> Option<u64> {
    (0..1_000).find(|n| {
        NUMERALS
            .cardinal(*n)
            .split(' ')
            .eq(words.iter().map(String::as_str))
    })
}

fn one_word(word: &str) -> Option<String> {
    match word {
        "zwo" => return Some("zwei".into()),
        "hundert" | "tausend" => return Some(word.to_owned()),
        "fuffzehn" => return Some("fünfzehn".into()),
        "fuffzig" => return Some("fünfzig".into()),
        _ => {}
    }
    if SMALL.contains(&word) || TENS.contains(&word) {
        return Some(word.to_owned());
    }
    let (unit, ten) = word.split_once("und")?;
    let known = (1..10).any(|n| unit_stem(n) == unit) || unit == "zwo";
    let unit = if unit == "zwo" { "zwei" } else { unit };
    (known && TENS.contains(&ten)).then(|| format!("{unit}und{ten}"))
}

/// The canonical word of an ordinal in any of its endings: "dritten" is
/// `dritte`.
#[must_use]
pub(super) fn ordinal_of(word: &str) -> Option<String> {
    let stem = ["e", "en", "er", "es", "em"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.ends_with('t')))?;
    if stem == "siebent" {
        return Some("siebte".into());
    }
    let lone = ["erst", "dritt", "siebt", "acht"];
    let stemmed = stem
        .strip_suffix("st")
        .filter(|number| TENS.contains(number) || number.contains("und"))
        .or_else(|| {
            stem.strip_suffix('t')
                .filter(|number| SMALL.contains(number))
        });
    let is = lone.contains(&stem) || stemmed.is_some_and(|number| one_word(number).is_some());
    is.then(|| format!("{stem}e"))
}

/// Whether a word ends a whole number.
#[must_use]
pub(super) fn is_cardinal(word: &str) -> bool {
    one_word(word).is_some() || matches!(word, "million" | "millionen" | "milliarde" | "milliarden")
}

/// Whether a word is a numeral, an ordinal one, or part of a number; so are
/// figures that read as no number.
#[must_use]
pub(super) fn is_numeral(word: &str) -> bool {
    is_cardinal(word)
        || word.starts_with(|first: char| first.is_ascii_digit())
        || ordinal_of(word).is_some_and(|ordinal| ordinal == word)
        || matches!(
            word,
            "halb"
                | "halbe"
                | "einhalb"
                | "anderthalb"
                | "viertel"
                | "dreiviertel"
                | "drittel"
                | "dutzend"
                | "komma"
                | "schrägstrich"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_apart_and_together() {
        for (written, words) in [
            ("vierundzwanzig", "vierundzwanzig"),
            ("hundertfünfzig", "hundert fünfzig"),
            ("zweihundertfünfzig", "zwei hundert fünfzig"),
            ("eintausendzweihundert", "ein tausend zwei hundert"),
            ("neunzehnhundertneunzig", "neunzehn hundert neunzig"),
            ("hundertundeins", "hundert eins"),
            ("einhunderteintausend", "ein hundert eins tausend"),
            ("zweitausendsechsundzwanzig", "zwei tausend sechsundzwanzig"),
            ("zwoundzwanzig", "zweiundzwanzig"),
        ] {
            assert_eq!(
                split(written).map(|words| words.join(" ")).as_deref(),
                Some(words)
            );
        }
        for word in [
            "hund",
            "bund",
            "und",
            "gesund",
            "achtung",
            "einladung",
            "tausende",
        ] {
            assert_eq!(split(word), None, "{word}");
        }
        for n in (0..2_000).chain([9_999, 12_345, 999_999, 1_000_000, 21_000_021]) {
            let words = NUMERALS.cardinal(n);
            for word in words.split(' ') {
                assert!(
                    is_cardinal(word) || matches!(word, "ein" | "eine"),
                    "{word}"
                );
            }
        }
        assert_eq!(NUMERALS.cardinal(1_021), "ein tausend einundzwanzig");
    }

    #[test]
    fn ordinals_have_one_form() {
        for (written, canonical) in [
            ("ersten", "erste"),
            ("dritter", "dritte"),
            ("siebenten", "siebte"),
            ("zwölften", "zwölfte"),
            ("vierundzwanzigstem", "vierundzwanzigste"),
            ("zwanzigsten", "zwanzigste"),
        ] {
            assert_eq!(ordinal_of(written).as_deref(), Some(canonical), "{written}");
        }
        for word in ["weiter", "heute", "beste", "letzte", "warten", "rote"] {
            assert_eq!(ordinal_of(word), None, "{word}");
        }
        assert_eq!(NUMERALS.ordinal(31), "einunddreissigste");
        assert_eq!(NUMERALS.ordinal(2), "zweite");
    }
}
