//! A reason or a remark beside a whole order: "it's stuffy in here put the fan on",
//! "open the garage I'm nearly home". It has a subject that is no thing of the file
//! and a verb of how things are, and nothing in it that an intent could use, so that
//! the order counts by itself.

use jiff::civil::DateTime;

use super::is_complete;
use crate::grammar::{Word, canonical};
use crate::intent::account::Sentence;
use crate::intent::guided;
use crate::language::{BesideWords, Phrase, Question, RequestWords, spoken};
use crate::model::{Settings, SlotKind};
use crate::turn::{Intent, Understanding};

/// Longer sentences are stories.
const MOST_WORDS: usize = 32;
/// Words of the name of the thing that a remark is about.
const LONGEST_NAME: usize = 4;

/// An order that stood beside a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Its words.
    pub order: String,
    /// The remark has a time or a number, which may be meant for the order.
    pub valued: bool,
    /// The remark follows, so that a free text may have taken words of it.
    pub follows: bool,
}

/// The command of a sentence of which a part is a remark, by what each of its
/// [`orders`] means alone. Nothing where several may be the order. A value in the
/// remark may belong to the order, so that a whole order is asked about.
#[must_use]
pub fn settle(settings: &Settings, read: Vec<(Beside, Understanding)>) -> Option<Understanding> {
    let mut found: Option<Understanding> = None;
    for (beside, mut one) in read {
        let unsure = beside.follows || says_pronoun(&beside.order);
        if one.intents.is_empty() || unsure && has_free_text(settings, &one.intents) {
            continue;
        }
        if beside.valued && one.doubt.is_none() && are_complete(settings, &one.intents) {
            one.doubt = Some(whether(settings, &one.intents));
        }
        match &found {
            Some(found) if found.intents != one.intents => return None,
            Some(_) => {}
            None => found = Some(one),
        }
    }
    found
}

/// Whether an order names something by a word that the remark may explain: of "we are
/// out of coffee, add it to the list" nobody adds "it".
fn says_pronoun(order: &str) -> bool {
    let pronouns = spoken().requests().beside.pronouns;
    let words = canonical(order);
    words.iter().any(|word| pronouns.contains(&word.as_str()))
}

fn has_free_text(settings: &Settings, intents: &[Intent]) -> bool {
    intents.iter().any(|intent| {
        let spec = settings.intent(&intent.name);
        let mut slots = intent.slots.iter();
        slots.any(|slot| {
            let slot = spec.and_then(|spec| spec.slot(&slot.name));
            slot.is_none_or(|slot| slot.open || slot.kind == SlotKind::Text)
        })
    })
}

fn are_complete(settings: &Settings, intents: &[Intent]) -> bool {
    intents.iter().all(|intent| {
        let spec = settings.intent(&intent.name);
        spec.is_some_and(|spec| is_complete(spec, intent))
    })
}

/// The question whether these commands are meant.
fn whether(settings: &Settings, intents: &[Intent]) -> String {
    let meanings = intents.iter().filter_map(|intent| {
        let spec = settings.intent(&intent.name)?;
        Some(guided::meaning(spec, intent))
    });
    let meanings: Vec<String> = meanings.collect();
    Question::MeantCommand(&Phrase::List(&meanings).said()).said()
}

/// The orders that a sentence may be if the rest of it is a remark.
#[must_use]
pub fn orders(text: &str, settings: &Settings, now: DateTime) -> Vec<Beside> {
    let table = spoken().requests();
    if table.beside.subjects.is_empty() {
        return Vec::new();
    }
    let sentence = Sentence::read(text, spoken(), now);
    if MOST_WORDS < sentence.words.len() {
        return Vec::new();
    }
    let texts: Vec<&str> = sentence
        .words
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    let own = own(settings);
    let reader = Reader {
        text,
        table,
        beside: table.beside,
        sentence: &sentence,
        texts: &texts,
        own: &own,
    };
    let places = 1..texts.len();
    let before = places.clone().filter_map(|at| reader.behind_remark(at));
    before
        .chain(places.filter_map(|at| reader.before_remark(at)))
        .collect()
}

/// The words of the file that carry meaning: of its phrases and of its values.
fn own(settings: &Settings) -> Vec<String> {
    let phrases = settings.intents.iter().flat_map(guided::own_words);
    let slots = settings.intents.iter().flat_map(|intent| &intent.slots);
    let values = slots.filter_map(|slot| match &slot.kind {
        // A list that takes any name owns none.
        SlotKind::Values(choices) if !slot.open => Some(choices),
        _ => None,
    });
    let values = values.flatten().flat_map(|choice| &choice.say);
    let values = values.flat_map(|say| canonical(say));
    let mut own: Vec<String> = phrases.chain(values).collect();
    let (meaning, requests) = (spoken().meaning(), spoken().requests());
    own.retain(|word| {
        let word = word.as_str();
        !meaning.function.contains(&word) && !requests.beside.states.contains(&word)
    });
    own.sort_unstable();
    own.dedup();
    own
}

/// A remark that was found.
struct Remark {
    /// Where the name of the thing of the file that it is about begins and ends.
    about: Option<(usize, usize)>,
    valued: bool,
}

struct Reader<'a> {
    text: &'a str,
    table: &'static RequestWords,
    beside: &'static BesideWords,
    sentence: &'a Sentence,
    texts: &'a [&'a str],
    own: &'a [String],
}

impl Reader<'_> {
    /// The order from `at` on, behind a remark.
    fn behind_remark(&self, at: usize) -> Option<Beside> {
        let link = (0..at).find(|from| self.run(*from, self.beside.therefore) == at - from);
        let end = link.filter(|link| *link > 0).unwrap_or(at);
        let apart = link.is_some() || self.words()[at - 1].pause;
        if self.run(at, self.beside.therefore) > 0 || !(self.begins_order(at) || apart) {
            return None;
        }
        let remark = self.remark(0, end)?;
        let order = match remark.about {
            Some(name) => self.with_name(at, name)?,
            None => self.slice(at, self.texts.len()).to_owned(),
        };
        Some(Beside {
            order,
            valued: remark.valued,
            follows: false,
        })
    }

    /// The order up to `at`, before a remark.
    fn before_remark(&self, at: usize) -> Option<Beside> {
        let apart = self.words()[at - 1].pause || self.run(at, self.beside.because) > 0;
        let told = self.beside.behind.contains(&self.texts[at]);
        if !(apart || self.begins_order(0) || told) {
            return None;
        }
        if spoken()
            .meaning()
            .before_place
            .contains(&self.texts[at - 1])
        {
            return None;
        }
        // "The light that is broken" tells which one is meant.
        if !apart && !told && self.beside.subjects.contains(&self.texts[at]) {
            return None;
        }
        let remark = self.remark(at, self.texts.len())?;
        let last = self.texts.last()?;
        // "The film we are watching" tells which one.
        if remark.about.is_some() || !apart && last.ends_with(self.beside.going_on) {
            return None;
        }
        Some(Beside {
            order: self.slice(0, at).to_owned(),
            valued: remark.valued,
            follows: true,
        })
    }

    /// The words from `from` up to `to` as a remark.
    fn remark(&self, from: usize, to: usize) -> Option<Remark> {
        let mut from = from;
        while from < to {
            match self.run(from, self.beside.because) {
                0 => break,
                count => from += count,
            }
        }
        let (subject, verb) = self.subject(from, to)?;
        let rest = verb + self.state(from, verb, to)?;
        let last = *self.texts[..to].last()?;
        if self.beside.no_end.contains(&last) {
            return None;
        }
        let times = &self.sentence.timings;
        let says_when = |at: usize| times.iter().any(|time| time.from <= at && at < time.to);
        let is_own =
            |at: &usize| !says_when(*at) && self.own.iter().any(|own| own == self.texts[*at]);
        let about = subject.filter(|(from, to)| (*from..*to).any(|at| is_own(&at)));
        let used = |at: &usize| about.is_none_or(|(from, to)| !(from..to).contains(at));
        let bad = |at: usize| {
            let word = self.texts[at];
            self.beside.never.contains(&word) && at >= rest
                || self.beside.never.contains(&word) && at < verb
                || used(&at) && is_own(&at)
                || self.is_order_verb(at, rest)
        };
        if (from..to).any(bad) {
            return None;
        }
        let dated = self
            .sentence
            .timings
            .iter()
            .any(|time| from < time.to && time.from < to);
        let valued = dated || (from..to).any(|at| spoken().is_numeral(self.texts[at]));
        Some(Remark { about, valued })
    }

    /// The name of the thing that a clause is about, where it is one, and the index of
    /// the verb.
    fn subject(&self, from: usize, to: usize) -> Option<(Option<(usize, usize)>, usize)> {
        let first = *self.texts[..to].get(from)?;
        let alone = [self.beside.speakers, self.beside.subjects].concat();
        if alone.contains(&first) && self.state(from, from + 1, to).is_some() {
            return Some((None, from + 1));
        }
        if self.beside.speakers.contains(&first) {
            return None;
        }
        let named = self.beside.determiners.contains(&first);
        let begin = from + usize::from(named);
        // A bare noun only opens a sentence: "dinner is ready".
        let most = if named {
            LONGEST_NAME
        } else {
            usize::from(from == 0)
        };
        let verb = (begin + 1..=begin + most)
            .find(|at| *at < to && self.state(from, *at, to).is_some())?;
        let name = &self.texts[from..verb];
        let verbs = name
            .iter()
            .any(|word| self.table.verbs.contains(word) && !named);
        (!verbs).then_some((Some((from, verb)), verb))
    }

    /// Number of the words of the verb at `at` of a clause that begins at `from`.
    fn state(&self, from: usize, at: usize, to: usize) -> Option<usize> {
        let (is, short) = self.beside.short;
        let end = self.words().get(at.checked_sub(1)?)?.end;
        let mut short = short.iter();
        let short = short.any(|short| self.text[..end].ends_with(short));
        // Behind an order "my mum's" says whose.
        if short && from == 0 && at < to && self.texts[at] != is {
            return Some(0);
        }
        let own = self.beside.speakers.contains(self.texts.get(from)?);
        let own = if own {
            self.run(at, self.beside.own_states)
        } else {
            0
        };
        let count = own.max(self.run(at, self.beside.states));
        (count > 0 && at + count <= to).then_some(count)
    }

    /// Whether a word may give an order: a verb in its base form that is no adjective
    /// and no noun, and that the speaker is not about to do.
    fn is_order_verb(&self, at: usize, rest: usize) -> bool {
        let word = self.texts[at];
        let Some(before) = at.checked_sub(1).map(|at| self.texts[at]) else {
            return self.table.verbs.contains(&word);
        };
        let noun = self.beside.degrees.contains(&before) || self.beside.states.contains(&before);
        self.table.verbs.contains(&word)
            && !noun
            && at >= rest
            && !(at == rest && before == self.beside.infinitive)
    }

    fn begins_order(&self, at: usize) -> bool {
        let mut at = at;
        while at < self.texts.len() {
            match self.run(at, self.table.lead) {
                0 => break,
                count => at += count,
            }
        }
        let Some(word) = self.texts.get(at) else {
            return false;
        };
        self.table.verbs.contains(word) || self.run(at, self.table.frames) > 0
    }

    /// The order from `at` on with the name of what the remark is about in the place of
    /// its one pronoun.
    fn with_name(&self, at: usize, (from, to): (usize, usize)) -> Option<String> {
        let mut places =
            (at..self.texts.len()).filter(|at| self.beside.pronouns.contains(&self.texts[*at]));
        let (Some(place), None) = (places.next(), places.next()) else {
            return None;
        };
        let name = self.slice(from, to);
        let before = if place > at {
            self.slice(at, place)
        } else {
            ""
        };
        let after = &self.text[self.words()[place].end..];
        Some(format!("{before} {name}{after}").trim().to_owned())
    }

    fn words(&self) -> &[Word] {
        &self.sentence.words
    }

    fn slice(&self, from: usize, to: usize) -> &str {
        let (start, end) = (self.words()[from].start, self.words()[to - 1].end);
        self.text.get(start..end).unwrap_or_default()
    }

    fn run(&self, at: usize, runs: &[&str]) -> usize {
        crate::intent::account::run_at(self.texts, at, runs)
    }
}
