//! The back end behind a server, through the real worker, against small
//! servers that speak as each kind does: well, slowly, wrongly, and not at
//! all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use mynah_llm_link::{Ask, ErrorClass, LanguageModel, LlmError, Options, Prompt, WorkerClient};
use serde_json::{Value, json};

/// Long enough for a busy machine.
const PATIENT: u32 = 20_000;

const PREFIX: &str = "<|im_start|>system\nYou help.<|im_end|>\n";
const COMMAND: &str = "<|im_start|>user\nlight please<|im_end|>\n<|im_start|>assistant\n";
const QUESTION: &str =
    "<|im_end|>\n<|im_start|>user\nWhich room?<|im_end|>\n<|im_start|>assistant\nroom:";

/// A template as a server tells it.
const TEMPLATE: &str = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/// What a server does with a request: path and body in, status and body out.
type Serve = fn(&str, &Value) -> (u16, String);

/// The status of a server that says nothing until the test is over.
const SILENT: u16 = 0;

/// A server in a thread.
struct Server {
    url: String,
    requests: Receiver<(String, Value)>,
    /// Silent connections wait for its end.
    _over: Sender<()>,
}

impl Server {
    fn new(serve: Serve) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (log, requests) = channel();
        let (over, end) = channel::<()>();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if answer(stream, serve, &log) {
                    // Returns when the test is over.
                    let _ = end.recv();
                    return;
                }
            }
        });
        Self {
            url: format!("http://127.0.0.1:{port}"),
            requests,
            _over: over,
        }
    }

    fn client(&self, api: Option<&str>) -> WorkerClient {
        let mut options = Options::of("http", PATIENT)
            .arg("--url", &self.url)
            .arg("--model", "qwen2.5-coder:1.5b");
        if let Some(api) = api {
            options = options.arg("--api", api);
        }
        options.program = Some(env!("CARGO_BIN_EXE_mynah-llm").into());
        WorkerClient::start(options)
    }

    /// The bodies of the questions that it was asked.
    fn asked(&self) -> Vec<Value> {
        let wanted = ["/api/chat", "/api/generate", "/completion"];
        self.requests
            .try_iter()
            .filter(|(path, _)| wanted.contains(&path.as_str()))
            .map(|(_, body)| body)
            .collect()
    }
}

/// Answers one request on a connection. `true`: it was told to be silent.
fn answer(stream: TcpStream, serve: Serve, log: &Sender<(String, Value)>) -> bool {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return false;
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        let read = reader.read_line(&mut line).unwrap_or(0);
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if read == 0 || line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the whole body");
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    // The test may have ended already.
    let _ = log.send((path.clone(), body.clone()));
    let (status, text) = serve(&path, &body);
    if status == SILENT {
        // Kept open by never being dropped before the test's end.
        std::mem::forget(stream);
        return true;
    }
    let mut stream = stream;
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    false
}

fn lines(pieces: &[Value]) -> String {
    let lines: Vec<String> = pieces.iter().map(|piece| format!("{piece}\r\n")).collect();
    lines.concat()
}

/// Hailo's server: a chat of whole messages, no stop strings, repeats openers.
fn hailo(path: &str, body: &Value) -> (u16, String) {
    let say =
        |text: &str| json!({"message": {"role": "assistant", "content": text}, "done": false});
    match path {
        "/api/version" => (200, json!({"version": "0.5.1"}).to_string()),
        "/hailo/v1/list" => (200, json!({"models": []}).to_string()),
        "/api/chat" if body["messages"].is_null() => (200, json!({"done": true}).to_string()),
        "/api/chat" => {
            let last = body["messages"]
                .as_array()
                .and_then(|all| all.last().cloned());
            let end = json!({"message": {"content": ""}, "done": true, "done_reason": "stop", "eval_count": 5});
            let text = match last.unwrap_or_default()["content"].as_str() {
                Some("Which room?") => lines(&[say("room"), say(": kit"), say("chen"), end]),
                _ => lines(&[say("light"), say("_set"), say("\nbecause"), end]),
            };
            (200, text)
        }
        _ => (404, String::new()),
    }
}

fn ollama(path: &str, body: &Value) -> (u16, String) {
    match path {
        "/api/version" => (200, json!({"version": "0.9.0"}).to_string()),
        "/api/generate" if body["prompt"].is_null() => (200, json!({"done": true}).to_string()),
        "/api/generate" => {
            let room = body["prompt"]
                .as_str()
                .is_some_and(|p| p.ends_with("room:"));
            let text = if room { " kitchen" } else { "light_set" };
            let end = json!({"response": "", "done": true, "done_reason": "stop", "prompt_eval_count": 30, "eval_count": 4});
            (200, lines(&[json!({"response": text, "done": false}), end]))
        }
        _ => (404, String::new()),
    }
}

fn llama_server(path: &str, body: &Value) -> (u16, String) {
    match path {
        "/props" => (
            200,
            json!({"total_slots": 1, "chat_template": TEMPLATE}).to_string(),
        ),
        "/completion" => {
            let room = body["prompt"]
                .as_str()
                .is_some_and(|p| p.ends_with("room:"));
            let text = if room { " kitchen" } else { "light_set" };
            let first = json!({"content": text, "stop": false});
            let end = json!({"content": "", "stop": true, "stop_type": "eos", "tokens_evaluated": 30, "tokens_predicted": 4});
            (200, format!("data: {first}\n\ndata: {end}\n\n"))
        }
        _ => (404, String::new()),
    }
}

fn command(deadline_ms: u32) -> Ask {
    Ask {
        user: "light please".into(),
        max_tokens: 16,
        stops: vec!["\n".into()],
        deadline_ms,
        ..Ask::default()
    }
}

/// A command and a question about it; gives the bodies of both.
fn check(serve: Serve, api: Option<&str>, tokens: (u32, u32)) -> (Value, Value) {
    let server = Server::new(serve);
    let mut client = server.client(api);
    let prompt = Prompt::system("You help.");
    client.prime(&prompt).expect("it loads");
    server.asked();
    let mut ask = command(PATIENT);
    ask.choices = ["light_set", "light_dim"].map(Into::into).to_vec();
    let first = client.ask(&ask).expect("the server answers");
    assert_eq!(first.text, "light_set");
    let ask = Ask {
        user: "Which room?".into(),
        opener: "room:".into(),
        follow: Some("light_set".into()),
        ..command(PATIENT)
    };
    let second = client.ask(&ask).expect("the server answers");
    assert_eq!(second.text.trim(), "kitchen");
    assert_eq!((second.prompt_tokens, second.decoded_tokens), tokens);
    let status = client.status(PATIENT).expect("it runs");
    assert_eq!(status.backend, "http");
    let mut asked = server.asked();
    assert_eq!(asked.len(), 2);
    (asked.remove(0), asked.remove(0))
}

#[test]
fn hailo_s_server_gets_whole_chats_and_nothing_that_it_cannot_do() {
    for api in [None, Some("hailo-ollama")] {
        let (first, second) = check(hailo, api, (46, 5));
        assert_eq!(
            first,
            json!({
                "model": "qwen2.5-coder:1.5b",
                "messages": [
                    {"role": "system", "content": "You help."},
                    {"role": "user", "content": "light please"},
                ],
                "stream": true,
                "keep_alive": -1,
                "options": {"temperature": 0.0, "frequency_penalty": 1.0, "num_predict": 16},
            })
        );
        assert_eq!(
            second["messages"].as_array().map(|all| all[2..].to_vec()),
            Some(vec![
                json!({"role": "assistant", "content": "light_set"}),
                json!({"role": "user", "content": "Which room?"}),
            ])
        );
    }
}

#[test]
fn ollama_gets_raw_text() {
    let (_, second) = check(ollama, None, (30, 4));
    assert_eq!(second["raw"], json!(true));
    assert_eq!(second["options"]["stop"], json!(["\n"]));
    assert_eq!(second["options"]["repeat_penalty"], json!(1.0));
    assert_eq!(
        second["prompt"],
        json!(format!("{PREFIX}{COMMAND}light_set{QUESTION}"))
    );
}

#[test]
fn llama_cpp_s_server_gets_raw_text_and_keeps_the_prompt() {
    let (first, _) = check(llama_server, None, (30, 4));
    assert_eq!(first["cache_prompt"], json!(true));
    assert_eq!(first["n_predict"], json!(16));
    assert_eq!(first["prompt"], json!(format!("{PREFIX}{COMMAND}")));
}

/// A server that fails when it loads, or at the first question.
fn check_failure(serve: Serve, api: Option<&str>, class: ErrorClass, says: &str) {
    let server = Server::new(serve);
    let mut client = server.client(api);
    let error = client.ask(&command(PATIENT)).expect_err("the server fails");
    let text = error.to_string();
    assert!(text.contains(says), "{text}");
    match error {
        LlmError::Failed { class: got, .. } => assert_eq!(got, class, "{text}"),
        LlmError::Refused(_) => assert!(class.spares_the_process(), "{text}"),
        other => panic!("{other}"),
    }
}

#[test]
fn what_a_server_says_instead_is_told() {
    let unknown: Serve = |path, body| match path {
        "/api/chat" => (200, json!({"error": "model 'x' not found"}).to_string()),
        _ => hailo(path, body),
    };
    check_failure(
        unknown,
        None,
        ErrorClass::ModelMissing,
        "model 'x' not found",
    );
    let overflow: Serve = |path, body| match path {
        "/api/chat" if body["messages"].is_array() => (500, "read failed!".into()),
        _ => hailo(path, body),
    };
    check_failure(overflow, None, ErrorClass::ContextFull, "read failed!");
    let web: Serve = |_, _| (200, "<html>".into());
    check_failure(web, None, ErrorClass::ServerGone, "is neither Ollama nor");
    check_failure(web, Some("llama-server"), ErrorClass::BadOutput, "<html>");
    let half: Serve = |path, body| match path {
        "/completion" => (200, "data: {\"content\":\"li\"}\n\n".into()),
        _ => llama_server(path, body),
    };
    check_failure(half, None, ErrorClass::ServerGone, "hung up in the middle");
}

#[test]
fn a_slow_server_misses_the_deadline_and_the_worker_lives() {
    let silent: Serve = |path, body| match path {
        "/completion" => (SILENT, String::new()),
        _ => llama_server(path, body),
    };
    let server = Server::new(silent);
    let mut client = server.client(None);
    client.status(PATIENT).expect("it loads");
    let pid = client.pid();
    let error = client.ask(&command(1000)).expect_err("it is silent");
    assert!(matches!(error, LlmError::TooSlow(1000)), "{error}");
    assert_eq!(client.pid(), pid);
}

#[test]
fn no_server_at_all_is_named_with_the_remedy() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    let mut options = Options::of("http", PATIENT)
        .arg("--url", format!("http://127.0.0.1:{port}"))
        .arg("--model", "m");
    options.program = Some(env!("CARGO_BIN_EXE_mynah-llm").into());
    let error = WorkerClient::start(options)
        .ask(&command(PATIENT))
        .expect_err("nobody listens")
        .to_string();
    assert!(error.contains("server_gone"), "{error}");
    assert!(error.contains("correct `llm.url`"), "{error}");
}
