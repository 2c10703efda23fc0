//! Times of day as people say them and recognisers write them.
//!
//! Digits without a colon ("630", "0700", "6.30", "1930 hours") are read as
//! the twenty-four hour clock, unless "am", "pm" or a part of the day follows.

use super::number::NUMBERS;
use super::numerals::{SMALL, TENS};
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::clock::{ClockWords, HALF_DAY, dial, int, of_24};
use crate::language::{ClockTime, DayPart, Half};

pub(super) static CLOCK: ClockWords = ClockWords {
    parts: &[
        ("in the morning", DayPart::Morning),
        ("in the afternoon", DayPart::Afternoon),
        ("in the evening", DayPart::Evening),
        ("at night", DayPart::Night),
        ("during the night", DayPart::Night),
    ],
    now: &[
        ("tonight", DayPart::Night),
        ("this morning", DayPart::Morning),
        ("this afternoon", DayPart::Afternoon),
        ("this evening", DayPart::Evening),
    ],
    beside_time: &[
        ("in the night", DayPart::Night),
        ("the morning", DayPart::Morning),
        ("the afternoon", DayPart::Afternoon),
        ("the evening", DayPart::Evening),
        ("in the mornings", DayPart::Morning),
        ("in the afternoons", DayPart::Afternoon),
        ("in the evenings", DayPart::Evening),
        ("at nights", DayPart::Night),
    ],
    bare: &[
        ("morning", DayPart::Morning),
        ("afternoon", DayPart::Afternoon),
        ("evening", DayPart::Evening),
        ("night", DayPart::Night),
    ],
    alone: &[
        ("later today", (DayPart::Evening, Some(0))),
        ("overnight", (DayPart::Night, None)),
    ],
    days: &[("tomorrow", 1)],
    each: &["every", "each"],
    time,
};

/// `ten` to `fifty nine`, or "oh five": minutes after an hour. A single
/// digit is none: "7:5" is no time.
fn minute() -> Form<i32> {
    let two = one_of(vec![
        table(
            (10..)
                .zip(SMALL.into_iter().skip(10))
                .map(|(n, name)| (name, n)),
        ),
        table((2..).zip(TENS).take(4).map(|(n, name)| (name, 10 * n)))
            .then(NUMBERS.units().maybe())
            .map(|(tens, units)| tens + int(units.unwrap_or(0))),
    ]);
    one_of(vec![
        two,
        said(&["oh", "zero"]).and(NUMBERS.units()).map(int),
    ])
}

fn hour() -> Form<i32> {
    table(
        (1..)
            .zip(SMALL.into_iter().skip(1))
            .take(12)
            .map(|(n, name)| (name, n)),
    )
}

/// Zero, and thirteen to twenty three; with `all` also one to twelve.
fn hour_of_24(all: bool) -> Form<i32> {
    let twenty =
        table([("twenty", 20)]).then(table([("one", 1), ("two", 2), ("three", 3)]).maybe());
    let teens = (13..)
        .zip(SMALL.into_iter().skip(13))
        .map(|(n, name)| (name, n));
    let mut hours = vec![
        table([("zero", 0)]),
        table(teens),
        twenty.map(|(tens, units)| tens + units.unwrap_or(0)),
    ];
    if all {
        hours.push(hour());
        hours.push(said(&["zero", "oh"]).and(NUMBERS.units()).map(int));
    }
    one_of(hours)
}

/// "half past", "ten to": minutes to add to the hour that follows.
fn shift(before_named: bool) -> Form<i32> {
    let minutes = || {
        one_of(vec![
            table([("quarter", 15), ("a quarter", 15)]),
            NUMBERS
                .below_sixty()
                .before(said(&["minutes", "minute"]).or_not())
                .map(int),
        ])
    };
    let half = table([("half", 30)]).before(said(&["past", "after"]));
    let mut ways = vec![
        half,
        minutes().before(said(&["past", "after"])),
        minutes()
            .before(said(&["to", "till", "until", "before"]))
            .map(|minutes| -minutes),
    ];
    if !before_named {
        let of = minutes().before(said(&["of"]));
        ways.push(of.map(|minutes| -minutes));
    }
    one_of(ways)
}

/// Minutes on the twelve hour dial.
fn on_dial() -> Form<i32> {
    let oclock = || said(&["oclock"]).or_not();
    let sharp = said(&["sharp", "exactly", "precisely", "on the dot"]).or_not();
    let plain = hour().then(
        one_of(vec![table([("oclock", 0)]), minute()])
            .maybe()
            .map(|minute| minute.unwrap_or(0)),
    );
    one_of(vec![
        plain.map(|(hour, minute)| 60 * hour + minute),
        shift(false)
            .then(hour().before(oclock()))
            .map(|(shift, hour)| 60 * hour + shift),
        said(&["half"]).and(hour()).map(|hour| 60 * hour + 30),
    ])
    .before(sharp)
    .map(|minutes| minutes.rem_euclid(HALF_DAY))
}

/// Digits without a colon, as minutes of the day: "630", "0700", "6.30".
fn in_digits() -> Form<i32> {
    let hundreds = NUMBERS
        .units()
        .before(said(&["hundred"]))
        .map(|n| 100 * int(n));
    let thousands = table([("one thousand", 1_000), ("two thousand", 2_000)]);
    let rest = || NUMBERS.below_sixty().map(int).maybe();
    let number = one_of(vec![
        thousands.then(hundreds.clone().maybe()).then(rest()).map(
            |((thousands, hundreds), rest)| thousands + hundreds.unwrap_or(0) + rest.unwrap_or(0),
        ),
        hundreds
            .then(rest())
            .map(|(hundreds, rest)| hundreds + rest.unwrap_or(0)),
    ]);
    let figure = || NUMBERS.digit().map(int);
    let zero = said(&["zero"]).and(figure()).then(figure().then(figure()));
    let zero = zero.map(|(hour, (tens, ones))| 100 * hour + 10 * tens + ones);
    let dotted = hour_of_24(true)
        .before(said(&["point"]))
        .then(figure().then(figure()));
    let dotted = dotted.map(|(hour, (tens, ones))| 100 * hour + 10 * tens + ones);
    one_of(vec![
        number.before(said(&["hours"]).or_not()),
        zero.before(said(&["hours"]).or_not()),
        dotted,
    ])
    .keep(|number| {
        (number / 100 < 24 && number % 100 < 60).then(|| number / 100 * 60 + number % 100)
    })
}

/// "noon", "ten to midnight": hours that have a name of their own.
fn named() -> Form<i32> {
    let named = table([
        ("noon", 720),
        ("midday", 720),
        ("twelve noon", 720),
        ("midnight", 0),
        ("twelve midnight", 0),
    ]);
    let shifted = shift(true).then(table([("noon", 720), ("midday", 720), ("midnight", 0)]));
    one_of(vec![
        named,
        shifted.map(|(shift, named)| (named + shift).rem_euclid(2 * HALF_DAY)),
    ])
}

/// Times that have one reading: "nineteen thirty", "zero seven fifteen".
fn fixed() -> Form<i32> {
    let hundred = || table([("hundred hours", 0), ("hundred", 0)]);
    let after = || one_of(vec![table([("oclock", 0)]), minute(), hundred()]);
    let hours = said(&["hours"]).or_not();
    let zero = said(&["zero", "oh"]).and(NUMBERS.units()).map(int);
    let of_24 = one_of(vec![hour_of_24(false), zero]).then(after());
    let short = hour().then(one_of(vec![minute().before(said(&["hours"])), hundred()]));
    one_of(vec![
        of_24.before(hours).map(|(hour, minute)| 60 * hour + minute),
        short.map(|(hour, minute)| 60 * hour + minute),
    ])
}

/// A time of day, with what is said of its half.
fn time() -> Form<ClockTime> {
    let half = || {
        let meridiem = table([("am", Half::Am), ("pm", Half::Pm)]);
        one_of(vec![
            meridiem
                .then(CLOCK.part_of_day().maybe())
                .keep(|(half, part)| part.map_or(Some(half), |part| agree(half, part))),
            CLOCK.part_of_day().map(Half::Part),
        ])
    };
    let before = CLOCK.part_of_day().before(said(&["at"]).or_not());
    one_of(vec![
        on_dial()
            .then(half().maybe())
            .map(|(minutes, half)| dial(minutes, half.unwrap_or(Half::Unsaid))),
        before
            .then(on_dial().then(table([("am", Half::Am), ("pm", Half::Pm)]).maybe()))
            .keep(|(part, (minutes, half))| match half {
                Some(half) => Some(dial(minutes, agree(half, part)?)),
                None => Some(dial(minutes, Half::Part(part))),
            }),
        named()
            .then(half().maybe())
            .keep(|(minutes, half)| of_its_half(minutes, half)),
        fixed()
            .then(half().maybe())
            .keep(|(minutes, half)| of_either(minutes, half)),
        in_digits()
            .then(half().maybe())
            .keep(|(minutes, half)| of_either(minutes, half)),
    ])
}

/// "pm in the evening" says one thing twice; "am in the evening" nothing.
fn agree(half: Half, part: DayPart) -> Option<Half> {
    let morning = part == DayPart::Morning;
    match half {
        Half::Am if morning || part == DayPart::Night => Some(half),
        Half::Pm if !morning => Some(half),
        _ => None,
    }
}

/// A time near noon or midnight, which its name tells apart: "noon at night" is
/// none.
fn of_its_half(minutes: i32, half: Option<Half>) -> Option<ClockTime> {
    let by_day = (HALF_DAY / 2..HALF_DAY + HALF_DAY / 2).contains(&minutes);
    let late = HALF_DAY <= minutes;
    let fits = match half {
        None => true,
        Some(Half::Part(DayPart::Night)) => !by_day,
        Some(Half::Am | Half::Part(DayPart::Morning)) => !late,
        Some(Half::Part(DayPart::Afternoon)) => late && by_day,
        Some(_) => late,
    };
    fits.then(|| dial(minutes, Half::Fixed))
}

/// A time of the twenty-four hour clock; up to twelve what follows may say the
/// half.
fn of_either(minutes: i32, half: Option<Half>) -> Option<ClockTime> {
    match half {
        Some(half) if (60..13 * 60).contains(&minutes) => Some(dial(minutes % HALF_DAY, half)),
        half => of_24(minutes, half),
    }
}
