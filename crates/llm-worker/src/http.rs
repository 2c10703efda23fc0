//! A model behind a server: Hailo's own, Ollama or that of llama.cpp. Such a
//! server keeps nothing for us, so each question carries everything since the
//! beginning; what a server cannot do (stop, be told how an answer begins) is
//! done here.

mod api;

use std::io::{BufRead as _, BufReader, Read as _};
use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Answer, Ask, Message, Prompt, Role};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

pub(crate) use api::Api;
use api::{Question, refusal, shown};

use crate::backend::{Backend, BackendError};
use crate::chat::{Chat, Own};
use crate::generate::Growing;
use crate::watch::Watch;

/// Loading a model on the server, or evaluating the prefix there.
const LOAD: Duration = Duration::from_mins(2);

/// Finding out what a server is.
const LOOK: Duration = Duration::from_secs(5);

/// An answer of a few tokens has no more bytes, whatever surrounds them.
const ANSWER_BYTES: u64 = 1024 * 1024;

/// Bytes of text in a token, at least, where the server does not count: in
/// English it is about four.
const TOKEN_BYTES: usize = 4;

/// A server and what was said to it since the primed prefix.
pub(crate) struct Http {
    url: String,
    model: String,
    /// As the owner says; `None`: found out when loading.
    wanted: Option<Api>,
    api: Option<Api>,
    capacity: NonZeroU32,
    agent: Agent,
    chat: Option<Chat>,
    prompt: Prompt,
    /// Everything since the beginning, as text and as messages.
    talk: String,
    messages: Vec<Message>,
}

impl Http {
    /// A back end that has not spoken to its server yet.
    pub(crate) fn new(url: &str, model: String, api: Option<Api>, capacity: NonZeroU32) -> Self {
        // The server may be on this machine: a proxy of the environment is not
        // meant for it, and nothing may be led elsewhere.
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self {
            url: url.trim_end_matches('/').to_owned(),
            model,
            wanted: api,
            api: None,
            capacity,
            agent: config.into(),
            chat: None,
            prompt: Prompt::default(),
            talk: String::new(),
            messages: Vec::new(),
        }
    }

    /// Finds out whose interface the server has.
    fn look(&self) -> Result<Api, BackendError> {
        if let Some(api) = self.wanted {
            return Ok(api);
        }
        if self.get("/api/version")?["version"].is_string() {
            let hailo = self.get("/hailo/v1/list")?;
            let ours = hailo.is_object() || hailo.is_array();
            return Ok(if ours { Api::HailoOllama } else { Api::Ollama });
        }
        if self.get("/props")?.is_object() {
            return Ok(Api::LlamaServer);
        }
        Err(BackendError::new(
            ErrorClass::ServerGone,
            format!(
                "`{}` is neither Ollama nor hailo-ollama nor the server of llama.cpp",
                self.url
            ),
        ))
    }

    /// How the model wants to be spoken to: by the template that its server
    /// tells, or by its name.
    fn chat(&self, api: Api) -> Result<Chat, BackendError> {
        let props = match api {
            Api::LlamaServer => self.get("/props")?,
            Api::Ollama | Api::HailoOllama => Value::Null,
        };
        let text = |name: &str| props[name].as_str().map(str::to_owned);
        let own = Own {
            template: text("chat_template"),
            bos: text("bos_token"),
            ..Own::default()
        };
        Chat::new(Path::new(&self.model), own).or_else(|error| {
            tracing::warn!(%error, "the model is spoken to as most models are");
            let most = Own {
                marks: Some(vec!["<|im_start|>".into(), "<|im_end|>".into()]),
                ..Own::default()
            };
            Chat::new(Path::new(&self.model), most)
        })
    }

    /// The JSON at that path; null when there is none.
    fn get(&self, path: &str) -> Result<Value, BackendError> {
        let mut response = self
            .agent
            .get(format!("{}{path}", self.url))
            .config()
            .timeout_global(Some(LOOK))
            .build()
            .call()
            .map_err(|error| self.lost(error, LOOK))?;
        if !response.status().is_success() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_str(&text(&mut response)).unwrap_or_default())
    }

    fn post(
        &self,
        path: &str,
        body: &Value,
        limit: Duration,
    ) -> Result<Response<ureq::Body>, BackendError> {
        let mut response = self
            .agent
            .post(format!("{}{path}", self.url))
            .config()
            .timeout_global(Some(limit))
            .build()
            .content_type("application/json")
            .send(body.to_string())
            .map_err(|error| self.lost(error, limit))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text = text(&mut response);
        let said = serde_json::from_str(&text).ok();
        Err(said.as_ref().and_then(refusal).unwrap_or_else(|| {
            let said = Value::from_iter([("error", format!("{status} {}", shown(&text)))]);
            refusal(&said).unwrap_or_else(|| BackendError::new(ErrorClass::Other, status.as_str()))
        }))
    }

    /// A request that got no answer at all.
    fn lost(&self, error: ureq::Error, limit: Duration) -> BackendError {
        match error {
            ureq::Error::Timeout(_) => BackendError::too_slow(limit.as_millis()),
            error => BackendError::new(
                ErrorClass::ServerGone,
                format!("there is no answer from `{}`: {error}", self.url),
            ),
        }
    }

    /// Whether the next text can fit. A server that overflows forgets the
    /// beginning and says nothing.
    fn require(&self, wanted: usize) -> Result<(), BackendError> {
        let used = tokens(&self.talk);
        let context = self.capacity.get() as usize;
        if context < used + wanted {
            return Err(BackendError::overflow(wanted, used, context));
        }
        Ok(())
    }

    /// Sends the conversation and reads the answer piece by piece, until the
    /// server or the question ends it. Dropping the response hangs up, which
    /// stops a server that can be stopped.
    fn converse(
        &self,
        api: Api,
        ask: &Ask,
        limit: Duration,
        watch: &mut Watch,
    ) -> Result<Answer, BackendError> {
        let began = now();
        let question = Question {
            model: &self.model,
            talk: &self.talk,
            messages: &self.messages,
            ask,
            context: self.capacity.get(),
        };
        let mut response = self.post(api.path(), &api.body(&question), limit)?;
        let stream = response.body_mut().as_reader().take(ANSWER_BYTES);
        let mut growing = Growing::new(ask);
        let mut opening = Opening::new(api.opener(ask));
        let mut answer = Answer {
            prompt_tokens: count(tokens(&self.talk)),
            ..Answer::default()
        };
        let mut whole = false;
        for line in BufReader::new(stream).lines() {
            let line = line.map_err(|error| self.lost(error.into(), limit))?;
            watch.step(1)?;
            let Some(piece) = api.piece(&line)? else {
                continue;
            };
            answer.prompt_tokens = piece.prompt_tokens.unwrap_or(answer.prompt_tokens);
            answer.decoded_tokens = piece.decoded_tokens.unwrap_or(answer.decoded_tokens);
            let text = opening.push(&piece.text, piece.last);
            let cut = (!text.is_empty() || piece.last) && growing.push(text.as_bytes(), piece.last);
            watch.said(&mut growing)?;
            answer.ended = piece.ended;
            whole = piece.last || cut;
            if whole {
                break;
            }
        }
        if !whole {
            return Err(BackendError::new(
                ErrorClass::ServerGone,
                format!("`{}` hung up in the middle of an answer", self.url),
            ));
        }
        let (text, pieces) = growing.finish();
        answer.text = text;
        if answer.decoded_tokens == 0 {
            answer.decoded_tokens = pieces;
        }
        answer.ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        Ok(answer)
    }
}

impl Backend for Http {
    fn name(&self) -> &'static str {
        "http"
    }

    fn load(&mut self) -> Result<(), BackendError> {
        if self.api.is_some() {
            return Ok(());
        }
        let api = self.look()?;
        tracing::info!(?api, url = self.url, "the server is there");
        if let Some(body) = api.warm_up(&self.model) {
            let mut response = self.post(api.path(), &body, LOAD)?;
            let said = serde_json::from_str(&text(&mut response)).unwrap_or_default();
            if let Some(error) = refusal(&said) {
                return Err(error);
            }
        }
        self.chat = Some(self.chat(api)?);
        self.api = Some(api);
        Ok(())
    }

    fn loaded(&self) -> bool {
        self.api.is_some()
    }

    fn usage(&self) -> (u32, u32) {
        (count(tokens(&self.talk)), self.capacity.get())
    }

    /// Where the server keeps the last prompt, it evaluates the prefix now.
    fn prime(&mut self, prompt: &Prompt, watch: &mut Watch) -> Result<u32, BackendError> {
        let chat = self.chat.as_mut().ok_or_else(unloaded)?;
        chat.prime(prompt)?.clone_into(&mut self.talk);
        self.prompt = chat.clean(prompt);
        self.messages = self.prompt.messages();
        self.require(0)?;
        match self.api {
            Some(api @ (Api::Ollama | Api::LlamaServer)) => {
                let ask = Ask {
                    max_tokens: 1,
                    deadline_ms: u32::try_from(LOAD.as_millis()).unwrap_or(u32::MAX),
                    ..Ask::default()
                };
                Ok(self.converse(api, &ask, LOAD, watch)?.prompt_tokens)
            }
            _ => Ok(count(tokens(&self.talk))),
        }
    }

    fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError> {
        let (Some(api), Some(chat)) = (self.api, &self.chat) else {
            return Err(unloaded());
        };
        let text = chat.question(ask)?;
        let ask = chat.clean_ask(ask);
        match (&ask.follow, &ask.prompt) {
            (None, None) => {
                chat.pieces().prefix.clone_into(&mut self.talk);
                self.messages = self.prompt.messages();
            }
            // Its text has the instructions.
            (None, Some(prompt)) => {
                self.talk.clear();
                self.messages = prompt.messages();
            }
            (Some(whole), _) => self.messages.push(Message::new(Role::Assistant, whole)),
        }
        self.messages.push(Message::new(Role::User, &ask.user));
        self.require(tokens(&text) + ask.max_tokens as usize)?;
        self.talk.push_str(&text);
        let limit = Duration::from_millis(ask.deadline_ms.into());
        let answer = self.converse(api, &ask, limit, watch);
        if let (Ok(answer), Some(chat)) = (&answer, &self.chat) {
            self.talk.push_str(&answer.text);
            if answer.ended {
                self.talk.push_str(&chat.pieces().end);
            }
        }
        let chat = self.chat.as_mut().ok_or_else(unloaded)?;
        chat.answered(&ask, answer)
    }
}

fn unloaded() -> BackendError {
    BackendError::new(ErrorClass::BadRequest, "no model is loaded")
}

/// The beginning of an answer, where the model may repeat what it was not
/// given: held back until it is clear whether it does.
struct Opening {
    opener: String,
    held: Option<String>,
}

impl Opening {
    fn new(opener: String) -> Self {
        Self {
            held: (!opener.is_empty()).then(String::new),
            opener,
        }
    }

    /// What of the text so far is the answer, and new.
    fn push(&mut self, piece: &str, last: bool) -> String {
        let Some(mut held) = self.held.take() else {
            return piece.to_owned();
        };
        held.push_str(piece);
        let said = held.trim_start();
        if !last && self.opener.starts_with(said) && said.len() < self.opener.len() {
            self.held = Some(held);
            return String::new();
        }
        said.strip_prefix(&self.opener).unwrap_or(said).to_owned()
    }
}

fn text(response: &mut Response<ureq::Body>) -> String {
    let mut bytes = Vec::new();
    // What was read of a body that breaks off is still worth showing.
    let _ = response
        .body_mut()
        .as_reader()
        .take(ANSWER_BYTES)
        .read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An estimate, from below.
fn tokens(text: &str) -> usize {
    text.len() / TOKEN_BYTES
}

fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time that a server takes is measured"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::Opening;

    fn check(opener: &str, pieces: &[&str], want: &[&str]) {
        let mut opening = Opening::new(opener.to_owned());
        let last = pieces.len() - 1;
        let got: Vec<String> = (0..)
            .zip(pieces)
            .map(|(at, piece)| opening.push(piece, at == last))
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn a_repeated_opener_is_taken_off() {
        check("", &["kitchen", ""], &["kitchen", ""]);
        check("room:", &["kit", "chen"], &["kit", "chen"]);
        check(
            "room:",
            &[" ro", "om", ": kit", "chen"],
            &["", "", " kit", "chen"],
        );
        check("room:", &["ro", "ses"], &["", "roses"]);
        check("room:", &["ro"], &["ro"]);
    }
}
