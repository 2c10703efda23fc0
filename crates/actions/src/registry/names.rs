//! Home Assistant's things as lists of the configuration: one of the floors, one
//! of the areas, and one for each domain.

use std::collections::{BTreeMap, HashMap, HashSet};

use mynah_core::grammar::canonical;
use mynah_core::model::SlotChoice;

use super::{Entity, List, NamedArea, Things};

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
    let names_of = |places: &[NamedArea], id: &str| {
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

/// Gives things that share a name another one each: with the place that each is
/// in, else its identifier, else a number. A name that two share belongs to none of
/// them, and an alias that is anything else's name or alias neither. What is then
/// without a name is left out. Each entry comes with the name of its place.
fn tell_apart(mut list: Vec<(String, SlotChoice)>) -> Vec<SlotChoice> {
    list.sort_by(|(_, one), (_, other)| one.value.cmp(&other.value));
    let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (at, (_, entry)) in list.iter().enumerate() {
        groups.entry(canonical(&entry.say[0])).or_default().push(at);
    }
    let mut taken: HashSet<Vec<String>> = groups.keys().cloned().collect();
    for group in groups.values().filter(|group| 1 < group.len()) {
        let namings: [Naming; 3] = [placed, identified, numbered];
        let unused = namings.into_iter().find_map(|naming| {
            let names = naming(&list, group);
            let words: HashSet<Vec<String>> = names.iter().map(|name| canonical(name)).collect();
            let new = words.len() == group.len() && words.is_disjoint(&taken);
            new.then_some((names, words))
        });
        let Some((names, words)) = unused else {
            for &at in group {
                list[at].1.say[0].clear();
            }
            continue;
        };
        taken.extend(words);
        for (&at, name) in group.iter().zip(names) {
            list[at].1.say[0] = name;
        }
    }
    let mut aliases: HashMap<Vec<String>, usize> = HashMap::new();
    for (_, entry) in &list {
        let own: HashSet<Vec<String>> = entry.say[1..].iter().map(|form| canonical(form)).collect();
        for words in own {
            *aliases.entry(words).or_default() += 1;
        }
    }
    let named = list.into_iter().filter_map(|(_, mut entry)| {
        let mut first = true;
        entry.say.retain(|form| {
            let words = canonical(form);
            let name = std::mem::take(&mut first);
            let own = if name {
                !words.is_empty()
            } else {
                !taken.contains(&words) && aliases[&words] == 1
            };
            if !own {
                tracing::warn!(
                    value = entry.value,
                    form,
                    "not understood: other things are called so"
                );
            }
            own
        });
        (!entry.say.is_empty()).then_some(entry)
    });
    named.collect()
}

/// Names for things of one name; fewer than things where one has none.
type Naming = fn(&[(String, SlotChoice)], &[usize]) -> Vec<String>;

fn placed(list: &[(String, SlotChoice)], group: &[usize]) -> Vec<String> {
    let name = |&at: &usize| {
        let (place, entry) = &list[at];
        (!place.is_empty()).then(|| words(&format!("{place} {}", entry.say[0])))
    };
    group.iter().filter_map(name).collect()
}

fn identified(list: &[(String, SlotChoice)], group: &[usize]) -> Vec<String> {
    group.iter().map(|&at| words(&list[at].1.value)).collect()
}

fn numbered(list: &[(String, SlotChoice)], group: &[usize]) -> Vec<String> {
    let name = |(number, &at): (usize, &usize)| format!("{} {}", list[at].1.say[0], number + 1);
    group.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Entity, NamedArea, Things};
    use crate::tests::registry::shown;

    fn place(id: &str, names: &[&str], floor: Option<&str>) -> NamedArea {
        NamedArea {
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
                // The identifier of the first is the name that they share.
                entity("fan.tower", &["Tower"], None),
                entity("fan.tower_2", &["Tower", "Box", "Fan 2"], None),
                entity("fan.box", &["Box one"], None),
                entity("fan.fan", &["Fan two", "Box"], None),
            ],
            exposed: true,
        };
        assert_eq!(
            shown(&things),
            "area bed: bedroom big | master bedroom <up>\n\
             area kitchen: kitchen <>\n\
             floor up: upstairs | first floor <>\n\
             fan box: box one <, fan.box>\n\
             fan fan: fan two <, fan.fan>\n\
             fan tower: tower 1 <, fan.tower>\n\
             fan tower_2: tower 2 <, fan.tower_2>\n\
             light a: bedroom big lamp <bed, light.a>\n\
             light b: kitchen lamp <kitchen, light.b>\n\
             light c: strip | led strip <, light.c>\n\
             light d: d <, light.d>\n"
        );
    }
}
