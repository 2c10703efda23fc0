//! A question of somebody outside waits for its answer, as one of the dialogue does.

use super::super::{InSession, Timed, Understood, timed};
use mynah_core::conversation::Verdict;
use mynah_core::dialogue::is_cancel;
use mynah_core::grammar::canonical;
use mynah_core::turn::{Failure, Inquiry, Transcript, TurnId, Understanding};

/// The question, and whether it was put again.
pub(in super::super) struct Open {
    turn: TurnId,
    inquiry: Inquiry,
    again: bool,
}

impl InSession<'_> {
    /// The next answer of this turn is that to the question.
    pub fn inquire(&mut self, turn: TurnId, inquiry: Inquiry) {
        self.session.said.clone_from(&inquiry.question);
        self.session.inquiry = Some(Open {
            turn,
            inquiry,
            again: false,
        });
    }

    /// Weighs the answer to a question of somebody outside. `None` where there is none,
    /// and where a command was given in place of an answer.
    pub fn answer_inquiry(
        &mut self,
        turn: TurnId,
        transcript: &Transcript,
    ) -> Option<Timed<Understood>> {
        let open = self.session.inquiry.take_if(|open| open.turn == turn)?;
        let mut understood = None;
        let Timed { ms, .. } = timed(|| understood = self.weigh_inquiry(open, transcript));
        Some(Timed {
            value: understood?,
            ms,
        })
    }

    /// The question of somebody outside that waits for an answer in this turn.
    pub(in super::super) fn inquiry(&self, turn: TurnId) -> Option<&Inquiry> {
        let open = self.session.inquiry.as_ref();
        open.filter(|open| open.turn == turn)
            .map(|open| &open.inquiry)
    }

    fn weigh_inquiry(&mut self, mut open: Open, transcript: &Transcript) -> Option<Understood> {
        let heard = &transcript.text;
        let said = canonical(heard);
        let mut wordings = open.inquiry.answers.iter().flat_map(|answer| &answer.say);
        let worded = wordings.any(|wording| canonical(wording) == said);
        let verdict = if is_cancel(heard) && !worded {
            Verdict::Refuse(Failure::Cancelled)
        } else if let Some(answered) = open.inquiry.answered(heard) {
            self.session.heard.clone_from(heard);
            Verdict::Answered(answered)
        } else if self.is_command(transcript) {
            return None;
        } else if open.again {
            Verdict::Refuse(Failure::Cancelled)
        } else {
            open.again = true;
            let question = open.inquiry.question.clone();
            self.session.inquiry = Some(open);
            Verdict::Ask(question)
        };
        self.note_said(&verdict);
        Some(Understood {
            understanding: Understanding::default(),
            verdict,
        })
    }

    fn is_command(&mut self, transcript: &Transcript) -> bool {
        let now = self.now();
        let parsed = self.parts.phrases.parse(transcript, now);
        parsed.is_ok_and(|found| !found.intents.is_empty())
    }
}
