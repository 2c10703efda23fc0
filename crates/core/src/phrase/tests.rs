//! Phrases in, trees, sentences and errors out.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Phrase, Rules, Token, Written, variants};

fn parse(text: &str) -> Result<Phrase, super::PhraseError> {
    Written::parse(text)?
        .resolve(&rules())
        .map(|(phrase, _)| phrase)
}

fn rules() -> Rules {
    [
        ("light", "(light|lamp)[s]"),
        ("polite", "[please]"),
        ("ping", "a <pong>"),
        ("pong", "b <ping>"),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Written::parse(text).expect("a good rule")))
    .collect()
}

#[test]
fn phrases_are_read_into_their_simplest_form() {
    for (text, expected) in [
        ("turn  on", "turn on"),
        ("(a|b) c", "(a|b) c"),
        ("a|b", "(a|b)"),
        ("( a | b ) [c]", "(a|b) [c]"),
        ("((a b) c)", "a b c"),
        ("((a|b)|c)", "(a|b|c)"),
        ("[[a]]", "[a]"),
        ("[a|b] c", "[a|b] c"),
        ("(a;b|c)", "error at 4"),
        ("(a;(b|c))", "(a;(b|c))"),
        (
            "set {room} to { number:degrees }",
            "set {room} to {degrees}",
        ),
        ("light[s] on", "(light|lights) on"),
        ("[the ]light", "(light|the light)"),
        ("switch(ed|es)", "(switched|switches)"),
        ("the{room}[s]", "the {room} [s]"),
        ("<light> on", "(light|lights|lamp|lamps) on"),
        (
            "(over|under)(head|foot)",
            "(overhead|overfoot|underhead|underfoot)",
        ),
        ("it's a grown-up café", "it's a grown-up café"),
    ] {
        let got = match parse(text) {
            Ok(phrase) => phrase.to_string(),
            Err(error) => format!("error at {}", error.at),
        };
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn errors_name_the_place_and_the_remedy() {
    let mut all = String::new();
    for text in [
        "",
        "turn (on|off",
        "turn [on",
        "turn on)",
        "turn (on]",
        "turn (on|) it",
        "turn (|on)",
        "turn on|",
        "()",
        "(",
        "a (b;c|d)",
        "a {",
        "a {room",
        "a {}",
        "a {list:}",
        "a {two words}",
        "a <>",
        "a }",
        "a >",
        "a <lihgt>",
        "a <ping>",
        "50% of it",
        "salt & pepper",
        "what?",
        "living_room",
        "a - b",
        "x(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)",
    ] {
        let error = parse(text).expect_err(text);
        let caret = " ".repeat(text[..error.at].chars().count());
        writeln!(all, "{text}\n{caret}^ {}; {}", error.message, error.hint)
            .expect("a string takes everything");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_phrase_stands_for_its_sentences() {
    for (text, expected) in [
        ("(a|b) [c] {d}", "a c {d} / a {d} / b c {d} / b {d}"),
        ("(a;b;c)", "a b c / a c b / b a c / b c a / c a b / c b a"),
        ("[a;b]", "a b / b a / "),
    ] {
        let phrase = parse(text).expect(text);
        let all = variants(&phrase, 100);
        assert!(!all.cut);
        assert_eq!(sentences(&all), expected, "{text}");
    }
    let many = parse("(a|b) (a|b) (a|b) (a|b) (a;b;c;d;e;f;g;h)").expect("a good phrase");
    let some = variants(&many, 10);
    assert!(some.cut);
    assert_eq!(some.sentences.len(), 10);
}

fn sentences(all: &super::Variants<'_>) -> String {
    let sentence = |tokens: &Vec<Token<'_>>| {
        let words: Vec<String> = tokens
            .iter()
            .map(|token| match token {
                Token::Word(word) => (*word).to_owned(),
                Token::Slot(name) => format!("{{{name}}}"),
            })
            .collect();
        words.join(" ")
    };
    let all: Vec<String> = all.sentences.iter().map(sentence).collect();
    all.join(" / ")
}

#[test]
fn silence_is_seen_through_brackets() {
    for (text, expected) in [
        ("[a]", true),
        ("[a] [b]", true),
        ("(a|[b])", true),
        ("([a];[b])", true),
        ("<polite>", true),
        ("[a] b", false),
        ("{a}", false),
    ] {
        let phrase = parse(text).expect(text);
        assert_eq!(phrase.fits_silence(), expected, "{text}");
    }
}

fn any_phrase() -> impl Strategy<Value = Phrase> {
    let leaf = prop_oneof![
        "[a-z0-9é']{0,3}[a-z][a-z'-]{0,3}".prop_map(Phrase::Word),
        "[a-z_][a-z0-9_]{0,5}".prop_map(Phrase::Slot),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let some = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            some().prop_map(Phrase::sequence),
            some().prop_map(Phrase::choice),
            some().prop_map(Phrase::any_order),
            inner.clone().prop_map(Phrase::optional),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_phrase_is_read_back(phrase in any_phrase()) {
        let printed = phrase.to_string();
        prop_assert_eq!(parse(&printed).map_err(|e| e.message), Ok(phrase));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-c (){}\\[\\]<>|;:é%_]{0,40}") {
        match parse(&text) {
            Ok(phrase) => drop(variants(&phrase, 50)),
            Err(error) => prop_assert!(text.is_char_boundary(error.at)),
        }
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(parse(&deep).is_err());
    let mut rules: Rules = (0..40)
        .map(|n| {
            let next = n + 1;
            let text = format!("<r{next}> <r{next}>");
            (format!("r{n}"), Written::parse(&text).expect("a good rule"))
        })
        .collect();
    rules.insert("r40".into(), Written::parse("a").expect("a good rule"));
    let error = Written::parse("<r0>")
        .expect("a good phrase")
        .resolve(&rules)
        .expect_err("it would be larger than the world");
    assert!(error.message.contains("parts"), "{}", error.message);
}
