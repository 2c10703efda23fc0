//! Repetitions: on which days of the week, or that it is none of that kind.

use super::clock::BARE_PARTS;
use super::date::{MONTHS, WEEKDAYS, weekday_name};
use super::number::below_hundred;
use super::numerals;
use crate::language::form::{Form, one_of, said, table};
use crate::language::{Recurrence, WeekdaySet};

/// Repetitions of whole days, said at once.
const NAMED: [(&str, WeekdaySet); 19] = [
    ("jeden tag", WeekdaySet::DAILY),
    ("an jede tag", WeekdaySet::DAILY),
    ("alle tage", WeekdaySet::DAILY),
    ("täglich", WeekdaySet::DAILY),
    ("tag für tag", WeekdaySet::DAILY),
    ("werktags", WeekdaySet::WORKING),
    ("an werktagen", WeekdaySet::WORKING),
    ("jeden werktag", WeekdaySet::WORKING),
    ("wochentags", WeekdaySet::WORKING),
    ("an wochentagen", WeekdaySet::WORKING),
    ("jeden wochentag", WeekdaySet::WORKING),
    ("unter der woche", WeekdaySet::WORKING),
    ("an arbeitstagen", WeekdaySet::WORKING),
    ("jeden arbeitstag", WeekdaySet::WORKING),
    ("wochenends", WeekdaySet::WEEKEND),
    ("an wochenenden", WeekdaySet::WEEKEND),
    ("an den wochenenden", WeekdaySet::WEEKEND),
    ("jedes wochenende", WeekdaySet::WEEKEND),
    ("sieben tage die woche", WeekdaySet::DAILY),
];

/// A repetition.
#[must_use]
pub(super) fn recurrence() -> Form<Recurrence> {
    one_of(vec![days().map(Recurrence::Days), unsupported()])
}

/// The days of every week.
#[must_use]
pub(super) fn days() -> Form<WeekdaySet> {
    let part = || {
        let bare = BARE_PARTS.into_iter().filter(|(name, _)| *name != "morgen");
        table(bare.map(|(name, _)| (name, ()))).or_not()
    };
    let parts = table(BARE_PARTS).map(|_| WeekdaySet::DAILY);
    let always = || said(&["immer", "stets"]).or_not();
    one_of(vec![
        always().and(table(NAMED)),
        said(&["jeden", "jede"]).and(parts),
        always()
            .and(said(&["jeden", "jede", "an jedem"]))
            .and(listed(weekday_name()))
            .before(part()),
        always().and(listed(plural())),
        range(),
    ])
}

fn plural() -> Form<usize> {
    let names = (0..).zip(WEEKDAYS);
    table(names.map(|(day, name)| (format!("{name}s"), day)))
}

/// One to five days, with "und" or nothing between them.
fn listed(day: Form<usize>) -> Form<WeekdaySet> {
    let day = day.map(WeekdaySet::one);
    let more = said(&["und", "und jeden", "und an jedem"])
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

/// "von Montag bis Freitag", "montags bis freitags".
fn range() -> Form<WeekdaySet> {
    let day = || one_of(vec![weekday_name(), plural()]);
    said(&["von", "immer von"])
        .or_not()
        .and(day())
        .before(said(&["bis"]))
        .then(day())
        .map(|(from, to)| WeekdaySet::range(from, to))
}

/// What cannot be had: other periods than a week, and parts of it.
fn unsupported() -> Form<Recurrence> {
    let period = || {
        said(&[
            "tag",
            "tage",
            "tagen",
            "woche",
            "wochen",
            "monat",
            "monate",
            "monaten",
            "jahr",
            "jahre",
            "jahren",
            "stunde",
            "stunden",
            "minute",
            "minuten",
            "sekunde",
            "sekunden",
            "werktag",
            "werktage",
            "wochenende",
            "wochenenden",
            "morgen",
            "abend",
            "abende",
            "nacht",
            "nächte",
        ])
    };
    let ordinal = || {
        let numbers = (1..=20_u64).map(|n| (numerals::ordinal(n), ()));
        one_of(vec![table(numbers), said(&["letzte", "andere"])])
    };
    let day = || weekday_name().map(|_| ());
    let month = || {
        let names = MONTHS.map(|name| (name, ()));
        one_of(vec![
            said(&["monat", "monats", "jahres", "jahr"]),
            table(names),
        ])
    };
    let every = || said(&["jeden", "jede", "jedes", "an jedem"]);
    let of_month = || {
        said(&["im", "in jedem", "des", "eines jeden", "jeden"])
            .and(month())
            .or_not()
    };
    let ways = vec![
        every()
            .and(ordinal())
            .before(one_of(vec![period(), day()]))
            .before(of_month()),
        said(&["alle"])
            .before(below_hundred().map(|_| ()))
            .before(period()),
        every().before(said(&[
            "woche",
            "stunde",
            "minute",
            "sekunde",
            "monat",
            "jahr",
            "halbe stunde",
            "viertel stunde",
            "volle stunde",
        ])),
        said(&[
            "alle paar stunden",
            "alle paar tage",
            "alle halbe stunde",
            "alle viertel stunde",
        ]),
        said(&[
            "wöchentlich",
            "monatlich",
            "stündlich",
            "jährlich",
            "minütlich",
            "einmal am tag",
            "einmal die woche",
            "einmal pro woche",
            "einmal im monat",
            "einmal im jahr",
            "einmal pro tag",
            "zweimal am tag",
            "zweimal die woche",
            "zweimal pro woche",
            "dreimal am tag",
            "ab und zu",
            "hin und wieder",
            "von zeit zu zeit",
        ]),
        said(&["am"])
            .or_not()
            .and(ordinal())
            .before(one_of(vec![period(), day()]).or_not())
            .before(said(&["jeden", "jedes", "in jedem", "eines jeden"]).and(month())),
    ];
    one_of(ways).map(|()| Recurrence::Unsupported)
}
