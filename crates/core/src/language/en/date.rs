//! Days as people say and write them.

use super::clock::{BARE_PARTS, NOW};
use super::number::{below_hundred, units};
use super::numerals::{ORDINALS, SMALL};
use crate::language::form::{Form, one_of, said, table};
use crate::language::{Day, DayPart, WhichDay};

/// The days of the week, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Whether a word is a day of the week, or many of them: "on Sundays" is not
/// said of one Sunday.
#[must_use]
pub(super) fn is_weekday(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    WEEKDAYS.contains(&singular)
}

/// The months, January first.
pub(super) const MONTHS: [&str; 12] = [
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

const NEAR: [(&str, i32); 9] = [
    ("today", 0),
    ("tomorrow", 1),
    ("the day after tomorrow", 2),
    ("day after tomorrow", 2),
    ("yesterday", -1),
    ("the day before yesterday", -2),
    ("day before yesterday", -2),
    ("a week from today", 7),
    ("a week from now", 7),
];

/// Feasts that are on the same day every year.
const FEASTS: [(&str, (i8, i8)); 12] = [
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
];

fn on() -> Form<()> {
    said(&["on"]).or_not()
}

pub(super) fn weekday_name() -> Form<usize> {
    table(WEEKDAYS.into_iter().zip(0..))
}

fn month_name() -> Form<i8> {
    table(MONTHS.into_iter().zip(1..))
}

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
        said(&["zero"]).or_not().and(units()).map(int),
        cardinal_day(),
    ])
}

fn year() -> Form<i16> {
    let century = table([("nineteen", 1_900), ("twenty", 2_000)]);
    let zero = said(&["oh", "zero"]).and(units());
    let short = century.then(one_of(vec![zero, below_hundred()]));
    let long = table([
        ("two thousand", 2_000),
        ("one thousand nine hundred", 1_900),
    ])
    .then(
        said(&["and"])
            .or_not()
            .and(below_hundred())
            .maybe()
            .map(|rest| rest.unwrap_or(0)),
    );
    one_of(vec![long, short]).map(|(century, rest)| century + i16::try_from(rest).unwrap_or(0))
}

fn in_days() -> Form<i32> {
    let count = || {
        let one = table([("a", 1_u32), ("one", 1)]);
        one_of(vec![below_hundred(), one]).then(table([
            ("day", 1),
            ("days", 1),
            ("week", 7),
            ("weeks", 7),
        ]))
    };
    let from = said(&["from now", "from today"]);
    let later = table([("tomorrow", 1)]);
    one_of(vec![
        said(&["in"])
            .and(count())
            .map(|(count, days)| i32::from(int(count)) * days),
        count()
            .before(from)
            .map(|(count, days)| i32::from(int(count)) * days),
        said(&["a week from"]).and(later).map(|days| 7 + days),
    ])
}

fn of_week() -> Form<Day> {
    let which = table([
        ("next", WhichDay::Next),
        ("this", WhichDay::This),
        ("this coming", WhichDay::This),
        ("the coming", WhichDay::This),
        ("coming", WhichDay::This),
    ]);
    let week_after = one_of(vec![
        said(&["a week on", "a week from"]).and(weekday_name()),
        weekday_name().before(said(&["week"])),
    ]);
    let weekend = table([
        ("this weekend", WhichDay::Coming),
        ("this coming weekend", WhichDay::Coming),
        ("next weekend", WhichDay::Next),
    ]);
    one_of(vec![
        on().and(which.maybe())
            .then(weekday_name())
            .map(|(which, day)| Day::Weekday(day, which.unwrap_or(WhichDay::Coming))),
        week_after.map(|day| Day::Weekday(day, WhichDay::WeekAfter)),
        weekend.map(|which| Day::Weekday(5, which)),
    ])
}

fn of_calendar() -> Form<Day> {
    let the = || said(&["the"]).or_not();
    let day_first = the()
        .and(day_number())
        .before(said(&["of"]).or_not())
        .then(month_name());
    let month_first = month_name().before(the()).then(day_number());
    let exact = one_of(vec![
        day_first,
        month_first.map(|(month, day)| (day, month)),
    ]);
    let written = on()
        .and(weekday_name().maybe())
        .then(exact.then(year().maybe()))
        .map(|(weekday, ((day, month), year))| Day::Calendar {
            weekday,
            day,
            month: Some(month),
            year,
        });
    let feast = said(&["on", "at"])
        .or_not()
        .and(table(FEASTS))
        .then(year().maybe());
    one_of(vec![
        written,
        feast.map(|((month, day), year)| date(day, Some(month), year)),
        on().and(weekday_name().maybe())
            .then(said(&["the"]).and(ordinal_day()))
            .map(|(weekday, day)| Day::Calendar {
                weekday,
                day,
                month: None,
                year: None,
            }),
        in_figures(),
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
        on().and(ordered)
            .keep(|(year, (month, day))| (month <= 12).then(|| date(day, Some(month), Some(year)))),
        on().and(slashed).keep(|(first, (second, year))| {
            let (day, month) = match (first <= 12, second <= 12) {
                (false, true) => (first, second),
                (true, false) => (second, first),
                (true, true) if first == second => (first, second),
                _ => return None,
            };
            Some(date(day, Some(month), year))
        }),
    ])
}

const fn date(day: i8, month: Option<i8>, year: Option<i16>) -> Day {
    Day::Calendar {
        weekday: None,
        day,
        month,
        year,
    }
}

/// A day, and the part of it if one was said: "tomorrow morning".
#[must_use]
pub(super) fn day() -> Form<(Day, Option<DayPart>)> {
    let today = table(NOW).map(|part| {
        let today = Day::In {
            days: 0,
            named: true,
        };
        (today, Some(part))
    });
    let near = table(NEAR).map(|days| Day::In {
        days,
        named: days.abs() <= 2,
    });
    let far = in_days().map(|days| Day::In { days, named: false });
    let part = one_of(vec![
        table(BARE_PARTS),
        table([
            ("in the morning", DayPart::Morning),
            ("in the afternoon", DayPart::Afternoon),
            ("in the evening", DayPart::Evening),
        ]),
    ]);
    let days = one_of(vec![near, far, of_week(), of_calendar()]);
    one_of(vec![today, days.then(part.maybe())])
}

fn int(n: u32) -> i8 {
    i8::try_from(n).unwrap_or(i8::MAX)
}
