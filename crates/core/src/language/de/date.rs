//! Days as people say and write them.

use super::clock::{BARE_PARTS, NOW};
use super::number::{ONE, below_hundred};
use super::numerals;
use crate::language::form::{Form, one_of, said, table};
use crate::language::{Day, DayPart, WhichDay};

/// The days of the week, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = [
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];

/// Whether a word is a day of the week, or many of them.
#[must_use]
pub(super) fn is_weekday(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    WEEKDAYS.contains(&singular)
}

/// The months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
];

const NEAR: [(&str, i32); 5] = [
    ("heute", 0),
    ("morgen", 1),
    ("übermorgen", 2),
    ("gestern", -1),
    ("vorgestern", -2),
];

/// Feasts that are on the same day every year.
const FEASTS: [(&str, (i8, i8)); 11] = [
    ("weihnachten", (12, 25)),
    ("heiligabend", (12, 24)),
    ("heilig abend", (12, 24)),
    ("silvester", (12, 31)),
    ("neujahr", (1, 1)),
    ("nikolaus", (12, 6)),
    ("valentinstag", (2, 14)),
    ("halloween", (10, 31)),
    ("erste weihnachtstag", (12, 25)),
    ("zweite weihnachtstag", (12, 26)),
    ("tag der deutschen einheit", (10, 3)),
];

const OTHER_MONTHS: [(&str, i8); 4] = [("jänner", 1), ("feber", 2), ("juno", 6), ("julei", 7)];

fn on() -> Form<()> {
    said(&["am", "an dem"]).or_not()
}

fn the() -> Form<()> {
    said(&["der", "den", "dem", "am"]).or_not()
}

pub(super) fn weekday_name() -> Form<usize> {
    table(WEEKDAYS.into_iter().zip(0..))
}

fn month_name() -> Form<i8> {
    let numbered = (1..=12_i8).map(|n| (numerals::ordinal(n.unsigned_abs().into()), n));
    one_of(vec![
        table(MONTHS.into_iter().zip(1..)),
        table(OTHER_MONTHS),
        table(numbered),
    ])
}

fn ordinal_day() -> Form<i8> {
    table((1..=31_i8).map(|n| (numerals::ordinal(n.unsigned_abs().into()), n)))
}

fn year() -> Form<i16> {
    let rest = || {
        said(&["und"])
            .or_not()
            .and(below_hundred())
            .maybe()
            .map(|rest| rest.unwrap_or(0))
    };
    let century = table([("zwei tausend", 2_000), ("neunzehn hundert", 1_900)]);
    let short = table([("zwanzig", 2_000)]).then(below_hundred());
    one_of(vec![century.then(rest()), short])
        .map(|(century, rest)| century + i16::try_from(rest).unwrap_or(0))
}

fn in_days() -> Form<i32> {
    let count = || {
        let one = table(ONE.map(|name| (name, 1_u32)));
        one_of(vec![below_hundred(), one]).then(table([
            ("tag", 1),
            ("tage", 1),
            ("tagen", 1),
            ("woche", 7),
            ("wochen", 7),
        ]))
    };
    // "In acht Tagen" and "in vierzehn Tagen" are a week and a fortnight.
    let days = |count: u32, days: i32| match (count, days) {
        (8, 1) => 7,
        (15, 1) => 14,
        _ => i32::from(int(count)) * days,
    };
    let from = table([("heute", 0), ("morgen", 1)]);
    one_of(vec![
        said(&["in"])
            .and(count())
            .map(move |(n, unit)| days(n, unit)),
        from.before(said(&["in"]))
            .then(count())
            .map(move |(from, (n, unit))| from + days(n, unit)),
    ])
}

fn of_week() -> Form<Day> {
    let which = || {
        table([
            ("nächste", WhichDay::Next),
            ("diese", WhichDay::This),
            ("kommende", WhichDay::This),
        ])
    };
    let week_after = on()
        .and(weekday_name())
        .before(said(&["in einer woche", "in acht tagen"]));
    let weekend = one_of(vec![
        table([
            ("am wochenende", WhichDay::Coming),
            ("dieses wochenende", WhichDay::Coming),
            ("diese wochenende", WhichDay::Coming),
        ]),
        on().and(table([
            ("nächste wochenende", WhichDay::Next),
            ("kommende wochenende", WhichDay::Coming),
        ])),
    ]);
    one_of(vec![
        on().and(which().maybe())
            .then(weekday_name())
            .map(|(which, day)| Day::Weekday(day, which.unwrap_or(WhichDay::Coming))),
        weekday_name()
            .before(said(&["der nächste woche", "nächste woche"]))
            .map(|day| Day::Weekday(day, WhichDay::Next)),
        week_after.map(|day| Day::Weekday(day, WhichDay::WeekAfter)),
        weekend.map(|which| Day::Weekday(5, which)),
    ])
}

fn of_calendar() -> Form<Day> {
    let exact = || ordinal_day().then(month_name());
    let written = on()
        .and(weekday_name().maybe())
        .before(the())
        .then(exact().then(year().maybe()))
        .map(|(weekday, ((day, month), year))| Day::Calendar {
            weekday,
            day,
            month: Some(month),
            year,
        });
    let feast = said(&["an", "zu", "am"])
        .or_not()
        .and(table(FEASTS))
        .then(year().maybe());
    one_of(vec![
        written,
        feast.map(|((month, day), year)| Day::Calendar {
            weekday: None,
            day,
            month: Some(month),
            year,
        }),
        on().and(weekday_name().maybe())
            .then(said(&["der", "den", "dem", "am"]).and(ordinal_day()))
            .map(|(weekday, day)| Day::Calendar {
                weekday,
                day,
                month: None,
                year: None,
            }),
        // 2026-12-24
        on().and(year().then(below_hundred().then(below_hundred())))
            .keep(|(year, (month, day))| {
                (month <= 12).then(|| Day::Calendar {
                    weekday: None,
                    day: int(day),
                    month: Some(int(month)),
                    year: Some(year),
                })
            }),
    ])
}

/// A day, and the part of it if one was said: "morgen früh".
#[must_use]
pub(super) fn day() -> Form<(Day, Option<DayPart>)> {
    let today = table(NOW).map(|part| {
        let today = Day::In {
            days: 0,
            named: true,
        };
        (today, Some(part))
    });
    let near = table(NEAR).map(|days| Day::In { days, named: true });
    let far = in_days().map(|days| Day::In { days, named: false });
    let part = one_of(vec![
        table(BARE_PARTS),
        table([
            ("am morgen", DayPart::Morning),
            ("am vormittag", DayPart::Morning),
            ("am nachmittag", DayPart::Afternoon),
            ("am abend", DayPart::Evening),
            ("in der nacht", DayPart::Night),
        ]),
    ]);
    let days = one_of(vec![near, far, of_week(), of_calendar()]);
    one_of(vec![today, days.then(part.maybe())])
}

fn int(n: u32) -> i8 {
    i8::try_from(n).unwrap_or(i8::MAX)
}
