//! Whether a value may fill a slot. Defaults, tests and what a language model
//! says are all weighed here.

use serde_json::Value;

use super::intents::{SlotChoice, SlotKind, SlotSpec};
use crate::suggest;

/// Why a value may not fill a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

impl SlotSpec {
    /// Whether a canonical value, as JSON, may fill the slot.
    ///
    /// # Errors
    /// Why not.
    pub fn accepts(&self, value: &Value) -> Result<(), Refusal> {
        match value {
            Value::String(text) if self.open && !text.trim().is_empty() => Ok(()),
            _ => self.kind.accepts(value),
        }
    }
}

impl SlotKind {
    /// Whether a canonical value, in its JSON form, may fill a slot of this kind.
    ///
    /// # Errors
    /// Why it may not.
    pub fn accepts(&self, value: &Value) -> Result<(), Refusal> {
        match self {
            Self::Values(choices) => chosen(choices, value),
            Self::Number { min, max, .. } => number(*min, *max, value),
            Self::Duration => match value.as_u64() {
                Some(1..=0xffff_ffff) => Ok(()),
                _ => refuse(value, "a stretch of time", "give whole seconds, such as 90"),
            },
            Self::Time => match value.as_str() {
                Some(text) if is_time(text) => Ok(()),
                _ => refuse(value, "a time of day", "write HH:MM, such as \"07:30\""),
            },
            Self::Date => match value.as_str() {
                Some(text) if is_date(text) => Ok(()),
                _ => refuse(value, "a day", "write YYYY-MM-DD, such as \"2030-12-24\""),
            },
            Self::Text => match value.as_str() {
                Some(text) if !text.trim().is_empty() => Ok(()),
                _ => refuse(value, "text", "write some words in quotes"),
            },
        }
    }

    /// What a written default means in JSON: numbers and seconds as numbers.
    #[must_use]
    pub fn read_default(&self, text: &str) -> Value {
        match self {
            Self::Duration => text.parse::<u64>().map_or(text.into(), Value::from),
            Self::Number { .. } => text.parse::<f64>().map_or(text.into(), Value::from),
            _ => text.into(),
        }
    }
}

fn chosen(choices: &[SlotChoice], value: &Value) -> Result<(), Refusal> {
    let shown = shown(value);
    let Some(text) = value.as_str() else {
        return refuse(value, "one of the slot's values", "write it in quotes");
    };
    if choices.iter().any(|choice| choice.value == text) {
        return Ok(());
    }
    let spoken = |choice: &&SlotChoice| choice.say.iter().any(|say| say.eq_ignore_ascii_case(text));
    if let Some(choice) = choices.iter().find(spoken) {
        return Err(Refusal {
            message: format!("`{shown}` is how the value is spoken"),
            hint: format!("write the value itself: `{}`", choice.value),
        });
    }
    Err(Refusal {
        message: format!("`{shown}` is not one of the slot's values"),
        hint: suggest::among(
            text,
            choices.iter().map(|choice| &choice.value),
            "take one of the values",
        ),
    })
}

fn number(min: Option<f64>, max: Option<f64>, value: &Value) -> Result<(), Refusal> {
    let Some(number) = value.as_f64().filter(|number| number.is_finite()) else {
        return refuse(value, "a number", "write digits, such as 20");
    };
    let too_small = min.is_some_and(|min| number < min);
    let too_large = max.is_some_and(|max| max < number);
    if !too_small && !too_large {
        return Ok(());
    }
    let range = match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any".into(),
    };
    Err(Refusal {
        message: format!(
            "{number} is too {}",
            if too_small { "small" } else { "large" }
        ),
        hint: format!("the slot takes numbers: {range}"),
    })
}

fn refuse(value: &Value, wanted: &str, hint: &str) -> Result<(), Refusal> {
    Err(Refusal {
        message: format!("`{}` is not {wanted}", shown(value)),
        hint: hint.to_owned(),
    })
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn is_time(text: &str) -> bool {
    let digits = |part: &str, end: u32| {
        part.len() == 2
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number < end)
    };
    text.split_once(':')
        .is_some_and(|(hour, minute)| digits(hour, 24) && digits(minute, 60))
}

fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shape && text.parse::<jiff::civil::Date>().is_ok()
}
