//! Rewordings of short forms: the verb behind its object ("garage shut"), the place
//! behind the value ("heating to twenty in the hall"), a thing that the verb implies
//! ("dim the hall to forty"), and several things by one word ("both fans").

use jiff::civil::DateTime;

use super::Task;
use super::chart::Chart;
use super::heard::WordCosts;
use super::reword::{Rewording, run_at, said};
use super::words;
use crate::grammar::{Word, canonical};
use crate::intent::values;
use crate::language::{Inflection, OrderWords, spoken};
use crate::model::{SlotChoice, SlotKind};

/// More things than this nobody means by one word.
const MOST_THINGS: usize = 6;

/// The same in the order of phrases; `words` begin with the order itself.
pub(super) fn rewordings(words: &[Word], table: &OrderWords, now: DateTime) -> Vec<Rewording> {
    let mut all: Vec<Rewording> = verb_first(words, table).into_iter().collect();
    all.extend(value_last(words, table, now));
    all.extend(with_thing(words, table));
    all
}

/// "garage shut" as "shut garage".
fn verb_first(words: &[Word], table: &OrderWords) -> Option<Rewording> {
    let last = words
        .iter()
        .rposition(|word| words::extra(&word.text) != words::POLITE)?;
    let (object, verb) = (&words[..last], &words[last]);
    let ordered = spoken().requests().verbs.contains(&words[0].text.as_str());
    let fits = table.fronted.contains(&verb.text.as_str()) && !object.is_empty() && !ordered;
    fits.then(|| Rewording::plain([&[said(&verb.text, verb)], object].concat()))
}

/// "heating to twenty in the hall" as "set heating in the hall to twenty".
fn value_last(words: &[Word], table: &OrderWords, now: DateTime) -> Vec<Rewording> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    let found = (1..words.len()).find_map(|at| {
        let (_, count) = values::longest(&number, &texts[at..], now).ok()?;
        Some((at, at + count))
    });
    let Some((value, mut behind)) = found else {
        return Vec::new();
    };
    let meaning = spoken().meaning();
    behind += usize::from(
        texts
            .get(behind)
            .is_some_and(|unit| meaning.units.contains(unit)),
    );
    let place = &words[behind..];
    if place.len() < 2 || !meaning.before_place.contains(&texts[behind]) {
        return Vec::new();
    }
    let verb = table.setting.contains(&texts[0]) || table.setting_too.contains(&texts[0]);
    let before = (1..=2).rev().find(|count| {
        let from = value.checked_sub(*count);
        from.is_some_and(|from| {
            table
                .before_value
                .contains(&texts[from..value].join(" ").as_str())
        })
    });
    let object = words
        .get(usize::from(verb)..value - before.unwrap_or(0))
        .unwrap_or_default();
    if object.is_empty() {
        return Vec::new();
    }
    let to = [said(table.set_to, &words[value])];
    let verbs = table.setting.iter().map(|verb| [said(verb, &words[0])]);
    verbs
        .map(|set| {
            let value = &words[value..behind];
            Rewording::of_number([set.as_slice(), object, place, &to, value].concat())
        })
        .collect()
}

/// "dim the hall to forty" as "dim the hall light to forty".
fn with_thing(words: &[Word], table: &OrderWords) -> Option<Rewording> {
    let first = words.first()?;
    let (_, thing) = table
        .of_thing
        .iter()
        .find(|(verb, _)| *verb == first.text)?;
    let named = |word: &Word| {
        word.text == *thing || spoken().inflection(thing, &word.text) == Some(Inflection::Plural)
    };
    let end = (2..words.len())
        .find(|at| run_at(words, *at, table.before_value).is_some())
        .unwrap_or(words.len());
    if words.len() < 3 || words.iter().any(named) {
        return None;
    }
    let thing = [said(thing, first)];
    Some(Rewording::of_number(
        [&words[..end], &thing, &words[end..]].concat(),
    ))
}

impl Task<'_> {
    /// The words with each thing by its name where one word stands for all of them
    /// ("both fans"), and with a link between the first of three things in a row ("the
    /// kitchen the hall and the office"). `None` where there is nothing of that.
    pub(super) fn spelled_out(&mut self, words: &[Word]) -> Option<Vec<Word>> {
        let named = self.all_named(words);
        let listed = self.listed(named.as_deref().unwrap_or(words));
        listed.or(named)
    }

    /// "both fans off" as "desk fan and ceiling fan off".
    fn all_named(&self, words: &[Word]) -> Option<Vec<Word>> {
        let table = spoken().order();
        let at = words
            .iter()
            .position(|word| table.of_all.contains(&word.text.as_str()))?;
        let article = words.get(at + 1)?;
        let noun = at + 1 + usize::from(words::is_plain_article(&article.text));
        let (things, whole) = self.things(&words.get(noun)?.text)?;
        // Of "all the lamps" one may be called otherwise.
        let known = if words[at].text == table.both {
            things.len() == 2
        } else {
            whole && (2..=MOST_THINGS).contains(&things.len())
        };
        if !known {
            return None;
        }
        let link = spoken().phrases().links.first()?;
        let place = &words[at];
        let mut spelled = words[..at].to_vec();
        for (index, thing) in things.iter().enumerate() {
            if index > 0 {
                spelled.push(said(link, place));
            }
            spelled.extend(canonical(thing).iter().map(|word| said(word, place)));
        }
        spelled.extend_from_slice(&words[noun + 1..]);
        Some(spelled)
    }

    /// The names of all values that a plural names, where it is one list of the file's,
    /// and whether they are all that the list has.
    fn things(&self, plural: &str) -> Option<(Vec<String>, bool)> {
        let names = |choice: &SlotChoice| {
            let mut forms = choice.say.iter();
            let form = forms.find(|form| {
                let last = canonical(form).pop();
                last.is_some_and(|last| {
                    spoken().inflection(&last, plural) == Some(Inflection::Plural)
                })
            });
            form.cloned()
        };
        let slots = self
            .parser
            .settings
            .intents
            .iter()
            .flat_map(|intent| &intent.slots);
        let lists = slots.filter_map(|slot| match &slot.kind {
            SlotKind::Values(choices) if !slot.open => Some(choices),
            _ => None,
        });
        let mut found: Option<(Vec<String>, bool)> = None;
        for choices in lists {
            let things: Vec<String> = choices.iter().filter_map(names).collect();
            let whole = things.len() == choices.len();
            match &found {
                _ if things.is_empty() => {}
                Some((found, _)) if *found != things => return None,
                _ => found = Some((things, whole)),
            }
        }
        found
    }

    /// "the kitchen the hall and the office" as "the kitchen and the hall and the
    /// office".
    fn listed(&mut self, words: &[Word]) -> Option<Vec<Word>> {
        let link = words.iter().rposition(|word| words::is_link(&word.text))?;
        let parser = self.parser;
        let heard = WordCosts::new(words, &parser.net, &mut self.rows, &parser.names);
        let chart = Chart::new(&heard, &parser.net);
        let lists = (0_u32..).zip(&parser.net.lexicons);
        let lists = lists.filter(|(_, lexicon)| !lexicon.counts && !lexicon.free);
        let lists: Vec<u32> = lists.map(|(index, _)| index).collect();
        let exact = |cost: u16| cost <= words::ARTICLE;
        let ends = |list: u32, at: usize| chart.to(list, at).any(|(_, span)| exact(span.cost));
        let begins = |list: u32, at: usize| chart.from(list, at).any(|span| exact(span.cost));
        let next = |at: usize| {
            let article = words
                .get(at)
                .is_some_and(|word| words::is_plain_article(&word.text));
            at + usize::from(article)
        };
        let joined = |list: u32, at: usize, behind: usize| {
            ends(list, at) && next(behind) < words.len() && begins(list, next(behind))
        };
        let list = *lists.iter().find(|list| joined(**list, link, link + 1))?;
        let places: Vec<usize> = (1..link).filter(|at| joined(list, *at, *at)).collect();
        if places.is_empty() {
            return None;
        }
        let mut linked = Vec::new();
        for (at, word) in words.iter().enumerate() {
            if places.contains(&at) {
                linked.push(said(&words[link].text, word));
            }
            linked.push(word.clone());
        }
        Some(linked)
    }
}
