//! `/kiosk`, the view for a screen in a room: captions of what is heard and
//! answered, timers, and sentences to tap, for people who cannot hear or do not
//! want to speak. All its texts are here.

use maud::{Markup, html};
use serde_json::json;

use super::super::Shared;

const START: &str = "Say the wake word, or tap a sentence.";

/// The page.
pub(super) fn page(shared: &Shared) -> Markup {
    let info = shared.assistant.info();
    let texts = json!({
        "idle": "Ready",
        "listening": "Listening",
        "thinking": "One moment",
        "speaking": "Answering",
        "ringing": "Ringing",
        "muted": "Microphone off",
        "stopped": "Switched off",
        "offline": "No connection to the box",
        "start": START,
    });
    let main = html! {
        h1 { (info.device) }
        div #state .state data-state="idle" role="status" {
            span .shape aria-hidden="true" {}
            span #state-text { "Ready" }
        }
        p #heard .heard aria-live="polite" {}
        p #reply .reply aria-live="assertive" aria-atomic="true" { (START) }
        p #problem .bad role="alert" {}
        ul #timers .timers aria-label="Timers" {}
        div .row role="group" aria-label="Sentences" {
            @for sentence in shared.console.suggestions() {
                button data-say=(sentence) { (sentence) }
            }
        }
        div .row {
            button data-post="/api/listen" { "Speak" }
            button data-post="/api/stop" { "Stop" }
        }
    };
    super::frame(&info.device, "kiosk", &texts, &main)
}
