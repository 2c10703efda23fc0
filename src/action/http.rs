//! Makes a web request for an intent.

use std::io::Read as _;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Uri};

use super::fill::{Values, looks_like_json};
use super::{Done, Undone};
use crate::config::ActionSpec;

/// Kept of an answer's body; the rest is never read.
const BODY_BYTES: u64 = 256 * 1024;

/// A request with its slots filled in.
#[derive(Debug)]
pub(super) struct Plan {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Plan {
    /// Fills the slots in. Fails when that would make another address of it.
    pub(super) fn new(spec: &ActionSpec, values: Values<'_>) -> Result<Self, Undone> {
        let ActionSpec::Http {
            method,
            url,
            headers,
            body,
            ..
        } = spec
        else {
            return Err(Undone::new("not a web request"));
        };
        let mut headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.clone(), values.header(value)))
            .collect();
        let content_type = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.contains("json"));
        let body = body.as_deref().map(|template| {
            let looks_json = looks_like_json(template);
            if content_type.is_none() && looks_json {
                headers.push(("content-type".into(), "application/json".into()));
            }
            if content_type.unwrap_or(looks_json) {
                values.json(template)
            } else {
                values.plain(template)
            }
        });
        Ok(Self {
            method: method.clone(),
            url: filled_url(url, values)?,
            headers,
            body,
        })
    }

    /// The request as a line of a log. Headers, the query and a password in
    /// the address may hold secrets and stay out.
    pub(super) fn shown(&self) -> String {
        let address = self.url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit('@').next().unwrap_or_default();
        format!("{} {scheme}://{host}/{path}", self.method)
    }
}

/// A slot that is `..` as a whole segment would climb out of its folder, and
/// servers decode `%2E` too, so no encoding helps.
fn filled_url(template: &str, values: Values<'_>) -> Result<String, Undone> {
    let url = values.url(template);
    let dots = |url: &str| {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        path.split('/')
            .filter(|part| matches!(*part, "." | ".."))
            .count()
    };
    if dots(&url) > dots(template) {
        return Err(Undone::new(format!(
            "`{template}` with a slot of dots would be another address"
        )));
    }
    Ok(url)
}

/// Makes requests. Connections are not kept: a command comes every few
/// minutes, and a stale connection costs a failed one.
#[derive(Debug)]
pub(super) struct Web {
    agent: Agent,
}

impl Web {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(4)
            .max_idle_connections(0)
            .proxy(None)
            .user_agent("mynah")
            .build();
        Self {
            agent: config.into(),
        }
    }

    /// Sends the request; `timeout_ms` covers everything from the name lookup
    /// to the last byte. The result carries `status`, `body` and `json`.
    pub(super) fn send(&self, plan: &Plan, timeout_ms: u32) -> Result<Done, Undone> {
        let shown = plan.shown();
        let failed = |why: String| Undone::new(format!("{shown}: {why}"));
        let uri: Uri = plan
            .url
            .parse()
            .map_err(|error| failed(format!("not a web address: {error}")))?;
        let mut request = Request::builder().method(plan.method.as_str()).uri(uri);
        for (name, value) in &plan.headers {
            request = request.header(name, value);
        }
        let (status, body) = match &plan.body {
            Some(body) => self.exchange(request.body(body.as_str()), timeout_ms),
            None => self.exchange(request.body(()), timeout_ms),
        }
        .map_err(|error| match error {
            ureq::Error::Timeout(_) => failed(format!("no answer within {timeout_ms} ms")),
            error => failed(error.to_string()),
        })?;
        let json = serde_json::from_str(&body).unwrap_or(Value::Null);
        let result = json!({"status": status, "body": body.trim(), "json": json});
        let detail = format!("{shown}: status {status}");
        match status {
            200..=299 => Ok(Done { detail, result }),
            _ => Err(Undone { detail, result }),
        }
    }

    fn exchange(
        &self,
        request: Result<Request<impl ureq::AsSendBody>, ureq::http::Error>,
        timeout_ms: u32,
    ) -> Result<(u16, String), ureq::Error> {
        let request = self
            .agent
            .configure_request(request?)
            .timeout_global(Some(Duration::from_millis(timeout_ms.into())))
            .build();
        let mut response = self.agent.run(request)?;
        let mut body = Vec::new();
        response
            .body_mut()
            .as_reader()
            .take(BODY_BYTES)
            .read_to_end(&mut body)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok((response.status().as_u16(), body))
    }
}
