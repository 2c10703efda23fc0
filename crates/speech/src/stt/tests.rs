//! Tests of the constraint and of the search: sentences and tables in, text out,
//! without a model.

use super::SttError;
use super::bias::{Spelling, Walk};
use super::decode::{
    Beam, DecodePosition, Decoding, Landmarks, Scorer, Start, Step, Token, constrained, free,
};
use super::prompt::{lists_of, prompt};
use super::vocabulary::Vocabulary;

use mynah_core::dialogue::{CompletedIntent, Expected};
use mynah_core::grammar::Grammar;
use mynah_core::turn::{Intent, Slot, SlotValue};

const FILE: &str = r#"
[lists]
room = ["kitchen", "living room"]

[[intent]]
name = "light"
description = "Switch a light"
phrases = ["(turn|switch) {state} the {room} light[s]", "dim to {level} percent"]
slots.state = { values = ["on", "off"] }
slots.room = { list = "room" }
slots.level = { type = "number", min = 0, max = 100, ask = "How much?" }

[[intent]]
name = "note"
description = "Write something down"
phrases = ["note that {words}", "I would like a note"]
slots.words = { type = "text", ask = "What?" }
"#;

/// Every printable ASCII byte is a token, and so are a few words.
fn vocabulary() -> (Vocabulary, Vec<Vec<u8>>) {
    let mut texts: Vec<Vec<u8>> = (b' '..=b'~').map(|byte| vec![byte]).collect();
    for word in [
        " turn", " Turn", " kit", "chen", " on", " off", " light", " 25",
    ] {
        texts.push(word.as_bytes().to_vec());
    }
    (Vocabulary::new(texts.iter().map(Vec::as_slice)), texts)
}

/// Feeds `text` byte by byte; true if every token was allowed and the text
/// may end there.
fn fits(text: &str) -> bool {
    let settings = mynah_config::parse(FILE).expect("a good file");
    fits_in(&[&Grammar::compile(&settings)], text)
}

/// As [`fits`], in one of several grammars.
fn fits_in(grammars: &[&Grammar], text: &str) -> bool {
    let spellings: Vec<Spelling> = grammars.iter().map(|g| Spelling::new(g)).collect();
    let (vocabulary, _) = vocabulary();
    let tokens: Vec<Token> = text.bytes().map(|byte| Token::from(byte - b' ')).collect();
    Walk::new(spellings.iter().collect(), &vocabulary).allows(&tokens)
}

#[test]
fn the_constraint_knows_the_file_and_nothing_else() {
    for text in [
        " turn on the kitchen light",
        " turn on the living room lights.",
        " please, switch off the kitchen light, thank you!",
        " could you turn off the kitchen light?",
        " dim to 25%",
        " dim to twenty-five percent",
        " i'd like a note",
        " note that the quick brown fox is 3 years old",
    ] {
        assert!(fits(text), "does not fit: {text}");
    }
    for text in [
        "",
        "turn on the kitchen light",
        " turn on the kitchen",
        " turn on the bathroom light",
        " turn on the kitchen,, light",
        " turn on the kitchenlight",
        " dim to 2,5%",
        " note that",
        " please",
    ] {
        assert!(!fits(text), "fits: {text}");
    }
}

#[test]
fn the_constraint_of_a_state_has_times_and_what_leans_on_a_command() {
    let settings = mynah_config::parse(mynah_config::EXAMPLE).expect("a good file");
    let always = Expected::always(&settings).grammar();
    let slot = |name: &str, value: &str| Slot {
        name: name.into(),
        value: SlotValue::Text(value.into()),
        spoken: value.into(),
    };
    let done = CompletedIntent {
        intent: Intent {
            slots: vec![slot("room", "kitchen"), slot("state", "on")],
            ..Intent::new("light_switch")
        },
        ok: true,
        changes: Vec::new(),
    };
    let leaning = Expected::right_after(&settings, &[done]).expect("it was done");
    let leaning = leaning.grammar();
    for text in [
        " turn off the kitchen light in ten minutes",
        " turn off the kitchen light, please, in 10 minutes.",
        " in 10 minutes, please turn off the kitchen light.",
        " tomorrow at eight turn on the kitchen light",
        " turn on the kitchen light for half an hour",
        " undo that",
        " please repeat that.",
    ] {
        assert!(fits_in(&[&always], text), "does not fit: {text}");
    }
    for text in [
        " and in the bedroom",
        " no, the bedroom",
        " turn it off again",
        " turn it off in ten minutes",
    ] {
        assert!(!fits_in(&[&always], text), "fits: {text}");
        assert!(fits_in(&[&always, &leaning], text), "does not fit: {text}");
    }
    for text in [
        " in ten minutes",
        " turn off the kitchen light in ten",
        " what time is it in ten minutes",
        " and in the",
    ] {
        assert!(!fits_in(&[&always, &leaning], text), "fits: {text}");
    }
}

/// A scorer that prefers one text everywhere, and another as second best.
struct Table {
    texts: Vec<Vec<u8>>,
    best: &'static str,
    second: &'static str,
    /// The text up to each fed token.
    said: Vec<Vec<u8>>,
}

impl Table {
    fn prefer(&self, said: &[u8], wanted: &str, weight: f32, logits: &mut [f32]) {
        let Some(rest) = wanted.as_bytes().strip_prefix(said) else {
            return;
        };
        for (logit, text) in logits.iter_mut().zip(&self.texts) {
            if !text.is_empty() && rest.starts_with(text) {
                #[expect(clippy::cast_precision_loss, reason = "a few letters")]
                let longer = text.len() as f32 / 100.0;
                *logit = logit.max(weight + longer);
            }
        }
        if rest.is_empty() {
            logits[self.texts.len()] = weight;
        }
    }

    fn step(&mut self, said: Vec<u8>) -> Step {
        let mut row = vec![0.0; self.texts.len() + 1];
        self.prefer(&said, self.second, 6.0, &mut row);
        self.prefer(&said, self.best, 8.0, &mut row);
        mynah_whisper::log_softmax(&mut row);
        self.said.push(said);
        Step {
            place: self.said.len() - 1,
            row: row.into(),
        }
    }
}

impl Scorer for Table {
    fn feed(&mut self, nexts: &[(DecodePosition, Token)]) -> Result<Vec<Step>, SttError> {
        let follow = |&(place, token): &(DecodePosition, Token)| {
            let text = &self.texts[token as usize];
            let said = [self.said[place].as_slice(), text].concat();
            self.step(said)
        };
        Ok(nexts.iter().map(follow).collect())
    }
}

fn decode(best: &'static str, second: &'static str) -> String {
    let settings = mynah_config::parse(FILE).expect("a good file");
    let spelling = Spelling::new(&Grammar::compile(&settings));
    let (vocabulary, texts) = vocabulary();
    let end = Token::try_from(texts.len()).expect("few tokens");
    let landmarks = Landmarks { end, blank: 0 };
    let mut table = Table {
        texts: texts.clone(),
        best,
        second,
        said: Vec::new(),
    };
    let mut walk = Walk::new(vec![&spelling], &vocabulary);
    let start = Start {
        step: table.step(Vec::new()),
        cap: 60,
    };
    let (freely, trail) = free(&mut table, landmarks, &start).expect("a table never fails");
    let beam = Beam {
        width: 4,
        behind: 20.0,
        floor: f32::NEG_INFINITY,
        texts: 1,
        rounds: 3,
    };
    let held = constrained(&mut table, landmarks, &mut walk, &start, &trail, beam)
        .expect("a table never fails");
    let text = |decoding: &Decoding| -> String {
        let bytes: Vec<u8> = decoding
            .tokens
            .iter()
            .flat_map(|&t| texts[usize::try_from(t).expect("a token")].clone())
            .collect();
        String::from_utf8(bytes).expect("ASCII")
    };
    let held = held.first().map_or_else(|| "nothing".into(), &text);
    format!("{}|{held}", text(&freely))
}

#[test]
fn the_search_keeps_to_the_file_and_goes_back_from_a_wrong_turn() {
    for (best, second, expected) in [
        // The text is in the file: both agree.
        (
            " Turn on the kitchen light",
            "",
            " Turn on the kitchen light| Turn on the kitchen light",
        ),
        // The likeliest text is not in the file, the second is.
        (
            " Turn on the chicken light",
            " Turn on the kitchen light",
            " Turn on the chicken light| Turn on the kitchen light",
        ),
        // Greedy search begins a phrase (" turn") that cannot continue as it was said.
        (
            " turnips are off",
            " switch off the kitchen light",
            " turnips are off| switch off the kitchen light",
        ),
        // A repeated sentence is taken once.
        (
            " turn on the kitchen light turn on the kitchen light turn on",
            " turn on the kitchen light",
            " turn on the kitchen light| turn on the kitchen light",
        ),
    ] {
        assert_eq!(decode(best, second), expected);
    }
}

#[test]
fn the_prompt_holds_each_word_once_and_keeps_its_limit() {
    let settings = mynah_config::parse(FILE).expect("a good file");
    let words = |text: &str| text.split_whitespace().count();
    assert_eq!(
        prompt(lists_of(&settings), 100, words),
        "on, kitchen, off, living room."
    );
    assert_eq!(prompt(lists_of(&settings), 2, words), "on, kitchen.");
    assert_eq!(prompt(lists_of(&settings), 0, words), "");
}
