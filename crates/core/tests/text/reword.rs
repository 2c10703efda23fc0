//! Sentences in other words than the phrases': one table a kind.

use super::phrase::check;

/// Lists of free words, and rooms and doors that are named two at a time.
const PAIRS: &str = r#"
[lists]
room = ["kitchen", "bedroom", "hall"]

[[intent]]
name = "light"
phrases = ["turn {state} [the] {room} (light|lights)", "turn {state} [the] (light|lights) in [the] {room}"]
slots.room = { list = "room", ask = "Which room?" }
slots.state = { values = ["on", "off"] }

[[intent]]
name = "lock"
phrases = ["lock [the] {door}"]
slots.door = { values = [
  { value = "front", say = ["front door"] },
  { value = "back", say = ["back door"] },
  { value = "shed", say = ["shed"] },
] }

[[intent]]
name = "take_off"
phrases = ["take {item} off [the|my] list"]
slots.item = { type = "text" }

[[intent]]
name = "put_on"
phrases = ["put {item} on [the|my] list"]
slots.item = { type = "text" }
"#;

#[test]
fn two_things_share_their_noun() {
    check(
        PAIRS,
        &[
            (
                "lock the front and back door",
                "lock door=front + lock door=back",
            ),
            (
                "lock the front and the back door",
                "lock door=front + lock door=back",
            ),
            ("lock the front and the shed", "-"),
            (
                "lock both the front door and the shed",
                "lock door=front + lock door=shed",
            ),
            (
                "turn off both the kitchen and the bedroom lights",
                "light room=kitchen state=off + light room=bedroom state=off",
            ),
            (
                "turn off the lights in both the kitchen and the bedroom",
                "light room=kitchen state=off + light room=bedroom state=off",
            ),
            ("turn off both the kitchen and the garage lights", "-"),
            ("turn off both the kitchen lights", "-"),
        ],
    );
}

#[test]
fn other_verbs_carry_the_same_command() {
    check(
        PAIRS,
        &[
            ("kill the kitchen light", "light room=kitchen state=off"),
            ("kill the lights in the hall", "light room=hall state=off"),
            ("lights out in the hall", "light room=hall state=off"),
            (
                "make sure the kitchen light is off",
                "light room=kitchen state=off",
            ),
            (
                "make sure that the hall lights are on please",
                "light room=hall state=on",
            ),
            ("make sure the back door is locked", "lock door=back"),
            ("secure the back door", "lock door=back"),
            ("cross milk off the list", "take_off item=milk"),
            (
                "please scratch oat milk off my list",
                "take_off item=oat milk",
            ),
            ("stick eggs on the list", "put_on item=eggs"),
            ("get eggs on the list", "put_on item=eggs"),
            ("put eggs back on the list", "put_on item=eggs"),
            // Which of these is wished for is not told by the words.
            ("is the back door locked", "-"),
            ("check that the back door is locked", "-"),
            ("the kitchen light should be off", "-"),
            ("make sure the kitchen light is not off", "-"),
            ("make sure the kitchen light is off before you go", "-"),
            ("make sure the garage light is off", "-"),
            ("keep milk off the list", "-"),
            ("leave eggs on the list", "-"),
            ("get eggs from the shop", "-"),
            ("did you cross milk off the list", "-"),
            ("kill the kitchen light but not the hall", "-"),
            ("kill the radio", "-"),
        ],
    );
}

/// Things that are switched, moved, and measured.
const THINGS: &str = r#"
[lists]
room = ["kitchen", "bedroom", "hall"]

[[intent]]
name = "light"
phrases = ["turn {state} [the] {room} light", "turn {state} (all [the]|every) (light|lights)"]
slots.room = { list = "room", optional = true }
slots.state = { values = ["on", "off"] }

[[intent]]
name = "level"
phrases = ["set [the] brightness (in|of) [the] {room} to {level}"]
slots.room = { list = "room" }
slots.level = { type = "number", min = 0, max = 100, unit = "percent" }

[[intent]]
name = "plug"
phrases = ["turn {state} [the] {plug}"]
slots.plug = { values = [{ value = "fan", say = ["fan", "extractor fan"] }, { value = "kettle", say = ["kettle"] }] }
slots.state = { values = ["on", "off"] }

[[intent]]
name = "blinds"
phrases = ["{movement} [the] blinds [in [the] {room}]", "{movement} [the] {room} blinds"]
slots.room = { list = "room", optional = true }
slots.movement = { values = ["open", "close"] }

[[intent]]
name = "sound"
phrases = ["make it {direction}"]
slots.direction = { values = ["louder", "quieter"] }

[[intent]]
name = "door_question"
phrases = ["is [the] (front|back) door open"]
"#;

#[test]
fn verbs_of_things_that_are_switched_or_moved() {
    check(
        THINGS,
        &[
            ("start the extractor fan", "plug state=on plug=fan"),
            ("stop the fan", "plug state=off plug=fan"),
            ("run the kettle", "plug state=on plug=kettle"),
            ("get the kettle going", "plug state=on plug=kettle"),
            ("shut the fan down", "plug state=off plug=fan"),
            ("power up the fan", "plug state=on plug=fan"),
            ("the fan can go off now", "plug state=off plug=fan"),
            ("the hall light may go off", "light state=off room=hall"),
            ("light up the hall", "light state=on room=hall"),
            ("all lights out", "light state=off"),
            ("turn off every light in the house", "light state=off"),
            ("pull the hall blinds up", "blinds movement=open room=hall"),
            (
                "bring the hall blinds down",
                "blinds movement=close room=hall",
            ),
            ("blinds down in the hall", "blinds movement=close room=hall"),
            ("half brightness in the hall", "level room=hall level=50"),
            ("hall to full brightness", "level room=hall level=100"),
            ("a bit quieter please", "sound direction=quieter"),
            ("did I leave the back door open", "door_question"),
        ],
    );
}

#[test]
fn what_such_verbs_do_not_mean() {
    check(
        THINGS,
        &[
            ("start the dishwasher", "-"),
            ("run the marathon", "-"),
            ("the fan went off", "-"),
            ("shut the shop down", "-"),
            ("she started the fan", "-"),
            ("light up the garden", "-"),
            ("half brightness in the garden", "-"),
            ("the kettle might go off", "-"),
            ("he pulled the hall blinds up", "-"),
            ("a bit of quiet", "-"),
        ],
    );
}

const AMOUNTS: &str = r#"
[lists]
room = ["kitchen", "bedroom", "hall"]

[[intent]]
name = "level"
phrases = ["set [the] {room} light to {level}", "(dim|brighten) [the] {room} [light] (to|by) {level}"]
slots.room = { list = "room" }
slots.level = { type = "number", min = 0, max = 100, unit = "percent", relative = true }

[[intent]]
name = "heat"
phrases = ["set [the] ({room}|heating) to {degrees}", "turn [the] ({room}|heating) (up|down) (to|by) {degrees}"]
slots.room = { list = "room", optional = true }
slots.degrees = { type = "number", min = 5, max = 30, unit = "degrees", relative = true }
"#;

#[test]
fn an_amount_changes_the_value() {
    check(
        AMOUNTS,
        &[
            ("dim the hall by ten percent", "level room=hall level=-10"),
            (
                "brighten the hall light by fifteen percent",
                "level room=hall level=+15",
            ),
            ("dim the hall to ten percent", "level room=hall level=10"),
            ("turn the heating up by six degrees", "heat degrees=+6"),
            ("turn the heating up by two degrees", "heat degrees=+2"),
            (
                "turn the bedroom down by one degree",
                "heat room=bedroom degrees=-1",
            ),
            (
                "two degrees warmer in the bedroom",
                "heat room=bedroom degrees=+2",
            ),
            ("turn the heating up to twenty", "heat degrees=20"),
            // No change is that large, and none so set is that small.
            ("turn the heating up by forty degrees", "-"),
            ("set the heating to two degrees", "-"),
        ],
    );
}
