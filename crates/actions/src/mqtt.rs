//! Messages for intents: what is published, and what is answered.

mod broker;
mod keeper;
mod link;

use rumqttc::QoS;
use serde_json::{Value, json};

use super::fill::Values;
use super::{ActionError, ActionOutput};
pub use broker::{Broker, Presence};
use mynah_core::model::MqttSpec;

/// The largest message; brokers and appliances choke on more.
const PACKET_BYTES: usize = 256 * 1024;

/// A message with its slots filled in.
#[derive(Clone, Debug)]
pub struct Message {
    topic: String,
    payload: String,
    retain: bool,
    qos: QoS,
    /// Where the answer is waited for.
    answer_topic: Option<String>,
    /// The payload for a log.
    shown: String,
}

impl Message {
    /// Fills the slots in. Fails when no topic is left, or a secret cannot be
    /// read.
    pub(super) fn new(spec: &MqttSpec, values: Values<'_>) -> Result<Self, ActionError> {
        values.need_secrets(&spec.payload)?;
        let message = Self {
            topic: values.topic(&spec.topic),
            payload: values.body(&spec.payload),
            retain: spec.retain,
            qos: match spec.qos {
                0 => QoS::AtMostOnce,
                1 => QoS::AtLeastOnce,
                _ => QoS::ExactlyOnce,
            },
            answer_topic: spec
                .answer_topic
                .as_deref()
                .map(|topic| values.topic(topic)),
            shown: values.shown().body(&spec.payload),
        };
        let no_answer = message.answer_topic.as_deref() == Some("");
        if message.topic.is_empty()
            || no_answer
            || message.topic.len() + message.payload.len() > PACKET_BYTES / 2
        {
            return Err(ActionError::new(format!(
                "`{}`: a message without a topic, or too large a one",
                spec.topic
            )));
        }
        Ok(message)
    }

    /// A message of the box's own, which the broker must acknowledge.
    #[must_use]
    pub fn own(topic: String, payload: String) -> Self {
        Self {
            shown: payload.clone(),
            topic,
            payload,
            retain: false,
            qos: QoS::AtLeastOnce,
            answer_topic: None,
        }
    }

    /// As [`Message::own`], and kept by the broker.
    #[must_use]
    pub fn kept(topic: String, payload: String) -> Self {
        Self {
            retain: true,
            ..Self::own(topic, payload)
        }
    }

    /// The message as a line of a log.
    pub(super) fn shown(&self) -> String {
        let retained = if self.retain { " (retained)" } else { "" };
        let answer = match &self.answer_topic {
            Some(topic) => format!(", answer in {topic}"),
            None => String::new(),
        };
        format!("publish {} {}{retained}{answer}", self.topic, self.shown)
    }

    /// Publishes, and waits for the answer where one is wanted. The result
    /// carries the answer as `body` and `json`.
    pub(super) fn send(
        &self,
        broker: &Broker,
        timeout_ms: u32,
    ) -> Result<ActionOutput, ActionError> {
        let answer = match &self.answer_topic {
            None => {
                broker.publish(self, timeout_ms).map_err(ActionError::new)?;
                json!({})
            }
            Some(topic) => {
                let answer = broker
                    .ask(self, topic, timeout_ms)
                    .map_err(ActionError::new)?;
                let body = String::from_utf8_lossy(&answer);
                let json = serde_json::from_str(&body).unwrap_or(Value::Null);
                json!({"body": body.trim(), "json": json})
            }
        };
        Ok(ActionOutput {
            detail: self.shown(),
            result: answer,
        })
    }
}
