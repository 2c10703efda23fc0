//! How sentences that lean on the command before are built: the words around
//! a fragment, and the sentences that a pronoun makes short.

use std::collections::HashSet;

use super::expected::any_of;
use super::fragment::{Part, runs};
use crate::grammar::canonical;
use crate::language::{FragmentWords, Sign, spoken};
use crate::model::{IntentSpec, Settings, SlotKind};
use crate::phrase::{Phrase, Token, variants};
use crate::turn::{Intent, Slot};

/// Sentences of one intent that are made shorter, and what comes of it. Beyond
/// them a fragment is not listened for.
const MOST: usize = 500;

fn table() -> &'static FragmentWords {
    spoken().fragments()
}

/// What the words before a fragment say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// The command before was wrong.
    Corrects,
    /// More of the same is wanted.
    Continues,
}

/// The words before a fragment.
pub(super) fn lead(lead: Lead) -> Phrase {
    let runs = |wanted: &[Sign]| -> Phrase {
        let runs = table()
            .before
            .iter()
            .filter(|(_, sign)| wanted.contains(sign));
        any_of(&runs.map(|(run, _)| *run).collect::<Vec<_>>())
    };
    match lead {
        Lead::Corrects => runs(&[Sign::Corrects]),
        Lead::Continues => Phrase::sequence(vec![
            runs(&[Sign::Continues, Sign::Adds]),
            Phrase::optional(runs(&[Sign::Continues, Sign::Adds])),
        ]),
    }
}

/// The words behind a fragment.
pub(super) fn trail() -> Phrase {
    let runs: Vec<&str> = table().after.iter().map(|(run, _)| *run).collect();
    any_of(&runs)
}

/// A preposition and an article, which a phrase may lack before its slot.
pub(super) fn placing() -> Phrase {
    Phrase::sequence(vec![
        Phrase::optional(any_of(table().prepositions)),
        Phrase::optional(any_of(table().articles)),
    ])
}

/// By intent, its sentences with a pronoun in the place of something that
/// `before` named.
pub(super) fn referring<'s>(
    settings: &'s Settings,
    before: &Intent,
) -> Vec<(&'s IntentSpec, Vec<Phrase>)> {
    let Some(old) = settings.intent(&before.name) else {
        return Vec::new();
    };
    let known = whole(old);
    let of = |spec: &'s IntentSpec| {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        // The shortest first: long ones are rarely said with a pronoun.
        let mut sentences = whole(spec);
        sentences.sort_by_key(Vec::len);
        for sentence in sentences.iter().take(MOST) {
            for (from, to) in runs(sentence.len()).filter(|(from, _)| 0 < *from) {
                let same = spec.name == old.name;
                let named = &sentence[from..to];
                let article = is_article(&sentence[from - 1]);
                if MOST <= found.len()
                    || article
                    || stood_for(named, before, (old, &known), same).is_none()
                {
                    continue;
                }
                let pronoun = if is_placed(named) {
                    Phrase::of_words(table().there)
                } else {
                    any_of(table().pronouns)
                };
                let head = sentence[..from].iter().map(part);
                let tail = sentence[to..].iter().map(part);
                let short = Phrase::sequence(head.chain([pronoun]).chain(tail).collect());
                if seen.insert(short.to_string()) {
                    found.push(short);
                }
            }
        }
        (spec, found)
    };
    let found = settings.intents.iter().map(of);
    found.filter(|(_, found)| !found.is_empty()).collect()
}

/// The sentences of an intent's phrases, with their articles.
fn whole(spec: &IntentSpec) -> Vec<Vec<Part<'_>>> {
    let mut all = Vec::new();
    for phrase in &spec.phrases {
        for sentence in variants(phrase, MOST).sentences {
            let mut parts = Vec::new();
            for token in sentence {
                match token {
                    Token::Word(word) => parts.extend(canonical(word).into_iter().map(Part::Word)),
                    Token::Slot(name) => parts.extend(spec.slot(name).map(Part::Slot)),
                }
            }
            all.push(parts);
        }
    }
    all
}

fn is_article(part: &Part<'_>) -> bool {
    matches!(part, Part::Word(word) if table().articles.contains(&word.as_str()))
}

fn part(part: &Part<'_>) -> Phrase {
    match part {
        Part::Word(word) => Phrase::Word(word.clone()),
        Part::Slot(slot) => Phrase::Slot(slot.name.clone()),
    }
}

pub(super) fn is_placed(named: &[Part<'_>]) -> bool {
    matches!(named.first(), Some(Part::Word(word)) if table().placing.contains(&word.as_str()))
}

/// The values that a pronoun in the place of `named` stands for, where it can
/// stand there after `before`, an intent with these sentences.
pub(super) fn stood_for(
    named: &[Part<'_>],
    before: &Intent,
    (old, known): (&IntentSpec, &[Vec<Part<'_>>]),
    same: bool,
) -> Option<Vec<Slot>> {
    let kept = kept(named, before, old)?;
    let names_it = || known.iter().any(|known| names(known, named));
    (same || !kept.is_empty() && names_it()).then_some(kept)
}

/// The values that `before` had for the slots of a part, at most one. `None`
/// if it had none for one of them.
fn kept(named: &[Part<'_>], before: &Intent, old: &IntentSpec) -> Option<Vec<Slot>> {
    let mut kept = Vec::new();
    for part in named {
        if let Part::Slot(slot) = part {
            let same = old
                .slot(&slot.name)
                .is_some_and(|old| old.kind == slot.kind);
            if !same || !matches!(slot.kind, SlotKind::Values(_)) || !kept.is_empty() {
                return None;
            }
            kept.push(before.slot(&slot.name)?.clone());
        }
    }
    Some(kept)
}

/// Whether a sentence names just this thing: the light of a room is not the
/// room.
fn names(sentence: &[Part<'_>], named: &[Part<'_>]) -> bool {
    let same = |(a, b): (&Part<'_>, &Part<'_>)| match (a, b) {
        (Part::Word(a), Part::Word(b)) => a == b,
        (Part::Slot(a), Part::Slot(b)) => a.name == b.name,
        _ => false,
    };
    (0..sentence.len()).any(|at| {
        let Some(part) = sentence.get(at..at + named.len()) else {
            return false;
        };
        let ends = match sentence.get(at + named.len()) {
            Some(Part::Word(word)) => table().after_name.contains(&word.as_str()),
            _ => true,
        };
        ends && part.iter().zip(named).all(same)
    })
}
