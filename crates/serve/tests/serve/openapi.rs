//! The `OpenAPI` description against the routes and their real answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::web::{Answer, serve};

/// The sources with routes of the API; those of pages are not described.
const SOURCES: [&str; 3] = [
    include_str!("../../src/web/api.rs"),
    include_str!("../../src/web/owner.rs"),
    include_str!("../../src/web/shown.rs"),
];

fn description() -> Value {
    let answer = serve().request("GET /api/openapi.json", &[], "");
    assert_eq!(answer.status, 200);
    answer.value()
}

/// `get /api/state` for each method of each route in the sources.
fn routes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in SOURCES {
        for route in source.split(".route(\"").skip(1) {
            let (path, rest) = route.split_once('"').expect("a path");
            // Up to the end of the call, which rustfmt puts on the same line.
            let methods = rest.lines().next().unwrap_or_default();
            for method in ["get", "post", "put", "delete"] {
                if methods.contains(&format!(" {method}("))
                    || methods.contains(&format!(".{method}("))
                {
                    found.insert(format!("{method} {path}"));
                }
            }
        }
    }
    found.remove("get /theme.css");
    found
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let described = description();
    let paths = described["paths"].as_object().expect("paths");
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods.keys().map(move |method| format!("{method} {path}"))
        })
        .collect();
    assert_eq!(described, routes());
}

#[test]
fn answers_are_as_described() {
    let web = serve();
    let described = description();
    web.hub.tell(&json!({"event": "transcript", "text": "on"}));
    let check = |method: &str, path: &str, body: Value, status: u16| {
        let line = format!("{} {}", method.to_uppercase(), path.replace("{id}", "7"));
        let answer: Answer = if method == "get" {
            web.request(&line, &[], "")
        } else {
            web.json(&line, &body)
        };
        assert_eq!(answer.status, status, "{line}: {}", answer.body);
        let responses = &described["paths"][path][method]["responses"];
        let status = status.to_string();
        let response = [&responses[&status], &responses["default"]];
        let response = response.into_iter().find(|response| response.is_object());
        let schema = &response.expect("a response")["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{line}");
        fits(&described, schema, &answer.value(), &line);
    };
    check("get", "/api/state", json!({}), 200);
    check("get", "/api/screen", json!({}), 200);
    check("post", "/api/say", json!({"text": "a"}), 200);
    check("post", "/api/say", json!({"text": ""}), 422);
    check("post", "/api/listen", json!({}), 200);
    check("post", "/api/stop", json!({}), 200);
    check("post", "/api/mute", json!({"on": true}), 200);
    check("post", "/api/volume", json!({"percent": 5}), 200);
    check("delete", "/api/timers/{id}", json!({}), 200);
    check("post", "/api/ask", json!({"text": "on"}), 200);
    check("put", "/api/config", json!({"text": "# new"}), 200);
    check("put", "/api/config", json!({"text": "wrong"}), 422);
    check("get", "/api/history", json!({}), 200);
    check("post", "/api/explain", json!({"text": "on"}), 200);
    check("post", "/api/test", json!({}), 200);
    check("get", "/api/doctor", json!({}), 200);
    let fan = json!({"name": "fan", "phrases": ["fan"]});
    check("post", "/api/intents", fan, 200);
    check("put", "/api/wake", json!({"sensitivity": "low"}), 200);
    check("put", "/api/wake", json!({"sensitivity": 1}), 422);
    check("get", "/api/qr", json!({}), 422);
}

/// Whether a value fits a schema, as far as the description uses JSON Schema.
fn fits(whole: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/components/schemas/");
        let schema = &whole["components"]["schemas"][name];
        assert!(schema.is_object(), "{name}");
        return fits(whole, schema, value, at);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{at}: {value}");
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    let fits_kind = kinds.iter().any(|known| known == kind)
        || kind == "integer" && kinds.iter().any(|known| known == "number");
    assert!(fits_kind, "{at}: {value} is no {kinds:?}");
    for item in value.as_array().into_iter().flatten() {
        fits(whole, &schema["items"], item, at);
    }
    let Some(fields) = value.as_object() else {
        return;
    };
    for needed in schema["required"].as_array().into_iter().flatten() {
        let needed = needed.as_str().expect("a name");
        assert!(fields.contains_key(needed), "{at}: there is no `{needed}`");
    }
    for (name, field) in fields {
        match &schema["properties"][name] {
            Value::Null => assert_ne!(
                schema["additionalProperties"], false,
                "{at}: `{name}` is not described"
            ),
            schema => fits(whole, schema, field, &format!("{at}.{name}")),
        }
    }
}
