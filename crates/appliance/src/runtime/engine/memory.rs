//! The engine's part in what leans on the command before: carrying out and
//! taking back, and what a fragment means after it.

use jiff::civil::DateTime;

use super::{Acted, Engine, Timed, Understood, timed};
use crate::runtime::again::asked;
use mynah_core::conversation::Verdict;
use mynah_core::dialogue::{
    Deed, Dialogue, ReadSlot, Recalled, Undo, is_cancel, is_complete, wants_undo,
};
use mynah_core::model::ActionSpec;
use mynah_core::reply::{Moment, render_reply};
use mynah_core::turn::{Intent, Outcome, Route, Transcript, TurnId, Understanding};

const UNDONE: &str = "Okay, I have undone that.";
const NOT_UNDONE: &str = "Sorry, I could not undo that.";

/// A command that corrects another must be understood no worse than this.
const SURE: f32 = 0.9;

impl Engine {
    /// Carries intents out, one after the other, and words the reply.
    pub fn act(&mut self, intents: &[Intent]) -> Timed<Acted> {
        timed(|| {
            let mut deeds = Vec::new();
            let mut outcomes = Vec::new();
            let mut replies = Vec::new();
            let mut follow_up_ms = 0;
            // What a correction takes back is only spoken of if it fails.
            let corrects = intents.iter().any(|intent| intent.undone().is_none());
            for intent in intents {
                follow_up_ms = follow_up_ms.max(self.follow_up_ms(intent));
                let Some((outcome, reply)) = self.act_on(intent) else {
                    tracing::error!(intent = intent.name, "no such intent in the settings");
                    continue;
                };
                if !outcome.ok {
                    tracing::warn!(intent = intent.name, "{}", outcome.detail);
                }
                if intent.undone().is_none() || !corrects || !outcome.ok {
                    replies.push(reply);
                }
                deeds.push(Deed {
                    intent: intent.clone(),
                    ok: outcome.ok,
                });
                outcomes.push(outcome);
            }
            replies.dedup();
            let now = self.parts.keeper.now().mono_ms;
            self.memory.note(now, &deeds, &self.parts.settings);
            self.said = replies.join(" ");
            Acted {
                outcomes,
                reply: self.said.clone(),
                follow_up_ms,
            }
        })
    }

    /// Carries one intent out, or takes it back, and words the reply.
    fn act_on(&mut self, intent: &Intent) -> Option<(Outcome, String)> {
        let undone = intent.undone();
        let named = undone.as_ref().unwrap_or(intent);
        let mut specs = self.parts.settings.intents.iter();
        let spec = specs.find(|spec| spec.name == named.name)?;
        if undone.is_some() {
            let outcome = self.parts.actor.act(&spec.inverse()?, named);
            let reply = if outcome.ok { UNDONE } else { NOT_UNDONE };
            return Some((outcome, reply.into()));
        }
        let action = spec.action.as_ref().unwrap_or(&ActionSpec::Say);
        let outcome = self.parts.actor.act(action, intent);
        let moment = Moment {
            now: self.parts.keeper.now().local,
            device: &self.parts.settings.device.name,
            turn: self.replies,
        };
        self.replies = self.replies.wrapping_add(1);
        let reply = render_reply(spec, intent, &outcome, moment);
        Some((outcome, reply))
    }

    fn follow_up_ms(&self, intent: &Intent) -> u32 {
        let undone = intent.undone();
        let name = &undone.as_ref().unwrap_or(intent).name;
        let mut specs = self.parts.settings.intents.iter();
        let spec = specs.find(|spec| spec.name == *name);
        spec.map_or(0, |spec| spec.follow_up_ms)
    }

    /// Finds out whether something said without a wake word goes on with what
    /// was just done. What is not understood fully and surely is left alone.
    pub fn understand_follow_up(
        &mut self,
        turn: TurnId,
        transcript: &Transcript,
    ) -> Timed<Understood> {
        let understood = timed(|| {
            let now = self.now();
            let nothing = Understood {
                understanding: Understanding::default(),
                verdict: Verdict::Ignore,
            };
            let parsed = self.parts.phrases.parse(transcript, now);
            let mut understanding = parsed.unwrap_or_default();
            if understanding.intents.is_empty() {
                if wants_undo(&transcript.text) {
                    return self.undo();
                }
                if let Some(again) = asked(&transcript.text) {
                    return self.again(again);
                }
                let Some(recalled) = self.recalled(transcript, now, true) else {
                    return nothing;
                };
                understanding = recalled;
            } else if !self.is_sure(&understanding) {
                return nothing;
            }
            self.heard.clone_from(&transcript.text);
            self.morning(&mut understanding, transcript, now);
            let read: ReadSlot<'_> = &|_, _, _| None;
            let dialogue = Dialogue {
                settings: &self.parts.settings,
                read,
                now,
            };
            let decision = dialogue.decide(&transcript.text, &understanding);
            self.verdict(turn, decision, understanding)
        });
        self.note_said(&understood.value.verdict);
        understood
    }

    /// Whether nothing is missing, doubtful or ambiguous.
    fn is_sure(&self, understanding: &Understanding) -> bool {
        let whole = |intent: &Intent| {
            let mut specs = self.parts.settings.intents.iter();
            let spec = specs.find(|spec| spec.name == intent.name);
            spec.is_some_and(|spec| is_complete(spec, intent)) && !self.is_no_deed(intent)
        };
        understanding.rivals.is_empty()
            && understanding.doubt.is_none()
            && SURE <= understanding.confidence
            && understanding.intents.iter().all(whole)
    }

    /// Takes the last change back, or says why not.
    pub(super) fn undo(&self) -> Understood {
        let now = self.parts.keeper.now().mono_ms;
        match self.memory.undo(now, &self.parts.settings) {
            Undo::Not(why) => Understood {
                understanding: Understanding::default(),
                verdict: Verdict::Answer(why.into()),
            },
            Undo::Take(intents) => Understood {
                understanding: Understanding {
                    intents: intents.clone(),
                    route: Route::Phrase,
                    confidence: 1.0,
                    ..Understanding::default()
                },
                verdict: Verdict::Act(intents),
            },
        }
    }

    /// What words that no phrase fits mean after the command before. Unless
    /// they must name a thing by its `whole` name, a part of it makes a question.
    pub(super) fn recalled(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
        whole: bool,
    ) -> Option<Understanding> {
        let heard = &transcript.text;
        if is_cancel(heard) || wants_undo(heard) {
            return None;
        }
        let last = self.memory.recent(self.parts.keeper.now().mono_ms).to_vec();
        let read: ReadSlot<'_> = &|_, _, _| None;
        let dialogue = Dialogue {
            settings: &self.parts.settings,
            read,
            now,
        };
        match dialogue.recall(heard, &last) {
            Some(Recalled::Meant(understanding)) => Some(understanding),
            Some(Recalled::Anew(text)) => {
                let undo = last.first().and_then(|deed| {
                    let undo = dialogue.undoing(deed)?;
                    Some((deed.intent.name.clone(), undo))
                });
                let anew = Transcript {
                    text,
                    alternatives: Vec::new(),
                    ..transcript.clone()
                };
                let mut anew = self.parts.phrases.parse(&anew, now).ok()?;
                let sure = self.is_sure(&anew);
                if anew.intents.len() != 1 || !sure {
                    return None;
                }
                if let Some((name, undo)) = undo
                    && anew.intents[0].name == name
                {
                    anew.intents.push(undo);
                }
                Some(anew)
            }
            None if whole => None,
            None => dialogue.halves(heard),
        }
    }
}
