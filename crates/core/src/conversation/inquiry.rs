//! The part of the mind that asks a question for somebody outside: in a turn of its
//! own, when nobody is spoken with. Whatever becomes of it, its asker is told once.

use super::{Command, Mind, State, Then, TurnEvent};
use crate::turn::{Inquiry, InquiryOutcome, TurnId};

impl Mind {
    /// Asks. Who is spoken with goes first: then it counts as not answered.
    pub(super) fn inquire(&mut self, inquiry: Inquiry, out: &mut Vec<Command>) {
        if self.state != State::Idle || self.ending {
            return self.report(TurnEvent::Answered(inquiry.unanswered()), out);
        }
        self.candidate = None;
        self.woke = None;
        self.turn = TurnId(self.turn.0 + 1);
        self.inquiry = Some(inquiry.clone());
        let question = inquiry.question.clone();
        out.push(Command::Inquire {
            turn: self.turn,
            inquiry,
        });
        self.report(TurnEvent::Question(question.clone()), out);
        self.say(question, Then::Listen, out);
    }

    /// The answer has come.
    pub(super) fn answered(&mut self, answered: InquiryOutcome, out: &mut Vec<Command>) {
        self.inquiry = None;
        self.report(TurnEvent::Answered(answered), out);
        self.rest(out);
    }

    /// A question that waits will get no answer any more.
    pub(super) fn unanswered(&mut self, out: &mut Vec<Command>) {
        if let Some(inquiry) = self.inquiry.take() {
            self.report(TurnEvent::Answered(inquiry.unanswered()), out);
        }
    }
}
