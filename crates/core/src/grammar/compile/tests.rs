//! Phrases in, the sentences of their automaton out.

use super::*;

fn word(text: &str) -> Phrase {
    Phrase::Word(text.to_owned())
}

/// All that the automaton accepts, in alphabetical order.
fn language(words: &Automaton) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(0, String::new())];
    while let Some((state, said)) = open.pop() {
        let state = &words.states[state as usize];
        if state.done.is_some() {
            all.push(said.trim().to_owned());
        }
        for arc in &state.arcs {
            let mut said = said.clone();
            match &arc.label {
                Label::Word(word) => said.extend([word.as_ref(), " "]),
                Label::Slot { .. } => said.push_str("* "),
                Label::Empty => {}
            }
            open.push((arc.to, said));
        }
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn the_phrase_language_is_compiled() {
    let phrase = Phrase::Sequence(vec![
        Phrase::Choice(vec![word("turn"), word("Switch")]),
        Phrase::Optional(Box::new(word("the"))),
        word("8"),
        word("oz"),
        word(","),
    ]);
    assert_eq!(
        language(&Lexicon::of_phrase(&phrase).words),
        [
            "switch eight ounce",
            "switch the eight ounce",
            "turn eight ounce",
            "turn the eight ounce"
        ]
    );
}

#[test]
fn parts_come_in_any_order_and_may_be_optional() {
    let phrase = Phrase::AnyOrder(vec![
        word("a"),
        Phrase::Optional(Box::new(word("b"))),
        word("c"),
    ]);
    assert_eq!(
        language(&Lexicon::of_phrase(&phrase).words),
        [
            "a b c", "a c", "a c b", "b a c", "b c a", "c a", "c a b", "c b a"
        ]
    );
}

#[test]
fn parts_of_phrases_have_a_slot() {
    let slot = |name: &str| Phrase::Slot(name.to_owned());
    let phrases = [
        Phrase::sequence(vec![word("dim"), slot("a"), word("light")]),
        Phrase::sequence(vec![word("set"), slot("a"), word("light")]),
    ];
    let mut words = Automaton::default();
    let (start, end) = (words.add_state(), words.add_state());
    words.states[end as usize].done = Some(0);
    let slots = |_: &str| {
        Some(Label::Slot {
            lexicon: 0,
            intent: 0,
            slot: 0,
        })
    };
    Build {
        words: &mut words,
        slots: &slots,
    }
    .parts(&phrases, start, end);
    assert_eq!(
        language(&words),
        [
            "*",
            "* light",
            "dim *",
            "dim * light",
            "set *",
            "set * light"
        ]
    );
}

#[test]
fn many_parts_in_any_order_stay_small() {
    let parts = (0..30).map(|n| word(&i32::to_string(&n))).collect();
    let lexicon = Lexicon::of_phrase(&Phrase::AnyOrder(parts));
    assert!(
        lexicon.words.states.len() < 5_000,
        "{}",
        lexicon.words.states.len()
    );
}
