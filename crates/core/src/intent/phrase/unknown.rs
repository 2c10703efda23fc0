//! Orders with a verb that no table knows: "whack the fan on", "nudge the heating to
//! twenty". It may mean anything, so that what the other words explain is asked.

use super::reword::{Rewording, opening, said, with_another_verb, with_particle, with_value};
use super::{Task, colloquial, words};
use crate::grammar::Word;
use crate::language::spoken;

impl Task<'_> {
    /// "whack the fan on" as "turn on the fan", where no table knows the verb: what
    /// the other words explain is put to the person.
    pub(super) fn of_unknown_verb(&self, words: &[Word]) -> Vec<Rewording> {
        let table = spoken().order();
        let rest = &words[opening(words, table)..];
        let Some((verb, object)) = rest.split_first() else {
            return Vec::new();
        };
        if object.len() < 2 || !self.may_be_verb(&verb.text) {
            return Vec::new();
        }
        let mut all = with_particle(object, table);
        all.extend(with_value(object, table, self.now));
        all.extend(colloquial::moved(object, table));
        for same in table.same.iter().filter(|same| !same.with.is_empty()) {
            // One that no phrase has, so that it stands for all of those.
            let mut known = same.too.iter().filter(|too| !same.verbs.contains(too));
            let known = known.next().map(|known| said(known, verb));
            let order = known.map(|known| [&[known], object].concat());
            all.extend(order.map_or_else(Vec::new, |order| with_another_verb(&order, table)));
        }
        all
    }

    /// Whether a word may be the verb of an order that no table knows: it has
    /// content, it is none of the words of this file unless people order with it,
    /// and it does not say that things are to stay as they are.
    fn may_be_verb(&self, word: &str) -> bool {
        let (requests, moods) = (spoken().requests(), spoken().moods());
        let orders = requests.verbs.contains(&word);
        let known = self.parser.net.id(word).is_some();
        words::extra(word) == words::CONTENT
            && (orders || !known)
            && !moods.unchanged.contains(&word)
            && ![
                requests.subjects,
                requests.told,
                requests.states,
                requests.hearsay,
            ]
            .iter()
            .any(|list| list.contains(&word))
    }
}
