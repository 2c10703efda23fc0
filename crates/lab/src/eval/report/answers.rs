//! The figures of answers from a text: who worded them, and when the first of them could
//! be heard.

use mynah_core::turn::{Answered, Worded};
use mynah_llm_link::timing;
use serde_json::{Value, json};

use super::super::score::Tally;
use super::{spread, spread_json};

/// The figures of a set.
struct Figures {
    model: usize,
    text: usize,
    both: usize,
    nobody: usize,
    /// Answers of the model that were not said, because they do not stand in the text.
    ungrounded: usize,
    /// Answers of the model that the text has none.
    refused: usize,
    first_ms: Vec<u32>,
    hat_ms: Vec<u32>,
}

fn figures(tally: &Tally) -> Option<Figures> {
    let answers = tally
        .items
        .iter()
        .filter_map(|item| Some((item, item.answer.as_deref()?)));
    let answers: Vec<_> = answers.collect();
    let by = |who: Worded| {
        answers
            .iter()
            .filter(|(_, answer)| answer.by == who)
            .count()
    };
    let asked = |answer: &&Answered| 0 < answer.llm.questions || !answer.passages.is_empty();
    let first = answers.iter().filter(|(_, answer)| 0 < answer.first_tokens);
    let hat = answers.iter().filter_map(|(item, answer)| {
        let timing = timing::find(timing::DEFAULT_MODEL)?;
        if answer.llm.prompt_tokens == 0 || answer.first_tokens == 0 {
            return None;
        }
        let before = timing.command_ms(item.llm.questions, item.llm.decoded_tokens);
        let first = timing.ask_ms(answer.llm.prompt_tokens, answer.first_tokens);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some seconds, in milliseconds"
        )]
        Some((before + first) as u32)
    });
    (!answers.is_empty()).then(|| Figures {
        model: by(Worded::Model),
        text: by(Worded::Text),
        both: by(Worded::Both),
        nobody: by(Worded::Nobody),
        ungrounded: answers
            .iter()
            .filter(|(_, answer)| !answer.unsaid.is_empty())
            .count(),
        refused: answers
            .iter()
            .filter(|(_, answer)| answer.by == Worded::Nobody && asked(answer))
            .count(),
        first_ms: first.map(|(_, answer)| answer.first_ms).collect(),
        hat_ms: hat.collect(),
    })
}

/// For people; nothing where no text was asked.
pub(super) fn lines(tally: &Tally) {
    let Some(figures) = figures(tally) else {
        return;
    };
    println!(
        "  {:<22}{} by the model, {} read out, {} begun and read out, {} refused",
        "answers", figures.model, figures.text, figures.both, figures.nobody
    );
    println!(
        "  {:<22}{} of the model's were not in the text, {} times it found none",
        "", figures.ungrounded, figures.refused
    );
    if !figures.first_ms.is_empty() {
        println!(
            "  {:<22}{}",
            "  first clause",
            spread(&figures.first_ms, "ms")
        );
    }
    if !figures.hat_ms.is_empty() {
        println!(
            "  {:<22}{}",
            "  on the HAT, predicted ",
            spread(&figures.hat_ms, "ms")
        );
    }
}

/// The same for programs.
pub(super) fn json(tally: &Tally) -> Value {
    figures(tally).map_or(Value::Null, |figures| {
        json!({
            "model": figures.model, "text": figures.text, "both": figures.both,
            "nobody": figures.nobody, "ungrounded": figures.ungrounded,
            "refused_by_model": figures.refused,
            "first_ms": spread_json(&figures.first_ms),
            "hat_first_ms": spread_json(&figures.hat_ms),
        })
    })
}
