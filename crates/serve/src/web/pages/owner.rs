//! `/`, the page of the box's owner: what goes on, what is to ring, volume,
//! sentences to try, and the configuration. All its texts are here.

use maud::{Markup, html};
use serde_json::json;

use super::super::Shared;
use super::super::fault::Fault;
use crate::console::State;

/// The page.
pub(super) fn page(shared: &Shared) -> Markup {
    let info = shared.assistant.info();
    let state = shared.console.state();
    let texts = json!({
        "idle": idle(&state),
        "listening": "Listening",
        "thinking": "Thinking",
        "speaking": "Speaking",
        "ringing": "Ringing",
        "muted": "Microphone off",
        "deaf": "No microphone: sentences come from other programs",
        "stopped": "Stopped",
        "offline": "No connection to the box",
        "start": "",
        "cancel": "Cancel",
        "line": "Line",
        "busy": "One moment",
        "leftover": "left over",
        "understood": "Understood as",
        "nothing": "nothing",
        "sure": "Restore this backup? It takes the place of the present configuration and timers.",
        "passed": "passed",
        "got": "got",
        "expected": "expected",
        "done": "Done.",
        "ago": "ago",
        "minute": "min",
        "saved": "Saved. It counts from the next command on.",
        "restart": "After a restart of Mynah also: ",
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
                span #state-text { (idle(&state)) }
            }
            p #heard .soft aria-live="polite" {}
            p #reply aria-live="polite" aria-atomic="true" {}
            div .row {
                @if state.microphone { button data-post="/api/listen" { "Listen" } }
                button data-post="/api/stop" { "Stop" }
                @if state.microphone {
                    button #mute aria-pressed=(state.muted) { "Microphone off" }
                }
                div .volume {
                    label for="volume" { "Volume" }
                    input #volume type="range" min="0" max="100" value=(state.volume);
                    output #volume-text for="volume" { (state.volume) " %" }
                }
            }
        }
        (sentences())
        section aria-labelledby="timers-title" {
            h2 #timers-title { "Timers, alarms, reminders and commands for later" }
            p #no-timers .soft hidden[!state.timers.is_empty()] { "None is set." }
            ul #timers {}
        }
        section aria-labelledby="history-title" {
            h2 #history-title { "Since the start" }
            p .soft { "In memory only. What was said is shown with " code { "history = true" } " under [serve]." }
            ul #history {}
        }
        @if state.microphone { (wake(shared, &state)) }
        (tests())
        (new_intent())
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
        (backup())
    };
    super::frame(&info.device, "owner", &texts, &main)
}

/// What it says while nothing goes on.
fn idle(state: &State) -> &'static str {
    if state.microphone {
        "Waiting for the wake word"
    } else {
        "Ready"
    }
}

fn sentences() -> Markup {
    html! {
        section {
            form #ask .row {
                label for="ask-text" { "Try a sentence: the box acts on it, and answers here" }
                input #ask-text type="text" maxlength="1000" autocomplete="off";
                button { "Ask" }
                button #explain type="button" { "Only explain" }
            }
            div #account role="status" {}
            form #announce .row {
                label for="say-text" { "Let the box say something" }
                input #say-text type="text" maxlength="500" autocomplete="off";
                button { "Say" }
            }
        }
    }
}

fn wake(shared: &Shared, state: &State) -> Markup {
    let words = shared.assistant.info().wake_words;
    let words: Vec<String> = words.into_iter().map(|word| word.description).collect();
    html! {
        section aria-labelledby="wake-title" {
            h2 #wake-title { "Wake word" }
            p { (words.join(", ")) }
            p { "Since the start: accepted " output #accepted { "0" }
                ", rejected " output #rejected { "0" } "." }
            div .row {
                label for="sensitivity" { "How easily it wakes" }
                select #sensitivity {
                    @if state.sensitivity.is_none() {
                        option value="" selected { "different for each word" }
                    }
                    @for (value, text) in [("low", "low: fewer false alarms"),
                        ("normal", "normal"), ("high", "high: fewer misses")] {
                        option value=(value) selected[state.sensitivity == Some(value)] { (text) }
                    }
                }
                span #sensitivity-saved role="status" {}
            }
        }
    }
}

fn tests() -> Markup {
    html! {
        section aria-labelledby="tests-title" {
            h2 #tests-title { "Is everything right?" }
            div .row {
                button #doctor { "Examine this machine" }
                button #run-tests { "Run the tests of the file" }
                span #examined role="status" {}
            }
            ul #findings aria-label="Findings" {}
        }
    }
}

fn new_intent() -> Markup {
    let field = |name: &str, label: &str, needed: bool| {
        html! {
            label for={ "new-" (name) } { (label) }
            input id={ "new-" (name) } type="text" name=(name) required[needed] maxlength="500"
                autocomplete="off";
        }
    };
    let lines = |name: &str, label: &str, needed: bool| {
        html! {
            label for={ "new-" (name) } { (label) }
            textarea .few id={ "new-" (name) } name=(name) required[needed] spellcheck="false" {}
        }
    };
    html! {
        section aria-labelledby="new-title" {
            h2 #new-title { "Add an intent" }
            form #new-intent {
                (field("name", "Name, such as fan_set", true))
                (lines("phrases", "Phrases, one a line: (turn|switch) {state} the fan", true))
                (lines("slots", "Slots, one a line: state=on, off", false))
                (field("action", "Action: mqtt home/fan/set {state}", false))
                (field("reply", "Reply: The fan is {state}.", false))
                (field("confirm", "Question before the action", false))
                (lines("tests", "Test sentences, one a line", false))
                div .row {
                    button { "Add" }
                    span #added role="status" {}
                }
            }
        }
    }
}

fn backup() -> Markup {
    html! {
        section aria-labelledby="backup-title" {
            h2 #backup-title { "Backup" }
            p .soft { "Configuration, its secrets, timers and volume. Keep the file to yourself." }
            div .row {
                a href="/api/backup" download { "Download a backup" }
                label for="backup" { "Restore a backup" }
                input #backup type="file" accept=".zip,application/zip";
                span #restored role="status" {}
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
