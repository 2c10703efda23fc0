//! The engine's part in what leans on the command before: carrying out and
//! taking back, and what a fragment means after it.

use jiff::civil::DateTime;

use super::later::Done;
use super::{Acted, InSession, Timed, Understood, timed};
use crate::runtime::repeat::asked;
use mynah_core::conversation::Verdict;
use mynah_core::conversation::is_stop;
use mynah_core::dialogue::{
    CompletedIntent, Dialogue, ReadSlot, Recalled, Undo, is_cancel, is_complete, wants_undo,
};
use mynah_core::dialogue::{cancels_last, corrects_only, drops_last, moved};
use mynah_core::intent::account::Sentence;
use mynah_core::intent::phrase;
use mynah_core::language::{Question, Refusal, Remark, spoken};
use mynah_core::model::{ActionSpec, BuiltinAction};
use mynah_core::reply::{Moment, render_reply, render_show};
use mynah_core::turn::{Intent, Route, Transcript, TurnId, Understanding, When};

/// A command that corrects another must be understood no worse than this.
const SURE: f32 = 0.9;

impl InSession<'_> {
    /// Keeps the sentence that is said, for "repeat that".
    pub(super) fn note_said(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Ask(said) | Verdict::Object(said) => self.session.said.clone_from(said),
            Verdict::Refuse(failure) => self.session.said = failure.sentence().into(),
            Verdict::Act(_) | Verdict::Answer(_) | Verdict::Answered(_) | Verdict::Ignore => {}
        }
    }

    /// Carries intents out, one after the other, and words the reply.
    pub fn act(&mut self, intents: &[Intent]) -> Timed<Acted> {
        let mut acted = self.act_aloud(intents);
        let rest = timed(|| self.finish_answer(&mut acted.value));
        acted.ms = acted.ms.saturating_add(rest.ms);
        acted
    }

    /// The same; of an answer that grows only what can be said at once. The rest comes
    /// from [`Session::next_clause`](super::Session::next_clause).
    pub fn act_aloud(&mut self, intents: &[Intent]) -> Timed<Acted> {
        timed(|| {
            let mut deeds = Vec::new();
            let mut all = Vec::new();
            let mut replies = Vec::new();
            let mut follow_up_ms = 0;
            // What a correction takes back out there is only spoken of if it
            // fails.
            let corrects = intents.iter().any(|intent| intent.undone().is_none());
            for intent in intents {
                follow_up_ms = follow_up_ms.max(self.follow_up_ms(intent));
                if self.is_done_anyway(intent, intents) {
                    deeds.push(CompletedIntent {
                        intent: intent.clone(),
                        ok: true,
                        changes: Vec::new(),
                    });
                    continue;
                }
                let Some((mut outcomes, mut reply)) = self.act_on(intent) else {
                    tracing::error!(intent = intent.name, "no such intent in the settings");
                    continue;
                };
                if intents.len() > 1 {
                    let mut acted = Acted {
                        outcomes,
                        reply,
                        follow_up_ms: 0,
                    };
                    self.finish_answer(&mut acted);
                    (outcomes, reply) = (acted.outcomes, acted.reply);
                }
                for failed in outcomes.iter().filter(|outcome| !outcome.ok) {
                    tracing::warn!(intent = intent.name, "{}", failed.detail);
                }
                let ok = outcomes.iter().all(|outcome| outcome.ok);
                let gone = outcomes.iter().any(|o| o.result["gone"] == true);
                let silent = intent.undone().is_some() && !gone;
                if !silent || !corrects || !ok {
                    replies.push(reply);
                }
                let changes = outcomes.iter().filter_map(|o| o.result["change"].as_u64());
                deeds.push(CompletedIntent {
                    intent: intent.clone(),
                    ok,
                    changes: changes.collect(),
                });
                all.extend(outcomes);
            }
            replies.dedup();
            let now = self.keeper().now().mono_ms;
            self.session.memory.note(now, &deeds, &self.parts.settings);
            self.session.said = replies.join(" ");
            Acted {
                outcomes: all,
                reply: self.session.said.clone(),
                follow_up_ms,
            }
        })
    }

    /// Carries one intent out, now or later, or takes it back, and words the
    /// reply. `None` when there is no such intent.
    pub(super) fn act_on(&mut self, intent: &Intent) -> Option<Done> {
        let undone = intent.undone();
        let spec = self.spec(intent)?;
        if let Some(change) = intent.change() {
            return Some(self.take_back(change));
        }
        if let Some(undone) = undone {
            let inverse = spec.inverse()?;
            let actor = self.session.actor_mut(self.parts.actor.as_mut());
            let outcome = actor.act(&inverse, &undone);
            let reply = if outcome.ok {
                Remark::ActionError.said()
            } else {
                Refusal::NotUndone.said()
            };
            return Some((vec![outcome], reply));
        }
        match intent.when {
            Some(When::After { .. } | When::At { .. }) => Some(self.schedule(intent)),
            None | Some(When::For { .. }) => {
                let (mut outcomes, mut reply) = self.act_now(intent)?;
                if outcomes.iter().all(|outcome| outcome.ok) {
                    let ended = self.let_last(intent);
                    let kept = match intent.when {
                        Some(When::For { seconds }) => Some(self.take_back_after(seconds, intent)),
                        _ => None,
                    };
                    for (more, said) in ended.into_iter().chain(kept) {
                        outcomes.extend(more);
                        reply.push(' ');
                        reply.push_str(&said);
                        reply = reply.trim().into();
                    }
                }
                Some((outcomes, reply))
            }
        }
    }

    fn act_now(&mut self, intent: &Intent) -> Option<Done> {
        let spec = self.parts.settings.intent(&intent.name)?;
        let action = spec.action.as_ref().unwrap_or(&ActionSpec::Say);
        if let ActionSpec::Answer(answer) = action {
            let (answer, spec) = (answer.clone(), spec.clone());
            return Some(self.answer_from(&spec, &answer, intent));
        }
        let actor = self.session.actor_mut(self.parts.actor.as_mut());
        let mut outcome = actor.act(action, intent);
        let moment = Moment {
            now: self.keeper().now().local,
            device: &self.parts.settings.device.name,
            turn: self.session.replies,
        };
        self.session.replies = self.session.replies.wrapping_add(1);
        let reply = render_reply(spec, intent, &outcome, moment);
        outcome.show = render_show(spec, intent, &outcome, moment);
        Some((vec![outcome], reply))
    }

    fn follow_up_ms(&self, intent: &Intent) -> u32 {
        self.spec(intent).map_or(0, |spec| spec.follow_up_ms)
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
                if self.wants_undo(&transcript.text) {
                    return self.undo(turn);
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
            self.session.heard.clone_from(&transcript.text);
            self.settle_timers(&mut understanding, &transcript.text);
            self.settle_halves(&mut understanding, transcript, now);
            self.join_days(&mut understanding);
            self.settle_texts(&mut understanding, transcript, now);
            self.object_to_time(&mut understanding);
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
    pub(super) fn is_sure(&self, understanding: &Understanding) -> bool {
        understanding.rivals.is_empty()
            && understanding.doubt.is_none()
            && SURE <= understanding.confidence
            && self.is_whole(&understanding.intents)
    }

    /// Whether no slot of any of them would have to be asked for.
    pub(super) fn is_whole(&self, intents: &[Intent]) -> bool {
        let mut intents = intents.iter();
        intents.all(|intent| {
            let spec = self.parts.settings.intent(&intent.name);
            spec.is_some_and(|spec| is_complete(spec, intent))
                && !self.is_question_not_reminder(intent)
        })
    }

    /// Whether the last thing is to be taken back: "undo that", right after it also
    /// "cancel that", and in the same breath "never mind".
    pub(super) fn wants_undo(&self, heard: &str) -> bool {
        let now = self.keeper().now().mono_ms;
        let memory = &self.session.memory;
        let can = || matches!(memory.undo(now, &self.parts.settings), Undo::Take(_));
        wants_undo(heard)
            || cancels_last(heard) && memory.changed_lately(now)
            || drops_last(heard) && memory.changed_a_moment_ago(now) && can()
    }

    /// Whether "never mind" or "stop" may mean what was done just now, as nothing
    /// else is under way.
    pub(super) fn may_end_last(&self, heard: &str, understanding: &Understanding) -> bool {
        let stop = ActionSpec::Builtin(BuiltinAction::RingStop);
        let mut intents = understanding.intents.iter();
        let ends = if understanding.intents.is_empty() {
            drops_last(heard) || is_stop(heard)
        } else {
            understanding.rivals.is_empty() && intents.all(|i| self.action(i) == Some(&stop))
        };
        ends && self
            .session
            .memory
            .changed_lately(self.keeper().now().mono_ms)
            && self.keeper().look(|book, _| book.ringing().is_empty())
    }

    /// Asks whether the last change is to be taken back; `None` where it cannot be.
    pub(super) fn ask_undo(&mut self, turn: TurnId) -> Option<Understood> {
        let now = self.keeper().now().mono_ms;
        let Undo::Take(intents) = self.session.memory.undo(now, &self.parts.settings) else {
            return None;
        };
        let read: ReadSlot<'_> = &|_, _, _| None;
        let dialogue = Dialogue {
            settings: &self.parts.settings,
            read,
            now: self.now(),
        };
        let decision = dialogue.ask_to_take_back(intents)?;
        Some(self.verdict(turn, decision, Understanding::default()))
    }

    /// Takes the last change back, or says why not.
    pub(super) fn undo(&mut self, turn: TurnId) -> Understood {
        let now = self.keeper().now().mono_ms;
        match self.session.memory.undo(now, &self.parts.settings) {
            Undo::Not(why) => Understood {
                understanding: Understanding::default(),
                verdict: Verdict::Answer(why.said()),
            },
            Undo::Take(intents) => {
                let understanding = Understanding {
                    intents: intents.clone(),
                    route: Route::Phrase,
                    confidence: 1.0,
                    ..Understanding::default()
                };
                let read: ReadSlot<'_> = &|_, _, _| None;
                let dialogue = Dialogue {
                    settings: &self.parts.settings,
                    read,
                    now: self.now(),
                };
                let decision = dialogue.take_back(intents);
                self.verdict(turn, decision, understanding)
            }
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
        if is_cancel(heard) || self.wants_undo(heard) {
            return None;
        }
        let last = self
            .session
            .memory
            .recent(self.keeper().now().mono_ms)
            .to_vec();
        let read: ReadSlot<'_> = &|_, _, _| None;
        let dialogue = Dialogue {
            settings: &self.parts.settings,
            read,
            now,
        };
        if let Some(moved) = self.at_another_time_instead(heard, now, &last) {
            return Some(moved);
        }
        match dialogue.recall(heard, &last) {
            Some(Recalled::Meant(mut understanding)) => {
                let near = transcript.alternatives.iter();
                for other in near.filter(|other| phrase::is_tied(transcript, other)) {
                    let other = dialogue.recall(&other.text, &last);
                    add_rival(&mut understanding, other.as_ref());
                }
                Some(self.heard_for(transcript, now).unwrap_or(understanding))
            }
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
                    anew.intents.extend(undo);
                }
                Some(anew)
            }
            None if whole => None,
            None => dialogue
                .number_instead(heard, &last)
                .or_else(|| dialogue.halves(heard))
                .or_else(|| {
                    let others = self.parts.phrases.in_other_words(heard, now);
                    others.iter().find_map(|text| dialogue.halves(text))
                }),
        }
    }

    /// A command whose verb is heard for the word before a fragment: "and five minutes"
    /// may be "add five minutes", which is asked.
    fn heard_for(&mut self, transcript: &Transcript, now: DateTime) -> Option<Understanding> {
        let (first, rest) = transcript.text.trim().split_once(' ')?;
        let table = spoken().fragments().heard_for.iter();
        let mut verbs = table.filter(|(word, _)| word.eq_ignore_ascii_case(first));
        let (_, verb) = verbs.next()?;
        let text = format!("{verb} {rest}");
        let words = text.trim_end_matches(|c: char| c.is_ascii_punctuation());
        let doubt = Question::SaidWords(words).said();
        let anew = Transcript {
            text: text.clone(),
            alternatives: Vec::new(),
            ..transcript.clone()
        };
        let mut meant = self.parts.phrases.parse(&anew, now).ok()?;
        if meant.intents.is_empty() || !self.is_sure(&meant) {
            return None;
        }
        meant.doubt = Some(doubt);
        Some(meant)
    }

    /// "No, in fifteen minutes", after a command that was given for later: the
    /// same at the other time.
    fn at_another_time_instead(
        &self,
        heard: &str,
        now: DateTime,
        last: &[CompletedIntent],
    ) -> Option<Understanding> {
        let [deed] = last else { return None };
        let before = deed.intent.when?;
        let when = moved(heard, before, now).or_else(|| {
            let sentence = Sentence::read(heard, spoken(), now);
            let (rest, when) = sentence.without_timing(heard)?;
            corrects_only(&rest).then_some(when)
        })?;
        let intent = Intent {
            when: Some(when),
            ..deed.intent.clone()
        };
        let mut undo = deed.undoing(&self.parts.settings)?;
        if let (When::For { .. }, When::For { .. }) = (before, when) {
            // What was done stays done, for another while.
            undo.retain(|undo| undo.change().is_some());
        }
        Some(Understanding {
            intents: [intent].into_iter().chain(undo).collect(),
            route: Route::Phrase,
            confidence: 1.0,
            ..Understanding::default()
        })
    }
}

/// Adds what words that were nearly heard mean, where it is one other command.
fn add_rival(understanding: &mut Understanding, other: Option<&Recalled>) {
    let Some(Recalled::Meant(other)) = other else {
        return;
    };
    if let ([first, ..], [rival, ..]) = (understanding.intents.as_slice(), other.intents.as_slice())
        && other.rivals.is_empty()
        && first != rival
        && !understanding.rivals.contains(rival)
    {
        understanding.rivals.push(rival.clone());
    }
}
