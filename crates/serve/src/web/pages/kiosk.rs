//! `/kiosk`, the view for a screen in a room: captions of what is heard and
//! answered, what an intent shows, timers, and sentences to tap, for people who
//! cannot hear or do not want to speak. All its texts are here.

use maud::{Markup, html};
use serde_json::json;

use super::super::Shared;

const SPOKEN: &str = "Say the wake word, or tap a sentence.";
const WRITTEN: &str = "Tap a sentence, or write one.";

/// The page.
pub(super) fn page(shared: &Shared) -> Markup {
    let info = shared.assistant.info();
    let state = shared.console.state();
    let start = if state.microphone { SPOKEN } else { WRITTEN };
    let texts = json!({
        "idle": "Ready",
        "listening": "Listening",
        "thinking": "One moment",
        "speaking": "Answering",
        "ringing": "Ringing",
        "muted": "Microphone off",
        "deaf": "Ready, without a microphone",
        "stopped": "Switched off",
        "offline": "No connection to the box",
        "start": start,
        "qr": "QR code of",
    });
    let main = html! {
        header {
            h1 { (info.device) }
            div #state .state data-state="idle" role="status" {
                span .shape aria-hidden="true" {}
                span #state-text { "Ready" }
            }
        }
        p #heard .heard aria-live="polite" {}
        div #answer .answer aria-live="assertive" {
            p #reply .reply { (start) }
            div #shown .shown {}
        }
        p #problem .bad role="alert" {}
        ul #timers .timers aria-label="Timers" {}
        div #sentences .row role="group" aria-label="Sentences" {
            @for sentence in shared.console.suggestions() {
                button type="button" data-say=(sentence) { (sentence) }
            }
        }
        div .row {
            @if state.microphone {
                button type="button" .speak data-post="/api/listen" { "Speak" }
            } @else {
                form #ask .row {
                    label for="ask-text" { "Write a sentence" }
                    input #ask-text type="text" maxlength="1000" autocomplete="off";
                    button { "Ask" }
                }
            }
            button type="button" data-post="/api/stop" { "Stop" }
        }
    };
    super::frame(&info.device, "kiosk", &texts, &main)
}
