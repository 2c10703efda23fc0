//! English verbs that only carry a command, and those that mean the same. A verb
//! belongs here if a dictionary has that meaning; any other is asked about.

use crate::language::{OrderWords, SameVerbs};

#[rustfmt::skip]
pub(super) static ORDER: OrderWords = OrderWords {
    risky: &["unlock", "disarm", "buy", "purchase", "pay"],
    waking: &["wake", "waken", "get me up", "get up", "be up"],
    ways_in: &["garage", "gate", "door"],
    really: "Really do this: {}?",
    opening: &[
        "please", "could you", "can you", "would you", "will you", "could you please",
        "would you please", "can you please", "i want", "i would like", "i would love", "i need",
        "can i have", "could i have", "may i have", "can i get", "could i get", "can we have",
        "could we have", "let us have", "let me have", "we need", "we want", "we would like",
        "i want to have", "i would like to have", "okay", "now", "hey", "and", "then", "so",
    ],
    switching: &["turn", "switch", "put"],
    switching_too: &["get", "flick", "flip", "click", "snap", "shut", "power"],
    particles: &["on", "off", "up", "down"],
    setting: &["set", "put", "turn", "dim", "make", "change"],
    setting_too: &[
        "bring", "get", "adjust", "raise", "lower", "increase", "decrease", "reduce",
        "brighten", "heat", "warm", "cool", "move", "take", "drop", "switch", "keep",
    ],
    one_at_a_time: &["play"],
    set_to: "to",
    before_value: &["to", "at", "down to", "up to", "up at", "down at", "on to", "back to"],
    redundant: &[
        ("open up", "open"), ("close up", "close"), ("lock up", "lock"), ("start up", "start"),
        ("heat up", "heat"), ("warm up", "warm"), ("dim down", "dim"), ("read out", "read"),
        ("back on", "on"), ("back off", "off"), ("back up", "up"), ("back down", "down"),
    ],
    implying: &[
        ("kill", "off"), ("extinguish", "off"), ("douse", "off"), ("cut", "off"),
        ("deactivate", "off"), ("disable", "off"), ("activate", "on"), ("enable", "on"),
        ("start", "on"), ("run", "on"), ("launch", "on"), ("stop", "off"), ("halt", "off"),
    ],
    sayings: &[
        ("lights out", "lights off"), ("light out", "light off"),
        ("did i remember to", "did i"), ("did we remember to", "did we"),
        ("have i remembered to", "did i"), ("have we remembered to", "did we"),
        ("did i leave", "is"), ("did we leave", "is"), ("have i left", "is"), ("have we left", "is"),
        ("did anyone leave", "is"), ("did somebody leave", "is"), ("what have i got", "what is"),
        ("what have we got", "what is"), ("what do i have", "what is"), ("what do we have", "what is"),
        ("halfway", "fifty percent"), ("half way", "fifty percent"),
    ],
    ensuring: &[
        "make sure", "make sure that", "be sure that", "ensure", "ensure that", "see that",
        "see to it that", "please make sure", "please make sure that", "have", "i want",
        "i would like", "i need", "let",
    ],
    being: &["is", "are", "be", "to be", "gets", "get"],
    split: &[
        ("shut", "down", "off"), ("power", "down", "off"), ("close", "down", "off"),
        ("power", "up", "on"), ("fire", "up", "on"), ("start", "up", "on"), ("get", "going", "on"),
        ("get", "running", "on"), ("get", "started", "on"), ("set", "going", "on"),
    ],
    moving: &[("up", &["open", "raise"]), ("down", &["close", "lower"])],
    moving_too: &["bring", "pull", "put", "let", "draw", "roll"],
    becoming: &[
        "can go", "can be", "can come", "may go", "may be", "may come", "could go", "could come",
        "can be turned", "can be switched",
    ],
    lighting: &[("light up", "light"), ("illuminate", "light")],
    everywhere: &[
        "in the house", "in the whole house", "in this house", "in the home", "at home",
        "in the building", "everywhere", "in every room", "in all rooms",
    ],
    small_amount: &["a", "bit", "little", "please", "tad", "touch", "just"],
    making: &["make it", "turn it"],
    inside: "in",
    share: "percent",
    both: "both",
    of_all: &["both", "all"],
    fronted: &["open", "close", "shut", "lock", "unlock", "raise", "lower", "pause", "mute"],
    of_thing: &[("dim", "light"), ("brighten", "light")],
    same: &[
        SameVerbs {
            verbs: &["take", "remove", "delete"],
            too: &[
                "take", "remove", "delete", "cross", "scratch", "strike", "drop", "wipe", "erase",
                "tick",
            ],
            with: &["off", "from"],
        },
        SameVerbs {
            verbs: &["add", "put", "write"],
            too: &[
                "add", "put", "write", "place", "note", "jot", "enter", "include",
            ],
            with: &["to", "on", "onto"],
        },
        SameVerbs {
            verbs: &["start", "begin", "activate"],
            too: &["start", "begin", "activate", "launch", "initiate"],
            with: &[],
        },
        SameVerbs {
            verbs: &["stop", "end", "finish"],
            too: &["stop", "end", "finish", "halt", "quit"],
            with: &[],
        },
        SameVerbs {
            verbs: &["close", "shut"],
            too: &["close", "shut"],
            with: &[],
        },
        SameVerbs {
            verbs: &["increase", "raise"],
            too: &["increase", "raise", "boost"],
            with: &[],
        },
        SameVerbs {
            verbs: &["decrease", "lower", "reduce"],
            too: &["decrease", "lower", "reduce"],
            with: &[],
        },
        SameVerbs {
            verbs: &["lock"],
            too: &["secure", "bolt"],
            with: &[],
        },
    ],
};
