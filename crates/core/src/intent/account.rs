//! The account of a sentence: every word that carries meaning must be used by
//! a slot or say when, or nothing is done.
//!
//! Phrases account for their words by themselves. This is for an intent that a
//! language model named, whose slots were filled from words found anywhere in
//! the sentence: what became of the rest is asked here.

mod explain;
mod marks;
mod timing;

use jiff::civil::DateTime;

use crate::grammar;
use crate::grammar::Word;
use crate::language::{Language, MeaningWords, Objection};
use crate::model::{ActionSpec, IntentSpec};
use crate::turn::When;

pub use explain::{Entry, entries};
pub use marks::{Kind, Mark};
pub use timing::Timing;

/// Words with the same first letters, so many, are forms of one word.
const STEM: usize = 4;

/// A sentence with what carries meaning in it marked.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Its words, in canonical form, with their places in the text.
    pub words: Vec<Word>,
    /// What says when.
    pub timings: Vec<Timing>,
    /// Everything else that carries meaning by itself. Marks do not overlap
    /// unless one is a place or thing.
    pub marks: Vec<Mark>,
}

impl Sentence {
    /// Marks a text.
    #[must_use]
    pub fn read(text: &str, language: &Language, now: DateTime) -> Self {
        let words = grammar::normalize(text);
        let table = language.meaning();
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let timings = timing::find(&texts, table, now);
        let marks = marks::find(text, &words, &timings, table, now);
        Self {
            words,
            timings,
            marks,
        }
    }

    /// The one time that it says, if it can be kept, and the text without it.
    #[must_use]
    pub fn without_timing(&self, text: &str) -> Option<(String, When)> {
        let [timing] = self.timings.as_slice() else {
            return None;
        };
        let when = timing.when.clone().ok()?;
        let rest = self.cut(text, timing);
        (!rest.is_empty()).then_some((rest, when))
    }

    /// Whether something is to be done at once: "now".
    #[must_use]
    pub fn says_at_once(&self, language: &Language) -> bool {
        self.at_once(language).is_some()
    }

    /// Whether the first of two commands is to be done at once, and what says when is
    /// behind it: "on now and off at eleven".
    #[must_use]
    pub fn begins_at_once(&self, language: &Language) -> bool {
        let (Some(end), [timing]) = (self.at_once(language), self.timings.as_slice()) else {
            return false;
        };
        let links = language.requests();
        let next = self.words.get(end).map(|word| word.text.as_str());
        let linked = next
            .is_some_and(|next| links.weak_links.contains(&next) || links.links.contains(&next));
        linked && end < timing.from && timing.to == self.words.len()
    }

    /// Index behind the words that say "now".
    fn at_once(&self, language: &Language) -> Option<usize> {
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let runs = language.meaning().at_once;
        (0..texts.len()).find_map(|at| match run_at(&texts, at, runs) {
            0 => None,
            count => Some(at + count),
        })
    }

    /// The text without the words of a timing.
    #[must_use]
    pub fn cut(&self, text: &str, timing: &Timing) -> String {
        let start = self.words[timing.from].start;
        let end = self.words[timing.to - 1].end;
        let (before, after) = (&text[..start], &text[end..]);
        let before = before.trim_end_matches([' ', ',']);
        let after = after.trim_start_matches([' ', ',']);
        format!("{before} {after}").trim().to_owned()
    }

    /// The amount by which something is to change, if one is said: with its
    /// sign, where the words tell the direction.
    #[must_use]
    pub fn change(&self, language: &Language) -> Option<Change> {
        let is_change = |mark: &&Mark| mark.kind == Kind::Objection(Objection::Change);
        let mut changes = self.marks.iter().filter(is_change);
        let mark = changes.next()?;
        if changes.next().is_some() {
            return None;
        }
        let table = language.meaning();
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let toward = run_at(&texts, mark.from, table.change_toward);
        let before = run_at(&texts, mark.from, table.change_before).max(toward);
        let says = |list: &[&str]| texts.iter().any(|word| list.contains(word));
        let sign = match (says(table.upward), says(table.downward)) {
            (true, false) => Some(1.0),
            (false, true) => Some(-1.0),
            _ => None,
        };
        Some(Change {
            from: mark.from,
            amount: mark.from + before,
            to: mark.to,
            sign,
        })
    }

    /// The text with an amount of change as a value to set: "by ten percent"
    /// as "to ten percent", so that phrases tell what is to change.
    #[must_use]
    pub fn with_value_set(&self, text: &str, change: &Change, language: &Language) -> String {
        let table = language.meaning();
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let behind = (change.amount..change.to)
            .find(|at| run_at(&texts, *at, table.change_after) > 0)
            .unwrap_or(change.to);
        let start = self.words[change.from].start;
        let amount = &text[self.words[change.amount].start..self.words[behind - 1].end];
        let rest = &text[self.words[change.to - 1].end..];
        format!("{}{} {amount}{rest}", &text[..start], table.set_to)
    }

    /// The same with the value behind all other words: "two degrees warmer in
    /// the hall" as "the hall to two degrees".
    #[must_use]
    pub fn with_value_last(&self, text: &str, change: &Change, language: &Language) -> String {
        let table = language.meaning();
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let behind = (change.amount..change.to)
            .find(|at| run_at(&texts, *at, table.change_after) > 0)
            .unwrap_or(change.to);
        let amount = &text[self.words[change.amount].start..self.words[behind - 1].end];
        let rest = (0..self.words.len()).filter(|at| !(change.from..change.to).contains(at));
        let mut rest: Vec<(usize, usize)> = rest
            .map(|at| (self.words[at].start, self.words[at].end))
            .collect();
        rest.dedup();
        let rest: Vec<&str> = rest.iter().map(|(from, to)| &text[*from..*to]).collect();
        let place = rest
            .first()
            .is_some_and(|word| table.before_place.contains(word));
        let rest = rest[usize::from(place)..].join(" ");
        format!("{rest} {} {amount}", table.set_to)
    }

    /// Index of the first word of a request that follows a report; 0 where
    /// there is no such pair.
    #[must_use]
    pub fn request(&self, language: &Language) -> usize {
        let table = language.meaning();
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let report = (0..texts.len()).find(|at| run_at(&texts, *at, table.report) > 0);
        let Some(report) = report else { return 0 };
        let after = report + run_at(&texts, report, table.report);
        let ends = |at: &usize| at + 1 < texts.len() && run_at(&texts, *at, table.request) > 0;
        (after..texts.len()).find(ends).unwrap_or(0)
    }

    /// Whether the words between two values take the first one back.
    #[must_use]
    pub fn corrects(&self, from: usize, to: usize, language: &Language) -> bool {
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let said = run_at(&texts, from, language.meaning().correction);
        from < to && said > 0 && from + said <= to
    }

    /// The words alone.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.words.iter().map(|word| word.text.clone()).collect()
    }
}

/// An amount by which something is to change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Index of its first word.
    pub from: usize,
    /// Index of the first word of the number.
    pub amount: usize,
    /// Index behind its last word.
    pub to: usize,
    /// 1 for more, -1 for less, where the words tell.
    pub sign: Option<f64>,
}

/// Which words of a sentence an intent has a use for.
pub struct Account<'a> {
    sentence: &'a Sentence,
    table: &'a MeaningWords,
    /// Words that a slot's value used.
    used: Vec<bool>,
    /// Words that the intent's own phrases have.
    own: Vec<bool>,
}

/// What is left of a sentence after an intent took what it has a use for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balance {
    /// When it is to be done, if not at once.
    pub when: Option<When>,
    /// Why it must not be done.
    pub objection: Option<Objection>,
    /// Words that may be meant for the intent: it is asked about, not done.
    pub doubtful: bool,
    /// A word that nothing has a use for.
    pub stray: Option<String>,
    /// No word of the intent and no name was said, only values and times.
    pub bare: bool,
}

impl<'a> Account<'a> {
    /// An account in which nothing is used yet.
    #[must_use]
    pub fn open(sentence: &'a Sentence, language: &'a Language) -> Self {
        Self {
            sentence,
            table: language.meaning(),
            used: vec![false; sentence.words.len()],
            own: vec![false; sentence.words.len()],
        }
    }

    /// Counts the words from `from` up to `to` as used by a slot's value.
    pub fn use_range(&mut self, from: usize, to: usize) {
        let to = to.min(self.used.len());
        self.used[from.min(to)..to].fill(true);
    }

    /// Counts every run of words that spells one of a choice's forms as used.
    pub fn use_forms<'f>(&mut self, forms: impl Iterator<Item = &'f String>) {
        let words = self.sentence.texts();
        for form in forms {
            let form = grammar::canonical(form);
            if form.is_empty() {
                continue;
            }
            for at in 0..words.len() {
                if words[at..].starts_with(&form) {
                    self.use_range(at, at + form.len());
                }
            }
        }
    }

    /// Weighs what is left against what the intent can do. `own` are the words
    /// of its phrases and description; `names` tells whether a slot was filled
    /// from a list of names.
    #[must_use]
    pub fn balance(mut self, intent: &IntentSpec, own: &[String], names: bool) -> Balance {
        let mut balance = Balance::default();
        self.use_own(own);
        balance.stray = self.stray();
        balance.bare = !names && !self.is_about();
        self.settle_timings(intent, &mut balance);
        for mark in &self.sentence.marks {
            if self.is_settled(mark) {
                continue;
            }
            match &mark.kind {
                Kind::Quantity if names => {}
                Kind::Quantity | Kind::Thing => balance.doubtful = true,
                Kind::Number | Kind::Duration => {
                    let objection = Objection::Words(self.text(mark.from, mark.to));
                    balance.objection.get_or_insert(objection);
                }
                Kind::Objection(objection) => {
                    balance.objection.get_or_insert_with(|| objection.clone());
                }
            }
        }
        balance
    }

    /// Words of the intent's own phrases need no other use; numbers and times
    /// that merely look like them do.
    fn use_own(&mut self, own: &[String]) {
        let stem = |word: &str| word.chars().take(STEM).collect::<String>();
        let stems: Vec<String> = own
            .iter()
            .filter(|word| word.chars().count() >= STEM)
            .map(|word| stem(word))
            .collect();
        for (at, word) in self.sentence.words.iter().enumerate() {
            let long = word.text.chars().count() >= STEM;
            self.own[at] |= own.contains(&word.text) || long && stems.contains(&stem(&word.text));
        }
    }

    /// Whether the words at `at` are part of a value or say when.
    fn is_measured(&self, at: usize) -> bool {
        let values = self.sentence.marks.iter().filter(|mark| mark.is_value());
        let values = values.map(|mark| mark.from..mark.to);
        let times = self.sentence.timings.iter().map(|time| time.from..time.to);
        values.chain(times).any(|range| range.contains(&at))
    }

    fn is_small(&self, at: usize) -> bool {
        let word = self.sentence.words[at].text.as_str();
        self.table.function.contains(&word) || self.table.articles.contains(&word)
    }

    /// The first word that is neither used nor the intent's own, says no when
    /// and names something.
    fn stray(&self) -> Option<String> {
        let words = self.sentence.texts();
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut polite = vec![false; texts.len()];
        for at in 0..texts.len() {
            let len = run_at(&texts, at, self.table.no_condition);
            polite[at..at + len].fill(true);
        }
        let open = |at: &usize| {
            let used = self.used[*at] || self.own[*at] || polite[*at];
            !used && !self.is_small(*at) && !self.is_measured(*at)
        };
        (0..texts.len()).find(open).map(|at| words[at].clone())
    }

    /// Whether a word of the intent's own was said that is not part of a value.
    fn is_about(&self) -> bool {
        let own = |at: usize| self.own[at] && !self.is_small(at) && !self.is_measured(at);
        (0..self.own.len()).any(own)
    }

    fn settle_timings(&self, intent: &IntentSpec, balance: &mut Balance) {
        let mut open = self.sentence.timings.iter().filter(|timing| {
            let value = timing.from..timing.to;
            !value.clone().any(|at| self.used[at] && self.is_value(at))
        });
        let Some(timing) = open.next() else { return };
        if open.next().is_some() {
            balance.objection = Some(Objection::Times);
            return;
        }
        match &timing.when {
            Ok(_) if !may_be_scheduled(intent) => balance.objection = Some(Objection::NotLater),
            Ok(when) => balance.when = Some(*when),
            Err(objection) => balance.objection = Some(objection.clone()),
        }
    }

    /// Whether a word can be part of a value rather than what stands before it.
    fn is_value(&self, at: usize) -> bool {
        let word = &self.sentence.words[at].text;
        let small = [
            self.table.delay_before,
            self.table.at,
            self.table.until,
            self.table.span_before,
            self.table.articles,
        ];
        !small.iter().any(|list| list.contains(&word.as_str()))
    }

    /// Whether a value used all of a mark, or the intent's own phrases have its
    /// words. An amount of change is only settled by a slot that takes it.
    fn is_settled(&self, mark: &Mark) -> bool {
        let own = mark.kind != Kind::Objection(Objection::Change);
        let mut words = mark.from..mark.to;
        words.all(|at| self.used[at] || own && self.own[at])
    }

    fn text(&self, from: usize, to: usize) -> String {
        let words = self.sentence.words[from..to].iter();
        words
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The words of an intent's phrases, slots aside, in canonical form.
fn own_words(intent: &IntentSpec) -> Vec<String> {
    super::guided::own_words(intent)
}

/// Whether an intent can be carried out at another time than now: what the
/// box does by itself is not.
#[must_use]
pub fn may_be_scheduled(intent: &IntentSpec) -> bool {
    !matches!(intent.action, Some(ActionSpec::Builtin(_)) | None)
}

/// The number of words at `at` that are one of `runs`; of several the longest.
pub(crate) fn run_at(words: &[&str], at: usize, runs: &[&str]) -> usize {
    let rest = words.get(at..).unwrap_or_default();
    runs.iter()
        .filter_map(|run| {
            let len = run.split(' ').count();
            let fits = len <= rest.len() && run.split(' ').eq(rest[..len].iter().copied());
            fits.then_some(len)
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests;
