//! A stand-in for Home Assistant's WebSocket API, as its documentation has it: one
//! connection after the other, registries that a test may change, and an event
//! for each change.

use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// Between two looks whether a test changed something.
const TICK: Duration = Duration::from_millis(50);

/// A house of two lights, a sensor and a hidden switch, in two areas.
pub(super) struct FakeHomeAssistant {
    /// `http://...`
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    port: u16,
    /// The name of `light.desk`, and its aliases.
    desk: Mutex<(String, Vec<String>)>,
    /// Grows with each change.
    version: AtomicU64,
    /// Connections that came.
    connections: AtomicU64,
    /// Present connections are cut, and none is taken.
    away: AtomicBool,
}

impl FakeHomeAssistant {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        let shared = Arc::new(Shared {
            port,
            desk: Mutex::new(("Desk Lamp".into(), vec!["Reading light".into()])),
            version: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            away: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.expect("a connection");
                of_thread.connections.fetch_add(1, Ordering::AcqRel);
                if !of_thread.away.load(Ordering::Acquire) {
                    let shared = Arc::clone(&of_thread);
                    thread::spawn(move || shared.serve(stream));
                }
            }
        });
        Self {
            url: format!("http://127.0.0.1:{}", shared.port),
            shared,
        }
    }

    /// Gives the lamp on the desk another name and other aliases.
    pub(super) fn rename(&self, name: &str, aliases: &[&str]) {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        *self.shared.desk.lock().expect("no panic") = (name.into(), aliases);
        self.shared.version.fetch_add(1, Ordering::AcqRel);
    }

    /// As when Home Assistant stops, or starts again.
    pub(super) fn set_away(&self, away: bool) {
        self.shared.away.store(away, Ordering::Release);
    }

    pub(super) fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Acquire)
    }
}

impl Shared {
    /// Until the client leaves, or Home Assistant is away.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut socket = tungstenite::accept(stream).ok()?;
        let greeting = json!({"type": "auth_required", "ha_version": "2026.2.3"});
        tell(&mut socket, &greeting)?;
        let auth = heard(&mut socket)?;
        if auth["access_token"] != "long-lived" {
            let refused = json!({"type": "auth_invalid", "message": "Invalid access token"});
            tell(&mut socket, &refused)?;
            return socket.close(None).ok();
        }
        tell(
            &mut socket,
            &json!({"type": "auth_ok", "ha_version": "2026.2.3"}),
        )?;
        socket.get_ref().set_read_timeout(Some(TICK)).ok()?;
        let mut subscribed = Vec::new();
        let mut told = self.version.load(Ordering::Acquire);
        while !self.away.load(Ordering::Acquire) {
            let command = heard(&mut socket)?;
            if !command.is_null() {
                if command["event_type"] == "entity_registry_updated" {
                    subscribed.push(command["id"].clone());
                }
                tell(&mut socket, &self.answer(&command))?;
            }
            let now = self.version.load(Ordering::Acquire);
            if told < now {
                told = now;
                for id in &subscribed {
                    let data = json!({"action": "update", "entity_id": "light.desk"});
                    let event = json!({"event_type": "entity_registry_updated", "data": data});
                    tell(
                        &mut socket,
                        &json!({"id": id, "type": "event", "event": event}),
                    )?;
                }
            }
        }
        None
    }

    fn answer(&self, command: &Value) -> Value {
        let id = &command["id"];
        let (desk, aliases) = self.desk.lock().expect("no panic").clone();
        // The null stands for the name.
        let aliases: Vec<_> = [None]
            .into_iter()
            .chain(aliases.into_iter().map(Some))
            .collect();
        let state = |entity: &str, name: &str| {
            json!({"entity_id": entity, "state": "off", "attributes": {"friendly_name": name},
                   "last_changed": "2030-05-30T21:43:32.418320+00:00", "context": {"id": "x"}})
        };
        let entry = |entity: &str, area: Value, device: Value, hidden: Value| {
            json!({"entity_id": entity, "area_id": area, "device_id": device, "hidden_by": hidden,
                   "disabled_by": null, "name": null, "original_name": "x", "labels": [],
                   "options": {"conversation": {"should_expose": true}}, "platform": "demo"})
        };
        let result = match command["type"].as_str().expect("a type") {
            "ping" => return json!({"id": id, "type": "pong"}),
            "subscribe_events" => Value::Null,
            "get_states" => json!([
                state("light.desk", &desk),
                state("light.ceiling", "Ceiling"),
                state("switch.pump", "Pump"),
                state("lock.front", "Front door"),
                state("sensor.power", "Power"),
            ]),
            "config/area_registry/list" => json!([
                {"area_id": "kitchen", "name": "Kitchen", "aliases": [], "floor_id": "ground",
                 "icon": null, "picture": null, "labels": []},
                {"area_id": "study", "name": "Study", "aliases": ["Office"], "floor_id": null,
                 "icon": null, "picture": null, "labels": []},
            ]),
            "config/floor_registry/list" => json!([
                {"floor_id": "ground", "name": "Ground floor", "aliases": ["Downstairs"],
                 "level": 0, "icon": null},
            ]),
            "config/device_registry/list" => json!([
                {"id": "device1", "area_id": "kitchen", "name": "Fixture", "name_by_user": null},
                {"id": "device2", "area_id": null, "name": "Hub", "name_by_user": "My hub"},
            ]),
            "config/entity_registry/list" => json!([
                entry("light.desk", "study".into(), "device1".into(), Value::Null),
                entry("light.ceiling", Value::Null, "device1".into(), Value::Null),
                entry("switch.pump", Value::Null, Value::Null, "user".into()),
                entry("lock.front", Value::Null, "device2".into(), Value::Null),
            ]),
            "config/entity_registry/get_entries" => json!({
                "light.desk": {"entity_id": "light.desk", "aliases": aliases},
                "light.ceiling": {"entity_id": "light.ceiling", "aliases": []},
                "switch.pump": null,
                "lock.front": {"entity_id": "lock.front", "aliases": []},
            }),
            "homeassistant/expose_entity/list" => json!({"exposed_entities": {
                "light.desk": {"conversation": true},
                "light.ceiling": {"conversation": true, "cloud.alexa": true},
                "switch.pump": {"conversation": true},
                "lock.front": {"cloud.alexa": true},
                "sensor.power": {},
            }}),
            _ => {
                let error = json!({"code": "unknown_command", "message": "Unknown command."});
                return json!({"id": id, "type": "result", "success": false, "error": error});
            }
        };
        json!({"id": id, "type": "result", "success": true, "result": result})
    }
}

fn tell(socket: &mut WebSocket<TcpStream>, message: &Value) -> Option<()> {
    socket.send(Message::text(message.to_string())).ok()
}

/// Null: nothing came; `None`: the client has left.
fn heard(socket: &mut WebSocket<TcpStream>) -> Option<Value> {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    match socket.read() {
        Ok(Message::Text(text)) => Some(serde_json::from_str(&text).unwrap_or_default()),
        Ok(Message::Close(_)) => None,
        Ok(_) => Some(Value::Null),
        Err(tungstenite::Error::Io(error)) if matches!(error.kind(), WouldBlock | TimedOut) => {
            Some(Value::Null)
        }
        Err(_) => None,
    }
}
