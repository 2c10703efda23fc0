//! A question that somebody outside has the box ask, and what came of it.

/// The question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// The asker's name for it, which comes back with the answer.
    pub id: String,
    /// As it is spoken.
    pub question: String,
    /// What may be answered; empty: any words.
    pub answers: Vec<InquiryAnswer>,
}

/// One answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryAnswer {
    /// The asker's name for it.
    pub id: String,
    /// The sentences that mean it, in plain words.
    pub say: Vec<String>,
}

impl Inquiry {
    /// What its asker is told where no answer came.
    #[must_use]
    pub fn unanswered(self) -> InquiryOutcome {
        InquiryOutcome {
            id: self.id,
            answer: None,
            text: String::new(),
        }
    }
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryOutcome {
    /// [`Inquiry::id`]
    pub id: String,
    /// [`InquiryAnswer::id`]; `None` where any words were an answer, or none came.
    pub answer: Option<String>,
    /// What was said; empty where no answer came.
    pub text: String,
}
