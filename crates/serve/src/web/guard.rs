//! Which requests are answered at all. A page of another site must not operate
//! the box: its requests carry a foreign `Origin`; and a name that an attacker
//! points at the box (DNS rebinding) is a foreign `Host`.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::fault::Fault;

/// Checks the headers of a request.
///
/// # Errors
/// The refusal.
pub(super) fn check(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    reached: &Reached<'_>,
) -> Result<(), Fault> {
    let host = host(headers, reached.local, reached.names)?;
    origin(path, headers, host, reached)?;
    content(method, headers)
}

/// How this machine was reached, and by what it may be.
pub(super) struct Reached<'a> {
    /// The address that the request came to.
    pub local: IpAddr,
    /// Names of this machine in the network.
    pub names: &'a [String],
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// Origins of other pages that may control peripherals.
    pub origins: &'a [String],
}

/// Whether a request is for a controller of peripherals.
fn is_peripheral(path: &str, headers: &HeaderMap) -> bool {
    path == "/api/peripherals" || path == "/" && headers.contains_key(header::UPGRADE)
}

/// The `Host` header, if it names this machine.
fn host<'a>(headers: &'a HeaderMap, local: IpAddr, names: &[String]) -> Result<&'a str, Fault> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let host = host.filter(|_| hosts.next().is_none()).unwrap_or_default();
    let name = without_port(host).to_ascii_lowercase();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let own = if let Ok(address) = bare.parse::<IpAddr>() {
        address.to_canonical() == local.to_canonical()
    } else {
        let local_name = name == "localhost" && local.to_canonical().is_loopback();
        local_name || names.iter().any(|own| own.eq_ignore_ascii_case(&name))
    };
    if own {
        return Ok(host);
    }
    Err(Fault::new(
        StatusCode::MISDIRECTED_REQUEST,
        format!("`{}` is no name of this machine", host.escape_debug()),
        "use its address, or its host name",
    ))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            // The colons of an address of IPv6 stand in brackets.
            if name.contains(':') && !name.ends_with(']') {
                host
            } else {
                name
            }
        }
        _ => host,
    }
}

/// Refuses what a page of another site asked for.
fn origin(path: &str, headers: &HeaderMap, host: &str, reached: &Reached<'_>) -> Result<(), Fault> {
    let foreign = |why: String| {
        let hint = "use the pages of the box itself, or a program that sends no `Origin`";
        Err(Fault::new(StatusCode::FORBIDDEN, why, hint))
    };
    let scheme = if reached.encrypted {
        "https://"
    } else {
        "http://"
    };
    let mut invited = false;
    for origin in headers.get_all(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let own = origin
            .strip_prefix(scheme)
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        let known = reached.origins.iter().any(|known| known == origin);
        invited = known && is_peripheral(path, headers);
        if !own && !invited {
            return foreign(format!("the origin `{}` is foreign", origin.escape_debug()));
        }
    }
    // A link to a page is followed; a page of another site reads nothing.
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if !invited && path.starts_with("/api/") && matches!(site, Some(b"cross-site" | b"same-site")) {
        return foreign("a page of another site asked for this".into());
    }
    Ok(())
}

/// Refuses bodies that a form of another site could send.
fn content(method: &Method, headers: &HeaderMap) -> Result<(), Fault> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    // A length that is told beforehand is refused at once where it is too large.
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(Fault::new(
            StatusCode::LENGTH_REQUIRED,
            "a body in chunks is not taken",
            "send `Content-Length`",
        ));
    }
    let length = headers
        .get(header::CONTENT_LENGTH)
        .map(HeaderValue::as_bytes);
    let is_empty = matches!(length, None | Some(b"0"));
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return if is_empty {
            Ok(())
        } else {
            Err(unsupported("none"))
        };
    };
    let kind = kind.to_str().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let known = ["application/json", "application/toml", "application/zip"];
    if known
        .iter()
        .any(|known| known.eq_ignore_ascii_case(essence))
    {
        return Ok(());
    }
    Err(unsupported(kind))
}

/// Whether a request reads the owner's secrets, or changes what the box does from now
/// on: then other users of this machine need the token as well, where there is one.
pub(super) fn is_the_owner_s(method: &Method, path: &str) -> bool {
    match path {
        "/api/backup" => true,
        "/api/config" | "/api/wake" => *method == Method::PUT,
        "/api/intents" => *method == Method::POST,
        _ => false,
    }
}

fn unsupported(kind: &str) -> Fault {
    Fault::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("the content type `{}` is not taken", kind.escape_debug()),
        "send `Content-Type: application/json`, or `application/toml` for a configuration",
    )
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

    /// `METHOD PATH, name: value, ...` to the status, at 192.168.1.5.
    fn check(request: &str, expected: u16) {
        let mut parts = request.split(", ");
        let line = parts.next().unwrap_or_default();
        let (method, path) = line.split_once(' ').expect("method and path");
        let mut headers = HeaderMap::new();
        for part in parts {
            let (name, value) = part.split_once(": ").expect("a header");
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let found = super::check(
            &Method::from_bytes(method.as_bytes()).expect("a method"),
            path,
            &headers,
            &super::Reached {
                local: "192.168.1.5".parse().expect("an address"),
                names: &["kitchen".into(), "kitchen.local".into()],
                encrypted: path.starts_with("/tls"),
                origins: &["http://desk.example:9000".into()],
            },
        );
        let status = found.map_or_else(|fault| fault.status.as_u16(), |()| 200);
        assert_eq!(status, expected, "{request}");
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        check("GET /, host: 192.168.1.5:8080", 200);
        check("GET /, host: 192.168.1.5", 200);
        check("GET /, host: kitchen.local:8080", 200);
        check("GET /, host: KITCHEN", 200);
        check("GET /, host: localhost:8080", 421);
        check("GET /, host: 127.0.0.1:8080", 421);
        check("GET /, host: evil.example", 421);
        check("GET /, host: evil.example:8080", 421);
        check("GET /, host: kitchen.evil.example", 421);
        check("GET /, host: 192.168.1.6", 421);
        check("GET /, host: 192.168.1.5:8080, host: evil.example", 421);
        check("GET /, host: [::ffff:192.168.1.5]:80", 200);
        check("GET /, host: ::1", 421);
        check("GET /", 421);
    }

    #[test]
    fn other_sites_are_refused() {
        let host = "host: 192.168.1.5:8080";
        check(&format!("POST /api/stop, {host}"), 200);
        check(
            &format!("POST /api/stop, {host}, origin: http://192.168.1.5:8080"),
            200,
        );
        for origin in [
            "http://evil.example",
            "http://192.168.1.5",
            "http://192.168.1.5:80",
            "https://192.168.1.5:8080",
            "http://192.168.1.5:8080.evil.example",
            "null",
        ] {
            check(&format!("POST /api/stop, {host}, origin: {origin}"), 403);
            check(&format!("GET /api/events, {host}, origin: {origin}"), 403);
        }
        check(
            &format!("GET /api/state, {host}, sec-fetch-site: cross-site"),
            403,
        );
        check(
            &format!("GET /api/state, {host}, sec-fetch-site: same-origin"),
            200,
        );
        check(
            &format!("GET /kiosk, {host}, sec-fetch-site: cross-site"),
            200,
        );
    }

    #[test]
    fn an_encrypted_box_is_another_origin() {
        let get = "GET /tls, host: kitchen:8443, origin:";
        check(&format!("{get} https://kitchen:8443"), 200);
        check(&format!("{get} http://kitchen:8443"), 403);
    }

    #[test]
    fn a_page_that_is_invited_controls_peripherals_and_nothing_else() {
        let invited = "host: kitchen, origin: http://desk.example:9000, sec-fetch-site: cross-site";
        check(&format!("GET /api/peripherals, {invited}"), 200);
        check(&format!("GET /, upgrade: websocket, {invited}"), 200);
        check(&format!("GET /, {invited}"), 403);
        check(&format!("GET /api/events, {invited}"), 403);
        check(&format!("POST /api/stop, {invited}"), 403);
        let other = "host: kitchen, origin: http://desk.example, upgrade: websocket";
        check(&format!("GET /api/peripherals, {other}"), 403);
        check(&format!("GET /, {other}"), 403);
    }

    #[test]
    fn bodies_of_forms_are_refused() {
        let post = "POST /api/ask, host: kitchen, content-length: 9";
        check(&format!("{post}, content-type: application/json"), 200);
        check(
            &format!("{post}, content-type: Application/JSON; charset=utf-8"),
            200,
        );
        check(&format!("{post}, content-type: application/toml"), 200);
        check(&format!("{post}, content-type: text/plain"), 415);
        check(
            &format!("{post}, content-type: application/x-www-form-urlencoded"),
            415,
        );
        check(
            &format!("{post}, content-type: multipart/form-data; boundary=x"),
            415,
        );
        check(post, 415);
        check(
            "POST /api/stop, host: kitchen, transfer-encoding: chunked",
            411,
        );
        check("POST /api/stop, host: kitchen, content-length: 0", 200);
        check(
            "POST /api/stop, host: kitchen, content-type: text/plain",
            415,
        );
    }
}
