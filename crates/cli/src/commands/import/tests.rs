//! Lists into files, and nothing else of them changed.

use super::house::{Entry, List};
use super::merge::merge;

fn list(name: &str, entries: &[(&str, &str, &str)]) -> List {
    List {
        name: name.into(),
        entries: entries
            .iter()
            .map(|(value, say, area)| Entry {
                value: (*value).into(),
                say: vec![(*say).into()],
                entity: if name == "area" {
                    String::new()
                } else {
                    format!("{name}.{value}")
                },
                area: (*area).into(),
                floor: None,
            })
            .collect(),
    }
}

fn lists() -> [List; 2] {
    [
        list(
            "area",
            &[("kitchen", "kitchen", ""), ("living_room", "lounge", "")],
        ),
        list(
            "light",
            &[
                ("kitchen_ceiling", "kitchen ceiling", "kitchen"),
                ("desk", "desk lamp", ""),
            ],
        ),
    ]
}

fn check(before: &str, after: &str, changes: &[&str]) {
    let merged = merge(before, &lists()).expect("the test's own file");
    assert_eq!(merged.text, after);
    let told: Vec<String> = merged
        .changes
        .iter()
        .map(|change| {
            format!(
                "{} {}.{}",
                change.status.name(),
                change.list,
                change.entry.value
            )
        })
        .collect();
    assert_eq!(told, changes);
    mynah_config::parse(&merged.text).expect("what is written is right");
    let again = merge(&merged.text, &lists()).expect("the text of before");
    assert_eq!(again.text, merged.text, "a second import changes nothing");
}

#[test]
fn an_empty_file_gets_the_lists() {
    check(
        "",
        r#"[lists]
area = [
  { value = "kitchen", say = ["kitchen"] },
  { value = "living_room", say = ["lounge"] },
]
light = [
  { value = "kitchen_ceiling", say = ["kitchen ceiling"], entity = "light.kitchen_ceiling", area = "kitchen" },
  { value = "desk", say = ["desk lamp"], entity = "light.desk", area = "" },
]
"#,
        &[
            "new area.kitchen",
            "new area.living_room",
            "new light.kitchen_ceiling",
            "new light.desk",
        ],
    );
}

#[test]
fn what_the_owner_wrote_stays() {
    check(
        r#"# My house.
[device]
name = "Hall"   # where it stands

[lists]
colour = ["red", "blue"]
area = ["kitchen", { value = "parlour", say = ["parlour", "Lounge"] }]  # two rooms
light = [
  # The big one.
  { value = "big", say = ["big light"], entity = "light.kitchen_ceiling", area = "kitchen" },
  { value = "old", say = ["old lamp"], entity = "light.old", area = "" },
]

[[intent]]
name = "a"
phrases = ["a {light}"]
"#,
        r#"# My house.
[device]
name = "Hall"   # where it stands

[lists]
colour = ["red", "blue"]
area = ["kitchen", { value = "parlour", say = ["parlour", "Lounge"] }]  # two rooms
light = [
  # The big one.
  { value = "big", say = ["big light"], entity = "light.kitchen_ceiling", area = "kitchen" },
  { value = "old", say = ["old lamp"], entity = "light.old", area = "" },
  { value = "desk", say = ["desk lamp"], entity = "light.desk", area = "" },
]

[[intent]]
name = "a"
phrases = ["a {light}"]
"#,
        &[
            "kept area.kitchen",
            "kept area.living_room",
            "gone light.old",
            "kept light.kitchen_ceiling",
            "new light.desk",
        ],
    );
}

#[test]
fn what_is_no_list_is_not_overwritten() {
    for text in ["lists = 3\n", "[lists]\nlight = \"desk\"\n", "[lists\n"] {
        assert!(merge(text, &lists()).is_err(), "{text}");
    }
}
