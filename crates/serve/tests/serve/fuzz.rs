//! Both services with bytes that nobody meant: whatever comes, the next client is
//! served.

#[path = "../../../cli/tests/fuzz/mutate.rs"]
mod mutate;

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use mynah_core::model::Handle;
use serde_json::json;

use crate::client::{Client, encoded, serve};
use crate::web;
use mutate::run;

/// A client that is cut off is given up after this by the servers.
const SLOW: Duration = Duration::from_secs(30);

/// Sends all of it, as far as the server reads, then hangs up.
fn send(to: SocketAddr, bytes: &[u8]) {
    let Ok(mut stream) = TcpStream::connect(to) else {
        panic!("the server accepts nobody any more");
    };
    let timeout = Some(Duration::from_millis(50));
    stream.set_read_timeout(timeout).expect("a socket");
    stream.set_write_timeout(timeout).expect("a socket");
    // A server that has had enough hangs up.
    let _ = stream.write_all(bytes);
    let mut answer = [0; 4096];
    let _ = stream.read(&mut answer);
    let _ = stream.shutdown(Shutdown::Both);
}

#[test]
fn wyoming() {
    let (server, _) = serve(Handle::Act);
    let address = server.address().expect("a port");
    let sound = json!({"rate": 16000, "width": 2, "channels": 1});
    let corpus = [
        b"{\"type\": \"describe\"}\n".to_vec(),
        [
            encoded("transcribe", &json!({"language": "en"}), &[]),
            encoded("audio-start", &sound, &[]),
            encoded("audio-chunk", &sound, &[7; 640]),
            encoded("audio-stop", &json!({}), &[]),
        ]
        .concat(),
        encoded(
            "synthesize",
            &json!({"text": "Hello there", "voice": {"name": "joe"}}),
            &[],
        ),
        encoded("detect", &json!({"names": ["hey_jarvis"]}), &[]),
        encoded(
            "transcript",
            &json!({"text": "lights on", "context": {"conversation_id": "a"}}),
            &[],
        ),
    ];
    let mut count = 0_u32;
    run("wyoming", &corpus, SLOW, &mut |input| {
        send(address, input);
        count += 1;
        if count.is_multiple_of(50) {
            let mut client = Client::at(address);
            client.send("describe", json!({}));
            let answer = client.event().expect("the next client is served");
            assert_eq!(answer.0, "info");
        }
    });
}

#[test]
fn http() {
    let web = web::serve();
    let address = web.server.address();
    let request = |line: &str, more: &str, body: &str| {
        format!(
            "{line} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n{more}\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    let corpus = [
        request("GET /api/state", "", ""),
        request(
            "POST /api/ask",
            "Content-Type: application/json\r\n",
            "{\"text\": \"lights on\"}",
        ),
        request(
            "PUT /api/config",
            "Authorization: Bearer 0123456789abcdef\r\n",
            "[device]\nname = \"x\"\n",
        ),
        request(
            "GET /api/events",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            "",
        ),
        request(
            "GET /kiosk?token=abc%20%zz",
            "Cookie: mynah_token=1\r\n",
            "",
        ),
        request(
            "POST /api/test",
            "Transfer-Encoding: chunked\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
        ),
    ];
    let mut count = 0_u32;
    run("http", &corpus, SLOW, &mut |input| {
        send(address, input);
        count += 1;
        if count.is_multiple_of(50) {
            let answer = web.request("GET /api/state", &[], "");
            assert_eq!(answer.status, 200);
        }
    });
}
