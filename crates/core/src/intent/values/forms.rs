//! The forms of the languages, built once each.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::grammar::canonical;
use crate::language::form::Form;
use crate::language::{Amount, ClockTime, Day, DayPart, Language, Recurrence, Tongue, tongue};

type Numbers = HashMap<(Tongue, Option<String>), Arc<Form<Amount>>>;

/// The forms of one language that need no unit.
struct Forms {
    duration: Form<u32>,
    time: Form<ClockTime>,
    day: Form<(Day, Option<DayPart>)>,
    part: Form<DayPart>,
    part_of_some_day: Form<(DayPart, Option<i8>)>,
    recurring_part: Form<DayPart>,
    recurrence: Form<Recurrence>,
}

impl Forms {
    fn of(language: &Language) -> Self {
        Self {
            duration: language.duration(),
            time: language.time(),
            day: language.day(),
            part: language.part_of_day(),
            part_of_some_day: language.part_of_some_day(),
            recurring_part: language.recurring_part_of_day(),
            recurrence: language.recurrence(),
        }
    }
}

static NUMBERS: LazyLock<Mutex<Numbers>> = LazyLock::new(Mutex::default);
static ENGLISH: LazyLock<Forms> = LazyLock::new(|| Forms::of(Tongue::English.language()));
static GERMAN: LazyLock<Forms> = LazyLock::new(|| Forms::of(Tongue::German.language()));

fn forms() -> &'static Forms {
    match tongue() {
        Tongue::English => &ENGLISH,
        Tongue::German => &GERMAN,
    }
}

/// Reads by the form of numbers of that unit, as it is written in the file.
pub(super) fn number<T>(unit: Option<&str>, read: impl FnOnce(&Form<Amount>) -> T) -> T {
    let tongue = tongue();
    let key = (tongue, unit.map(ToOwned::to_owned));
    let form = {
        let mut known = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let form = known.entry(key).or_insert_with_key(|(_, unit)| {
            let unit = unit.as_ref().map(|unit| canonical(unit).join(" "));
            Arc::new(tongue.language().number(unit.as_deref()))
        });
        Arc::clone(form)
    };
    read(&form)
}

pub(super) fn duration() -> &'static Form<u32> {
    &forms().duration
}

pub(super) fn time() -> &'static Form<ClockTime> {
    &forms().time
}

pub(super) fn day() -> &'static Form<(Day, Option<DayPart>)> {
    &forms().day
}

pub(super) fn part() -> &'static Form<DayPart> {
    &forms().part
}

pub(super) fn part_of_some_day() -> &'static Form<(DayPart, Option<i8>)> {
    &forms().part_of_some_day
}

pub(super) fn recurring_part() -> &'static Form<DayPart> {
    &forms().recurring_part
}

pub(super) fn recurrence() -> &'static Form<Recurrence> {
    &forms().recurrence
}
