//! What the box says of itself in English.

use crate::language::{Labels, Sentences};

pub(super) static SENTENCES: Sentences = Sentences {
    not_heard: "Sorry, I did not hear anything.",
    not_understood: "Sorry, I did not understand that.",
    cancelled: "Okay, never mind.",
    cannot_do: "Sorry, I cannot do that.",
    action_failed: "Sorry, that did not work.",
    too_slow: "Sorry, that took too long.",
    only_simple: "Sorry, I can only understand simple commands right now.",
    broken: "Sorry, something went wrong. Please try again.",
    microphone_off: "My microphone is off.",
    microphone_lost: "I cannot hear anything. My microphone is gone.",
    microphone_found: "I can hear again.",
    microphone_stuck: "I cannot find my microphone any more. Please restart me.",
    sample: "The light in the kitchen is on.",
    loudspeaker_found: "My loudspeaker is back.",
};

pub(super) static LABELS: Labels = Labels {
    state: "State",
    intent: "Last intent",
    mute: "Mute",
    volume: "Volume",
    say: "Say this",
    announce: "Announce",
    ask: "Ask",
    answer: "Answer",
    listen: "Listen",
    stop: "Stop",
    timers: "Next timer or alarm",
    wakes: "Wake words",
    heard: "Last heard",
    update: "Update",
};
