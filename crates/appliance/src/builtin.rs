//! What Mynah does by itself: tells the time, changes its own volume, says
//! what it can do; and, in `timer`, sets what rings later.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::json;

mod later;
mod timer;

use crate::timers::Keeper;
use mynah_actions::{ActionError, ActionOutput, ActionQuestion, Actor, SCHEDULE, outcome};
use mynah_core::language::{Missing, Question, Refusal, Remark};
use mynah_core::model::{ActionSpec, BuiltinAction, IntentSpec, Settings};
use mynah_core::reply::DRY_RUN;
use mynah_core::timers::Moment;
use mynah_core::turn::{Intent, Outcome, SlotValue, When};

/// One step of "louder" or "quieter", in percent.
const STEP: u8 = 15;

/// A list of what can be done is no longer than this.
const MAX_DESCRIBED: usize = 5;

/// What is built in, in front of what the owner's file reaches out for.
pub struct Builtins {
    beyond: Box<dyn Actor>,
    keeper: Arc<Keeper>,
    intents: Vec<IntentSpec>,
    /// What comes first in the next list of what can be done.
    described: usize,
    /// What is done lasts no longer than this process.
    dry: bool,
}

impl Builtins {
    /// Everything else goes to `beyond`. `dry`: the keeper forgets everything,
    /// and the log says so.
    #[must_use]
    pub fn new(
        beyond: Box<dyn Actor>,
        keeper: Arc<Keeper>,
        settings: &Settings,
        dry: bool,
    ) -> Self {
        Self {
            beyond,
            keeper,
            intents: settings.intents.clone(),
            described: 0,
            dry,
        }
    }

    fn carry_out(
        &mut self,
        deed: BuiltinAction,
        intent: &Intent,
    ) -> Result<ActionOutput, ActionError> {
        let keeper = &self.keeper;
        match deed {
            BuiltinAction::TimeQuestion => time(&keeper.now()),
            BuiltinAction::DateQuestion => date(&keeper.now(), intent),
            BuiltinAction::DaysUntil => days_until(&keeper.now(), intent),
            BuiltinAction::VolumeSet => volume_set(keeper, intent),
            BuiltinAction::VolumeChange => volume_change(keeper, intent),
            BuiltinAction::Help => Ok(self.help()),
            _ => timer::carry_out(keeper, deed, intent),
        }
    }

    /// An outcome, with the number of the change that it was, if it changed an
    /// entry since the one numbered `before`.
    fn told(
        &self,
        kind: &'static str,
        mut done: Result<ActionOutput, ActionError>,
        before: u64,
    ) -> Outcome {
        if let Ok(done) = &mut done {
            let change = self.keeper.last_change();
            if before < change {
                done.result["change"] = change.into();
            }
            if self.dry {
                done.detail = format!("{DRY_RUN}{}", done.detail);
            }
        }
        outcome(kind, done)
    }

    /// What was answered `by_the_clock` says so where that may be wrong.
    fn with_doubt(
        &self,
        done: Result<ActionOutput, ActionError>,
        by_the_clock: bool,
    ) -> Result<ActionOutput, ActionError> {
        let mut done = done?;
        if by_the_clock && self.keeper.clock_is_doubtful() {
            let said = done.result["say"].as_str().unwrap_or(&done.detail);
            let said = format!("{said} {}", Remark::ClockDoubtful.said());
            done.detail.clone_from(&said);
            done.result["say"] = said.into();
        }
        Ok(done)
    }

    /// A few of the descriptions, the next time others.
    fn help(&mut self) -> ActionOutput {
        let is_help =
            |spec: &&IntentSpec| spec.action == Some(ActionSpec::Builtin(BuiltinAction::Help));
        let told = |spec: &&IntentSpec| spec.llm && !is_help(spec);
        let all: Vec<&IntentSpec> = self.intents.iter().filter(told).collect();
        if all.is_empty() {
            return said(&Remark::CanNothing);
        }
        let count = all.len().min(MAX_DESCRIBED);
        let some: Vec<String> = (0..count)
            .map(|at| uncapital(&all[(self.described + at) % all.len()].description))
            .collect();
        self.described = (self.described + count) % all.len();
        said(&Remark::Can {
            deeds: &some,
            more: count < all.len(),
        })
    }
}

impl Actor for Builtins {
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome {
        let ActionSpec::Builtin(deed) = spec else {
            return self.beyond.act(spec, intent);
        };
        let before = self.keeper.last_change();
        let done = self.carry_out(*deed, intent);
        let done = self.with_doubt(done, by_the_clock(*deed, intent));
        self.told("builtin", done, before)
    }

    fn schedule(&mut self, intent: &Intent, says: &str) -> Outcome {
        let before = self.keeper.last_change();
        let done = later::schedule(&self.keeper, intent, says);
        let done = self.with_doubt(done, matches!(intent.when, Some(When::At { .. })));
        self.told(SCHEDULE, done, before)
    }

    fn which(&self, spec: &ActionSpec, intent: &Intent) -> Option<ActionQuestion> {
        match spec {
            ActionSpec::Builtin(deed) => timer::which(&self.keeper, *deed, intent),
            _ => self.beyond.which(spec, intent),
        }
    }

    fn settled(&self, spec: &ActionSpec, intent: &Intent) -> Option<Intent> {
        match spec {
            ActionSpec::Builtin(deed) => Some(timer::settled(&self.keeper, *deed, intent)),
            _ => self.beyond.settled(spec, intent),
        }
    }
}

/// Done, and this is the whole of the answer.
pub(super) fn said(remark: &Remark<'_>) -> ActionOutput {
    answered(remark.said())
}

/// Done, and these sentences are the whole of the answer.
pub(super) fn answered(sentence: String) -> ActionOutput {
    ActionOutput {
        result: json!({"say": sentence}),
        detail: sentence,
    }
}

/// Not done, and this is why.
pub(super) fn unable(why: Refusal<'_>) -> ActionError {
    not_done(why.said())
}

fn not_done(sentence: String) -> ActionError {
    ActionError {
        result: json!({"say": sentence}),
        detail: sentence,
    }
}

/// Whether the answer is only as right as the clock on the wall.
fn by_the_clock(deed: BuiltinAction, intent: &Intent) -> bool {
    match deed {
        BuiltinAction::TimeQuestion
        | BuiltinAction::DateQuestion
        | BuiltinAction::DaysUntil
        | BuiltinAction::AlarmMove => true,
        BuiltinAction::AlarmSet | BuiltinAction::ReminderSet => intent.slot("duration").is_none(),
        _ => false,
    }
}

fn time(now: &Moment) -> Result<ActionOutput, ActionError> {
    if !now.is_set() {
        return Err(unable(Refusal::TimeUnknown));
    }
    Ok(said(&Remark::Time(now.local.time())))
}

fn date(now: &Moment, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let today = today(now)?;
    Ok(said(&match timer::date(intent, "date") {
        Some(date) if date != today => Remark::DateOf {
            date,
            today,
            asked: intent.slot("date").map_or("", |slot| &slot.spoken),
        },
        _ => Remark::Date(today),
    }))
}

fn days_until(now: &Moment, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let today = today(now)?;
    let date =
        timer::date(intent, "date").ok_or_else(|| unable(Refusal::NotHeard(Missing::Date)))?;
    let days = (date - today).get_days();
    Ok(said(&Remark::DaysUntil { days, date }))
}

fn today(now: &Moment) -> Result<Date, ActionError> {
    if now.is_set() {
        Ok(now.local.date())
    } else {
        Err(unable(Refusal::DateUnknown))
    }
}

fn volume_set(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let Some(SlotValue::Number(percent)) = intent.slot("volume").map(|slot| &slot.value) else {
        return Err(unable(Refusal::NotHeard(Missing::Volume)));
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100"
    )]
    let percent = percent.clamp(0.0, 100.0).round() as u8;
    Ok(set_volume(keeper, percent))
}

fn volume_change(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let slot = |name: &str| intent.slot(name).map(|slot| slot.value.to_string());
    let now = keeper.gain().percent();
    match (slot("mute").as_deref(), slot("change").as_deref()) {
        (Some("mute"), _) => {
            keeper.gain().mute(true);
            Ok(said(&Remark::Okay))
        }
        (Some(_), _) => {
            keeper.gain().mute(false);
            Ok(said(&Remark::Audible))
        }
        (None, Some("up")) if now == 100 => Ok(said(&Remark::Loudest)),
        (None, Some("up")) => Ok(set_volume(keeper, now.saturating_add(STEP))),
        (None, Some("down")) if now == 0 => Ok(said(&Remark::Okay)),
        (None, Some("down")) => Ok(set_volume(keeper, now.saturating_sub(STEP))),
        _ => Err(not_done(Question::LouderOrQuieter.said())),
    }
}

fn set_volume(keeper: &Keeper, percent: u8) -> ActionOutput {
    let percent = percent.min(100);
    keeper.set_volume(percent);
    said(&Remark::Volume(percent))
}

fn uncapital(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
