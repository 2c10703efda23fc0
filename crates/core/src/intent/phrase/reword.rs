//! The same command in other words of the same kind: a verb that only carries
//! it may be another or be left out, its particle may stand elsewhere, and so
//! may "to" before a value. "Kitchen light on" and "turn the radio off" are
//! understood where the phrases are "turn on the kitchen light" and "turn off
//! the radio".

use jiff::civil::DateTime;

use crate::grammar::Word;
use crate::intent::values;
use crate::language::{OrderWords, spoken};
use crate::model::SlotKind;
use crate::turn::SlotValue;

use super::{MAX_STRICT_PENALTY, MISSING_FACTOR, Parsed, Task};

/// Longer sentences are not laid along the phrases in other words.
const MOST_WORDS: usize = 24;

/// A way to say the sentence, and what must come of it to be the same command.
struct Rewording {
    words: Vec<Word>,
    /// A number was given another place, so that a slot must take it.
    sets: bool,
}

impl Task<'_> {
    /// The commands of a sentence that no phrase explains as it stands.
    pub(super) fn reworded(&mut self, words: &[Word]) -> Option<Vec<Parsed>> {
        if words.len() < 2 || MOST_WORDS < words.len() {
            return None;
        }
        let mut found: Option<Vec<Parsed>> = None;
        for rewording in rewordings(words, self.now) {
            let parsed = self.plainly(&rewording.words);
            if parsed.is_empty() || !parsed.iter().all(|one| self.keeps(one, &rewording)) {
                continue;
            }
            match &mut found {
                None => found = Some(parsed),
                // Two ways that lead to different commands: the person chooses.
                Some(first) => add_rivals(first, &parsed),
            }
        }
        let mut found = found?;
        for parsed in &mut found {
            parsed.confidence *= MISSING_FACTOR;
        }
        Some(found)
    }

    /// One command of several, in other words. Two ways to take it are none.
    pub(super) fn surely_reworded(&mut self, words: &[Word]) -> Option<Parsed> {
        if words.len() < 2 || MOST_WORDS < words.len() {
            return None;
        }
        let mut found: Option<Parsed> = None;
        for rewording in rewordings(words, self.now) {
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
    /// A free text swallows any words, so it shows nothing.
    fn keeps(&self, parsed: &Parsed, rewording: &Rewording) -> bool {
        let mut specs = self.parser.settings.intents.iter();
        let spec = specs.find(|spec| spec.name == parsed.intent.name);
        let free = parsed.intent.slots.iter().any(|slot| {
            spec.and_then(|spec| spec.slot(&slot.name))
                .is_none_or(|slot| slot.kind == SlotKind::Text)
        });
        let mut slots = parsed.intent.slots.iter();
        let number = slots.any(|slot| matches!(slot.value, SlotValue::Number(_)));
        // "Turn on the" has not said of what.
        !free
            && parsed.penalty <= MAX_STRICT_PENALTY
            && !parsed.missing
            && (!rewording.sets || number)
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

fn rewordings(words: &[Word], now: DateTime) -> Vec<Rewording> {
    let table = spoken().order();
    let (words, mut all) = match without_redundant(words, table) {
        Some(fewer) => {
            let plain = Rewording {
                words: fewer.clone(),
                sets: false,
            };
            (fewer, vec![plain])
        }
        None => (words.to_vec(), Vec::new()),
    };
    let rest = &words[opening(&words, table)..];
    all.extend(with_particle(rest, table));
    all.extend(with_value(rest, table, now));
    all
}

/// The words with the second of "open up" left out, if there is such a pair.
fn without_redundant(words: &[Word], table: &OrderWords) -> Option<Vec<Word>> {
    let pair = |at: usize| {
        let said = format!("{} {}", words[at].text, words[at + 1].text);
        let mut pairs = table.redundant.iter();
        pairs
            .find(|(pair, _)| *pair == said)
            .map(|(_, one)| (at, *one))
    };
    let (at, one) = (0..words.len() - 1).find_map(pair)?;
    let mut fewer = words.to_vec();
    fewer[at] = said(one, &words[at]);
    fewer.remove(at + 1);
    Some(fewer)
}

/// Number of the words by which a command is wished for.
fn opening(words: &[Word], table: &OrderWords) -> usize {
    let mut at = 0;
    while let Some(count) = run_at(words, at, table.opening) {
        at += count;
    }
    if at < words.len() { at } else { 0 }
}

/// "turn the radio off", "radio off" and "get the radio off" as "turn off the
/// radio", and so with each verb and place of the particle.
fn with_particle(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
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
        .map(|words| Rewording { words, sets: false })
        .collect()
}

/// "bring the hall down to fifty" and "hall fifty" as "set the hall to fifty".
fn with_value(words: &[Word], table: &OrderWords, now: DateTime) -> Vec<Rewording> {
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
            sets: true,
        })
        .collect()
}

/// A word at the place of another one.
fn said(text: &str, at: &Word) -> Word {
    Word {
        text: text.to_owned(),
        pause: false,
        ..at.clone()
    }
}

/// The length of the longest of the runs that stand at `at`.
fn run_at(words: &[Word], at: usize, runs: &[&str]) -> Option<usize> {
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
