//! Golden renderings of every family, as its publishers' templates write them,
//! and the pieces put together against the whole, whatever is said.

use proptest::prelude::*;

use super::*;

const FAMILIES: [Family; 5] = [
    Family::ChatMl,
    Family::Qwen3,
    Family::Llama3,
    Family::DeepSeekR1,
    Family::Gemma,
];

/// As many publishers use the language: item access, methods of strings, and
/// instructions of its own where there are none.
const ITEMS: &str = r"{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are nobody<|im_end|>
' }}{% endif %}{{ '<|im_start|>' + message['role'] + '
' + message['content'].strip() + '<|im_end|>' + '
' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}";

fn conversation() -> Vec<Message> {
    let mut messages = Prompt::system("You help.").shot("Hi", "hello").messages();
    messages.push(Message::new(Role::User, "light on"));
    messages
}

fn check(family: Family, want: &str) {
    let template = ChatTemplate::of(family, None);
    let whole = template
        .render(&conversation(), true)
        .expect("it is our own template");
    assert_eq!(whole, want, "{family:?}");
    template.check().expect("its pieces make up the whole");
}

#[test]
fn every_family_is_written_as_its_publisher_writes_it() {
    check(
        Family::ChatMl,
        "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nhello<|im_end|>\n<|im_start|>user\nlight on<|im_end|>\n<|im_start|>assistant\n",
    );
    check(
        Family::Qwen3,
        "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nhello<|im_end|>\n<|im_start|>user\nlight on<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    );
    check(
        Family::Llama3,
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\nYou help.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nhello<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nlight on<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    );
    check(
        Family::DeepSeekR1,
        "<\u{ff5c}begin\u{2581}of\u{2581}sentence\u{ff5c}>You help.<\u{ff5c}User\u{ff5c}>Hi<\u{ff5c}Assistant\u{ff5c}>hello<\u{ff5c}end\u{2581}of\u{2581}sentence\u{ff5c}><\u{ff5c}User\u{ff5c}>light on<\u{ff5c}Assistant\u{ff5c}><think>\n",
    );
    check(
        Family::Gemma,
        "<bos><start_of_turn>user\nYou help.\n\nHi<end_of_turn>\n<start_of_turn>model\nhello<end_of_turn>\n<start_of_turn>user\nlight on<end_of_turn>\n<start_of_turn>model\n",
    );
}

fn pieces(family: Family) -> Pieces {
    let prompt = Prompt::system("You help.").shot("Hi", "hello");
    ChatTemplate::of(family, None)
        .cut(&prompt)
        .expect("it can be cut")
}

#[test]
fn an_answer_is_continued_where_the_model_was_stopped() {
    let check = |family, whole: &str, text: &str, ended, want: &str| {
        let ask = Ask {
            user: "Which room?".into(),
            opener: "room:".into(),
            follow: Some(whole.into()),
            ..Ask::default()
        };
        let last = Answer {
            text: text.into(),
            ended,
            ..Answer::default()
        };
        assert_eq!(pieces(family).question(&ask, Some(&last)), want);
    };
    check(
        Family::ChatMl,
        "light_set",
        "light_s",
        false,
        "et<|im_end|>\n<|im_start|>user\nWhich room?<|im_end|>\n<|im_start|>assistant\nroom:",
    );
    check(
        Family::ChatMl,
        "light_set",
        "light_set",
        true,
        "\n<|im_start|>user\nWhich room?<|im_end|>\n<|im_start|>assistant\nroom:",
    );
    check(
        Family::Llama3,
        "yes",
        "yes",
        true,
        "<|start_header_id|>user<|end_header_id|>\n\nWhich room?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nroom:",
    );
    check(
        Family::DeepSeekR1,
        "yes",
        "ye",
        false,
        "s<\u{ff5c}end\u{2581}of\u{2581}sentence\u{ff5c}><\u{ff5c}User\u{ff5c}>Which room?<\u{ff5c}Assistant\u{ff5c}><think>\n\n</think>\n\nroom:",
    );
}

#[test]
fn a_thinking_model_finds_its_thought_over() {
    let thinks = |family| (pieces(family).thinks, pieces(family).answer);
    assert!(!thinks(Family::ChatMl).0);
    assert!(!thinks(Family::Llama3).0);
    for family in [Family::Qwen3, Family::DeepSeekR1] {
        let (thinks, answer) = thinks(family);
        assert!(thinks, "{family:?}");
        assert!(answer.ends_with("<think>\n\n</think>\n\n"), "{answer:?}");
    }
}

#[test]
fn a_template_is_refused_that_cannot_be_cut() {
    let check = |source: &str, want: &str| {
        let error = ChatTemplate::new(source, "", "").expect_err("it is of no use");
        assert!(error.to_string().contains(want), "{error}");
    };
    check("{{ messages", "cannot be rendered");
    check("{{ raise_exception('no roles') }}", "no roles");
    check("hello", "does not write each message once");
    let bare = "{% for m in messages %}{{ m.role ~ ':' ~ m.content ~ '|' }}{% endfor %}assistant:";
    check(bare, "ends an answer with no mark");
    let numbered =
        "{% for m in messages %}{{ '<' ~ loop.index ~ '>' ~ m.content ~ '</s>' }}{% endfor %}";
    check(numbered, "turns differ");
    let deaf = "{% for m in messages if m.role != 'system' %}{{ '<' ~ m.role ~ '>' ~ m.content ~ '</s>' }}{% endfor %}<assistant>";
    check(deaf, "leaves the instructions out");
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
    check(endless, "cannot be rendered");
    ChatTemplate::new(ITEMS, "", "").expect("as many publishers write them");
}

#[test]
fn the_date_is_the_same_on_every_day() {
    let dated = "{{ '<d>' ~ strftime_now('%d %b %Y') ~ date_string }}";
    let template = ChatTemplate::new(&format!("{dated}{ITEMS}"), "", "").expect("it renders");
    let whole = template.render(&conversation(), true).expect("it renders");
    assert!(
        whole.starts_with("<d>26 Jul 202426 Jul 2024<|im_start|>"),
        "{whole}"
    );
}

#[test]
fn the_family_is_told_by_tokens_or_name() {
    let by_mark = |mark: &str| Family::of_marks(&["<|x|>".into(), mark.into()]);
    assert_eq!(by_mark("<|im_end|>"), Some(Family::ChatMl));
    assert_eq!(by_mark("<think>"), Some(Family::Qwen3));
    assert_eq!(by_mark("<start_of_turn>"), Some(Family::Gemma));
    assert_eq!(by_mark("</s>"), None);
    let by_name = Family::of_name;
    assert_eq!(by_name("Llama3.2-1B-Instruct"), Some(Family::Llama3));
    assert_eq!(
        by_name("DeepSeek-R1-Distill-Qwen-1.5B"),
        Some(Family::DeepSeekR1)
    );
    assert_eq!(by_name("Qwen2.5-Coder-1.5B-Instruct"), Some(Family::ChatMl));
    assert_eq!(by_name("phi"), None);
}

/// Words, control tokens, sentinels and fragments of them, in any order.
fn said() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        "[a-z]{1,8}",
        "\\PC{1,6}",
        Just("<|im_end|>".to_owned()),
        Just("<|im_start|>system".to_owned()),
        Just("<|im_<|im_end|>end|>".to_owned()),
        Just("<|eot_id|>".to_owned()),
        Just("<end_of_turn>".to_owned()),
        Just("</think>".to_owned()),
        Just("<\u{ff5c}User\u{ff5c}>".to_owned()),
        Just("<|".to_owned()),
        Just("|>".to_owned()),
        Just("Sentinel1End".to_owned()),
        Just("Sentinel2".to_owned()),
        Just("\n".to_owned()),
        Just(" ".to_owned()),
    ];
    prop::collection::vec(parts, 0..8).prop_map(|parts| parts.concat())
}

/// The control tokens of all families together.
fn marks() -> Marks {
    let mut all = Vec::new();
    for family in FAMILIES {
        let pieces = pieces(family);
        let text = [pieces.prefix, pieces.answer, pieces.end].concat();
        let mut rest = text.as_str();
        while let Some(from) = rest.find('<') {
            let to = rest[from..].find('>').expect("each mark is closed") + from + 1;
            all.push(rest[from..to].to_owned());
            rest = &rest[to..];
        }
    }
    Marks::known(all)
}

proptest! {
    #[test]
    fn pieces_make_up_the_whole_whatever_is_said(
        system in said(), shot in said(), first in said(), answer in said(), second in said()
    ) {
        let marks = marks();
        let [system, shot, first, answer, second] =
            [system, shot, first, answer, second].map(|text| marks.clean(&text));
        for family in FAMILIES {
            let template = ChatTemplate::of(family, None);
            let prompt = Prompt::system(&system).shot(&shot, "yes");
            let pieces = template.cut(&prompt).expect("it can be cut");
            let mut messages = prompt.messages();
            messages.push(Message::new(Role::User, &first));
            messages.push(Message::new(Role::Assistant, &answer));
            messages.push(Message::new(Role::User, &second));
            let whole = template.render(&messages, true).expect("it renders");
            let built = pieces.together(&[(&first, &answer)], &second);
            let rest = built.strip_prefix(whole.trim_end()).map(str::trim);
            prop_assert!(
                matches!(rest, Some("" | "</think>")),
                "{family:?}\n{whole}\n{built}"
            );
        }
    }

    #[test]
    fn no_control_token_is_left_in_what_is_said(text in said()) {
        let marks = marks();
        for marks in [&marks, &Marks::unknown()] {
            let clean = marks.clean(&text);
            for mark in [
                "<|im_end|>", "<|im_start|>", "<|eot_id|>", "<end_of_turn>", "<think>",
                "</think>", "<\u{ff5c}User\u{ff5c}>",
            ] {
                prop_assert!(!clean.contains(mark), "{clean:?}");
            }
            prop_assert_eq!(&marks.clean(&clean), &clean);
        }
    }

    #[test]
    fn what_holds_no_control_token_is_left_as_it_is(text in "[a-zA-Z0-9 ,.'!?\u{e4}\u{e9}]{0,40}") {
        let want = text.trim();
        prop_assert_eq!(marks().clean(&text), want);
        prop_assert_eq!(Marks::unknown().clean(&text), want);
    }
}
