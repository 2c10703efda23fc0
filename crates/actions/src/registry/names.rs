//! Home Assistant's things as lists of the configuration: one of the floors, one
//! of the areas, and one for each domain.

use std::collections::{BTreeMap, HashMap};

use mynah_core::model::SlotChoice;

use super::{Entity, List, Place, Things};

/// The name of the list of areas.
pub const AREAS: &str = "area";
/// The name of the list of floors.
pub const FLOORS: &str = "floor";

/// Domains whose entities people name.
pub const DOMAINS: [&str; 10] = [
    "light",
    "switch",
    "cover",
    "fan",
    "climate",
    "lock",
    "media_player",
    "scene",
    "script",
    "vacuum",
];

/// Spoken forms of one thing; a prompt has no room for more.
const MOST_FORMS: usize = 12;

/// The lists, without empty ones. Values are identifiers, which stay when a thing
/// is renamed; an entity's fields are `entity` and `area`, an area's is `floor`.
#[must_use]
pub fn lists(things: &Things, domains: &[String]) -> Vec<List> {
    let names_of = |places: &[Place], id: &str| {
        let place = places.iter().find(|place| place.id == id);
        place.map_or_else(String::new, |place| forms(&place.names, id).remove(0))
    };
    let floors = things.floors.iter().map(|floor| {
        let choice = choice(&floor.id, forms(&floor.names, &floor.id), []);
        (String::new(), choice)
    });
    let areas = things.areas.iter().map(|area| {
        let floor = area.floor.clone().unwrap_or_default();
        let within = names_of(&things.floors, &floor);
        let choice = choice(&area.id, forms(&area.names, &area.id), [("floor", floor)]);
        (within, choice)
    });
    let mut lists: Vec<(String, Vec<(String, SlotChoice)>)> = vec![
        (AREAS.into(), areas.collect()),
        (FLOORS.into(), floors.collect()),
    ];
    let mut kinds: BTreeMap<&str, Vec<(String, SlotChoice)>> = BTreeMap::new();
    for Entity { id, names, area } in &things.entities {
        let Some((domain, own)) = id.split_once('.') else {
            continue;
        };
        if !domains.iter().any(|wanted| wanted.trim() == domain) {
            continue;
        }
        let area = area.clone().unwrap_or_default();
        let within = names_of(&things.areas, &area);
        let fields = [("entity", id.clone()), ("area", area)];
        let entry = (within, choice(own, forms(names, own), fields));
        kinds.entry(domain).or_default().push(entry);
    }
    lists.extend(
        kinds
            .into_iter()
            .map(|(name, list)| (name.to_owned(), list)),
    );
    lists.retain(|(_, list)| !list.is_empty());
    let told_apart = lists
        .into_iter()
        .map(|(name, list)| (name, tell_apart(list)));
    told_apart.collect()
}

fn choice<const N: usize>(
    value: &str,
    say: Vec<String>,
    fields: [(&str, String); N],
) -> SlotChoice {
    SlotChoice {
        value: value.to_owned(),
        say,
        fields: fields
            .into_iter()
            .map(|(name, field)| (name.to_owned(), field))
            .collect(),
    }
}

/// The spoken forms of names, else of the identifier; at least one.
fn forms(names: &[String], id: &str) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    for form in names.iter().map(|name| words(name)) {
        if !form.is_empty() && !forms.contains(&form) {
            forms.push(form);
        }
    }
    if forms.is_empty() {
        forms.push(words(id));
    }
    forms.truncate(MOST_FORMS);
    forms
}

/// What people say: a name without signs that nobody says and that phrases give a
/// meaning to.
fn words(text: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '\'' {
            c
        } else {
            ' '
        }
    };
    let text: String = text.to_lowercase().chars().map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Gives things of one name another: with the place that each is in, or at last
/// its own identifier. A name that two share could never be understood. Each entry
/// comes with the name of its place.
fn tell_apart(mut list: Vec<(String, SlotChoice)>) -> Vec<SlotChoice> {
    list.sort_by(|(_, one), (_, other)| one.value.cmp(&other.value));
    // Whose each form is; nobody's where things share it as their name.
    let mut owners: HashMap<String, Option<String>> = HashMap::new();
    for (_, entry) in &list {
        let shared = owners.contains_key(&entry.say[0]);
        let owner = (!shared).then(|| entry.value.clone());
        owners.insert(entry.say[0].clone(), owner);
    }
    for attempt in 0..2 {
        let mut names: HashMap<String, usize> = HashMap::new();
        for (_, entry) in &list {
            *names.entry(entry.say[0].clone()).or_default() += 1;
        }
        for (place, entry) in &mut list {
            if names[&entry.say[0]] > 1 {
                entry.say[0] = match attempt {
                    0 if !place.is_empty() => words(&format!("{place} {}", entry.say[0])),
                    _ => words(&entry.value),
                };
            }
        }
    }
    // An alias that is another's name, or its alias too, says nothing.
    for (_, entry) in &list {
        owners.insert(entry.say[0].clone(), Some(entry.value.clone()));
    }
    for (_, entry) in &mut list {
        let mut first = true;
        entry.say.retain(|form| {
            let owner = owners.entry(form.clone());
            let owner = owner.or_insert_with(|| Some(entry.value.clone()));
            std::mem::take(&mut first) || owner.as_ref() == Some(&entry.value)
        });
    }
    list.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Entity, Place, Things};
    use super::{DOMAINS, lists};

    fn place(id: &str, names: &[&str], floor: Option<&str>) -> Place {
        Place {
            id: id.into(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            floor: floor.map(str::to_owned),
        }
    }

    fn entity(id: &str, names: &[&str], area: Option<&str>) -> Entity {
        Entity {
            id: id.into(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            area: area.map(str::to_owned),
        }
    }

    #[test]
    fn things_become_lists_of_what_people_say() {
        let things = Things {
            floors: vec![place("up", &["Upstairs", "First floor"], None)],
            areas: vec![
                place("kitchen", &["Kitchen"], None),
                place("bed", &["Bedroom (big)", "Master bedroom"], Some("up")),
            ],
            entities: vec![
                entity("light.a", &["Lamp", "Reading lamp"], Some("bed")),
                entity("light.b", &["lamp"], Some("kitchen")),
                // Its alias is the name of another.
                entity(
                    "light.c",
                    &["Strip", "Lamp", "Reading lamp", "LED-strip"],
                    None,
                ),
                entity("light.d", &["🦜"], None),
                entity("sensor.power", &["Power"], None),
            ],
        };
        let domains = DOMAINS.map(str::to_owned);
        let mut text = String::new();
        for (name, list) in lists(&things, &domains) {
            for choice in list {
                let fields: Vec<_> = choice.fields.values().map(String::as_str).collect();
                let say = choice.say.join(" | ");
                text += &format!("{name} {}: {say} <{}>\n", choice.value, fields.join(", "));
            }
        }
        assert_eq!(
            text,
            "area bed: bedroom big | master bedroom <up>\n\
             area kitchen: kitchen <>\n\
             floor up: upstairs | first floor <>\n\
             light a: bedroom big lamp | reading lamp <bed, light.a>\n\
             light b: kitchen lamp <kitchen, light.b>\n\
             light c: strip | led strip <, light.c>\n\
             light d: d <, light.d>\n"
        );
    }
}
