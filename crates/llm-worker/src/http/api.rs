//! What each kind of server wants to be sent and what it sends back. They
//! differ in what they take: raw text or a chat, stop strings or none.

use clap::ValueEnum;
use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Ask, Message};
use serde_json::{Value, json};

use crate::backend::BackendError;

/// Whose interface a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Api {
    /// Hailo's server for the HAT: a chat only, no stop strings, no raw text
    HailoOllama,
    /// Ollama
    Ollama,
    /// The server of llama.cpp
    LlamaServer,
}

/// The rest of a conversation and what a server needs to know about it.
pub(crate) struct Question<'a> {
    /// The model's name on the server.
    pub model: &'a str,
    /// Everything since the beginning, as the model's template writes it.
    pub talk: &'a str,
    /// The same as messages, for a server that writes it itself.
    pub messages: &'a [Message],
    /// What is asked last.
    pub ask: &'a Ask,
    /// Tokens of the context.
    pub context: u32,
}

/// A piece of a streamed answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The text that is new.
    pub text: String,
    /// Nothing follows.
    pub last: bool,
    /// The model itself, or a stop string, ended it (else: the limit).
    pub ended: bool,
    /// Prompt tokens of the whole conversation, where the server tells.
    pub prompt_tokens: Option<u32>,
    /// Tokens generated, where the server tells.
    pub decoded_tokens: Option<u32>,
}

impl Api {
    /// The path that questions go to.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::HailoOllama => "/api/chat",
            Self::Ollama => "/api/generate",
            Self::LlamaServer => "/completion",
        }
    }

    /// The body of a question. Greedy everywhere, no penalty for repetition
    /// (it damages short answers), and the model stays loaded: `keep_alive` is
    /// a number of seconds, which is all that Hailo's server reads.
    pub(crate) fn body(self, question: &Question<'_>) -> Value {
        let Question {
            model,
            talk,
            messages,
            ask,
            context,
        } = question;
        match self {
            Self::HailoOllama => json!({
                "model": model,
                "messages": lines(messages),
                "stream": true,
                "keep_alive": -1,
                "options": {
                    "temperature": 0.0,
                    "frequency_penalty": 1.0,
                    "num_predict": ask.max_tokens,
                },
            }),
            Self::Ollama => json!({
                "model": model,
                "prompt": talk,
                "raw": true,
                "stream": true,
                "keep_alive": -1,
                "options": {
                    "temperature": 0.0,
                    "repeat_penalty": 1.0,
                    "num_predict": ask.max_tokens,
                    "num_ctx": context,
                    "stop": ask.stops,
                },
            }),
            Self::LlamaServer => json!({
                "prompt": talk,
                "stream": true,
                "cache_prompt": true,
                "temperature": 0.0,
                "repeat_penalty": 1.0,
                "n_predict": ask.max_tokens,
                "stop": ask.stops,
            }),
        }
    }

    /// What makes the server load the model, if it does not by itself.
    pub(crate) fn warm_up(self, model: &str) -> Option<Value> {
        let body = json!({"model": model, "stream": false, "keep_alive": -1});
        (self != Self::LlamaServer).then_some(body)
    }

    /// The beginning of the answer that the server cannot be given, so that
    /// the model may repeat it.
    pub(crate) fn opener(self, ask: &Ask) -> String {
        match self {
            Self::HailoOllama => line(&ask.opener),
            Self::Ollama | Self::LlamaServer => String::new(),
        }
    }

    /// Reads a line of the answer. Empty lines and those of other fields of an
    /// event stream hold nothing.
    pub(crate) fn piece(self, line: &str) -> Result<Option<Piece>, BackendError> {
        let line = line.trim();
        let line = match (self, line.strip_prefix("data:")) {
            (Self::LlamaServer, Some(data)) => data.trim(),
            // An error comes as plain JSON, or as a field of its own.
            (Self::LlamaServer, None) => line.strip_prefix("error:").unwrap_or(line).trim(),
            _ => line,
        };
        if line.is_empty() || line == "[DONE]" {
            return Ok(None);
        }
        let value: Value = serde_json::from_str(line).map_err(|_| {
            BackendError::new(
                ErrorClass::BadOutput,
                format!("the server sent what is no answer: `{}`", shown(line)),
            )
        })?;
        if let Some(error) = refusal(&value) {
            return Err(error);
        }
        let number = |name: &str| value[name].as_u64().and_then(|n| u32::try_from(n).ok());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let done = |name: &str| value[name].as_bool().unwrap_or(false);
        Ok(Some(match self {
            Self::HailoOllama | Self::Ollama => Piece {
                text: if self == Self::Ollama {
                    text(&value["response"])
                } else {
                    text(&value["message"]["content"])
                },
                last: done("done"),
                ended: done("done") && value["done_reason"] != "length",
                prompt_tokens: number("prompt_eval_count"),
                decoded_tokens: number("eval_count"),
            },
            Self::LlamaServer => Piece {
                text: text(&value["content"]),
                last: done("stop"),
                ended: done("stop") && value["stop_type"] != "limit",
                prompt_tokens: number("tokens_evaluated"),
                decoded_tokens: number("tokens_predicted"),
            },
        }))
    }
}

/// What a server says instead of an answer, whatever the status: Hailo's
/// reports an unknown model with status 200.
pub(super) fn refusal(body: &Value) -> Option<BackendError> {
    let error = body.get("error").filter(|error| !error.is_null())?;
    let text = error["message"].as_str().or(error.as_str());
    let text = shown(text.unwrap_or("no reason given"));
    let lower = text.to_lowercase();
    let class = if lower.contains("not found") || lower.contains("no such model") {
        ErrorClass::ModelMissing
    } else if lower.contains("context") || lower.contains("read failed") {
        ErrorClass::ContextFull
    } else if lower.contains("memory") {
        ErrorClass::OutOfMemory
    } else if lower.contains("loading model") {
        ErrorClass::Busy
    } else {
        ErrorClass::Other
    };
    Some(BackendError::new(class, format!("the server says: {text}")))
}

/// A foreign text, short enough for a line of a log.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    line.trim().to_owned()
}

/// Messages of one line each: Hailo's server fails on control characters.
fn lines(messages: &[Message]) -> Vec<Value> {
    let one =
        |message: &Message| json!({"role": message.role.name(), "content": line(&message.content)});
    messages.iter().map(one).collect()
}

fn line(text: &str) -> String {
    text.trim().replace('\n', "; ")
}

#[cfg(test)]
mod tests {
    use mynah_llm_link::Prompt;

    use super::*;

    #[test]
    fn messages_are_lines() {
        let messages = Prompt::system("You help.\nCommands:").messages();
        assert_eq!(
            Value::from(lines(&messages)).to_string(),
            r#"[{"role":"system","content":"You help.; Commands:"}]"#
        );
    }

    fn check(api: Api, line: &str, want: Option<&Piece>) {
        let piece = api.piece(line).expect("it is an answer");
        assert_eq!(piece.as_ref(), want, "{line}");
    }

    fn piece(text: &str, last: bool, ended: bool, prompt: u32, decoded: u32) -> Piece {
        let told = |count: u32| Some(count).filter(|count| 0 < *count);
        Piece {
            text: text.into(),
            last,
            ended,
            prompt_tokens: told(prompt),
            decoded_tokens: told(decoded),
        }
    }

    #[test]
    fn each_server_s_pieces_are_read() {
        let hailo = Api::HailoOllama;
        check(
            hailo,
            "{\"message\":{\"role\":\"assistant\",\"content\":\"li\"},\"done\":false}\r",
            Some(&piece("li", false, false, 0, 0)),
        );
        check(
            hailo,
            r#"{"message":{"content":""},"done":true,"done_reason":"length","eval_count":7}"#,
            Some(&piece("", true, false, 0, 7)),
        );
        check(
            Api::Ollama,
            r#"{"response":"","done":true,"done_reason":"stop","prompt_eval_count":812,"eval_count":3}"#,
            Some(&piece("", true, true, 812, 3)),
        );
        let llama = Api::LlamaServer;
        check(llama, "", None);
        check(llama, "data: [DONE]", None);
        check(
            llama,
            r#"data: {"content":"on","stop":false,"tokens_predicted":1,"tokens_evaluated":9}"#,
            Some(&piece("on", false, false, 9, 1)),
        );
        check(
            llama,
            r#"data: {"content":"","stop":true,"stop_type":"word"}"#,
            Some(&piece("", true, true, 0, 0)),
        );
    }

    fn check_refusal(api: Api, line: &str, class: ErrorClass) {
        let error = api.piece(line).expect_err("it is no answer");
        assert_eq!(error.class, class, "{line}: {error}");
    }

    #[test]
    fn refusals_are_told_apart() {
        check_refusal(
            Api::HailoOllama,
            r#"{"error":"model 'x' not found"}"#,
            ErrorClass::ModelMissing,
        );
        check_refusal(
            Api::HailoOllama,
            r#"{"error":"read failed!"}"#,
            ErrorClass::ContextFull,
        );
        check_refusal(
            Api::LlamaServer,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
            ErrorClass::ContextFull,
        );
        check_refusal(
            Api::LlamaServer,
            r#"error: {"code":503,"error":{"message":"Loading model"}}"#,
            ErrorClass::Busy,
        );
        check_refusal(Api::Ollama, "<html>", ErrorClass::BadOutput);
        check_refusal(Api::Ollama, r#"{"error":"boom"}"#, ErrorClass::Other);
    }
}
