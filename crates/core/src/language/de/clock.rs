//! Times of day as people say them and recognisers write them: "halb acht" is
//! half past seven, "viertel acht" a quarter past seven, "dreiviertel acht" a
//! quarter to eight.

use super::number::NUMBERS;
use super::numerals;
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::clock::{ClockWords, HALF_DAY, dial, int, of_24};
use crate::language::{ClockTime, DayPart, Half};

pub(super) static CLOCK: ClockWords = ClockWords {
    parts: &[
        ("morgens", DayPart::Morning),
        ("früh", DayPart::Morning),
        ("in der früh", DayPart::Morning),
        ("in der frühe", DayPart::Morning),
        ("am morgen", DayPart::Morning),
        ("am frühen morgen", DayPart::Morning),
        ("vormittags", DayPart::Morning),
        ("am vormittag", DayPart::Morning),
        ("mittags", DayPart::Afternoon),
        ("am mittag", DayPart::Afternoon),
        ("nachmittags", DayPart::Afternoon),
        ("am nachmittag", DayPart::Afternoon),
        ("am späten nachmittag", DayPart::Afternoon),
        ("abends", DayPart::Evening),
        ("am abend", DayPart::Evening),
        ("am frühen abend", DayPart::Evening),
        ("am späten abend", DayPart::Evening),
        ("nachts", DayPart::Night),
        ("in der nacht", DayPart::Night),
        ("des nachts", DayPart::Night),
        ("des morgens", DayPart::Morning),
        ("des abends", DayPart::Evening),
        ("in der morgenfrühe", DayPart::Morning),
        ("spätabends", DayPart::Evening),
        ("frühmorgens", DayPart::Morning),
        ("während der nacht", DayPart::Night),
    ],
    now: &[
        ("heute morgen", DayPart::Morning),
        ("heute früh", DayPart::Morning),
        ("heute vormittag", DayPart::Morning),
        ("heute mittag", DayPart::Afternoon),
        ("heute nachmittag", DayPart::Afternoon),
        ("heute abend", DayPart::Evening),
        ("heute nacht", DayPart::Night),
        ("diese nacht", DayPart::Night),
        ("diese abend", DayPart::Evening),
    ],
    beside_time: &[],
    bare: &[
        ("früh", DayPart::Morning),
        ("morgen", DayPart::Morning),
        ("vormittag", DayPart::Morning),
        ("mittag", DayPart::Afternoon),
        ("nachmittag", DayPart::Afternoon),
        ("abend", DayPart::Evening),
        ("nacht", DayPart::Night),
    ],
    alone: &[
        ("später am tag", (DayPart::Evening, Some(0))),
        ("heute noch", (DayPart::Evening, Some(0))),
        ("über nacht", (DayPart::Night, None)),
    ],
    days: &[("morgen", 1), ("übermorgen", 2)],
    each: &["jeden", "jede"],
    time,
};

fn minute() -> Form<i32> {
    one_of(vec![
        NUMBERS.below_sixty().map(int),
        said(&["null"]).and(NUMBERS.units()).map(int),
    ])
}

/// One to twelve, as an hour is called: "ein Uhr", "um eins".
fn hour(before_uhr: bool) -> Form<i32> {
    let rest = (if before_uhr { 1 } else { 2 })..=12_i32;
    let names = rest.map(|n| (numerals::below_hundred(n.unsigned_abs().into()), n));
    let one = if before_uhr { "ein" } else { "eins" };
    one_of(vec![table([(one, 1)]), table(names)])
}

/// Null, and thirteen to twenty four.
fn hour_of_24() -> Form<i32> {
    let names = [0].into_iter().chain(13..=24_i32);
    table(names.map(|n| (numerals::below_hundred(n.unsigned_abs().into()), n)))
}

/// With a leading zero in figures: 07:30.
fn hour_with_zero() -> Form<i32> {
    said(&["null"]).and(NUMBERS.units()).map(int)
}

/// Minutes to add to the hour that follows: "halb", "viertel nach", "fünf vor
/// halb".
fn shift() -> Form<i32> {
    let minutes = || {
        one_of(vec![
            table([("viertel", 15), ("ein viertel", 15)]),
            NUMBERS
                .below_sixty()
                .before(said(&["minuten", "minute"]).or_not())
                .map(int),
            table([("eine minute", 1)]),
        ])
    };
    let half = || table([("halb", -30)]);
    let beside_half = NUMBERS
        .below_sixty()
        .before(said(&["minuten", "minute"]).or_not());
    let around_half = beside_half
        .map(int)
        .then(table([("vor", -1), ("nach", 1)]))
        .map(|(minutes, sign)| sign * minutes)
        .then(half())
        .map(|(minutes, half)| half + minutes);
    one_of(vec![
        around_half,
        minutes().before(said(&["nach"])),
        minutes().before(said(&["vor"])).map(|minutes| -minutes),
        half(),
        table([("viertel", -45), ("dreiviertel", -15)]),
    ])
}

/// Minutes on the twelve hour dial.
fn on_dial() -> Form<i32> {
    let uhr = || said(&["uhr"]);
    let sharp = said(&["genau", "punkt", "pünktlich"]).or_not();
    let with_minute = hour(true).before(uhr()).then(
        minute()
            .before(said(&["minuten"]).or_not())
            .maybe()
            .map(|minute| minute.unwrap_or(0)),
    );
    // "7:30 Uhr" is heard in figures.
    let figures = hour(false).then(minute()).before(uhr());
    one_of(vec![
        with_minute.map(|(hour, minute)| 60 * hour + minute),
        figures.map(|(hour, minute)| 60 * hour + minute),
        shift()
            .then(hour(false).before(uhr().or_not()))
            .map(|(shift, hour)| 60 * hour + shift),
        hour(false).map(|hour| 60 * hour),
    ])
    .before(sharp)
    .map(|minutes| minutes.rem_euclid(HALF_DAY))
}

/// Times that have one reading: "Mittag", "neunzehn Uhr dreißig".
fn fixed() -> Form<i32> {
    let named = || {
        table([
            ("mittag", 720),
            ("mitternacht", 0),
            ("vierundzwanzig uhr", 0),
        ])
    };
    let before_named = NUMBERS
        .below_sixty()
        .map(int)
        .before(said(&["minuten"]).or_not())
        .then(table([("vor", -1), ("nach", 1)]))
        .map(|(minutes, sign)| sign * minutes);
    let quarter = table([("viertel vor", -15), ("viertel nach", 15)]);
    let shifted = one_of(vec![quarter, before_named]).then(named());
    let minutes = || minute().maybe().map(|minute| minute.unwrap_or(0));
    let hour = || one_of(vec![hour_of_24(), hour_with_zero()]);
    let of_24 = hour()
        .before(said(&["uhr"]))
        .then(minutes().before(said(&["minuten"]).or_not()));
    let figures = hour_of_24().then(minute()).before(said(&["uhr"]).or_not());
    let bare = (13..=23_i32).map(|n| (numerals::below_hundred(n.unsigned_abs().into()), n));
    one_of(vec![
        named(),
        shifted.map(|(shift, named)| (named + shift).rem_euclid(2 * HALF_DAY)),
        one_of(vec![of_24, figures])
            .keep(|(hour, minute)| (hour < 24 || minute == 0).then(|| 60 * hour + minute)),
        table(bare).map(|hour| 60 * hour),
    ])
    .map(|minutes| minutes.rem_euclid(2 * HALF_DAY))
}

/// A time of day, with what is said of its half.
fn time() -> Form<ClockTime> {
    let part = || CLOCK.part_of_day();
    let before = part().before(said(&["um", "gegen"]).or_not());
    one_of(vec![
        on_dial().then(part().maybe()).map(|(minutes, part)| {
            part.map_or_else(
                || dial(minutes, Half::Unsaid),
                |part| of_part(minutes, part),
            )
        }),
        before
            .then(on_dial())
            .map(|(part, minutes)| of_part(minutes, part)),
        fixed()
            .then(part().maybe())
            .keep(|(minutes, part)| of_24(minutes, part.map(Half::Part))),
        part()
            .before(said(&["um", "gegen"]).or_not())
            .then(fixed())
            .keep(|(part, minutes)| of_24(minutes, Some(Half::Part(part)))),
    ])
}

/// A time on the dial with a part of the day. "Mittags" is from eleven to three,
/// so that "elf Uhr mittags" is before noon.
fn of_part(minutes: i32, part: DayPart) -> ClockTime {
    let noon = part == DayPart::Afternoon && 11 * 60 <= minutes;
    if noon {
        dial(minutes, Half::Fixed)
    } else {
        dial(minutes, Half::Part(part))
    }
}
