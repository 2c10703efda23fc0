//! Word by word: contractions opened, abbreviations written out, one spelling
//! where English has two.

use std::borrow::Cow;

use super::numerals::{SMALL, TENS};
use crate::language::Word;

/// The canonical words (often one, separated by spaces) of one lower-case
/// word. `after_number` is whether a number stands right before it.
pub(super) fn fold(word: &str, after_number: bool) -> Cow<'_, str> {
    if after_number && let Some(unit) = unit_after_number(word) {
        return unit.into();
    }
    if let Some(open) = contraction(word) {
        return open.into();
    }
    if let Some((stem, suffix)) = word.split_once('\'') {
        return open_suffix(stem, suffix, after_number).into();
    }
    match one_spelling(word) {
        Some(other) => other.into(),
        None => word.into(),
    }
}

/// Joins pairs that are one word elsewhere: `per cent`, `o clock`, `7 p m`.
pub(super) fn join_pairs(words: &mut Vec<Word>) {
    let mut at = 0;
    while at + 1 < words.len() {
        let numeral_before = at > 0 && is_numeral(&words[at - 1].text);
        let joined = match (words[at].text.as_str(), words[at + 1].text.as_str()) {
            ("per", "cent") => "percent",
            ("o", "clock") => "oclock",
            ("all", "right") => "alright",
            ("a", "m") if numeral_before => "am",
            ("p", "m") if numeral_before => "pm",
            _ => {
                at += 1;
                continue;
            }
        };
        let second = words.remove(at + 1);
        words[at] = Word {
            text: joined.to_owned(),
            end: second.end,
            start: words[at].start,
            pause: second.pause,
        };
        at += 1;
    }
}

fn is_numeral(word: &str) -> bool {
    SMALL.contains(&word) || TENS.contains(&word) || word == "oclock"
}

fn unit_after_number(word: &str) -> Option<&'static str> {
    Some(match word {
        "h" | "hr" => "hours",
        "min" => "minutes",
        "s" | "sec" => "seconds",
        "g" => "grams",
        "l" => "liters",
        "k" => "thousand",
        _ => return None,
    })
}

fn contraction(word: &str) -> Option<&'static str> {
    Some(match word {
        "can't" | "cannot" | "cant" => "can not",
        "won't" | "wont" => "will not",
        "shan't" => "shall not",
        "ain't" | "isn't" | "isnt" => "is not",
        "don't" | "dont" => "do not",
        "doesn't" | "doesnt" => "does not",
        "didn't" | "didnt" => "did not",
        "let's" => "let us",
        "nevermind" => "never mind",
        "o'clock" => "oclock",
        "what's" | "whats" => "what is",
        "time's" => "time is",
        "day's" => "day is",
        "date's" => "date is",
        "who's" => "who is",
        "where's" | "wheres" => "where is",
        "when's" => "when is",
        "how's" | "hows" => "how is",
        "why's" => "why is",
        "that's" | "thats" => "that is",
        "it's" => "it is",
        "there's" | "theres" => "there is",
        "here's" => "here is",
        "he's" => "he is",
        "she's" => "she is",
        "im" => "i am",
        "ive" => "i have",
        "y'all" => "you all",
        "gonna" => "going to",
        "wanna" => "want to",
        "gotta" => "got to",
        "gimme" => "give me",
        "lemme" => "let me",
        "pls" | "plz" => "please",
        _ => return None,
    })
}

fn open_suffix(stem: &str, suffix: &str, after_number: bool) -> String {
    let other = match suffix {
        "t" if stem.ends_with('n') => " not",
        "ll" => " will",
        "re" => " are",
        "ve" => " have",
        "m" => " am",
        "d" => " would",
        // What is left without the apostrophe may be a word of its own.
        _ => {
            let whole = format!("{stem}{}", suffix.replace('\'', ""));
            return fold(&whole, after_number).into_owned();
        }
    };
    let stem = stem
        .strip_suffix('n')
        .filter(|_| suffix == "t")
        .unwrap_or(stem);
    format!("{}{other}", fold(stem, after_number))
}

fn one_spelling(word: &str) -> Option<&'static str> {
    Some(match word {
        "ok" | "okey" => "okay",
        "oz" => "ounce",
        "ml" | "millilitres" => "milliliters",
        "kg" => "kilograms",
        "km" | "kilometres" => "kilometers",
        "cm" | "centimetres" => "centimeters",
        "mm" => "millimeters",
        "lb" | "lbs" => "pounds",
        "hrs" => "hours",
        "mins" => "minutes",
        "secs" => "seconds",
        "mr" => "mister",
        "colour" => "color",
        "colours" => "colors",
        "grey" => "gray",
        "favourite" => "favorite",
        "favourites" => "favorites",
        "theatre" => "theater",
        "centre" => "center",
        "metre" => "meter",
        "metres" => "meters",
        "litre" => "liter",
        "litres" => "liters",
        "millilitre" => "milliliter",
        "kilometre" => "kilometer",
        "centimetre" => "centimeter",
        "programme" => "program",
        "programmes" => "programs",
        "catalogue" => "catalog",
        "dialogue" => "dialog",
        "neighbour" => "neighbor",
        "neighbours" => "neighbors",
        "licence" => "license",
        "cosy" => "cozy",
        "yoghurt" => "yogurt",
        "flavour" => "flavor",
        "flavours" => "flavors",
        "cancelled" => "canceled",
        "cancelling" => "canceling",
        "doughnut" => "donut",
        "doughnuts" => "donuts",
        "til" | "till" => "until",
        "hallo" | "hullo" => "hello",
        _ => return None,
    })
}
