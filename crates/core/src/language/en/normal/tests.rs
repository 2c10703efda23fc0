//! Texts in, canonical words out.

use proptest::prelude::*;

use super::*;
use crate::language::canonical;

#[track_caller]
fn check(text: &str, words: &str) {
    assert_eq!(canonical(text).join(" "), words, "from `{text}`");
}

#[test]
fn latin_letters_lose_their_accents_and_no_others() {
    for (letters, plain) in [
        ("àáâãäåāăąậ", "a"),
        ("çćčĉċ", "c"),
        ("ďđð", "d"),
        ("èéêëēĕėęě", "e"),
        ("ğĝġģ", "g"),
        ("ìíîïīĭįı", "i"),
        ("ķ", "k"),
        ("łĺļľ", "l"),
        ("ñńņň", "n"),
        ("òóôõöøōŏő", "o"),
        ("ŕř", "r"),
        ("śšşșŝ", "s"),
        ("ťţț", "t"),
        ("ùúûüūŭůűų", "u"),
        ("ýÿ", "y"),
        ("źżž", "z"),
        ("ß", "ss"),
        ("æ", "ae"),
        ("œ", "oe"),
        ("þ", "th"),
        ("й", "й"),
        ("ά", "ά"),
        ("한", "한"),
    ] {
        for letter in letters.chars() {
            let upper = letter.to_uppercase();
            check(&format!("q{letter}q"), &format!("q{plain}q"));
            check(&format!("q{upper}q"), &format!("q{plain}q"));
        }
    }
}

#[test]
fn one_spelling_for_all() {
    check("Turn ON the Café-Bar light!", "turn on the cafe bar light");
    check(
        "What's up, don't I'd you'll",
        "what is up do not i would you will",
    );
    check("Bob’s kids' room isn't", "bobs kids room is not");
    check("OK, it's 7 o'clock", "okay it is seven oclock");
    check("colour grey centre", "color gray center");
    check("set {x}'s light", "set x light");
    check("the T.V. at 7 a.m.", "the tv at seven am");
    // No piece of such figures is a value.
    check("at 24:00, 25:00, 7:61", "at 24:00 25:00 7:61");
    check("20,5 and 1.2.3 and 5..6", "20,5 and 1.2.3 and 5..6");
    check("25:61:61 and 1,00", "25:61:61 and 1,00");
    check("7 p m and fifty per cent", "seven pm and fifty percent");
}

#[test]
fn digits_become_words() {
    check("25", "twenty five");
    check("2.5 and 2.05", "two point five and two point zero five");
    check(
        "7:30 7:05 7:00 19:45 07:30",
        "seven thirty seven oh five seven oclock nineteen forty five zero seven thirty",
    );
    check("7.30 pm", "seven thirty pm");
    check("8oz, 8 oz", "eight ounce eight ounce");
    check(
        "20% 72° 21°C -5",
        "twenty percent seventy two degrees twenty one degrees celsius minus five",
    );
    check("1st 22nd 3rd 12th", "first twenty second third twelfth");
    check("$5", "five dollars");
    check(
        "1,000 and 1,500,000",
        "one thousand and one million five hundred thousand",
    );
    check("1/2 2½, ½", "half two and a half half");
    check("1 1/2 and 1 and 1/2", "one and a half and one and a half");
    check(
        "3/8 5/16 1/3 2/3 ⅞",
        "three eighths five sixteenths one third two thirds seven eighths",
    );
    check(
        "3/32 24/12 12/24/2026",
        "three slash thirty two twenty four slash twelve twelve slash twenty four slash two thousand twenty six",
    );
    check(
        ".5 -.25 0.5",
        "point five minus point two five zero point five",
    );
    check("1-1/2 1½h", "one and a half one and a half hours");
    check(
        "1:05:30 0:09:32",
        "one hours five minutes thirty seconds nine minutes thirty two seconds",
    );
    check("٣٥ ４２", "thirty five forty two");
    check("m² Ⅷ", "m ² ⅷ");
    check(
        "1h30 1h 30m 45s",
        "one hours thirty one hours thirty m forty five seconds",
    );
    check(
        "for 90s a 90s timer 120s",
        "for ninety seconds a ninety seconds timer one hundred twenty seconds",
    );
    check(
        "play 80s music from the 1990s",
        "play eighties music from the one thousand nine hundred nineties",
    );
    check("2026-12-24", "two thousand twenty six twelve twenty four");
    check(
        "in the 80s on channel 007",
        "in the eighties on channel zero zero seven",
    );
    check("5min 30 sec 5pm", "five minutes thirty seconds five pm");
    check("MP3", "mp three");
}

#[test]
fn a_sign_is_a_word_of_its_own() {
    check("turn on the light 🚫", "turn on the light 🚫");
    check("❌ lights on ⛔\u{fe0f}", "❌ lights on ⛔");
    check("t\u{336}urn", "t \u{336} urn");
    check("~~turn on~~", "~ ~ turn on ~ ~");
    check("20 °C ± 1", "twenty degrees celsius ± one");
    check("volume → 5", "volume → five");
}

#[test]
fn decoration_and_other_widths_change_nothing() {
    check("turn on the light 😀 👍🏽", "turn on the light");
    check("• “turn on” the light… ❤\u{fe0f}", "turn on the light");
    check(
        "５０％ at －5 and –5",
        "fifty percent at minus five and minus five",
    );
    check("21 ℃", "twenty one degrees celsius");
    check("5\u{fe0f}\u{20e3}", "five");
}

#[test]
fn words_know_their_place() {
    let text = "Add 2 Odd Songs, please";
    let words = normalize(text);
    assert_eq!(&text[words[1].start..words[3].end], "2 Odd Songs");
    assert!(words[3].pause && !words[2].pause);
}

#[test]
fn what_an_apostrophe_leaves_is_canonical_too() {
    for (text, expected) in [("O'K", "okay"), ("l'b", "pounds"), ("mr'll", "mister will")] {
        assert_eq!(canonical(text).join(" "), expected);
    }
}

proptest! {
    #[test]
    fn any_text_is_taken(text in "\\PC*") {
        for word in normalize(&text) {
            prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
            prop_assert!(!word.text.is_empty());
        }
    }

    #[test]
    fn canonical_words_stay_as_they_are(text in "[a-zA-Z0-9' .,:%-]{0,40}") {
        let once = canonical(&text).join(" ");
        prop_assert_eq!(canonical(&once).join(" "), once);
    }
}
