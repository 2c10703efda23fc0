//! Days as people say and write them.

use super::clock::CLOCK;
use super::number::{NUMBERS, ONE};
use super::numerals::NUMERALS;
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::date::{DateWords, calendar, int};
use crate::language::{Day, DayPart, WhichDay};

/// Other names of months.
const OTHER_MONTHS: [(&str, i8); 4] = [("jänner", 1), ("feber", 2), ("juno", 6), ("julei", 7)];

const ARTICLES: &[&str] = &["der", "den", "dem", "am"];

pub(super) static DATES: DateWords = DateWords {
    numbers: &NUMBERS,
    clock: &CLOCK,
    weekdays: [
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
    ],
    months: [
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
    ],
    near: &[
        ("heute", 0),
        ("morgen", 1),
        ("übermorgen", 2),
        ("gestern", -1),
        ("vorgestern", -2),
    ],
    far,
    units: &[
        ("tag", 1),
        ("tage", 1),
        ("tagen", 1),
        ("woche", 7),
        ("wochen", 7),
    ],
    ones: &ONE,
    feasts: &[
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
    ],
    at_feast: &["an", "zu", "am"],
    on: &["am", "an dem"],
    which: &[
        ("nächste", WhichDay::Next),
        ("diese", WhichDay::This),
        ("kommende", WhichDay::This),
    ],
    which_before: &[],
    which_behind: &[
        ("der nächste woche", WhichDay::Next),
        ("nächste woche", WhichDay::Next),
        ("in einer woche", WhichDay::WeekAfter),
        ("in acht tagen", WhichDay::WeekAfter),
    ],
    weekends: &[
        ("am wochenende", WhichDay::Coming),
        ("dieses wochenende", WhichDay::Coming),
        ("diese wochenende", WhichDay::Coming),
        ("nächste wochenende", WhichDay::Next),
        ("am nächste wochenende", WhichDay::Next),
        ("kommende wochenende", WhichDay::Coming),
        ("am kommende wochenende", WhichDay::Coming),
    ],
    day_and_month,
    the: ARTICLES,
    ordinal_day,
    year,
    in_figures,
    parts_behind: &[
        ("am morgen", DayPart::Morning),
        ("am vormittag", DayPart::Morning),
        ("am nachmittag", DayPart::Afternoon),
        ("am abend", DayPart::Evening),
        ("in der nacht", DayPart::Night),
    ],
};

fn ordinal_day() -> Form<i8> {
    table((1..=31_i8).map(|n| (NUMERALS.ordinal(n.unsigned_abs().into()), n)))
}

/// Months by their names, and by their places: "der dritte fünfte".
fn day_and_month() -> Form<(i8, i8)> {
    let places = (1..=12_i8).map(|n| (NUMERALS.ordinal(n.unsigned_abs().into()), n));
    let month = one_of(vec![DATES.month(), table(OTHER_MONTHS), table(places)]);
    said(ARTICLES).or_not().and(ordinal_day()).then(month)
}

fn year() -> Form<i16> {
    let rest = || {
        said(&["und"])
            .or_not()
            .and(NUMBERS.below_hundred())
            .maybe()
            .map(|rest| rest.unwrap_or(0))
    };
    let century = table([("zwei tausend", 2_000), ("neunzehn hundert", 1_900)]);
    let short = table([("zwanzig", 2_000)]).then(NUMBERS.below_hundred());
    one_of(vec![century.then(rest()), short])
        .map(|(century, rest)| century + i16::try_from(rest).unwrap_or(0))
}

/// "In acht Tagen" and "in fünfzehn Tagen" are a week and a fortnight.
fn far() -> Form<i32> {
    let days = || {
        DATES.count().map(|count| match count {
            (8, 1) => 7,
            (15, 1) => 14,
            (count, days) => count * days,
        })
    };
    let from = table([("heute", 0), ("morgen", 1)]);
    one_of(vec![
        said(&["in"]).and(days()),
        from.before(said(&["in"]))
            .then(days())
            .map(|(from, days)| from + days),
    ])
}

/// `2026-12-24`
fn in_figures() -> Form<Day> {
    let two = || NUMBERS.below_hundred().map(int);
    year()
        .then(two().then(two()))
        .keep(|(year, (month, day))| (month <= 12).then(|| calendar(day, month, Some(year))))
}
