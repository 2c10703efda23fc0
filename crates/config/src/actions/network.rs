//! Actions on other machines: web requests, messages, Home Assistant.

use super::Part;
use crate::check::Checker;
use crate::{outside, written};
use mynah_core::model::{ActionSpec, HomeAssistantSpec, HttpSpec, MqttSpec};
use mynah_core::reply::template;
use mynah_core::reply::template::Piece;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Of a request that found nobody: the box may just have lost its network.
const RETRIES: u32 = 2;
const MAX_RETRIES: u32 = 5;

pub(super) fn http(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    action: written::Action,
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let Some(url) = action.url else {
        checker.report(
            part.key,
            "there is no address",
            "add `url = \"http://...\"`",
        );
        return None;
    };
    outside::address(checker, &part.key("url"), &url);
    part.secret_template(checker, "url", &url);
    let method = match action.method {
        Some(method) => {
            let upper = method.to_uppercase();
            if !METHODS.contains(&upper.as_str()) {
                checker.not_among(&part.key("method"), "method", &method, &METHODS);
            }
            upper
        }
        None if action.body.is_some() => "POST".into(),
        None => "GET".into(),
    };
    let headers = action.headers.unwrap_or_default().0;
    for (name, value) in &headers {
        part.secret_template(checker, &format!("headers.{name}"), value);
        if action.token_file.is_some() && name.eq_ignore_ascii_case("authorization") {
            let hint = "take one of the two out";
            checker.report(
                &part.key("token_file"),
                "the header is written already",
                hint,
            );
        }
    }
    if let Some(body) = &action.body {
        part.secret_template(checker, "body", body);
    }
    if let Some(file) = &action.token_file {
        outside::secret_file(checker, &part.key("token_file"), file);
    }
    let expect = match action.expect {
        None => Vec::new(),
        Some(written::Expect::One(status)) => vec![status],
        Some(written::Expect::Several(statuses)) => statuses,
    };
    if let Some(strange) = expect.iter().find(|status| !(100..=599).contains(*status)) {
        let message = format!("{strange} is no status of a web server");
        checker.report(&part.key("expect"), message, "200 and 204 are usual");
    }
    let retries = action.retries.unwrap_or(RETRIES);
    checker.within(&part.key("retries"), retries, 0..=MAX_RETRIES);
    Some(ActionSpec::Http(HttpSpec {
        method,
        url,
        headers,
        body: action.body,
        expect,
        token_file: action.token_file,
        ca_file: action.ca_file,
        retries,
        timeout_ms,
    }))
}

pub(super) fn mqtt(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    action: written::Action,
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let Some(topic) = action.topic else {
        checker.report(part.key, "there is no topic", "add `topic = \"home/...\"`");
        return None;
    };
    let answer = action.answer_topic;
    for (name, topic) in [("topic", Some(&topic)), ("answer_topic", answer.as_ref())] {
        let Some(topic) = topic else { continue };
        let key = part.key(name);
        checker.not_blank(&key, topic);
        if topic.contains(['+', '#']) {
            let hint = "`+` and `#` are for listening: name one topic";
            checker.report(&key, "a message goes to one topic", hint);
        }
        part.template(checker, name, topic);
        empty_levels(checker, part, name, topic);
    }
    if action.retain == Some(true) && commands(&topic) {
        let hint = "take it out: the broker would give the command again to whoever connects";
        checker.warn(&part.key("retain"), "a command is kept by the broker", hint);
    }
    let payload = action.payload.unwrap_or_default();
    part.secret_template(checker, "payload", &payload);
    let qos = match action.qos {
        None | Some(0) => 0,
        Some(1) => 1,
        Some(2) => 2,
        Some(other) => {
            let message = format!("there is no quality of service {other}");
            checker.report(&part.key("qos"), message, "take 0, 1 or 2");
            0
        }
    };
    Some(ActionSpec::Mqtt(MqttSpec {
        topic,
        payload,
        retain: action.retain.unwrap_or(false),
        qos,
        answer_topic: answer,
        timeout_ms,
    }))
}

/// Whether a topic is one that commands are sent to, by its name.
fn commands(topic: &str) -> bool {
    let mut levels = topic.split('/');
    let (first, last) = (levels.next(), topic.rsplit('/').next());
    matches!(last, Some("set" | "cmnd" | "cmd" | "command")) || first == Some("cmnd")
}

/// Warns of a level that is empty when a slot was not said.
fn empty_levels(checker: &mut Checker<'_>, part: &Part<'_>, name: &str, topic: &str) {
    for level in topic.split('/') {
        let [Piece::Name(path, _)] = template::pieces(level)[..] else {
            continue;
        };
        let slot = part.slots.iter().find(|slot| slot.name == path);
        if !slot.is_some_and(|slot| slot.optional && slot.default.is_none()) {
            continue;
        }
        let empty = template::render(topic, &|other| {
            (other != path).then(|| format!("{{{other}}}"))
        });
        checker.warn(
            &part.key(name),
            format!("where `{path}` was not said, the topic is `{empty}`"),
            format!("give the slot `{path}` a `default` or an `ask`, or take `optional` out"),
        );
    }
}

pub(super) fn home_assistant(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    action: written::Action,
    timeout_ms: u32,
) -> Option<ActionSpec> {
    if !checker.knows_home_assistant {
        checker.report(
            part.key,
            "there is no Home Assistant in this file",
            "add a table: [home_assistant] url = \"http://...:8123\", token_file = \"...\"",
        );
    }
    if action.service.is_none() && action.entity.is_none() {
        let hint = "add `service = \"light.turn_on\"`, or `entity` alone to read its state";
        checker.report(part.key, "there is nothing to ask Home Assistant for", hint);
        return None;
    }
    if let Some(service) = &action.service {
        service_name(checker, part, service);
    }
    if let Some(entity) = &action.entity {
        entity_name(checker, part, entity);
    }
    if action.service.is_none() {
        for (name, written) in [
            ("data", action.data.is_some()),
            ("response", action.response.is_some()),
        ] {
            if written {
                let message = format!("`{name}` has no place where a state is read");
                checker.report(&part.key(name), message, "add a `service`, or take it out");
            }
        }
    }
    let data = json(&toml::Value::Table(action.data.unwrap_or_default()));
    let serde_json::Value::Object(data) = data else {
        unreachable!("a table becomes an object");
    };
    texts(&data.clone().into(), "data", &mut |key, text| {
        part.template(checker, key, text);
    });
    Some(ActionSpec::HomeAssistant(HomeAssistantSpec {
        service: action.service,
        entity: action.entity,
        data,
        response: action.response.unwrap_or(false),
        timeout_ms,
    }))
}

fn service_name(checker: &mut Checker<'_>, part: &Part<'_>, service: &str) {
    part.template(checker, "service", service);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let name = |part: &str| !part.is_empty() && part.chars().all(plain);
    let whole = template::render(service, &|_| Some("x".into()))
        .split_once('.')
        .is_some_and(|(domain, own)| name(domain) && name(own));
    if !whole {
        let message = format!("`{service}` is not the name of a service");
        let hint = "it looks like `light.turn_on` or `light.turn_{state}`";
        checker.report(&part.key("service"), message, hint);
    }
}

fn entity_name(checker: &mut Checker<'_>, part: &Part<'_>, entity: &str) {
    part.template(checker, "entity", entity);
    let pieces = template::pieces(entity);
    let field = matches!(pieces.first(), Some(Piece::Name(path, _)) if path.contains('.'));
    if !field && !entity.contains('.') {
        let message = format!("`{entity}` is not the name of an entity");
        let hint = "it looks like `light.kitchen`, `light.{room}` or, with a field of that name, \
                    `{room.entity}`";
        checker.report(&part.key("entity"), message, hint);
    }
}

fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), json(value)))
            .collect(),
    }
}

/// Hands over every text in a value, with its dotted path.
fn texts(value: &serde_json::Value, key: &str, each: &mut dyn FnMut(&str, &str)) {
    match value {
        serde_json::Value::String(text) => each(key, text),
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, &format!("{key}[{index}]"), each);
            }
        }
        serde_json::Value::Object(fields) => {
            for (name, item) in fields {
                texts(item, &format!("{key}.{name}"), each);
            }
        }
        _ => {}
    }
}
