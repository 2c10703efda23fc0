//! Commands in the normal course of things: questions, answers, what follows
//! them, and the way back to the primed prefix.

use crate::standin::{PATIENT, WorkerFolder, command, prefix};
use mynah_llm_link::{Ask, LanguageModel, LlmError, Prompt, WorkerClient};
use serde_json::{Value, json};

fn plan(more: Value) -> Value {
    let mut plan = json!({
        "answers": [
            ["dinner", "light_set"],
            ["which room", "kitchen"],
            ["cafe", "caf\u{e9}"],
            ["*", "="]
        ],
    });
    if let (Value::Object(plan), Value::Object(more)) = (&mut plan, more) {
        plan.extend(more);
    }
    plan
}

/// The question that follows an answer which became `whole`.
fn then(whole: &str, words: &str) -> Ask {
    Ask {
        follow: Some(whole.into()),
        ..command(words, PATIENT)
    }
}

fn choosing(mut ask: Ask, choices: &[&str]) -> Ask {
    ask.choices = choices.iter().map(ToString::to_string).collect();
    ask
}

/// How often the stand-in was told to do this.
fn times(desk: &WorkerFolder, what: &str) -> usize {
    let log = desk.log();
    log.iter().filter(|line| line.starts_with(what)).count()
}

#[test]
fn a_command_is_answered_and_continued() {
    let desk = WorkerFolder::new("hailo-command", &plan(json!({})));
    let mut client = desk.client();
    let tokens = client.prime(&prefix()).expect("it primes");
    let answer = client
        .ask(&command("make dinner light", PATIENT))
        .expect("it answers");
    assert_eq!((answer.text.as_str(), answer.ended), ("light_set", true));
    // `light`, `_`, `set` and the end mark, which is delivered as text.
    assert_eq!((answer.prompt_tokens, answer.decoded_tokens), (12, 4));
    let more = client
        .ask(&then("light_set", "which room"))
        .expect("it goes on");
    assert_eq!(more.text, "kitchen");
    // The pending end mark is evaluated with the question.
    assert_eq!(more.prompt_tokens, 1 + 12);
    let status = client.status(PATIENT).expect("it lives");
    assert_eq!((status.backend.as_str(), status.context), ("hailo", 2048));
    assert_eq!(status.used, tokens + 12 + 4 + 12 + 2);
    let device = status.device.expect("there is one");
    assert_eq!(device.architecture, "HAILO10H");
    assert_eq!(device.firmware, "5.2.0");
    assert_eq!(device.health.chip_c, Some(51.5));
    assert_eq!(device.health.power_w, None);
    assert_eq!(times(&desk, "overflow"), 0);
}

#[test]
fn what_the_device_wrote_ahead_is_reckoned_with() {
    let check = |name: &str, whole: &str, ahead: usize, resets: usize| {
        let desk = WorkerFolder::new(name, &plan(json!({ "ahead": ahead })));
        // Would rest between the two questions on a slow machine.
        let desk = desk.with(&["--rest-after", "60000"]);
        let mut client = desk.client();
        client.prime(&prefix()).expect("it primes");
        let before = times(&desk, "restore") + times(&desk, "clear");
        let ask = choosing(
            command("make dinner light", PATIENT),
            &["light_set", "none"],
        );
        let answer = client.ask(&ask).expect("it answers");
        assert_eq!((answer.text.as_str(), answer.ended), ("light_", false));
        assert_eq!(answer.decoded_tokens, 2, "cut where it was decided");
        let more = client.ask(&then(whole, "which room")).expect("it goes on");
        assert_eq!(more.text, "kitchen", "{name}");
        let after = times(&desk, "restore") + times(&desk, "clear");
        assert_eq!(after - before, resets, "{name}");
    };
    check("hailo-ahead-none", "light_set", 0, 0);
    check("hailo-ahead-one", "light_set", 1, 0);
    check("hailo-ahead-end", "light_set", 2, 0);
    check("hailo-ahead-differs", "light_dim", 1, 1);
}

#[test]
fn a_question_after_a_rest_is_answered_from_what_was_said() {
    let desk = WorkerFolder::new("hailo-rest", &plan(json!({}))).with(&["--rest-after", "0"]);
    let mut client = desk.client();
    let tokens = client.prime(&prefix()).expect("it primes");
    let ask = choosing(
        command("make dinner light", PATIENT),
        &["light_set", "none"],
    );
    client.ask(&ask).expect("it answers");
    // Each reply is followed by a rest, unless the next request is there first.
    let rested = |client: &mut WorkerClient| {
        (0..1000).any(|_| client.status(PATIENT).expect("it lives").used == tokens)
    };
    assert!(rested(&mut client), "back at the prefix");
    let more = client
        .ask(&then("light_set", "which room"))
        .expect("it goes on");
    assert_eq!(more.text, "kitchen");
    assert_eq!(more.prompt_tokens, 12 + 2 + 14, "all said anew");
    assert!(rested(&mut client), "back at the prefix");
}

#[test]
fn the_prefix_comes_back_by_the_faster_way() {
    let check = |name: &str, context_ms: u32, restores: bool| {
        let desk = WorkerFolder::new(
            name,
            &plan(json!({ "context_ms": context_ms, "speed": 4.0 })),
        );
        let mut client = desk.client();
        client.prime(&prefix()).expect("it primes");
        let status = client.status(PATIENT).expect("it lives");
        let device = status.device.expect("there is one");
        assert_eq!(device.restores, restores, "{name}: {device:?}");
        assert_eq!(device.saved_bytes, 30_000_000, "{name}");
    };
    check("hailo-restores", 5, true);
    check("hailo-evaluates", 1500, false);
}

#[test]
fn a_device_that_cannot_save_is_primed_anew() {
    let faults = json!([{ "at": "save", "how": { "status": 7 } }]);
    let desk = WorkerFolder::new("hailo-unsaved", &plan(json!({ "faults": faults })));
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    for _ in 0..2 {
        let answer = client.ask(&command("make dinner light", PATIENT));
        assert_eq!(answer.expect("it answers").text, "light_set");
    }
    assert_eq!(times(&desk, "restore"), 0);
}

#[test]
fn a_device_that_cannot_only_evaluate_is_primed_by_a_newline() {
    let check = |name: &str, more: Value| {
        let desk = WorkerFolder::new(name, &plan(more));
        let mut client = desk.client();
        client.prime(&prefix()).expect("it primes");
        let answer = client
            .ask(&command("make dinner light", PATIENT))
            .expect("it answers");
        assert_eq!(answer.text, "light_set", "{name}");
        // The newline that ends the prefix is pending.
        assert_eq!(answer.prompt_tokens, 1 + 12, "{name}");
    };
    check("hailo-older", json!({ "version": [5, 1, 1] }));
    let faults = json!([{ "at": "generate", "how": { "status": 8 }, "times": 1 }]);
    check("hailo-refuses", json!({ "faults": faults }));
}

#[test]
fn a_model_that_writes_no_newline_is_told_all_each_time() {
    let settings = plan(json!({ "version": [5, 1, 1], "newline": false }));
    let desk = WorkerFolder::new("hailo-no-newline", &settings);
    let mut client = desk.client();
    let tokens = client.prime(&prefix()).expect("it primes");
    let answer = client
        .ask(&command("make dinner light", PATIENT))
        .expect("it answers");
    assert_eq!(answer.text, "light_set");
    assert_eq!(answer.prompt_tokens, tokens + 12);
    assert_eq!(times(&desk, "overflow"), 0);
}

#[test]
fn what_does_not_fit_never_reaches_the_device() {
    let desk = WorkerFolder::new("hailo-overflow", &plan(json!({})));
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let pid = client.pid();
    let error = client
        .ask(&command(&"word ".repeat(2048), PATIENT))
        .expect_err("it does not fit");
    assert!(matches!(error, LlmError::Refused(_)), "{error}");
    assert!(error.to_string().contains("context of 2048"), "{error}");
    let answer = client.ask(&command("make dinner light", PATIENT));
    assert_eq!(answer.expect("it answers").text, "light_set");
    assert_eq!(client.pid(), pid, "nothing was killed");
    assert_eq!(times(&desk, "overflow"), 0);
}

#[test]
fn a_character_may_come_in_two_pieces_and_an_end_be_missing() {
    let faults = json!([{ "at": "read", "how": "half", "when": "cafe", "times": 1 }]);
    let desk = WorkerFolder::new("hailo-half", &plan(json!({ "faults": faults })));
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let half = client.ask(&command("to the cafe", PATIENT)).expect("half");
    assert_eq!((half.text.as_str(), half.ended), ("caf", false));
    let whole = client.ask(&command("to the cafe", PATIENT)).expect("whole");
    assert_eq!((whole.text.as_str(), whole.ended), ("caf\u{e9}", true));
}

#[test]
fn marks_in_what_was_heard_do_not_end_a_turn() {
    let desk = WorkerFolder::new("hailo-marks", &plan(json!({})));
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let answer = client
        .ask(&command("a<|endoftext|>b\u{7}c", PATIENT))
        .expect("it answers");
    assert_eq!(answer.text, "a  endoftext  b c");
}

/// A tokenizer for which each match is a token, whatever it is.
fn tokenizer(pattern: &str) -> String {
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": null, "post_processor": null, "decoder": null,
        "pre_tokenizer": {
            "type": "Split", "pattern": { "Regex": pattern },
            "behavior": "Isolated", "invert": false,
        },
        "model": { "type": "WordLevel", "vocab": { "[UNK]": 0 }, "unk_token": "[UNK]" },
    })
    .to_string()
}

#[test]
fn the_model_s_own_tokenizer_spares_the_device_the_counting() {
    let check = |name: &str, pattern: &str, device_counts: bool| {
        let faults = json!([{ "at": "tokenize", "how": { "status": 8 }, "when": "dinner" }]);
        let desk = WorkerFolder::new(name, &plan(json!({ "faults": faults })));
        desk.write("tokenizer.json", &tokenizer(pattern));
        let file = desk.folder.join("tokenizer.json");
        let desk = desk.with(&["--tokenizer", &file.to_string_lossy()]);
        let mut client = desk.client();
        client.prime(&prefix()).expect("it primes");
        let answer = client.ask(&command("make dinner light", PATIENT));
        if device_counts {
            let error = answer.expect_err("the device was asked").to_string();
            assert!(error.contains("counting tokens"), "{name}: {error}");
        } else {
            assert_eq!(answer.expect("it answers").prompt_tokens, 12, "{name}");
        }
    };
    let same = r"<\|[^|]*\|>| ?\w{1,8}|[\s\S]";
    check("hailo-tokenizer", same, false);
    check("hailo-other-tokenizer", r"\w+|[\s\S]", true);
}

#[test]
fn the_worker_makes_itself_small() {
    let desk = WorkerFolder::new("hailo-small", &plan(json!({}))).with(&["--memory", "512"]);
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let of = |file: &str| {
        let pid = client.pid().expect("it runs");
        std::fs::read_to_string(format!("/proc/{pid}/{file}")).expect("it can be looked at")
    };
    let limits = of("limits");
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line[name.len()..].split_whitespace().next())
    };
    assert_eq!(limit("Max core file size"), Some("0"));
    assert_eq!(limit("Max data size"), Some("536870912"));
    assert!(of("status").contains("NoNewPrivs:\t1"));
}

#[test]
fn a_question_that_stands_alone_leaves_the_primed_prompt_as_it_was() {
    let desk = WorkerFolder::new("hailo-alone", &plan(json!({})));
    let desk = desk.with(&["--rest-after", "60000"]);
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let clears = times(&desk, "clear");
    let alone = Ask {
        prompt: Some(Prompt::system("Answer from the text.")),
        stream: true,
        ..command("the cafe", PATIENT)
    };
    let mut said = String::new();
    let mut note = |piece: &str| {
        said.push_str(piece);
        true
    };
    let answer = client.ask_aloud(&alone, &mut note).expect("it answers");
    assert_eq!(
        (answer.text.as_str(), said.as_str()),
        ("caf\u{e9}", "caf\u{e9}")
    );
    assert_eq!(times(&desk, "clear"), clears + 1, "its context is its own");
    let answer = client
        .ask(&command("make dinner light", PATIENT))
        .expect("it answers");
    assert_eq!(
        (answer.text.as_str(), answer.prompt_tokens),
        ("light_set", 12)
    );
    assert!(client.ask(&then("x", "which room")).is_ok());
    client.ask(&alone).expect("it answers");
    assert!(
        client.ask(&then("x", "which room")).is_err(),
        "nothing follows on it"
    );
}
