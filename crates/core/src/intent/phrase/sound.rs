//! How alike two words are to an ear: what a speech recogniser confuses.

use super::words;
use crate::language::{Inflection, spoken};

/// Inflection of a noun or of a list's value: `light`, `lights`.
const INFLECTED: u16 = 4;
/// A verb in its -ing form.
const PROGRESSIVE: u16 = 8;
/// A past tense is a report more often than an order.
const PAST: u16 = 30;
/// Sounds the same.
const HOMOPHONE: u16 = 8;
/// One letter or sound off.
const NEAR: u16 = 14;
/// Two or three off, in a long word.
const FAR: u16 = 20;

/// A word with what comparing it needs.
#[derive(Clone, Debug)]
pub(super) struct Sound {
    pub text: String,
    /// See [`crate::language::Language::sound`].
    key: String,
    /// Bit for each letter that occurs.
    letters: u32,
    pub closed: bool,
    /// Occurs in a slot's values.
    pub in_value: bool,
}

impl Sound {
    pub(super) fn new(text: &str, in_value: bool) -> Self {
        Self {
            text: text.to_owned(),
            key: spoken().sound(text),
            letters: letters(text),
            closed: words::is_closed(text),
            in_value,
        }
    }
}

/// What it costs to take `heard` for `meant`; `None` if it must not be.
/// `known` is whether the grammar has the heard word: then it is itself.
pub(super) fn cost(heard: &Sound, meant: &Sound, known: bool) -> Option<u16> {
    if heard.text == meant.text {
        return Some(0);
    }
    if let Some(cost) = inflection(&heard.text, &meant.text, meant.in_value) {
        let exact = words::is_numeral(&meant.text)
            || words::is_small(&meant.text)
            || spoken().is_weekday(&meant.text);
        return (!exact).then_some(cost);
    }
    if known || heard.closed || meant.closed {
        return None;
    }
    if (heard.letters ^ meant.letters).count_ones() > 6 {
        return None;
    }
    distance(heard, meant)
}

fn distance(heard: &Sound, meant: &Sound) -> Option<u16> {
    let length = heard.text.chars().count().max(meant.text.chars().count());
    let shortest = heard.text.chars().count().min(meant.text.chars().count());
    if length - shortest > 3 || words::are_reversed(&heard.text, &meant.text) {
        return None;
    }
    let letters = strsim::osa_distance(&heard.text, &meant.text);
    if heard.key == meant.key {
        return (length > 3 && letters <= 3 || letters <= 1 && length > 2).then_some(HOMOPHONE);
    }
    if heard.key.chars().next() != meant.key.chars().next() {
        return None;
    }
    let sounds = strsim::osa_distance(&heard.key, &meant.key);
    match length {
        0..=4 => None,
        5..=6 => (letters == 1 && sounds <= 1).then_some(NEAR),
        7..=9 if letters <= 1 && sounds <= 1 => Some(NEAR),
        7..=9 => (letters <= 2 && sounds <= 1).then_some(FAR),
        _ if letters <= 2 && sounds <= 2 => Some(NEAR),
        _ => (letters <= 3 && sounds <= 2).then_some(FAR),
    }
}

fn inflection(heard: &str, meant: &str, in_value: bool) -> Option<u16> {
    let (short, long) = if heard.len() < meant.len() {
        (heard, meant)
    } else {
        (meant, heard)
    };
    let said_longer = long == heard;
    let cost = match spoken().inflection(short, long)? {
        Inflection::Plural => INFLECTED,
        Inflection::Progressive if in_value => INFLECTED,
        Inflection::Progressive => PROGRESSIVE,
        Inflection::Past if in_value || !said_longer => INFLECTED,
        Inflection::Past => PAST,
    };
    Some(cost)
}

fn letters(text: &str) -> u32 {
    text.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |set, b| set | 1 << (b - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(heard: &str, meant: &str) -> Option<u16> {
        cost(&Sound::new(heard, false), &Sound::new(meant, false), false)
    }

    #[test]
    fn what_recognisers_confuse_is_near() {
        for (heard, meant) in [
            ("mocca", "mocha"),
            ("kitten", "kitchen"),
            ("americana", "americano"),
            ("capuccino", "cappuccino"),
            ("expresso", "espresso"),
            ("lights", "light"),
            ("brightnes", "brightness"),
            ("temprature", "temperature"),
        ] {
            assert!(
                alike(heard, meant).is_some(),
                "{heard} for {meant}: {} {}",
                spoken().sound(heard),
                spoken().sound(meant)
            );
        }
    }

    #[test]
    fn what_means_something_else_is_far() {
        for (heard, meant) in [
            ("bathroom", "bedroom"),
            ("off", "on"),
            ("unlock", "lock"),
            ("deactivate", "activate"),
            ("decrease", "increase"),
            ("fifteen", "fifty"),
            ("wall", "hall"),
            ("garage", "garden"),
            ("lift", "left"),
            ("sunday", "monday"),
            ("chicken", "kitchen"),
            ("mouse", "house"),
            ("downstairs", "upstairs"),
            ("oven", "open"),
            ("for", "four"),
            ("thirteen", "thirty"),
        ] {
            assert!(alike(heard, meant).is_none(), "{heard} for {meant}");
        }
    }
}
