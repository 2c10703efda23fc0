//! Constituents: the words of a sentence that carry meaning by themselves.

use jiff::civil::DateTime;

use super::run_at;
use super::timing::Timing;
use crate::grammar::Word;
use crate::intent::values;
use crate::language::{MeaningWords, Objection, is_sign_word, spoken};
use crate::model::SlotKind;

/// The longest run of words that is tried as one number or length of time.
const LONGEST: usize = 14;

/// A run of words that carries meaning by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Index of its first word.
    pub from: usize,
    /// Index behind its last word.
    pub to: usize,
    /// What it says.
    pub kind: Kind,
}

impl Mark {
    /// Whether it is a value: a number or a length of time.
    #[must_use]
    pub fn is_value(&self) -> bool {
        matches!(self.kind, Kind::Number | Kind::Duration)
    }
}

/// What a run of words says.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number, with its unit or without.
    Number,
    /// A length of time.
    Duration,
    /// All of a kind.
    Quantity,
    /// A noun behind an article or a value, of which it is not known whether
    /// it names anything.
    Thing,
    /// What can only be objected to, unless a slot or the intent's own words
    /// have a use for it.
    Objection(Objection),
}

/// The marks of a sentence, in order.
pub(super) fn find(
    text: &str,
    words: &[Word],
    timings: &[Timing],
    table: &MeaningWords,
    now: DateTime,
) -> Vec<Mark> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let reader = Reader {
        text,
        words,
        texts: &texts,
        timings,
        table,
        now,
    };
    let mut marks = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some(timing) = timings.iter().find(|timing| timing.from == at) {
            at = timing.to;
            continue;
        }
        let neutral = run_at(&texts, at, table.no_condition);
        if neutral > 0 {
            at += neutral;
            continue;
        }
        match reader.mark(at) {
            Some(mark) => {
                at = mark.to;
                marks.push(mark);
            }
            None => at += 1,
        }
    }
    for at in 0..words.len() {
        let marked = marks.iter().any(|mark| (mark.from..mark.to).contains(&at));
        if !marked && let Some(mark) = reader.noun(at) {
            marks.push(mark);
        }
    }
    marks.sort_by_key(|mark| (mark.from, mark.to));
    marks
}

struct Reader<'a> {
    text: &'a str,
    words: &'a [Word],
    texts: &'a [&'a str],
    timings: &'a [Timing],
    table: &'a MeaningWords,
    now: DateTime,
}

impl Reader<'_> {
    fn mark(&self, at: usize) -> Option<Mark> {
        let table = self.table;
        let run = |runs| run_at(self.texts, at, runs);
        let mark = |len: usize, kind: Kind| {
            (len > 0).then_some(Mark {
                from: at,
                to: at + len,
                kind,
            })
        };
        let objection = |len: usize, objection| mark(len, Kind::Objection(objection));
        let sign = self.texts[at];
        objection(
            usize::from(is_sign_word(sign)),
            Objection::Words(sign.to_owned()),
        )
        .or_else(|| objection(run(table.exception), Objection::Exception))
        .or_else(|| objection(run(table.condition), Objection::Condition))
        .or_else(|| self.change(at))
        .or_else(|| self.recurrence(at))
        .or_else(|| objection(run(table.loose_time), Objection::LooseTime))
        .or_else(|| objection(run(table.vague_time), Objection::VagueTime))
        .or_else(|| self.place(at))
        .or_else(|| self.value(at))
        .or_else(|| mark(run(table.quantity), Kind::Quantity))
    }

    /// "by ten percent", "ten percent brighter".
    fn change(&self, at: usize) -> Option<Mark> {
        let toward = run_at(self.texts, at, self.table.change_toward);
        let toward = Some(toward).filter(|toward| self.has_unit(at + toward));
        let before = run_at(self.texts, at, self.table.change_before).max(toward.unwrap_or(0));
        let amount = self.measure(at + before)?;
        let after = run_at(self.texts, amount, self.table.change_after);
        (before > 0 || after > 0).then_some(Mark {
            from: at,
            to: amount + after,
            kind: Kind::Objection(Objection::Change),
        })
    }

    /// "every day", "on Mondays": a word that repeats, and what it repeats.
    fn recurrence(&self, at: usize) -> Option<Mark> {
        let rest = self.texts.get(at..).unwrap_or_default();
        let whole = values::recurrence(rest).map_or(0, |(_, len)| len);
        let whole = whole.max(run_at(self.texts, at, self.table.always));
        let each = run_at(self.texts, at, self.table.each);
        let len = whole.max(each);
        if len == 0 {
            return None;
        }
        // "Every light" is a quantity; "every ten minutes" is not.
        let date = |from: usize| {
            let rest = (self.texts.len().saturating_sub(from)).min(LONGEST);
            (1..=rest).any(|len| {
                let said = &self.texts[from..from + len];
                [SlotKind::Date, SlotKind::Duration].iter().any(|kind| {
                    values::read(kind, said, self.now).is_ok()
                        || *kind == SlotKind::Duration && self.is_unit_of_time(said)
                })
            })
        };
        if whole == 0 && !date(at + each) {
            return None;
        }
        Some(Mark {
            from: at,
            to: at + len,
            kind: Kind::Objection(Objection::Recurrence),
        })
    }

    /// A number or a length of time, as long as it can be.
    fn value(&self, at: usize) -> Option<Mark> {
        if self.is_pronoun(at) {
            return None;
        }
        let duration = self.longest(&SlotKind::Duration, at);
        let number = self.measure(at);
        let (to, kind) = match (duration, number) {
            (Some(duration), number) if number.is_none_or(|number| number <= duration) => {
                (duration, Kind::Duration)
            }
            (_, Some(number)) => (number, Kind::Number),
            _ if self.is_ordinal(at) => (at + 1, Kind::Number),
            _ => return None,
        };
        Some(Mark { from: at, to, kind })
    }

    /// "The second" before a noun, which says which one is meant.
    fn is_ordinal(&self, at: usize) -> bool {
        let definite = spoken().answers().definite;
        let behind = at > 0 && self.texts[at - 1] == definite;
        let noun = self.texts.get(at + 1).is_some() && !self.is_small(at + 1);
        behind && noun && spoken().is_numeral(self.texts[at])
    }

    /// Whether a number with its unit is there.
    fn has_unit(&self, at: usize) -> bool {
        let number = SlotKind::Number {
            min: None,
            max: None,
            unit: None,
        };
        let to = self.longest(&number, at);
        to.is_some_and(|to| run_at(self.texts, to, self.table.units) > 0)
    }

    /// Behind the longest number from `at`, and its unit.
    fn measure(&self, at: usize) -> Option<usize> {
        let number = SlotKind::Number {
            min: None,
            max: None,
            unit: None,
        };
        let to = self.longest(&number, at)?;
        Some(to + run_at(self.texts, to, self.table.units))
    }

    fn longest(&self, kind: &SlotKind, at: usize) -> Option<usize> {
        let longest = (self.texts.len().saturating_sub(at)).min(LONGEST);
        (1..=longest)
            .rev()
            .find(|len| values::read(kind, &self.texts[at..at + len], self.now).is_ok())
            .map(|len| at + len)
    }

    /// "The one in the hall" is no number.
    fn is_pronoun(&self, at: usize) -> bool {
        let one = self.texts[at] == self.table.one;
        let behind =
            at > 0 && self.is_small(at - 1) && !self.table.at.contains(&self.texts[at - 1]);
        one && behind && self.texts.get(at + 1).is_none_or(|_| self.is_small(at + 1))
    }

    /// Whether the words are a unit of time without a count: "hour".
    fn is_unit_of_time(&self, words: &[&str]) -> bool {
        let counted = [&[self.table.one], words].concat();
        words.len() == 1 && values::read(&SlotKind::Duration, &counted, self.now).is_ok()
    }

    fn is_small(&self, at: usize) -> bool {
        self.texts
            .get(at)
            .is_some_and(|word| self.table.function.contains(word))
    }

    fn place(&self, at: usize) -> Option<Mark> {
        let len = run_at(self.texts, at, self.table.places);
        (len > 0).then(|| Mark {
            from: at,
            to: at + len,
            kind: Kind::Objection(Objection::Unknown(self.texts[at..at + len].join(" "))),
        })
    }

    /// A noun that stands where a place or a thing is named: behind a
    /// preposition, an article, or written as a name.
    fn noun(&self, at: usize) -> Option<Mark> {
        let word = self.texts[at];
        let timed = self
            .timings
            .iter()
            .any(|timing| (timing.from..timing.to).contains(&at));
        if timed
            || self.is_small(at)
            || self.table.empty_nouns.contains(&word)
            || word.chars().count() < 3
        {
            return None;
        }
        let article = at > 0 && self.table.articles.contains(&self.texts[at - 1]);
        let before = at.checked_sub(1 + usize::from(article));
        let preposition = before.and_then(|before| self.texts.get(before));
        let is_place = preposition.is_some_and(|word| self.table.before_place.contains(word));
        let is_name = self.is_name(at);
        let kind = match () {
            () if is_name && is_place => {
                Kind::Objection(Objection::Unknown(self.written(at).to_owned()))
            }
            () if is_place || article || is_name => Kind::Thing,
            () if preposition.is_some_and(|word| self.table.before_thing.contains(word)) => {
                Kind::Thing
            }
            () => return None,
        };
        Some(Mark {
            from: at,
            to: at + 1,
            kind,
        })
    }

    /// Written with a capital where a sentence does not ask for one.
    fn is_name(&self, at: usize) -> bool {
        let capital = self
            .written(at)
            .chars()
            .next()
            .is_some_and(char::is_uppercase);
        capital && at > 0 && !self.words[at - 1].pause && !spoken().nouns_have_capitals()
    }

    fn written(&self, at: usize) -> &str {
        self.text
            .get(self.words[at].start..self.words[at].end)
            .unwrap_or_default()
    }
}
