//! The language's forms, built once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::grammar::canonical;
use crate::language::form::Form;
use crate::language::{Amount, ClockTime, Day, DayPart, Recurrence, spoken};

type Numbers = HashMap<Option<String>, Arc<Form<Amount>>>;

static NUMBERS: LazyLock<Mutex<Numbers>> = LazyLock::new(Mutex::default);
static DURATION: LazyLock<Form<u32>> = LazyLock::new(|| spoken().duration());
static TIME: LazyLock<Form<ClockTime>> = LazyLock::new(|| spoken().time());
static DAY: LazyLock<Form<(Day, Option<DayPart>)>> = LazyLock::new(|| spoken().day());
static PART: LazyLock<Form<DayPart>> = LazyLock::new(|| spoken().part_of_day());
static PART_OF_SOME_DAY: LazyLock<Form<(DayPart, Option<i8>)>> =
    LazyLock::new(|| spoken().part_of_some_day());
static RECURRING_PART: LazyLock<Form<DayPart>> = LazyLock::new(|| spoken().recurring_part_of_day());
static RECURRENCE: LazyLock<Form<Recurrence>> = LazyLock::new(|| spoken().recurrence());

/// Reads by the form of numbers of that unit, as it is written in the file.
pub(super) fn number<T>(unit: Option<&str>, read: impl FnOnce(&Form<Amount>) -> T) -> T {
    let key = unit.map(ToOwned::to_owned);
    let form = {
        let mut known = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let form = known.entry(key).or_insert_with_key(|unit| {
            let unit = unit.as_ref().map(|unit| canonical(unit).join(" "));
            Arc::new(spoken().number(unit.as_deref()))
        });
        Arc::clone(form)
    };
    read(&form)
}

pub(super) fn duration() -> &'static Form<u32> {
    &DURATION
}

pub(super) fn time() -> &'static Form<ClockTime> {
    &TIME
}

pub(super) fn day() -> &'static Form<(Day, Option<DayPart>)> {
    &DAY
}

pub(super) fn part() -> &'static Form<DayPart> {
    &PART
}

pub(super) fn part_of_some_day() -> &'static Form<(DayPart, Option<i8>)> {
    &PART_OF_SOME_DAY
}

pub(super) fn recurring_part() -> &'static Form<DayPart> {
    &RECURRING_PART
}

pub(super) fn recurrence() -> &'static Form<Recurrence> {
    &RECURRENCE
}
