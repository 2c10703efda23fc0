//! A web server of a few lines, plain or encrypted.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};

use super::data;

/// What is answered to a request; `None` keeps the caller waiting.
type Handler = dyn FnMut(&str) -> Option<String> + Send;

/// Serves on a free port; gives the address and the requests.
pub(super) fn serve(
    handler: impl FnMut(&str) -> Option<String> + Send + 'static,
) -> (String, Receiver<String>) {
    serve_on(
        TcpListener::bind("127.0.0.1:0").expect("a free port"),
        handler,
    )
}

/// As [`serve`], on a port that is taken already.
pub(super) fn serve_on(
    listener: TcpListener,
    handler: impl FnMut(&str) -> Option<String> + Send + 'static,
) -> (String, Receiver<String>) {
    let address = listener.local_addr().expect("a bound socket");
    let requests = run(listener, None, Box::new(handler));
    (format!("http://{address}"), requests)
}

/// As [`serve`], with the certificate of the tests; gives the port.
pub(super) fn serve_encrypted(
    handler: impl FnMut(&str) -> Option<String> + Send + 'static,
) -> (u16, Receiver<String>) {
    let chain = CertificateDer::pem_file_iter(data("tls/server.pem"))
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .expect("the tests' certificate");
    let key = PrivateKeyDer::from_pem_file(data("tls/server.key")).expect("the tests' key");
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("usual versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a key that fits");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    (
        port,
        run(listener, Some(Arc::new(config)), Box::new(handler)),
    )
}

fn run(
    listener: TcpListener,
    encrypted: Option<Arc<ServerConfig>>,
    mut handler: Box<Handler>,
) -> Receiver<String> {
    let (seen, requests) = sync_channel(64);
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let stream = stream.expect("a connection");
            let mut stream: Box<dyn ReadWrite> = match &encrypted {
                None => Box::new(stream),
                Some(config) => {
                    let server = ServerConnection::new(Arc::clone(config)).expect("a server");
                    Box::new(StreamOwned::new(server, stream))
                }
            };
            let Some(request) = read(&mut stream) else {
                continue;
            };
            let answer = handler(&request);
            // Seen first: who has an answer may ask at once what was asked.
            let _ = seen.try_send(request);
            match answer {
                // The peer may have heard enough of a large answer.
                Some(answer) => drop(stream.write_all(answer.as_bytes())),
                None => kept.push(stream),
            }
        }
    });
    requests
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

/// An answer with a body.
pub(super) fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A request, head and body; `None` when the peer does not get so far.
fn read(stream: &mut dyn ReadWrite) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if reader.read_line(&mut request).ok()? == 0 {
            return None;
        }
    }
    let length = request.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(request + &String::from_utf8(body).ok()?)
}
