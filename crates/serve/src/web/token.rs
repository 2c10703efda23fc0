//! The token that clients of other machines show, and a limit on guessing it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode, header};
use mynah_system::files::small_text;

use super::fault::Fault;
use crate::peers::{ServeError, lock};

/// The cookie of a browser that has shown the token.
pub(super) const COOKIE: &str = "mynah_token";

/// Shortest token, in bytes: 96 bits in base64.
const SHORTEST: usize = 16;
const LONGEST: u64 = 1_000;

/// Wrong tokens from one machine, and how long they count.
const GUESSES: u32 = 5;
const COUNTED: Duration = Duration::from_mins(5);
/// Machines that are counted at once.
const MACHINES: usize = 500;

/// The token's file and the wrong guesses.
#[derive(Debug)]
pub(super) struct Token {
    file: PathBuf,
    wrong: Mutex<HashMap<IpAddr, (u32, Instant)>>,
}

impl Token {
    /// The token in a file.
    ///
    /// # Errors
    /// When it cannot be read, or is too short.
    pub(super) fn open(file: PathBuf) -> Result<Self, ServeError> {
        let token = Self {
            file,
            wrong: Mutex::default(),
        };
        match token.read() {
            Ok(_) => Ok(token),
            Err(why) => Err(ServeError::Token {
                path: token.file,
                why,
                hint: "write a random text of 16 characters or more into it, readable for Mynah",
            }),
        }
    }

    /// Read each time, so that a new token counts at once.
    fn read(&self) -> Result<String, String> {
        let text = small_text(&self.file, LONGEST).map_err(|error| error.to_string())?;
        let text = text.trim();
        if text.len() < SHORTEST {
            return Err(format!("it has fewer than {SHORTEST} characters"));
        }
        // A browser keeps it in a cookie.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c);
        if !text.chars().all(plain) {
            return Err("it has more than letters, digits and `-_.~+/=`".into());
        }
        Ok(text.to_owned())
    }

    /// Whether a machine may go on, by the token that its request shows, or by
    /// `shown`.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn check(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        shown: Option<&str>,
        now: Instant,
    ) -> Result<(), Fault> {
        let machine = machine(peer);
        self.may_guess(machine, now)?;
        let Some(shown) = shown.or_else(|| in_headers(headers)) else {
            return Err(Fault::new(
                StatusCode::UNAUTHORIZED,
                "a token is needed",
                "send `Authorization: Bearer TOKEN`, or open the page with `?token=TOKEN`; the \
                 token is in the file that `serve.token_file` names",
            ));
        };
        let token = self.read().map_err(|why| {
            tracing::error!("`{}`: {why}", self.file.display());
            let hint = "look at `serve.token_file` on the box";
            Fault::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the token cannot be read",
                hint,
            )
        })?;
        if same(token.as_bytes(), shown.as_bytes()) {
            lock(&self.wrong).remove(&machine);
            return Ok(());
        }
        let mut wrong = lock(&self.wrong);
        let (count, since) = wrong.entry(machine).or_insert((0, now));
        *count += 1;
        *since = now;
        tracing::warn!("{peer} sent a wrong token");
        let hint = "the token is in the file that `serve.token_file` names";
        Err(Fault::new(
            StatusCode::UNAUTHORIZED,
            "this token is wrong",
            hint,
        ))
    }

    fn may_guess(&self, machine: IpAddr, now: Instant) -> Result<(), Fault> {
        let mut wrong = lock(&self.wrong);
        wrong.retain(|_, (_, since)| now.duration_since(*since) < COUNTED);
        let known = wrong.get(&machine);
        if known.is_none_or(|(count, _)| *count < GUESSES)
            && (known.is_some() || wrong.len() < MACHINES)
        {
            return Ok(());
        }
        let hint = "wait five minutes";
        Err(Fault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too many wrong tokens",
            hint,
        ))
    }
}

/// What counts as one machine: with IPv6, a household's network.
pub(super) fn machine(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        four @ IpAddr::V4(_) => four,
    }
}

fn in_headers(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name)?.to_str().ok();
    if let Some(given) = text(header::AUTHORIZATION) {
        return given.strip_prefix("Bearer ").map(str::trim);
    }
    let mut cookies = text(header::COOKIE)?.split(';').map(str::trim);
    cookies.find_map(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Compares in a time that depends on the lengths only.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differ = one
        .iter()
        .zip(other)
        .fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differ) == 0
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{GUESSES, Token};
    use crate::stream::now;

    const RIGHT: &str = "0123456789abcdef0123";

    fn token() -> (tempfile::NamedTempFile, Token) {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), format!("{RIGHT}\n")).expect("a file");
        let token = Token::open(file.path().to_owned()).expect("a good token");
        (file, token)
    }

    fn bearer(text: &str) -> HeaderMap {
        let value = HeaderValue::from_str(&format!("Bearer {text}")).expect("a value");
        HeaderMap::from_iter([(header::AUTHORIZATION, value)])
    }

    #[test]
    fn the_right_token_opens_in_three_forms() {
        let (_file, token) = token();
        let peer: IpAddr = "192.168.1.9".parse().expect("an address");
        let check = |headers: &HeaderMap, shown: Option<&str>, expected: u16| {
            let found = token.check(peer, headers, shown, now());
            let status = found.map_or_else(|fault| fault.status.as_u16(), |()| 200);
            assert_eq!(status, expected, "{headers:?} {shown:?}");
        };
        check(&bearer(RIGHT), None, 200);
        check(&HeaderMap::new(), Some(RIGHT), 200);
        let cookie = HeaderValue::from_str(&format!("a=b; mynah_token={RIGHT}")).expect("a value");
        check(&HeaderMap::from_iter([(header::COOKIE, cookie)]), None, 200);
        check(&HeaderMap::new(), None, 401);
        check(&bearer("0123456789abcdef0124"), None, 401);
        check(&bearer("0123456789abcdef012"), None, 401);
        check(&bearer(""), None, 401);
    }

    #[test]
    fn guessing_is_limited_for_each_machine() {
        let (_file, token) = token();
        let began = now();
        let check = |peer: &str, text: &str, after_s: u64, expected: u16| {
            let peer = peer.parse().expect("an address");
            let at = began + Duration::from_secs(after_s);
            let found = token.check(peer, &bearer(text), None, at);
            let status = found.map_or_else(|fault| fault.status.as_u16(), |()| 200);
            assert_eq!(status, expected, "{peer} {text} {after_s}");
        };
        for _ in 0..GUESSES {
            check("2001:db8::1", "wrong", 0, 401);
        }
        check("2001:db8::1", RIGHT, 1, 429);
        check("2001:db8::2", RIGHT, 1, 429);
        check("2001:db9::2", RIGHT, 1, 200);
        check("2001:db8::1", RIGHT, 301, 200);
    }

    #[test]
    fn a_token_that_can_be_guessed_is_refused_at_the_start() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "short").expect("a file");
        let error = Token::open(file.path().to_owned()).expect_err("it is short");
        assert!(error.to_string().contains("fewer than 16"), "{error}");
    }
}
