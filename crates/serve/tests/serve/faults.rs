//! Clients that stall, send garbage or come in crowds: they harm nobody else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use mynah_core::model::Handle;
use serde_json::json;

use crate::client::{Client, serve};

/// A client that behaves is answered.
fn is_well(server: &mynah_serve::wyoming::Server) {
    let mut client = Client::of(server);
    client.send("describe", json!({}));
    let (kind, ..) = client.event().expect("an answer");
    assert_eq!(kind, "info");
}

#[test]
fn it_is_described_while_the_recogniser_is_busy() {
    let (server, script) = serve(Handle::Act);
    script.gate.shut();
    let mut busy: Vec<Client> = (0..20)
        .map(|_| {
            let mut client = Client::of(&server);
            client.send("transcribe", json!({}));
            client.start();
            client.sound(640, true);
            client.send("audio-stop", json!({}));
            client
        })
        .collect();
    is_well(&server);
    script.gate.open();
    for client in &mut busy {
        assert_eq!(
            client.line(),
            "transcript {\"text\":\"20 loud frames\",\"language\":\"en\"}"
        );
    }
}

#[test]
fn garbage_ends_its_own_connection_only() {
    let (server, _) = serve(Handle::Act);
    for garbage in [
        &b"GET / HTTP/1.1\r\nHost: box\r\n\r\n"[..],
        b"\0\0\0\0\n",
        b"{\"type\":\"audio-chunk\",\"payload_length\":104857600}\n",
        b"{\"type\":\"audio-chunk\",\"data_length\":-5}\n",
        "x".repeat(100_000).as_bytes(),
    ] {
        let mut client = Client::of(&server);
        // It may have hung up in the middle.
        let _cut = client.stream.get_mut().write_all(garbage);
        let line = client.line();
        assert!(line == "closed" || line.starts_with("error "), "{line}");
        assert_eq!(client.line(), "closed");
    }
    is_well(&server);
}

#[test]
fn half_events_and_sudden_ends_leave_nothing_behind() {
    let (server, _) = serve(Handle::Act);
    for part in [
        &b"{\"type\":\"audio-ch"[..],
        b"{\"type\":\"audio-chunk\",\"data_length\":100}\n{\"rate\"",
        b"{\"type\":\"audio-chunk\",\"payload_length\":1000000}\nabc",
        b"{\"type\":\"transcribe\"}\n{\"type\":\"audio-start\"}\n",
        b"{\"type\":\"synthesize\",\"data\":{\"text\":\"a b c d\"}}\n",
    ] {
        // More of them than there are places.
        for _ in 0..60 {
            let mut stream = TcpStream::connect(server.address().expect("a port")).expect("a port");
            let _cut = stream.write_all(part);
        }
    }
    let well = (0..200).any(|_| {
        let mut client = Client::of(&server);
        let sent = client.stream.get_mut().write_all(b"{\"type\":\"ping\"}\n");
        sent.is_ok() && client.line().starts_with("pong")
    });
    assert!(well, "places are free again");
}

#[test]
fn a_crowd_is_turned_away_and_the_others_go_on() {
    let (server, _) = serve(Handle::Act);
    let mut first = Client::of(&server);
    first.send("ping", json!({"text": "a"}));
    assert!(first.line().starts_with("pong"));
    let address = server.address().expect("a port");
    let mut crowd: Vec<TcpStream> = (0..500)
        .filter_map(|_| TcpStream::connect(address).ok())
        .collect();
    let turned_away = crowd
        .iter_mut()
        .filter_map(|stream| {
            stream
                .set_read_timeout(Some(Duration::from_millis(1)))
                .ok()?;
            let mut byte = [0];
            // Those who have a place are waited for; the others are closed.
            let closed = match stream.read(&mut byte) {
                Ok(bytes) => bytes == 0,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
            };
            closed.then_some(())
        })
        .count();
    assert!(450 < turned_away, "{turned_away} were turned away");
    first.send("ping", json!({"text": "b"}));
    assert_eq!(first.line(), "pong {\"text\":\"b\"}");
    drop(crowd);
}

#[test]
fn a_client_that_does_not_read_holds_up_nobody() {
    let (server, script) = serve(Handle::Act);
    let mut deaf = Client::of(&server);
    // Far more sound than the system keeps for a connection.
    let text = "word ".repeat(3_000);
    deaf.send("synthesize", json!({"text": text}));
    while script.log.lock().expect("a log").is_empty() {
        std::thread::yield_now();
    }
    let mut client = Client::of(&server);
    client.send("synthesize", json!({"text": "One"}));
    assert!(client.line().starts_with("audio-start"));
    is_well(&server);
    // Nor does it keep the server from ending.
    drop(server);
}

#[test]
fn idle_connections_make_room_for_others() {
    let (server, _) = serve(Handle::Act);
    let idle: Vec<Client> = (0..100).map(|_| Client::of(&server)).collect();
    for _ in 0..40 {
        is_well(&server);
    }
    drop(idle);
}

#[test]
fn a_sentence_that_is_no_text_is_an_error() {
    let (server, script) = serve(Handle::Act);
    let mut client = Client::of(&server);
    for wrong in [json!(7), json!(["on"]), json!({"on": true})] {
        client.send("transcript", json!({"text": wrong}));
        let line = client.line();
        assert!(
            line.starts_with("error ") && line.contains("bad-event"),
            "{line}"
        );
    }
    assert!(script.noted().is_empty());
}
