//! Whatever was said stays one argument, one segment, one level, one string.

use proptest::prelude::*;

use super::{NASTY, act, intent, slot};
use crate::fill::{Format, Values};
use crate::{dbus, home_assistant, http, mqtt};
use mynah_core::model::{
    ActionSpec, CommandSpec, DbusSpec, HomeAssistantSpec, HttpSpec, MqttSpec, Secrets,
};
use mynah_core::reply::wording;
use mynah_core::turn::{Intent, SlotValue};

fn values(intent: &Intent) -> Values<'_> {
    Values {
        intent,
        spec: None,
        secrets: None,
    }
}

/// Checks every place that text may land in, but programs.
fn check(text: &str) {
    let intent = intent(text);
    let values = values(&intent);

    let url = values.url("http://host/a/{x}/b?q={x}#f");
    let uri: ureq::http::Uri = url.parse().expect("a web address");
    assert_eq!(uri.host(), Some("host"));
    let segments: Vec<&str> = uri.path().split('/').collect();
    assert_eq!(segments.len(), 4, "{url}");
    assert_eq!(decoded(segments[2]), text.as_bytes());
    let query = uri.query().expect("a query");
    assert_eq!(decoded(&query[2..]), text.as_bytes());

    let topic = values.topic("home/{x}/set");
    assert_eq!(topic.matches('/').count(), 2, "{topic}");
    let sendable = |c: char| !c.is_control() && (c as u32) & 0xFFFE != 0xFFFE;
    assert!(!topic.contains(['+', '#']) && topic.chars().all(sendable));

    assert!(!values.header("Bearer {x}").contains(['\r', '\n']));

    let body = values.json(r#"{"a": "\"{x}\" said", "b": {x}, "c": {y}, "d": "{y}"}"#);
    let json: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let expected = serde_json::json!({
        "a": format!("\"{text}\" said"), "b": text, "c": null, "d": "",
    });
    assert_eq!(json, expected);

    let form = values.formatted("a={x}&b={x}", Format::Form);
    let fields: Vec<&str> = form.split(['=', '&']).collect();
    assert_eq!(
        (fields.len(), decoded(fields[1])),
        (4, text.as_bytes().to_vec())
    );
    let xml = values.formatted("<a b=\"{x}\">{x}</a>", Format::Xml);
    assert_eq!(xml.matches(['<', '>', '"']).count(), 6, "{xml}");

    let data = serde_json::json!({"a": "{x}", "b": ["<{x}>"], "c": "{y}", "{x}": 1});
    let expected = serde_json::json!({"a": text, "b": [format!("<{text}>")], "{x}": 1});
    assert_eq!(values.data(&data), expected);

    if let Some(entity) = values.entity("light.{x}") {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let name = entity.strip_prefix("light.").expect("the owner's domain");
        assert!(!name.is_empty() && name.chars().all(plain), "{entity}");
    }
    let service = values.bus_name("org.mpris.{x}");
    assert_eq!(service.matches('.').count(), 2, "{service}");

    // What was said is not read again, whatever it looks like.
    let said = serde_json::json!({"x": text});
    let reply = wording::render("{{ x }}{% if x %}|{x}{% endif %}", &said).expect("any text");
    let expected = if text.is_empty() {
        String::new()
    } else {
        format!("{text}|{text}")
    };
    assert_eq!(reply, expected);
}

/// Checks each kind of action as a whole, up to the point where it would leave
/// the house.
fn check_actions(text: &str) {
    let intent = intent(text);
    let mut values = values(&intent);
    let secrets = Secrets::new();
    values.secrets = Some(&secrets);
    let spec = MqttSpec {
        topic: "a/{x}".into(),
        payload: r#"{"x": "{x}"}"#.into(),
        answer_topic: Some("b/{x}/c".into()),
        ..MqttSpec::default()
    };
    let message = mqtt::Message::new(&spec, values).expect("a topic is left");
    assert!(message.shown().starts_with("publish a/"));
    let spec = HttpSpec {
        method: "GET".into(),
        url: "http://host/a?q={x}".into(),
        ..HttpSpec::default()
    };
    let plan = http::Plan::new(&spec, values).expect("an address");
    assert!(plan.url.is_ascii() && !plan.url.contains([' ', '"', '<', '\\', '{']));
    let spec = HomeAssistantSpec {
        service: Some("light.turn_on".into()),
        entity: Some("light.{x}".into()),
        ..HomeAssistantSpec::default()
    };
    if let Ok(call) = home_assistant::Call::new(&spec, values) {
        assert!(
            call.shown()
                .starts_with("POST /api/services/light/turn_on {")
        );
    }
    let spec = DbusSpec {
        args: vec![('s', "{x}.service".into())],
        ..DbusSpec::default()
    };
    assert_eq!(dbus::Call::new(&spec, values).is_ok(), !text.contains('\0'));
    for letter in ['o', 'i', 'u', 'd', 'b'] {
        let spec = DbusSpec {
            args: vec![(letter, "{x}".into())],
            ..DbusSpec::default()
        };
        let number = text.parse::<f64>().is_ok();
        let object = text.starts_with('/');
        let truth = ["true", "false", "on", "off"].contains(&text);
        let taken = dbus::Call::new(&spec, values).is_ok();
        assert!(!taken || number || object || truth, "{letter}: {text}");
    }
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let hex = [bytes.next(), bytes.next()].map(|b| b.expect("two digits"));
                let hex = std::str::from_utf8(&hex).expect("hexadecimal digits");
                u8::from_str_radix(hex, 16).expect("hexadecimal digits")
            }
            byte => byte,
        });
    }
    out
}

fn check_argument(text: &str) {
    let command = |run: &[&str]| {
        ActionSpec::Command(CommandSpec {
            run: run.iter().map(ToString::to_string).collect(),
            user: None,
            timeout_ms: 60_000,
        })
    };
    let printed = |run: &[&str]| {
        let outcome = act(&command(run), text);
        let detail = outcome.detail.clone();
        outcome
            .ok
            .then(|| outcome.result["stdout"].clone())
            .ok_or(detail)
    };
    let whole = serde_json::Value::from(format!("<{text}>"));
    if text.contains('\0') {
        printed(&["printf", "<%s>", "{x}"]).expect_err("an argument ends there");
    } else if text.starts_with(['-', '+', '@']) {
        let why = printed(&["printf", "<%s>", "{x}"]).expect_err("it may be an option");
        assert!(why.contains("option"), "{why}");
        assert_eq!(
            printed(&["printf", "--", "<%s>", "{x}"]).as_ref(),
            Ok(&whole)
        );
    } else {
        assert_eq!(printed(&["printf", "<%s>", "{x}"]).as_ref(), Ok(&whole));
    }
    if !text.contains('\0') {
        // Behind the owner's own letters nothing is an option.
        assert_eq!(printed(&["printf", "%s>", "<{x}"]).as_ref(), Ok(&whole));
    }
}

#[test]
fn what_the_owner_wrote_and_numbers_may_begin_with_a_sign() {
    let mut intent = intent("");
    intent
        .slots
        .push(slot("level", SlotValue::Number(-5.0), "minus five"));
    let values = values(&intent);
    for (template, expected) in [
        ("{level}", Some("-5")),
        ("-{x}", Some("-")),
        ("--level={level}", Some("--level=-5")),
        ("{x}{level}", Some("-5")),
        ("{nobody}", Some("")),
    ] {
        let argument = values.argument(template).ok();
        assert_eq!(argument.as_deref(), expected, "{template}");
    }
}

#[test]
fn bodies_are_escaped_for_their_format() {
    for (content_type, template, said, expected) in [
        (
            Some("application/x-www-form-urlencoded; charset=utf-8"),
            "item={x}&admin=0",
            "milk&admin=1 ü",
            "item=milk%26admin%3D1%20%C3%BC&admin=0",
        ),
        (
            Some("text/xml"),
            "<item name=\"{x}\">{x}</item>",
            "a\" <b> & 'c'\u{0}",
            "<item name=\"a&quot; &lt;b&gt; &amp; &apos;c&apos; \">\
             a&quot; &lt;b&gt; &amp; &apos;c&apos; </item>",
        ),
        (
            None,
            "<item>{x}</item>",
            "</item>",
            "<item>&lt;/item&gt;</item>",
        ),
        (
            Some("application/ld+json"),
            "[\"{x}\"]",
            "a\"",
            "[\"a\\\"\"]",
        ),
        (Some("text/plain"), "<{x}>", "<&>", "<<&>>"),
        (None, "{x}", "<&>", "<&>"),
    ] {
        let spec = HttpSpec {
            method: "POST".into(),
            url: "http://host/".into(),
            headers: content_type
                .map(|name| ("Content-Type".to_owned(), name.to_owned()))
                .into_iter()
                .collect(),
            body: Some(template.into()),
            ..HttpSpec::default()
        };
        let intent = intent(said);
        let plan = http::Plan::new(&spec, values(&intent)).expect("an address");
        assert_eq!(plan.body.as_deref(), Some(expected), "{template}");
    }
}

#[test]
fn nasty_texts_break_out_of_nothing() {
    for text in NASTY {
        check(text);
        check_actions(text);
        check_argument(text);
    }
}

#[test]
fn numbers_stay_numbers_in_json() {
    let mut intent = intent("");
    intent
        .slots
        .push(slot("level", SlotValue::Number(40.0), "forty"));
    intent
        .slots
        .push(slot("after", SlotValue::Duration(90), "a while"));
    let body = values(&intent).body(r#"{"level": {level}, "text": "{level}", "s": [{after}]}"#);
    assert_eq!(body, r#"{"level": 40, "text": "40", "s": [90]}"#);
    assert_eq!(values(&intent).body("{level} {\"a\"}"), "40 {\"a\"}");
}

proptest! {
    #[test]
    fn any_text_breaks_out_of_nothing(text in any::<String>()) {
        check(&text);
        check_actions(&text);
    }

    #[test]
    fn signs_of_every_language_break_out_of_nothing(
        text in "([\"'`;|&$(){}<>%/\\\\#+*?.\\[\\]\r\n\t ]|\\{\\{|\\{%|\\.\\./|reboot|x){0,12}"
    ) {
        check(&text);
        check_actions(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_text_is_one_argument(text in any::<String>()) {
        check_argument(&text);
    }
}
