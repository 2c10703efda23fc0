//! Whatever was said stays one argument, one segment, one level, one string.

use proptest::prelude::*;

use super::{NASTY, act, intent, slot};
use crate::action::fill::Values;
use crate::config::ActionSpec;
use crate::turn::{Intent, SlotValue};

fn values(intent: &Intent) -> Values<'_> {
    Values { intent, spec: None }
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
    assert!(!topic.contains(['+', '#', '\0']));

    assert!(!values.header("Bearer {x}").contains(['\r', '\n']));

    let body = values.json(r#"{"a": "\"{x}\" said", "b": {x}, "c": {y}, "d": "{y}"}"#);
    let json: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let expected = serde_json::json!({
        "a": format!("\"{text}\" said"), "b": text, "c": null, "d": "",
    });
    assert_eq!(json, expected);
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
    let spec = ActionSpec::Command {
        run: ["printf", "<%s>", "{x}"].map(String::from).to_vec(),
        timeout_ms: 60_000,
    };
    let outcome = act(&spec, text);
    if text.contains('\0') {
        assert!(!outcome.ok);
    } else {
        assert_eq!(
            outcome.result["stdout"],
            format!("<{text}>"),
            "{}",
            outcome.detail
        );
    }
}

#[test]
fn nasty_texts_break_out_of_nothing() {
    for text in NASTY {
        check(text);
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
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_text_is_one_argument(text in any::<String>()) {
        check_argument(&text);
    }
}
