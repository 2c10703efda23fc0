//! Home Assistant's names beside the file. With `[home_assistant] follow = true`
//! the appliance keeps them in a file of its own; whoever reads the configuration
//! then finds them as lists, together with what the owner wrote.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::choices::Lists;
use mynah_core::grammar::canonical;
use mynah_core::model::SlotChoice;
use mynah_system::files::small_file;
use mynah_system::state::appliance_state_dir;

/// The lists that are there whatever Home Assistant has: areas, floors, and the
/// domains whose entities people name.
pub const LISTS: [&str; 12] = [
    "area",
    "floor",
    "climate",
    "cover",
    "fan",
    "light",
    "lock",
    "media_player",
    "scene",
    "script",
    "switch",
    "vacuum",
];

/// In the folder of the appliance's state.
const FILE: &str = "home-assistant.json";

/// The version of the file's form that is written. One of a later program is read as
/// far as it is understood; a form that this program could not read gets another file
/// name, as that of the timers does.
const VERSION: u32 = 1;

/// Some thousands of things of some hundred bytes.
const MAX_BYTES: u64 = 8 << 20;

/// Home Assistant's lists, in order.
pub type Followed = Vec<(String, Vec<SlotChoice>)>;

/// The file of the names.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// Files from before there were versions have none.
    #[serde(default)]
    version: u32,
    /// Names of another house are not taken for those of this one.
    url: String,
    lists: BTreeMap<String, Vec<KeptName>>,
}

#[derive(Serialize, Deserialize)]
struct KeptName {
    value: String,
    say: Vec<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Where the names are kept; `system`: by the installed appliance. `None` where
/// there is no such place.
#[must_use]
pub fn kept_at(system: bool) -> Option<PathBuf> {
    appliance_state_dir(system).map(|folder| folder.join(FILE))
}

/// Reads the names of the house at `url`. None where none were kept, or those of
/// another house.
///
/// # Errors
/// When the file cannot be read, or is damaged.
pub fn read(path: &Path, url: &str) -> io::Result<Followed> {
    let bytes = match small_file(path, MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        bytes => bytes?,
    };
    let kept: Kept = serde_json::from_slice(&bytes)?;
    if kept.url != url {
        return Ok(Vec::new());
    }
    let choice = |value: KeptName| SlotChoice {
        value: value.value,
        say: value.say,
        fields: value.fields,
    };
    let list = |(name, values): (String, Vec<KeptName>)| {
        let said = values.into_iter().filter(|value| !value.say.is_empty());
        (name, said.map(choice).collect())
    };
    Ok(kept.lists.into_iter().map(list).collect())
}

/// Keeps the names of the house at `url`.
///
/// # Errors
/// When the file cannot be written; the old one is then still there.
pub fn write(path: &Path, url: &str, lists: &Followed) -> io::Result<()> {
    let value = |choice: &SlotChoice| KeptName {
        value: choice.value.clone(),
        say: choice.say.clone(),
        fields: choice.fields.clone(),
    };
    let list =
        |(name, list): &(String, Vec<SlotChoice>)| (name.clone(), list.iter().map(value).collect());
    let kept = Kept {
        version: VERSION,
        url: url.to_owned(),
        lists: lists.iter().map(list).collect(),
    };
    let text = serde_json::to_vec_pretty(&kept)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let new = path.with_extension("new");
    let mut file = std::fs::File::create(&new)?;
    file.write_all(&text)?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

/// Adds Home Assistant's lists to the owner's. A thing that the owner has listed,
/// by its entity or its value, keeps the owner's words and gets Home Assistant's
/// besides; a word that means something else already is left out.
pub(crate) fn add(own: &mut Lists, followed: &Followed) {
    for name in LISTS {
        own.entry(name.into()).or_default();
    }
    for (name, things) in followed {
        let list = own.entry(name.clone()).or_default();
        let mut taken: HashMap<Vec<String>, String> = HashMap::new();
        for choice in list.iter() {
            for form in &choice.say {
                taken
                    .entry(canonical(form))
                    .or_insert_with(|| choice.value.clone());
            }
        }
        let mut values: HashSet<String> = list.iter().map(|choice| choice.value.clone()).collect();
        for thing in things {
            let known = list.iter().position(|choice| is(choice, thing));
            let value = known.map_or(&thing.value, |at| &list[at].value).clone();
            let mut free = |form: &&String| {
                let words = canonical(form);
                !words.is_empty() && *taken.entry(words).or_insert_with(|| value.clone()) == value
            };
            let say: Vec<String> = thing.say.iter().filter(&mut free).cloned().collect();
            match known {
                Some(at) => join(&mut list[at], say, thing),
                // Nothing could mean it.
                None if say.is_empty() || !values.insert(value) => {}
                None => list.push(SlotChoice {
                    say,
                    ..thing.clone()
                }),
            }
        }
    }
}

/// Whether the owner's value means a thing.
fn is(own: &SlotChoice, thing: &SlotChoice) -> bool {
    match (own.fields.get("entity"), thing.fields.get("entity")) {
        (Some(own), Some(entity)) => own == entity,
        _ => own.value == thing.value,
    }
}

fn join(own: &mut SlotChoice, say: Vec<String>, thing: &SlotChoice) {
    for form in say {
        if own
            .say
            .iter()
            .all(|known| canonical(known) != canonical(&form))
        {
            own.say.push(form);
        }
    }
    for (name, field) in &thing.fields {
        own.fields
            .entry(name.clone())
            .or_insert_with(|| field.clone());
    }
}
