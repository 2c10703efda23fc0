//! Home Assistant's areas and entities, by its REST API.
//!
//! That API offers no aliases; what else people call a thing is added to the
//! list by hand and stays there.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use mynah_actions::tell::Server;

/// A house with thousands of things on a small machine.
const TIMEOUT_MS: u32 = 30_000;

/// Which area each thing is in, as JSON, by Home Assistant's own templates.
const AREAS: &str = "{% set all = namespace(areas=[]) %}{% for area in areas() %}\
    {% set all.areas = all.areas + [{'id': area, 'name': area_name(area), \
    'entities': area_entities(area)}] %}{% endfor %}{{ all.areas | to_json }}";

/// The list of areas is called so.
const AREA_LIST: &str = "area";

/// A Home Assistant.
pub(super) struct House {
    pub url: String,
    token_file: PathBuf,
    ca_file: Option<PathBuf>,
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
    pub say: String,
    /// Empty for an area.
    pub entity: String,
    /// The area's value; empty where there is none.
    pub area: String,
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
pub(super) struct Area {
    id: String,
    name: Option<String>,
    #[serde(default)]
    entities: Vec<String>,
}

impl House {
    pub(super) fn new(url: &str, token_file: &Path, ca_file: Option<&Path>) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            token_file: token_file.to_path_buf(),
            ca_file: ca_file.map(Path::to_path_buf),
            server: Server::new(TIMEOUT_MS),
        }
    }

    /// A list of the areas, and one for each kind of entity that there is.
    pub(super) fn lists(&self, domains: &[String]) -> anyhow::Result<Vec<List>> {
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
        Ok(sorted(&states, areas, domains))
    }

    fn get(&self, path: &str, json: Option<&Value>) -> anyhow::Result<String> {
        let url = format!("{}{path}", self.url);
        let token = Some(self.token_file.as_path());
        match self
            .server
            .exchange(&url, json, token, self.ca_file.as_deref())
        {
            Ok(text) => Ok(text),
            Err((_, Some(401 | 403))) => bail!(
                "`{}` refuses the token in `{}`\nhint: make a long-lived access token in your \
                 profile of Home Assistant, and write it into the file",
                self.url,
                self.token_file.display()
            ),
            Err((_, Some(404))) => bail!(
                "`{url}` is not there\nhint: give the address that a browser shows, such as \
                 http://homeassistant.local:8123, and no more"
            ),
            Err((why, _)) => bail!("{why}"),
        }
    }
}

fn sorted(states: &[State], areas: Vec<Area>, domains: &[String]) -> Vec<List> {
    let mut area_of = HashMap::new();
    let mut rooms = List {
        name: AREA_LIST.into(),
        entries: Vec::new(),
    };
    for area in areas {
        for entity in area.entities {
            area_of.insert(entity, area.id.clone());
        }
        rooms.entries.push(Entry {
            say: spoken(area.name.as_deref().unwrap_or_default(), &area.id),
            value: area.id,
            ..Entry::default()
        });
    }
    let mut kinds: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for state in states {
        let Some((domain, name)) = state.entity_id.split_once('.') else {
            continue;
        };
        if !domains.iter().any(|wanted| wanted.trim() == domain) {
            continue;
        }
        let friendly = state.attributes.friendly_name.as_ref();
        let friendly = friendly.and_then(Value::as_str).unwrap_or_default();
        kinds.entry(domain).or_default().push(Entry {
            value: name.into(),
            say: spoken(friendly, name),
            entity: state.entity_id.clone(),
            area: area_of.get(&state.entity_id).cloned().unwrap_or_default(),
        });
    }
    let kinds = kinds.into_iter().map(|(name, entries)| List {
        name: name.into(),
        entries,
    });
    let mut lists: Vec<List> = [rooms].into_iter().chain(kinds).collect();
    for list in &mut lists {
        list.entries.sort_by(|a, b| a.value.cmp(&b.value));
        tell_apart(list);
    }
    lists.retain(|list| !list.entries.is_empty());
    lists
}

/// What people say: the friendly name without signs that nobody says and that
/// phrases give a meaning to.
fn spoken(friendly: &str, otherwise: &str) -> String {
    let words = |text: &str| {
        let plain = |c: char| {
            if c.is_alphanumeric() || c == '\'' {
                c
            } else {
                ' '
            }
        };
        let text: String = text.to_lowercase().chars().map(plain).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let said = words(friendly);
    if said.is_empty() {
        words(otherwise)
    } else {
        said
    }
}

/// Things of one name get their area, or at last their own identifier, into
/// it: a name that two share could never be understood.
fn tell_apart(list: &mut List) {
    for attempt in 0..2 {
        let mut names: HashMap<String, usize> = HashMap::new();
        for entry in &list.entries {
            *names.entry(entry.say.clone()).or_default() += 1;
        }
        for entry in &mut list.entries {
            if names[&entry.say] > 1 {
                entry.say = match (attempt, entry.area.as_str()) {
                    (0, area) if !area.is_empty() => spoken(&format!("{area} {}", entry.say), ""),
                    _ => spoken(&entry.value, ""),
                };
            }
        }
    }
}
