//! Makes web requests for intents.

mod redirect;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::{Request, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Timeout};

use super::deadline::Deadline;
use super::fill::{Format, Values, read_secret};
use super::tls::certificates;
use super::{ActionError, ActionOutput};
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
    pub(super) fn new(spec: &HttpSpec, values: Values<'_>) -> Result<Self, ActionError> {
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
            .map(|(_, value)| Format::of_type(value));
        let body = spec.body.as_deref().map(|template| {
            let format = content_type.unwrap_or_else(|| Format::of_text(template));
            if let (None, Some(name)) = (content_type, format.content_type()) {
                headers.push(("content-type".into(), name.into()));
            }
            values.formatted(template, format)
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

/// The header that a token goes into. A file that holds the whole header, or
/// `Bearer` before the token, means the same.
pub(super) fn bearer(token_file: &Path) -> Result<(String, String), ActionError> {
    let secret = read_secret(token_file)?;
    let mut token = secret.trim();
    for word in ["authorization:", "bearer"] {
        if let Some((head, rest)) = token.split_at_checked(word.len())
            && head.eq_ignore_ascii_case(word)
            && (word.ends_with(':') || rest.starts_with(char::is_whitespace))
        {
            token = rest.trim_start();
        }
    }
    if token.is_empty() || token.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(ActionError::new(format!(
            "cannot use the token in `{}`: it is to hold the token alone, without blanks or lines",
            token_file.display()
        )));
    }
    Ok(("authorization".into(), format!("Bearer {token}")))
}

/// A slot that is `..` as a whole segment would climb out of its folder, and
/// servers decode `%2E` too, so no encoding helps.
fn filled_url(template: &str, values: Values<'_>) -> Result<String, ActionError> {
    let url = values.url(template);
    let dots = |url: &str| {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        path.split('/')
            .filter(|part| matches!(*part, "." | ".."))
            .count()
    };
    if dots(&url) > dots(template) {
        return Err(ActionError::new(format!(
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

/// An answer: its status, its text and where it sends the request on to.
struct Answer {
    status: u16,
    body: String,
    location: Option<String>,
}

/// Why there is no answer.
enum NoAnswer {
    Web(ureq::Error),
    /// The answer sends secrets to another origin.
    SentAway(String),
}

impl From<ureq::Error> for NoAnswer {
    fn from(error: ureq::Error) -> Self {
        Self::Web(error)
    }
}

/// An answer, or why there is none.
type Exchange = Result<Answer, NoAnswer>;

impl Web {
    pub(super) fn new() -> Self {
        Self {
            agent: agent(TlsConfig::default()),
        }
    }

    /// Sends the request; `timeout_ms` covers everything from the name lookup
    /// to the last byte of the last attempt. The result carries `status`,
    /// `body` and `json`.
    pub(super) fn send(&self, plan: &Plan, timeout_ms: u32) -> Result<ActionOutput, ActionError> {
        let shown = plan.shown();
        let failed = |why: String| ActionError::new(format!("{shown}: {why}"));
        let uri: Uri = plan
            .url
            .parse()
            .map_err(|error| failed(format!("not a web address: {error}")))?;
        let agent = match &plan.ca_file {
            None => self.agent.clone(),
            Some(path) => agent(trusting(path).map_err(failed)?),
        };
        let deadline = Deadline::after_ms(timeout_ms);
        let answer = attempts(plan, deadline, &|| followed(&agent, plan, &uri, deadline));
        let Answer { status, body, .. } = answer.map_err(|error| match error {
            NoAnswer::Web(ureq::Error::Timeout(_)) => {
                failed(format!("no answer within {timeout_ms} ms"))
            }
            NoAnswer::Web(error) => failed(error.to_string()),
            NoAnswer::SentAway(origin) => failed(format!(
                "sent on to `{origin}`, which does not get what was meant for another: write that \
                 address if it is the right one"
            )),
        })?;
        let json = serde_json::from_str(&body).unwrap_or(Value::Null);
        let body = super::fill::beginning(body.trim(), SHOWN_BYTES);
        let result = json!({"status": status, "body": body, "json": json});
        let detail = format!("{shown}: status {status}");
        if plan.expected(status) {
            Ok(ActionOutput { detail, result })
        } else {
            Err(ActionError { detail, result })
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
            Ok(Answer { status, .. }) => {
                plan.repeatable() && matches!(status, 502..=504) && !plan.expected(*status)
            }
            Err(NoAnswer::SentAway(_)) => false,
            Err(NoAnswer::Web(error)) => {
                reached_nobody(error) || (plan.repeatable() && broke_off(error))
            }
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

/// One exchange, and those that its answers send it on to.
fn followed(agent: &Agent, plan: &Plan, uri: &Uri, deadline: Deadline) -> Exchange {
    use redirect::Next;
    let (mut method, mut body) = (plan.method.as_str(), plan.body.as_deref());
    let mut uri = uri.clone();
    let password = uri
        .authority()
        .is_some_and(|host| host.as_str().contains('@'));
    let private = password || plan.headers.iter().any(|(name, _)| is_private(name));
    for _ in 0..redirect::MOST {
        let answer = exchange(agent, (method, &uri, body), &plan.headers, deadline)?;
        let next = answer
            .location
            .as_deref()
            .filter(|_| {
                redirect::is_redirect(answer.status) && !plan.expect.contains(&answer.status)
            })
            .and_then(|to| {
                redirect::next(&uri, answer.status, to, method, private || body.is_some())
            });
        match next {
            None => return Ok(answer),
            Some(Next::Refused(origin)) => return Err(NoAnswer::SentAway(origin)),
            Some(Next::Again(to)) => uri = to,
            Some(Next::Get(to)) => (method, uri, body) = ("GET", to, None),
        }
    }
    exchange(agent, (method, &uri, body), &plan.headers, deadline)
}

/// Whether a header may hold a secret.
fn is_private(name: &str) -> bool {
    let open = [
        "accept",
        "accept-language",
        "content-type",
        "user-agent",
        "cache-control",
    ];
    !open.iter().any(|open| name.eq_ignore_ascii_case(open))
}

fn exchange(
    agent: &Agent,
    (method, uri, body): (&str, &Uri, Option<&str>),
    headers: &[(String, String)],
    deadline: Deadline,
) -> Exchange {
    let mut request = Request::builder().method(method).uri(uri.clone());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    match body {
        Some(body) => answer(agent, request.body(body), deadline),
        None => answer(agent, request.body(()), deadline),
    }
}

fn answer(
    agent: &Agent,
    request: Result<Request<impl ureq::AsSendBody>, ureq::http::Error>,
    deadline: Deadline,
) -> Exchange {
    let request = agent
        .configure_request(request.map_err(ureq::Error::from)?)
        .timeout_global(Some(deadline.left()))
        .build();
    let mut response = agent.run(request)?;
    let mut body = Vec::new();
    response
        .body_mut()
        .as_reader()
        .take(BODY_BYTES)
        .read_to_end(&mut body)
        .map_err(ureq::Error::from)?;
    let location = response.headers().get("location");
    let location = location.and_then(|location| location.to_str().ok());
    Ok(Answer {
        status: response.status().as_u16(),
        body: String::from_utf8_lossy(&body).into_owned(),
        location: location.map(str::to_owned),
    })
}

fn agent(tls: TlsConfig) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
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
