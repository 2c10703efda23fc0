//! Times of day and running times as they are written: `7:30 p.m.`,
//! `9:00–17:00`, `0:09:32`.

use jiff::civil;

use super::super::speak::{self, SPEAK};
use super::{Said, SpokenLine, Stop};

/// The half of the day that stands beside a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
}

/// A time as it is written.
#[derive(Clone, Copy)]
struct Time {
    hour: u8,
    minute: u8,
    half: Option<Half>,
    /// Written with minutes.
    full: bool,
    /// Certainly of 24 hours: `07:30` and `19:05`, not `7:30`.
    of_day: bool,
}

/// Words that follow a running time.
const LEFT: [&str; 7] = ["left", "remaining", "to", "long", "elapsed", "ago", "total"];

/// Words that stand before a running time.
const LASTING: [&str; 8] = [
    "for",
    "in",
    "after",
    "takes",
    "took",
    "lasts",
    "lasted",
    "remaining",
];

/// Words that stand before a time of day.
const AT: [&str; 6] = ["at", "until", "till", "since", "by", "before"];

/// A time, a range of times or a running time.
pub(super) fn time(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    running(line, at)
        .or_else(|| range(line, at))
        .or_else(|| single(line, at))
}

fn single(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let behind = line.behind(at);
    // "7.30" is a time only before "p.m.".
    let both = half(behind).and_then(|_| read(&format!("{core}{behind}")));
    let (time, mut tokens, written) = match both {
        Some(time) => (time, 2, behind),
        None => (read(core)?, 1, core),
    };
    if time.half.is_none() && !time.full {
        return None;
    } else if time.half.is_none() {
        match behind.to_lowercase().as_str() {
            "uhr" | "o'clock" => tokens = 2,
            "h" | "hr" | "hrs" | "hours" if time.of_day => tokens = 2,
            "h" | "hr" | "hrs" | "hours" => {
                let minutes = u64::from(time.hour) * 60 + u64::from(time.minute);
                return Some(Said::new(SPEAK.duration(minutes * 60), 2));
            }
            "min" | "mins" | "minutes" => {
                let seconds = u64::from(time.hour) * 60 + u64::from(time.minute);
                return Some(Said::new(SPEAK.duration(seconds), 2));
            }
            _ => {}
        }
    }
    let text = say(time, time.of_day && !names_part(line, at + tokens - 1));
    Some(Said {
        text,
        tokens,
        stop: stop(written),
    })
}

/// Whose the full stop behind a time is: of `a.m.` it may be both's.
fn stop(written: &str) -> Stop {
    if written.contains(".m") || written.contains(".M") {
        Stop::Shortening
    } else {
        Stop::Sentence
    }
}

/// Whether the part of the day is said behind a token anyhow.
fn names_part(line: &SpokenLine<'_>, at: usize) -> bool {
    let next = line.behind(at).to_lowercase();
    let then = line.behind(at + 1).to_lowercase();
    let part = |word: &str| matches!(word, "morning" | "afternoon" | "evening" | "night");
    match next.as_str() {
        "in" if then == "the" => part(&line.core(at + 3).to_lowercase()),
        "at" | "this" => part(&then),
        "tonight" => true,
        _ => false,
    }
}

fn range(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let (low, high) = core.split_once(['–', '-'])?;
    let (mut low, mut high) = (read(low)?, read(high)?);
    let mut tokens = 1;
    let mut written = core;
    if high.half.is_none()
        && let Some(half) = half(line.behind(at))
    {
        high.half = Some(half);
        written = line.behind(at);
        tokens = 2;
    }
    if high.half.is_none() && !(low.full && high.full) {
        return None;
    }
    if low.half.is_none() && low.hour % 12 < high.hour % 12 {
        low.half = high.half;
    }
    let of_day = low.of_day || high.of_day;
    let same = low.half.is_some() && low.half == high.half;
    let first = if same {
        speak::time_of_half(civil(low.hour, low.minute))
    } else {
        say(low, of_day)
    };
    Some(Said {
        text: format!("{first} to {}", say(high, of_day)),
        tokens,
        stop: stop(written),
    })
}

/// A time of day whose parts have been checked.
fn civil(hour: u8, minute: u8) -> civil::Time {
    let part = |part: u8| i8::try_from(part).unwrap_or(0);
    civil::Time::new(part(hour), part(minute), 0, 0).unwrap_or_default()
}

fn say(time: Time, of_day: bool) -> String {
    let Time { hour, minute, .. } = time;
    match time.half {
        Some(Half::Am) => speak::time(civil(hour % 12, minute)),
        Some(Half::Pm) => speak::time(civil(hour % 12 + 12, minute)),
        None if of_day => speak::time(civil(hour % 24, minute)),
        None => speak::time_of_half(civil(hour % 24, minute)),
    }
}

/// `h:mm:ss`: a running time, unless it stands where a time of day does.
fn running(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let seconds = seconds(core)?;
    let hour = core.split(':').next()?;
    let before = line.before(at);
    let behind = line.behind(at).to_lowercase();
    let runs = LEFT.contains(&behind.as_str()) || LASTING.contains(&before.as_str());
    let at_time = AT.contains(&before.as_str()) || half(&behind).is_some();
    let of_day = hour.len() == 2 && hour != "00" && seconds < 86_400;
    if runs || !of_day && !at_time {
        return Some(Said::new(SPEAK.duration(seconds), 1));
    }
    let (mut time, mut tokens) = (read(core.get(..core.len() - 3)?)?, 1);
    if let Some(half) = half(&behind) {
        time.half = Some(half);
        tokens = 2;
    }
    let mut text = say(time, time.of_day);
    if !seconds.is_multiple_of(60) {
        text = format!("{text} and {}", SPEAK.duration(seconds % 60));
    }
    Some(Said::new(text, tokens))
}

/// The seconds of `h:mm:ss`.
fn seconds(core: &str) -> Option<u64> {
    let mut fields = core.split(':');
    let (hours, minutes, seconds) = (fields.next()?, fields.next()?, fields.next()?);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let long = minutes.len() == 2 && seconds.len() == 2 && (1..=3).contains(&hours.len());
    if !long || fields.next().is_some() || ![hours, minutes, seconds].into_iter().all(digits) {
        return None;
    }
    let part = |text: &str, most: u64| text.parse().ok().filter(|part: &u64| *part < most);
    Some(part(hours, 1_000)? * 3_600 + part(minutes, 60)? * 60 + part(seconds, 60)?)
}

fn half(word: &str) -> Option<Half> {
    match word.to_lowercase().as_str() {
        "am" | "a.m" => Some(Half::Am),
        "pm" | "p.m" => Some(Half::Pm),
        _ => None,
    }
}

/// `7`, `7pm`, `7:30`, `07:30`, `7.30pm`, `7:30p.m`.
fn read(core: &str) -> Option<Time> {
    let end = core
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(core.len());
    let (digits, letters) = core.split_at(end);
    let half = match letters {
        "" => None,
        letters => Some(half(letters)?),
    };
    let point = half.is_some();
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((hour, minute)) if digits.contains(':') || point => (hour, Some(minute)),
        Some(_) => return None,
        None => (digits, None),
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u8>().ok().filter(|_| digits && text.len() < 3)
    };
    let value = number(hour)?;
    let minutes = match minute {
        Some(minute) if minute.len() == 2 => number(minute)?,
        Some(_) => return None,
        None => 0,
    };
    let in_day = match half {
        Some(_) => (1..=12).contains(&value) || minute.is_some() && value == 0,
        None => value < 24 || value == 24 && minutes == 0,
    };
    (in_day && minutes < 60).then_some(Time {
        hour: value,
        minute: minutes,
        half,
        full: minute.is_some(),
        of_day: half.is_none() && minute.is_some() && (hour.starts_with('0') || 12 < value),
    })
}
