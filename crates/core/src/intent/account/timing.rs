//! Times and lengths of time that say when a command is to be carried out:
//! "in ten minutes", "tomorrow at seven", "for an hour", "until nine".

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan, Unit};

use super::run_at;
use crate::intent::values;
use crate::intent::values::Unreadable;
use crate::language::{Day, DayPart, MeaningWords, Objection, Settled, settle, spoken};
use crate::model::SlotKind;
use crate::turn::{SlotValue, When};

/// The longest run of words that is tried as one value.
const LONGEST: usize = 10;

/// A run of words that says when.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Index of its first word.
    pub from: usize,
    /// Index behind its last word.
    pub to: usize,
    /// What it means, or why it cannot be kept.
    pub when: Result<When, Objection>,
    /// Whether it might as well be a plain number: "at eleven".
    pub weak: bool,
}

/// The timings of a sentence of canonical words, in order. They do not
/// overlap; each is as long as it can be.
pub(super) fn find(words: &[&str], table: &MeaningWords, now: DateTime) -> Vec<Timing> {
    let reader = Reader { words, table, now };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match reader.timing(at) {
            Some(timing) => {
                at = timing.to;
                found.push(timing);
            }
            None => at += 1,
        }
    }
    found
}

struct Reader<'a> {
    words: &'a [&'a str],
    table: &'a MeaningWords,
    now: DateTime,
}

/// What a run of times, dates and parts of the day says.
#[derive(Default)]
struct Clock {
    from: usize,
    to: usize,
    /// The words of the time of day.
    time: Option<(usize, usize)>,
    date: Option<Date>,
    part: Option<DayPart>,
    weak: bool,
}

impl Reader<'_> {
    fn timing(&self, at: usize) -> Option<Timing> {
        self.delay(at)
            .or_else(|| self.until(at))
            .or_else(|| self.span(at))
            .or_else(|| self.clock_timing(at))
    }

    /// The longest run from `at` that reads as a value of `kind`; none where a
    /// longer one is a value that does not exist: of "the thirtieth of
    /// February" never "the thirtieth".
    fn value(&self, kind: &SlotKind, at: usize) -> Option<(usize, SlotValue)> {
        let longest = (self.words.len().saturating_sub(at)).min(LONGEST);
        let read = (1..=longest).rev().find_map(|len| {
            let read = values::read(kind, &self.words[at..at + len], self.now);
            (read != Err(Unreadable::NotAValue)).then_some((len, read))
        });
        let (len, read) = read?;
        Some((at + len, read.ok()?.value))
    }

    fn duration(&self, at: usize) -> Option<(usize, u32)> {
        match self.value(&SlotKind::Duration, at)? {
            (to, SlotValue::Duration(seconds)) => Some((to, seconds)),
            _ => None,
        }
    }

    fn delay(&self, at: usize) -> Option<Timing> {
        let before = run_at(self.words, at, self.table.delay_before);
        let (to, seconds) = self.duration(at + before)?;
        let after = run_at(self.words, to, self.table.delay_after);
        (before > 0 || after > 0).then(|| Timing {
            from: at,
            to: to + after,
            when: Ok(When::After { seconds }),
            weak: false,
        })
    }

    fn until(&self, at: usize) -> Option<Timing> {
        let before = run_at(self.words, at, self.table.until);
        if before == 0 {
            return None;
        }
        let clock = self.clock(at + before, true)?;
        let to = clock.to;
        let when = self.moment(&clock).and_then(|(time, date)| {
            let end = date.unwrap_or(self.now.date()).to_datetime(time);
            let end = if end <= self.now && date.is_none() {
                end.checked_add(1.day()).map_err(|_| Objection::Times)?
            } else {
                end
            };
            // From the second that has begun, so that it does not end too early.
            let began = self.now.with().subsec_nanosecond(0).build();
            let left = began.and_then(|began| began.until((Unit::Second, end)));
            let seconds = left.ok().and_then(|left: Span| whole(left.get_seconds()));
            seconds
                .map(|seconds| When::For { seconds })
                .ok_or(Objection::Times)
        });
        Some(Timing {
            from: at,
            to,
            when,
            weak: false,
        })
    }

    fn span(&self, at: usize) -> Option<Timing> {
        let before = run_at(self.words, at, self.table.span_before);
        if before == 0 {
            return None;
        }
        let (to, seconds) = self.duration(at + before)?;
        Some(Timing {
            from: at,
            to,
            when: Ok(When::For { seconds }),
            weak: false,
        })
    }

    fn clock_timing(&self, at: usize) -> Option<Timing> {
        let clock = self.clock(at, false)?;
        Some(Timing {
            from: at,
            to: clock.to,
            when: self
                .moment(&clock)
                .map(|(time, date)| When::At { time, date }),
            weak: clock.weak,
        })
    }

    /// Times, dates and parts of the day that follow each other from `start`.
    /// `bare`: a time needs no "at" before it.
    fn clock(&self, start: usize, bare: bool) -> Option<Clock> {
        let mut clock = Clock {
            from: start,
            to: start,
            ..Clock::default()
        };
        let mut at = start;
        while at < self.words.len() {
            let next = self
                .time_of_day(at, bare, &mut clock)
                .or_else(|| self.part_of_day(at, &mut clock))
                .or_else(|| self.date(at, &mut clock));
            let Some(next) = next else { break };
            at = next;
            clock.to = next;
        }
        (clock.to > start).then_some(clock)
    }

    fn time_of_day(&self, at: usize, bare: bool, clock: &mut Clock) -> Option<usize> {
        if clock.time.is_some() {
            return None;
        }
        let before = run_at(self.words, at, self.table.at);
        let from = at + before;
        let (to, _) = self.value(&SlotKind::Time, from)?;
        if self.is_cut(at, from, to, clock) {
            return None;
        }
        // "At fifty percent" is no time.
        if run_at(self.words, to, self.table.units) > 0 {
            return None;
        }
        let marked = (from..to).any(|word| run_at(self.words, word, self.table.time_marks) > 0);
        // A part of the day before it leaves no doubt that it is a time.
        let marked = marked || clock.part.is_some() || clock.date.is_some();
        if before == 0 && !marked && !bare {
            return None;
        }
        clock.weak = !marked && !bare;
        clock.time = Some((from, to));
        Some(to)
    }

    /// Whether the time is a piece of something larger: of "thirty one o'clock",
    /// "seven sixty one" or "seven hours".
    fn is_cut(&self, at: usize, from: usize, to: usize, clock: &Clock) -> bool {
        let numeral = |at: usize| {
            let word = self.words.get(at);
            word.is_some_and(|word| spoken().is_numeral(word))
        };
        // A day may stand right before it, and right behind it.
        let before = at == from && at == clock.from && 0 < at && numeral(at - 1);
        let behind = numeral(to) && self.value(&SlotKind::Date, to).is_none();
        let lasts = self.duration(from).is_some_and(|(end, _)| to < end);
        before || behind || lasts
    }

    fn part_of_day(&self, at: usize, clock: &mut Clock) -> Option<usize> {
        let ((part, days), len) = values::part_of_some_day(&self.words[at..])?;
        if clock.part.is_some() {
            return None;
        }
        clock.part = Some(part);
        clock.weak = false;
        if let Some(days) = days {
            clock.date = self.now.date().checked_add(i64::from(days).days()).ok();
        }
        Some(at + len)
    }

    fn date(&self, at: usize, clock: &mut Clock) -> Option<usize> {
        if clock.date.is_some() {
            return None;
        }
        let (to, value) = self.value(&SlotKind::Date, at)?;
        let SlotValue::Date { year, month, day } = value else {
            return None;
        };
        if self.is_counted(at, to) {
            return None;
        }
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        clock.date = Some(Date::new(year, month, day).ok()?);
        // "Friday evening" says both.
        if let [part] = values::parts_of_day(&self.words[at..to]).as_slice() {
            clock.part.get_or_insert(*part);
        }
        clock.weak = false;
        Some(to)
    }

    /// Whether a day of no month only counts what is named behind it: "the
    /// second bedroom".
    fn is_counted(&self, from: usize, to: usize) -> bool {
        let days = spoken().day().prefixes(&self.words[from..to]);
        let alone = days.iter().any(|((day, part), count)| {
            let ordinal = matches!(
                day,
                Day::Calendar {
                    weekday: None,
                    month: None,
                    year: None,
                    ..
                }
            );
            ordinal && part.is_none() && *count == to - from
        });
        let named = self.words.get(to).is_some_and(|next| {
            !self.table.function.contains(next)
                && !spoken().is_numeral(next)
                && run_at(self.words, to, self.table.time_marks) == 0
                && values::part_of_some_day(&self.words[to..]).is_none()
        });
        alone && named
    }

    /// The time of day and, where it is not today or the next such time, the
    /// date.
    fn moment(&self, clock: &Clock) -> Result<(Time, Option<Date>), Objection> {
        let today = self.now.date();
        let Some((from, to)) = clock.time else {
            // "Later today" is not yet; "tonight" may be now.
            let later = |word: &&str| self.table.delay_after.contains(word);
            let is_now = clock.date == Some(today)
                && clock.part.is_some()
                && !self.words[clock.from..clock.to].iter().any(later);
            return Err(if is_now {
                Objection::LooseTime
            } else {
                Objection::VagueTime
            });
        };
        let date = clock.date.filter(|date| *date != today);
        if date.is_some_and(|date| date < today) {
            return Err(Objection::Times);
        }
        let (said, _) = values::clock_time(&self.words[from..to]).ok_or(Objection::VagueTime)?;
        let (time, date) = match settle(said, clock.part, clock.date, false, self.now) {
            Settled::At(time, date) => (time, date.filter(|date| *date != today)),
            Settled::Either(..) => return Err(Objection::VagueTime),
            Settled::Never => return Err(Objection::Times),
        };
        // "At eight today", said at nine, is over.
        if date.is_none() && clock.date == Some(today) && time <= self.now.time() {
            return Err(Objection::Times);
        }
        Ok((time, date))
    }
}

fn whole(seconds: i64) -> Option<u32> {
    u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
}
