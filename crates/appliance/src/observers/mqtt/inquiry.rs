//! Questions that come over a broker, and their answers on the way back.
//!
//! A question is JSON, `{"question", "id", "answers": [{"id", "sentences": []}]}`, or
//! text, for a notification: the question, then an answer in each further line, with
//! other wordings of it behind `|`.

use mynah_core::turn::{Inquiry, InquiryAnswer, InquiryOutcome};
use serde::Deserialize;
use serde_json::{Value, json};

use super::sentence;

/// More answers than anybody keeps in mind, and more wordings than a grammar needs.
const ANSWERS: usize = 16;
const SENTENCES: usize = 32;

/// A wording or a name; longer ones are cut off.
const CHARS: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    question: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    answers: Vec<WrittenAnswer>,
}

/// A name with its wordings, or a wording that is its own name.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenAnswer {
    Named { id: String, sentences: Vec<String> },
    Plain(String),
}

/// Reads a question.
pub(super) fn read(payload: &str) -> Result<Inquiry, String> {
    let written = if payload.starts_with('{') {
        serde_json::from_str(payload).map_err(|error| format!("no question: {error}"))?
    } else {
        lines(payload)
    };
    let question = sentence(&written.question).ok_or("a question without words")?;
    if ANSWERS < written.answers.len() {
        return Err(format!("a question has at most {ANSWERS} answers"));
    }
    let answers = written.answers.into_iter().map(answer);
    Ok(Inquiry {
        id: written.id.map_or_else(|| question.clone(), |id| cut(&id)),
        answers: answers.collect::<Result<_, _>>()?,
        question,
    })
}

fn lines(text: &str) -> Written {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let question = lines.next().unwrap_or_default().to_owned();
    let answer = |line: &str| {
        let sentences: Vec<String> = line.split('|').map(|say| say.trim().into()).collect();
        let id = sentences.first().cloned().unwrap_or_default();
        WrittenAnswer::Named { id, sentences }
    };
    Written {
        question,
        id: None,
        answers: lines.map(answer).collect(),
    }
}

fn answer(written: WrittenAnswer) -> Result<InquiryAnswer, String> {
    let (id, sentences) = match written {
        WrittenAnswer::Named { id, sentences } => (id, sentences),
        WrittenAnswer::Plain(say) => (say.clone(), vec![say]),
    };
    let say = sentences.iter().take(SENTENCES).map(|say| cut(say));
    let say: Vec<String> = say.filter(|say| says_something(say)).collect();
    if say.is_empty() {
        return Err(format!("nobody can say the answer `{}`", cut(&id)));
    }
    if let Some(pattern) = say.iter().find(|say| say.contains(['[', '{', '(', '<'])) {
        return Err(format!(
            "`{pattern}` is no sentence: write each wording out"
        ));
    }
    Ok(InquiryAnswer { id: cut(&id), say })
}

fn says_something(say: &str) -> bool {
    say.chars().any(char::is_alphanumeric)
}

fn cut(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().map(plain).take(CHARS).collect()
}

/// What came of a question, as an event of Home Assistant's. `texts`: with what was
/// said, which an answer in any words has in any case.
pub(super) fn shown(answered: &InquiryOutcome, texts: bool) -> Value {
    let InquiryOutcome { id, answer, text } = answered;
    if text.is_empty() {
        return json!({"event_type": EVENTS[1], "id": id});
    }
    let mut event = json!({"event_type": EVENTS[0], "id": id, "answer": answer});
    if texts || answer.is_none() {
        event["text"] = text.as_str().into();
    }
    event
}

/// The types of the event.
pub(super) const EVENTS: [&str; 2] = ["answered", "unanswered"];

#[cfg(test)]
mod tests {
    use super::{read, shown};
    use mynah_core::turn::InquiryOutcome;
    use serde_json::json;

    fn check(payload: &str, expected: &str) {
        let text = read(payload).map_or_else(
            |why| format!("refused: {why}"),
            |inquiry| {
                let answers = inquiry.answers.iter();
                let answers: Vec<String> = answers
                    .map(|answer| format!("{}: {}", answer.id, answer.say.join(" / ")))
                    .collect();
                format!(
                    "{} <{}> {}",
                    inquiry.question,
                    inquiry.id,
                    answers.join("; ")
                )
            },
        );
        assert_eq!(text, expected, "{payload}");
    }

    #[test]
    fn questions_are_read() {
        for (payload, expected) in [
            (
                "Shall I close the blinds?\nyes | close them\nno",
                "Shall I close the blinds? <Shall I close the blinds?> yes: yes / close them; no: no",
            ),
            ("What is missing?", "What is missing? <What is missing?> "),
            (
                r#"{"question": "Close them?", "id": "blinds", "answers": ["no",
                    {"id": "go", "sentences": ["yes", "close them"]}]}"#,
                "Close them? <blinds> no: no; go: yes / close them",
            ),
            (
                r#"{"question": "Close them?", "answers": ["[please] close"]}"#,
                "refused: `[please] close` is no sentence: write each wording out",
            ),
            (
                r#"{"question": "Close them?", "answers": [{"id": "a", "sentences": []}]}"#,
                "refused: nobody can say the answer `a`",
            ),
            (r#"{"question": " "}"#, "refused: a question without words"),
            ("\n", "refused: a question without words"),
        ] {
            check(payload, expected);
        }
        assert!(read(r#"{"question": "a", "answer": []}"#).is_err());
        assert!(read(&format!("a\n{}", "b\n".repeat(20))).is_err());
    }

    #[test]
    fn what_was_said_is_told_where_it_must_be() {
        let answered = |answer: Option<&str>, text: &str| InquiryOutcome {
            id: "blinds".into(),
            answer: answer.map(str::to_owned),
            text: text.into(),
        };
        let told = |answered, texts| shown(&answered, texts).to_string();
        assert_eq!(
            shown(&answered(Some("yes"), "Yes, please."), false),
            json!({"answer": "yes", "event_type": "answered", "id": "blinds"})
        );
        assert!(told(answered(Some("yes"), "Yes, please."), true).contains("Yes, please."));
        assert!(told(answered(None, "milk"), false).contains(r#""text":"milk""#));
        assert_eq!(
            shown(&answered(None, ""), true),
            json!({"event_type": "unanswered", "id": "blinds"})
        );
    }
}
