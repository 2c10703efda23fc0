//! What the box says, in English, of what it does, of why it does not, and of
//! what it has to ask. What it says of timers is in `timers`.

use jiff::civil::Date;

use super::numerals::NUMERALS;
use super::speak::{self, SPEAK};
use super::timers::{self, as_adjective, noun};
use crate::language::shared::speak::capital;
use crate::language::{Missing, Question, Refusal, Remark};

/// The whole sentence.
pub(super) fn say(remark: &Remark<'_>) -> String {
    match remark {
        Remark::Okay => "Okay.".into(),
        Remark::Audible => "You can hear me again.".into(),
        Remark::Loudest => "That is as loud as I can.".into(),
        Remark::Volume(percent) => format!("Volume {percent} percent."),
        Remark::ClockDoubtful => "My clock may be wrong.".into(),
        Remark::Time(time) => format!("It is {}.", speak::time(*time)),
        Remark::Date(date) => format!("It is {}.", day_and_date(*date)),
        Remark::DateOf { date, today, asked } => date_of(*date, *today, asked),
        Remark::DaysUntil { days, date } => days_until(*days, *date),
        Remark::Can { deeds, more: false } => format!("I can {}.", timers::listed(deeds)),
        Remark::Can { deeds, more: true } => format!(
            "Among other things, I can {}. Ask again for more.",
            timers::listed(deeds)
        ),
        Remark::CanNothing => "I cannot do anything yet.".into(),
        Remark::ActionError => "Okay, I have undone that.".into(),
        Remark::NothingSaid => "I have not said anything yet.".into(),
        Remark::NothingHeard => "I have not heard anything yet.".into(),
        Remark::Heard(words) => format!("I heard: {words}"),
        Remark::Welcome => "You're welcome.".into(),
        Remark::NotInText => "I am sorry, I do not know that.".into(),
        Remark::Timer(remark) => timers::say(remark),
        Remark::Announcement(heard) => timers::announce(heard),
        Remark::Refusal(refusal) => refuse(refusal),
        Remark::Question(question) => ask(question),
    }
}

fn refuse(refusal: &Refusal<'_>) -> String {
    match refusal {
        Refusal::NotHeard(missing) => format!("I did not hear {}.", part(*missing)),
        Refusal::TimeUnknown => "I do not know the time yet: my clock is not set.".into(),
        Refusal::DateUnknown => "I do not know the date yet: my clock is not set.".into(),
        Refusal::ClockNotSet => "I do not know the time yet, because my clock is not set.".into(),
        Refusal::TimeOver => "That time is over already.".into(),
        Refusal::Over => "That is over already.".into(),
        Refusal::TooFar => "That is more than a year away.".into(),
        Refusal::OnlyForGood(deed) => format!("I can only do that for good: {deed}."),
        Refusal::OnlyAtOnce(deed) => format!("I can only do that at once, not later: {deed}."),
        Refusal::NotTakenBack(deed) => format!("I cannot take that back by myself: {deed}."),
        Refusal::Forgotten(deed) => {
            format!("I was to do this now, but I do not know how any more: {deed}.")
        }
        Refusal::NothingToUndo => "There is nothing to undo.".into(),
        Refusal::NothingWasDone => "That did not work, so there is nothing to undo.".into(),
        Refusal::CannotUndo => "Sorry, I cannot undo that.".into(),
        Refusal::NotUndone => "Sorry, I could not undo that.".into(),
        Refusal::UnknownDeed => "I do not know how to do that.".into(),
        Refusal::TooMany => "There are too many already.".into(),
        Refusal::NotesUnreadable => "I cannot read my notes, so I do not know what is set.".into(),
        Refusal::NoSuch(kind) => format!("There is no {}.", noun(*kind)),
        Refusal::NoneNamed(kind, name) => format!("There is no {name} {}.", noun(*kind)),
        Refusal::NoneOfLength(kind, seconds) => format!(
            "There is no {} {}.",
            as_adjective(&SPEAK.duration(*seconds)),
            noun(*kind)
        ),
        Refusal::NoneAtTime(kind, time, open) => {
            let time = if *open {
                speak::time_of_half(*time)
            } else {
                speak::time(*time)
            };
            format!("There is no {} for {time}.", noun(*kind))
        }
        Refusal::NoneAtPlace(kind, place) => {
            format!("There is no {} {}.", NUMERALS.ordinal(*place), noun(*kind))
        }
        Refusal::NotRunning => "It is not running.".into(),
        Refusal::NotPaused => "It is not paused.".into(),
        Refusal::NotRestarted => "I cannot start it again.".into(),
        Refusal::NotThatMuchLeft => "There is not that much time left.".into(),
        Refusal::NothingRings => "Nothing is ringing.".into(),
        Refusal::OneAlarmOnly => "I can only move one alarm at a time.".into(),
        Refusal::OnlyNextRing => "I can only leave out the next time of an alarm.".into(),
        Refusal::NoAnswer(things) => match things {
            [one] => format!("The {one} does not answer."),
            [head @ .., last] => {
                format!("The {} and the {last} do not answer.", head.join(", the "))
            }
            [] => String::new(),
        },
        Refusal::NotSeen(things) => match things {
            [one] => format!("I cannot tell whether the {one} has changed."),
            [head @ .., last] => format!(
                "I cannot tell whether the {} and the {last} have changed.",
                head.join(", the ")
            ),
            [] => String::new(),
        },
    }
}

const fn part(missing: Missing) -> &'static str {
    match missing {
        Missing::Length => "for how long",
        Missing::Change => "by how much",
        Missing::Text => "of what",
        Missing::When => "for when",
        Missing::NewTime => "to what time",
        Missing::Date => "until when",
        Missing::Volume => "how loud",
    }
}

fn ask(question: &Question<'_>) -> String {
    match question {
        Question::Meant(labels) => format!("Did you mean {}?", labels.join(", or ")),
        Question::MeantThing(thing) => format!("Did you mean the {thing}?"),
        Question::MeantCommand(phrase) => format!("Did you mean: {phrase}?"),
        Question::ForAWhile(phrase) => {
            format!("Really do this, and take it back by myself: {phrase}?")
        }
        Question::TakeBack(phrase) => format!("Shall I take this back: {phrase}?"),
        Question::DoNow(phrase) => format!("Shall I do it now: {phrase}?"),
        Question::SaidWords(words) => format!("Did you say: {words}?"),
        Question::Value(slot) => format!("Which {slot}?"),
        Question::WhichOne(labels) => format!("Which one: {}?", labels.join(", or ")),
        Question::LouderOrQuieter => "Louder or quieter?".into(),
    }
}

/// "Saturday, March 14"
fn day_and_date(date: Date) -> String {
    date.strftime("%A, %B %-d").to_string()
}

/// Both the day of the week and the date, unless the person has said one of
/// them: whoever asks "is it Friday" and "what is the date on Friday" is
/// answered.
fn date_of(date: Date, today: Date, asked: &str) -> String {
    let relation = if date < today { "was" } else { "is" };
    let asked = asked.trim_start_matches("on ");
    let whole = day_and_date(date);
    // "In three weeks" is called back by the day that it is.
    let weekday = date.strftime("%A").to_string();
    if asked.starts_with(&weekday) && !whole.starts_with(asked) {
        return format!("Today is {}. That {relation} {whole}.", day_and_date(today));
    }
    let day = if asked.is_empty() || whole.starts_with(asked) {
        format!(
            "{} {relation} {}",
            date.strftime("%A"),
            date.strftime("%B %-d")
        )
    } else {
        format!("{} {relation} {whole}", capital(asked))
    };
    format!("Today is {}. {day}.", day_and_date(today))
}

fn days_until(days: i32, date: Date) -> String {
    match days {
        0 => "That is today.".into(),
        1 => "One day: it is tomorrow.".into(),
        days if days < 0 => "That day is over already.".into(),
        days => format!("{days} days, until {}.", day_and_date(date)),
    }
}
