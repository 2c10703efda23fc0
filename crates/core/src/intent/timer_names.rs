//! Timers that are called by their name alone: "pause the pasta", "give the
//! laundry one ten more minutes". Whether "the pasta" is a timer only the timers
//! that are set can tell, so their names come from the caller.

use crate::grammar::canonical;
use crate::language::{Noun, Phrase, spoken};

/// The text with the noun "timer" behind each of `names` that it contains, in
/// canonical words; `None` where it contains none, speaks of timers already, or
/// switches something: "turn off the oven" is not said of a timer for it.
#[must_use]
pub fn with_noun(text: &str, names: &[String]) -> Option<String> {
    let words = canonical(text);
    let noun = Phrase::Noun(Noun::Timer).said();
    let plural = spoken().plural(&noun);
    if words.iter().any(|word| *word == noun || *word == plural) || switches(&words) {
        return None;
    }
    let mut names: Vec<Vec<String>> = names.iter().map(|name| canonical(name)).collect();
    names.retain(|name| !name.is_empty());
    // Of "rice" and "brown rice", the one that explains more.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut said = Vec::new();
    let (mut at, mut found) = (0, false);
    while at < words.len() {
        let Some(name) = names.iter().find(|name| stands_at(&words[at..], name)) else {
            said.push(words[at].clone());
            at += 1;
            continue;
        };
        found = true;
        said.extend(name.iter().cloned());
        said.push(noun.clone());
        at += name.len();
        let stands_for = |word: &String| spoken().control().stands_for_noun == word.as_str();
        at += usize::from(words.get(at).is_some_and(stands_for));
    }
    found.then(|| said.join(" "))
}

/// Whether the words are about something that is switched on or off.
fn switches(words: &[String]) -> bool {
    let table = spoken().order();
    let is_particle =
        |word: Option<&String>| word.is_some_and(|word| table.particles.contains(&word.as_str()));
    let ends = is_particle(words.last());
    words.iter().enumerate().any(|(at, word)| {
        let switching = table.switching.contains(&word.as_str());
        let implying = table.implying.iter().any(|(verb, _)| verb == word);
        implying || switching && (ends || is_particle(words.get(at + 1)))
    })
}

/// Whether the words begin with a name: as it is, more than one of it, or with the
/// ending of "the pasta's done".
fn stands_at(words: &[String], name: &[String]) -> bool {
    let Some((last, before)) = name.split_last() else {
        return false;
    };
    let Some(said) = words.get(before.len()) else {
        return false;
    };
    let is_last = said == last
        || *said == spoken().plural(last)
        || said.strip_suffix(spoken().control().contracted) == Some(last);
    words.starts_with(before) && is_last
}

#[cfg(test)]
mod tests {
    use super::with_noun;

    #[track_caller]
    fn check(names: &[&str], text: &str, expected: &str) {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(with_noun(text, &names).as_deref().unwrap_or("-"), expected);
    }

    #[test]
    fn the_noun_is_added_behind_the_names_of_timers() {
        let names = ["pasta", "laundry", "brown rice", "rice", "egg"];
        check(&names, "pause the pasta", "pause the pasta timer");
        check(&names, "cancel the pasta one", "cancel the pasta timer");
        check(
            &names,
            "Is the laundry's done?",
            "is the laundry timer done",
        );
        check(
            &names,
            "how are the eggs doing",
            "how are the egg timer doing",
        );
        check(
            &names,
            "cancel the brown rice",
            "cancel the brown rice timer",
        );
        // That may be the cooker.
        check(&names, "stop the brown rice", "-");
        check(
            &names,
            "pause the rice and the pasta",
            "pause the rice timer and the pasta timer",
        );
        check(
            &names,
            "put five minutes on the rice",
            "put five minutes on the rice timer",
        );
        check(&names, "turn off the rice", "-");
        check(&names, "switch the rice off", "-");
        check(&names, "kill the laundry", "-");
        check(&names, "pause the rice timer", "-");
        check(&names, "pause the music", "-");
        check(&[], "pause the pasta", "-");
    }
}
