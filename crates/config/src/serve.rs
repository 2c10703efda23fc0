//! `[serve]`: where the services for other programs listen, and who may reach
//! them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::check::Checker;
use super::outside::secret_file;
use super::written;
use mynah_core::model::{Address, Handle, Serve};
use mynah_system::network::Network;

/// Longest path of a Unix socket on Linux, in bytes.
const MAX_SOCKET_PATH: usize = 107;

/// Checks `[serve]`.
pub(crate) fn serve(checker: &mut Checker<'_>, serve: written::Serve) -> Serve {
    let wyoming = serve
        .wyoming
        .and_then(|text| wyoming(checker, &text, &serve.allow));
    let web = serve.web.filter(|text| {
        let place = place(checker, "serve.web", text, "127.0.0.1:8080");
        if let Some(place) = place.filter(|place| !place.ip().is_loopback()) {
            needs_allow(checker, "serve.web", place, &serve.allow);
            if serve.token_file.is_none() {
                let message =
                    format!("`{place}` can be reached from other machines without a token");
                let hint = "write a long random text into a file that only Mynah may read, and \
                            its path as `token_file`";
                checker.report("serve.web", message, hint);
            }
        }
        place.is_some()
    });
    let shared = |address: &Address| match address {
        Address::Tcp(address) => Some(address) == web.as_ref(),
        Address::Unix(_) => false,
    };
    if wyoming.as_ref().is_some_and(shared) {
        let message = "two services cannot have the same address";
        checker.report("serve.web", message, "take another port for one of them");
    }
    if let Some(file) = &serve.token_file {
        secret_file(checker, "serve.token_file", file);
    }
    for (index, network) in serve.allow.iter().enumerate() {
        allowed(checker, &format!("serve.allow[{index}]"), network);
    }
    for (index, origin) in serve.origins.iter().enumerate() {
        invited(checker, &format!("serve.origins[{index}]"), origin);
    }
    let discover = discover(checker, serve.discover, wyoming.as_ref());
    Serve {
        discover,
        wyoming,
        web,
        allow: serve.allow,
        token_file: serve.token_file,
        https: serve.https,
        origins: serve.origins,
        handle: handle(checker, &serve.handle),
        history: serve.history,
        screen_off: screen_off(checker, serve.screen_off_s),
        style: serve.style,
    }
}

fn wyoming(checker: &mut Checker<'_>, text: &str, allow: &[String]) -> Option<Address> {
    const KEY: &str = "serve.wyoming";
    let Some(path) = text.strip_prefix("unix:") else {
        let place = place(checker, KEY, text, "127.0.0.1:10300")?;
        if !place.ip().is_loopback() {
            needs_allow(checker, KEY, place, allow);
        }
        return Some(Address::Tcp(text.to_owned()));
    };
    if !path.starts_with('/') || path.ends_with('/') || MAX_SOCKET_PATH < path.len() {
        let message = format!("`{path}` cannot be the path of a socket");
        let hint = format!(
            "write a whole path of at most {MAX_SOCKET_PATH} bytes: \"unix:/run/mynah/wyoming.sock\""
        );
        checker.report(KEY, message, hint);
    }
    Some(Address::Unix(PathBuf::from(path)))
}

/// Shorter than this a screen would go off while somebody still reads.
const SCREEN_OFF_S: std::ops::RangeInclusive<u32> = 30..=86_400;

fn screen_off(checker: &mut Checker<'_>, seconds: Option<u32>) -> Option<Duration> {
    let seconds = seconds?;
    checker.within("serve.screen_off_s", seconds, SCREEN_OFF_S);
    Some(Duration::from_secs(seconds.into()))
}

/// Whether the Wyoming server is announced: unless it is said, where others can
/// reach it.
fn discover(checker: &mut Checker<'_>, wanted: Option<bool>, wyoming: Option<&Address>) -> bool {
    let Some(Address::Tcp(text)) = wyoming else {
        if wanted == Some(true) {
            let message = "there is nothing to be discovered";
            let hint = "discovery announces the address and port of `wyoming`: \
                        `wyoming = \"0.0.0.0:10300\"`";
            checker.report("serve.discover", message, hint);
        }
        return false;
    };
    wanted.unwrap_or_else(|| {
        let place = text.parse::<SocketAddr>();
        place.is_ok_and(|place| !place.ip().is_loopback())
    })
}

/// The address and port that a text names.
fn place(checker: &mut Checker<'_>, key: &str, text: &str, usual: &str) -> Option<SocketAddr> {
    let place: Option<SocketAddr> = text.parse().ok();
    let place = place.filter(|place| place.port() != 0);
    if place.is_none() {
        let message = format!("`{text}` is no address with a port");
        let hint = format!(
            "write numbers: \"{usual}\" for this machine alone, \"0.0.0.0:{}\" for others too",
            usual.rsplit(':').next().unwrap_or_default()
        );
        checker.report(key, message, hint);
    }
    place
}

fn needs_allow(checker: &mut Checker<'_>, key: &str, place: SocketAddr, allow: &[String]) {
    if allow.is_empty() {
        let message = format!("`{place}` can be reached from other machines, and none is allowed");
        let hint = "name who may connect: `allow = [\"192.168.1.20\"]`, or a network: \
                    \"192.168.1.0/24\"";
        checker.report(key, message, hint);
    }
}

fn allowed(checker: &mut Checker<'_>, key: &str, text: &str) {
    match text.parse::<Network>() {
        Ok(network) if network.is_everybody() => checker.warn(
            key,
            format!("`{text}` is everybody"),
            "name the machine or the network that is to connect",
        ),
        Ok(_) => {}
        Err(_) => checker.report(
            key,
            format!("`{text}` is no address and no network"),
            "write numbers: \"192.168.1.20\", \"192.168.1.0/24\" or \"fd00::/8\"",
        ),
    }
}

/// An origin: scheme and host, and a port where it is not the usual one.
fn invited(checker: &mut Checker<'_>, key: &str, text: &str) {
    let host = ["http://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
    if host.is_none_or(|host| host.is_empty() || !host.chars().all(plain)) {
        let message = format!("`{text}` is no origin of a page");
        let hint = "write it as a browser sends it, without a path: \"http://192.168.1.20:9000\"; \
                    a page from a file has none";
        checker.report(key, message, hint);
    }
}

fn handle(checker: &mut Checker<'_>, name: &str) -> Handle {
    match name {
        "act" => Handle::Act,
        "intent" => Handle::Intent,
        "off" => Handle::Off,
        other => {
            checker.not_among("serve.handle", "handle", other, &["act", "intent", "off"]);
            Handle::Off
        }
    }
}
