//! The same command in plain words: sayings, verbs that say more, pairs of which the
//! second word adds nothing.

use super::reword::{Rewording, opening, run_at, said, with_particle};
use crate::grammar::Word;
use crate::language::OrderWords;

/// "lights out" as "lights off", and "kill the light" as "turn off the light".
pub(super) fn in_plain_words(words: &[Word], table: &OrderWords) -> (Vec<Word>, Vec<Rewording>) {
    let mut plain = words.to_vec();
    for at in 0..plain.len() {
        let found = table.sayings.iter().find_map(|(run, meant)| {
            let count = run_at(&plain, at, &[run])?;
            Some((count, *meant))
        });
        if let Some((count, meant)) = found {
            let place = plain[at].clone();
            plain.splice(
                at..at + count,
                meant.split(' ').map(|word| said(word, &place)),
            );
        }
    }
    let begin = opening(&plain, table);
    let verb = plain.get(begin).map_or("", |word| word.text.as_str());
    let implied = table
        .implying
        .iter()
        .find(|(implying, _)| *implying == verb);
    let Some((_, particle)) = implied.filter(|_| begin + 1 < plain.len()) else {
        return (plain, Vec::new());
    };
    let place = plain[begin].clone();
    let object = [&[said(particle, &place)], &plain[begin + 1..]].concat();
    let more = with_particle(&object, table);
    (plain, more)
}

/// The words with the second of "open up" left out, if there is such a pair.
pub(super) fn without_redundant(words: &[Word], table: &OrderWords) -> Option<Vec<Word>> {
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
