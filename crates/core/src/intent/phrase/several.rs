//! Sentences that are more than one command, or that correct themselves.

use jiff::civil::DateTime;

use crate::grammar::{Word, canonical};
use crate::intent::values;
use crate::language::spoken;
use crate::model::SlotKind;
use crate::turn::{Intent, Slot, SlotValue};

use super::chart::Chart;
use super::heard::WordCosts;
use super::words;
use super::{MAX_STRICT_PENALTY, Parsed, Task, key};

/// More joints than this are no list of commands.
const MAX_JOINTS: usize = 6;
/// Words of a value on either side of a joint.
pub(super) const LONGEST_VALUE: usize = 6;
/// Words of a verb and its particle, which two intents may share.
const SHARED_WORDS: usize = 2;
/// Lists of values within lists of values.
const MAX_DEPTH: usize = 3;

/// Where one command may end and the next begin.
#[derive(Clone, Copy)]
struct Joint {
    /// Past the last word of the left side.
    end: usize,
    /// First word of the right side.
    start: usize,
}

impl Task<'_> {
    /// The commands of a sentence in their order; none when any part of it
    /// stays unexplained.
    pub(super) fn understand(&mut self, words: &[Word]) -> Vec<Parsed> {
        let parsed = self.plainly(words);
        if parsed.is_empty() && self.objection.is_none() {
            return self.reworded(words).unwrap_or_default();
        }
        parsed
    }

    /// The same, with the words as they stand.
    pub(super) fn plainly(&mut self, words: &[Word]) -> Vec<Parsed> {
        if let Some(whole) = self.one(words) {
            return vec![whole];
        }
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        if words::takes_back(&texts) {
            return Vec::new();
        }
        if let Some(wanted) = self.not_the_other(words, &texts) {
            return vec![wanted];
        }
        if let Some(corrected) = self.corrected(words, &texts) {
            return vec![corrected];
        }
        let joints = joints(words, self.now);
        if joints.is_empty() || joints.len() > MAX_JOINTS {
            return Vec::new();
        }
        let coordinated = self.coordinated(words, 0);
        let coordinated = coordinated.map(|(parsed, value)| {
            if contradict(&parsed, &words[..value]) {
                one_of(parsed)
            } else {
                parsed
            }
        });
        coordinated
            .or_else(|| self.split(words, &joints))
            .unwrap_or_default()
    }

    /// One command that may stand beside others: sure, and complete.
    pub(super) fn sure(&mut self, words: &[Word]) -> Option<Parsed> {
        let whole = self.one(words)?;
        let sure = !whole.missing
            && !whole.doubtful
            && whole.rivals.is_empty()
            && whole.penalty <= MAX_STRICT_PENALTY;
        sure.then_some(whole)
    }

    /// The one reading of `right` behind a beginning of `left`: the same intent
    /// with other values, else another intent that shares the verb ("turn on the
    /// kitchen light and the coffee machine").
    pub(super) fn continued(
        &mut self,
        left: &[Word],
        right: &[Word],
        before: &Intent,
    ) -> Option<Parsed> {
        let (mut same, mut others): (Vec<Parsed>, Vec<Parsed>) = (Vec::new(), Vec::new());
        for kept in 1..=left.len() {
            if self.is_exhausted() {
                return None;
            }
            let sentence = [&left[..kept], right].concat();
            let Some(parsed) = self.sure(&sentence).or_else(|| {
                let reworded = self.surely_reworded(&sentence)?;
                (reworded.intent.name == before.name).then_some(reworded)
            }) else {
                continue;
            };
            // Not "stop the timer for music" of "stop the timer and the music".
            if parsed.intent == *before
                || words::PREPOSITION <= parsed.penalty && self.has_open_value(&parsed.intent)
            {
                continue;
            }
            if parsed.intent.name == before.name {
                same.push(parsed);
            } else if kept <= SHARED_WORDS && self.shares_values(&parsed.intent, before) {
                others.push(parsed);
            }
        }
        let mut found = if same.is_empty() { others } else { same };
        let first = found.pop()?;
        let alike = found.iter().all(|other| other.intent == first.intent);
        alike.then_some(first)
    }

    /// Whether an intent has a value of a slot that takes any name.
    fn has_open_value(&self, intent: &Intent) -> bool {
        let spec = self.parser.settings.intent(&intent.name);
        spec.is_some_and(|spec| {
            let mut filled = intent.slots.iter().filter_map(|slot| spec.slot(&slot.name));
            filled.any(|slot| slot.open)
        })
    }

    /// Whether an intent has a value of the same list as another one, such as
    /// "on", or neither has any.
    fn shares_values(&self, intent: &Intent, other: &Intent) -> bool {
        let kind = |intent: &Intent, slot: &Slot| {
            let spec = self.parser.settings.intent(&intent.name)?;
            Some(spec.slot(&slot.name)?.kind.clone())
        };
        let is_word = |slot: &&Slot| !matches!(slot.value, SlotValue::Number(_));
        let shared = |slot: &Slot| {
            let mut others = other.slots.iter();
            others.any(|o| o.value == slot.value && kind(other, o) == kind(intent, slot))
        };
        let mut words = intent.slots.iter().filter(is_word);
        intent.slots.is_empty() && other.slots.is_empty() || words.any(shared)
    }

    /// "turn on the kitchen and the bedroom light": values of one list, where
    /// the phrases want one; with the index of the first word of the first.
    fn coordinated(&mut self, words: &[Word], depth: usize) -> Option<(Vec<Parsed>, usize)> {
        if depth > 0
            && let Some(one) = self.sure(words)
        {
            return Some((vec![one], 0));
        }
        if depth == MAX_DEPTH || self.is_exhausted() {
            return None;
        }
        for joint in joints(words, self.now) {
            for (first, second) in self.pairs(words, joint) {
                let without_second = [&words[..joint.end], &words[second..]].concat();
                let without_first = [&words[..first], &words[joint.start..]].concat();
                let Some((mut parsed, _)) = self.coordinated(&without_second, depth + 1) else {
                    continue;
                };
                let Some((more, _)) = self.coordinated(&without_first, depth + 1) else {
                    continue;
                };
                merge(&mut parsed, more);
                let same = parsed
                    .iter()
                    .skip(1)
                    .all(|other| differ_in_one(&parsed[0].intent, &other.intent));
                if same && parsed.len() > 1 {
                    return Some((parsed, first));
                }
            }
        }
        None
    }

    /// Beginnings of values that end at the joint, with ends of values of the
    /// same list that begin after it.
    fn pairs(&mut self, words: &[Word], joint: Joint) -> Vec<(usize, usize)> {
        let key = format!("{}{}", key(words), joint.end);
        if let Some(known) = self.known.pairs.get(&key) {
            return known.clone();
        }
        let pairs = self.new_pairs(words, joint);
        self.known.pairs.insert(key, pairs.clone());
        pairs
    }

    fn new_pairs(&mut self, words: &[Word], joint: Joint) -> Vec<(usize, usize)> {
        let parser = self.parser;
        let heard = WordCosts::new(words, &parser.net, &mut self.rows, &parser.names);
        let chart = Chart::new(&heard, &parser.net);
        let article = words
            .get(joint.start)
            .is_some_and(|word| words::extra(&word.text) == words::ARTICLE);
        let mut pairs = Vec::new();
        for lexicon in 0..u32::try_from(parser.net.lexicons.len()).unwrap_or(0) {
            for (_, left) in chart.to(lexicon, joint.end) {
                for start in [joint.start, joint.start + usize::from(article)] {
                    if start < words.len() {
                        pairs.extend(
                            chart
                                .from(lexicon, start)
                                .map(|right| (left.from, right.to)),
                        );
                    }
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Commands one after the other, as few as explain the sentence.
    fn split(&mut self, words: &[Word], joints: &[Joint]) -> Option<Vec<Parsed>> {
        for (index, joint) in joints.iter().enumerate().rev() {
            let right = &words[joint.start..];
            let Some(mut parsed) = self.understand_left(&words[..joint.end], &joints[..index])
            else {
                continue;
            };
            let last = self.sure(right).or_else(|| self.surely_reworded(right));
            let last = last.or_else(|| {
                let before = parsed.last()?.intent.clone();
                let begin = joints[..index].last().map_or(0, |joint| joint.start);
                let left = [&words[begin..joint.end], &words[..joint.end]];
                left.into_iter()
                    .find_map(|left| self.continued(left, right, &before))
            });
            if let Some(last) = last {
                parsed.push(last);
                return Some(parsed);
            }
        }
        None
    }

    fn understand_left(&mut self, words: &[Word], joints: &[Joint]) -> Option<Vec<Parsed>> {
        let sure = self.sure(words);
        match sure.or_else(|| self.surely_reworded(words)) {
            Some(one) => Some(vec![one]),
            None if joints.is_empty() => None,
            None => self.split(words, joints),
        }
    }
}

pub(super) fn is_number(said: &[&str], now: DateTime) -> bool {
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    values::read(&number, said, now).is_ok()
}

/// Places of "and", "then", "also" and of pauses, apart from both ends, from
/// what is inside a number or a length of time, and from a correction, which
/// joins nothing.
fn joints(words: &[Word], now: DateTime) -> Vec<Joint> {
    let is_link = |word: &Word| words::is_link(&word.text);
    let is_no = |at: usize| words.get(at).is_some_and(|word| words::is_no(&word.text));
    let mut joints = Vec::new();
    let mut at = 1;
    while at < words.len() {
        let mut start = at;
        while words.get(start).is_some_and(is_link) {
            start += 1;
        }
        if (start > at || words[at - 1].pause)
            && start < words.len()
            && !is_no(start)
            && !is_no(at - 1)
            && !is_inside_value(words, at, start, now)
        {
            joints.push(Joint { end: at, start });
        }
        at = start.max(at + 1);
    }
    joints
}

/// Whether one number or length of time goes on over a joint: "one hundred and
/// fifty", "an hour and twenty minutes".
fn is_inside_value(words: &[Word], end: usize, start: usize, now: DateTime) -> bool {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    let last = words.len().min(start + LONGEST_VALUE);
    (end.saturating_sub(LONGEST_VALUE)..end).any(|from| {
        (start + 1..=last).any(|to| {
            let said = &texts[from..to];
            [&number, &SlotKind::Duration]
                .iter()
                .any(|kind| values::read(kind, said, now).is_ok())
        })
    })
}

/// Adds what is new of `more`, in the order of the sentence.
fn merge(parsed: &mut Vec<Parsed>, more: Vec<Parsed>) {
    let mut next = 1;
    for other in more {
        let known = parsed.iter().position(|known| known.intent == other.intent);
        next = 1 + known.unwrap_or_else(|| {
            parsed.insert(next, other);
            next
        });
    }
}

/// Whether commands that differ in one value cannot all be meant, because one thing
/// is given several: "turn the light on and off", "play jazz and rock". `before` are
/// the words before the first of the values.
fn contradict(parsed: &[Parsed], before: &[Word]) -> bool {
    let table = spoken().order();
    let turns = |word: &String| {
        let order = [
            table.particles,
            spoken().requests().verbs,
            spoken().meaning().change_after,
        ];
        spoken().phrases().contraries.contains(&word.as_str())
            && order.iter().any(|list| list.contains(&word.as_str()))
    };
    let differs = |slot: &&Slot| {
        let mut others = parsed.iter();
        others.any(|other| other.intent.slot(&slot.name) != Some(slot))
    };
    let states = |parsed: &Parsed| {
        let own = parsed.intent.slots.iter().find(differs);
        own.is_some_and(|slot| canonical(&slot.spoken).iter().all(turns))
    };
    let mut last = before.iter().rev();
    let last = last.find(|word| words::extra(&word.text) != words::ARTICLE);
    let begins = |list: &[&str]| before.iter().any(|word| list.contains(&word.text.as_str()));
    let one_value = last.is_some_and(|word| {
        let word = word.text.as_str();
        let set = begins(table.setting) || begins(table.setting_too);
        table.one_at_a_time.contains(&word) || word == table.set_to && set
    });
    one_value || parsed.iter().all(states)
}

/// The first of several commands, with the others as what else may be meant.
fn one_of(mut parsed: Vec<Parsed>) -> Vec<Parsed> {
    let others = parsed.split_off(1);
    for first in &mut parsed {
        first
            .rivals
            .extend(others.iter().map(|other| other.intent.clone()));
    }
    parsed
}

/// Whether two intents are the same but for one value.
pub(super) fn differ_in_one(a: &Intent, b: &Intent) -> bool {
    let other = |slot: &&Slot| b.slot(&slot.name) != Some(slot);
    a.name == b.name && a.slots.len() == b.slots.len() && a.slots.iter().filter(other).count() == 1
}
