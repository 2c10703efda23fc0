//! Slots from the words themselves: what is said need not be asked of a model,
//! and what is not said must not come from one.

use std::ops::Range;

use jiff::civil::DateTime;
use strsim::normalized_damerau_levenshtein;

use super::{hints, prompt};
use crate::grammar;
use crate::intent::values;
use crate::intent::values::{Reading, Unreadable};
use crate::model::{IntentSpec, SlotChoice, SlotKind, SlotSpec};
use crate::turn::Slot;

/// How alike a heard and a written form must be to be the same, 0..=1: one
/// letter in seven.
const ALIKE: f64 = 0.85;

/// Forms shorter than this many letters must be heard as they are written.
const SHORT: usize = 5;

/// Words with the same first letters, so many, are forms of one word.
const STEM: usize = 4;

/// The longest stretch of words that is tried as a value.
const LONGEST: usize = 12;

/// A model may conclude a value that was not said ("kill the light": off) only
/// among so few single words: that is a matter of understanding. "Front door"
/// is a name, and which thing is meant must be said.
const INFERRED: usize = 4;

/// A value and the words for it, as far as they were said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct HeardValue {
    /// The value.
    pub reading: Reading,
    /// Its words.
    pub words: String,
    /// Indices of its first word and behind its last; empty where it was not
    /// said.
    pub at: Range<usize>,
}

/// What the words say about one slot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// Exactly this.
    One(HeardValue),
    /// Several things; only a reader of the whole sentence can tell.
    Several(Vec<HeardValue>),
    /// A number that the slot cannot take.
    OutOfRange,
    /// Nothing, but one of these must be meant.
    Implied(Vec<HeardValue>),
    /// Free words: some of these.
    Free,
    /// Nothing.
    Nothing,
}

/// Looks for the slot's value in canonical words.
pub(super) fn said(slot: &SlotSpec, words: &[String], now: DateTime) -> Said {
    if matches!(slot.kind, SlotKind::Text) {
        return Said::Free;
    }
    let mut found = match &slot.kind {
        SlotKind::Values(choices) => {
            let mut found = match hints::denied(choices, words) {
                Some(meant) => vec![meant],
                None => named(choices, words),
            };
            if found.is_empty() && !slot.optional && slot.default.is_none() {
                found.extend(told_apart(choices, words));
            }
            found
        }
        kind => match readable(kind, words, now) {
            Ok(found) => found,
            Err(OutOfRange) => return Said::OutOfRange,
        },
    };
    match (found.len(), &slot.kind) {
        (1, _) => Said::One(found.remove(0)),
        (0, SlotKind::Values(choices))
            if may_be_inferred(choices) && !slot.optional && slot.default.is_none() =>
        {
            let heard = |choice: &SlotChoice| HeardValue {
                reading: values::of_choice(choice),
                words: choice.say[0].clone(),
                at: 0..0,
            };
            Said::Implied(choices.iter().map(heard).collect())
        }
        (0, _) => Said::Nothing,
        _ => Said::Several(found),
    }
}

/// Whether the slot's value may be meant without a word for it.
pub(super) fn may_be_implied(slot: &SlotSpec) -> bool {
    matches!(&slot.kind, SlotKind::Values(choices) if may_be_inferred(choices))
        && !slot.optional
        && slot.default.is_none()
}

/// Whether the values are a matter of understanding rather than names.
pub(super) fn may_be_inferred(choices: &[SlotChoice]) -> bool {
    choices.len() <= INFERRED && choices.iter().all(|choice| !choice.say[0].contains(' '))
}

/// Whether an intent can act without this slot having been said.
pub(super) fn may_be_missing(slot: &SlotSpec) -> bool {
    slot.optional || slot.default.is_some() || slot.ask.is_some()
}

/// Whether the words name something that this intent has no place for and
/// another has: "the bedroom" where all lamps are meant, "blue" where blinds
/// are. Short words are left out, for they mean too many things.
pub(super) fn ignores(
    intent: &IntentSpec,
    intents: &[IntentSpec],
    words: &[String],
    now: DateTime,
) -> bool {
    let named = |intent: &IntentSpec| -> Vec<String> {
        let choices = intent.slots.iter().filter_map(|slot| match &slot.kind {
            SlotKind::Values(choices) if !may_be_inferred(choices) => Some(choices),
            _ => None,
        });
        choices
            .flat_map(|choices| exactly_named(choices, words))
            .collect()
    };
    if measures(intents, words, now).is_some_and(|kind| !intent_takes(intent, kind)) {
        return true;
    }
    let own = [named(intent), prompt::own_words(intent)].concat();
    let missing = |words: &String| {
        words
            .split(' ')
            .any(|word| word.len() >= STEM && !own.iter().any(|o| o.contains(word)))
    };
    intents.iter().any(|other| named(other).iter().any(missing))
}

/// The unit of a number in the words, where one of the intents measures in
/// it: "sixty percent".
fn measures<'a>(intents: &'a [IntentSpec], words: &[String], now: DateTime) -> Option<&'a str> {
    let slots = intents.iter().flat_map(|intent| &intent.slots);
    let mut units = slots.filter_map(|slot| match &slot.kind {
        SlotKind::Number {
            unit: Some(unit), ..
        } if !readable(&slot.kind, words, now).is_ok_and(|found| found.is_empty()) => {
            Some(unit.as_str())
        }
        _ => None,
    });
    units.find(|unit| {
        let unit = grammar::canonical(unit).concat();
        words
            .iter()
            .any(|word| word.trim_end_matches('s') == unit.trim_end_matches('s'))
    })
}

fn intent_takes(intent: &IntentSpec, unit: &str) -> bool {
    intent.slots.iter().any(|slot| match &slot.kind {
        SlotKind::Number { unit: own, .. } => own.as_deref().is_none_or(|own| own == unit),
        SlotKind::Text => true,
        _ => false,
    })
}

/// The forms of the choices that occur word for word.
fn exactly_named(choices: &[SlotChoice], words: &[String]) -> Vec<String> {
    let forms = choices.iter().flat_map(|choice| &choice.say);
    let forms = forms.map(|form| grammar::canonical(form));
    let said = |form: &Vec<String>| {
        !form.is_empty() && words.windows(form.len()).any(|window| window == form)
    };
    forms.filter(said).map(|form| form.join(" ")).collect()
}

/// Whether the words hold all that the intent cannot do without.
pub(super) fn feasible(intent: &IntentSpec, words: &[String], now: DateTime) -> bool {
    intent
        .slots
        .iter()
        .all(|slot| may_be_missing(slot) || said(slot, words, now) != Said::Nothing)
}

/// The one of the fitting intents that has most in common with `named`, which
/// the model chose and the words cannot mean: "make the hall bright" names no
/// brightness, but it is about the light. The words must be about it too.
pub(super) fn nearest<'a>(
    named: &IntentSpec,
    fitting: &[&'a IntentSpec],
    words: &[String],
) -> Option<&'a IntentSpec> {
    let own = stems(&prompt::own_words(named));
    let shared = |intent: &IntentSpec| {
        let others = stems(&prompt::own_words(intent));
        others.iter().filter(|stem| own.contains(stem)).count()
    };
    let about = fitting.iter().filter(|intent| names(intent, words));
    let mut ranked: Vec<_> = about.map(|intent| (shared(intent), *intent)).collect();
    ranked.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    match ranked.as_slice() {
        [(first, intent), rest @ ..] if *first > 0 => {
            let unique = rest.first().is_none_or(|(second, _)| second < first);
            unique.then_some(*intent)
        }
        _ => None,
    }
}

/// How many of the words are, in some form, words of the owner's phrases.
pub(super) fn common(intent: &IntentSpec, words: &[String]) -> usize {
    let own = stems(&prompt::own_words(intent));
    stems(words)
        .iter()
        .filter(|stem| own.contains(stem))
        .count()
}

/// The beginnings of the longer words, each once.
fn stems(words: &[String]) -> Vec<String> {
    let longer = words.iter().filter(|word| word.chars().count() >= STEM);
    let mut stems: Vec<String> = longer
        .map(|word| word.chars().take(STEM).collect())
        .collect();
    stems.sort();
    stems.dedup();
    stems
}

/// Whether the words hold a name from the list of one of the intent's slots.
fn names(intent: &IntentSpec, words: &[String]) -> bool {
    intent.slots.iter().any(|slot| match &slot.kind {
        SlotKind::Values(choices) if !may_be_inferred(choices) => {
            !exactly_named(choices, words).is_empty()
        }
        _ => false,
    })
}

/// Where the words of a text stand; empty if they do not.
pub(super) fn place(text: &str, words: &[String]) -> Range<usize> {
    let quote = grammar::canonical(text);
    let at = (0..words.len()).find(|at| !quote.is_empty() && words[*at..].starts_with(&quote));
    at.map_or(0..0, |at| at..at + quote.len())
}

/// A slot with that value.
pub(super) fn slot(spec: &SlotSpec, reading: &Reading) -> Slot {
    Slot {
        name: spec.name.clone(),
        value: reading.value.clone(),
        spoken: reading.spoken.clone(),
    }
}

/// The choices that occur in the words; of overlapping ones the longest.
fn named(choices: &[SlotChoice], words: &[String]) -> Vec<HeardValue> {
    let mut hits = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        for form in &choice.say {
            let form = grammar::canonical(form);
            if form.is_empty() {
                continue;
            }
            for (at, window) in words.windows(form.len()).enumerate() {
                let likeness = likeness(window, &form);
                if likeness > 0.0 {
                    hits.push((likeness, form.len(), at, index));
                }
            }
        }
    }
    // The surest first, then the longest; what overlaps with those is noise.
    hits.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    let mut taken: Vec<(usize, usize, usize)> = Vec::new();
    for (_, len, at, index) in hits {
        if taken
            .iter()
            .all(|&(from, to, _)| at + len <= from || to <= at)
        {
            taken.push((at, at + len, index));
        }
    }
    taken.sort_unstable();
    let mut heard: Vec<HeardValue> = Vec::new();
    for (from, to, index) in taken {
        let reading = values::of_choice(&choices[index]);
        if heard
            .iter()
            .all(|other| other.reading.value != reading.value)
        {
            heard.push(HeardValue {
                reading,
                words: words[from..to].join(" "),
                at: from..to,
            });
        }
    }
    heard
}

/// The one choice that a single word tells from the others: "the front" where
/// there are a front door and a back door.
fn told_apart(choices: &[SlotChoice], words: &[String]) -> Option<HeardValue> {
    let own = |choice: &SlotChoice| -> Vec<String> {
        let forms = choice.say.iter().map(|form| grammar::canonical(form));
        forms.flatten().filter(|word| word.len() >= STEM).collect()
    };
    let owns: Vec<Vec<String>> = choices.iter().map(own).collect();
    let mut found = words.iter().enumerate().filter_map(|(at, word)| {
        let mut with = owns
            .iter()
            .enumerate()
            .filter(|(_, own)| own.contains(word));
        let (index, _) = with.next()?;
        with.next().is_none().then_some((index, word, at))
    });
    let (index, word, at) = found.next()?;
    found.all(|(other, ..)| other == index).then(|| HeardValue {
        reading: values::of_choice(&choices[index]),
        words: choices[index].say.first().unwrap_or(word).clone(),
        at: at..at + 1,
    })
}

/// 1 for the same words, 0 for different ones.
fn likeness(window: &[String], form: &[String]) -> f64 {
    if window == form {
        return 1.0;
    }
    let (heard, written) = (window.join(" "), form.join(" "));
    let alike = normalized_damerau_levenshtein(&heard, &written);
    if written.len() >= SHORT && alike >= ALIKE {
        alike
    } else {
        0.0
    }
}

/// A number that a slot cannot take: no part of it is a value either.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OutOfRange;

/// The values of that kind that the words hold, each as long as it can be and
/// taken whole: of "sixty eight" never the eight, of a length of time never
/// the number.
fn readable(
    kind: &SlotKind,
    words: &[String],
    now: DateTime,
) -> Result<Vec<HeardValue>, OutOfRange> {
    let mut found: Vec<HeardValue> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = (words.len() - at).min(LONGEST);
        let taken = length_taken(kind, &words[at..at + longest], now);
        let hit = (1..=longest).rev().find_map(|len| {
            let window: Vec<&str> = words[at..at + len].iter().map(String::as_str).collect();
            match values::read(kind, &window, now) {
                Ok(reading) => Some(Ok((len, reading))),
                Err(Unreadable::OutOfRange) => Some(Err(len)),
                Err(Unreadable::NotAValue) => None,
            }
        });
        match hit {
            // The number of a length of time is no number by itself.
            Some(Ok((len, _)) | Err(len)) if len < taken => at += taken,
            Some(Err(_)) => return Err(OutOfRange),
            Some(Ok((len, reading))) => {
                if found
                    .iter()
                    .all(|other| other.reading.value != reading.value)
                {
                    found.push(HeardValue {
                        reading,
                        words: words[at..at + len].join(" "),
                        at: at..at + len,
                    });
                }
                at += len;
            }
            None => at += 1,
        }
    }
    Ok(found)
}

/// How many words belong to a longer value of another kind that begins with
/// what might be one of `kind`.
fn length_taken(kind: &SlotKind, words: &[String], now: DateTime) -> usize {
    let others: &[SlotKind] = match kind {
        SlotKind::Number { .. } => &[SlotKind::Duration, SlotKind::Date],
        _ => &[],
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let longest = |other: &SlotKind| {
        (1..=words.len())
            .rev()
            .find(|len| values::read(other, &words[..*len], now).is_ok())
    };
    others.iter().filter_map(longest).max().unwrap_or(0)
}
