//! Deeds that a voice from the street, or a guest's joke, must not do at once: opening
//! a lock, disarming an alarm, spending money. Where the action itself says so, a yes is
//! needed unless the owner wants otherwise; where only the words do, the check warns.

use super::check::Checker;
use mynah_core::grammar::canonical;
use mynah_core::language::spoken;
use mynah_core::model::{ActionSpec, HomeAssistantSpec, IntentSpec, SlotKind, SlotSpec};

/// In the place of a question: the owner wants none.
pub(crate) const NO_QUESTION: &str = "none";

/// Services of Home Assistant that open a house, whatever they are called with.
const OPENING: [&str; 5] = [
    "lock.unlock",
    "lock.open",
    "alarm_control_panel.alarm_disarm",
    "valve.open_valve",
    "valve.toggle",
];

/// Services that open what is a way into a house if the entity is one.
const COVERS: [&str; 3] = [
    "cover.open_cover",
    "cover.toggle",
    "cover.set_cover_position",
];

/// Services of every domain; of these entities they open something.
const GENERAL: [&str; 2] = ["homeassistant.turn_on", "homeassistant.toggle"];
const GUARDED: [&str; 3] = ["lock", "valve", "alarm_control_panel"];

/// The question before an intent's action: the owner's, or one by default.
pub(crate) fn question(
    checker: &mut Checker<'_>,
    key: &str,
    confirm: Option<String>,
    action: Option<&ActionSpec>,
    slots: &[SlotSpec],
    (description, phrases): (&str, &[String]),
) -> Option<String> {
    if let Some(confirm) = confirm {
        return Some(confirm).filter(|question| question != NO_QUESTION);
    }
    let action = action?;
    let words = spoken().order();
    if opens(action, slots) {
        // Braces would be taken for a slot.
        let deed: String = description.chars().filter(|c| !"{}".contains(*c)).collect();
        let deed = deed.trim().trim_end_matches('.').to_lowercase();
        return Some(words.really.replace("{}", &deed));
    }
    let mut said = phrases.iter().map(String::as_str).chain([description]);
    let risky = said.find_map(risky);
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

/// Whether taking an intent back opens a house: what `undo` says, or the steps
/// of a sequence do.
pub(crate) fn undo_opens(
    action: Option<&ActionSpec>,
    undo: Option<&ActionSpec>,
    slots: &[SlotSpec],
) -> bool {
    let steps = match action {
        Some(ActionSpec::Sequence(steps)) => steps.as_slice(),
        _ => &[],
    };
    let steps = steps.iter().filter_map(|step| step.undo.as_ref());
    undo.into_iter().chain(steps).any(|undo| opens(undo, slots))
}

/// What takes a deed back asks where the same deed asks as a command: "lock the
/// door" is taken back by unlocking it. `unasked` are the intents whose owner
/// wants no question.
pub(crate) fn guard_undo(intents: &mut [IntentSpec], unasked: &[bool]) {
    let asking = intents.iter().filter(|intent| intent.confirm.is_some());
    let asking: Vec<ActionSpec> = asking.filter_map(|intent| intent.action.clone()).collect();
    for (intent, unasked) in intents.iter_mut().zip(unasked) {
        let back = intent.inverse();
        let asks = back.is_some_and(|back| asking.contains(&back) || says_risky(&back));
        intent.asks_back |= asks && !unasked;
    }
}

/// Whether the texts of an action have a word of a deed that opens a house or
/// costs money: the payload "unlock".
fn says_risky(action: &ActionSpec) -> bool {
    let texts: Vec<&str> = match action {
        ActionSpec::Command(spec) => spec.run.iter().map(String::as_str).collect(),
        ActionSpec::Http(spec) => [Some(&spec.url), spec.body.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect(),
        ActionSpec::Mqtt(spec) => vec![&spec.topic, &spec.payload],
        ActionSpec::Dbus(spec) => vec![&spec.method],
        ActionSpec::Sequence(steps) => return steps.iter().any(|step| says_risky(&step.action)),
        _ => Vec::new(),
    };
    texts.into_iter().any(|text| risky(text).is_some())
}

/// A word of a deed that opens a house or costs money.
fn risky(text: &str) -> Option<String> {
    // Signs of the phrase language join no words.
    let plain = text.replace(|c: char| !c.is_alphanumeric() && c != '\'', " ");
    let mut words = canonical(&plain).into_iter();
    words.find(|word| spoken().order().risky.contains(&word.as_str()))
}

/// Whether an action, or a step of it, opens a house.
fn opens(action: &ActionSpec, slots: &[SlotSpec]) -> bool {
    match action {
        ActionSpec::HomeAssistant(call) => call_opens(call, slots),
        ActionSpec::Sequence(steps) => steps.iter().any(|step| opens(&step.action, slots)),
        ActionSpec::Otherwise { action, instead } => {
            opens(action, slots)
                || instead
                    .as_ref()
                    .is_some_and(|instead| opens(instead, slots))
        }
        _ => false,
    }
}

/// Of a template, what any value of its slots makes of it counts.
fn call_opens(call: &HomeAssistantSpec, slots: &[SlotSpec]) -> bool {
    let service = call.service.as_deref().unwrap_or_default();
    let entity = call.entity.as_deref().unwrap_or_default().to_lowercase();
    let (domain, deed) = service.split_once('.').unwrap_or((service, ""));
    let any_deed = deed.contains('{');
    let any_domain = domain.contains('{');
    let of = |domains: &[&str]| {
        let of_entity = entity.split('.').next().unwrap_or_default();
        of_entity.contains('{') || domains.contains(&of_entity)
    };
    OPENING.contains(&service)
        || GUARDED.contains(&domain) && any_deed
        || (GENERAL.contains(&service) || any_domain) && of(&GUARDED)
        || (COVERS.contains(&service)
            || domain == "cover" && any_deed
            || (GENERAL.contains(&service) || any_domain) && of(&["cover"]))
            && is_way_in(&entity, slots)
}

/// Whether an entity, or one that a value makes of it, is called like a way into
/// a house.
fn is_way_in(entity: &str, slots: &[SlotSpec]) -> bool {
    let ways = spoken().order().ways_in;
    let named = |text: &str| {
        let text = text.to_lowercase();
        ways.iter().any(|way| text.contains(way))
    };
    let mentioned = |slot: &&SlotSpec| entity.contains(&format!("{{{}", slot.name.to_lowercase()));
    let mut mentioned = slots.iter().filter(mentioned);
    named(entity)
        || mentioned.any(|slot| match &slot.kind {
            SlotKind::Values(choices) => choices.iter().any(|choice| {
                let texts = choice.say.iter().chain(choice.fields.values());
                texts.chain([&choice.value]).any(|text| named(text))
            }),
            SlotKind::Number { .. } | SlotKind::Duration => false,
            _ => true,
        })
}
