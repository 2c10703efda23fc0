//! The sequences that Home Assistant and the reference client send.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use mynah_core::model::{Address, Handle};
use mynah_serve::wyoming::Server;
use serde_json::json;

use crate::client::{Client, encoded, serve};
use crate::script::{RATE, Script, Shared};

#[test]
fn everything_is_described_and_no_satellite() {
    let (server, _) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send_bytes(b"{\"type\": \"describe\"}\n");
    let (kind, info, _) = client.event().expect("an answer");
    assert_eq!(kind, "info");
    let roles: Vec<_> = info.keys().map(String::as_str).collect();
    assert_eq!(
        roles,
        ["asr", "tts", "handle", "intent", "wake", "mic", "snd"]
    );
    for (role, list, model) in [
        ("asr", "models", "ears"),
        ("tts", "voices", "joe"),
        ("handle", "models", "Kitchen"),
        ("wake", "models", "hey_jarvis"),
    ] {
        let program = &info[role][0];
        for key in ["name", "attribution", "installed", "description", "version"] {
            assert!(!program[key].is_null(), "{role}.{key}");
            assert!(!program[list][0][key].is_null(), "{role}.{list}.{key}");
        }
        assert_eq!(program["name"], "Kitchen");
        assert_eq!(program[list][0]["name"], model);
        assert_eq!(program[list][0]["languages"], json!(["en"]));
    }
    assert_eq!(info["asr"][0]["requires_external_vad"], false);
    assert_eq!(info["tts"][0]["supports_synthesize_streaming"], true);
    assert_eq!(info["handle"][0]["supports_home_control"], true);
    assert_eq!(info["wake"][0]["models"][0]["phrase"], "hey jarvis");
}

#[test]
fn the_role_of_the_commands_follows_the_configuration() {
    for (handle, handles, intents) in [
        (Handle::Act, 1, 0),
        (Handle::Intent, 0, 1),
        (Handle::Off, 0, 0),
    ] {
        let (server, _) = serve(handle);
        let mut client = Client::of(&server);
        client.send("describe", json!({}));
        let (_, info, _) = client.event().expect("an answer");
        let count = |role: &str| info[role].as_array().map_or(0, Vec::len);
        assert_eq!((count("handle"), count("intent")), (handles, intents));
    }
}

#[test]
fn the_transcript_comes_before_the_client_ends_the_sound() {
    let (server, _) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send(
        "transcribe",
        json!({"language": "en", "context": {"id": 7}}),
    );
    client.start();
    client.sound(200, false);
    client.sound(640, true);
    client.sound(400, false);
    // 640 ms from 200 ms on reach into 21 frames of 32 ms.
    let expected =
        "transcript {\"text\":\"20 loud frames\",\"language\":\"en\",\"context\":{\"id\":7}}";
    assert_eq!(client.line(), expected);
    // What still comes is no second utterance.
    client.sound(640, true);
    client.send("audio-stop", json!({"timestamp": null}));
    client.send("ping", json!({"text": "still there?"}));
    assert_eq!(client.line(), "pong {\"text\":\"still there?\"}");
}

#[test]
fn a_client_that_ends_the_sound_first_gets_its_transcript_too() {
    let (server, _) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send("transcribe", json!({"name": "ears", "language": null}));
    client.start();
    client.sound(640, true);
    client.send("audio-stop", json!({}));
    assert_eq!(
        client.line(),
        "transcript {\"text\":\"20 loud frames\",\"language\":\"en\"}"
    );
    // The same connection again, without `transcribe`.
    client.start();
    client.sound(320, true);
    client.send("audio-stop", json!({}));
    assert_eq!(
        client.line(),
        "transcript {\"text\":\"10 loud frames\",\"language\":\"en\"}"
    );
}

#[test]
fn silence_is_an_empty_transcript() {
    let (server, _) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send("transcribe", json!({}));
    client.start();
    client.sound(4_000, false);
    assert_eq!(
        client.line(),
        "transcript {\"text\":\"\",\"language\":\"en\"}"
    );
    client.send("transcribe", json!({}));
    client.send("audio-stop", json!({}));
    assert_eq!(
        client.line(),
        "transcript {\"text\":\"\",\"language\":\"en\"}"
    );
}

#[test]
fn names_and_terms_reach_the_recogniser() {
    let (server, script) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send(
        "transcribe",
        json!({"transcript_names": ["Ada's lamp"], "transcript_terms": ["dim"],
               "vad_sensitivity": "relaxed"}),
    );
    client.start();
    client.send("audio-stop", json!({}));
    client.line();
    let noted = script.noted().join(" ");
    assert_eq!(
        noted,
        "Hints { names: [\"Ada's lamp\"], terms: [\"dim\"], pause: Relaxed }"
    );
}

#[test]
fn what_cannot_be_heard_is_an_error_with_a_remedy() {
    let (server, _) = serve(Handle::Act);
    let mut client = Client::of(&server);
    let mut check = |events: &[(&str, serde_json::Value)], expected: &str| {
        for (kind, data) in events {
            client.send(kind, data.clone());
        }
        let line = client.line();
        assert!(
            line.starts_with("error ") && line.contains(expected),
            "{line}"
        );
    };
    let transcribe = ("transcribe", json!({}));
    check(
        &[("transcribe", json!({"language": "de"}))],
        "choose one of: en",
    );
    check(
        &[transcribe.clone(), ("audio-start", json!({"rate": 12}))],
        "send 16000",
    );
    check(
        &[
            transcribe.clone(),
            ("audio-start", json!({})),
            ("audio-chunk", json!({"width": 9})),
        ],
        "send 2",
    );
    check(
        &[transcribe, ("audio-chunk", json!({}))],
        "send `audio-start`",
    );
    check(
        &[("detect", json!({"names": ["computer"]}))],
        "this wake word",
    );
    check(
        &[("synthesize", json!({"text": "a", "text_format": "ssml"}))],
        "send plain text",
    );
    check(
        &[("synthesize-chunk", json!({"text": "a"}))],
        "synthesize-start",
    );
    check(
        &[("synthesize", json!({"text": "broken"}))],
        "its log says why",
    );
    check(
        &[("synthesize", json!({"text": "a ".repeat(20_000)}))],
        "send it in parts",
    );
    check(
        &[("transcript", json!({"text": "broken"}))],
        "its log says why",
    );
    check(
        &[("transcript", json!({"text": "a ".repeat(1_000)}))],
        "a sentence may have",
    );
}

/// Reads speech up to `audio-stop`: its seconds, in tenths.
fn speech(client: &mut Client) -> u64 {
    assert_eq!(
        client.line(),
        format!("audio-start {{\"rate\":{RATE},\"width\":2,\"channels\":1,\"timestamp\":0}}")
    );
    let mut samples = 0;
    loop {
        let (kind, data, payload) = client.event().expect("speech");
        assert_eq!(data["timestamp"], samples * 1000 / u64::from(RATE));
        if kind == "audio-stop" {
            return samples * 10 / u64::from(RATE);
        }
        assert_eq!(
            (kind.as_str(), &data["rate"]),
            ("audio-chunk", &json!(RATE))
        );
        samples += payload.len() as u64 / 2;
    }
}

#[test]
fn a_text_is_spoken() {
    let (server, script) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send(
        "synthesize",
        json!({"text": "One two. Three!", "voice": {"name": "joe"}}),
    );
    assert_eq!(speech(&mut client), 3);
    assert_eq!(script.noted(), ["say One two.", "say Three!"]);
    client.send("synthesize", json!({"text": " "}));
    assert_eq!(speech(&mut client), 0);
}

#[test]
fn a_text_is_spoken_while_it_is_written() {
    let (server, script) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send("synthesize-start", json!({"voice": null, "context": null}));
    client.send("synthesize-chunk", json!({"text": "The lamp"}));
    client.send("synthesize-chunk", json!({"text": " is on. And"}));
    // The first sentence is heard before the text is complete.
    assert!(client.line().starts_with("audio-start"));
    assert!(client.line().starts_with("audio-chunk"));
    client.send("synthesize-chunk", json!({"text": " the heating"}));
    client.send(
        "synthesize",
        json!({"text": "The lamp is on. And the heating"}),
    );
    client.send("synthesize-stop", json!({}));
    let mut last = String::new();
    let mut starts = 0;
    loop {
        let line = client.line();
        starts += usize::from(line.starts_with("audio-start"));
        if line.starts_with("synthesize-stopped") {
            break;
        }
        last = line;
    }
    assert!(last.starts_with("audio-stop"), "{last}");
    assert_eq!(starts, 0, "it begins once");
    assert_eq!(
        script.noted(),
        ["say The lamp is on.", "say And the heating"]
    );
}

#[test]
fn a_sentence_is_handled_and_its_conversation_goes_on() {
    let (server, script) = serve(Handle::Act);
    let ask = |text: &str, id: Option<&str>, expected: &str| {
        // Home Assistant connects anew for each sentence.
        let mut client = Client::of(&server);
        let context = id.map(|id| json!({"conversation_id": id, "device_id": null}));
        client.send(
            "transcript",
            json!({"text": text, "language": "en", "context": context}),
        );
        let (kind, data, _) = client.event().expect("an answer");
        assert_eq!(
            format!("{kind}: {}", data["text"].as_str().unwrap_or("-")),
            expected
        );
        assert_eq!(
            data.get("context"),
            context.as_ref(),
            "the context comes back"
        );
    };
    ask("light on", Some("a"), "handled: 0 before; light on");
    ask("which", Some("a"), "handled: 1 before; which");
    ask("light on", Some("b"), "handled: 0 before; light on");
    ask("no", Some("a"), "not-handled: 2 before; no");
    ask("hello", None, "not-recognized: 0 before; hello");
    ask("light on", None, "handled: 0 before; light on");
    assert!(script.noted().iter().all(|line| line.starts_with("Yes: ")));
}

#[test]
fn intents_are_handed_back_where_the_client_acts() {
    let (server, script) = serve(Handle::Intent);
    let ask = |text: &str, expected: &[&str]| {
        let mut client = Client::of(&server);
        client.send("transcript", json!({"text": text}));
        let lines: Vec<_> = expected.iter().map(|_| client.line()).collect();
        assert_eq!(lines, expected);
    };
    let entities = "\"entities\":[{\"name\":\"room\",\"value\":\"hall\"}]";
    ask(
        "on",
        &[&format!(
            "intent {{\"name\":\"light_on\",{entities},\"text\":\"0 before; on\"}}"
        )],
    );
    ask(
        "both",
        &[
            "intents-start {}",
            &format!("intent {{\"name\":\"light_on\",{entities},\"text\":\"0 before; both\"}}"),
            &format!("intent {{\"name\":\"light_off\",{entities},\"text\":\"0 before; both\"}}"),
            "intents-stop {}",
        ],
    );
    ask("which", &["not-handled {\"text\":\"0 before; which\"}"]);
    ask("hello", &["not-recognized {\"text\":\"0 before; hello\"}"]);
    // At once it would be wrong.
    let mut client = Client::of(&server);
    client.send("recognize", json!({"text": "later"}));
    let line = client.line();
    assert!(line.starts_with("not-handled"), "{line}");
    assert!(script.noted().iter().all(|line| line.starts_with("No: ")));
}

#[test]
fn nothing_is_handled_where_that_is_off() {
    let (server, script) = serve(Handle::Off);
    let mut client = Client::of(&server);
    client.send("transcript", json!({"text": "light on"}));
    let line = client.line();
    assert!(
        line.starts_with("error ") && line.contains("not-offered"),
        "{line}"
    );
    assert!(script.noted().is_empty());
}

#[test]
fn wake_words_are_detected_with_the_client_s_times() {
    let (server, _) = serve(Handle::Act);
    let mut client = Client::of(&server);
    client.send("detect", json!({"names": ["hey_jarvis"]}));
    client.start();
    client.sound(500, false);
    let format = json!({"rate": 16000, "width": 2, "channels": 1, "timestamp": 4321});
    client.send_bytes(&encoded("audio-chunk", &format, &[0, 64].repeat(1600)));
    assert_eq!(
        client.line(),
        "detection {\"name\":\"hey_jarvis\",\"timestamp\":4321}"
    );
    client.send("audio-stop", json!({}));
    client.send("detect", json!({"names": null}));
    client.start();
    client.sound(500, false);
    client.send("audio-stop", json!({}));
    assert_eq!(client.line(), "not-detected {}");
}

#[test]
fn a_unix_socket_serves_as_well_and_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wyoming.sock");
    let start = || {
        let assistant = Arc::new(Shared(Arc::new(Script::default())));
        Server::start(&Address::Unix(path.clone()), &[], Handle::Act, assistant)
    };
    // As a process leaves it that was killed.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
    let server = start().expect("a stale socket is replaced");
    let second = start().expect_err("the socket is in use").to_string();
    assert!(
        second.contains("another program has this socket"),
        "{second}"
    );
    let mut stream = UnixStream::connect(&path).expect("it listens");
    stream
        .write_all(b"{\"type\":\"ping\"}\n")
        .expect("it reads");
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    reader.read_line(&mut line).expect("an answer");
    assert!(line.contains("\"pong\""), "{line}");
    drop(server);
    assert!(!path.exists());
}
