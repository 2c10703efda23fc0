//! Slots from the words themselves: what is said need not be asked of a model,
//! and what is not said must not come from one.

use jiff::civil::DateTime;
use strsim::normalized_damerau_levenshtein;

use super::prompt;
use crate::config::{IntentSpec, SlotChoice, SlotKind, SlotSpec};
use crate::grammar;
use crate::intent::values::{self, Reading};
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
const CONCLUDED: usize = 4;

/// A value and the words for it, as far as they were said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heard {
    /// The value.
    pub reading: Reading,
    /// Its words.
    pub words: String,
}

/// What the words say about one slot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// Exactly this.
    One(Heard),
    /// Several things; only a reader of the whole sentence can tell.
    Several(Vec<Heard>),
    /// Nothing, but one of these must be meant.
    Implied(Vec<Heard>),
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
        SlotKind::Values(choices) => named(choices, words),
        kind => readable(kind, words, now),
    };
    match (found.len(), &slot.kind) {
        (1, _) => Said::One(found.remove(0)),
        (0, SlotKind::Values(choices))
            if may_be_concluded(choices) && !slot.optional && slot.default.is_none() =>
        {
            let heard = |choice: &SlotChoice| Heard {
                reading: values::of_choice(choice),
                words: choice.say[0].clone(),
            };
            Said::Implied(choices.iter().map(heard).collect())
        }
        (0, _) => Said::Nothing,
        _ => Said::Several(found),
    }
}

/// Whether the values are a matter of understanding rather than names.
fn may_be_concluded(choices: &[SlotChoice]) -> bool {
    choices.len() <= CONCLUDED && choices.iter().all(|choice| !choice.say[0].contains(' '))
}

/// Whether an intent can act without this slot having been said.
pub(super) fn may_be_missing(slot: &SlotSpec) -> bool {
    slot.optional || slot.default.is_some() || slot.ask.is_some()
}

/// Whether the words name something that this intent has no place for and
/// another has: "the bedroom" where all lamps are meant, "blue" where blinds
/// are. Short words are left out, for they mean too many things.
pub(super) fn ignores(intent: &IntentSpec, intents: &[IntentSpec], words: &[String]) -> bool {
    let named = |intent: &IntentSpec| -> Vec<String> {
        let choices = intent.slots.iter().filter_map(|slot| match &slot.kind {
            SlotKind::Values(choices) if !may_be_concluded(choices) => Some(choices),
            _ => None,
        });
        choices
            .flat_map(|choices| exactly_named(choices, words))
            .collect()
    };
    let own = [named(intent), prompt::own_words(intent)].concat();
    let missing = |words: &String| {
        words
            .split(' ')
            .any(|word| word.len() >= STEM && !own.iter().any(|o| o.contains(word)))
    };
    intents.iter().any(|other| named(other).iter().any(missing))
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

/// Whether the words speak of what the intent is about: a word of the owner's
/// phrases occurs, in whatever form, or a name from the list of one of its
/// slots.
pub(super) fn touches(intent: &IntentSpec, words: &[String]) -> bool {
    let stem =
        |word: &str| (word.len() >= STEM).then(|| word.chars().take(STEM).collect::<String>());
    let stems: Vec<String> = words.iter().filter_map(|word| stem(word)).collect();
    let own = prompt::own_words(intent);
    let by_word = own
        .iter()
        .filter_map(|word| stem(word))
        .any(|own| stems.contains(&own));
    by_word
        || intent.slots.iter().any(|slot| match &slot.kind {
            SlotKind::Values(choices) if !may_be_concluded(choices) => {
                !exactly_named(choices, words).is_empty()
            }
            _ => false,
        })
}

/// Free text that a model gave, if it is what was said.
pub(super) fn quoted(text: &str, words: &[String]) -> bool {
    let quote = grammar::canonical(text);
    !quote.is_empty() && words.windows(quote.len()).any(|window| window == quote)
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
fn named(choices: &[SlotChoice], words: &[String]) -> Vec<Heard> {
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
    let mut heard: Vec<Heard> = Vec::new();
    for (from, to, index) in taken {
        let reading = values::of_choice(&choices[index]);
        if heard
            .iter()
            .all(|other| other.reading.value != reading.value)
        {
            heard.push(Heard {
                reading,
                words: words[from..to].join(" "),
            });
        }
    }
    heard
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

/// The values of that kind that the words hold; of overlapping ones the
/// longest.
fn readable(kind: &SlotKind, words: &[String], now: DateTime) -> Vec<Heard> {
    let mut found: Vec<Heard> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = (words.len() - at).min(LONGEST);
        let hit = (1..=longest).rev().find_map(|len| {
            let window: Vec<&str> = words[at..at + len].iter().map(String::as_str).collect();
            values::read(kind, &window, now)
                .ok()
                .map(|reading| (len, reading))
        });
        match hit {
            Some((len, reading)) => {
                if found
                    .iter()
                    .all(|other| other.reading.value != reading.value)
                {
                    found.push(Heard {
                        reading,
                        words: words[at..at + len].join(" "),
                    });
                }
                at += len;
            }
            None => at += 1,
        }
    }
    found
}
