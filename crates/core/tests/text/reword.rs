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
