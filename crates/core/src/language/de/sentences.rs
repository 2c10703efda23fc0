//! What the box says of itself in German.

use crate::language::{Labels, Sentences};

pub(super) static SENTENCES: Sentences = Sentences {
    not_heard: "Entschuldigung, ich habe nichts gehört.",
    not_understood: "Entschuldigung, das habe ich nicht verstanden.",
    cancelled: "In Ordnung, dann nicht.",
    cannot_do: "Entschuldigung, das kann ich nicht.",
    action_failed: "Entschuldigung, das hat nicht geklappt.",
    too_slow: "Entschuldigung, das hat zu lange gedauert.",
    only_simple: "Entschuldigung, ich verstehe gerade nur einfache Befehle.",
    broken: "Entschuldigung, da ist etwas schiefgegangen. Bitte versuch es noch einmal.",
    microphone_off: "Mein Mikrofon ist aus.",
    microphone_lost: "Ich kann nichts hören. Mein Mikrofon ist weg.",
    microphone_found: "Ich kann wieder hören.",
    microphone_stuck: "Ich finde mein Mikrofon nicht mehr. Bitte starte mich neu.",
    sample: "Das Licht in der Küche ist an.",
    loudspeaker_found: "Mein Lautsprecher ist wieder da.",
};

pub(super) static LABELS: Labels = Labels {
    state: "Zustand",
    intent: "Letzter Befehl",
    mute: "Stumm",
    volume: "Lautstärke",
    say: "Sag das",
    announce: "Durchsage",
    ask: "Frage",
    answer: "Antwort",
    listen: "Zuhören",
    stop: "Stopp",
    timers: "Nächster Timer oder Wecker",
    wakes: "Weckwörter",
    heard: "Zuletzt gehört",
    update: "Aktualisierung",
};
