//! What the phrases of the examples stand for is understood as it was meant,
//! and whatever else is said does no harm.

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use mynah_core::grammar::Grammar;
use mynah_core::grammar::Label;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::intent::values;
use mynah_core::intent::values::Unreadable;
use mynah_core::language::spoken;
use mynah_core::model::{IntentSpec, Settings, SlotKind, SlotSpec};
use mynah_core::phrase::Phrase;
use mynah_core::turn::{Intent, SlotValue};

pub(super) const EXAMPLES: [&str; 3] = [
    include_str!("../../../../assets/examples/home.toml"),
    include_str!("../../../../assets/examples/kiosk.toml"),
    include_str!("../../../../assets/examples/orders.toml"),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) fn now() -> DateTime {
    date(2026, 10, 7).at(15, 0, 0, 0)
}

pub(super) fn parser(example: &str) -> (Settings, PhraseParser) {
    let settings = mynah_config::parse(example).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let parser = PhraseParser::new(&settings, &Grammar::compile(&settings));
    (settings, parser)
}

/// A row of choices that a seed decides.
pub(super) struct Dice(pub u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
}

/// Says a phrase in one of its ways, and notes the slots that were said.
fn say(
    phrase: &Phrase,
    spec: &IntentSpec,
    dice: &mut Dice,
    said: &mut Vec<String>,
    slots: &mut Vec<(String, SlotValue)>,
) {
    match phrase {
        Phrase::Word(word) => said.push(word.clone()),
        Phrase::Slot(name) => {
            let (words, value) = say_slot(spec.slot(name).expect("a known slot"), dice);
            said.push(words);
            slots.push((name.clone(), value));
        }
        Phrase::Sequence(parts) => parts
            .iter()
            .for_each(|part| say(part, spec, dice, said, slots)),
        Phrase::Choice(parts) => say(&parts[dice.roll(parts.len())], spec, dice, said, slots),
        Phrase::Optional(part) => {
            if dice.roll(2) == 0 {
                say(part, spec, dice, said, slots);
            }
        }
        Phrase::AnyOrder(parts) => {
            let mut rest: Vec<&Phrase> = parts.iter().collect();
            while !rest.is_empty() {
                say(rest.remove(dice.roll(rest.len())), spec, dice, said, slots);
            }
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of slot")]
pub(super) fn say_slot(slot: &SlotSpec, dice: &mut Dice) -> (String, SlotValue) {
    match &slot.kind {
        SlotKind::Values(choices) => {
            let choice = &choices[dice.roll(choices.len())];
            (
                choice.say[dice.roll(choice.say.len())].clone(),
                SlotValue::Text(choice.value.clone()),
            )
        }
        SlotKind::Number { min, max, .. } => {
            let (min, max) = (min.unwrap_or(0.0), max.unwrap_or(100.0));
            let n = (min
                + (max - min) * f64::from(u8::try_from(dice.roll(101)).unwrap_or(0)) / 100.0)
                .round();
            (n.to_string(), SlotValue::Number(n))
        }
        SlotKind::Duration => {
            let n = 2 + u32::try_from(dice.roll(58)).unwrap_or(0);
            [
                (format!("{n} minutes"), SlotValue::Duration(n * 60)),
                (
                    format!("{} seconds", spoken().cardinal(n.into())),
                    SlotValue::Duration(n),
                ),
                (
                    format!("an hour and {n} minutes"),
                    SlotValue::Duration(3_600 + n * 60),
                ),
                ("half an hour".to_owned(), SlotValue::Duration(1_800)),
                (
                    "two and a half hours".to_owned(),
                    SlotValue::Duration(9_000),
                ),
            ][dice.roll(5)]
            .clone()
        }
        SlotKind::Time => [
            (
                "half past seven".to_owned(),
                SlotValue::Time {
                    hour: 19,
                    minute: 30,
                    open: true,
                },
            ),
            (
                "6:05 a.m.".to_owned(),
                SlotValue::Time {
                    hour: 6,
                    minute: 5,
                    open: false,
                },
            ),
            (
                "quarter to nine in the evening".to_owned(),
                SlotValue::Time {
                    hour: 20,
                    minute: 45,
                    open: false,
                },
            ),
            (
                "noon".to_owned(),
                SlotValue::Time {
                    hour: 12,
                    minute: 0,
                    open: false,
                },
            ),
        ][dice.roll(4)]
        .clone(),
        SlotKind::Date => [
            (
                "tomorrow".to_owned(),
                SlotValue::Date {
                    year: 2026,
                    month: 10,
                    day: 8,
                },
            ),
            (
                "on Friday".to_owned(),
                SlotValue::Date {
                    year: 2026,
                    month: 10,
                    day: 9,
                },
            ),
            (
                "the third of May".to_owned(),
                SlotValue::Date {
                    year: 2027,
                    month: 5,
                    day: 3,
                },
            ),
        ][dice.roll(3)]
        .clone(),
        SlotKind::Text => {
            let text = ["Odd Songs", "2 green apples", "Zanzibar"][dice.roll(3)].to_owned();
            (text.clone(), SlotValue::Text(text))
        }
    }
}

#[test]
fn the_examples_own_tests_pass() {
    for example in EXAMPLES {
        let (settings, parser) = parser(example);
        for test in &settings.tests {
            let found = parser.understand(&test.say, now());
            if test.intent == "none" {
                assert!(
                    found.intents.is_empty(),
                    "`{}`: {:#?}",
                    test.say,
                    found.intents
                );
            } else if let Some(intent) = found.intents.first() {
                // What no phrase fits is for the language model.
                let slots: serde_json::Map<_, _> = intent
                    .slots
                    .iter()
                    .map(|slot| (slot.name.clone(), slot.value.to_json()))
                    .collect();
                assert_eq!(
                    (&intent.name, slots),
                    (&test.intent, test.slots.clone()),
                    "`{}`",
                    test.say
                );
            }
        }
    }
}

/// Each kind that is not enumerated, with a grammar of its own.
fn lexicons() -> Vec<(SlotKind, Grammar)> {
    let settings = mynah_config::parse(EXAMPLES[2]).expect("a good file");
    let unit = Some("degrees".to_owned());
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit,
    };
    let kinds = [number, SlotKind::Duration, SlotKind::Time, SlotKind::Date];
    let lexicon = |kind: SlotKind| {
        let mut settings = settings.clone();
        settings.intents.truncate(1);
        settings.intents[0].phrases = vec![Phrase::Slot("x".to_owned())];
        settings.intents[0].slots = vec![SlotSpec {
            name: "x".to_owned(),
            kind: kind.clone(),
            optional: false,
            open: false,
            default: None,
            ask: None,
            relative: false,
        }];
        (kind, Grammar::compile(&settings))
    };
    kinds.into_iter().map(lexicon).collect()
}

/// Whether a value may be heard and then refused: a day that does not exist,
/// figures that are no time, a morning at 19:00, minutes before hours, more
/// weeks than a century has, a number behind seconds.
fn may_contradict(kind: &SlotKind, said: &[&str]) -> bool {
    let has = |words: &[&str]| said.iter().any(|word| words.contains(word));
    match kind {
        SlotKind::Date => {
            // In figures a thirteenth month can be said.
            let in_figures = !has(&MONTHS);
            in_figures && has(&["thousand", "nineteen"])
                || has(&["thirty", "thirtieth", "twenty", "first", "slash"])
                || said.iter().any(|word| spoken().is_weekday(word))
        }
        SlotKind::Time => {
            let parts = ["morning", "afternoon", "evening", "night"];
            has(&["am", "pm", "tonight", "thousand", "point", "zero"])
                || said
                    .iter()
                    .any(|word| parts.iter().any(|part| word.starts_with(part)))
        }
        SlotKind::Duration => {
            let units = ["second", "minute", "hour", "day", "week"];
            let is_unit =
                |word: &&&str| units.iter().any(|unit| word.starts_with(unit)) || **word == "m";
            let last = said.last().is_some_and(|word| is_unit(&word));
            has(&["zero", "oh", "thousand"]) || !last || said.iter().filter(is_unit).count() > 1
        }
        _ => has(&["slash"]),
    }
}

/// How many sentences a test makes: `MYNAH_SENTENCES`, or `many`; `few` in a build
/// without optimisation, which takes ten times as long for each.
pub(super) fn sentences(many: u32, few: u32) -> u32 {
    let made = if cfg!(debug_assertions) { few } else { many };
    let said = std::env::var("MYNAH_SENTENCES").ok();
    said.map_or(made, |said| {
        said.parse().expect("MYNAH_SENTENCES is a number")
    })
}

/// A sentence made from a phrase and values is understood as that phrase. Where
/// the phrase of another command can say the same words, the person is asked,
/// and what was meant is among the choices: rare, and never wrong.
#[test]
fn what_a_phrase_stands_for_is_understood() {
    for example in EXAMPLES {
        let (settings, parser) = parser(example);
        let (mut wrong, mut asked) = (Vec::new(), Vec::new());
        let made = sentences(1_500, 100);
        for seed in 0..u64::from(made) {
            let (sentence, meant) = sentence(&settings, seed);
            let found = parser.understand(&sentence, now());
            let alone = found.rivals.is_empty();
            match outline(&found.intents) {
                got if got == meant && alone => {}
                got if got == meant || outline(&found.rivals).contains(&meant[0]) => {
                    asked.push(sentence);
                }
                got => wrong.push(format!("`{sentence}`: {got:?} for {meant:?}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let most = usize::try_from(made.div_ceil(100)).expect("small");
        assert!(asked.len() <= most, "{}", asked.join("\n"));
    }
}

pub(super) type Outline = (String, Vec<(String, SlotValue)>);

/// One of the sentences that a configuration's phrases can say, and its meaning.
pub(super) fn sentence(settings: &Settings, seed: u64) -> (String, Vec<Outline>) {
    let mut dice = Dice(seed);
    let spec = &settings.intents[dice.roll(settings.intents.len())];
    let (mut said, mut slots) = (Vec::new(), Vec::new());
    let phrase = &spec.phrases[dice.roll(spec.phrases.len())];
    say(phrase, spec, &mut dice, &mut said, &mut slots);
    slots.sort_by_key(|(name, _)| spec.slots.iter().position(|slot| slot.name == *name));
    (said.join(" "), vec![(spec.name.clone(), slots)])
}

fn outline(intents: &[Intent]) -> Vec<Outline> {
    let slots = |intent: &Intent| {
        let slots = intent.slots.iter();
        slots
            .map(|slot| (slot.name.clone(), slot.value.clone()))
            .collect()
    };
    intents
        .iter()
        .map(|intent| (intent.name.clone(), slots(intent)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: sentences(200, 20), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_may_be_said(text in "\\PC{0,60}", words in prop::collection::vec(
        prop_oneof![Just("turn"), Just("on"), Just("the"), Just("kitchen"), Just("light"), Just("and"), Just("no,"),
            Just("not"), Just("five"), Just("minutes"), Just("to"), Just("set"), Just("I mean")], 0..10)) {
        thread_local! {
            static PARSER: PhraseParser = parser(EXAMPLES[0]).1;
        }
        PARSER.with(|parser| {
            prop_assert!(parser.understand(&text, now()).confidence <= 1.0);
            let sentence = words.join(" ");
            let found = parser.understand(&sentence, now());
            prop_assert!(!words.contains(&"not") || found.intents.is_empty(), "`{}`: {:?}", sentence, found.intents);
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a lexicon accepts is read, but for what contradicts itself,
    /// days that no calendar has, and no time at all.
    #[test]
    fn lexicons_and_readers_agree(seed in any::<u64>()) {
        thread_local! {
            static LEXICONS: Vec<(SlotKind, Grammar)> = lexicons();
        }
        LEXICONS.with(|lexicons| {
            let mut dice = Dice(seed);
            for (kind, grammar) in lexicons {
                let words = &grammar.lexicons[0].words;
                let (mut state, mut said) = (0, Vec::new());
                while words.states[state].done.is_none() {
                    let arcs = &words.states[state].arcs;
                    let arc = &arcs[dice.roll(arcs.len())];
                    if let Label::Word(word) = &arc.label {
                        said.push(&**word);
                    }
                    state = arc.to as usize;
                }
                let read = values::read(kind, &said, now());
                let exempt = may_contradict(kind, &said);
                prop_assert!(read.is_ok() || exempt, "`{}`: {:?}", said.join(" "), kind);
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_number_is_read_back(n in 0_u32..1_000_000, cents in 0_u32..100) {
        let kind = SlotKind::Number { min: Some(0.0), max: Some(1e6), unit: None };
        for text in [n.to_string(), spoken().cardinal(n.into()), format!("{n}.{cents:02}")] {
            let expected = if text.contains('.') { text.parse().expect("a number") } else { f64::from(n) };
            let read = values::read_text(&kind, &text, now()).map(|reading| reading.value);
            prop_assert_eq!(read, Ok(SlotValue::Number(expected)), "`{}`", text);
        }
    }

    #[test]
    fn every_duration_is_read_back(seconds in 1_u32..1_000_000) {
        let read = values::read_text(&SlotKind::Duration, &values::say_duration(seconds), now());
        prop_assert_eq!(read.map(|reading| reading.value), Ok(SlotValue::Duration(seconds)));
    }

    #[test]
    fn every_time_is_read_back(hour in 0_u8..24, minute in 0_u8..60) {
        let time = SlotValue::Time { hour, minute, open: false };
        for text in [format!("{hour:02}:{minute:02}"), values::say_time(hour, minute)] {
            let exact = text.contains(' ') || hour == 0 || !(10..=12).contains(&hour) || text.contains("noon");
            let read = values::read_text(&SlotKind::Time, &text, now());
            if exact {
                prop_assert_eq!(read.map(|reading| reading.value), Ok(time.clone()), "`{}`", text);
            }
        }
    }
}

#[track_caller]
fn check(kind: &SlotKind, text: &str, value: &str, spoken: &str) {
    let reading =
        values::read_text(kind, text, now()).unwrap_or_else(|why| panic!("`{text}`: {why}"));
    assert_eq!(
        (reading.value.to_string().as_str(), reading.spoken.as_str()),
        (value, spoken),
        "`{text}`"
    );
}

#[test]
fn values_and_how_they_are_said() {
    let number = SlotKind::Number {
        min: Some(-10.0),
        max: Some(1000.0),
        unit: Some("percent".to_owned()),
    };
    check(
        &number,
        "a hundred and five percent",
        "105",
        "one hundred and five",
    );
    check(&number, "minus five", "-5", "minus five");
    check(&number, "two and a half", "2.5", "2.5");
    check(&number, "point five", "0.5", "0.5");
    check(&number, "half", "50", "fifty");
    assert_eq!(
        values::read_text(&number, "1001", now()),
        Err(Unreadable::OutOfRange)
    );
    let duration = SlotKind::Duration;
    check(
        &duration,
        "an hour and a half",
        "5400",
        "one hour and thirty minutes",
    );
    check(
        &duration,
        "ninety seconds",
        "90",
        "one minute and thirty seconds",
    );
    check(&duration, "half an hour", "1800", "thirty minutes");
    check(&duration, "a quarter of an hour", "900", "fifteen minutes");
    check(
        &duration,
        "one hour twenty",
        "4800",
        "one hour and twenty minutes",
    );
    check(
        &duration,
        "2.5 hours",
        "9000",
        "two hours and thirty minutes",
    );
    check(&duration, "20 minutes", "1200", "twenty minutes");
}

#[test]
fn days_and_times_and_how_they_are_said() {
    let time = SlotKind::Time;
    check(
        &time,
        "half past seven",
        "19:30",
        "half past seven in the evening",
    );
    check(&time, "2:30", "02:30", "half past two in the morning");
    check(
        &time,
        "quarter to nine in the evening",
        "20:45",
        "quarter to nine in the evening",
    );
    check(
        &time,
        "seven o'clock in the morning",
        "07:00",
        "seven o'clock in the morning",
    );
    check(&time, "19:30", "19:30", "half past seven in the evening");
    check(&time, "at noon", "12:00", "noon");
    check(&time, "12 am", "00:00", "midnight");
    let date = SlotKind::Date;
    check(&date, "today", "2026-10-07", "today");
    check(
        &date,
        "the day after tomorrow",
        "2026-10-09",
        "the day after tomorrow",
    );
    check(&date, "on friday", "2026-10-09", "Friday");
    check(&date, "Wednesday", "2026-10-14", "Wednesday");
    check(
        &date,
        "next monday",
        "2026-10-12",
        "Monday the twelfth of October",
    );
    check(
        &date,
        "the third of May",
        "2027-05-03",
        "Monday the third of May",
    );
    check(&date, "May 3rd", "2027-05-03", "Monday the third of May");
    check(
        &date,
        "may third twenty twenty eight",
        "2028-05-03",
        "Wednesday the third of May twenty twenty eight",
    );
    check(
        &date,
        "October 8th, 2026",
        "2026-10-08",
        "Thursday the eighth of October",
    );
    check(
        &date,
        "in two weeks",
        "2026-10-21",
        "Wednesday the twenty first of October",
    );
}
