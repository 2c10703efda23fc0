//! Whether a service call reached what it was made for: Home Assistant answers a
//! call for an entity that is missing, unavailable or out of reach like one that
//! worked.

use std::time::Duration;

use mynah_core::language::Refusal;
use serde_json::{Value, json};

use super::super::ActionError;
use super::super::deadline::Deadline;
use super::super::http::Web;
use super::{Call, HomeAssistantClient};

/// Entities that are looked at; a call for more is for a group.
const MOST: usize = 8;

/// Many devices report their new state only after the call was answered.
const SETTLE_MS: u32 = 3_000;
/// Between two looks at a state in that time.
const AGAIN: Duration = Duration::from_millis(250);

/// How an entity is there.
enum Presence {
    Answers,
    /// It is there, and in another state than was called for.
    Unmoved(Option<String>),
    /// With the name that Home Assistant has for it, if it knows it.
    Silent(Option<String>),
    /// It could not be found out.
    Unknown,
}

impl Call {
    /// Fails when one of the call's entities does not answer. `changed` is the
    /// list of the states that the call changed. Gives a remark on those that
    /// answer and are not as the call was to make them: a device may be slow.
    pub(super) fn look(
        &self,
        web: &Web,
        house: &HomeAssistantClient,
        changed: &Value,
        deadline: Deadline,
    ) -> Result<Option<String>, ActionError> {
        let entities = self.entities();
        if entities.is_empty() || MOST < entities.len() {
            return Ok(None);
        }
        let settled = Deadline::after_ms(SETTLE_MS);
        let (mut silent, mut unmoved, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for entity in entities {
            let told = changed.as_array().and_then(|all| {
                all.iter()
                    .find(|state| state["entity_id"] == entity.as_str())
            });
            let presence = match told {
                Some(state) => self.weighed(&entity, state, false),
                None => self.settled(web, house, &entity, settled, deadline),
            };
            match presence {
                Presence::Silent(name) => {
                    silent.push(called(&entity, name.as_deref()));
                    missing.push(entity);
                }
                Presence::Unmoved(name) => unmoved.push(called(&entity, name.as_deref())),
                Presence::Answers | Presence::Unknown => {}
            }
        }
        if silent.is_empty() {
            return Ok((!unmoved.is_empty()).then(|| Refusal::NotSeen(&unmoved).said()));
        }
        Err(ActionError {
            detail: format!(
                "Home Assistant: {}: `{}` is missing or unavailable there",
                self.shown(),
                missing.join("`, `")
            ),
            result: json!({"say": Refusal::NoAnswer(&silent).said()}),
        })
    }

    /// Looks at an entity until it is as it was called to be, or has had its time.
    fn settled(
        &self,
        web: &Web,
        house: &HomeAssistantClient,
        entity: &str,
        settled: Deadline,
        deadline: Deadline,
    ) -> Presence {
        loop {
            let found = self.presence(web, house, entity, deadline);
            let patient = AGAIN < settled.left() && AGAIN < deadline.left();
            if !matches!(found, Presence::Unmoved(_)) || !patient {
                return found;
            }
            settled.wait(AGAIN);
        }
    }

    fn presence(
        &self,
        web: &Web,
        house: &HomeAssistantClient,
        entity: &str,
        deadline: Deadline,
    ) -> Presence {
        let left = u32::try_from(deadline.left().as_millis()).unwrap_or(u32::MAX);
        if left == 0 {
            return Presence::Unknown;
        }
        let path = format!("/api/states/{entity}");
        match house.send(web, ("GET", &path), None, left) {
            Ok(done) => self.weighed(entity, &done.result["json"], true),
            Err(undone) if undone.result["status"] == 404 => Presence::Silent(None),
            Err(_) => Presence::Unknown,
        }
    }

    /// What a state says. One that the call has changed may be on its way to what
    /// was called for; others are to be there.
    fn weighed(&self, entity: &str, json: &Value, there: bool) -> Presence {
        let attributes = &json["attributes"];
        let name = attributes["friendly_name"].as_str().map(str::to_owned);
        let wanted = self.wanted(entity);
        match json["state"].as_str() {
            Some("unavailable") => Presence::Silent(name),
            // A device that cannot be asked has the state that it was last sent.
            Some(state)
                if there
                    && !wanted.is_empty()
                    && !wanted.contains(&state)
                    && attributes["assumed_state"] != true =>
            {
                Presence::Unmoved(name)
            }
            Some(_) => Presence::Answers,
            None => Presence::Unknown,
        }
    }

    /// The states that the service leads to within moments; none where that depends
    /// on more than the service, or takes its time.
    fn wanted(&self, entity: &str) -> &'static [&'static str] {
        let domain = entity.split('.').next().unwrap_or_default();
        let service = self.path.split(['/', '?']).nth(4).unwrap_or_default();
        let switched = matches!(
            domain,
            "light" | "switch" | "fan" | "input_boolean" | "siren" | "humidifier"
        );
        let data = self.data.as_ref().and_then(Value::as_object);
        let more = data.is_some_and(|data| data.keys().any(|key| key != "entity_id"));
        match service {
            "turn_on" if switched && !more => &["on"],
            "turn_off" if switched && !more => &["off"],
            "lock" => &["locked", "locking"],
            "unlock" => &["unlocked", "unlocking", "open", "opening"],
            _ => &[],
        }
    }

    /// The entities that a service was called for.
    fn entities(&self) -> Vec<String> {
        let named = self.data.as_ref().map(|data| &data["entity_id"]);
        match named {
            Some(Value::String(entity)) => entity
                .split(',')
                .map(|entity| entity.trim().to_owned())
                .filter(|entity| entity.contains('.'))
                .collect(),
            Some(Value::Array(entities)) => entities
                .iter()
                .filter_map(|entity| entity.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// What a person calls an entity: its name there, else what it is called by,
/// with its kind: `light.kitchen` is the kitchen light.
fn called(entity: &str, name: Option<&str>) -> String {
    let (kind, own) = entity.split_once('.').unwrap_or(("", entity));
    let kind = kind.replace('_', " ");
    let own = own.replace('_', " ");
    let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
        // Titles are written with capitals that nobody hears.
        Some(name) if name.to_lowercase().contains(&own) => name.to_lowercase(),
        Some(name) => name.to_owned(),
        None => own,
    };
    if name.to_lowercase().contains(&kind) {
        name
    } else {
        format!("{name} {kind}")
    }
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn entities_are_called_as_people_call_them() {
        for (entity, name, expected) in [
            ("light.kitchen", None, "kitchen light"),
            ("light.living_room_lights", None, "living room lights"),
            ("light.kitchen", Some("Kitchen Light"), "kitchen light"),
            ("light.kitchen", Some("Kitchen"), "kitchen light"),
            (
                "switch.0x00124b",
                Some("Abigail's plug"),
                "Abigail's plug switch",
            ),
            ("media_player.den", Some(" "), "den media player"),
        ] {
            assert_eq!(called(entity, name), expected);
        }
    }
}
