//! Deeds that a voice from the street, or a guest's joke, must not do at once: opening
//! a lock, disarming an alarm, spending money. Where the action itself says so, a yes is
//! needed unless the owner wants otherwise; where only the words do, the check warns.

use super::check::Checker;
use mynah_core::grammar::canonical;
use mynah_core::language::spoken;
use mynah_core::model::ActionSpec;

/// In the place of a question: the owner wants none.
pub(crate) const NO_QUESTION: &str = "none";

/// Services of Home Assistant that open a house.
const OPENING: [&str; 4] = [
    "lock.unlock",
    "lock.open",
    "alarm_control_panel.alarm_disarm",
    "valve.open_valve",
];

/// Services that open what is a way into a house if the entity is one of these.
const COVERS: [&str; 3] = [
    "cover.open_cover",
    "cover.toggle",
    "cover.set_cover_position",
];
const WAYS_IN: [&str; 3] = ["garage", "gate", "door"];

/// The question before an intent's action: the owner's, or one by default.
pub(crate) fn question(
    checker: &mut Checker<'_>,
    key: &str,
    confirm: Option<String>,
    action: Option<&ActionSpec>,
    (description, phrases): (&str, &[String]),
) -> Option<String> {
    if let Some(confirm) = confirm {
        return Some(confirm).filter(|question| question != NO_QUESTION);
    }
    let action = action?;
    let words = spoken().order();
    if opens(action) {
        // Braces would be taken for a slot.
        let deed: String = description.chars().filter(|c| !"{}".contains(*c)).collect();
        let deed = deed.trim().trim_end_matches('.').to_lowercase();
        return Some(words.really.replace("{}", &deed));
    }
    let said = phrases.iter().map(String::as_str).chain([description]);
    let risky = said
        // Signs of the phrase language join no words.
        .flat_map(|text| canonical(&text.replace(|c: char| !c.is_alphanumeric() && c != '\'', " ")))
        .find(|word| words.risky.contains(&word.as_str()));
    let acts = !matches!(action, ActionSpec::Say | ActionSpec::Builtin(_));
    if let Some(word) = risky.filter(|_| acts) {
        checker.warn(
            key,
            format!("\"{word}\" acts at once, whoever says it"),
            "write `confirm = \"Really ...?\"`, or `confirm = \"none\"` if that is meant",
        );
    }
    None
}

fn opens(action: &ActionSpec) -> bool {
    let ActionSpec::HomeAssistant(call) = action else {
        return false;
    };
    let service = call.service.as_deref().unwrap_or_default();
    let entity = call.entity.as_deref().unwrap_or_default().to_lowercase();
    // A slot may say any of them.
    let templated = service.starts_with("lock.") && service.contains('{');
    OPENING.contains(&service)
        || templated
        || COVERS.contains(&service) && WAYS_IN.iter().any(|way| entity.contains(way))
}
