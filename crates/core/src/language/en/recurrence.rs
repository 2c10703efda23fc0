//! Repetitions: on which days of the week, or that it is none of that kind.

use super::clock::BARE_PARTS;
use super::date::{MONTHS, WEEKDAYS, weekday_name};
use super::number::below_hundred;
use super::numerals::ORDINALS;
use crate::language::form::{Form, one_of, said, table};
use crate::language::{Recurrence, WeekdaySet};

/// Repetitions of whole days, said at once.
const NAMED: [(&str, WeekdaySet); 28] = [
    ("every day", WeekdaySet::DAILY),
    ("every single day", WeekdaySet::DAILY),
    ("each day", WeekdaySet::DAILY),
    ("daily", WeekdaySet::DAILY),
    ("every day of the week", WeekdaySet::DAILY),
    ("on weekdays", WeekdaySet::WORKING),
    ("weekdays", WeekdaySet::WORKING),
    ("every weekday", WeekdaySet::WORKING),
    ("each weekday", WeekdaySet::WORKING),
    ("on working days", WeekdaySet::WORKING),
    ("every working day", WeekdaySet::WORKING),
    ("on work days", WeekdaySet::WORKING),
    ("every work day", WeekdaySet::WORKING),
    ("on workdays", WeekdaySet::WORKING),
    ("every workday", WeekdaySet::WORKING),
    ("during the week", WeekdaySet::WORKING),
    ("weekends", WeekdaySet::WEEKEND),
    ("on weekends", WeekdaySet::WEEKEND),
    ("at weekends", WeekdaySet::WEEKEND),
    ("at the weekend", WeekdaySet::WEEKEND),
    ("at the weekends", WeekdaySet::WEEKEND),
    ("every weekend", WeekdaySet::WEEKEND),
    ("each weekend", WeekdaySet::WEEKEND),
    ("every week day", WeekdaySet::WORKING),
    ("on week days", WeekdaySet::WORKING),
    ("on all weekdays", WeekdaySet::WORKING),
    ("all days", WeekdaySet::DAILY),
    ("seven days a week", WeekdaySet::DAILY),
];

/// A repetition.
#[must_use]
pub(super) fn recurrence() -> Form<Recurrence> {
    one_of(vec![days().map(Recurrence::Days), unsupported()])
}

/// The days of every week.
#[must_use]
pub(super) fn days() -> Form<WeekdaySet> {
    let part = || table(BARE_PARTS).map(|_| ()).or_not();
    let parts = table(BARE_PARTS).map(|_| WeekdaySet::DAILY);
    one_of(vec![
        table(NAMED),
        said(&["every", "each"]).and(parts),
        said(&["every", "each", "on every", "on each"])
            .and(listed(weekday_name()))
            .before(part()),
        said(&["on"]).or_not().and(listed(plural())),
        range(),
    ])
}

fn plural() -> Form<usize> {
    table(
        (0..)
            .zip(WEEKDAYS)
            .map(|(day, name)| (format!("{name}s"), day)),
    )
}

/// One to four days, with "and" or nothing between them.
fn listed(day: Form<usize>) -> Form<WeekdaySet> {
    let day = day.map(WeekdaySet::one);
    let more = said(&["and", "and every", "and on"])
        .or_not()
        .and(day.clone())
        .maybe();
    let list = day
        .then(more.clone())
        .then(more.clone())
        .then(more.clone())
        .then(more);
    list.map(|((((first, second), third), fourth), fifth)| {
        [second, third, fourth, fifth]
            .into_iter()
            .flatten()
            .fold(first, WeekdaySet::with)
    })
}

/// "Monday to Friday", "from Mondays through Fridays".
fn range() -> Form<WeekdaySet> {
    let day = || one_of(vec![weekday_name(), plural()]);
    said(&["from", "on", "every"])
        .or_not()
        .and(day())
        .before(said(&["to", "through", "until", "thru"]))
        .then(day())
        .map(|(from, to)| WeekdaySet::range(from, to))
}

/// What cannot be had: other periods than a week, and parts of it.
fn unsupported() -> Form<Recurrence> {
    let period = || {
        said(&[
            "day",
            "days",
            "week",
            "weeks",
            "month",
            "months",
            "year",
            "years",
            "hour",
            "hours",
            "minute",
            "minutes",
            "second",
            "seconds",
            "weekday",
            "weekdays",
            "weekend",
            "weekends",
            "morning",
            "mornings",
            "afternoon",
            "evening",
            "evenings",
            "night",
            "nights",
        ])
    };
    let ordinal = || {
        table(
            ORDINALS
                .into_iter()
                .chain(["last", "other"])
                .map(|name| (name, ())),
        )
    };
    let day = || one_of(vec![weekday_name(), plural()]).map(|_| ());
    let month = || {
        let names = MONTHS.map(|name| (name, ()));
        one_of(vec![said(&["month", "week", "year"]), table(names)])
    };
    let every = || said(&["every", "each"]);
    let of_month = || said(&["of every", "of each", "of the", "every", "each"]).and(month());
    let ways = vec![
        every()
            .and(ordinal())
            .before(one_of(vec![period(), day()]))
            .before(of_month().or_not()),
        every().before(below_hundred().map(|_| ())).before(period()),
        every().before(said(&[
            "hour",
            "minute",
            "second",
            "week",
            "month",
            "year",
            "fortnight",
            "half hour",
            "half an hour",
            "quarter of an hour",
            "few days",
            "few hours",
            "couple of days",
            "couple of hours",
        ])),
        said(&[
            "hourly",
            "weekly",
            "monthly",
            "yearly",
            "annually",
            "biweekly",
            "fortnightly",
            "once a day",
            "once a week",
            "once a month",
            "once a year",
            "once an hour",
            "twice a day",
            "twice a week",
            "twice a month",
            "every now and then",
            "on alternate days",
            "alternate days",
        ]),
        said(&["on the", "the", "on every", "every"])
            .or_not()
            .and(ordinal())
            .before(one_of(vec![period(), day()]).or_not())
            .before(said(&["of every", "of each", "every", "each"]).and(month())),
        below_hundred()
            .map(|_| ())
            .before(said(&["times a day", "times a week", "times a month"])),
    ];
    one_of(ways).map(|()| Recurrence::Unsupported)
}
