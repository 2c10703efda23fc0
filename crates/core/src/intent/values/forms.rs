//! The language's forms, built once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::grammar::canonical;
use crate::language::en::date::Day;
use crate::language::en::number::Amount;
use crate::language::en::{clock, date, duration, number, recurrence};
use crate::language::form::Form;
use crate::language::{ClockTime, DayPart, Recurrence};

type Numbers = HashMap<Option<String>, Arc<Form<Amount>>>;

static NUMBERS: LazyLock<Mutex<Numbers>> = LazyLock::new(Mutex::default);
static DURATION: LazyLock<Form<u32>> = LazyLock::new(duration::duration);
static TIME: LazyLock<Form<ClockTime>> = LazyLock::new(clock::time);
static DAY: LazyLock<Form<(Day, Option<DayPart>)>> = LazyLock::new(date::day);
static PART: LazyLock<Form<DayPart>> = LazyLock::new(clock::part_of_day);
static RECURRENCE: LazyLock<Form<Recurrence>> = LazyLock::new(recurrence::recurrence);

/// Reads by the form of numbers of that unit, as it is written in the file.
pub fn number<T>(unit: Option<&str>, read: impl FnOnce(&Form<Amount>) -> T) -> T {
    let key = unit.map(ToOwned::to_owned);
    let form = {
        let mut known = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let form = known.entry(key).or_insert_with_key(|unit| {
            let unit = unit.as_ref().map(|unit| canonical(unit).join(" "));
            Arc::new(number::number(unit.as_deref()))
        });
        Arc::clone(form)
    };
    read(&form)
}

pub fn duration() -> &'static Form<u32> {
    &DURATION
}

pub fn time() -> &'static Form<ClockTime> {
    &TIME
}

pub fn day() -> &'static Form<(Day, Option<DayPart>)> {
    &DAY
}

pub fn part() -> &'static Form<DayPart> {
    &PART
}

pub fn recurrence() -> &'static Form<Recurrence> {
    &RECURRENCE
}
