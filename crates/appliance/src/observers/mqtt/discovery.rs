//! How Home Assistant learns of the box: one message for each thing of it that
//! can be seen or set, by the rules of its MQTT discovery.

use mynah_core::language::spoken;
use serde_json::{Value, json};

use super::{Topics, inquiry, update};
use crate::runtime::orders::SAYING_CHARS;

/// The states of the state sensor.
const STATES: [&str; 5] = ["idle", "listening", "thinking", "speaking", "ringing"];

/// The longest text that Home Assistant's text entity takes.
const TEXT_MAX: usize = 255;

/// Topic and payload of each entity, to be kept by the broker. `heard`: turns are
/// published with what was said.
pub(super) fn entities(
    device: &str,
    topics: &Topics,
    prefix: &str,
    heard: bool,
) -> Vec<(String, Value)> {
    let id = identifier(&topics.base);
    let labels = spoken().labels();
    let state = json!({
        "name": labels.state, "icon": "mdi:account-voice", "device_class": "enum", "options": STATES,
        "state_topic": topics.of("state"),
    });
    let intent = json!({
        "name": labels.intent, "icon": "mdi:comment-check-outline",
        "state_topic": topics.of("intent"),
    });
    let mute = json!({
        "name": labels.mute, "icon": "mdi:microphone-off",
        "state_topic": topics.of("mute"), "command_topic": topics.of("mute/set"),
    });
    let volume = json!({
        "name": labels.volume, "icon": "mdi:volume-high", "min": 0, "max": 100, "step": 1,
        "unit_of_measurement": "%",
        "state_topic": topics.of("volume"), "command_topic": topics.of("volume/set"),
    });
    let say = json!({
        "name": labels.say, "icon": "mdi:bullhorn", "mode": "text",
        "min": 0, "max": TEXT_MAX.min(SAYING_CHARS), "command_topic": topics.of("say/set"),
    });
    let announce = json!({
        "name": labels.announce, "icon": "mdi:bullhorn", "command_topic": topics.of("say/set"),
    });
    let listen = json!({
        "name": labels.listen, "icon": "mdi:microphone-message", "command_topic": topics.of("listen/set"),
    });
    let stop = json!({
        "name": labels.stop, "icon": "mdi:stop", "command_topic": topics.of("stop/set"),
    });
    let timers = json!({
        "name": labels.timers, "icon": "mdi:timer-outline", "device_class": "timestamp",
        "state_topic": topics.of("timers"), "value_template": "{{ value_json.next }}",
        "json_attributes_topic": topics.of("timers"),
        "json_attributes_template":
            "{{ {'count': value_json.count, 'entries': value_json.entries} | tojson }}",
    });
    let wakes = json!({
        "name": labels.wakes, "icon": "mdi:ear-hearing", "state_class": "total_increasing",
        "entity_category": "diagnostic",
        "state_topic": topics.of("wakes"), "value_template": "{{ value_json.accepted }}",
        "json_attributes_topic": topics.of("wakes"),
    });
    // Of a turn, which the broker does not keep.
    let last_heard = json!({
        "name": labels.heard, "icon": "mdi:comment-quote-outline",
        "state_topic": topics.of("turn"),
        "value_template": "{{ (value_json.text | default(''))[:255] }}",
    });
    let update = json!({
        "name": labels.update, "device_class": "firmware", "entity_category": "diagnostic",
        "state_topic": topics.of("update"),
    });
    let shared = json!({
        "availability_topic": topics.of("availability"),
        "device": {
            "identifiers": [id], "name": device, "manufacturer": "Mynah",
            "model": "Offline voice assistant", "sw_version": env!("CARGO_PKG_VERSION"),
        },
        "origin": {"name": "mynah", "sw_version": env!("CARGO_PKG_VERSION")},
    });
    [
        ("sensor", "state", state),
        ("sensor", "intent", intent),
        ("switch", "mute", mute),
        ("number", "volume", volume),
        ("text", "say", say),
        ("notify", "announce", announce),
        ("button", "listen", listen),
        ("button", "stop", stop),
        ("sensor", "timers", timers),
        ("sensor", "wakes", wakes),
    ]
    .into_iter()
    .chain(asking(topics))
    .chain(heard.then_some(("sensor", "heard", last_heard)))
    .chain(update::is_image().then_some(("update", "update", update)))
    .map(|(kind, name, mut entity)| {
        entity["unique_id"] = format!("{id}_{name}").into();
        for (key, value) in shared.as_object().into_iter().flatten() {
            entity[key] = value.clone();
        }
        (format!("{prefix}/{kind}/{id}/{name}/config"), entity)
    })
    .collect()
}

/// A question goes in, its answer comes out.
fn asking(topics: &Topics) -> [(&'static str, &'static str, Value); 2] {
    let labels = spoken().labels();
    let ask = json!({
        "name": labels.ask, "icon": "mdi:chat-question", "command_topic": topics.of("ask/set"),
    });
    let answer = json!({
        "name": labels.answer, "icon": "mdi:chat-processing", "event_types": inquiry::EVENTS,
        "state_topic": topics.of("answer"),
    });
    [("notify", "ask", ask), ("event", "answer", answer)]
}

/// `mynah/kitchen` as `mynah_kitchen`.
fn identifier(base: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    base.chars().map(plain).collect()
}
