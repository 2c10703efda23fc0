//! Times of day as they were said, and which half of the day was meant.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};

const HALF_DAY: u16 = 12 * 60;

/// Until then a night is the small hours, in minutes.
const SMALL_HOURS: u16 = 5 * 60;

/// Hours in which people get up.
const MORNINGS: std::ops::RangeInclusive<u16> = 4..=11;

/// A nap is no longer than this, in minutes.
const NAP: u16 = 4 * 60;

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayPart {
    /// From midnight to noon.
    Morning,
    /// From noon on.
    Afternoon,
    /// Up to midnight.
    Evening,
    /// The late evening, and the small hours after it.
    Night,
}

/// What was said of the half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Half {
    /// A time that has only one reading: noon, 19:30.
    Fixed,
    /// "am"
    Am,
    /// "pm"
    Pm,
    /// "in the evening"
    Part(DayPart),
    /// Nothing.
    Unsaid,
}

/// A time of day as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClockTime {
    /// Minutes since midnight where the half is fixed, else since noon or
    /// midnight.
    pub minutes: u16,
    /// Which half.
    pub half: Half,
}

/// What a time of day means on a certain day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// This time. The day is that which was given, or the day after it for
    /// the small hours of a night.
    At(Time, Option<Date>),
    /// Before or after noon: nobody could tell without asking.
    Either(Time, Time),
    /// What was said contradicts itself: "seven am tonight".
    Never,
}

/// Which time of day was meant.
///
/// `part` is what was said of the day apart from the time ("tomorrow morning
/// at seven"); `date` the day, if one was said; `recurring` whether it is to
/// be on many days. Where nothing tells the half, the next such time from
/// `now` on is meant for today, and for another day or many days the one in
/// waking hours: six to eleven before noon, twelve after it. One to five may
/// be either.
#[must_use]
pub fn settle(
    said: ClockTime,
    part: Option<DayPart>,
    date: Option<Date>,
    recurring: bool,
    now: DateTime,
) -> Settled {
    let today = now.date();
    let minutes = said.minutes;
    let half = match (said.half, part) {
        (Half::Unsaid, Some(part)) => Half::Part(part),
        (half, Some(part)) if contradict(said, half, part) => return Settled::Never,
        (half, _) => half,
    };
    let night = part == Some(DayPart::Night) || half == Half::Part(DayPart::Night);
    let of_day = match half {
        Half::Fixed | Half::Am => minutes,
        Half::Pm => minutes + HALF_DAY,
        Half::Part(part) => in_part(minutes, part),
        Half::Unsaid if recurring || date.is_some_and(|date| date != today) => match minutes / 60 {
            0 => minutes + HALF_DAY,
            1..=5 => return Settled::Either(time(minutes), time(minutes + HALF_DAY)),
            _ => minutes,
        },
        Half::Unsaid => return next(minutes, date, now),
    };
    let evening_midnight = half == Half::Part(DayPart::Evening) && of_day < 60;
    let midnight_today = of_day == 0 && date == Some(today);
    let small = night && of_day < SMALL_HOURS || evening_midnight || midnight_today;
    // In the small hours, "tonight" is the night that it is.
    let ahead = date != Some(today) || of_day <= minutes_of(now);
    let date = date.map(|date| {
        let later = small && ahead;
        date.checked_add(i64::from(later).days()).unwrap_or(date)
    });
    Settled::At(time(of_day), date)
}

/// Which time of day somebody wants to be woken at who says neither its half nor a
/// day, in minutes on the twelve hour dial. Four to eleven are of the morning; where
/// the evening's is near, it may be the end of a nap.
#[must_use]
pub fn settle_waking(minutes: u16, now: DateTime) -> Settled {
    let next = next(minutes, None, now);
    let evening = minutes + HALF_DAY;
    let ahead = evening.checked_sub(minutes_of(now));
    match ahead {
        _ if !MORNINGS.contains(&(minutes / 60)) || next == Settled::At(time(minutes), None) => {
            next
        }
        Some(ahead) if ahead <= NAP => Settled::Either(time(minutes), time(evening)),
        _ => Settled::At(time(minutes), None),
    }
}

/// The next such time; of a day whose both times are over, the later one.
fn next(minutes: u16, date: Option<Date>, now: DateTime) -> Settled {
    let clock = minutes_of(now);
    let later = minutes + HALF_DAY;
    let before_noon = clock < minutes || later <= clock && date.is_none();
    Settled::At(time(if before_noon { minutes } else { later }), date)
}

/// Minutes since midnight of a time on the twelve hour dial.
fn in_part(minutes: u16, part: DayPart) -> u16 {
    match part {
        DayPart::Morning => minutes,
        // Twelve in the evening is midnight.
        DayPart::Evening if minutes < 60 => minutes,
        DayPart::Night if minutes < SMALL_HOURS => minutes,
        _ => minutes + HALF_DAY,
    }
}

fn contradict(said: ClockTime, half: Half, part: DayPart) -> bool {
    let of_day = match half {
        Half::Am | Half::Fixed => said.minutes,
        Half::Pm => said.minutes + HALF_DAY,
        Half::Part(said) => return said != part && !(late(said) && late(part)),
        Half::Unsaid => return false,
    };
    let hour = of_day / 60;
    !match part {
        DayPart::Morning => hour < 12,
        DayPart::Afternoon => (12..19).contains(&hour),
        DayPart::Evening => (16..24).contains(&hour) || of_day == 0,
        DayPart::Night => !(6..17).contains(&hour),
    }
}

const fn late(part: DayPart) -> bool {
    matches!(part, DayPart::Evening | DayPart::Night)
}

/// Whether a time as it was said may be one that is kept: "seven o'clock" is
/// 07:00 as well as 19:00.
#[must_use]
pub fn same_clock_time(said: ClockTime, stored: Time) -> bool {
    let of_day = minutes_of(DateTime::from_parts(Date::constant(2000, 1, 1), stored));
    match said.half {
        Half::Unsaid => of_day % HALF_DAY == said.minutes % HALF_DAY,
        Half::Fixed | Half::Am => of_day == said.minutes,
        Half::Pm => of_day == said.minutes + HALF_DAY,
        Half::Part(part) => of_day == in_part(said.minutes, part),
    }
}

fn minutes_of(now: DateTime) -> u16 {
    60 * u16::from(now.hour().unsigned_abs()) + u16::from(now.minute().unsigned_abs())
}

fn time(minutes: u16) -> Time {
    let part = |number: u16| i8::try_from(number).unwrap_or(0);
    Time::constant(part(minutes / 60 % 24), part(minutes % 60), 0, 0)
}
