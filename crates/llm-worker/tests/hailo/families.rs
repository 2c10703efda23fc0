//! Models of every family on the stand-in, which answers only who speaks to
//! it in its own form; and what a context for each intent would cost.

use crate::standin::{PATIENT, WorkerFolder, command, prefix};
use mynah_llm_link::{Ask, LanguageModel};
use serde_json::{Value, json};

const LLAMA3: &str = include_str!("../../../llm/src/template/llama3.jinja");

/// A device with a model of that family in a file of that name.
fn desk(name: &str, family: &str, file: &str, more: Value) -> WorkerFolder {
    let mut plan = json!({
        "family": family,
        "answers": [["dinner", "light_set"], ["which room", "kitchen"], ["*", "none"]],
    });
    if let (Value::Object(plan), Value::Object(more)) = (&mut plan, more) {
        plan.extend(more);
    }
    let desk = WorkerFolder::new(name, &plan);
    desk.write(file, &plan.to_string());
    let model = desk.folder.join(file);
    // Would rest between two questions on a slow machine.
    desk.with(&["--rest-after", "60000", "--model", &model.to_string_lossy()])
}

/// A command and a question that follows it; gives both answers.
fn talk(desk: &WorkerFolder) -> (String, String) {
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let first = client.ask(&command("make dinner light", PATIENT));
    let first = first.expect("it answers").text;
    let follow = Ask {
        follow: Some("light_set".into()),
        ..command("which room", PATIENT)
    };
    let second = client.ask(&follow).expect("it goes on").text;
    (first, second)
}

fn check(name: &str, family: &str, file: &str, more: Value) {
    let (first, second) = talk(&desk(name, family, file, more));
    assert_eq!(first.trim(), "light_set", "{name}");
    assert_eq!(second.trim(), "kitchen", "{name}");
}

#[test]
fn every_family_is_spoken_to_in_its_own_form() {
    let plain = || json!({});
    check(
        "family-qwen",
        "chatml",
        "Qwen2.5-1.5B-Instruct.hef",
        plain(),
    );
    check("family-qwen3", "qwen3", "Qwen3-1.7B-Instruct.hef", plain());
    check(
        "family-llama",
        "llama3",
        "Llama3.2-1B-Instruct.hef",
        plain(),
    );
    let deepseek = "DeepSeek-R1-Distill-Qwen-1.5B.hef";
    check("family-deepseek", "deepseek-r1", deepseek, plain());
}

#[test]
fn the_template_of_the_file_counts_more_than_its_name() {
    let file = "Qwen2.5-1.5B-Instruct.hef";
    let own = json!({ "template": LLAMA3 });
    check("family-own", "llama3", file, own);
    // And by what ends a turn a file without a telling name is known.
    check("family-ends", "llama3", "mine.hef", json!({}));
}

#[test]
fn a_model_that_is_spoken_to_in_another_form_is_lost() {
    let file = "Qwen2.5-1.5B-Instruct.hef";
    let (first, _) = talk(&desk("family-wrong", "llama3", file, json!({})));
    assert_eq!(first, "I was never trained on this");
}

#[test]
fn an_older_device_primes_every_family_that_has_newlines() {
    let older = || json!({ "version": [5, 1, 1] });
    let llama = "Llama3.2-1B-Instruct.hef";
    check("family-older-llama", "llama3", llama, older());
    let deepseek = "DeepSeek-R1-Distill-Qwen-1.5B.hef";
    check("family-older-deepseek", "deepseek-r1", deepseek, older());
}

/// Device milliseconds of all lines that begin so.
fn spent(log: &[String], what: &str) -> f64 {
    log.iter()
        .filter_map(|line| line.strip_prefix(what)?.split_whitespace().next())
        .map(|ms| ms.parse::<f64>().expect("a number"))
        .sum()
}

#[test]
fn a_thought_that_is_over_costs_a_second_block() {
    let file = "DeepSeek-R1-Distill-Qwen-1.5B.hef";
    let plan = json!({ "model": "deepseek-r1-1.5b" });
    let desk = desk("family-thought", "deepseek-r1", file, plan);
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let before = desk.log().len();
    client
        .ask(&command("make dinner light", PATIENT))
        .expect("it answers");
    let taken = spent(&desk.log()[before..], "generate ");
    assert!((taken - 730.0).abs() < 1.0, "{taken} ms");
}

#[test]
fn a_context_for_each_intent_would_be_slower_than_one_conversation() {
    let file = "Qwen2.5-Coder-1.5B-Instruct.hef";
    let taken = |name: &str, follow: Option<String>| {
        let desk = desk(name, "chatml", file, json!({}));
        let mut client = desk.client();
        client.prime(&prefix()).expect("it primes");
        let before = desk.log().len();
        let first = client.ask(&command("make dinner light", PATIENT));
        first.expect("it names the intent");
        // What a context of the intent's own is asked needs the words again.
        let ask = Ask {
            follow,
            ..command("make dinner light, which room", PATIENT)
        };
        client.ask(&ask).expect("it fills the slot");
        let log = &desk.log()[before..];
        ["generate ", "token ", "restore ", "clear "]
            .map(|what| spent(log, what))
            .iter()
            .sum::<f64>()
    };
    let one = taken("contexts-one", Some("light_set".into()));
    let each = taken("contexts-each", None);
    println!("one conversation {one:.0} ms, a context for each intent {each:.0} ms");
    assert!(one + 200.0 < each, "{one} and {each} ms");
}
