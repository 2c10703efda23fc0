//! The comparison against a small server that speaks the protocol, and the
//! picture.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::json;

use super::wyoming::{Event, Pipeline, read_event, write_event};
use super::{Compared, Timing, picture};

/// Answers one connection: sound with its length, text with sound.
fn serve(stream: TcpStream) -> anyhow::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut bytes = 0;
    loop {
        let event = read_event(&mut reader)?;
        bytes += event.payload.len();
        let format = json!({"rate": 22_050, "width": 2, "channels": 1});
        match event.kind.as_str() {
            "audio-stop" => {
                // As the reference implementation does: data behind the line.
                let data = json!({"text": format!(" {bytes} bytes")}).to_string();
                let header =
                    json!({"type": "transcript", "version": "1", "data_length": data.len()});
                std::io::Write::write_all(&mut stream, format!("{header}\n{data}").as_bytes())?;
            }
            "synthesize" => {
                write_event(&mut stream, "audio-start", &format, &[])?;
                write_event(&mut stream, "audio-chunk", &format, &[1, 2, 3, 4])?;
                write_event(&mut stream, "audio-stop", &json!({}), &[])?;
            }
            _ => {}
        }
    }
}

#[test]
fn a_pipeline_writes_down_and_speaks() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    // It serves until the test's process ends.
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream));
        }
    });
    let pipeline = Pipeline {
        stt: &address,
        tts: &address,
    };
    let (text, ms) = pipeline
        .transcribe(&[0.5; 1600], 16_000)
        .expect("an answer");
    assert_eq!(text, "3200 bytes");
    assert!(0.0 < ms);
    assert!(0.0 < pipeline.first_sound("Okay.").expect("a sound"));
}

#[test]
fn events_are_read_as_they_were_written() {
    let mut bytes = Vec::new();
    write_event(&mut bytes, "audio-chunk", &json!({"rate": 16_000}), b"pcm").expect("a vector");
    bytes.extend(b"{\"type\":\"x\",\"data\":{\"a\":1},\"data_length\":7}\n{\"b\":2}");
    let mut stream = bytes.as_slice();
    let event = |kind: &str, data, payload: &[u8]| Event {
        kind: kind.into(),
        data,
        payload: payload.to_vec(),
    };
    let first = read_event(&mut stream).expect("the first");
    assert_eq!(first, event("audio-chunk", json!({"rate": 16_000}), b"pcm"));
    let second = read_event(&mut stream).expect("the second");
    assert_eq!(second, event("x", json!({"a": 1, "b": 2}), b""));
    assert!(read_event(&mut stream).is_err(), "nothing is left");
    for broken in [
        "hello\n",
        "{\"type\":\"x\",\"payload_length\":99999999999}\n",
        "{\"payload_length\":3}\nab",
    ] {
        assert!(read_event(&mut broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn the_picture_has_a_bar_for_each_stage() {
    let timing = Timing {
        said: "lights <on> & off".into(),
        stages: [256.0, 100.0, 1.0, 2.0, 10.0],
        wyoming: Some(Compared {
            heard: String::new(),
            stages: [700.0, 690.0, 100.0],
        }),
        ..Timing::default()
    };
    let svg = picture::draw(&[timing]);
    assert_eq!(svg.matches("<title>").count(), 8);
    assert!(svg.contains("lights &lt;on&gt; &amp; off"));
    assert!(svg.contains("369 ms") && svg.contains("1490 ms"));
}
