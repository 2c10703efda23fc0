//! The engine's part in free texts, which may be any words: what names nothing is
//! asked for, a correction or a command among them is asked about.

use jiff::civil::DateTime;

use super::InSession;
use mynah_core::intent::freetext::{FreeText, behind_links};
use mynah_core::intent::guided::meaning;
use mynah_core::intent::values::{Reading, read_text};
use mynah_core::language::{Question, spoken};
use mynah_core::model::{ActionSpec, BuiltinAction, IntentSpec, SlotKind};
use mynah_core::turn::{Intent, Slot, SlotValue, Transcript, Understanding};

impl InSession<'_> {
    /// Weighs the free texts of what was understood.
    pub(super) fn settle_texts(
        &mut self,
        understanding: &mut Understanding,
        transcript: &Transcript,
        now: DateTime,
    ) {
        for mut intent in std::mem::take(&mut understanding.intents) {
            // A reminder that is cancelled is looked for by its words.
            let own = |spec: &&IntentSpec| match spec.action {
                Some(ActionSpec::Builtin(deed)) => deed == BuiltinAction::ReminderSet,
                _ => true,
            };
            let Some(spec) = self.spec(&intent).filter(own).cloned() else {
                understanding.intents.push(intent);
                continue;
            };
            for slot in &spec.slots {
                let text = intent.slot(&slot.name).map(|slot| slot.spoken.clone());
                let Some(text) = text.filter(|_| slot.kind == SlotKind::Text) else {
                    continue;
                };
                match FreeText::read(&text) {
                    FreeText::Nothing => intent.slots.retain(|other| other.name != slot.name),
                    FreeText::Objection(why) => {
                        *understanding = Understanding {
                            objection: Some(spoken().objection(&why)),
                            llm: std::mem::take(&mut understanding.llm),
                            ..Understanding::default()
                        };
                        return;
                    }
                    FreeText::Corrected(rest) => {
                        replace(&mut intent, &slot.name, rest);
                        understanding.doubt = Some(doubt(&spec, &intent));
                    }
                    FreeText::Plain if self.holds_a_command(&spec, &text, transcript, now) => {
                        understanding.doubt = Some(doubt(&spec, &intent));
                    }
                    FreeText::Plain => {}
                }
            }
            understanding.intents.push(intent);
        }
    }

    /// "Remind me at eleven to call mum tomorrow": the day at the end of the text may be
    /// that of the reminder, which is asked.
    pub(super) fn date_behind_text(&self, understanding: &mut Understanding, now: DateTime) {
        let [intent] = understanding.intents.as_slice() else {
            return;
        };
        let Some(spec) = self.spec(intent).filter(|spec| is_reminder(spec)) else {
            return;
        };
        let has = |kinds: &[SlotKind]| {
            let mut slots = spec.slots.iter().filter(|slot| kinds.contains(&slot.kind));
            slots.any(|slot| intent.slot(&slot.name).is_some())
        };
        let day = has(&[SlotKind::Date, SlotKind::Duration]) || intent.slot("days").is_some();
        let mut slots = spec.slots.iter();
        let date = slots.find(|slot| slot.kind == SlotKind::Date);
        let mut slots = spec.slots.iter();
        let text = slots.find(|slot| slot.kind == SlotKind::Text);
        let (Some(date), Some(text), true) = (date, text, has(&[SlotKind::Time]) && !day) else {
            return;
        };
        let said = intent.slot(&text.name).map(|slot| slot.spoken.clone());
        let Some((rest, reading)) = said.and_then(|said| ends_with_date(&said, now)) else {
            return;
        };
        let mut dated = intent.clone();
        replace(&mut dated, &text.name, rest);
        dated.slots.push(Slot {
            name: date.name.clone(),
            value: reading.value,
            spoken: reading.spoken,
        });
        understanding.doubt = Some(doubt(spec, &dated));
        understanding.intents = vec![dated];
    }

    /// Whether "and" in a text is followed by a command of its own: "milk and turn
    /// on the light". Who wants to be reminded may well mean both.
    fn holds_a_command(
        &mut self,
        spec: &IntentSpec,
        text: &str,
        transcript: &Transcript,
        now: DateTime,
    ) -> bool {
        if is_reminder(spec) {
            return false;
        }
        behind_links(text).into_iter().any(|part| {
            let part = Transcript {
                text: part.to_owned(),
                alternatives: Vec::new(),
                ..transcript.clone()
            };
            let parsed = self.parts.phrases.parse(&part, now).unwrap_or_default();
            !parsed.intents.is_empty() && self.is_sure(&parsed)
        })
    }
}

fn is_reminder(spec: &IntentSpec) -> bool {
    spec.action == Some(ActionSpec::Builtin(BuiltinAction::ReminderSet))
}

/// A text without the day that it ends with, and that day.
fn ends_with_date(text: &str, now: DateTime) -> Option<(String, Reading)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..words.len()).find_map(|from| {
        let reading = read_text(&SlotKind::Date, &words[from..].join(" "), now).ok()?;
        Some((words[..from].join(" "), reading))
    })
}

fn replace(intent: &mut Intent, name: &str, text: String) {
    if let Some(slot) = intent.slots.iter_mut().find(|slot| slot.name == name) {
        slot.value = SlotValue::Text(text.clone());
        slot.spoken = text;
    }
}

fn doubt(spec: &IntentSpec, intent: &Intent) -> String {
    Question::MeantCommand(&meaning(spec, intent)).said()
}
