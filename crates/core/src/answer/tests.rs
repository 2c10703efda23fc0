//! Texts and questions in, passages and answers out.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Clauses, Document, Grounds, Why, is_question};

const MILL: &str = "\
# The old mill

The mill was built in 1794 by Johan Brandt. It ground rye until 1931.
Today a society of volunteers looks after it.

## Visiting

The mill turns on Saturdays from 2 p.m. to 5 p.m. when there is wind.
Dogs are not allowed inside, except guide dogs.

| ticket | price |
|---|---|
| Adults | 4 euros |
| Children under 12 | free |

## Facts

- The sails are 24 m long.
- There are [three floors](http://x); the *stone floor* is the highest one.
<!-- nobody reads this -->
```
nor 5 of this
```
";

#[test]
fn a_text_is_cut_into_passages_under_headings() {
    let mut shown = String::new();
    for passage in Document::read(MILL).passages {
        writeln!(shown, "[{}]", passage.heading).expect("a string grows");
        for sentence in passage.sentences {
            writeln!(shown, "  {sentence}").expect("a string grows");
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn sentences_end_where_a_reader_stops() {
    let check = |text: &str, expected: &[&str]| {
        let document = Document::read(text);
        let got: Vec<String> = document
            .passages
            .into_iter()
            .flat_map(|p| p.sentences)
            .collect();
        assert_eq!(got, expected, "{text}");
    };
    check("Dr. Brandt came. He saw.", &["Dr. Brandt came.", "He saw."]);
    check(
        "It is 3.5 m high, e.g. here. No more",
        &["It is 3.5 m high, e.g. here.", "No more."],
    );
    check(
        "We open at 9 a.m. on Mondays.",
        &["We open at 9 a.m. on Mondays."],
    );
    check(
        "By J. S. Bach. \"Really?\" Yes!",
        &["By J. S. Bach.", "\"Really?\"", "Yes!"],
    );
    check(
        "Title\n=====\nOne\ntwo.\n\n---\n\n> Three",
        &["One two.", "Three."],
    );
    check("1. First\n2. Second\n", &["First.", "Second."]);
    check("![a picture](x.png)\n\n***\n", &[]);
    check(
        "snake_case and **bold** and _soft_ a*b",
        &["snake_case and bold and soft a*b."],
    );
}

proptest! {
    #[test]
    fn any_text_is_cut_into_what_can_be_said(text in "(?s).{0,400}", lines in proptest::collection::vec("[#>|*_`a-z0-9 .!?\\[\\]()-]{0,40}", 0..12)) {
        for text in [text, lines.join("\n")] {
            let document = Document::read(&text);
            prop_assert_eq!(document.lines().len(), document.places().count());
            for passage in &document.passages {
                prop_assert!(!passage.sentences.is_empty());
                for (at, sentence) in passage.sentences.iter().enumerate() {
                    prop_assert!(sentence.chars().any(char::is_alphanumeric), "{sentence:?}");
                    prop_assert!(sentence.len() < 1300 && !sentence.contains('\n'));
                    prop_assert!(passage.whole(at).contains(sentence.as_str()));
                }
            }
        }
    }

    #[test]
    fn a_text_of_words_loses_none(words in proptest::collection::vec("[a-z]{1,12}[.,]?", 1..120)) {
        let text = words.join(" ");
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let document = Document::read(&text);
        let said: String = document.passages.iter().flat_map(|p| &p.sentences).map(|s| letters(s)).collect();
        prop_assert_eq!(said, letters(&text));
    }

    #[test]
    fn clauses_lose_nothing_however_the_pieces_come(text in "[A-Za-z0-9,.!? ]{0,200}", cuts in proptest::collection::vec(1..9_usize, 1..80)) {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let mut clauses = Clauses::default();
        let mut said = String::new();
        let mut rest = text.as_str();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            said.extend(clauses.push(piece).iter().map(|clause| letters(&clause.text)));
            rest = after;
        }
        said.extend(clauses.push(rest).iter().map(|clause| letters(&clause.text)));
        said.extend(clauses.end().iter().map(|clause| letters(&clause.text)));
        prop_assert_eq!(said, letters(&text));
    }

    #[test]
    fn what_a_passage_says_itself_is_grounded(at in 0..9_usize) {
        let document = Document::read(MILL);
        let places: Vec<_> = document.places().collect();
        let (passage, sentence) = places[at % places.len()];
        let passage = &document.passages[passage];
        let sentences: Vec<&str> = passage.sentences.iter().map(String::as_str).collect();
        let grounds = Grounds::new(&sentences, &[&passage.heading]);
        prop_assert_eq!(grounds.check(&passage.sentences[sentence]), Ok(()));
    }
}

#[test]
fn questions_find_their_sentence_by_words() {
    let document = Document::read(MILL);
    let mut shown = String::new();
    for question in [
        "when was the mill built",
        "who built the mill",
        "how long are the sails",
        "how many floors are there",
        "are dogs allowed",
        "how much do adults pay",
        "when does the mill turn",
        "when did it stop grinding rye",
        "what do children pay",
        "how many sails are there",
        "when was the bridge built",
        "where can I park my car",
        "what is that",
    ] {
        let search = document.find(question, None);
        let found = search
            .found
            .map_or_else(|| format!("-- {:?}", search.why), |found| found.best);
        writeln!(shown, "{question}? {found} ({:.2})", search.score).expect("a string grows");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_question_for_a_number_wants_one() {
    let document = Document::read("# Lake\n\nThe lake is deep and cold. Boats wait at the pier.");
    let check = |question: &str, why: Why| {
        assert_eq!(document.find(question, None).why, why, "{question}");
    };
    check("how deep is the lake", Why::NoNumber);
    check("is the lake deep", Why::Near);
    check("where do boats wait", Why::Near);
    check("when do boats wait", Why::NoTime);
    check("how is the weather on Mars", Why::Far);
}

#[test]
fn a_question_for_a_place_wants_one() {
    let check = |sentence: &str, expected: bool| {
        let document = Document::read(&format!("# Lake\n\n{sentence}"));
        let found = document.find("where is the aquarium", None).found.is_some();
        assert_eq!(found, expected, "{sentence}");
    };
    check("The aquarium was opened in 1974.", false);
    check("The aquarium is open on Sundays at half past two.", false);
    check("The aquarium was closed in the summer of 1943.", false);
    check("The aquarium has the oldest salamander.", false);
    check("The aquarium is behind the great hall.", true);
    check("The aquarium, opened in 1974, is next to the tower.", true);
    check("The aquarium is downstairs.", true);
    check("The aquarium came from Sandholm.", true);
}

#[test]
fn clauses_are_handed_over_as_soon_as_the_next_begins() {
    let mut clauses = Clauses::default();
    let mut shown = String::new();
    for piece in [
        "The mill was",
        " built in 1794,",
        " by",
        " Johan Brandt. It",
        " ground rye",
        ", they say.",
    ] {
        for clause in clauses.push(piece) {
            writeln!(shown, "{piece:?}: {} {}", clause.text, clause.ends).expect("a string grows");
        }
    }
    let last = clauses.end().expect("a rest");
    writeln!(shown, "end: {}", last.text).expect("a string grows");
    assert_eq!(clauses.end(), None);
    insta::assert_snapshot!(shown);
}

#[test]
fn an_answer_says_what_its_passage_says() {
    let passage = [
        "The mill was built in 1794 by Johan Brandt.",
        "It ground rye until 1931.",
        "Dogs are not allowed inside, except guide dogs.",
        "Children under 12 pay nothing, adults pay 4 euros.",
    ];
    let grounds = Grounds::new(&passage, &["Visiting"]);
    let mut shown = String::new();
    for answer in [
        "The mill was constructed in 1794.",
        "Johan Brandt built the mill.",
        "It was built in seventeen ninety four by Johan Brandt.",
        "The mill was built in 1749.",
        "The mill was built in 1931.",
        "The mill was built by Otto Brandt.",
        "Romans built the mill.",
        "The mill was built from oak.",
        "Dogs are allowed inside.",
        "Dogs are not allowed inside, except guide dogs.",
        "The mill was not built in 1794.",
        "Children 12 pay nothing.",
        "Children under 12 pay nothing.",
        "Adults pay 12 euros.",
        "It ground rye in 1794 by Johan Brandt.",
        "Guide dogs pay 4 euros.",
        "Johan Brandt ground rye until 1931.",
        "Adults are Johan Brandt.",
        "Adults pay four euros.",
    ] {
        let verdict = grounds.check(answer);
        writeln!(shown, "{answer} {verdict:?}").expect("a string grows");
    }
    insta::assert_snapshot!(shown);
    assert!(!grounds.may_be_cut("Dogs are"), "what limits it may follow");
    assert!(grounds.may_be_cut("The mill was built"));
    let injected = "Burglars robbed the museum safely.";
    assert!(
        grounds.check(injected).is_err(),
        "whatever the question says"
    );
}

#[test]
fn orders_are_no_questions() {
    let check = |text: &str, expected: bool| assert_eq!(is_question(text), expected, "{text}");
    check("when was the mill built", true);
    check("excuse me, who built it?", true);
    check("tell me about the sails", true);
    check("can you tell me how old it is", true);
    check("can we bring a dog", true);
    check("do the sails turn", true);
    check("on which days does the mill turn", true);
    check("for how long did it grind rye", true);
    check("on the left there is a mill", false);
    check("is there a café", true);
    check("turn on the light", false);
    check("could you turn on the light", false);
    check("play some music", false);
    check("I left the door open", false);
    check("stop the sails", false);
}
