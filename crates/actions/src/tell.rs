//! Tells a server or a program what happened, and asks a server; no intent is
//! carried out here.

use std::path::Path;

use serde_json::Value;

use super::command::Program;
use super::http::{Plan, Web, bearer};
use super::{ActionError, ActionOutput};

/// A server that is told, or asked.
#[derive(Debug)]
pub struct Server {
    web: Web,
    timeout_ms: u32,
}

impl Server {
    /// Each exchange ends within `timeout_ms`.
    #[must_use]
    pub fn new(timeout_ms: u32) -> Self {
        Self {
            web: Web::new(),
            timeout_ms,
        }
    }

    /// Posts JSON (`Some`), or gets (`None`), with the token of a file if there
    /// is one. Gives the answer's text.
    ///
    /// # Errors
    /// Why it did not work, in a sentence that names the address, and the
    /// answer's status if there was one.
    pub fn exchange(
        &self,
        url: &str,
        json: Option<&Value>,
        token_file: Option<&Path>,
        ca_file: Option<&Path>,
    ) -> Result<String, (String, Option<u64>)> {
        let refused = |ActionError { detail, result }| (detail, result["status"].as_u64());
        let mut headers = Vec::new();
        if let Some(path) = token_file {
            headers.push(bearer(path).map_err(refused)?);
        }
        if json.is_some() {
            headers.push(("content-type".into(), "application/json".into()));
        }
        let plan = Plan {
            method: if json.is_some() { "POST" } else { "GET" }.into(),
            url: url.into(),
            headers,
            body: json.map(Value::to_string),
            ca_file: ca_file.map(Path::to_path_buf),
            retries: 2,
            ..Plan::default()
        };
        let ActionOutput { result, .. } = self.web.send(&plan, self.timeout_ms).map_err(refused)?;
        Ok(match &result["json"] {
            Value::Null => result["body"].as_str().unwrap_or_default().to_owned(),
            json => json.to_string(),
        })
    }
}

/// Runs a program that reads `json` on its standard input.
///
/// # Errors
/// Why it did not work, in a sentence that names the program.
pub fn run(command: &[String], json: &Value, timeout_ms: u32) -> Result<(), String> {
    Program {
        arguments: command.to_vec(),
        user: None,
        variables: Vec::new(),
        input: Some(format!("{json}\n")),
        timeout_ms,
    }
    .run()
    .map(drop)
    .map_err(|ActionError { detail, .. }| detail)
}
