//! What the dialogue decides about a transcript.

use crate::turn::{Failure, InquiryOutcome, Intent};

/// The dialogue's decision about a transcript.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Carry these out.
    Act(Vec<Intent>),
    /// Ask this first.
    Ask(String),
    /// Say this; there is nothing to do.
    Answer(String),
    /// Say why what was understood is not done.
    Object(String),
    /// Apologise.
    Refuse(Failure),
    /// It answers the question of somebody outside.
    Answered(InquiryOutcome),
    /// It was not meant for Mynah.
    Ignore,
}
