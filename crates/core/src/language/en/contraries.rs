//! English words for the two sides of a contrary.

use crate::language::Contrary;

#[rustfmt::skip]
pub(super) static CONTRARIES: [Contrary; 5] = [
    Contrary {
        heads: [
            &["on", "enable", "enabled", "activate", "start"],
            &["off", "disable", "disabled", "deactivate", "stop"],
        ],
        hints: [
            &[
                "is dark", "is too dark", "is so dark", "is very dark", "is far too dark",
                "is getting dark", "pitch dark", "pitch black", "pitch dark in", "can not see",
                "to see", "cannot see", "illuminate", "light up", "lit", "bright", "brighten",
                "some light", "bit of light", "need light", "want light", "more light", "glow",
                "shine", "fire up", "power up", "enable", "activate", "get going", "going",
                "start", "run", "running",
            ],
            &[
                "kill", "get rid", "rid", "out", "extinguish", "douse", "dark", "darkness",
                "darken", "cut", "disable", "deactivate", "shut", "shut down", "power down",
                "stop", "end", "no more", "no more light", "no more lights", "not need", "not needed", "no longer need",
                "nobody is in", "no one is in", "nobody in", "too bright", "is too bright",
                "wasting", "waste", "unplug", "kill off",
            ],
        ],
    },
    Contrary {
        heads: [&["open", "raise", "up"], &["close", "shut", "lower", "down"]],
        hints: [
            &[
                "up", "raise", "lift", "roll up", "pull up", "draw back", "let in", "in the sun",
                "the sun in", "sun into", "sunshine", "daylight", "sunlight", "let him", "let her",
                "let them", "let me in", "let us in", "come in", "get in", "drive in", "fresh air",
            ],
            &[
                "down", "shut", "lower", "drop", "cover", "block", "draw", "not stay open",
                "not be open", "keep out", "can look in", "look into", "too sunny", "glare",
                "privacy", "blinding", "behind me", "seal",
            ],
        ],
    },
    Contrary {
        heads: [
            &["up", "louder", "higher", "more", "increase", "raise", "brighter", "faster"],
            &["down", "quieter", "lower", "less", "decrease", "reduce", "softer", "dimmer", "slower"],
        ],
        hints: [
            &[
                "louder", "crank", "boost", "pump", "raise", "increase", "higher", "more",
                "too quiet", "too low", "too soft", "barely hear", "hardly hear", "not hear",
                "can not hear", "brighter", "too dark", "too dim", "faster", "too slow", "stronger",
            ],
            &[
                "quieter", "softer", "lower", "decrease", "reduce", "less", "not so loud",
                "too loud", "so loud", "deafening", "hurt", "blasting", "noisy", "keep it down",
                "tone", "dimmer", "dim", "too bright", "slower", "too fast", "weaker", "too high",
            ],
        ],
    },
    Contrary {
        heads: [&["warmer", "hotter"], &["cooler", "colder"]],
        hints: [
            &["cold", "chilly", "freezing", "freeze", "frozen", "shivering", "too cool", "warm up"],
            &["hot", "boiling", "sweating", "stuffy", "too warm", "melting", "cool down", "roasting"],
        ],
    },
    Contrary {
        heads: [&["lock", "locked"], &["unlock", "unlocked"]],
        hints: [
            &["secure", "bolt", "burglar", "burglars", "going to bed", "keep out"],
            &["let in", "let him in", "let her in", "let them in", "let me in", "come in", "undo the lock"],
        ],
    },
];
