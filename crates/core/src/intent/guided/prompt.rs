//! What the language model reads: the primed prompt and the few words of each
//! question. How they are written is the matter of the model's own template.

use std::collections::HashSet;
use std::fmt::Write;

use crate::llm::Prompt;

use crate::grammar;
use crate::language::spoken;
use crate::model::{IntentSpec, Settings, SlotKind};
use crate::phrase::{Token, variants};

/// The longest command that is shown to the model, in characters: 96 tokens,
/// the Hailo's block, hold about 300.
const LONGEST: usize = 240;

/// Shorter words name nothing.
const SHORT_NOUN: usize = 3;

/// Sentences of a phrase that are looked through for a natural one.
const VARIANTS: usize = 64;

/// What the model answers when nobody wants anything of it.
pub(super) const NONE: &str = "none";

/// The constant beginning of every conversation.
pub(super) fn prefix(settings: &Settings) -> Prompt {
    let texts = spoken().prompt();
    let mut text = format!("{}\n{}", texts.system, texts.commands);
    for intent in &settings.intents {
        let _ = write!(
            text,
            "\n{}: {}. \"{}\"",
            intent.name,
            intent.description,
            example(intent, 0)
        );
    }
    let _ = write!(text, "\n{NONE}: {}", texts.nothing);
    let mut prompt = Prompt::system(&text);
    for shot in shots(&settings.intents) {
        prompt = prompt.shot(&shot.words, &shot.name);
        if let Some((means, verdict)) = shot.check {
            prompt = prompt.shot(&really(&means), verdict);
        }
    }
    prompt
}

/// A sentence, the answer to it, and sometimes a check of that answer.
struct Shot {
    words: String,
    name: String,
    check: Option<(String, &'static str)>,
}

/// Examples made from the owner's own phrases and descriptions, so that they
/// fit whatever the assistant is for. The checks show that a wrong meaning is
/// to be denied.
fn shots(intents: &[IntentSpec]) -> Vec<Shot> {
    let texts = spoken().prompt();
    let molds = texts.molds;
    let shot = |(index, (mold, verdict)): (usize, &(&str, Option<bool>))| {
        let at = intents.len() * index / molds.len();
        let intent = intents.get(at)?;
        let said = example(intent, index);
        let words = mold
            .replace("{say}", &said)
            .replace("{do}", &uncapital(&intent.description));
        let other = &intents[(at + intents.len() / 2) % intents.len()];
        let check = verdict.map(|meant| {
            if meant {
                (said, texts.yes)
            } else {
                (example(other, index), texts.no)
            }
        });
        let name = if check.is_some() {
            intent.name.as_str()
        } else {
            NONE
        };
        Some(Shot {
            words,
            name: name.to_owned(),
            check,
        })
    };
    molds.iter().enumerate().filter_map(shot).collect()
}

/// Whether the speaker means it.
pub(super) fn really(means: &str) -> String {
    spoken().prompt().really.replace("{command}", means)
}

/// What fills a slot, and how its answer begins.
pub(super) fn which(slot: &str, choices: &[String]) -> (String, String) {
    let texts = spoken().prompt();
    let slot = slot.replace(['_', '-'], " ");
    let question = if choices.is_empty() {
        texts.which_words.replace("{slot}", &slot)
    } else {
        let question = texts.which_choice.replace("{slot}", &slot);
        question.replace("{choices}", &choices.join(texts.or))
    };
    (question, format!("{slot}:"))
}

/// The user's words on one line, and not longer than the model can bear.
pub(super) fn harmless(words: &str) -> String {
    let words: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    words.trim().to_owned()
}

/// A sentence of the owner's phrases, with made-up values; `turn` varies it.
fn example(intent: &IntentSpec, turn: usize) -> String {
    let values: Vec<(String, String)> = intent
        .slots
        .iter()
        .map(|slot| (slot.name.clone(), sample(&slot.kind, turn)))
        .collect();
    let Some(phrase) = intent.phrases.get(turn % intent.phrases.len().max(1)) else {
        return intent.description.to_lowercase();
    };
    let spoken = |name: &str| {
        values
            .iter()
            .find(|(slot, _)| slot == name)
            .map(|(_, v)| v.clone())
    };
    let sentences = variants(phrase, VARIANTS).sentences;
    let best = sentences.iter().min_by_key(|sentence| weight(sentence));
    best.map_or_else(String::new, |sentence| render(sentence, &spoken))
}

/// The intent with these slots as a person would say it: the owner's first
/// phrase that has a place for each of them. `heard` gives a slot's words.
pub(super) fn meaning(intent: &IntentSpec, heard: &[(String, String)]) -> String {
    let spoken = |name: &str| {
        let words = heard
            .iter()
            .find(|(slot, _)| slot == name)
            .map(|(_, words)| words.clone())?;
        Some(with_unit(&intent.slot(name)?.kind, words))
    };
    let fits = |sentence: &Vec<Token<'_>>| {
        heard
            .iter()
            .all(|(slot, _)| sentence.contains(&Token::Slot(slot)))
            && sentence.iter().all(|token| match token {
                Token::Slot(name) => spoken(name).is_some(),
                Token::Word(_) => true,
            })
    };
    let best = intent.phrases.iter().find_map(|phrase| {
        let sentences = variants(phrase, VARIANTS).sentences;
        sentences
            .into_iter()
            .filter(fits)
            .min_by_key(|sentence| weight_aloud(sentence))
    });
    best.map_or_else(
        || {
            let mut values: Vec<&str> = Vec::new();
            for (_, words) in heard {
                // "On Friday" may fill both a date and a repetition.
                if !values.contains(&words.as_str()) {
                    values.push(words);
                }
            }
            let deed = uncapital(&intent.description);
            match values.as_slice() {
                [] => deed,
                values => format!("{deed}: {}", values.join(", ")),
            }
        },
        |sentence| crate::language::spoken().agreed(&render(&sentence, &spoken)),
    )
}

fn with_unit(kind: &SlotKind, words: String) -> String {
    match kind {
        SlotKind::Number {
            unit: Some(unit), ..
        } if !words.contains(unit.as_str()) => {
            format!("{words} {unit}")
        }
        _ => words,
    }
}

/// Short sentences are natural ones, as long as they keep their small words.
fn weight(sentence: &[Token<'_>]) -> usize {
    let small_words = spoken().prompt().small;
    let small = sentence
        .iter()
        .filter(|token| matches!(token, Token::Word(word) if small_words.contains(word)));
    2 * sentence.len() - (3 * small.count()).min(2 * sentence.len())
}

/// The same for a sentence that a person hears: "wake me at seven" is as natural as
/// it is without the "at".
fn weight_aloud(sentence: &[Token<'_>]) -> usize {
    let before_value = spoken().phrases().before_value;
    let small_words = spoken().prompt().small;
    let led = sentence.windows(2).filter(|pair| match pair {
        [Token::Word(word), Token::Slot(_)] => {
            before_value.contains(word) && !small_words.contains(word)
        }
        _ => false,
    });
    weight(sentence).saturating_sub(3 * led.count())
}

fn render(sentence: &[Token<'_>], spoken: &dyn Fn(&str) -> Option<String>) -> String {
    let words = sentence.iter().filter_map(|token| match token {
        Token::Word(word) => Some((*word).to_owned()),
        Token::Slot(name) => spoken(name),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn sample(kind: &SlotKind, turn: usize) -> String {
    let samples = &spoken().prompt().samples;
    match kind {
        SlotKind::Values(choices) => choices
            .get(turn % choices.len().max(1))
            .and_then(|choice| choice.say.first().cloned())
            .unwrap_or_default(),
        SlotKind::Number { min, max, unit } => {
            let (low, high) = (min.unwrap_or(0.0), max.unwrap_or(40.0));
            let number = f64::midpoint(low, high).round();
            unit.as_ref()
                .map_or_else(|| number.to_string(), |unit| format!("{number} {unit}"))
        }
        SlotKind::Duration => samples.duration.into(),
        SlotKind::Time => samples.time.into(),
        SlotKind::Date => samples.date.into(),
        SlotKind::Text => samples.text.into(),
    }
}

fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// A sentence of each of the intent's phrases.
pub(super) fn sentences(intent: &IntentSpec) -> Vec<String> {
    let natural = |phrase| {
        variants(phrase, VARIANTS)
            .sentences
            .into_iter()
            .min_by_key(|s| weight(s))
    };
    let rendered = |sentence: Vec<Token<'_>>| render(&sentence, &|name| Some(name.to_owned()));
    intent
        .phrases
        .iter()
        .filter_map(natural)
        .map(rendered)
        .collect()
}

/// How the intent may be asked for: what it does, and so many sentences of its
/// phrases at most, as different as they come, with values in turn.
pub(super) fn ways(intent: &IntentSpec, most: usize) -> Vec<String> {
    let mut ways = vec![uncapital(&intent.description)];
    let share = most.div_ceil(intent.phrases.len().max(1));
    for phrase in &intent.phrases {
        let sentences = variants(phrase, VARIANTS).sentences;
        let step = sentences.len().div_ceil(share).max(1);
        // A phrase of few variants still meets all values of a short list.
        let rounds = share.div_ceil(sentences.len().max(1));
        for sentence in (0..rounds).flat_map(|_| sentences.iter().step_by(step)) {
            let turn = ways.len();
            let spoken = |name: &str| Some(sample(&intent.slot(name)?.kind, turn));
            let way = render(sentence, &spoken);
            if ways.len() <= most && !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    ways
}

/// Whether the words have the noun of a thing that the phrases only name with
/// the word before it: a list, where the phrases say "shopping list".
pub(super) fn half_named(intent: &IntentSpec, words: &[String]) -> bool {
    let function = spoken().meaning().function;
    let content = |word: &str| SHORT_NOUN <= word.len() && !function.contains(&word);
    // Before each noun of the phrases the word that stands there, if any.
    let mut before: Vec<(String, Option<String>)> = Vec::new();
    for phrase in &intent.phrases {
        for sentence in variants(phrase, VARIANTS).sentences {
            for (at, token) in sentence.iter().enumerate().skip(1) {
                let Token::Word(noun) = token else { continue };
                let named = match sentence[at - 1] {
                    Token::Word(word) if at > 1 && content(word) => Some(word.to_owned()),
                    _ => None,
                };
                before.push(((*noun).to_owned(), named));
            }
        }
    }
    let said = |word: &str| words.iter().any(|said| said == word);
    let always = |noun: &str| {
        before
            .iter()
            .all(|(other, named)| other != noun || named.is_some())
    };
    before.iter().any(|(noun, named)| {
        let Some(named) = named else { return false };
        content(noun) && said(noun) && !said(named) && always(noun)
    })
}

/// The words of the intent's phrases, slots aside, in canonical form, each once.
pub(super) fn own_words(intent: &IntentSpec) -> Vec<String> {
    let mut written = Vec::new();
    for phrase in &intent.phrases {
        phrase.words(&mut written);
    }
    let mut seen = HashSet::new();
    written.retain(|word| seen.insert(*word));
    let words = written.into_iter().flat_map(grammar::canonical);
    let mut seen = HashSet::new();
    words.filter(|word| seen.insert(word.clone())).collect()
}
