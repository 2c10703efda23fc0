//! `/api/peripherals`: lights, buttons and displays of other programs, by the protocol
//! of linux-voice-assistant's peripheral controllers. Events go out as
//! `{"event", "data"}`, commands come in as `{"command", "data"}`.
//!
//! Those controllers know an address and no path, so a WebSocket at `/` is one too.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{
    Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection,
};
use axum::extract::{Extension, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};

use super::events::{self, MAX_UNSENT, PING, send};
use super::{Ends, Shared};
use crate::console::{ConsoleOrder, State as BoxState, Timer};

/// Between two looks at the timers.
const LOOK: Duration = Duration::from_secs(1);

/// A command is short.
const MAX_MESSAGE: usize = 16 << 10;

/// Of `volume_up` and `volume_down`, in percent: as their original.
const STEP: u8 = 5;

/// Answers `/api/peripherals`.
pub(super) async fn watch(
    State(shared): State<Arc<Shared>>,
    Extension(ends): Extension<Ends>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => join(&shared, &ends, upgrade),
        Err(_) => events::no_document(),
    }
}

/// Lets a controller in, if there is room.
pub(super) fn join(shared: &Arc<Shared>, ends: &Ends, upgrade: WebSocketUpgrade) -> Response {
    let Ok(place) = Arc::clone(&shared.watchers).try_acquire_owned() else {
        return events::too_many();
    };
    let (shared, connection) = (Arc::clone(shared), Arc::clone(&ends.place));
    upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_UNSENT)
        .on_upgrade(move |socket| async move {
            // How it ended is the controller's business.
            let _ended = follow(&shared, socket).await;
            drop((place, connection));
        })
}

async fn follow(shared: &Shared, mut socket: WebSocket) -> Result<(), ()> {
    let mut events = shared.hub.watch();
    let mut controller = Controller::default();
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tell(&mut socket, snapshot(shared)).await?;
    loop {
        tokio::select! {
            event = events.recv() => {
                let said = match event {
                    Ok(event) => {
                        let event: Value = serde_json::from_str(&event).unwrap_or_default();
                        controller.event(&event, || shared.console.state().timers)
                    }
                    Err(RecvError::Lagged(count)) => {
                        shared.hub.metrics(|metrics| metrics.missed += count);
                        snapshot(shared)
                    }
                    Err(RecvError::Closed) => return Ok(()),
                };
                tell(&mut socket, said).await?;
            }
            _ = look.tick() => {
                let said = controller.timers(&shared.console.state().timers);
                tell(&mut socket, said).await?;
            }
            _ = ping.tick() => send(&mut socket, Message::Ping(Vec::new().into())).await?,
            said = socket.recv() => match said {
                Some(Ok(Message::Text(text))) => obey(shared, &text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => {}
            },
        }
    }
}

async fn tell(socket: &mut WebSocket, said: Vec<Value>) -> Result<(), ()> {
    for message in said {
        send(socket, Message::text(message.to_string())).await?;
    }
    Ok(())
}

/// What a controller is told at first, or when it has missed something.
fn snapshot(shared: &Shared) -> Vec<Value> {
    let now = shared.hub.conversation();
    let state = shared.console.state();
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut said = vec![message(
        "snapshot",
        json!({
            "muted": state.muted,
            "volume": share(state.volume),
            // The box itself is what Home Assistant is to the original.
            "ha_connected": true,
            "last_stt_text": text(&now.heard),
            "last_tts_text": text(&now.reply),
        }),
    )];
    let what = match now.state {
        "listening" => "listening",
        "thinking" => "thinking",
        "speaking" => "tts_speaking",
        "ringing" => "timer_ringing",
        _ => return said,
    };
    let data = match what {
        "timer_ringing" => ringing(&state.timers, &now.reply),
        _ => Value::Null,
    };
    said.push(message(what, data));
    said
}

/// One controller: what it was told of the timers, and whether something rings.
#[derive(Debug, Default)]
struct Controller {
    /// When each is due, in seconds from the start of this connection, and its length
    /// as far as it is known.
    told: BTreeMap<u64, Told>,
    rings: bool,
    /// Looks at the timers so far: a clock of seconds.
    looks: u64,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    due: u64,
    total_s: u64,
}

impl Controller {
    /// What an event of the box is to a controller.
    fn event(&mut self, event: &Value, timers: impl FnOnce() -> Vec<Timer>) -> Vec<Value> {
        let text = |field: &str| event[field].as_str().unwrap_or_default();
        let plain = |name| message(name, Value::Null);
        let name = text("event");
        match name {
            "wake" | "idle" | "reply" | "question" | "failure" => self.rings = false,
            "ring" => self.rings = event["missed"] == false,
            _ => {}
        }
        let spoken = || {
            vec![
                message("tts_text", json!({"text": text("reply")})),
                plain("tts_speaking"),
            ]
        };
        match name {
            "wake" => vec![plain("wake_word_detected")],
            // Between two rings the box listens for "stop", which is no turn.
            "listening" | "endpoint" if self.rings => vec![],
            "listening" => vec![plain("listening")],
            "endpoint" => vec![plain("thinking")],
            "transcript" => vec![message("stt_text", json!({"text": text("text")}))],
            "failure" => {
                let mut said = vec![message(
                    "pipeline_error",
                    json!({"reason": text("failure")}),
                )];
                said.extend(spoken());
                said
            }
            "ring" if self.rings => {
                vec![message("timer_ringing", ringing(&timers(), text("reply")))]
            }
            "reply" | "question" | "ring" => spoken(),
            "spoken" => vec![plain("tts_finished")],
            "idle" => vec![plain("idle")],
            "muted" => {
                let on = event["on"] == true;
                let mut said = vec![message("muted", json!({"muted": on}))];
                said.extend((!on).then(|| plain("idle")));
                said
            }
            "volume" => {
                let percent = event["percent"].as_u64().unwrap_or(0);
                let volume = share(u8::try_from(percent).unwrap_or(100));
                vec![message("volume_changed", json!({"volume": volume}))]
            }
            _ => vec![],
        }
    }

    /// Timers that were set or changed since the last look, a second ago.
    fn timers(&mut self, timers: &[Timer]) -> Vec<Value> {
        /// A look comes too early or too late.
        const TOLERANCE_S: u64 = 2;
        self.looks += 1;
        let mut said = Vec::new();
        for timer in timers.iter().filter(|timer| 0 < timer.left_s) {
            let due = self.looks + timer.left_s;
            let name = match self.told.get(&timer.id) {
                None => "timer_ticking",
                Some(told) if TOLERANCE_S < told.due.abs_diff(due) => "timer_updated",
                Some(_) => continue,
            };
            let before = self.told.get(&timer.id).map_or(0, |told| told.total_s);
            let total_s = before.max(timer.left_s);
            self.told.insert(timer.id, Told { due, total_s });
            said.push(message(name, progress(timer, total_s)));
        }
        self.told
            .retain(|id, _| timers.iter().any(|timer| timer.id == *id));
        said
    }
}

fn progress(timer: &Timer, total_s: u64) -> Value {
    json!({
        "id": timer.id.to_string(),
        "name": timer.text,
        "total_seconds": total_s,
        "seconds_left": timer.left_s,
    })
}

/// What rings: the entry that is due, else `text`.
fn ringing(timers: &[Timer], text: &str) -> Value {
    let due = timers.iter().find(|timer| timer.left_s == 0);
    due.map_or_else(
        || json!({"id": "", "name": text, "total_seconds": 0, "seconds_left": 0}),
        |timer| progress(timer, 0),
    )
}

/// A volume of 0 to 1.
fn share(percent: u8) -> f64 {
    f64::from(percent) / 100.0
}

fn message(event: &str, data: Value) -> Value {
    match data {
        Value::Null => json!({"event": event}),
        data => json!({"event": event, "data": data}),
    }
}

#[derive(Deserialize)]
struct Command {
    command: String,
    #[serde(default)]
    data: Value,
}

/// Carries out what a controller wants. One that wants something else is not answered:
/// the protocol has no answers.
fn obey(shared: &Shared, text: &str) {
    let Ok(Command { command, data }) = serde_json::from_str(text) else {
        return tracing::debug!("a controller sent something that is no command");
    };
    let state = || shared.console.state();
    let rests = || shared.hub.conversation().state == "idle";
    let Some(order) = order(&command, &data, state, rests) else {
        return tracing::debug!(command, "a controller's command changes nothing");
    };
    if let Err(error) = shared.console.order(order) {
        tracing::debug!(command, "a controller's command: {error}");
    }
}

/// The order that a command amounts to now; nothing where it is for players of music
/// or for entities of Home Assistant, which a controller of Mynah does not have.
fn order(
    command: &str,
    data: &Value,
    state: impl FnOnce() -> BoxState,
    rests: impl FnOnce() -> bool,
) -> Option<ConsoleOrder> {
    match command {
        "start_listening" => (rests() && !state().muted).then_some(ConsoleOrder::Listen),
        "stop_pipeline" | "stop_timer_ringing" => (!rests()).then_some(ConsoleOrder::Stop),
        "mute_mic" => (!state().muted).then_some(ConsoleOrder::Mute(true)),
        "unmute_mic" => state().muted.then_some(ConsoleOrder::Mute(false)),
        "volume_up" => Some(ConsoleOrder::Volume(
            state().volume.saturating_add(STEP).min(100),
        )),
        "volume_down" => Some(ConsoleOrder::Volume(state().volume.saturating_sub(STEP))),
        "set_volume" => {
            let volume = data["volume"].as_f64()?;
            Some(ConsoleOrder::Volume(percent(volume)))
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is 0 to 100"
)]
fn percent(volume: f64) -> u8 {
    (volume.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests;
