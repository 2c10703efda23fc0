//! Times of day.

use jiff::civil::Time;

use crate::grammar::numerals;
use crate::grammar::numerals::SMALL;

use super::count::below_hundred;
use super::cursor::Cursor;

const HALF_DAY: i32 = 12 * 60;

/// What a person said of the half of the day.
#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
    /// Small hours or late evening.
    Night,
    Unsaid,
}

/// Hour and minute. Without a word on the half of the day, the next such time
/// after `now`.
pub fn time(cursor: &mut Cursor, now: Time) -> Option<(u8, u8)> {
    let of_day = cursor.attempt(|cursor| whole_day(cursor).filter(|_| cursor.is_done()));
    let minutes = if let Some(minutes) = of_day {
        minutes
    } else {
        let in_half = half_day(cursor)?;
        resolve(in_half, half(cursor), now)
    };
    let minutes = minutes.rem_euclid(2 * HALF_DAY);
    Some((
        u8::try_from(minutes / 60).ok()?,
        u8::try_from(minutes % 60).ok()?,
    ))
}

/// Times that need no half of the day: `noon`, `nineteen thirty`.
fn whole_day(cursor: &mut Cursor) -> Option<i32> {
    let before = cursor.attempt(shift).unwrap_or(0);
    for (said, hour) in [
        ("twelve noon", 12),
        ("twelve midnight", 0),
        ("noon", 12),
        ("midday", 12),
        ("midnight", 0),
    ] {
        if cursor.eat(said) {
            return Some(hour * 60 + before);
        }
    }
    if before != 0 {
        return None;
    }
    let leading = cursor.eat_any(&["zero", "oh"]);
    let hour = if leading {
        // "zero seven thirty", but "zero one" is a minute past midnight.
        let digit = cursor.attempt(|cursor| {
            let place = cursor.place_in(&SMALL[1..10])?;
            (!cursor.is_done()).then_some(place + 1)
        });
        digit.unwrap_or(0)
    } else {
        hour_of_24(cursor)?
    };
    let minute = if cursor.eat("oclock") {
        0
    } else if cursor.eat_any(&["hundred hours", "hundred"]) {
        return Some(i32::try_from(hour).ok()? * 60);
    } else {
        minute(cursor)?
    };
    (leading || !(1..=12).contains(&hour)).then_some(i32::try_from(hour).ok()? * 60 + minute)
}

fn hour_of_24(cursor: &mut Cursor) -> Option<usize> {
    if cursor.eat("twenty") {
        let more = cursor.attempt(|cursor| {
            let units = cursor.place_in(&SMALL[1..4])?;
            // "twenty five" is minutes past eight only after an hour.
            (!cursor.is_done()).then_some(units + 1)
        });
        return Some(20 + more.unwrap_or(0));
    }
    cursor.place_in(&SMALL)
}

fn minute(cursor: &mut Cursor) -> Option<i32> {
    if cursor.eat_any(&["oh", "zero"]) {
        return i32::try_from(cursor.place_in(&SMALL[1..10])? + 1).ok();
    }
    i32::try_from(below_hundred(cursor)?)
        .ok()
        .filter(|minute| *minute < 60)
}

/// "half past", "ten to": minutes to add to the hour that follows.
fn shift(cursor: &mut Cursor) -> Option<i32> {
    let minutes = if cursor.eat("half") {
        30
    } else if cursor.eat_any(&["a quarter", "quarter"]) {
        15
    } else {
        let minutes = i32::try_from(below_hundred(cursor)?).ok()?;
        cursor.eat_any(&["minutes", "minute"]);
        minutes
    };
    if cursor.eat_any(&["past", "after"]) {
        Some(minutes)
    } else {
        cursor
            .eat_any(&["to", "till", "until", "before"])
            .then_some(-minutes)
    }
}

/// Minutes since noon or midnight, whichever it was.
fn half_day(cursor: &mut Cursor) -> Option<i32> {
    let shift = cursor.attempt(shift);
    let half = shift.is_none() && cursor.eat("half");
    let hour = i32::try_from(cursor.place_in(&SMALL[1..13])? + 1).ok()?;
    let minute = match shift {
        Some(minutes) => {
            cursor.eat("oclock");
            minutes
        }
        None if half => 30,
        None if cursor.eat("oclock") => 0,
        None => cursor.attempt(minute).unwrap_or(0),
    };
    Some((hour * 60 + minute).rem_euclid(HALF_DAY))
}

fn half(cursor: &mut Cursor) -> Half {
    if cursor.eat_any(&["am", "a m", "in the morning", "the morning", "this morning"]) {
        Half::Morning
    } else if cursor.eat_any(&[
        "pm",
        "p m",
        "in the afternoon",
        "the afternoon",
        "this afternoon",
        "in the evening",
        "the evening",
        "this evening",
    ]) {
        Half::Afternoon
    } else if cursor.eat_any(&["at night", "tonight"]) {
        Half::Night
    } else {
        Half::Unsaid
    }
}

fn resolve(in_half: i32, half: Half, now: Time) -> i32 {
    let now = i32::from(now.hour()) * 60 + i32::from(now.minute());
    match half {
        Half::Morning => in_half,
        // Until five it is the small hours, from then on the late evening.
        Half::Night if in_half < 5 * 60 => in_half,
        Half::Unsaid if in_half > now || in_half + HALF_DAY <= now => in_half,
        _ => in_half + HALF_DAY,
    }
}

/// `half past seven in the evening`: the half of the day is always said,
/// since it may have been guessed.
#[must_use]
pub fn say(hour: u8, minute: u8) -> String {
    let name = |hour: u8| SMALL[usize::from((hour + 11) % 12 + 1)];
    let said = match (hour, minute) {
        (0, 0) => return "midnight".to_owned(),
        (12, 0) => return "noon".to_owned(),
        (_, 0) => format!("{} o'clock", name(hour)),
        (_, 15) => format!("quarter past {}", name(hour)),
        (_, 30) => format!("half past {}", name(hour)),
        (_, 45) => format!("quarter to {}", name((hour + 1) % 24)),
        (_, 1..10) => format!("{} oh {}", name(hour), SMALL[usize::from(minute)]),
        _ => format!("{} {}", name(hour), numerals::cardinal(minute.into())),
    };
    let half = match hour {
        0..12 => "in the morning",
        12..18 => "in the afternoon",
        18..22 => "in the evening",
        _ => "at night",
    };
    format!("{said} {half}")
}
