//! Where an answer sends a request on to, and whether it may go there.
//!
//! Headers and bodies may hold secrets. They go to the origin (scheme, host and
//! port) that the owner wrote, and to its encrypted twin; a request without any
//! may be sent on anywhere.

use ureq::http::Uri;
use ureq::http::uri::Scheme;

/// Answers in a row that may send a request on.
pub(super) const MOST: u32 = 4;

/// What becomes of a request that is sent on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The same request, there.
    Again(Uri),
    /// The request was carried out; the answer lies there.
    Get(Uri),
    /// It would take secrets to another origin.
    Refused(String),
}

/// Whether a status sends a request on.
pub(super) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// What becomes of a request to `from` that was answered with `status` and
/// `location`. `private`: it has headers or a body of the owner's. `None` when
/// the location is none.
pub(super) fn next(
    from: &Uri,
    status: u16,
    location: &str,
    method: &str,
    private: bool,
) -> Option<Next> {
    let to = resolve(from, location)?;
    if !same_house(from, &to) && (private || method != "GET") {
        let origin = format!("{}://{}", to.scheme_str()?, to.authority()?.as_str());
        // A name and a password may stand before the host.
        let host = origin.rsplit('@').next().unwrap_or_default();
        let shown = match origin.split_once("://") {
            Some((scheme, _)) if origin.contains('@') => format!("{scheme}://{host}"),
            _ => origin.clone(),
        };
        return Some(Next::Refused(shown));
    }
    // A moved address, `http` to `https` above all, wants the whole request;
    // another page after a form was taken wants to be read.
    let moved = from.path() == to.path() && status != 303;
    Some(if method == "GET" || matches!(status, 307 | 308) || moved {
        Next::Again(to)
    } else {
        Next::Get(to)
    })
}

/// Whether two addresses are of one origin, or the second is the encrypted one
/// of the same host.
fn same_house(from: &Uri, to: &Uri) -> bool {
    let port = |uri: &Uri| {
        uri.port_u16()
            .unwrap_or(if uri.scheme() == Some(&Scheme::HTTPS) {
                443
            } else {
                80
            })
    };
    let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
    let same = from.scheme() == to.scheme() && port(from) == port(to);
    let encrypted = from.scheme() == Some(&Scheme::HTTP) && to.scheme() == Some(&Scheme::HTTPS);
    let usual = port(to) == 443 || port(to) == port(from);
    host(from) == host(to) && (same || encrypted && usual)
}

/// An address that is written as seen from another.
fn resolve(from: &Uri, location: &str) -> Option<Uri> {
    let location = location.split('#').next()?.trim();
    let scheme = from.scheme_str()?;
    let authority = from.authority()?.as_str();
    let absolute = if location.contains("://") {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else if location.starts_with('?') {
        format!("{scheme}://{authority}{}{location}", from.path())
    } else {
        let folder = from
            .path()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    let to: Uri = absolute.parse().ok()?;
    let web = matches!(to.scheme_str(), Some("http" | "https"));
    (web && to.host().is_some()).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn secrets_stay_in_the_house() {
        for (from, status, location, method, private, expected) in [
            ("http://a/x", 301, "/y", "GET", true, "again http://a/y"),
            (
                "http://a/x/y",
                302,
                "z?q=1#f",
                "GET",
                true,
                "again http://a/x/z?q=1",
            ),
            (
                "http://a/x",
                301,
                "https://a/x",
                "POST",
                true,
                "again https://a/x",
            ),
            (
                "http://a:80/x",
                307,
                "http://A/y",
                "POST",
                true,
                "again http://A/y",
            ),
            (
                "http://a/x",
                302,
                "/done",
                "POST",
                true,
                "get http://a/done",
            ),
            ("http://a/x", 303, "/x", "POST", true, "get http://a/x"),
            (
                "http://a/x",
                302,
                "http://b/x",
                "GET",
                false,
                "again http://b/x",
            ),
            (
                "http://a/x",
                302,
                "http://b:1/x",
                "GET",
                true,
                "refused http://b:1",
            ),
            (
                "http://a/x",
                302,
                "//u:p@b/x",
                "GET",
                true,
                "refused http://b",
            ),
            (
                "http://a/x",
                302,
                "http://a:8080/x",
                "GET",
                true,
                "refused http://a:8080",
            ),
            (
                "https://a/x",
                302,
                "http://a/x",
                "GET",
                true,
                "refused http://a",
            ),
            (
                "http://a/x",
                307,
                "http://b/x",
                "POST",
                false,
                "refused http://b",
            ),
            (
                "http://a/x",
                302,
                "file:///etc/passwd",
                "GET",
                false,
                "none",
            ),
            ("http://a/x", 302, "ftp://a/x", "GET", false, "none"),
        ] {
            let from = from.parse().expect("an address");
            let found = match next(&from, status, location, method, private) {
                Some(super::Next::Again(to)) => format!("again {to}"),
                Some(super::Next::Get(to)) => format!("get {to}"),
                Some(super::Next::Refused(origin)) => format!("refused {origin}"),
                None => "none".into(),
            };
            assert_eq!(found, expected, "{location}");
        }
    }
}
