//! Rewordings of everyday orders whose verb says more than the phrases do:
//! "shut the fan down", "bring the blinds down", "half brightness in the hall".

use jiff::civil::DateTime;

use super::reword::{Rewording, run_at, said, with_particle};
use crate::grammar::Word;
use crate::intent::values;
use crate::language::{OrderWords, spoken};
use crate::model::SlotKind;

/// Longer sentences are no comparative alone.
const MOST_COMPARING: usize = 5;

/// The same in the words of phrases; `words` begin with the order itself.
pub(super) fn rewordings(words: &[Word], table: &OrderWords, now: DateTime) -> Vec<Rewording> {
    let mut all = split(words, table);
    all.extend(moved(words, table));
    all.extend(become_so(words, table));
    all.extend(lit(words, table));
    all.extend(measured(words, table, now));
    all.extend(compared(words, table));
    all.extend(without_everywhere(words, table));
    all
}

/// "shut the fan down" as "turn the fan off".
fn split(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    let of = |(verb, particle, meant): &(&str, &str, &str)| {
        let place = rest.iter().position(|word| word.text == *particle)?;
        let ends = place == 0 || place + 1 == rest.len();
        (first.text == *verb && ends && rest.len() > 1).then(|| {
            let object = [&rest[..place], &rest[place + 1..]].concat();
            [&[said(meant, first)], object.as_slice()].concat()
        })
    };
    let found = table.split.iter().filter_map(of);
    found
        .flat_map(|order| with_particle(&order, table))
        .collect()
}

/// "bring the garage door down" and "blinds down in the hall" as "close ...".
pub(super) fn moved(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let Some(first) = words.first() else {
        return Vec::new();
    };
    let verb = usize::from(table.moving_too.contains(&first.text.as_str()));
    let mut all = Vec::new();
    for (particle, verbs) in table.moving {
        let mut places = (verb..words.len()).filter(|at| words[*at].text == *particle);
        let (Some(place), None) = (places.next(), places.next()) else {
            continue;
        };
        let object = [&words[verb..place], &words[place + 1..]].concat();
        if object.is_empty() {
            continue;
        }
        all.extend(
            verbs
                .iter()
                .map(|verb| Rewording::plain([&[said(verb, first)], object.as_slice()].concat())),
        );
    }
    all
}

/// "the light can go off now" as "turn the light off".
fn become_so(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let run = |at: usize| run_at(words, at, table.becoming).map(|count| (at, count));
    let Some((at, count)) = (1..words.len()).find_map(run) else {
        return Vec::new();
    };
    with_particle(&[&words[..at], &words[at + count..]].concat(), table)
}

/// "light up the hall" as "turn on the hall light".
fn lit(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    let found = table.lighting.iter().find_map(|(run, thing)| {
        let count = run_at(words, 0, &[run])?;
        (count < words.len()).then_some((count, *thing))
    });
    let Some((count, thing)) = found else {
        return Vec::new();
    };
    let (first, object) = (&words[0], &words[count..]);
    let on = [said(table.particles[0], first)];
    with_particle(&[&on, object, &[said(thing, first)]].concat(), table)
}

/// "half brightness in the hall" and "the hall to half brightness" as "set
/// brightness in the hall to half".
fn measured(words: &[Word], table: &OrderWords, now: DateTime) -> Vec<Rewording> {
    let percent = SlotKind::Number {
        min: None,
        max: None,
        unit: Some(table.share.into()),
    };
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    // The value with its noun reads as one, and so does the value alone.
    let reads = |from: usize, to: usize| values::read(&percent, &texts[from..to], now).is_ok();
    let value = (0..words.len()).find_map(|at| {
        let (_, count) = values::longest(&percent, &texts[at..], now).ok()?;
        let noun = at + count - 1;
        let unit = texts[noun] == table.share || spoken().is_numeral(texts[noun]);
        (count > 1 && !unit && reads(at, noun)).then_some((at, noun))
    });
    let Some((from, to)) = value else {
        return Vec::new();
    };
    let noun = &words[to];
    let verb = [table.setting, table.setting_too].concat();
    let begin = usize::from(verb.contains(&texts[0]));
    let end = table.before_value.iter().any(|run| {
        let start = from.checked_sub(run.split(' ').count());
        start.is_some_and(|start| texts[start..from].join(" ") == *run)
    });
    let before = &words[begin.min(from)..from - usize::from(end)];
    let after = &words[to + 1..];
    let place = |at: &Word| said(table.inside, at);
    let object = match (before.first(), after.first()) {
        (Some(first), None) => [&[place(first)], before].concat(),
        (None, Some(first)) if first.text == table.inside => after.to_vec(),
        _ => return Vec::new(),
    };
    let set = table.setting.iter().take(1).map(|verb| said(verb, noun));
    set.map(|set| {
        let to_value = [said(table.set_to, noun)];
        let words = [
            &[set, noun.clone()],
            object.as_slice(),
            &to_value,
            &words[from..to],
        ];
        Rewording::plain(words.concat())
    })
    .collect()
}

/// "a bit quieter" as "make it quieter".
fn compared(words: &[Word], table: &OrderWords) -> Vec<Rewording> {
    if words.len() > MOST_COMPARING {
        return Vec::new();
    }
    let small = |word: &&Word| table.small_amount.contains(&word.text.as_str());
    let rest: Vec<&Word> = words.iter().filter(|word| !small(word)).collect();
    let [word] = rest.as_slice() else {
        return Vec::new();
    };
    if !spoken()
        .meaning()
        .change_after
        .contains(&word.text.as_str())
    {
        return Vec::new();
    }
    let making = table.making.iter().map(|run| {
        let run = run.split(' ').map(|text| said(text, word));
        Rewording::plain(run.chain([(*word).clone()]).collect())
    });
    making.collect()
}

/// "every light in the house" as "every light".
fn without_everywhere(words: &[Word], table: &OrderWords) -> Option<Rewording> {
    let ends = |at: &usize| {
        run_at(words, *at, table.everywhere).is_some_and(|count| at + count == words.len())
    };
    let at = (1..words.len()).find(ends)?;
    Some(Rewording::plain(words[..at].to_vec()))
}
