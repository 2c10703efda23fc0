//! Home Assistant's areas and entities: over its WebSocket with aliases, floors
//! and exposure; where that is not to be had, by its REST API, which has only
//! names and areas.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use mynah_actions::registry::{self, Entity, NamedArea, Things, Trouble};
use mynah_actions::tell::Server;
use mynah_core::model::{EntityFilter, HomeAssistant, SlotChoice};

/// A house with thousands of things on a small machine.
const TIMEOUT_MS: u32 = 30_000;

/// Which area each thing is in, as JSON, by Home Assistant's own templates.
const AREAS: &str = "{% set all = namespace(areas=[]) %}{% for area in areas() %}\
    {% set all.areas = all.areas + [{'id': area, 'name': area_name(area), \
    'entities': area_entities(area)}] %}{% endfor %}{{ all.areas | to_json }}";

/// A Home Assistant.
pub(super) struct ImportClient {
    pub url: String,
    token_file: PathBuf,
    ca_file: Option<PathBuf>,
    /// Which of its entities are wanted, as far as it tells.
    names: EntityFilter,
    server: Server,
}

/// A list of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub name: String,
    pub entries: Vec<Entry>,
}

/// A value of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub value: String,
    /// At least one.
    pub say: Vec<String>,
    /// Empty for an area and a floor.
    pub entity: String,
    /// The area's value; empty where there is none.
    pub area: String,
    /// The floor's value, of an area in a house with floors; empty where there is
    /// none.
    pub floor: Option<String>,
}

#[derive(Debug, Deserialize)]
struct State {
    entity_id: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Debug, Default, Deserialize)]
struct Attributes {
    #[serde(default)]
    friendly_name: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Area {
    id: String,
    name: Option<String>,
    #[serde(default)]
    entities: Vec<String>,
}

impl ImportClient {
    pub(super) fn new(
        url: &str,
        token_file: &Path,
        ca_file: Option<&Path>,
        names: EntityFilter,
    ) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            token_file: token_file.to_path_buf(),
            ca_file: ca_file.map(Path::to_path_buf),
            names,
            server: Server::new(TIMEOUT_MS),
        }
    }

    /// A list of the areas, one of the floors, and one for each kind of entity that
    /// there is.
    pub(super) fn lists(&self, domains: &[String]) -> anyhow::Result<Vec<List>> {
        let house = HomeAssistant {
            url: self.url.clone(),
            token_file: self.token_file.clone(),
            ca_file: self.ca_file.clone(),
            follow: false,
            names: self.names,
        };
        let things = match registry::read(&house) {
            Ok(things) => things,
            // A second try would bring it nearer to a ban.
            Err(Trouble::Refused(_)) => return Err(self.refused()),
            Err(trouble) => {
                tracing::debug!("{trouble}");
                let things = self.by_rest()?;
                eprintln!("aliases, floors and exposure are left out: {trouble}");
                things
            }
        };
        let floors = !things.floors.is_empty();
        let lists = registry::lists(&things, domains).into_iter();
        Ok(lists.map(|list| written(list, floors)).collect())
    }

    /// Names and areas alone.
    fn by_rest(&self) -> anyhow::Result<Things> {
        let states = self.get("/api/states", None)?;
        let states: Vec<State> = serde_json::from_str(&states)
            .with_context(|| format!("`{}` does not answer as Home Assistant does", self.url))?;
        let areas = self
            .get("/api/template", Some(&json!({"template": AREAS})))
            .and_then(|areas| serde_json::from_str(&areas).context("not what was asked for"));
        let areas: Vec<Area> = areas.unwrap_or_else(|error| {
            eprintln!("the areas are left out: {error:#}");
            Vec::new()
        });
        Ok(joined(states, areas))
    }

    fn refused(&self) -> anyhow::Error {
        anyhow::anyhow!(
            "`{}` refuses the token in `{}`\nhint: make a long-lived access token in your \
             profile of Home Assistant, and write it into the file",
            self.url,
            self.token_file.display()
        )
    }

    fn get(&self, path: &str, json: Option<&Value>) -> anyhow::Result<String> {
        let url = format!("{}{path}", self.url);
        let token = Some(self.token_file.as_path());
        match self
            .server
            .exchange(&url, json, token, self.ca_file.as_deref())
        {
            Ok(text) => Ok(text),
            Err((_, Some(401 | 403))) => Err(self.refused()),
            Err((_, Some(404))) => bail!(
                "`{url}` is not there\nhint: give the address that a browser shows, such as \
                 http://homeassistant.local:8123, and no more"
            ),
            Err((why, _)) => bail!("{why}"),
        }
    }
}

fn joined(states: Vec<State>, areas: Vec<Area>) -> Things {
    let mut area_of = HashMap::new();
    for area in &areas {
        for entity in &area.entities {
            area_of.insert(entity.clone(), area.id.clone());
        }
    }
    let places = areas.into_iter().map(|area| NamedArea {
        names: area.name.into_iter().collect(),
        id: area.id,
        floor: None,
    });
    let entities = states.into_iter().map(|state| {
        let name = state.attributes.friendly_name;
        let name = name.as_ref().and_then(Value::as_str).map(str::to_owned);
        Entity {
            names: name.into_iter().collect(),
            area: area_of.get(&state.entity_id).cloned(),
            id: state.entity_id,
        }
    });
    Things {
        floors: Vec::new(),
        areas: places.collect(),
        entities: entities.collect(),
        chosen: false,
    }
}

/// A list as it is written into a file; `floors`: the house has some.
fn written((name, choices): registry::List, floors: bool) -> List {
    let is_area = name == registry::AREAS;
    let entry = |mut choice: SlotChoice| {
        let mut field = |name: &str| choice.fields.remove(name).unwrap_or_default();
        Entry {
            entity: field("entity"),
            area: field("area"),
            floor: (is_area && floors).then(|| field("floor")),
            value: choice.value,
            say: choice.say,
        }
    };
    List {
        entries: choices.into_iter().map(entry).collect(),
        name,
    }
}
