//! Makes web requests for intents.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::{Request, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Timeout};

use super::deadline::Deadline;
use super::fill::{Values, looks_like_json, read_secret};
use super::tls::certificates;
use super::{Done, Undone};
use mynah_core::model::HttpSpec;

/// Read of an answer: the states of a large house are some megabytes.
const BODY_BYTES: u64 = 8 * 1024 * 1024;

/// Kept of it for the reply, as text; the JSON in it is kept whole.
const SHOWN_BYTES: usize = 256 * 1024;

/// The pause before the second attempt; each further one takes twice as long.
const BACK_OFF: Duration = Duration::from_millis(200);

/// A request with its slots filled in.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    /// The statuses that mean success; empty: 200 to 299.
    pub expect: Vec<u16>,
    pub ca_file: Option<PathBuf>,
    /// Attempts after the first.
    pub retries: u32,
    /// The address for a log; empty: the address itself.
    pub shown_url: String,
}

impl Plan {
    /// Fills the slots in. Fails when that would make another address of it,
    /// or a secret cannot be read.
    pub(super) fn new(spec: &HttpSpec, values: Values<'_>) -> Result<Self, Undone> {
        let texts = spec.headers.iter().map(|(_, value)| value);
        for template in texts.chain([&spec.url]).chain(&spec.body) {
            values.need_secrets(template)?;
        }
        let mut headers: Vec<_> = spec
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), values.header(value)))
            .collect();
        // A dry run needs no token.
        if let (Some(path), Some(_)) = (&spec.token_file, values.secrets) {
            headers.push(bearer(path)?);
        }
        let content_type = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.contains("json"));
        let body = spec.body.as_deref().map(|template| {
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
            method: spec.method.clone(),
            url: filled_url(&spec.url, values)?,
            headers,
            body,
            expect: spec.expect.clone(),
            ca_file: spec.ca_file.clone(),
            retries: spec.retries,
            shown_url: filled_url(&spec.url, values.shown())?,
        })
    }

    /// The request as a line of a log. Headers, the query and a password in
    /// the address may hold secrets and stay out.
    pub(super) fn shown(&self) -> String {
        let url = if self.shown_url.is_empty() {
            &self.url
        } else {
            &self.shown_url
        };
        let address = url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit('@').next().unwrap_or_default();
        format!("{} {scheme}://{host}/{path}", self.method)
    }

    /// Whether asking twice does no more than asking once.
    fn repeatable(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "PUT" | "DELETE")
    }

    fn expected(&self, status: u16) -> bool {
        if self.expect.is_empty() {
            (200..=299).contains(&status)
        } else {
            self.expect.contains(&status)
        }
    }
}

/// The header that a token goes into.
pub(super) fn bearer(token_file: &Path) -> Result<(String, String), Undone> {
    let token = read_secret(token_file)?;
    Ok(("authorization".into(), format!("Bearer {}", token.trim())))
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

/// An answer, or why there is none.
type Exchange = Result<(u16, String), ureq::Error>;

impl Web {
    pub(super) fn new() -> Self {
        Self {
            agent: agent(TlsConfig::default()),
        }
    }

    /// Sends the request; `timeout_ms` covers everything from the name lookup
    /// to the last byte of the last attempt. The result carries `status`,
    /// `body` and `json`.
    pub(super) fn send(&self, plan: &Plan, timeout_ms: u32) -> Result<Done, Undone> {
        let shown = plan.shown();
        let failed = |why: String| Undone::new(format!("{shown}: {why}"));
        let uri: Uri = plan
            .url
            .parse()
            .map_err(|error| failed(format!("not a web address: {error}")))?;
        let agent = match &plan.ca_file {
            None => self.agent.clone(),
            Some(path) => agent(trusting(path).map_err(failed)?),
        };
        let deadline = Deadline::after_ms(timeout_ms);
        let (status, body) = attempts(plan, deadline, &|| exchange(&agent, plan, &uri, deadline))
            .map_err(|error| match error {
            ureq::Error::Timeout(_) => failed(format!("no answer within {timeout_ms} ms")),
            error => failed(error.to_string()),
        })?;
        let json = serde_json::from_str(&body).unwrap_or(Value::Null);
        let body = super::fill::beginning(body.trim(), SHOWN_BYTES);
        let result = json!({"status": status, "body": body, "json": json});
        let detail = format!("{shown}: status {status}");
        if plan.expected(status) {
            Ok(Done { detail, result })
        } else {
            Err(Undone { detail, result })
        }
    }
}

/// Tries, and tries again where that can do no harm and may help: a request
/// that reached nobody, or a repeatable one whose server is not up yet.
fn attempts(plan: &Plan, deadline: Deadline, attempt: &dyn Fn() -> Exchange) -> Exchange {
    let mut pause = BACK_OFF;
    let mut answer = attempt();
    for _ in 0..plan.retries {
        let again = match &answer {
            Ok((status, _)) => {
                plan.repeatable() && matches!(status, 502..=504) && !plan.expected(*status)
            }
            Err(error) => reached_nobody(error) || (plan.repeatable() && broke_off(error)),
        };
        if !again || deadline.left() <= pause {
            break;
        }
        deadline.wait(pause);
        pause *= 2;
        answer = attempt();
    }
    answer
}

fn reached_nobody(error: &ureq::Error) -> bool {
    use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        ureq::Error::Io(error) => matches!(
            error.kind(),
            ConnectionRefused | HostUnreachable | NetworkUnreachable
        ),
        _ => false,
    }
}

const fn broke_off(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(_))
}

fn exchange(agent: &Agent, plan: &Plan, uri: &Uri, deadline: Deadline) -> Exchange {
    let mut request = Request::builder()
        .method(plan.method.as_str())
        .uri(uri.clone());
    for (name, value) in &plan.headers {
        request = request.header(name, value);
    }
    match &plan.body {
        Some(body) => answer(agent, request.body(body.as_str()), deadline),
        None => answer(agent, request.body(()), deadline),
    }
}

fn answer(
    agent: &Agent,
    request: Result<Request<impl ureq::AsSendBody>, ureq::http::Error>,
    deadline: Deadline,
) -> Exchange {
    let request = agent
        .configure_request(request?)
        .timeout_global(Some(deadline.left()))
        .build();
    let mut response = agent.run(request)?;
    let mut body = Vec::new();
    response
        .body_mut()
        .as_reader()
        .take(BODY_BYTES)
        .read_to_end(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok((response.status().as_u16(), body))
}

fn agent(tls: TlsConfig) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(4)
        .max_idle_connections(0)
        .proxy(None)
        .user_agent("mynah")
        .tls_config(tls)
        .build()
        .into()
}

fn trusting(ca_file: &Path) -> Result<TlsConfig, String> {
    let certificates: Vec<_> = certificates(ca_file)?
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certificates)))
        .build())
}
