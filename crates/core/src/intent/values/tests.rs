//! Values as people say them and recognisers write them: one table a kind.

use jiff::civil::{Date, DateTime, Time, date};
use proptest::prelude::*;

use super::*;
use crate::language::{Recurrence, WeekdaySet, same_clock_time};
use crate::turn::{Intent, Slot};

/// Wednesday 7 October 2026, 15:00.
fn now() -> DateTime {
    date(2026, 10, 7).at(15, 0, 0, 0)
}

fn told(kind: &SlotKind, text: &str, now: DateTime) -> String {
    match read_text(kind, text, now) {
        Ok(reading) => reading.value.to_string(),
        Err(Unreadable::NotAValue) => "-".into(),
        Err(Unreadable::OutOfRange) => "out of range".into(),
    }
}

/// Each text with its value, `-` for none.
#[track_caller]
fn check(kind: &SlotKind, now: DateTime, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let got = told(kind, text, now);
            (got != *expected).then(|| {
                let words = grammar::canonical(text).join(" ");
                format!("`{text}` ({words})\n  wanted {expected}, got {got}")
            })
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong\n{}",
        wrong.len(),
        table.len(),
        wrong.join("\n")
    );
}

fn number(min: f64, max: f64, unit: Option<&str>) -> SlotKind {
    SlotKind::Number {
        min: Some(min),
        max: Some(max),
        unit: unit.map(ToOwned::to_owned),
    }
}

#[test]
fn numbers() {
    let kind = number(-100.0, 100_000.0, None);
    check(
        &kind,
        now(),
        &[
            ("twenty five", "25"),
            ("25", "25"),
            ("a hundred and five", "105"),
            ("hundred", "100"),
            ("hundred and five", "105"),
            ("one thousand and one", "1001"),
            ("1,001", "1001"),
            ("fifteen hundred", "1500"),
            ("minus five", "-5"),
            ("-5", "-5"),
            ("negative 2.5", "-2.5"),
            (".5", "0.5"),
            ("0.05", "0.05"),
            ("two and a half", "2.5"),
            ("2 1/2", "2.5"),
            ("2½", "2.5"),
            ("1 and 1/2", "1.5"),
            ("half", "0.5"),
            ("1/2", "0.5"),
            ("3/8", "0.375"),
            ("5/16", "0.3125"),
            ("3/32", "0.09375"),
            ("five sixteenths", "0.3125"),
            ("three eighths", "0.375"),
            ("one eighth", "0.125"),
            ("two and three eighths", "2.375"),
            ("a dozen", "12"),
            ("half a dozen", "6"),
            ("a couple of", "2"),
            ("three hundred million", "out of range"),
            ("one million", "out of range"),
            ("a million", "out of range"),
            ("two million and one", "out of range"),
            ("1234567890123456789012345678901234567890", "out of range"),
            ("minus one hundred and one", "out of range"),
            ("one hundred thousand and one", "out of range"),
            ("zero", "0"),
            ("٣٥", "35"),
            ("５", "5"),
            ("double", "-"),
            ("twice", "-"),
            ("half as", "-"),
            ("full", "-"),
            ("maximum", "-"),
            ("24/7", "-"),
            ("one two", "-"),
            ("m²", "-"),
            ("", "-"),
        ],
    );
}

#[test]
fn numbers_with_a_unit() {
    let inches = number(0.0, 1_000.0, Some("inches"));
    check(
        &inches,
        now(),
        &[
            ("an inch", "1"),
            ("one inch", "1"),
            ("3/8 inches", "0.375"),
            ("three eighths of an inch", "0.375"),
            ("half an inch", "0.5"),
            ("half", "0.5"),
            ("2 1/2 inches", "2.5"),
            ("a", "-"),
            ("inches", "-"),
        ],
    );
    let pounds = number(0.0, 1_000.0, Some("pounds"));
    check(
        &pounds,
        now(),
        &[
            ("a pound", "1"),
            ("half a pound", "0.5"),
            ("three quarters of a pound", "0.75"),
            ("quarter pound", "0.25"),
            ("5 lbs", "5"),
        ],
    );
    let degrees = number(5.0, 30.0, Some("degrees"));
    check(
        &degrees,
        now(),
        &[
            ("21.5 degrees", "21.5"),
            ("21°", "21"),
            ("twenty six and a half degrees", "26.5"),
            ("sixty eight", "out of range"),
            ("minus five degrees", "out of range"),
            ("ten percent degrees", "-"),
            ("68 degrees fahrenheit", "-"),
        ],
    );
}

#[test]
fn shares_of_a_range_in_percent() {
    let kind = number(0.0, 100.0, Some("percent"));
    check(
        &kind,
        now(),
        &[
            ("50 percent", "50"),
            ("50%", "50"),
            ("hundred percent", "100"),
            ("a hundred percent", "100"),
            ("zero", "0"),
            ("0 %", "0"),
            ("half", "50"),
            ("1/2", "50"),
            ("a half", "50"),
            ("halfway", "50"),
            ("a quarter", "25"),
            ("three quarters", "75"),
            ("3/4", "75"),
            ("a third", "33"),
            ("two thirds", "67"),
            ("full", "100"),
            ("maximum", "100"),
            ("the max", "100"),
            ("all the way up", "100"),
            ("all the way", "100"),
            ("minimum", "0"),
            ("all the way down", "0"),
            ("half a percent", "0.5"),
            ("half percent", "-"),
            ("two and a half percent", "2.5"),
            ("one hundred and fifty percent", "out of range"),
            ("five hundred percent", "out of range"),
            ("minus ten percent", "out of range"),
            ("half as", "-"),
            ("double", "-"),
            ("minus half", "-"),
        ],
    );
    let kind = number(10.0, 80.0, Some("percent"));
    check(
        &kind,
        now(),
        &[("full", "80"), ("minimum", "10"), ("half", "50")],
    );
}

#[test]
fn durations() {
    check(
        &SlotKind::Duration,
        now(),
        &[
            ("ten minutes", "600"),
            ("ten minute", "600"),
            ("a minute", "60"),
            ("an hour", "3600"),
            ("another hour", "3600"),
            ("one second", "1"),
            ("1 1/2 hours", "5400"),
            ("1½ hours", "5400"),
            ("1 and 1/2 hours", "5400"),
            ("2 1/2 minutes", "150"),
            ("1.5 hours", "5400"),
            (".5 hours", "1800"),
            ("0.5 hours", "1800"),
            ("one and a half hours", "5400"),
            ("an hour and a half", "5400"),
            ("an hour and a quarter", "4500"),
            ("two and three quarter hours", "9900"),
            ("half an hour", "1800"),
            ("half hour", "1800"),
            ("1/2 hour", "1800"),
            ("1/2 an hour", "1800"),
            ("a half hour", "1800"),
            ("quarter of an hour", "900"),
            ("a quarter hour", "900"),
            ("three quarters of an hour", "2700"),
            ("3/4 of an hour", "2700"),
            ("two thirds of an hour", "2400"),
            ("half a minute", "30"),
            ("one hour twenty", "4800"),
            ("one hour and twenty", "4800"),
            ("one hour and thirty", "5400"),
            ("two minutes and thirty", "150"),
            ("two minutes thirty", "150"),
            ("five minutes 30", "330"),
            ("five minutes and thirty seconds", "330"),
            ("1 hour 20 minutes 30 seconds", "4830"),
            ("one hour, twenty minutes and thirty", "4830"),
            ("1h 30m", "5400"),
            ("1h30m", "5400"),
            ("1h30", "5400"),
            ("1h05", "3900"),
            ("1 hr 30 min", "5400"),
            ("45s", "45"),
            ("90s", "90"),
            ("90 sec", "90"),
            ("90 secs", "90"),
            ("ninety second", "90"),
            ("a couple of minutes", "120"),
            ("a couple minutes", "120"),
            ("a minute and a half", "90"),
            ("a minute and a second", "61"),
            ("1:05:00", "3900"),
            ("0:09:32", "572"),
            ("two days", "172800"),
            ("a week", "604800"),
            ("a week and two days", "777600"),
            ("two days and three hours", "183600"),
            ("3600 seconds", "3600"),
            ("one thousand and one seconds", "1001"),
            ("minutes", "-"),
            ("a minutes", "-"),
            ("a second", "-"),
            ("another second", "-"),
            ("1:30", "-"),
            ("one thirty", "-"),
            ("ten", "-"),
            ("twenty minutes one hour", "-"),
            ("one hour two hours", "-"),
            ("one hour ninety", "-"),
            ("two days twelve", "-"),
            ("zero minutes", "-"),
            ("minus five minutes", "-"),
            ("million million hours", "-"),
            ("ten minutes past", "-"),
            ("", "-"),
        ],
    );
}

#[test]
fn times_of_day() {
    check(
        &SlotKind::Time,
        now(),
        &[
            ("seven", "19:00"),
            ("four", "16:00"),
            ("two", "02:00"),
            ("7:30", "19:30"),
            ("6:30pm", "18:30"),
            ("6:30 p.m.", "18:30"),
            ("six thirty a.m.", "06:30"),
            ("5 45 am", "05:45"),
            ("7 30", "19:30"),
            ("6-30", "18:30"),
            ("seven o'clock", "19:00"),
            ("seven o'clock sharp", "19:00"),
            ("half past seven", "19:30"),
            ("half seven", "19:30"),
            ("quarter to eight", "19:45"),
            ("a quarter past seven", "19:15"),
            ("quarter of eight", "19:45"),
            ("twenty to eight", "19:40"),
            ("twenty five to eight", "19:35"),
            ("ten minutes to eight", "19:50"),
            ("five to seven", "18:55"),
            ("630", "06:30"),
            ("0630", "06:30"),
            ("06.30", "06:30"),
            ("6.30", "06:30"),
            ("6.30 pm", "18:30"),
            ("836 pm", "20:36"),
            ("836pm", "20:36"),
            ("0700", "07:00"),
            ("0015", "00:15"),
            ("700", "07:00"),
            ("1930 hours", "19:30"),
            ("1930", "19:30"),
            ("1015", "10:15"),
            ("1200", "12:00"),
            ("2000", "20:00"),
            ("nineteen hundred", "19:00"),
            ("nineteen hundred hours", "19:00"),
            ("oh seven hundred hours", "07:00"),
            ("19:30", "19:30"),
            ("07:30", "07:30"),
            ("00:05", "00:05"),
            ("0:15", "00:15"),
            ("12:30", "00:30"),
            ("12:30 pm", "12:30"),
            ("12 am", "00:00"),
            ("noon", "12:00"),
            ("midday", "12:00"),
            ("midnight", "00:00"),
            ("ten to noon", "11:50"),
            ("quarter past midnight", "00:15"),
            ("seven in the morning", "07:00"),
            ("eight in the evening", "20:00"),
            ("seven at night", "19:00"),
            ("two at night", "02:00"),
            ("twelve at night", "00:00"),
            ("twelve in the evening", "00:00"),
            ("half past six in the morning", "06:30"),
            ("ten tonight", "22:00"),
            ("tonight at ten", "22:00"),
            ("ten pm tonight", "22:00"),
            ("in the morning at seven", "07:00"),
            ("this evening at six", "18:00"),
            ("at eight in the evening", "20:00"),
            ("seven am in the evening", "-"),
            ("19:30 am", "-"),
            ("nineteen thirty in the morning", "-"),
            ("19:30 in the evening", "19:30"),
            ("25:00", "-"),
            ("twenty five o'clock", "-"),
            ("7:65", "-"),
            ("7:5", "-"),
            ("seven five", "-"),
            ("2460", "-"),
            ("24:00", "-"),
            ("thirteen pm", "-"),
            ("0", "-"),
            ("two million", "-"),
            ("seven eight", "-"),
            ("", "-"),
        ],
    );
}

#[test]
fn days() {
    check(
        &SlotKind::Date,
        now(),
        &[
            ("today", "2026-10-07"),
            ("tonight", "2026-10-07"),
            ("this afternoon", "2026-10-07"),
            ("tomorrow", "2026-10-08"),
            ("tomorrow morning", "2026-10-08"),
            ("tomorrow night", "2026-10-08"),
            ("tomorrow in the evening", "2026-10-08"),
            ("the day after tomorrow", "2026-10-09"),
            ("day after tomorrow", "2026-10-09"),
            ("yesterday", "2026-10-06"),
            ("friday", "2026-10-09"),
            ("on Friday", "2026-10-09"),
            ("this Friday", "2026-10-09"),
            ("next Friday", "2026-10-16"),
            ("Friday evening", "2026-10-09"),
            ("on Wednesday", "2026-10-14"),
            ("this Wednesday", "2026-10-07"),
            ("a week on Friday", "2026-10-16"),
            ("Friday week", "2026-10-16"),
            ("this weekend", "2026-10-10"),
            ("next weekend", "2026-10-17"),
            ("in three days", "2026-10-10"),
            ("three days from now", "2026-10-10"),
            ("in a week", "2026-10-14"),
            ("in two weeks", "2026-10-21"),
            ("a week from tomorrow", "2026-10-15"),
            ("on the third", "2026-11-03"),
            ("the 3rd", "2026-11-03"),
            ("the 31st", "2026-10-31"),
            ("March 3rd", "2027-03-03"),
            ("3 March", "2027-03-03"),
            ("the third of May", "2027-05-03"),
            ("third of January", "2027-01-03"),
            ("October 7th", "2026-10-07"),
            ("Friday the ninth of October", "2026-10-09"),
            ("may third twenty twenty eight", "2028-05-03"),
            ("October 8th, 2026", "2026-10-08"),
            ("29 February", "2028-02-29"),
            ("2026-12-24", "2026-12-24"),
            ("2026-03-05", "2026-03-05"),
            ("24/12", "2026-12-24"),
            ("12/24", "2026-12-24"),
            ("24/12/2026", "2026-12-24"),
            ("1/1/2027", "2027-01-01"),
            ("Christmas", "2026-12-25"),
            ("on Christmas Eve", "2026-12-24"),
            ("Christmas Day 2027", "2027-12-25"),
            ("New Year's Eve", "2026-12-31"),
            ("New Year's Day", "2027-01-01"),
            ("Halloween", "2026-10-31"),
            ("3/4", "-"),
            ("03/04/2027", "-"),
            ("5/12", "-"),
            ("31 April", "out of range"),
            ("30 February", "out of range"),
            ("the thirty first of June", "out of range"),
            ("29 February 2027", "out of range"),
            ("2026-13-01", "-"),
            ("Monday the ninth of October", "out of range"),
            ("the thirty second", "-"),
            ("may", "-"),
            ("the weekend", "-"),
            ("morning", "-"),
            ("", "-"),
        ],
    );
}

fn days_of(text: &str) -> String {
    let words = grammar::canonical(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match recurrence(&words) {
        None => "-".into(),
        Some((_, count)) if count < words.len() => format!("{count} words"),
        Some((Recurrence::Days(days), _)) => {
            let shown = |day: usize| {
                if days.has(day) {
                    ["M", "T", "W", "t", "F", "S", "s"][day]
                } else {
                    "."
                }
            };
            (0..7).map(shown).collect()
        }
        Some((Recurrence::Unsupported, _)) => "unsupported".into(),
    }
}

#[test]
fn repetitions() {
    let table = [
        ("every day", "MTWtFSs"),
        ("daily", "MTWtFSs"),
        ("each morning", "MTWtFSs"),
        ("every evening", "MTWtFSs"),
        ("every weekday", "MTWtF.."),
        ("on weekdays", "MTWtF.."),
        ("weekends", ".....Ss"),
        ("at the weekend", ".....Ss"),
        ("every weekend", ".....Ss"),
        ("on Mondays", "M......"),
        ("every Monday", "M......"),
        ("every Monday morning", "M......"),
        ("Mondays and Thursdays", "M..t..."),
        ("every Monday and Wednesday", "M.W...."),
        ("every Monday, Wednesday and Friday", "M.W.F.."),
        ("on Tuesdays, Thursdays and Saturdays", ".T.t.S."),
        ("Monday to Friday", "MTWtF.."),
        ("Monday through Friday", "MTWtF.."),
        ("from Monday to Friday", "MTWtF.."),
        ("Friday to Monday", "M...FSs"),
        ("every other day", "unsupported"),
        ("every second Tuesday", "unsupported"),
        ("every two hours", "unsupported"),
        ("every 3 days", "unsupported"),
        ("every hour", "unsupported"),
        ("hourly", "unsupported"),
        ("weekly", "unsupported"),
        ("every month", "unsupported"),
        ("every year", "unsupported"),
        ("first of every month", "unsupported"),
        ("on the first of every month", "unsupported"),
        ("every first Monday of the month", "unsupported"),
        ("the last Friday of every month", "unsupported"),
        ("twice a day", "unsupported"),
        ("three times a day", "unsupported"),
        ("on Monday", "-"),
        ("tomorrow", "-"),
        ("every", "-"),
        ("every light", "-"),
        ("everything", "-"),
    ];
    let wrong: Vec<String> = table
        .into_iter()
        .filter(|(text, expected)| days_of(text) != *expected)
        .map(|(text, expected)| format!("`{text}`: wanted {expected}, got {}", days_of(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all = [WeekdaySet::DAILY, WeekdaySet::WORKING, WeekdaySet::WEEKEND];
    let some = (0..7).map(WeekdaySet::one).chain([WeekdaySet::range(0, 3)]);
    for days in some.chain(all) {
        let said = Value::Days(days).said();
        let words = grammar::canonical(&said);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(
            recurrence(&words),
            Some((Recurrence::Days(days), words.len())),
            "{said}"
        );
    }
}

#[test]
fn moments_with_their_day() {
    let table = [
        ("at six tomorrow morning please", Some((6, 0, true)), 4),
        ("tomorrow morning at six", Some((6, 0, true)), 4),
        ("tonight at ten", Some((22, 0, true)), 3),
        ("at eleven pm", Some((23, 0, false)), 3),
        ("at eleven", Some((23, 0, false)), 2),
        ("on Friday at eight", Some((8, 0, true)), 4),
        ("at twenty five", None, 0),
        ("the kitchen", None, 0),
    ];
    for (text, expected, length) in table {
        let words = grammar::canonical(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = moment(&words, now());
        let got = found.map(|(moment, _)| {
            match settle(moment.time, moment.part, moment.date, false, now()) {
                Settled::At(time, date) => (time.hour(), time.minute(), date.is_some()),
                other => panic!("`{text}`: {other:?}"),
            }
        });
        assert_eq!(got, expected, "`{text}`");
        assert_eq!(found.map_or(0, |(_, count)| count), length, "`{text}`");
    }
}

#[test]
fn the_longest_value_counts_and_none_is_shortened() {
    let percent = number(0.0, 100.0, Some("percent"));
    let read = |kind: &SlotKind, text: &str| {
        let words = grammar::canonical(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        longest(kind, &words, now()).map(|(reading, count)| (reading.value.to_string(), count))
    };
    let five = Ok(("5".to_owned(), 1));
    assert_eq!(read(&percent, "five lights"), five);
    assert_eq!(
        read(&percent, "five hundred lights"),
        Err((Unreadable::OutOfRange, 2))
    );
    assert_eq!(read(&percent, "lights"), Err((Unreadable::NotAValue, 0)));
    let hour = Ok(("3600".to_owned(), 2));
    assert_eq!(read(&SlotKind::Duration, "an hour from now"), hour);
}

fn everything() -> Vec<SlotKind> {
    let kinds = [SlotKind::Duration, SlotKind::Time, SlotKind::Date];
    let numbers = [None, Some("percent"), Some("degrees")].map(|unit| number(0.0, 100.0, unit));
    kinds.into_iter().chain(numbers).collect()
}

#[test]
fn long_sentences_are_no_values() {
    for word in [
        "one",
        "and",
        "hundred",
        "a",
        "half past",
        "monday",
        "every",
        "minutes",
        "9",
        "½",
    ] {
        let text = vec![word; 2_000].join(" ");
        for kind in everything() {
            assert!(read_text(&kind, &text, now()).is_err(), "`{word}`");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// No reader panics, and none takes more words than there are.
    #[test]
    fn any_words_are_weighed(words in prop::collection::vec(prop_oneof![
        "\\PC{0,8}", "[0-9]{1,40}", "[0-9]{1,3}[:./-][0-9]{1,3}",
        prop::sample::select(vec![
            "one", "two", "twenty", "hundred", "thousand", "million", "and", "a", "half", "quarter", "to", "past",
            "point", "oh", "zero", "minus", "hour", "minutes", "seconds", "days", "monday", "friday", "every", "the",
            "third", "of", "may", "tomorrow", "morning", "tonight", "at", "in", "on", "noon", "oclock", "am", "pm",
            "percent", "degrees", "full", "next", "week", "from", "now", "slash",
        ]).prop_map(str::to_owned),
    ], 0..12)) {
        let text = words.join(" ");
        let canonical = grammar::canonical(&text);
        let words: Vec<&str> = canonical.iter().map(String::as_str).collect();
        for kind in everything() {
            let _ = read_text(&kind, &text, now());
            for from in 0..words.len() {
                match longest(&kind, &words[from..], now()) {
                    Ok((_, count)) | Err((_, count)) => prop_assert!(from + count <= words.len()),
                }
            }
        }
        for from in 0..words.len() {
            let counts = [
                recurrence(&words[from..]).map(|(_, count)| count),
                part_of_day(&words[from..]).map(|(_, count)| count),
                moment(&words[from..], now()).map(|(_, count)| count),
            ];
            for count in counts.into_iter().flatten() {
                prop_assert!(0 < count && from + count <= words.len());
            }
        }
    }

    /// What is said of a day is understood as that day.
    #[test]
    fn every_day_is_read_back(ahead in 0_i64..1_500) {
        let today = now().date();
        let day = today.checked_add(jiff::ToSpan::days(ahead)).expect("a day of this century");
        for text in [Value::Day { day, today: Some(today) }.said(), Value::Date { day, today: Some(today) }.said(), day.to_string()] {
            let read = told(&SlotKind::Date, &text, now());
            prop_assert_eq!(&read, &day.to_string(), "`{}`", text);
        }
    }
}

mod halves;
