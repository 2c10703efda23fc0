//! German: values are read as they are said, every value that is said is
//! understood, and the examples' sentences are.

use jiff::civil::{DateTime, Time, date};
use proptest::prelude::*;

use mynah_core::grammar::canonical;
use mynah_core::intent::IntentParser as _;
use mynah_core::intent::values;
use mynah_core::language::{Tongue, Value, WeekdaySet, carried, speak, spoken, tongue};
use mynah_core::model::SlotKind;
use mynah_core::turn::{SlotValue, Transcript, TranscriptRoute};

use super::roundtrip::parser;

const HOME: &str = include_str!("../../../../assets/examples/home.de.toml");
const KIOSK: &str = include_str!("../../../../assets/examples/kiosk.de.toml");

/// A Wednesday.
fn now() -> DateTime {
    date(2026, 10, 7).at(15, 0, 0, 0)
}

fn read(kind: &SlotKind, text: &str) -> Option<String> {
    let words = canonical(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let reading = values::read(kind, &words, now()).ok()?;
    Some(reading.value.to_string())
}

fn check(kind: &SlotKind, table: &[(&str, &str)]) {
    let _german = speak(Tongue::German);
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let got = read(kind, text).unwrap_or_else(|| "-".into());
            (got != *expected).then(|| format!("{text}: {got}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn lengths_of_time_are_read() {
    check(
        &SlotKind::Duration,
        &[
            ("zehn Minuten", "600"),
            ("eine Minute", "60"),
            ("1 Minute", "60"),
            ("vierundzwanzig Stunden", "86400"),
            ("anderthalb Stunden", "5400"),
            ("eineinhalb Stunden", "5400"),
            ("zweieinhalb Minuten", "150"),
            ("zwei und eine halbe Stunde", "-"),
            ("eine halbe Stunde", "1800"),
            ("einer halben Stunde", "1800"),
            ("eine Viertelstunde", "900"),
            ("einer Dreiviertelstunde", "2700"),
            ("drei Viertelstunden", "2700"),
            ("eine Stunde und zwanzig Minuten", "4800"),
            ("eine Stunde zwanzig", "4800"),
            ("zwei Minuten dreißig", "150"),
            ("hundertfünfzig Sekunden", "150"),
            ("1,5 Stunden", "5400"),
            ("zwei Komma fünf Stunden", "9000"),
            ("drei Tage", "259200"),
            ("einem Tag", "86400"),
            ("einer Woche", "604800"),
            ("null Minuten", "-"),
            ("zwanzig Minuten und eine Stunde", "-"),
        ],
    );
}

#[test]
fn times_of_day_are_read() {
    // At three in the afternoon.
    check(
        &SlotKind::Time,
        &[
            ("halb acht", "19:30"),
            ("halb acht morgens", "07:30"),
            ("halb eins", "00:30"),
            ("halb eins mittags", "12:30"),
            ("halb eins nachts", "00:30"),
            ("Viertel nach sieben", "19:15"),
            ("viertel vor acht abends", "19:45"),
            ("viertel acht", "19:15"),
            ("dreiviertel acht", "19:45"),
            ("fünf vor halb acht", "19:25"),
            ("fünf nach halb acht", "19:35"),
            ("zehn nach vier", "16:10"),
            ("zwanzig vor neun", "20:40"),
            ("acht Uhr dreißig", "20:30"),
            ("acht Uhr dreißig morgens", "08:30"),
            ("20:15", "20:15"),
            ("20 Uhr 15", "20:15"),
            ("20.15 Uhr", "20:15"),
            ("07:30 Uhr", "07:30"),
            ("neunzehn Uhr", "19:00"),
            ("0:30 Uhr", "00:30"),
            ("24 Uhr", "00:00"),
            ("Mitternacht", "00:00"),
            ("Mittag", "12:00"),
            ("zwölf Uhr mittags", "12:00"),
            ("elf Uhr mittags", "11:00"),
            ("ein Uhr nachts", "01:00"),
            ("abends um acht", "20:00"),
            ("morgens um sechs", "06:00"),
            ("sechs", "18:00"),
            ("acht Uhr morgens", "08:00"),
            ("neunzehn Uhr morgens", "-"),
            ("25 Uhr", "-"),
            ("acht Uhr siebzig", "-"),
        ],
    );
}

#[test]
fn days_are_read() {
    check(
        &SlotKind::Date,
        &[
            ("heute", "2026-10-07"),
            ("morgen", "2026-10-08"),
            ("übermorgen", "2026-10-09"),
            ("uebermorgen", "2026-10-09"),
            ("am Freitag", "2026-10-09"),
            ("Freitagabend", "2026-10-09"),
            ("nächsten Freitag", "2026-10-16"),
            ("diesen Freitag", "2026-10-09"),
            ("Sonnabend", "2026-10-10"),
            ("Freitag in einer Woche", "2026-10-16"),
            ("in drei Tagen", "2026-10-10"),
            ("in acht Tagen", "2026-10-14"),
            ("in vierzehn Tagen", "2026-10-21"),
            ("in einer Woche", "2026-10-14"),
            ("morgen in einer Woche", "2026-10-15"),
            ("am 24.12.", "2026-12-24"),
            ("am 3. Mai", "2027-05-03"),
            ("dem dritten Mai", "2027-05-03"),
            ("am dritten fünften", "2027-05-03"),
            ("am 24. Dezember 2026", "2026-12-24"),
            ("24.12.2026", "2026-12-24"),
            ("2026-12-24", "2026-12-24"),
            ("Weihnachten", "2026-12-25"),
            ("Silvester", "2026-12-31"),
            ("am Zwölften", "2026-10-12"),
            ("am 31. Februar", "-"),
        ],
    );
}

#[test]
fn numbers_are_read() {
    let percent = SlotKind::Number {
        min: Some(0.0),
        max: Some(100.0),
        unit: Some("Prozent".into()),
    };
    check(
        &percent,
        &[
            ("fünfzig Prozent", "50"),
            ("50%", "50"),
            ("die Hälfte", "50"),
            ("voll", "100"),
            ("Minimum", "0"),
            ("ein Prozent", "1"),
            ("dreiviertel", "75"),
            ("hundertfünfzig Prozent", "-"),
        ],
    );
    let degrees = SlotKind::Number {
        min: None,
        max: None,
        unit: Some("Grad".into()),
    };
    check(
        &degrees,
        &[
            ("einundzwanzig Grad", "21"),
            ("21,5 Grad", "21.5"),
            ("einundzwanzig Komma fünf Grad", "21.5"),
            ("einundzwanzigeinhalb Grad", "21.5"),
            ("minus drei Grad", "-3"),
            ("20 °C", "20"),
            ("zweihundertfünfzig", "250"),
        ],
    );
}

proptest! {
    #[test]
    fn what_is_said_is_understood(number in -99_999_i64..999_999, seconds in 1_u64..200_000, minute in 0_i8..60, hour in 0_i8..24) {
        let _german = speak(Tongue::German);
        let any = SlotKind::Number { min: None, max: None, unit: None };
        let said = Value::Whole(number).said();
        prop_assert_eq!(read(&any, &said), Some(number.to_string()), "{}", said);
        let said = Value::Duration(seconds).said();
        prop_assert_eq!(read(&SlotKind::Duration, &said), Some(seconds.to_string()), "{}", said);
        let time = Time::constant(hour, minute, 0, 0);
        let said = Value::Time(time).said();
        prop_assert_eq!(read(&SlotKind::Time, &said), Some(format!("{hour:02}:{minute:02}")), "{}", said);
        let tenths = f64::from(i32::try_from(number % 10_000).unwrap_or(0)) / 10.0;
        let said = Value::Number(tenths).said();
        prop_assert_eq!(read(&any, &said), Some(SlotValue::Number(tenths).to_string()), "{}", said);
    }

    #[test]
    fn days_that_are_said_are_understood(ahead in -1_i64..400) {
        let _german = speak(Tongue::German);
        let today = now().date();
        let day = today.checked_add(jiff::Span::new().days(ahead)).expect("a date");
        let said = Value::Day { day, today: Some(today) }.said();
        prop_assert_eq!(read(&SlotKind::Date, &said), Some(day.to_string()), "{}", said);
        let days = (0..7).filter(|bit| ahead >> bit & 1 == 1);
        let days = days.fold(WeekdaySet::default(), |days, day| days.with(WeekdaySet::one(day)));
        if !days.is_empty() && days.days().count() < 6 || days == WeekdaySet::DAILY {
            let said = canonical(&Value::Days(days).said());
            let said: Vec<&str> = said.iter().map(String::as_str).collect();
            let read = spoken().recurrence().whole(&said);
            prop_assert_eq!(read, Some(mynah_core::language::Recurrence::Days(days)), "{:?}", said);
        }
    }
}

/// The tests of the example's file, by its phrases.
fn sentences(example: &str) {
    let (settings, mut parser) = parser(example);
    let now = date(2026, 3, 14).at(15, 0, 0, 0);
    let mut wrong = Vec::new();
    for test in &settings.tests {
        let transcript = Transcript {
            text: test.say.clone(),
            logprob: 0.0,
            no_speech: 0.0,
            route: TranscriptRoute::Free,
            alternatives: Vec::new(),
        };
        let understood = parser.parse(&transcript, now).expect("no model is asked");
        let got = match understood.intents.as_slice() {
            [] => "none",
            [intent] => intent.name.as_str(),
            _ => "several",
        };
        let slots = understood.intents.iter().flat_map(|intent| &intent.slots);
        let slots: Vec<String> = slots
            .map(|slot| format!("{}={}", slot.name, slot.value))
            .collect();
        if got != test.intent {
            wrong.push(format!("{}: {got} {}", test.say, slots.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_sentences_of_the_examples_are_understood() {
    sentences(HOME);
    sentences(KIOSK);
}

#[test]
fn another_thread_speaks_english_unless_its_work_is_carried_there() {
    let _german = speak(Tongue::German);
    let there = std::thread::spawn(tongue).join().expect("it ends");
    assert_eq!(there, Tongue::English);
    let there = std::thread::spawn(carried(tongue)).join();
    assert_eq!(there.expect("it ends"), Tongue::German);
}
