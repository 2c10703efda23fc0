//! The box as others see it on a broker: shows its state, and takes orders.

mod book;
mod discovery;
mod inquiry;
mod update;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::wakes::Wakes;
use super::{Observer, turns};
use crate::runtime::orders::{RemoteOrder, SAYING_CHARS};
use crate::timers::Keeper;
use mynah_actions::mqtt::{Broker, Message, Presence};
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::model::Settings;
use mynah_core::turn::SessionKind;

/// The longest that the end waits for the broker to hear of it.
const FAREWELL_MS: u32 = 500;

/// The book may be changed by another program, of which nothing is reported.
const LOOK: Duration = Duration::from_secs(15);

/// An answer to a question waits so long for the broker before the next attempt, and
/// so many wait.
const ANSWER_MS: u32 = 2_000;
const ANSWERS: usize = 8;

/// Of an order that is none, in a log.
const SHOWN_CHARS: usize = 40;

/// The topics of one box.
#[derive(Clone, Debug)]
struct Topics {
    base: String,
}

impl Topics {
    fn of(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }
}

/// The observers that the file wants beyond the log: on a broker the state of the
/// box and its turns, and turns at a server and a program. They connect in the
/// background. `keeper` has the timers and the volume, which are looked at with each
/// report. `order` hands an order to
/// the loop and says whether there was room for it.
#[must_use]
pub fn of(
    settings: &Settings,
    keeper: Arc<Keeper>,
    order: impl Fn(RemoteOrder) -> bool + Send + 'static,
) -> Vec<Box<dyn Observer>> {
    let base = settings.mqtt.as_ref().map(|mqtt| mqtt.topic.clone());
    let topics = Topics {
        base: base.unwrap_or_default(),
    };
    let events = settings.events.as_ref();
    let discovery = events.and_then(|events| events.discovery.as_deref());
    let broker = settings.mqtt.clone().map(|mqtt| {
        let presence = presence(&topics, discovery.is_some(), order);
        Arc::new(Broker::connect(mqtt, Some(presence)))
    });
    let mut all = turns::of(settings, broker.as_ref(), topics.of("turn"));
    if let Some(broker) = broker {
        let shows = events.is_some_and(|events| events.mqtt || events.discovery.is_some());
        let mut state = State {
            broker,
            topics,
            shows,
            keeper,
            wakes: Wakes::default(),
            discovered: discovery.is_some(),
            texts: events.is_some_and(|events| events.transcript),
            shown: BTreeMap::new(),
            answers: VecDeque::new(),
        };
        let heard = events.is_some_and(|events| events.mqtt && events.transcript);
        state.begin(&settings.device.name, discovery, heard);
        all.push(Box::new(state));
    }
    all
}

/// Shows on the broker what the box is at.
struct State {
    broker: Arc<Broker>,
    topics: Topics,
    /// Whether state is shown on the broker, and not only presence.
    shows: bool,
    keeper: Arc<Keeper>,
    wakes: Wakes,
    /// Whether the entities of discovery are shown.
    discovered: bool,
    /// Whether what was said may be told.
    texts: bool,
    /// The broker's last content of those topics that are told when they change.
    shown: BTreeMap<&'static str, String>,
    /// Answers to questions that the broker does not have yet.
    answers: VecDeque<String>,
}

impl State {
    /// `heard`: turns are published with what was said.
    fn begin(&mut self, device: &str, discovery: Option<&str>, heard: bool) {
        let Self { broker, topics, .. } = self;
        broker.post(&topics.of("availability"), "online");
        if self.shows {
            broker.post(&topics.of("state"), "idle");
        }
        if let Some(prefix) = discovery {
            broker.post(&topics.of("mute"), "OFF");
            for (topic, payload) in discovery::entities(device, topics, prefix, heard) {
                broker.post(&topic, &payload.to_string());
            }
        }
        self.look();
    }

    /// Tells the answers that are due, in order, up to the first that does not get
    /// through. The broker keeps none: an old answer is none to a new question.
    fn tell_answers(&mut self) {
        while let Some(answer) = self.answers.front() {
            let message = Message::own(self.topics.of("answer"), answer.clone());
            if let Err(why) = self.broker.publish(&message, ANSWER_MS) {
                tracing::warn!("an answer waits: {why}");
                return;
            }
            self.answers.pop_front();
        }
    }

    /// Tells what has changed without a report of its own.
    fn look(&mut self) {
        if !self.discovered {
            return;
        }
        let now = [
            ("volume", self.keeper.gain().percent().to_string()),
            ("timers", book::shown(&self.keeper, self.texts).to_string()),
            ("wakes", self.wakes.totals().to_string()),
        ];
        let update = update::shown().map(|versions| ("update", versions.to_string()));
        for (name, content) in now.into_iter().chain(update) {
            if self.shown.get(name) != Some(&content) {
                self.broker.post(&self.topics.of(name), &content);
                self.shown.insert(name, content);
            }
        }
    }
}

impl Observer for State {
    fn name(&self) -> &'static str {
        "MQTT state"
    }

    fn observe(&mut self, report: &EventRecord) {
        if let (Some(state), true) = (state(report), self.shows) {
            self.broker.post(&self.topics.of("state"), state);
        }
        if let (TurnEvent::Intent { understanding, .. }, true) = (&report.what, self.shows) {
            let intent = understanding.intents.first();
            let name = intent.map_or("none", |intent| &intent.name);
            self.broker.post(&self.topics.of("intent"), name);
        }
        if let TurnEvent::Answered(answered) = &report.what {
            if self.answers.len() == ANSWERS {
                tracing::warn!("an answer was not told: the broker is away for too long");
                self.answers.pop_front();
            }
            let answer = inquiry::shown(answered, self.texts).to_string();
            self.answers.push_back(answer);
            self.tell_answers();
        }
        self.wakes.note(report);
        self.look();
    }

    fn patience(&self) -> Option<Duration> {
        self.discovered.then_some(LOOK)
    }

    fn rest(&mut self) {
        self.tell_answers();
        self.look();
    }

    fn finish(&mut self) {
        let topic = self.topics.of("availability");
        self.broker.farewell(&topic, "offline", FAREWELL_MS);
    }
}

/// What the broker says when the box is gone, and what the box listens to.
fn presence(
    topics: &Topics,
    commanded: bool,
    order: impl Fn(RemoteOrder) -> bool + Send + 'static,
) -> Presence {
    let names = ["mute", "volume", "say", "ask", "listen", "stop"];
    let [mute, volume, say, ask, listen, stop] = names.map(|name| topics.of(name));
    let set = |topic: &str| format!("{topic}/set");
    let listened = [&mute, &volume, &say, &ask, &listen, &stop].map(|topic| set(topic));
    let refused = AtomicU64::new(0);
    let deliver = move |topic: &str, payload: &[u8]| {
        let refuse = |why: String| {
            // A broker gone wild is told of now and then, not each time.
            let count = refused.fetch_add(1, Ordering::Relaxed) + 1;
            if count.is_power_of_two() {
                tracing::warn!(topic, count, "{why}");
            }
        };
        let shown = topic.strip_suffix("/set")?.to_owned();
        let payload = std::str::from_utf8(payload).ok()?.trim();
        let wanted = match shown.as_str() {
            name if name == mute => RemoteOrder::Mute(switch(payload).map_err(refuse).ok()?),
            name if name == volume => RemoteOrder::Volume(percent(payload).map_err(refuse).ok()?),
            name if name == say => RemoteOrder::Say(sentence(payload)?),
            name if name == ask => RemoteOrder::Ask(inquiry::read(payload).map_err(refuse).ok()?),
            // A button sends a word that says nothing more.
            name if name == listen => RemoteOrder::Listen,
            name if name == stop => RemoteOrder::Stop,
            _ => return None,
        };
        let lasts = matches!(wanted, RemoteOrder::Mute(_) | RemoteOrder::Volume(_));
        if !order(wanted) {
            tracing::warn!(topic, "the box is too busy for an order");
            return None;
        }
        // The switch shows what it was set to; a sentence is gone when said.
        lasts.then(|| (shown, payload.to_owned()))
    };
    Presence {
        will: (topics.of("availability"), "offline".into()),
        topics: if commanded {
            listened.to_vec()
        } else {
            Vec::new()
        },
        deliver: Box::new(deliver),
    }
}

fn switch(payload: &str) -> Result<bool, String> {
    match payload {
        "ON" => Ok(true),
        "OFF" => Ok(false),
        other => Err(format!("`{}` is neither ON nor OFF", shown(other))),
    }
}

fn percent(payload: &str) -> Result<u8, String> {
    let number = payload.parse::<f64>().ok();
    let number = number.filter(|number| (0.0..=100.0).contains(number));
    let Some(number) = number else {
        return Err(format!("`{}` is no volume from 0 to 100", shown(payload)));
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 100, checked above"
    )]
    Ok(number.round() as u8)
}

/// A payload for a log: on one line, and no longer than what is wrong in it
/// takes to be seen.
fn shown(payload: &str) -> String {
    let mut text: String = payload.chars().take(SHOWN_CHARS).collect();
    if text.len() < payload.len() {
        text.push_str("...");
    }
    text.escape_debug().to_string()
}

fn sentence(payload: &str) -> Option<String> {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = payload.chars().map(plain).take(SAYING_CHARS).collect();
    text.chars().any(char::is_alphanumeric).then_some(text)
}

/// The state that begins with a report of a microphone, for a sensor.
fn state(report: &EventRecord) -> Option<&'static str> {
    if report.session.kind != SessionKind::Microphone {
        return None;
    }
    match &report.what {
        TurnEvent::Ring(ring) if !ring.once => Some("ringing"),
        TurnEvent::Listening { .. } => Some("listening"),
        TurnEvent::Endpoint { .. } => Some("thinking"),
        TurnEvent::Question(_)
        | TurnEvent::Reply(_)
        | TurnEvent::Ring(_)
        | TurnEvent::Failure(_) => Some("speaking"),
        TurnEvent::Idle => Some("idle"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{percent, switch};

    #[test]
    fn what_is_no_order_is_named_in_one_short_line() {
        for payload in [
            "x\nERROR all is lost\r",
            "\u{1b}[31m",
            "9".repeat(10_000).as_str(),
            "",
        ] {
            for why in [switch(payload).err(), percent(payload).err()] {
                let why = why.expect("neither");
                assert!(
                    !why.contains(char::is_control) && why.len() < 400,
                    "{why:?}"
                );
            }
        }
        assert_eq!((switch("ON"), percent("40.4")), (Ok(true), Ok(40)));
    }
}
