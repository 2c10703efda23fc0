//! What may answer a question, as a grammar of its own: the recogniser listens
//! for it first, and for everything else where none of it was said.

use crate::grammar::{Grammar, canonical};
use crate::model::{Settings, SlotKind, SlotSpec};
use crate::phrase::{Phrase, Rules, Written};

use super::{Awaits, Pending};

/// The names of answers, and their phrases.
type Answers = [(&'static str, &'static [&'static str])];

const YES_OR_NO: &Answers = &[
    (
        "yes",
        &[
            "(yes|yeah|yep|sure|okay) [please|go ahead|do it|I am sure]",
            "(yup|of course|absolutely|definitely|certainly|correct|alright|go ahead|do it|please do)",
        ],
    ),
    (
        "no",
        &[
            "(no|nope|nah) [thanks|thank you|never mind|cancel|stop]",
            "(no way|do not|do not do it|better not|rather not|I would rather not|not now|wait)",
            "(never mind|cancel|cancel that|forget it|stop)",
        ],
    ),
];

const NEVER_MIND: &Answers = &[
    (
        "never_mind",
        &["(never mind|cancel|cancel that|forget it|stop|no|nothing)"],
    ),
    ("answer", &["[the] (first|second|third|last) [one]"]),
];

/// The answers to a question. `None` where any words may be one.
#[must_use]
pub(super) fn answers(settings: &Settings, pending: &Pending) -> Option<Grammar> {
    match &pending.awaits {
        Awaits::Confirmation(_) | Awaits::Doubt => Some(Grammar::of(groups(&phrases(YES_OR_NO)))),
        Awaits::Slot(order, name) => {
            let intent = &pending.orders.get(*order)?.intent.name;
            let mut specs = settings.intents.iter();
            let slot = specs.find(|spec| spec.name == *intent)?.slot(name)?;
            if slot.kind == SlotKind::Text {
                return None;
            }
            let value = [Phrase::sequence(vec![
                maybe(&["in", "for", "on", "at", "to"]),
                maybe(&["the", "my"]),
                Phrase::Slot(name.clone()),
                maybe(&["please"]),
            ])];
            let others = phrases(&NEVER_MIND[..1]);
            let value = (&value[..], std::slice::from_ref(slot));
            Some(Grammar::of(groups(&others).chain([value])))
        }
        Awaits::Choice(choices) => {
            let mut answers = phrases(NEVER_MIND);
            let labels = choices.iter().filter_map(|(label, _)| {
                let words: Vec<Phrase> = canonical(label).into_iter().map(Phrase::Word).collect();
                let one = [maybe(&["the"])].into_iter().chain(words.iter().cloned());
                (!words.is_empty()).then(|| Phrase::sequence(one.collect()))
            });
            answers.push(labels.collect());
            Some(Grammar::of(groups(&answers)))
        }
    }
}

fn phrases(answers: &Answers) -> Vec<Vec<Phrase>> {
    let texts = answers.iter().map(|(_, texts)| texts.iter());
    texts
        .map(|texts| texts.map(|text| phrase(text)).collect())
        .collect()
}

fn groups(phrases: &[Vec<Phrase>]) -> impl Iterator<Item = (&[Phrase], &[SlotSpec])> {
    phrases.iter().map(|group| (&group[..], &[][..]))
}

fn phrase(text: &str) -> Phrase {
    let written = Written::parse(text).and_then(|written| written.resolve(&Rules::new()));
    written.expect("a test reads every phrase").0
}

fn maybe(words: &[&str]) -> Phrase {
    let words = words.iter().map(|word| Phrase::Word((*word).to_owned()));
    Phrase::optional(Phrase::choice(words.collect()))
}

#[cfg(test)]
mod tests {
    use super::{NEVER_MIND, YES_OR_NO, phrase};
    use crate::dialogue::answers::{Answer, classify};
    use crate::dialogue::is_cancel;
    use crate::phrase::{Token, variants};

    /// What the recogniser is led to write down must be understood.
    #[test]
    fn each_answer_that_is_listened_for_is_understood() {
        let question = "Really unlock the front door?";
        let mut seen = 0;
        for (answers, name) in [
            (YES_OR_NO, "yes"),
            (YES_OR_NO, "no"),
            (NEVER_MIND, "never_mind"),
        ] {
            let mut answers = answers.iter();
            let (_, texts) = answers.find(|(known, _)| *known == name).expect("there");
            let phrases: Vec<_> = texts.iter().map(|text| phrase(text)).collect();
            for sentence in phrases.iter().flat_map(|p| variants(p, 500).sentences) {
                let words: Vec<&str> = sentence
                    .into_iter()
                    .map(|token| match token {
                        Token::Word(word) | Token::Slot(word) => word,
                    })
                    .collect();
                let said = words.join(" ");
                seen += 1;
                match name {
                    "yes" => assert_eq!(classify(&said, question), Answer::Yes, "{said}"),
                    "no" => assert_eq!(classify(&said, question), Answer::No, "{said}"),
                    _ => assert!(is_cancel(&said) || said == "no", "{said}"),
                }
            }
        }
        assert!(40 < seen, "only {seen}");
    }
}
