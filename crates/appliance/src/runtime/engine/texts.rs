//! The engine's part in free texts, which may be any words: what names nothing is
//! asked for, a correction or a command among them is asked about.

use jiff::civil::DateTime;

use super::InSession;
use mynah_core::intent::freetext::{FreeText, behind_links};
use mynah_core::intent::guided::meaning;
use mynah_core::language::{Question, spoken};
use mynah_core::model::{ActionSpec, BuiltinAction, IntentSpec, SlotKind};
use mynah_core::turn::{Intent, SlotValue, Transcript, Understanding};

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

    /// Whether "and" in a text is followed by a command of its own: "milk and turn
    /// on the light". Who wants to be reminded may well mean both.
    fn holds_a_command(
        &mut self,
        spec: &IntentSpec,
        text: &str,
        transcript: &Transcript,
        now: DateTime,
    ) -> bool {
        if spec.action == Some(ActionSpec::Builtin(BuiltinAction::ReminderSet)) {
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

fn replace(intent: &mut Intent, name: &str, text: String) {
    if let Some(slot) = intent.slots.iter_mut().find(|slot| slot.name == name) {
        slot.value = SlotValue::Text(text.clone());
        slot.spoken = text;
    }
}

fn doubt(spec: &IntentSpec, intent: &Intent) -> String {
    Question::MeantCommand(&meaning(spec, intent)).said()
}
