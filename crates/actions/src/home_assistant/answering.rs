//! Whether what a service was called for is there at all: a call for an entity
//! that is missing or unavailable is answered like one that worked.

use mynah_core::language::Refusal;
use serde_json::{Value, json};

use super::super::ActionError;
use super::super::deadline::Deadline;
use super::super::http::Web;
use super::{Call, House};

/// Entities that are looked at; a call for more is for a group.
const MOST: usize = 8;

/// How an entity is there.
enum Presence {
    Answers,
    /// With the name that Home Assistant has for it, if it knows it.
    Silent(Option<String>),
    /// It could not be found out.
    Unknown,
}

impl Call {
    /// Fails when none of the call's entities answers.
    pub(super) fn look(
        &self,
        web: &Web,
        house: &House,
        deadline: Deadline,
    ) -> Result<(), ActionError> {
        let entities = self.entities();
        if entities.is_empty() || MOST < entities.len() {
            return Ok(());
        }
        let mut silent = Vec::new();
        for entity in &entities {
            match presence(web, house, entity, deadline) {
                Presence::Silent(name) => silent.push(called(entity, name.as_deref())),
                Presence::Answers | Presence::Unknown => return Ok(()),
            }
        }
        Err(ActionError {
            detail: format!(
                "Home Assistant: {}: nothing was done, `{}` is missing or unavailable there",
                self.shown(),
                entities.join("`, `")
            ),
            result: json!({"say": Refusal::NoAnswer(&silent).said()}),
        })
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

fn presence(web: &Web, house: &House, entity: &str, deadline: Deadline) -> Presence {
    let left = u32::try_from(deadline.left().as_millis()).unwrap_or(u32::MAX);
    if left == 0 {
        return Presence::Unknown;
    }
    let path = format!("/api/states/{entity}");
    match house.send(web, ("GET", &path), None, left) {
        Ok(done) => {
            let json = &done.result["json"];
            let name = json["attributes"]["friendly_name"].as_str();
            match json["state"].as_str() {
                Some("unavailable") => Presence::Silent(name.map(str::to_owned)),
                Some(_) => Presence::Answers,
                None => Presence::Unknown,
            }
        }
        Err(undone) if undone.result["status"] == 404 => Presence::Silent(None),
        Err(_) => Presence::Unknown,
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
