//! The JSON Schema of the intents.

use mynah_core::intent::schema::{schema, validate};

use mynah_core::turn::{Intent, Slot, SlotValue};

const FILE: &str = r#"
    [[intent]]
    name = "heat"
    description = "Heat a room"
    phrases = ["heat [the] {room} to {degrees} [at {at}] [on {day}] [for {long}] [as {note}]"]
    slots.room = { values = [{ value = "living_room", say = ["lounge"] }, "hall"], ask = "Where?" }
    slots.degrees = { type = "number", min = 5, max = 30.5, unit = "degrees" }
    slots.at = { type = "time", optional = true }
    slots.day = { type = "date", optional = true }
    slots.long = { type = "duration", default = 60 }
    slots.note = { type = "text", optional = true }
"#;

#[test]
fn the_schema_says_what_each_kind_of_slot_takes() {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let schema = schema(&settings);
    let slots = &schema["oneOf"][0]["properties"]["slots"];
    insta::assert_snapshot!(format!("{slots:#}"));
    assert_eq!(schema["oneOf"][1]["properties"]["intent"]["const"], "none");
}

#[test]
fn an_intent_is_held_to_its_specification() {
    use SlotValue::{Date, Duration, Number, Text, Time};
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let time = Time {
        hour: 7,
        minute: 5,
        open: false,
    };
    let check = |slots: Vec<(&str, SlotValue)>, expected: Result<(), &str>| {
        let intent = Intent {
            name: "heat".into(),
            when: None,
            slots: slots
                .into_iter()
                .map(|(name, value)| Slot {
                    name: name.into(),
                    spoken: value.to_string(),
                    value,
                })
                .collect(),
        };
        let got = validate(&intent, &settings.intents[0]);
        assert_eq!(got, expected.map_err(str::to_owned), "{intent:?}");
    };
    let hall = || ("room", Text("hall".into()));
    let twenty = || ("degrees", Number(20.0));
    let date = Date {
        year: 2030,
        month: 2,
        day: 3,
    };
    check(vec![hall(), twenty()], Ok(()));
    check(vec![twenty()], Ok(()));
    check(vec![twenty(), ("at", time), ("day", date)], Ok(()));
    check(vec![twenty(), ("long", Duration(90))], Ok(()));
    check(vec![hall()], Err("the slot `degrees` is missing"));
    check(
        vec![("room", Text("lounge".into())), twenty()],
        Err("slot `room`: `lounge` is how the value is spoken"),
    );
    check(
        vec![("room", Text("attic".into())), twenty()],
        Err("slot `room`: `attic` is not one of the slot's values"),
    );
    check(
        vec![("degrees", Number(31.0))],
        Err("slot `degrees`: 31 is too large"),
    );
    check(
        vec![("degrees", Number(f64::NAN))],
        Err("slot `degrees`: `null` is not a number"),
    );
    check(
        vec![twenty(), ("colour", Text("red".into()))],
        Err("the intent `heat` has no slot `colour`"),
    );
    check(
        vec![twenty(), twenty()],
        Err("the slot `degrees` is filled twice"),
    );
    check(
        vec![twenty(), ("note", Text("  ".into()))],
        Err("slot `note`: `  ` is not text"),
    );
}
