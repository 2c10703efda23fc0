//! `/`, the page of the box's owner: what goes on, what is to ring, volume,
//! sentences to try, and the configuration. All its texts are here.

use maud::{Markup, html};
use serde_json::json;

use super::super::Shared;
use super::super::fault::Fault;

/// The page.
pub(super) fn page(shared: &Shared) -> Markup {
    let info = shared.assistant.info();
    let state = shared.console.state();
    let texts = json!({
        "idle": "Waiting for the wake word",
        "listening": "Listening",
        "thinking": "Thinking",
        "speaking": "Speaking",
        "ringing": "Ringing",
        "muted": "Microphone off",
        "stopped": "Stopped",
        "offline": "No connection to the box",
        "start": "",
        "cancel": "Cancel",
        "line": "Line",
        "saved": "Saved. It counts after a restart of Mynah.",
        "wrong": "Not saved: the file that was there before still counts.",
    });
    let main = html! {
        h1 { (info.device) }
        p .soft { "Mynah " (info.version)
            @if let Some(area) = &info.area { ", " (area) }
            @if let Some(llm) = &state.llm { ", language model " (llm) }
        }
        p #problem .bad role="alert" {}
        section aria-label="Now" {
            div #state .state data-state="idle" role="status" {
                span .shape aria-hidden="true" {}
                span #state-text { "Waiting for the wake word" }
            }
            p #heard .soft aria-live="polite" {}
            p #reply aria-live="polite" aria-atomic="true" {}
            div .row {
                button data-post="/api/listen" { "Listen" }
                button data-post="/api/stop" { "Stop" }
                button #mute aria-pressed=(state.muted) { "Microphone off" }
                label for="volume" { "Volume" }
                input #volume type="range" min="0" max="100" value=(state.volume);
                output #volume-text for="volume" { (state.volume) " %" }
            }
        }
        (sentences())
        section aria-labelledby="timers-title" {
            h2 #timers-title { "Timers, alarms, reminders and commands for later" }
            p #no-timers .soft hidden[!state.timers.is_empty()] { "None is set." }
            ul #timers {}
        }
        section aria-labelledby="history-title" {
            h2 #history-title { "Since this page was opened" }
            ul #history {}
        }
        section aria-labelledby="config-title" {
            h2 #config-title { "Configuration" }
            label for="config" { "mynah.toml" }
            textarea #config spellcheck="false" autocapitalize="off" {}
            div .row {
                button #save { "Check and save" }
                span #saved role="status" {}
            }
            ul #problems aria-label="Problems" {}
        }
    };
    super::frame(&info.device, "owner", &texts, &main)
}

fn sentences() -> Markup {
    html! {
        section {
            form #ask .row {
                label for="ask-text" { "Try a sentence: the box acts on it, and answers here" }
                input #ask-text type="text" maxlength="1000" autocomplete="off";
                button { "Ask" }
            }
            form #announce .row {
                label for="say-text" { "Let the box say something" }
                input #say-text type="text" maxlength="500" autocomplete="off";
                button { "Say" }
            }
        }
    }
}

/// The page that asks for the token.
pub(super) fn sign_in(fault: &Fault, path: &str) -> Markup {
    let main = html! {
        h1 { "Mynah" }
        section {
            p { "From another machine, this page needs the token of the box." }
            p role="alert" { (fault.error) }
            form .row method="get" action=(path) {
                label for="token" { "Token" }
                input #token type="password" name="token" autocomplete="current-password";
                button { "Open" }
            }
        }
    };
    // Without a script: it would only fail.
    html! {
        (maud::DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Mynah" }
                link rel="stylesheet" href="/style.css";
            }
            body { main { (main) } }
        }
    }
}
