//! Days as people say and write them.

use super::clock::CLOCK;
use super::number::NUMBERS;
use super::numerals::{ORDINALS, SMALL};
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::date::{DateWords, calendar, int};
use crate::language::{Day, DayPart, WhichDay};

pub(super) static DATES: DateWords = DateWords {
    numbers: &NUMBERS,
    clock: &CLOCK,
    weekdays: [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ],
    months: [
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
    ],
    near: &[
        ("today", 0),
        ("tomorrow", 1),
        ("the day after tomorrow", 2),
        ("day after tomorrow", 2),
        ("yesterday", -1),
        ("the day before yesterday", -2),
        ("day before yesterday", -2),
        ("a week from today", 7),
        ("a week from now", 7),
    ],
    far,
    units: &[("day", 1), ("days", 1), ("week", 7), ("weeks", 7)],
    ones: &["a", "one"],
    feasts: &[
        ("christmas", (12, 25)),
        ("christmas day", (12, 25)),
        ("christmas eve", (12, 24)),
        ("boxing day", (12, 26)),
        ("new years day", (1, 1)),
        ("new year day", (1, 1)),
        ("new years eve", (12, 31)),
        ("new year eve", (12, 31)),
        ("halloween", (10, 31)),
        ("valentines day", (2, 14)),
        ("valentine day", (2, 14)),
        ("saint valentines day", (2, 14)),
    ],
    at_feast: &["on", "at"],
    on: &["on"],
    which: &[
        ("next", WhichDay::Next),
        ("this", WhichDay::This),
        ("this coming", WhichDay::This),
        ("the coming", WhichDay::This),
        ("coming", WhichDay::This),
    ],
    which_before: &[
        ("a week on", WhichDay::WeekAfter),
        ("a week from", WhichDay::WeekAfter),
    ],
    which_behind: &[("week", WhichDay::WeekAfter)],
    weekends: &[
        ("this weekend", WhichDay::Coming),
        ("this coming weekend", WhichDay::Coming),
        ("next weekend", WhichDay::Next),
    ],
    day_and_month,
    the: &["the"],
    ordinal_day,
    year,
    in_figures,
    parts_behind: &[
        ("in the morning", DayPart::Morning),
        ("in the afternoon", DayPart::Afternoon),
        ("in the evening", DayPart::Evening),
    ],
};

fn ordinal_day() -> Form<i8> {
    let units = table(ORDINALS.into_iter().take(9).zip(21..));
    one_of(vec![
        table(ORDINALS.into_iter().zip(1..)),
        table([("twentieth", 20), ("thirtieth", 30), ("thirty first", 31)]),
        said(&["twenty"]).and(units),
    ])
}

fn cardinal_day() -> Form<i8> {
    let units = table(SMALL.into_iter().skip(1).take(9).zip(21..));
    one_of(vec![
        table(SMALL.into_iter().skip(1).zip(1..)),
        table([("twenty", 20), ("thirty", 30), ("thirty one", 31)]),
        said(&["twenty"]).and(units),
    ])
}

fn day_number() -> Form<i8> {
    one_of(vec![ordinal_day(), cardinal_day()])
}

/// In digits, which may begin with a zero.
fn figure() -> Form<i8> {
    one_of(vec![
        said(&["zero"]).or_not().and(NUMBERS.units()).map(int),
        cardinal_day(),
    ])
}

fn year() -> Form<i16> {
    let century = table([("nineteen", 1_900), ("twenty", 2_000)]);
    let zero = said(&["oh", "zero"]).and(NUMBERS.units());
    let short = century.then(one_of(vec![zero, NUMBERS.below_hundred()]));
    let long = table([
        ("two thousand", 2_000),
        ("one thousand nine hundred", 1_900),
    ])
    .then(
        said(&["and"])
            .or_not()
            .and(NUMBERS.below_hundred())
            .maybe()
            .map(|rest| rest.unwrap_or(0)),
    );
    one_of(vec![long, short]).map(|(century, rest)| century + i16::try_from(rest).unwrap_or(0))
}

fn far() -> Form<i32> {
    let days = || DATES.count().map(|(count, days)| count * days);
    let later = table([("tomorrow", 1)]);
    one_of(vec![
        said(&["in"]).and(days()),
        days().before(said(&["from now", "from today"])),
        said(&["a week from"]).and(later).map(|days| 7 + days),
    ])
}

fn day_and_month() -> Form<(i8, i8)> {
    let the = || said(&["the"]).or_not();
    let day_first = the()
        .and(day_number())
        .before(said(&["of"]).or_not())
        .then(DATES.month());
    let month_first = DATES.month().before(the()).then(day_number());
    one_of(vec![
        day_first,
        month_first.map(|(month, day)| (day, month)),
    ])
}

/// `2026-12-24`, and `24/12` or `12/24` where only one order is a date.
fn in_figures() -> Form<Day> {
    let ordered = year().then(figure().then(figure()));
    let slash = || said(&["slash"]);
    let slashed = figure()
        .before(slash())
        .then(figure().then(slash().and(year()).maybe()));
    one_of(vec![
        ordered
            .keep(|(year, (month, day))| (month <= 12).then(|| calendar(day, month, Some(year)))),
        slashed.keep(|(first, (second, year))| {
            let (day, month) = match (first <= 12, second <= 12) {
                (false, true) => (first, second),
                (true, false) => (second, first),
                (true, true) if first == second => (first, second),
                _ => return None,
            };
            Some(calendar(day, month, year))
        }),
    ])
}
