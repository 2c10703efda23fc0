//! The prompt of the language model, to the last byte.

use mynah_core::intent::guided::primed_prompt;
use mynah_core::llm::Ask;
use mynah_llm_link::{ChatTemplate, Family};

const FILE: &str = r#"
[lists]
room = ["kitchen", "bedroom", "bathroom", "hall", { value = "living_room", say = ["living room", "lounge"] }]

[[intent]]
name = "light_switch"
description = "Switch the light of a room on or off"
phrases = ["(turn|switch) {state} [the] {room} light"]
slots.room = { list = "room", ask = "Which room?" }
slots.state = { values = ["on", "off"] }

[[intent]]
name = "heating_set"
description = "Set the temperature of a room"
phrases = ["set [the] {room} to {degrees}"]
slots.room = { list = "room", optional = true }
slots.degrees = { type = "number", min = 5, max = 30, unit = "degrees" }

[[intent]]
name = "dim"
description = "Dim the light of a room"
phrases = ["dim the {room} light to {percent}"]
slots.room = { list = "room", ask = "Which room?" }
slots.percent = { type = "number", min = 0, max = 100, unit = "percent" }

[[intent]]
name = "move"
description = "Move the robot from one room to another"
phrases = ["move from {room:from} to {room:to}"]
slots.from = { list = "room" }
slots.to = { list = "room" }

[[intent]]
name = "note_add"
description = "Write a note"
phrases = ["note {text}"]
slots.text = { type = "text" }

[[intent]]
name = "door_question"
description = "Say whether the door is open"
phrases = ["is the door open"]
"#;

/// The very text that Qwen2.5-Coder reads, to the last byte: what was measured
/// with it holds as long as this does.
#[test]
fn the_prompt_of_qwen_is_what_it_was_measured_with() {
    let settings = mynah_config::parse(FILE).unwrap_or_else(|problems| panic!("{problems:?}"));
    let template = ChatTemplate::of(Family::ChatMl, None);
    let pieces = template.cut(&primed_prompt(&settings));
    let pieces = pieces.expect("it can be cut");
    assert_eq!(pieces.prefix, include_str!("chatml.txt"));
    let ask = Ask {
        user: "the lounge wants its light on".into(),
        ..Ask::default()
    };
    assert_eq!(
        pieces.question(&ask, None),
        "<|im_start|>user\nthe lounge wants its light on<|im_end|>\n<|im_start|>assistant\n"
    );
}
