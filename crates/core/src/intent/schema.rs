//! The intents of a configuration as JSON Schema, and whether an intent that
//! somebody filled keeps to its specification.

use serde_json::{Map, Value, json};

use crate::model::{IntentSpec, Settings, SlotKind, SlotSpec};
use crate::turn::Intent;

/// The JSON Schema (draft 2020-12) of an intent that may be carried out:
/// `{"intent": NAME, "slots": {...}}`, or `{"intent": "none"}`.
#[must_use]
pub fn schema(settings: &Settings) -> Value {
    let mut forms: Vec<Value> = settings.intents.iter().map(intent).collect();
    forms.push(json!({
        "type": "object",
        "description": "Nothing was understood",
        "properties": {
            "intent": { "const": "none" },
            "slots": { "type": "object", "maxProperties": 0 },
        },
        "required": ["intent"],
        "additionalProperties": false,
    }));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("What {} understands", settings.device.name),
        "oneOf": forms,
    })
}

/// Whether an intent keeps to its specification: its name, no strange slots,
/// every value allowed, and nothing missing that nobody would ask for.
///
/// # Errors
/// The first thing that is wrong, naming the slot.
pub fn validate(intent: &Intent, spec: &IntentSpec) -> Result<(), String> {
    if intent.name != spec.name {
        return Err(format!(
            "the intent is `{}`, not `{}`",
            intent.name, spec.name
        ));
    }
    for (index, filled) in intent.slots.iter().enumerate() {
        let name = &filled.name;
        let Some(slot) = spec.slot(name) else {
            return Err(format!("the intent `{}` has no slot `{name}`", spec.name));
        };
        if intent.slots[..index]
            .iter()
            .any(|other| other.name == *name)
        {
            return Err(format!("the slot `{name}` is filled twice"));
        }
        slot.accepts(&filled.value.to_json())
            .map_err(|refusal| format!("slot `{name}`: {}", refusal.message))?;
    }
    let missing =
        |slot: &&SlotSpec| needed(slot) && slot.ask.is_none() && intent.slot(&slot.name).is_none();
    match spec.slots.iter().find(missing) {
        Some(slot) => Err(format!("the slot `{}` is missing", slot.name)),
        None => Ok(()),
    }
}

fn intent(spec: &IntentSpec) -> Value {
    let slots: Map<String, Value> = spec
        .slots
        .iter()
        .map(|slot| (slot.name.clone(), slot_schema(slot)))
        .collect();
    let required: Vec<&str> = spec
        .slots
        .iter()
        .filter(|slot| needed(slot))
        .map(|slot| slot.name.as_str())
        .collect();
    json!({
        "type": "object",
        "description": spec.description,
        "properties": {
            "intent": { "const": spec.name },
            "slots": {
                "type": "object",
                "properties": slots,
                "required": required,
                "additionalProperties": false,
            },
        },
        "required": ["intent", "slots"],
        "additionalProperties": false,
    })
}

fn needed(slot: &SlotSpec) -> bool {
    !slot.optional && slot.default.is_none()
}

fn slot_schema(slot: &SlotSpec) -> Value {
    match &slot.kind {
        SlotKind::Values(choices) => {
            let values: Vec<&str> = choices.iter().map(|c| c.value.as_str()).collect();
            if slot.open {
                json!({ "type": "string", "pattern": "\\S", "examples": values })
            } else {
                json!({ "enum": values })
            }
        }
        SlotKind::Number { min, max, unit } => {
            let mut number = json!({ "type": "number" });
            for (key, limit) in [("minimum", min), ("maximum", max)] {
                if let Some(limit) = limit {
                    number[key] = json!(limit);
                }
            }
            if let Some(unit) = unit {
                number["description"] = json!(format!("in {unit}"));
            }
            number
        }
        SlotKind::Duration => {
            json!({ "type": "integer", "minimum": 1, "description": "in seconds" })
        }
        SlotKind::Time => json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" }),
        SlotKind::Date => json!({
            "type": "string",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        }),
        SlotKind::Text => json!({ "type": "string", "pattern": "\\S" }),
    }
}
