//! The same command in other words of the same kind: a verb that only carries
//! it may be another or be left out, its particle may stand elsewhere, and so
//! may "to" before a value. "Kitchen light on" and "turn the radio off" are
//! understood where the phrases are "turn on the kitchen light" and "turn off
//! the radio".

use jiff::civil::DateTime;

use crate::grammar::{Word, canonical};
use crate::intent::values;
use crate::language::{Inflection, OrderWords, SameVerbs, spoken};
use crate::model::SlotKind;
use crate::turn::SlotValue;

use super::heard::WordCosts;
use super::plain::{in_plain_words, without_redundant};
use super::several::differ_in_one;
use super::{MAX_STRICT_PENALTY, MISSING_FACTOR, Parsed, Task, key, words};
use super::{colloquial, placed};

/// Longer sentences are not laid along the phrases in other words.
const MOST_WORDS: usize = 24;

/// A way to say the sentence, and what must come of it to be the same command.
pub(super) struct Rewording {
    words: Vec<Word>,
    /// What must come of it.
    needs: Needs,
}

/// What the reading of other words must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// One without free text, which swallows any words, and so shows nothing.
    Nothing,
    /// The same, with a number that was given another place.
    Number,
    /// Any: only the verb is another one. Of these small words one stands outside
    /// of free text, if there are any.
    Verb(&'static [&'static str]),
    /// Two commands that differ in one value.
    Two,
}

impl Rewording {
    pub(super) const fn plain(words: Vec<Word>) -> Self {
        Self {
            words,
            needs: Needs::Nothing,
        }
    }

    /// One of which a number must come.
    pub(super) const fn of_number(words: Vec<Word>) -> Self {
        Self {
            words,
            needs: Needs::Number,
        }
    }
}

impl Task<'_> {
    /// The commands of a sentence that no phrase explains as it stands.
    pub(super) fn reworded(&mut self, words: &[Word]) -> Option<Vec<Parsed>> {
        if words.len() < 2 || MOST_WORDS < words.len() {
            return None;
        }
        let spelled = self.spelled_out(words);
        let words = spelled.as_deref().unwrap_or(words);
        let mut all = self.rewordings(words);
        all.extend(spelled.clone().map(Rewording::plain));
        let found = self.first_of(&all).or_else(|| {
            // A verb that no table knows may mean anything.
            let mut asked = self.first_of(&self.of_unknown_verb(words))?;
            for parsed in &mut asked {
                parsed.doubtful = true;
            }
            Some(asked)
        });
        let mut found = found?;
        for parsed in &mut found {
            parsed.confidence *= MISSING_FACTOR;
        }
        Some(found)
    }

    /// The texts of the rewordings that change no more than the order of words and a
    /// verb that only carries the command.
    pub(super) fn other_words(&mut self, words: &[Word]) -> Vec<String> {
        if words.len() < 2 || MOST_WORDS < words.len() {
            return Vec::new();
        }
        let mut all = self.rewordings(words);
        all.retain(|rewording| rewording.needs == Needs::Nothing && self.may_be(rewording));
        let text = |rewording: &Rewording| {
            let words = rewording.words.iter().map(|word| word.text.as_str());
            words.collect::<Vec<_>>().join(" ")
        };
        all.iter().map(text).collect()
    }

    /// The commands of the first rewording that is one, with those of others as
    /// rivals.
    fn first_of(&mut self, rewordings: &[Rewording]) -> Option<Vec<Parsed>> {
        let mut found: Option<Vec<Parsed>> = None;
        for rewording in rewordings {
            if self.is_exhausted() {
                return None;
            }
            if !self.may_be(rewording) {
                continue;
            }
            let parsed = self.plainly(&rewording.words);
            let two = parsed.len() == 2 && differ_in_one(&parsed[0].intent, &parsed[1].intent);
            if parsed.is_empty()
                || !parsed.iter().all(|one| self.keeps(one, rewording))
                || rewording.needs == Needs::Two && !two
            {
                continue;
            }
            match &mut found {
                None => found = Some(parsed),
                // Two ways that lead to different commands: the person chooses.
                Some(first) => add_rivals(first, &parsed),
            }
        }
        found
    }

    /// Whether a sentence can be a command at all: a word that the vocabulary
    /// lacks cannot be passed over, and only free text takes any word.
    fn may_be(&mut self, rewording: &Rewording) -> bool {
        if matches!(rewording.needs, Needs::Verb(_)) {
            return true;
        }
        let parser = self.parser;
        let heard = WordCosts::new(&rewording.words, &parser.net, &mut self.rows, &parser.names);
        heard.is_explicable(MAX_STRICT_PENALTY)
    }

    /// One command of several, in other words. Two ways to take it are none.
    pub(super) fn surely_reworded(&mut self, words: &[Word]) -> Option<Parsed> {
        if words.len() < 2 || MOST_WORDS < words.len() {
            return None;
        }
        let key = key(words);
        if let Some(known) = self.known.reworded.get(&key) {
            return known.clone();
        }
        let found = self.one_reworded(words);
        self.known.reworded.insert(key, found.clone());
        found
    }

    fn one_reworded(&mut self, words: &[Word]) -> Option<Parsed> {
        let mut found: Option<Parsed> = None;
        for rewording in self.rewordings(words) {
            if self.is_exhausted() {
                return None;
            }
            // A part of a sentence shows too little for another verb: "in ten
            // minutes" beside a command is no length to add.
            if matches!(rewording.needs, Needs::Two | Needs::Verb(_)) {
                continue;
            }
            if !self.may_be(&rewording) {
                continue;
            }
            let parsed = self.sure(&rewording.words);
            let Some(parsed) = parsed.filter(|one| self.keeps(one, &rewording)) else {
                continue;
            };
            if found
                .as_ref()
                .is_some_and(|found| found.intent != parsed.intent)
            {
                return None;
            }
            found = Some(parsed);
        }
        found
    }

    /// Whether a reading of other words is sure enough to be the same command.
    fn keeps(&self, parsed: &Parsed, rewording: &Rewording) -> bool {
        let spec = self.parser.settings.intent(&parsed.intent.name);
        let free = parsed.intent.slots.iter().any(|slot| {
            let kind = spec.and_then(|spec| spec.slot(&slot.name));
            kind.is_none_or(|kind| match &kind.kind {
                SlotKind::Text => true,
                // A name that is on no list may be any word too.
                SlotKind::Values(choices) if kind.open => {
                    let value = slot.value.to_string();
                    choices.iter().all(|choice| choice.value != value)
                }
                _ => false,
            })
        });
        let mut slots = parsed.intent.slots.iter();
        let number = slots.any(|slot| matches!(slot.value, SlotValue::Number(_)));
        // "Put the kettle on" is nothing for a list: its "on" belongs to the kettle.
        let may_be_free = match rewording.needs {
            Needs::Verb(with) => {
                let is_with = |word: &str| with.contains(&word);
                let said = rewording.words.iter().filter(|word| is_with(&word.text));
                let slots = parsed.intent.slots.iter();
                let taken = slots.flat_map(|slot| canonical(&slot.spoken));
                let taken = taken.filter(|word| is_with(word)).count();
                with.is_empty() || taken < said.count()
            }
            _ => false,
        };
        // "Turn on the" has not said of what.
        (!free || may_be_free)
            && parsed.penalty <= MAX_STRICT_PENALTY
            && !parsed.missing
            && !parsed.doubtful
            && (number || rewording.needs != Needs::Number)
    }

    fn rewordings(&self, words: &[Word]) -> Vec<Rewording> {
        let table = spoken().order();
        let (words, mut all) = match without_redundant(words, table) {
            Some(fewer) => (fewer.clone(), vec![Rewording::plain(fewer)]),
            None => (words.to_vec(), Vec::new()),
        };
        let (plain, more) = in_plain_words(&words, table);
        if !words
            .iter()
            .map(|word| &word.text)
            .eq(plain.iter().map(|word| &word.text))
        {
            all.push(Rewording::plain(plain.clone()));
        }
        let words = plain;
        all.extend(more);
        let rest = &words[opening(&words, table)..];
        all.extend(with_particle(rest, table));
        all.extend(with_value(rest, table, self.now));
        all.extend(with_another_verb(rest, table));
        all.extend(of_two(rest, table));
        all.extend(self.ensured(&words, table));
        all.extend(colloquial::rewordings(rest, table, self.now));
        all.extend(placed::rewordings(rest, table, self.now));
        all
    }

    /// "make sure the light is off" as "turn the light off", "make sure the door
    /// is locked" as "lock the door".
    fn ensured(&self, words: &[Word], table: &OrderWords) -> Vec<Rewording> {
        let start = opening(words, table);
        let run = run_at(words, start, table.ensuring).map(|count| start + count);
        let Some(begin) = run.or_else(|| run_at(words, 0, table.ensuring)) else {
            return Vec::new();
        };
        let being = |at: usize| run_at(words, at, table.being).map(|count| (at, count));
        let Some((at, count)) = (begin + 1..words.len()).find_map(being) else {
            return Vec::new();
        };
        let (object, state) = (&words[begin..at], &words[at + count..]);
        let Some(first) = state.first() else {
            return Vec::new();
        };
        if table.particles.contains(&first.text.as_str()) {
            return with_particle(&[object, state].concat(), table);
        }
        let vocabulary = self.parser.net.vocabulary.iter();
        let verbs = vocabulary
            .filter(|verb| spoken().inflection(&verb.text, &first.text) == Some(Inflection::Past));
        verbs
            .map(|verb| {
                let verb = [said(&verb.text, first)];
                Rewording::plain([verb.as_slice(), object, &state[1..]].concat())
            })
            .collect()
    }
}

fn add_rivals(found: &mut [Parsed], others: &[Parsed]) {
    if let ([first], [other]) = (found, others)
        && first.intent.name != other.intent.name
        && !first.rivals.contains(&other.intent)
    {
        first.rivals.push(other.intent.clone());
    }
}

/// "cross milk off the list" as "take milk off the list", and so with each verb
/// that means the same.
pub(super) fn with_another_verb(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    let fits = |same: &&SameVerbs| {
        let with = |word: &Word| same.with.contains(&word.text.as_str());
        same.too.contains(&first.text.as_str()) && (same.with.is_empty() || rest.iter().any(with))
    };
    let mut all = Vec::new();
    for same in table.same.iter().filter(fits) {
        let with = |word: &Word| same.with.contains(&word.text.as_str());
        // "Put milk on the list" is "add milk to the list".
        let rests: Vec<Vec<Word>> = match rest.iter().rposition(with) {
            Some(at) => {
                let each = same.with.iter().map(|other| said(other, &rest[at]));
                each.map(|other| [&rest[..at], &[other], &rest[at + 1..]].concat())
                    .collect()
            }
            None => vec![rest.to_vec()],
        };
        let verbs = same.verbs.iter().filter(|verb| **verb != first.text);
        let words = verbs.flat_map(|verb| {
            let rests = rests.iter();
            rests.map(|rest| [&[said(verb, first)], rest.as_slice()].concat())
        });
        all.extend(words.map(|words| Rewording {
            words,
            needs: Needs::Verb(same.with),
        }));
    }
    all
}

/// "both the hall and the kitchen lights" without the "both", and "the front and
/// back door" as "the front door and back door".
fn of_two(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let mut plain = words.to_vec();
    plain.retain(|word| word.text != table.both);
    let mut all = Vec::new();
    let links: Vec<usize> = (1..plain.len().saturating_sub(1))
        .filter(|at| words::is_link(&plain[*at].text))
        .collect();
    let [link] = links.as_slice() else {
        return Vec::new();
    };
    if plain.len() < words.len() {
        all.push(plain.clone());
    }
    for noun in link + 2..plain.len() {
        let noun = plain[noun].clone();
        all.push([&plain[..*link], &[noun], &plain[*link..]].concat());
    }
    all.into_iter()
        .map(|words| Rewording {
            words,
            needs: Needs::Two,
        })
        .collect()
}

/// Number of the words by which a command is wished for.
pub(super) fn opening(words: &[Word], table: &OrderWords) -> usize {
    let mut at = 0;
    while let Some(count) = run_at(words, at, table.opening) {
        at += count;
    }
    if at < words.len() { at } else { 0 }
}

/// "turn the radio off", "radio off" and "get the radio off" as "turn off the
/// radio", and so with each verb and place of the particle.
pub(super) fn with_particle(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let is = |list: &[&str], word: &Word| list.contains(&word.text.as_str());
    let mut places = (0..words.len()).filter(|at| is(table.particles, &words[*at]));
    let (Some(place), None) = (places.next(), places.next()) else {
        return Vec::new();
    };
    let Some(first) = words.first() else {
        return Vec::new();
    };
    let verb = is(table.switching, first) || is(table.switching_too, first);
    let object = words.iter().enumerate();
    let object = object.filter(|(at, _)| *at != place && !(verb && *at == 0));
    let object: Vec<Word> = object.map(|(_, word)| word.clone()).collect();
    if object.is_empty() {
        return Vec::new();
    }
    let particle = &words[place..=place];
    let verbs = table.switching.iter().map(|verb| vec![said(verb, first)]);
    verbs
        .flat_map(|verb| {
            [
                [&verb, particle, &object].concat(),
                [&verb, object.as_slice(), particle].concat(),
            ]
        })
        .map(Rewording::plain)
        .collect()
}

/// "bring the hall down to fifty" and "hall fifty" as "set the hall to fifty".
pub(super) fn with_value(words: &[Word], table: &OrderWords, now: DateTime) -> Vec<Rewording> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    let is_number = |at: &usize| values::longest(&number, &texts[*at..], now).is_ok();
    let Some(value) = (0..words.len()).find(is_number) else {
        return Vec::new();
    };
    let Some(first) = words.first().filter(|_| value > 0) else {
        return Vec::new();
    };
    let verb = table.setting.contains(&texts[0]) || table.setting_too.contains(&texts[0]);
    let before = (1..=2).rev().find(|count| {
        value.checked_sub(*count).is_some_and(|at| {
            table
                .before_value
                .contains(&texts[at..value].join(" ").as_str())
        })
    });
    let object = &words[usize::from(verb)..value - before.unwrap_or(0)];
    if object.is_empty() {
        return Vec::new();
    }
    let to = [said(table.set_to, &words[value])];
    let verbs = table.setting.iter().map(|verb| [said(verb, first)]);
    verbs
        .map(|set| Rewording {
            words: [set.as_slice(), object, &to, &words[value..]].concat(),
            needs: Needs::Number,
        })
        .collect()
}

/// A word at the place of another one.
pub(super) fn said(text: &str, at: &Word) -> Word {
    Word {
        text: text.to_owned(),
        pause: false,
        ..at.clone()
    }
}

/// The length of the longest of the runs that stand at `at`.
pub(super) fn run_at(words: &[Word], at: usize, runs: &[&str]) -> Option<usize> {
    let rest = words.get(at..)?;
    let fits = |run: &&str| {
        let count = run.split(' ').count();
        let said = rest.get(..count)?;
        run.split(' ')
            .eq(said.iter().map(|word| word.text.as_str()))
            .then_some(count)
    };
    runs.iter().filter_map(fits).max()
}
