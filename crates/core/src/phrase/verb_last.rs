//! Orders with their verb at the end, in languages that have them: from "schalte das
//! Licht ein" follows "das Licht einschalten", as in "kannst du das Licht
//! einschalten". The owner writes the first only.

use super::Phrase;
use crate::grammar::canonical;
use crate::language::spoken;

/// The phrase with its verb last, if it begins with a verb that can be there.
#[must_use]
pub fn verb_last(phrase: &Phrase) -> Option<Phrase> {
    let Phrase::Sequence(parts) = phrase else {
        return None;
    };
    let first = parts
        .iter()
        .position(|part| !matches!(part, Phrase::Optional(_)))?;
    let verb = infinitives(&parts[first])?;
    let mut last = parts.clone();
    last.remove(first);
    if last.iter().all(Phrase::fits_silence) {
        return None;
    }
    last.push(verb);
    Some(Phrase::sequence(last))
}

/// The infinitives of one or several imperatives.
fn infinitives(part: &Phrase) -> Option<Phrase> {
    match part {
        Phrase::Word(word) => {
            let [word] = <[String; 1]>::try_from(canonical(word)).ok()?;
            let infinitive = spoken().infinitive(&word)?;
            Some(Phrase::Word(infinitive.to_owned()))
        }
        Phrase::Choice(parts) => {
            let mut verbs: Vec<Phrase> = parts.iter().filter_map(infinitives).collect();
            verbs.dedup();
            (!verbs.is_empty()).then(|| Phrase::choice(verbs))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::verb_last;
    use crate::language::{Tongue, speak};
    use crate::phrase::{Rules, Written};

    fn last(text: &str) -> Option<String> {
        let (phrase, _) = Written::parse(text).ok()?.resolve(&Rules::new()).ok()?;
        Some(verb_last(&phrase)?.to_string())
    }

    #[test]
    fn the_verb_goes_to_the_end() {
        assert_eq!(last("schalte [das] Licht ein"), None);
        let _german = speak(Tongue::German);
        for (written, expected) in [
            ("schalt[e] [das] Licht ein", "[das] Licht ein schalten"),
            (
                "(mach|schalte) {state} [bitte]",
                "{state} [bitte] (machen|schalten)",
            ),
            ("[bitte] öffne {door}", "[bitte] {door} öffnen"),
        ] {
            assert_eq!(last(written).as_deref(), Some(expected));
        }
        assert_eq!(last("wie spät ist es"), None);
        assert_eq!(last("stopp"), None);
    }
}
