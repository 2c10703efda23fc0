//! What a language model gets of a question and its passages, and how it says that they
//! have no answer.

use super::document::Document;
use super::find::Found;
use crate::language::{canonical, spoken};
use crate::llm::{Ask, Prompt};

/// The longest answer, in tokens: two sentences.
pub const ANSWER_TOKENS: u32 = 60;

/// The question to the model, after which nobody waits longer than `deadline_ms` for its
/// end. It stands alone: not behind the primed prompt.
#[must_use]
pub fn ask(document: &Document, found: &Found, question: &str, deadline_ms: u32) -> Ask {
    let texts = spoken().prompt();
    let passages = found.passages.iter().map(|at| &document.passages[*at]);
    let text: Vec<String> = passages
        .map(|passage| {
            let said = passage.sentences.join(" ");
            match passage.heading.as_str() {
                "" => said,
                heading => format!("{heading}. {said}"),
            }
        })
        .collect();
    let user = texts.from_text.replace("{text}", &text.join(" "));
    Ask {
        prompt: Some(Prompt::system(
            &texts.answer.replace("{none}", texts.no_answer),
        )),
        user: user.replace("{question}", &harmless(question)),
        max_tokens: ANSWER_TOKENS,
        stops: vec!["\n".to_owned()],
        stream: true,
        deadline_ms,
        ..Ask::default()
    }
}

/// Whether an answer, or its beginning, says that the text has none.
#[must_use]
pub fn is_refusal(answer: &str) -> bool {
    let first = canonical(answer);
    let none = spoken().prompt().no_answer;
    first.first().is_some_and(|first| first == none)
}

/// One line, of a length that somebody would say.
fn harmless(question: &str) -> String {
    let line = question.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}
