//! The engine's part in answers from the owner's text: which questions go there, and what
//! is said.

use std::time::Duration;

use serde_json::json;

use super::later::Done;
use super::session::Session;
use super::{Acted, InSession, Timed};
use crate::runtime::answers::Next;
use mynah_core::answer::{Search, Why, is_question};
use mynah_core::language::Remark;
use mynah_core::model::{ActionSpec, AnswerSpec, IntentSpec};
use mynah_core::reply::{Moment, render_reply, render_show};
use mynah_core::turn::{Answered, Intent, Outcome, Route, TurnId, Understanding};

/// How long one look for more of an answer takes: other work of a microphone waits for
/// it, such as whether somebody said "stop".
const LOOK: Duration = Duration::from_millis(150);

/// What a question that no phrase fits has in the owner's texts.
pub(super) enum FromText {
    /// An answer, so near that nobody need be asked what is meant.
    Sure(Understanding),
    /// An answer, if nothing else explains the question for certain.
    Firm(Understanding),
    /// An answer that a language model may find there, if nothing else explains the
    /// question.
    Near(Understanding),
    /// None: what is said then.
    Nothing(String),
}

impl FromText {
    /// What is understood where nothing else explains the question.
    pub(super) fn instead_of(self, nothing: Understanding) -> Understanding {
        match self {
            Self::Sure(found) | Self::Firm(found) | Self::Near(found) => Understanding {
                llm: nothing.llm,
                ..found
            },
            Self::Nothing(why) => Understanding {
                objection: Some(why),
                ..nothing
            },
        }
    }
}

/// Whether nothing was understood, and nothing is to be said of it.
pub(super) fn is_nothing(found: &Understanding) -> bool {
    found.intents.is_empty()
        && found.rivals.is_empty()
        && found.doubt.is_none()
        && found.objection.is_none()
}

/// Whether a person would be asked what is meant.
pub(super) fn in_doubt(found: &Understanding) -> bool {
    found.doubt.is_some() || !found.rivals.is_empty()
}

impl<'a> InSession<'a> {
    /// Work is given up when `wanted` says no.
    #[must_use]
    pub fn while_wanted(self, wanted: &'a dyn Fn() -> bool) -> Self {
        Self { wanted, ..self }
    }

    /// As [`InSession::act_aloud`], in a turn whose rest is asked for by its number.
    pub fn act_of(&mut self, turn: TurnId, intents: &[Intent]) -> Timed<Acted> {
        let acted = self.act_aloud(intents);
        if let Some((of, _)) = &mut self.session.answering {
            *of = turn;
        }
        acted
    }

    /// What the owner's texts have on a sentence. `None`: it is no question, or there is
    /// no text.
    pub(super) fn answer_from_text(&mut self, asked: &str) -> Option<FromText> {
        let parts = &mut *self.parts;
        let intents = parts.settings.intents.iter();
        let texts = intents.filter_map(|spec| match &spec.action {
            Some(ActionSpec::Answer(answer)) => Some((spec, answer)),
            _ => None,
        });
        let texts: Vec<_> = texts.collect();
        if texts.is_empty() || !is_question(asked) {
            return None;
        }
        let mut best: Option<(&IntentSpec, Search)> = None;
        for (spec, answer) in &texts {
            let search = parts.answers.search(&spec.name, &answer.text, asked);
            let rank = |search: &Search| (search.found.is_some(), search.score);
            if best
                .as_ref()
                .is_none_or(|(_, known)| rank(known) < rank(&search))
            {
                best = Some((spec, search));
            }
        }
        let (spec, search) = best?;
        let Some(found) = &search.found else {
            let moment = Moment {
                now: parts.keeper.now().local,
                device: &parts.settings.device.name,
                turn: self.session.replies,
            };
            let said = no_answer(spec, &Intent::new(&spec.name), moment);
            return Some(FromText::Nothing(said));
        };
        let understanding = Understanding {
            intents: vec![Intent::new(&spec.name)],
            route: Route::Text,
            confidence: search.score,
            ..Understanding::default()
        };
        Some(if found.sure {
            FromText::Sure(understanding)
        } else if found.firm {
            FromText::Firm(understanding)
        } else {
            FromText::Near(understanding)
        })
    }

    /// Answers the question of this turn from a text, as far as it can be said at once.
    pub(super) fn answer_from(
        &mut self,
        spec: &IntentSpec,
        answer: &AnswerSpec,
        intent: &Intent,
    ) -> Done {
        let question = self.session.asked.clone();
        let search = self
            .parts
            .answers
            .search(&spec.name, &answer.text, &question);
        let Some(found) = &search.found else {
            let answered = Answered {
                score: search.score,
                why: reason(search.why).into(),
                ..Answered::default()
            };
            return unanswered(spec, intent, answered, self.moment());
        };
        let mut answering = self.parts.answers.begin(answer, &search, found, &question);
        let first = loop {
            match answering.next(LOOK) {
                Next::Waits if (self.wanted)() => {}
                Next::Waits => answering.interrupt(),
                Next::Clause { clause, .. } => break clause,
                Next::End => {
                    let answered = answering.answered().clone();
                    return unanswered(spec, intent, answered, self.moment());
                }
            }
        };
        let answered = answering.answered().clone();
        self.session.answering = Some((TurnId::default(), answering));
        let passage = answered.passages.first().cloned().unwrap_or_default();
        let outcome = Outcome {
            kind: "answer",
            ok: true,
            detail: detail(&answer.from.display().to_string(), &answered),
            result: json!({"say": first, "heading": passage.heading, "passage": passage.text}),
            show: None,
            answer: Some(Box::new(answered)),
        };
        let moment = self.moment();
        let show = render_show(spec, intent, &outcome, moment);
        (vec![Outcome { show, ..outcome }], first)
    }

    fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.keeper().now().local,
            device: &self.parts.settings.device.name,
            turn: self.session.replies,
        }
    }

    /// Waits for the rest of an answer.
    pub(super) fn finish_answer(&mut self, acted: &mut Acted) {
        let Some((_, mut answering)) = self.session.answering.take() else {
            return;
        };
        let first = acted.reply.clone();
        loop {
            match answering.next(LOOK) {
                Next::Clause { clause, .. } => {
                    acted.reply.push(' ');
                    acted.reply.push_str(&clause);
                }
                Next::Waits if (self.wanted)() => {}
                Next::Waits => answering.interrupt(),
                Next::End => break,
            }
        }
        if acted.reply != first {
            self.session.said.clone_from(&acted.reply);
        }
        if let Some(outcome) = acted.outcomes.iter_mut().find(|o| o.answer.is_some()) {
            outcome.result["say"] = acted.reply.as_str().into();
            outcome.answer = Some(Box::new(answering.answered().clone()));
        }
    }
}

impl Session {
    /// Whether more of the answer of a turn is to come.
    #[must_use]
    pub fn answers(&self, turn: TurnId) -> bool {
        self.answering.as_ref().is_some_and(|(of, _)| *of == turn)
    }

    /// What comes next of the answer of a turn, for a moment.
    pub fn next_clause(&mut self, turn: TurnId, wanted: &dyn Fn() -> bool) -> Next {
        let Some((_, answering)) = self.answering.as_mut().filter(|(of, _)| *of == turn) else {
            return Next::End;
        };
        let next = if wanted() {
            answering.next(LOOK)
        } else {
            Next::End
        };
        match &next {
            Next::Clause { so_far, .. } => self.said.clone_from(so_far),
            Next::Waits => {}
            Next::End => self.answering = None,
        }
        next
    }
}

/// What is said where the text has no answer.
fn no_answer(spec: &IntentSpec, intent: &Intent, moment: Moment<'_>) -> String {
    let say = Remark::NotInText.said();
    let failed = Outcome {
        kind: "answer",
        ok: false,
        detail: String::new(),
        result: json!({"say": say}),
        show: None,
        answer: None,
    };
    render_reply(spec, intent, &failed, moment)
}

/// One line for the log.
fn detail(from: &str, answered: &Answered) -> String {
    let heading = answered
        .passages
        .first()
        .map_or("", |passage| &passage.heading);
    match heading {
        "" => format!("answer from `{from}`"),
        heading => format!("answer from `{from}`, {heading}"),
    }
}

/// Why a text has no answer, for the log.
const fn reason(why: Why) -> &'static str {
    match why {
        Why::Near => "",
        Why::Far => "no sentence of the text is near",
        Why::OtherWords => "what is asked about does not stand in the text",
        Why::NoTime => "what is near has no time or day",
        Why::NoPlace => "what is near has no place",
        Why::NoNumber => "what is near has no number",
        Why::Empty => "the question does not say what it is about",
    }
}

fn unanswered(spec: &IntentSpec, intent: &Intent, answered: Answered, moment: Moment<'_>) -> Done {
    let outcome = Outcome {
        kind: "answer",
        ok: true,
        detail: format!("no answer: {}", answered.why),
        result: json!({}),
        show: None,
        answer: Some(Box::new(answered)),
    };
    (vec![outcome], no_answer(spec, intent, moment))
}
