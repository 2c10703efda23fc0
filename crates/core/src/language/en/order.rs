//! English verbs that only carry a command, and what may stand in their place.

use crate::language::OrderWords;

#[rustfmt::skip]
pub(super) static ORDER: OrderWords = OrderWords {
    opening: &[
        "please", "could you", "can you", "would you", "will you", "could you please",
        "would you please", "can you please", "i want", "i would like", "i would love", "i need",
        "can i have", "could i have", "may i have", "can i get", "could i get", "can we have",
        "could we have", "let us have", "let me have", "we need", "we want", "we would like",
        "i want to have", "i would like to have", "okay", "now", "hey", "and", "then", "so",
    ],
    switching: &["turn", "switch", "put"],
    switching_too: &["get", "flick", "flip", "pop", "stick", "shut", "click", "power"],
    particles: &["on", "off", "up", "down"],
    setting: &["set", "put", "turn", "dim", "make", "change"],
    setting_too: &[
        "bring", "get", "adjust", "raise", "lower", "increase", "decrease", "reduce",
        "brighten", "heat", "warm", "cool", "move", "take", "drop", "switch", "keep",
    ],
    set_to: "to",
    before_value: &["to", "at", "down to", "up to", "up at", "down at", "on to", "back to"],
    redundant: &[
        ("open up", "open"), ("close up", "close"), ("lock up", "lock"), ("start up", "start"),
        ("heat up", "heat"), ("warm up", "warm"), ("dim down", "dim"), ("read out", "read"),
        ("back on", "on"), ("back off", "off"), ("back up", "up"), ("back down", "down"),
    ],
};
