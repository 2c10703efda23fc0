//! Checks `[llm]`: where the language model runs, and what that needs.

use super::check::Checker;
use super::written;
use mynah_core::model::{Llm, LlmApi, LlmBackend};

impl Checker<'_> {
    pub(super) fn llm(&mut self, llm: written::Llm) -> Llm {
        let backend = match llm.backend.as_str() {
            "auto" => LlmBackend::Auto,
            "hailo" => LlmBackend::Hailo,
            "cpu" => LlmBackend::Cpu,
            "http" => LlmBackend::Http,
            "none" => LlmBackend::None,
            other => {
                let choices = ["auto", "hailo", "cpu", "http", "none"];
                self.not_among("llm.backend", "back end", other, &choices);
                LlmBackend::Auto
            }
        };
        self.not_blank("llm.model", &llm.model);
        if let Some(threads) = llm.threads {
            self.within("llm.threads", threads, 1..=64);
        }
        self.within("llm.timeout_ms", llm.timeout_ms, 100..=120_000);
        let url = self.llm_url(backend, llm.url);
        let api = llm.api.and_then(|api| self.llm_api(&api));
        Llm {
            backend,
            model: llm.model,
            hef: llm.hef,
            url,
            api,
            threads: llm.threads,
            timeout_ms: llm.timeout_ms,
        }
    }

    /// Plain HTTP only: a server on another machine is for trying things out.
    fn llm_url(&mut self, backend: LlmBackend, url: Option<String>) -> Option<String> {
        let host = |url: &str| Some(url.strip_prefix("http://")?.split('/').next()?.len());
        match &url {
            None if backend == LlmBackend::Http => self.report(
                "llm.backend",
                "`http` needs the address of a server",
                "add `url = \"http://127.0.0.1:8000\"` to `[llm]`",
            ),
            Some(given) if host(given).is_none_or(|length| length == 0) => self.report(
                "llm.url",
                format!("`{given}` is no address of a server"),
                "write it like `http://127.0.0.1:8000`",
            ),
            _ => {}
        }
        url
    }

    fn llm_api(&mut self, name: &str) -> Option<LlmApi> {
        let all = [LlmApi::HailoOllama, LlmApi::Ollama, LlmApi::LlamaServer];
        let found = all.into_iter().find(|api| api.name() == name);
        if found.is_none() {
            self.not_among("llm.api", "interface", name, &all.map(LlmApi::name));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn check(llm: &str, expected: &[&str]) {
        let problems = parse(&format!("[llm]\n{llm}\n")).err().unwrap_or_default();
        let got: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {}; {}", problem.key, problem.message, problem.hint))
            .collect();
        assert_eq!(got, expected, "{llm}");
    }

    #[test]
    fn a_server_needs_an_address_and_may_name_its_interface() {
        check("backend = \"http\"\nurl = \"http://127.0.0.1:8000\"", &[]);
        check("url = \"http://desk\"\napi = \"llama-server\"", &[]);
        check(
            "backend = \"http\"",
            &[
                "llm.backend: `http` needs the address of a server; add `url = \"http://127.0.0.1:8000\"` to `[llm]`",
            ],
        );
        check(
            "url = \"https://desk\"",
            &[
                "llm.url: `https://desk` is no address of a server; write it like `http://127.0.0.1:8000`",
            ],
        );
        check(
            "url = \"http://\"\napi = \"olama\"",
            &[
                "llm.url: `http://` is no address of a server; write it like `http://127.0.0.1:8000`",
                "llm.api: there is no interface `olama`; did you mean `ollama`?",
            ],
        );
    }
}
