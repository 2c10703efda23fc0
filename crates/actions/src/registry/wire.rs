//! The registries as Home Assistant sends them, joined to [`Things`].
//!
//! An entity's name is in its state, its aliases in its own registry entry, its
//! area in that entry or in its device's, and whether Home Assistant's assistant
//! may use it in a list of its own.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tungstenite::Utf8Bytes;

use super::{Entity, EntityFilter, NamedArea, Things, Trouble};

/// What Home Assistant says of itself once it has started.
const RUNNING: &str = "RUNNING";

/// The assistant whose exposure counts.
const ASSISTANT: &str = "conversation";

#[derive(Deserialize)]
struct Floor {
    #[serde(rename = "floor_id")]
    id: String,
    name: String,
    aliases: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
struct Area {
    #[serde(rename = "area_id")]
    id: String,
    name: String,
    aliases: Option<Vec<Option<String>>>,
    #[serde(rename = "floor_id")]
    floor: Option<String>,
}

#[derive(Deserialize)]
struct Device {
    id: String,
    area_id: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    entity_id: String,
    area_id: Option<String>,
    device_id: Option<String>,
    hidden_by: Option<String>,
}

/// An entry as `get_entries` has it. One of a custom name may have `null` among its
/// aliases, which stands for the name.
#[derive(Default, Deserialize)]
struct Extended {
    aliases: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
struct State {
    entity_id: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Default, Deserialize)]
struct Attributes {
    friendly_name: Option<Value>,
}

#[derive(Deserialize)]
struct Exposed {
    exposed_entities: HashMap<String, HashMap<String, Value>>,
}

/// The part of `get_config` that is of use here.
#[derive(Deserialize)]
struct Config {
    state: Option<String>,
}

/// A message with a result.
#[derive(Deserialize)]
struct Answer<T> {
    result: T,
}

/// Whether the answer to `get_config` is that of a Home Assistant that has all of its
/// things.
pub(super) fn has_started(answer: &Utf8Bytes) -> Result<bool, Trouble> {
    let config: Config = parsed(answer)?;
    Ok(config.state.is_none_or(|state| state == RUNNING))
}

/// Reads all of it by commands, each of which gives the message with its result.
pub(super) fn things(
    which: EntityFilter,
    call: &mut dyn FnMut(Value) -> Result<Utf8Bytes, Trouble>,
) -> Result<Things, Trouble> {
    let mut list = |kind: &str| call(json!({"type": kind}));
    let states: Vec<State> = parsed(&list("get_states")?)?;
    let areas: Vec<Area> = parsed(&list("config/area_registry/list")?)?;
    let devices: Vec<Device> = parsed(&list("config/device_registry/list")?)?;
    let entries: Vec<Entry> = parsed(&list("config/entity_registry/list")?)?;
    // Floors came in 2024, and only an administrator may ask what is exposed.
    let floors = optional(list("config/floor_registry/list"))?;
    let floors: Vec<Floor> = floors.as_ref().map(parsed).transpose()?.unwrap_or_default();
    let exposed = match which {
        EntityFilter::All => None,
        EntityFilter::Exposed => optional(list("homeassistant/expose_entity/list"))?,
    };
    let exposed = exposed
        .as_ref()
        .map(parsed)
        .transpose()?
        .and_then(exposed_to_assistant);
    let is_exposed = |id: &str| exposed.as_ref().is_none_or(|exposed| exposed.contains(id));
    let ids: Vec<&str> = entries
        .iter()
        .map(|entry| entry.entity_id.as_str())
        .filter(|id| is_exposed(id))
        .collect();
    let wanted = json!({"type": "config/entity_registry/get_entries", "entity_ids": ids});
    let extended = optional(call(wanted))?;
    let extended: HashMap<String, Option<Extended>> = extended
        .as_ref()
        .map(parsed)
        .transpose()?
        .unwrap_or_default();
    let by_device: HashMap<&str, &str> = devices
        .iter()
        .filter_map(|device| Some((device.id.as_str(), device.area_id.as_deref()?)))
        .collect();
    let entries: HashMap<&str, &Entry> = entries
        .iter()
        .map(|entry| (entry.entity_id.as_str(), entry))
        .collect();
    let entity = |state: &State| {
        let id = state.entity_id.as_str();
        let entry = entries.get(id);
        if !is_exposed(id) || entry.is_some_and(|entry| entry.hidden_by.is_some()) {
            return None;
        }
        let name = state.attributes.friendly_name.as_ref();
        let name = name.and_then(Value::as_str).unwrap_or_default();
        let aliases = extended.get(id).and_then(Option::as_ref);
        let aliases = aliases.and_then(|entry| entry.aliases.clone());
        let area = entry.and_then(|entry| {
            let device = entry.device_id.as_deref();
            let of_device = device.and_then(|device| by_device.get(device).copied());
            entry
                .area_id
                .clone()
                .or_else(|| of_device.map(str::to_owned))
        });
        Some(Entity {
            id: id.to_owned(),
            names: named(name, aliases),
            area,
        })
    };
    Ok(Things {
        floors: floors
            .into_iter()
            .map(|floor| NamedArea {
                id: floor.id,
                names: named(&floor.name, floor.aliases),
                floor: None,
            })
            .collect(),
        areas: areas
            .into_iter()
            .map(|area| NamedArea {
                id: area.id,
                names: named(&area.name, area.aliases),
                floor: area.floor,
            })
            .collect(),
        entities: states.iter().filter_map(entity).collect(),
        chosen: which == EntityFilter::All || exposed.is_some(),
    })
}

/// The exposed entities; `None` where nothing was ever exposed, because nobody has
/// used Home Assistant's assistant yet.
fn exposed_to_assistant(exposed: Exposed) -> Option<HashSet<String>> {
    let all = exposed.exposed_entities.into_iter();
    let to_assistant = |to: &HashMap<String, Value>| to.get(ASSISTANT) == Some(&Value::Bool(true));
    let exposed: HashSet<String> = all
        .filter(|(_, to)| to_assistant(to))
        .map(|(entity, _)| entity)
        .collect();
    (!exposed.is_empty()).then_some(exposed)
}

/// What a Home Assistant may lack or refuse, without which the rest is of use.
fn optional(result: Result<Utf8Bytes, Trouble>) -> Result<Option<Utf8Bytes>, Trouble> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Trouble::Strange(why)) => {
            tracing::debug!("{why}; hint: the token of an administrator sees all names");
            Ok(None)
        }
        Err(trouble) => Err(trouble),
    }
}

fn named(name: &str, aliases: Option<Vec<Option<String>>>) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    let mut aliases: Vec<String> = aliases.into_iter().flatten().flatten().collect();
    // They are a set there.
    aliases.sort();
    for alias in aliases {
        if !names.contains(&alias) {
            names.push(alias);
        }
    }
    names
}

/// The result in a message, of which only what `T` names is kept.
fn parsed<T: DeserializeOwned>(message: &Utf8Bytes) -> Result<T, Trouble> {
    let answer: Answer<T> =
        serde_json::from_str(message).map_err(|error| Trouble::Strange(error.to_string()))?;
    Ok(answer.result)
}
