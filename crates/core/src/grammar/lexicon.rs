//! What each kind of slot may sound like. `intent::values` reads what these
//! automata accept, and nothing else.

use crate::model::{SlotChoice, SlotKind};
use crate::phrase::Phrase;

use super::numerals::{ORDINALS, SMALL, TENS};
use super::{Automaton, Label, Lexicon, canonical};

/// The days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The months, January first.
pub const MONTHS: [&str; 12] = [
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

/// The lexicon of one kind of slot.
pub fn of_kind(kind: &SlotKind) -> Lexicon {
    match kind {
        SlotKind::Values(choices) => of_choices(choices),
        SlotKind::Number { unit, .. } => {
            let unit = unit
                .as_deref()
                .map_or_else(nothing, |unit| optional(unit_forms(unit)));
            Lexicon::of_phrase(&sequence([number(), unit]))
        }
        SlotKind::Duration => Lexicon::of_phrase(&duration()),
        SlotKind::Time => Lexicon::of_phrase(&time()),
        SlotKind::Date => Lexicon::of_phrase(&date()),
        SlotKind::Text => Lexicon {
            words: Automaton::default(),
            free: true,
        },
    }
}

/// A tree of the choices' words. Two choices that sound alike end in two
/// states, so that neither hides the other.
fn of_choices(choices: &[SlotChoice]) -> Lexicon {
    let mut words = Automaton::default();
    words.add_state();
    for (index, choice) in choices.iter().enumerate() {
        let done = u32::try_from(index).ok();
        for say in &choice.say {
            let form = canonical(say);
            let Some((last, head)) = form.split_last() else {
                continue;
            };
            let mut at = 0;
            for word in head {
                let known = words.states[at as usize]
                    .arcs
                    .iter()
                    .find(|arc| is_word(&arc.label, word));
                let known = known.map(|arc| arc.to);
                at = known.unwrap_or_else(|| add_word(&mut words, at, word));
            }
            let free = words.states[at as usize].arcs.iter().find(|arc| {
                let taken = words.states[arc.to as usize].done;
                is_word(&arc.label, last) && (taken.is_none() || taken == done)
            });
            let free = free.map(|arc| arc.to);
            let end = free.unwrap_or_else(|| add_word(&mut words, at, last));
            words.states[end as usize].done = done;
        }
    }
    Lexicon { words, free: false }
}

fn is_word(label: &Label, word: &str) -> bool {
    matches!(label, Label::Word(known) if **known == *word)
}

fn add_word(words: &mut Automaton, from: u32, word: &str) -> u32 {
    let to = words.add_state();
    words.add_arc(from, Label::Word(word.into()), to);
    to
}

/// A unit's words, the last one with and without its plural.
fn unit_forms(unit: &str) -> Phrase {
    let unit = canonical(unit).join(" ");
    let singular = unit.strip_suffix('s').unwrap_or(&unit).to_owned();
    any([
        words(&unit),
        words(&singular),
        words(&format!("{singular}s")),
    ])
}

fn words(text: &str) -> Phrase {
    Phrase::Sequence(
        text.split(' ')
            .map(|word| Phrase::Word(word.to_owned()))
            .collect(),
    )
}

fn any<const N: usize>(parts: [Phrase; N]) -> Phrase {
    Phrase::Choice(parts.into())
}

fn any_of(texts: &[&str]) -> Phrase {
    Phrase::Choice(texts.iter().map(|text| words(text)).collect())
}

fn sequence<const N: usize>(parts: [Phrase; N]) -> Phrase {
    Phrase::Sequence(parts.into())
}

fn optional(part: Phrase) -> Phrase {
    Phrase::Optional(Box::new(part))
}

fn maybe(text: &str) -> Phrase {
    optional(words(text))
}

fn nothing() -> Phrase {
    Phrase::Sequence(Vec::new())
}

/// `one` to `nine`.
fn units() -> Phrase {
    any_of(&SMALL[1..10])
}

fn below_hundred() -> Phrase {
    any([
        any_of(&SMALL[1..]),
        sequence([any_of(&TENS), optional(units())]),
    ])
}

/// Up to 999, and with `teens` also "fifteen hundred".
fn below_thousand(teens: bool) -> Phrase {
    let rest = optional(sequence([maybe("and"), below_hundred()]));
    let hundreds = any([
        units(),
        words("a"),
        any_of(&SMALL[if teens { 11..20 } else { 1..10 }]),
    ]);
    any([
        below_hundred(),
        sequence([hundreds, words("hundred"), rest]),
    ])
}

/// Whole numbers from 1 to 999,999.
fn whole() -> Phrase {
    let rest = optional(sequence([maybe("and"), below_thousand(false)]));
    let thousands = any([below_thousand(false), words("a")]);
    any([
        below_thousand(true),
        sequence([thousands, words("thousand"), rest]),
    ])
}

fn decimals() -> Phrase {
    let digit = any([any_of(&SMALL[..10]), words("oh")]);
    let more = optional(sequence([digit.clone(), optional(digit.clone())]));
    sequence([words("point"), digit, more])
}

fn number() -> Phrase {
    let magnitude = any([
        sequence([
            any([whole(), words("zero")]),
            optional(any([
                decimals(),
                any_of(&["and a half", "and a quarter", "and three quarters"]),
            ])),
        ]),
        decimals(),
        any_of(&[
            "half",
            "a half",
            "one half",
            "a quarter",
            "one quarter",
            "three quarters",
        ]),
        any_of(&["a dozen", "half a dozen", "a couple", "a couple of"]),
    ]);
    sequence([optional(any_of(&["minus", "negative"])), magnitude])
}

fn duration() -> Phrase {
    let small = |unit: &str| any([words(unit), words(&format!("{unit}s"))]);
    let count = || any([below_thousand(true), any_of(&["a couple", "a couple of"])]);
    let unit = || any(["second", "minute", "hour", "day", "week"].map(small));
    let fraction = || any_of(&["and a half", "and a quarter", "and three quarters"]);
    let part = |units: [&str; 2]| {
        sequence([
            any([below_thousand(true), words("a")]),
            any(units.map(small)),
        ])
    };
    // "two and a half hours", "one point five hours", "a minute".
    let counted = sequence([
        any([
            sequence([count(), optional(any([fraction(), decimals()]))]),
            any_of(&["a", "an", "another"]),
            decimals(),
        ]),
        unit(),
    ]);
    // What may follow: "and a half", "and twenty minutes", "twenty".
    let then = sequence([
        maybe("and"),
        part(["minute", "second"]),
        optional(sequence([maybe("and"), part(["second", "second"])])),
    ]);
    let hours_then = sequence([
        any([any([below_thousand(true), words("an")]), words("one")]),
        small("hour"),
        maybe("and"),
        below_hundred(),
    ]);
    let days_then = sequence([
        any([below_thousand(true), words("a")]),
        small("day"),
        maybe("and"),
        part(["hour", "minute"]),
    ]);
    any([
        sequence([counted, optional(any([fraction(), then]))]),
        hours_then,
        days_then,
        sequence([
            any_of(&["half", "half a", "half an", "a half", "one half"]),
            unit(),
        ]),
        sequence([
            any_of(&["quarter", "a quarter", "three quarters", "half"]),
            maybe("of"),
            any_of(&["an hour", "a minute"]),
        ]),
    ])
}

/// `one` to `fifty nine`.
fn below_sixty() -> Phrase {
    any([
        any_of(&SMALL[1..]),
        sequence([any_of(&TENS[..4]), optional(units())]),
    ])
}

fn time() -> Phrase {
    let hour = || any_of(&SMALL[1..13]);
    let hour_of_24 = any([
        any_of(&SMALL),
        words("twenty"),
        sequence([words("twenty"), any_of(&SMALL[1..4])]),
    ]);
    let minute = || any([below_sixty(), sequence([any_of(&["oh", "zero"]), units()])]);
    let part_of_day = || {
        any([
            any_of(&[
                "am",
                "pm",
                "a m",
                "p m",
                "at night",
                "tonight",
                "this morning",
                "this afternoon",
                "this evening",
            ]),
            sequence([
                maybe("in"),
                any_of(&["the morning", "the afternoon", "the evening"]),
            ]),
        ])
    };
    let past = |hour: Phrase| {
        sequence([
            any([
                any_of(&["half", "quarter", "a quarter"]),
                sequence([below_sixty(), optional(any_of(&["minute", "minutes"]))]),
            ]),
            any_of(&["past", "after", "to", "till", "until", "before"]),
            hour,
        ])
    };
    let clock = any([
        sequence([hour(), optional(any([words("oclock"), minute()]))]),
        sequence([past(hour()), maybe("oclock")]),
        sequence([words("half"), hour()]),
    ]);
    any([
        sequence([clock, optional(part_of_day())]),
        past(any_of(&["noon", "midnight"])),
        sequence([
            hour_of_24,
            any([
                words("oclock"),
                minute(),
                any_of(&["hundred", "hundred hours"]),
            ]),
        ]),
        sequence([
            any_of(&["zero", "oh"]),
            any_of(&SMALL[1..10]),
            any([
                minute(),
                words("oclock"),
                any_of(&["hundred", "hundred hours"]),
            ]),
        ]),
        any_of(&[
            "noon",
            "midday",
            "midnight",
            "twelve noon",
            "twelve midnight",
        ]),
    ])
}

fn date() -> Phrase {
    let day_of_month = || {
        any([
            any_of(&ORDINALS),
            any_of(&["twentieth", "thirtieth", "thirty first"]),
            sequence([words("twenty"), any_of(&ORDINALS[..9])]),
        ])
    };
    let cardinal_day = || {
        any([
            any_of(&SMALL[1..]),
            any_of(&["twenty", "thirty", "thirty one"]),
            sequence([words("twenty"), units()]),
        ])
    };
    let short_year = sequence([
        any_of(&["nineteen", "twenty"]),
        any([
            sequence([any_of(&["oh", "zero"]), units()]),
            below_hundred(),
        ]),
    ]);
    let long_year = sequence([
        any_of(&["two thousand", "one thousand nine hundred"]),
        optional(sequence([maybe("and"), below_hundred()])),
    ]);
    let year = || optional(any([short_year.clone(), long_year.clone()]));
    let month = || any_of(&MONTHS);
    let weekday = || any_of(&WEEKDAYS);
    let exact = || {
        any([
            sequence([
                maybe("the"),
                any([day_of_month(), cardinal_day()]),
                maybe("of"),
                month(),
                year(),
            ]),
            sequence([
                month(),
                maybe("the"),
                any([day_of_month(), cardinal_day()]),
                year(),
            ]),
        ])
    };
    let near = any_of(&[
        "today",
        "tonight",
        "this morning",
        "this afternoon",
        "this evening",
        "tomorrow",
        "the day after tomorrow",
        "day after tomorrow",
        "yesterday",
        "the day before yesterday",
        "day before yesterday",
        "a week from today",
        "a week from now",
        "a week from tomorrow",
    ]);
    let in_days = any([
        sequence([
            words("in"),
            any([below_hundred(), words("a")]),
            any_of(&["day", "days", "week", "weeks"]),
        ]),
        sequence([
            any([below_hundred(), words("a")]),
            any_of(&["day", "days", "week", "weeks"]),
            any_of(&["from now", "from today"]),
        ]),
    ]);
    any([
        near,
        in_days,
        sequence([
            maybe("on"),
            optional(any_of(&["next", "this", "this coming", "the coming"])),
            weekday(),
        ]),
        sequence([maybe("on"), optional(weekday()), exact()]),
        sequence([maybe("on"), words("the"), day_of_month()]),
    ])
}
