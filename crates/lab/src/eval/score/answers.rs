//! Whether a question to a text is answered as its label says.

use super::Fate;
use mynah_appliance::runtime::engine::TurnAnswer;
use mynah_core::language::{canonical, spoken};
use mynah_core::turn::{Outcome, Worded};

/// Whether a question to a text is answered with all that is wanted, or, where nothing
/// is, not at all. Words count as they are said: `52` is "fifty-two".
pub(super) fn answer_fate(wanted: &[String], answer: &TurnAnswer) -> Fate {
    let unanswered = |done: &Outcome| {
        done.answer
            .as_ref()
            .is_some_and(|answer| answer.by == Worded::Nobody)
    };
    if answer.question {
        return Fate::Asked;
    }
    if answer.failure.is_some() || answer.outcomes.iter().any(unanswered) {
        return if wanted.is_empty() {
            Fate::Right
        } else {
            Fate::Refused
        };
    }
    let said = words(&answer.reply);
    let has = |text: &String| says(&said, &words(text));
    if !wanted.is_empty() && wanted.iter().all(has) {
        Fate::Right
    } else {
        Fate::Wrong
    }
}

/// The words of a text, with a word of its own for each comma between them: "eleven, one"
/// are two numbers.
fn words(text: &str) -> Vec<String> {
    let parts: Vec<Vec<String>> = text.split(", ").map(canonical).collect();
    parts.join(&",".to_owned())
}

/// Whether words hold others in a row. No number is a piece of a larger one.
fn says(said: &[String], wanted: &[String]) -> bool {
    let numeral = |word: Option<&String>| word.is_some_and(|word| spoken().is_numeral(word));
    let cut = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| said.get(at));
        let begins = numeral(before) && numeral(wanted.first());
        begins || numeral(said.get(at + wanted.len())) && numeral(wanted.last())
    };
    let mut places = said.windows(wanted.len().max(1)).enumerate();
    places.any(|(at, words)| words == wanted && !cut(at))
}

#[cfg(test)]
mod tests {
    use mynah_core::turn::Answered;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_judged_by_what_it_says() {
        let check = |wanted: &[&str], reply: &str, by: Worded, expected: Fate| {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let done = Outcome {
                kind: "answer",
                ok: true,
                detail: String::new(),
                result: json!({}),
                show: None,
                answer: Some(Box::new(Answered {
                    by,
                    ..Answered::default()
                })),
            };
            let answer = TurnAnswer {
                reply: reply.into(),
                outcomes: vec![done],
                ..TurnAnswer::default()
            };
            assert_eq!(answer_fate(&wanted, &answer), expected, "{reply}");
        };
        check(
            &["52"],
            "It is fifty-two metres high.",
            Worded::Model,
            Fate::Right,
        );
        check(&["52"], "It has 152 steps.", Worded::Text, Fate::Wrong);
        check(
            &["eleven"],
            "At eleven, one and three.",
            Worded::Text,
            Fate::Right,
        );
        check(&["52", "tower"], "52 metres.", Worded::Text, Fate::Wrong);
        check(&["52"], "I do not know.", Worded::Nobody, Fate::Refused);
        check(&[], "I do not know.", Worded::Nobody, Fate::Right);
        check(&[], "It is 52 metres high.", Worded::Text, Fate::Wrong);
    }
}
