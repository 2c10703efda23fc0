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
            ("note eggs on the list", "put_on item=eggs"),
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

/// Free words to which nothing must be added.
const SHORT_LISTS: &str = r#"
[[intent]]
name = "list_add"
phrases = ["add {item} [to [the|my] list]"]
slots.item = { type = "text" }

[[intent]]
name = "list_remove"
phrases = ["remove {item} [from [the|my] list]"]
slots.item = { type = "text" }

[[intent]]
name = "light"
phrases = ["turn (on|up) [the] radio", "turn on [the] lights"]
"#;

#[test]
fn free_text_swallows_no_sentence_with_another_verb() {
    check(
        SHORT_LISTS,
        &[
            ("add milk", "list_add item=milk"),
            ("put milk on the list", "list_add item=milk"),
            ("jot oat milk on my list", "list_add item=oat milk"),
            ("cross eggs off the list", "list_remove item=eggs"),
            ("put the kettle on", "-"),
            ("place a call to mum", "-"),
            ("get me to the airport", "-"),
            ("put milk in the fridge", "-"),
            ("get the kids off the bus", "-"),
            ("take the washing off the line", "-"),
            // "Up" changes a level; it does not switch on.
            ("turn the lights up", "-"),
            ("bring the lights up", "-"),
            ("lights up", "-"),
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
            ("start the extractor fan", "plug plug=fan state=on"),
            ("stop the fan", "plug plug=fan state=off"),
            ("run the kettle", "plug plug=kettle state=on"),
            ("get the kettle going", "plug plug=kettle state=on"),
            ("shut the fan down", "plug plug=fan state=off"),
            ("power up the fan", "plug plug=fan state=on"),
            ("the fan can go off now", "plug plug=fan state=off"),
            ("the hall light may go off", "light room=hall state=off"),
            ("light up the hall", "light room=hall state=on"),
            ("all lights out", "light state=off"),
            ("turn off every light in the house", "light state=off"),
            ("pull the hall blinds up", "blinds room=hall movement=open"),
            (
                "bring the hall blinds down",
                "blinds room=hall movement=close",
            ),
            ("blinds down in the hall", "blinds room=hall movement=close"),
            ("half brightness in the hall", "level room=hall level=50"),
            ("hall to full brightness", "level room=hall level=100"),
            ("a bit quieter please", "sound direction=quieter"),
            ("did I leave the back door open", "door_question"),
        ],
    );
}

/// A verb that no table knows may mean anything: with a particle or a value and a known
/// thing it leads to a question.
#[test]
fn an_unknown_verb_is_asked_about() {
    check(
        THINGS,
        &[
            ("whack the fan on", "? plug plug=fan state=on"),
            ("please bung the kettle on", "? plug plug=kettle state=on"),
            ("zap the hall light off", "? light room=hall state=off"),
            (
                "yank the hall blinds up",
                "? blinds room=hall movement=open",
            ),
            (
                "nudge brightness in the hall to fifty",
                "? level room=hall level=50",
            ),
            // These say that nothing is to change.
            ("leave the fan on", "-"),
            ("keep the kettle on", "-"),
            // Not in the place of a request, or not all explained.
            ("granny zapped the hall light off", "-"),
            ("he whacked the fan on", "-"),
            ("the fan conked off", "-"),
            ("zap the garage light off", "-"),
            ("the hall light turned itself off", "-"),
        ],
    );
    check(
        PAIRS,
        &[
            ("stick eggs on the list", "? put_on item=eggs"),
            ("bung the milk on the list", "? put_on item=the milk"),
            ("chuck milk off the list", "? take_off item=milk"),
            ("leave eggs on the list", "-"),
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
            ("turn the heating up two degrees", "heat degrees=+2"),
            ("dim the hall down ten percent", "level room=hall level=-10"),
            // No change is that large, and none so set is that small.
            ("turn the heating up by forty degrees", "-"),
            ("set the heating to two degrees", "-"),
        ],
    );
}

/// Fans and doors that one word names together, a garage, and values with a place.
const SHORT: &str = r#"
[lists]
room = ["kitchen", "bedroom", "hall", "office"]

[[intent]]
name = "light"
phrases = ["turn {state} [the] {room} (light|lights)", "turn {state} [the] (light|lights) in [the] {room}", "{room} light {state}"]
slots.room = { list = "room", ask = "Which room?" }
slots.state = { values = ["on", "off"] }

[[intent]]
name = "dim"
phrases = ["(set|dim) [the] {room} light to {level}"]
slots.room = { list = "room" }
slots.level = { type = "number", min = 0, max = 100, unit = "percent" }

[[intent]]
name = "fan"
phrases = ["turn {state} [the] {fan}"]
slots.fan = { values = [{ value = "desk", say = ["desk fan"] }, { value = "ceiling", say = ["ceiling fan"] }] }
slots.state = { values = ["on", "off"] }

[[intent]]
name = "lock"
phrases = ["lock [the] {door}"]
slots.door = { values = [
  { value = "front", say = ["front door"] },
  { value = "back", say = ["back door"] },
] }

[[intent]]
name = "garage"
phrases = ["{movement} [the] garage [door]"]
slots.movement = { values = ["open", { value = "close", say = ["close", "shut"] }] }

[[intent]]
name = "heat"
phrases = ["set [the] heating [in [the] {room}] to {degrees}"]
slots.room = { list = "room", optional = true }
slots.degrees = { type = "number", min = 5, max = 30, unit = "degrees" }

[[intent]]
name = "locked"
phrases = ["did (I|we) lock [the] {door}"]
slots.door = { values = [{ value = "front", say = ["front door"] }, { value = "back", say = ["back door"] }] }
"#;

#[test]
fn short_forms_have_another_order() {
    check(
        SHORT,
        &[
            ("garage shut please", "garage movement=close"),
            (
                "heating to twenty in the office",
                "heat room=office degrees=20",
            ),
            (
                "heating to twenty degrees in the hall",
                "heat room=hall degrees=20",
            ),
            ("dim the hall to forty", "dim room=hall level=40"),
            ("did I remember to lock the front door", "locked door=front"),
            // A verb that is no order, a value of no such thing, a thing that is none.
            ("garage was shut", "-"),
            ("the garage shut by itself", "-"),
            ("heating to forty in the office", "-"),
            ("heating to twenty in the attic", "-"),
            ("heating to twenty not in the office", "-"),
            ("dim the hall to four hundred", "-"),
            ("dim the garage to forty", "-"),
            ("I remember to lock the front door", "-"),
        ],
    );
}

#[test]
fn one_word_names_all_things() {
    check(
        SHORT,
        &[
            (
                "both fans off",
                "fan fan=desk state=off + fan fan=ceiling state=off",
            ),
            ("lock both doors", "lock door=front + lock door=back"),
            ("secure all the doors", "lock door=front + lock door=back"),
            (
                "lights off in the kitchen the hall and the office",
                "light room=kitchen state=off + light room=hall state=off + light room=office state=off",
            ),
            ("both windows shut", "-"),
            ("both doors", "-"),
            ("are both doors shut", "-"),
            ("lock all the doors but the back door", "-"),
            ("lights off in the kitchen the attic and the office", "-"),
        ],
    );
}

#[test]
fn what_corrects_may_change_the_thing() {
    check(
        SHORT,
        &[
            (
                "kitchen light on no wait the bedroom light",
                "light room=bedroom state=on",
            ),
            (
                "don't turn off the bedroom light turn off the office light",
                "light room=office state=off",
            ),
            (
                "heating to eighteen in the hall and twenty in the office",
                "heat room=hall degrees=18 + heat room=office degrees=20",
            ),
            ("don't turn off the bedroom light and the office light", "-"),
            ("don't turn off the bedroom light turn on the desk fan", "-"),
            ("don't turn off the bedroom light", "-"),
            ("kitchen light on no wait", "-"),
            ("kitchen light on no wait the attic light", "-"),
        ],
    );
}
