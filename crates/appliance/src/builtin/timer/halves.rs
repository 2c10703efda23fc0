//! Which half of the day is meant by a time that stands beside what is set
//! already.

use jiff::SignedDuration;
use jiff::civil::Time;

use super::targets::{about, fitting, kind};
use crate::timers::Keeper;
use mynah_core::intent::values::say_time;
use mynah_core::model::BuiltinAction;
use mynah_core::timers::Moment;
use mynah_core::turn::{Intent, SlotValue};

/// The intent with its open times settled by the entries that it is about: the
/// time that names one is that of the entry, and one to which an alarm is moved
/// is the nearer. A time that fits entries of both halves stays open.
pub(in crate::builtin) fn settled(keeper: &Keeper, deed: BuiltinAction, intent: &Intent) -> Intent {
    let mut settled = intent.clone();
    let Some(kind) = kind(deed) else {
        return settled;
    };
    let times = keeper.look(|book, now: &Moment| {
        let found = fitting(book, kind, &about(deed, intent), now);
        let times = found.iter().map(|entry| entry.due(now).time());
        times.collect::<Vec<Time>>()
    });
    let Some((first, rest)) = times.split_first() else {
        return settled;
    };
    if rest.iter().any(|time| time != first) {
        return settled;
    }
    for slot in &mut settled.slots {
        if let SlotValue::Time {
            hour,
            minute,
            open: true,
        } = slot.value
        {
            let moves = deed == BuiltinAction::AlarmMove && slot.name == "time";
            let time = if moves {
                nearer((hour, minute), *first)
            } else {
                *first
            };
            let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
            slot.value = SlotValue::Time {
                hour,
                minute,
                open: false,
            };
            slot.spoken = say_time(hour, minute);
        }
    }
    settled
}

/// The one of a time and the same twelve hours later that is nearer to another
/// on the clock of a day.
fn nearer((hour, minute): (u8, u8), old: Time) -> Time {
    let minutes = 60 * i64::from(hour) + i64::from(minute);
    let time = Time::midnight().wrapping_add(SignedDuration::from_mins(minutes));
    let other = time.wrapping_add(SignedDuration::from_hours(12));
    let apart = |time: Time| time.duration_until(old).abs();
    if apart(other) < apart(time) {
        other
    } else {
        time
    }
}
