//! The answer to a question of somebody outside.

use super::super::expected::{Expected, Row};
use super::{Answer, classify};
use crate::grammar::canonical;
use crate::turn::{Inquiry, InquiryOutcome};

impl Inquiry {
    /// What an answer means; `None` where it is none of the answers, or more than one.
    #[must_use]
    pub fn answered(&self, heard: &str) -> Option<InquiryOutcome> {
        let of = |answer: Option<String>| InquiryOutcome {
            id: self.id.clone(),
            answer,
            text: heard.trim().to_owned(),
        };
        if self.answers.is_empty() {
            return (!heard.trim().is_empty()).then(|| of(None));
        }
        let said = Expected::inquiry(self)?.grammar().groups_of(heard);
        let meant: Vec<usize> = match said.as_slice() {
            // "Yes" of "yes now" and "yes later" is both.
            _ if self.is_shared(heard) => Vec::new(),
            // "Yes or no" is neither.
            [] if 1 < self.named(heard) => Vec::new(),
            // "Sure" is the "yes" among the answers.
            [] => self.agreeing(heard),
            groups => groups.iter().map(|group| *group as usize).collect(),
        };
        match meant.as_slice() {
            [only] => Some(of(Some(self.answers.get(*only)?.id.clone()))),
            _ => None,
        }
    }

    /// Whether what was heard is a part of several answers, and none of them whole.
    fn is_shared(&self, heard: &str) -> bool {
        let heard = canonical(heard);
        let holds = |say: &String| {
            let say = canonical(say);
            !heard.is_empty() && say.windows(heard.len()).any(|part| part == heard)
        };
        let whole = |say: &String| canonical(say) == heard;
        let mut sentences = self.answers.iter().flat_map(|answer| &answer.say);
        let holding = self.answers.iter().filter(|a| a.say.iter().any(holds));
        1 < holding.count() && !sentences.any(whole)
    }

    /// How many answers have a sentence that stands somewhere in what was heard.
    fn named(&self, heard: &str) -> usize {
        let heard = canonical(heard);
        let within = |say: &String| {
            let say = canonical(say);
            !say.is_empty() && heard.windows(say.len()).any(|part| part == say)
        };
        let answers = self.answers.iter();
        answers.filter(|a| a.say.iter().any(within)).count()
    }

    /// The answers that agree or disagree as `heard` does.
    fn agreeing(&self, heard: &str) -> Vec<usize> {
        let heard = classify(heard, &self.question);
        if heard == Answer::Other {
            return Vec::new();
        }
        let same = |say: &String| classify(say, "") == heard;
        let answers = self.answers.iter().enumerate();
        let agreeing = answers.filter(|(_, answer)| answer.say.iter().any(same));
        agreeing.map(|(at, _)| at).collect()
    }
}

impl Expected {
    /// The answers, one group for each in their order. `None` where any words may be
    /// one.
    #[must_use]
    pub fn inquiry(inquiry: &Inquiry) -> Option<Self> {
        let lines = inquiry.answers.iter().map(|answer| {
            let say: Vec<&str> = answer.say.iter().map(String::as_str).collect();
            (Row::Choice, say)
        });
        let lines: Vec<(Row, Vec<&str>)> = lines.collect();
        (!lines.is_empty()).then(|| Self::of_sentences(&lines))
    }
}

#[cfg(test)]
mod tests {
    use crate::turn::{Inquiry, InquiryAnswer};

    fn check(answers: &[(&str, &[&str])], heard: &str, expected: &str) {
        let answer = |(id, say): &(&str, &[&str])| InquiryAnswer {
            id: (*id).into(),
            say: say.iter().map(|say| (*say).to_owned()).collect(),
        };
        let inquiry = Inquiry {
            id: "blinds".into(),
            question: "Shall I close the blinds?".into(),
            answers: answers.iter().map(answer).collect(),
        };
        let answered = inquiry.answered(heard);
        let shown = answered.map(|found| found.answer.unwrap_or(found.text));
        assert_eq!(shown.as_deref().unwrap_or("?"), expected, "{heard}");
    }

    #[test]
    fn an_answer_is_one_of_those_that_were_given() {
        let blinds: &[(&str, &[&str])] = &[
            ("close", &["yes", "close them"]),
            ("leave", &["no"]),
            ("half", &["half way", "only half"]),
        ];
        for (heard, expected) in [
            ("Yes.", "close"),
            ("yes please", "close"),
            ("close them", "close"),
            ("sure", "close"),
            ("No, thanks.", "leave"),
            ("nope", "leave"),
            ("only half, please", "half"),
            // Neither one answer nor the other is taken for what may be both.
            ("yes or no", "?"),
            ("perhaps", "?"),
            ("", "?"),
            ("close the door", "?"),
        ] {
            check(blinds, heard, expected);
        }
        check(&[], "ten eggs and milk", "ten eggs and milk");
        check(&[], " ", "?");
        // Two answers that agree are told apart by their words only.
        let both: &[(&str, &[&str])] = &[("now", &["yes now"]), ("later", &["yes later"])];
        check(both, "yes later", "later");
        check(both, "yes", "?");
    }
}
