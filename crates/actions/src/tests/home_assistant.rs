//! Home Assistant's REST API, as it answers by its documentation.

use std::fs;

use serde_json::{Value, json};

use super::server::{answer, serve};
use super::{intent, settings};
use crate::{Actor as _, DryRun, World};
use mynah_core::model::{ActionSpec, EntityFilter, HomeAssistant, HomeAssistantSpec, Settings};
use mynah_core::turn::{Outcome, SlotValue};

/// Starts a house that knows two lights and a sensor.
fn house() -> (
    Settings,
    tempfile::TempDir,
    std::sync::mpsc::Receiver<String>,
) {
    let mut looks = 0;
    let (url, requests) = serve(move |request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or_default();
        if !head.contains("authorization: Bearer long-lived") {
            return Some(answer("401 Unauthorized", "401: Unauthorized"));
        }
        let line: Vec<&str> = head.split(' ').take(2).collect();
        Some(match line[..] {
            ["GET", "/api/states/sensor.kitchen_temperature"] => answer(
                "200 OK",
                &json!({
                    "entity_id": "sensor.kitchen_temperature", "state": "21.5",
                    "attributes": {"unit_of_measurement": "°C", "device_class": "temperature",
                                   "friendly_name": "Kitchen Temperature"},
                    "last_changed": "2030-05-30T21:43:29.204838+00:00",
                    "last_updated": "2030-05-30T21:47:30.533530+00:00",
                })
                .to_string(),
            ),
            ["GET", "/api/states/light.on"] => answer(
                "200 OK",
                r#"{"entity_id": "light.on", "state": "on", "attributes": {}}"#,
            ),
            ["GET", "/api/states/light.attic"] => answer(
                "200 OK",
                r#"{"entity_id": "light.attic", "state": "unavailable", "attributes": {}}"#,
            ),
            ["POST", "/api/services/light/turn_off"] => answer("200 OK", "[]"),
            // It moves only after a while, as a slow device does.
            ["GET", "/api/states/light.slow"] => {
                looks += 1;
                let state = if looks < 3 { "on" } else { "off" };
                answer(
                    "200 OK",
                    &json!({"entity_id": "light.slow", "state": state, "attributes": {}})
                        .to_string(),
                )
            }
            ["GET", "/api/states/light.sent"] => answer(
                "200 OK",
                r#"{"entity_id": "light.sent", "state": "on", "attributes": {"assumed_state": true}}"#,
            ),
            ["GET", "/api/states/light.off"] => answer(
                "200 OK",
                r#"{"entity_id": "light.off", "state": "off", "attributes": {}}"#,
            ),
            ["GET", _] => answer("404 Not Found", r#"{"message": "Entity not found."}"#),
            ["POST", "/api/services/light/turn_on"] => {
                let data: Value = serde_json::from_str(body).expect("JSON");
                answer(
                    "200 OK",
                    &json!([{"entity_id": data["entity_id"], "state": "on", "attributes": {}}])
                        .to_string(),
                )
            }
            [
                "POST",
                "/api/services/weather/get_forecasts?return_response",
            ] => answer(
                "200 OK",
                r#"{"changed_states": [], "service_response": {"weather.home": {"forecast": [{"condition": "rainy"}]}}}"#,
            ),
            _ => answer("400 Bad Request", "400: Bad Request"),
        })
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let token_file = folder.path().join("token");
    fs::write(&token_file, "long-lived\n").expect("a temporary file");
    let mut settings = settings(None);
    settings.home_assistant = Some(HomeAssistant {
        url,
        token_file,
        ca_file: None,
        follow: false,
        names: EntityFilter::default(),
    });
    (settings, folder, requests)
}

fn ask(settings: &Settings, spec: HomeAssistantSpec, room: &str) -> Outcome {
    let mut intent = intent(room);
    let level = super::slot("level", SlotValue::Number(40.0), "forty");
    intent.slots.push(level);
    let spec = HomeAssistantSpec {
        timeout_ms: 20_000,
        ..spec
    };
    World::new(settings).act(&ActionSpec::HomeAssistant(spec), &intent)
}

fn reading(entity: &str) -> HomeAssistantSpec {
    HomeAssistantSpec {
        entity: Some(entity.into()),
        ..HomeAssistantSpec::default()
    }
}

#[test]
fn a_state_is_read() {
    let (settings, _folder, _requests) = house();
    let outcome = ask(&settings, reading("sensor.{x}_temperature"), "Kitchen");
    assert!(outcome.ok, "{}", outcome.detail);
    assert_eq!(outcome.kind, "home_assistant");
    let result = outcome.result;
    assert_eq!(result["state"], "21.5");
    assert_eq!(result["unit"], "°C");
    assert_eq!(result["name"], "Kitchen Temperature");
    assert_eq!(result["attributes"]["device_class"], "temperature");
    assert_eq!(result["json"]["entity_id"], "sensor.kitchen_temperature");
    for (entity, room, why) in [
        ("light.{x}", "cellar", "there is no such entity"),
        ("light.{x}", "attic", "`light.attic` is unavailable"),
        ("light.{x}", "", "not the name of an entity"),
        ("light.{x}", "../api", "there is no such entity"),
    ] {
        let outcome = ask(&settings, reading(entity), room);
        assert!(
            !outcome.ok && outcome.detail.contains(why),
            "{}",
            outcome.detail
        );
    }
}

#[test]
fn a_service_is_called_with_data_of_its_kind() {
    let (settings, _folder, requests) = house();
    let data = json!({"brightness_pct": "{level}", "name": "to {x}", "flash": "{nobody}"});
    let spec = HomeAssistantSpec {
        service: Some("light.turn_on".into()),
        entity: Some("light.{x}".into()),
        data: data.as_object().cloned().expect("an object"),
        ..HomeAssistantSpec::default()
    };
    let planned = DryRun::new(&settings).act(
        &ActionSpec::HomeAssistant(spec.clone()),
        &intent("living room"),
    );
    assert_eq!(
        planned.detail,
        r#"dry run: POST /api/services/light/turn_on {"name":"to living room","entity_id":"light.living_room"}"#
    );
    let outcome = ask(&settings, spec, "living room\", \"x");
    assert!(outcome.ok, "{}", outcome.detail);
    assert_eq!(outcome.result["status"], 200);
    assert_eq!(outcome.result["json"][0]["state"], "on");
    let request = requests.recv().expect("the request");
    let body = request.split("\r\n\r\n").nth(1).expect("a body");
    let sent: Value = serde_json::from_str(body).expect("JSON");
    let expected = json!({
        "brightness_pct": 40, "name": "to living room\", \"x",
        "entity_id": "light.living_room____x",
    });
    assert_eq!(sent, expected);
}

#[test]
fn a_slot_may_choose_among_the_services_of_a_kind_only() {
    let (settings, _folder, _requests) = house();
    let plan = |said: &str| {
        let spec = HomeAssistantSpec {
            service: Some("light.turn_{x}".into()),
            ..HomeAssistantSpec::default()
        };
        let spec = ActionSpec::HomeAssistant(spec);
        DryRun::new(&settings).act(&spec, &intent(said)).detail
    };
    assert_eq!(plan("on"), "dry run: POST /api/services/light/turn_on {}");
    assert_eq!(
        plan("on/../../lock.unlock?"),
        "dry run: POST /api/services/light/turn_on_______lock_unlock_ {}"
    );
}

#[test]
fn a_service_may_answer() {
    let (settings, _folder, _requests) = house();
    let spec = HomeAssistantSpec {
        service: Some("weather.get_forecasts".into()),
        response: true,
        ..reading("weather.home")
    };
    let outcome = ask(&settings, spec, "");
    assert!(outcome.ok, "{}", outcome.detail);
    let forecast = &outcome.result["json"]["service_response"]["weather.home"]["forecast"];
    assert_eq!(forecast[0]["condition"], "rainy");
}

#[test]
fn a_call_that_changed_nothing_is_looked_at_again() {
    let (settings, _folder, requests) = house();
    let call = |entity: &str| HomeAssistantSpec {
        service: Some("light.turn_off".into()),
        ..reading(entity)
    };
    for (entity, say, looks) in [
        ("light.kitchn", "The kitchn light does not answer.", 1..=1),
        ("light.attic", "The attic light does not answer.", 1..=1),
        // It is there, and stays as it was: it may be slow.
        (
            "light.on",
            "I cannot tell whether the on light has changed.",
            2..=14,
        ),
        ("light.off", "", 1..=1),
        ("light.slow", "", 3..=3),
        // Home Assistant cannot know the state of this one.
        ("light.sent", "", 1..=1),
    ] {
        let outcome = ask(&settings, call(entity), "");
        let part = if outcome.ok { "remark" } else { "say" };
        let fails = say.contains("does not answer");
        assert_eq!(outcome.ok, !fails, "{entity}: {}", outcome.detail);
        assert_eq!(outcome.result[part].as_str().unwrap_or_default(), say);
        let asked = requests.try_iter().count() - 1;
        assert!(
            looks.contains(&asked),
            "{entity} was looked at {asked} times"
        );
    }
    // With a transition a lamp takes its time.
    let data = json!({"transition": 10});
    let slow = HomeAssistantSpec {
        data: data.as_object().cloned().expect("an object"),
        ..call("light.on")
    };
    let outcome = ask(&settings, slow, "");
    assert!(outcome.ok && outcome.result["remark"].is_null());
    assert_eq!(requests.try_iter().count(), 2);
    // Without an entity there is nothing to look at.
    let spec = HomeAssistantSpec {
        service: Some("light.turn_off".into()),
        ..HomeAssistantSpec::default()
    };
    assert!(ask(&settings, spec, "").ok);
}

#[test]
fn one_silent_entity_of_several_is_named() {
    let (settings, _folder, _requests) = house();
    let data = json!({"entity_id": ["light.off", "light.attic", "light.{x}"]});
    let spec = HomeAssistantSpec {
        service: Some("light.turn_off".into()),
        data: data.as_object().cloned().expect("an object"),
        ..HomeAssistantSpec::default()
    };
    let outcome = ask(&settings, spec, "cellar");
    assert!(!outcome.ok);
    assert_eq!(
        outcome.result["say"],
        "The attic light and the cellar light do not answer."
    );
}

#[test]
fn a_token_that_was_refused_is_not_tried_again() {
    let (settings, folder, requests) = house();
    let token = folder.path().join("token");
    fs::write(&token, "stale").expect("a temporary file");
    let mut world = World::new(&settings);
    let spec = ActionSpec::HomeAssistant(HomeAssistantSpec {
        timeout_ms: 20_000,
        ..reading("sensor.kitchen_temperature")
    });
    for _ in 0..5 {
        let outcome = world.act(&spec, &intent(""));
        let named = outcome.detail.contains(&token.display().to_string());
        assert!(!outcome.ok && named, "{}", outcome.detail);
    }
    assert_eq!(requests.try_iter().count(), 1);
    // Another token is another try, however it is written.
    for written in [
        "long-lived\n",
        "Bearer long-lived",
        " Authorization: bearer long-lived\r\n",
    ] {
        fs::write(&token, written).expect("a temporary file");
        let outcome = world.act(&spec, &intent(""));
        assert!(outcome.ok, "{written:?}: {}", outcome.detail);
    }
    fs::write(&token, "two\nlines").expect("a temporary file");
    let outcome = world.act(&spec, &intent(""));
    assert!(
        outcome.detail.contains("the token alone"),
        "{}",
        outcome.detail
    );
}

#[test]
fn what_went_wrong_is_said() {
    let (settings, folder, _requests) = house();
    let spec = |service: &str| HomeAssistantSpec {
        service: Some(service.into()),
        ..HomeAssistantSpec::default()
    };
    let outcome = ask(&settings, spec("light.explode"), "");
    assert!(
        !outcome.ok && outcome.detail.contains("not accepted"),
        "{}",
        outcome.detail
    );
    fs::write(folder.path().join("token"), "stale").expect("a temporary file");
    let outcome = ask(&settings, spec("light.turn_on"), "");
    assert!(
        outcome.detail.contains("home_assistant.token_file"),
        "{}",
        outcome.detail
    );
    assert!(!outcome.detail.contains("stale"));
    fs::remove_file(folder.path().join("token")).expect("a temporary file");
    let outcome = ask(&settings, spec("light.turn_on"), "");
    assert!(
        outcome.detail.contains("cannot read the secret"),
        "{}",
        outcome.detail
    );
}
