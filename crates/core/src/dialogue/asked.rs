//! What may answer a question, as intents of their own: the recogniser listens
//! for these first, and for everything else where none of them was said.

use crate::grammar::canonical;
use crate::language::spoken;
use crate::model::{IntentSpec, ReplySpec, Settings, SlotKind};
use crate::phrase::{Phrase, Rules, Written};

use super::{Awaits, Pending};

/// The names of answers, and their phrases.
type Answers = [(&'static str, &'static [&'static str]); 2];

fn yes_or_no() -> Answers {
    let expected = &spoken().answers().expected;
    [("yes", expected.yes), ("no", expected.no)]
}

fn never_mind() -> Answers {
    let expected = &spoken().answers().expected;
    [
        ("never_mind", expected.never_mind),
        ("answer", expected.place),
    ]
}

/// The answers to a question as settings whose intents are the answers.
/// `None` where any words may be one.
#[must_use]
pub(super) fn answers(settings: &Settings, pending: &Pending) -> Option<Settings> {
    match &pending.awaits {
        Awaits::Confirmation(_) | Awaits::Doubt => Some(only(settings, &yes_or_no())),
        Awaits::Slot(order, name) => {
            let intent = &pending.orders.get(*order)?.intent.name;
            let mut specs = settings.intents.iter();
            let slot = specs.find(|spec| spec.name == *intent)?.slot(name)?;
            if slot.kind == SlotKind::Text {
                return None;
            }
            let mut answers = only(settings, &never_mind());
            let answer = answer(&mut answers)?;
            answer.slots = vec![slot.clone()];
            let expected = &spoken().answers().expected;
            let before = expected.before_value.iter().map(|words| maybe(words));
            let after = expected.after_value.iter().map(|words| maybe(words));
            let value = Phrase::Slot(name.clone());
            answer.phrases = vec![Phrase::sequence(
                before.chain([value]).chain(after).collect(),
            )];
            Some(answers)
        }
        Awaits::Choice(choices) => {
            let mut answers = only(settings, &never_mind());
            let the = spoken().answers().expected.before_choice;
            let labels = choices.iter().filter_map(|(label, _)| {
                let words: Vec<Phrase> = canonical(label).into_iter().map(Phrase::Word).collect();
                let one = [maybe(the)].into_iter().chain(words.iter().cloned());
                (!words.is_empty()).then(|| Phrase::sequence(one.collect()))
            });
            answer(&mut answers)?.phrases.extend(labels);
            Some(answers)
        }
    }
}

/// The settings with these answers as their only intents.
fn only(settings: &Settings, answers: &Answers) -> Settings {
    let intents = answers.iter().map(|(name, phrases)| IntentSpec {
        name: (*name).to_owned(),
        description: name.replace('_', " "),
        phrases: phrases.iter().map(|text| phrase(text)).collect(),
        slots: Vec::new(),
        confirm: None,
        action: None,
        undo: None,
        reply: ReplySpec::default(),
        follow_up_ms: 0,
        llm: false,
        later: false,
    });
    Settings {
        intents: intents.collect(),
        ..settings.clone()
    }
}

fn phrase(text: &str) -> Phrase {
    let written = Written::parse(text).and_then(|written| written.resolve(&Rules::new()));
    written.expect("a test reads every phrase").0
}

fn answer(answers: &mut Settings) -> Option<&mut IntentSpec> {
    let mut intents = answers.intents.iter_mut();
    intents.find(|spec| spec.name == "answer")
}

fn maybe(words: &[&str]) -> Phrase {
    let words = words.iter().map(|word| Phrase::Word((*word).to_owned()));
    Phrase::optional(Phrase::choice(words.collect()))
}

#[cfg(test)]
mod tests {
    use super::{never_mind, phrase, yes_or_no};
    use crate::dialogue::answers::{Answer, classify};
    use crate::dialogue::is_cancel;
    use crate::phrase::{Token, variants};

    /// What the recogniser is led to write down must be understood.
    #[test]
    fn each_answer_that_is_listened_for_is_understood() {
        let question = "Really unlock the front door?";
        let mut seen = 0;
        for (answers, name) in [
            (yes_or_no(), "yes"),
            (yes_or_no(), "no"),
            (never_mind(), "never_mind"),
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
