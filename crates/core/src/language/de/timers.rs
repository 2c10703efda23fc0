//! What the box says, in German, of timers, alarms, reminders and commands for
//! later.

use jiff::ToSpan as _;

use super::speak::{self, Case, capital};
use super::verbs;
use crate::language::{
    Announcement, CommandEntry, DayTime, Due, Item, MAX_TOLD, Noun, Phrase, Standing, TimerRemark,
    Told,
};

/// The gender of a noun.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    /// "der"
    Masculine,
    /// "die"
    Feminine,
}

pub(super) const fn gender(kind: Noun) -> Gender {
    match kind {
        Noun::Reminder => Gender::Feminine,
        Noun::Timer | Noun::Alarm | Noun::Command => Gender::Masculine,
    }
}

/// "kein", in the case of what there is.
pub(super) const fn none(kind: Noun) -> &'static str {
    match gender(kind) {
        Gender::Masculine => "keinen",
        Gender::Feminine => "keine",
    }
}

/// The whole sentence.
pub(super) fn say(remark: &TimerRemark<'_>) -> String {
    match remark {
        TimerRemark::TimerSet { name: "", seconds } => {
            format!("Der Timer läuft: {}.", length(*seconds))
        }
        TimerRemark::TimerSet { name, seconds } => {
            format!(
                "{} läuft: {}.",
                capital(&the(&Item::Timer(name))),
                length(*seconds)
            )
        }
        TimerRemark::AlarmSet(at) => format!("Der Wecker klingelt {}.", due(at)),
        TimerRemark::ReminderSet { of, due: at } => {
            format!("Ich erinnere dich {}: {}.", due(at), turned(of))
        }
        TimerRemark::SetAlready => "Das war schon gestellt.".into(),
        TimerRemark::NotKept => {
            "Aber ich kann es nicht aufschreiben, bei einem Stromausfall wäre es verloren.".into()
        }
        TimerRemark::Will(deed) => format!("Das mache ich{}.", order(deed)),
        TimerRemark::WillTakeBack(at) => format!("Das nehme ich {} zurück.", due(at)),
        TimerRemark::WillNotTakeBack(at) => format!("Das ändere ich {} nicht.", due(at)),
        TimerRemark::WillNot(deed) => format!("Das mache ich nicht{}.", order(deed)),
        TimerRemark::Cancelled(one) => format!("{} ist gelöscht.", capital(&the(one))),
        TimerRemark::CancelledMany(kind, count) => {
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            format!(
                "{} {} sind gelöscht.",
                capital(&speak::whole(count)),
                plural(*kind)
            )
        }
        TimerRemark::NoneSet(kind) => format!("Es gibt keine {}.", plural(*kind)),
        TimerRemark::NoneOn(kind, day) => {
            format!("Es gibt {day} {} {}.", none(*kind), noun(*kind))
        }
        TimerRemark::NothingScheduled => "Es ist nichts geplant.".into(),
        TimerRemark::AllSet(kind, entries) => all_set(*kind, entries),
        TimerRemark::Now(entries) => capital(&format!("{}.", listed(&clauses(entries)))),
        TimerRemark::ChangedTo(entries) => {
            format!("In Ordnung, {}.", listed(&clauses(entries)))
        }
        TimerRemark::LeftNow(left) => {
            let left = left.iter().map(|left| standing(&Standing::Left(*left)));
            format!("In Ordnung, {}.", listed(&left.collect::<Vec<_>>()))
        }
        TimerRemark::Snoozed(seconds) => format!("Noch einmal in {}.", length_in(*seconds)),
        TimerRemark::AlarmMoved(at) => format!("Der Wecker klingelt jetzt {}.", due(at)),
        TimerRemark::RingsNext(one, next) => format!(
            "{} klingelt das nächste Mal {}.",
            capital(&the(one)),
            match day(next) {
                day if day.is_empty() => "heute".into(),
                day => day,
            }
        ),
    }
}

/// The whole sentence.
pub(super) fn announce(heard: &Announcement<'_>) -> String {
    match heard {
        Announcement::NotesLost => "Meine Notizen über Timer und Wecker waren beschädigt, einige oder alle sind verloren. Bitte frag mich, welche noch da sind.".into(),
        Announcement::NotesUnreadable => {
            "Ich kann meine Notizen nicht lesen und weiß nicht, welche Timer und Wecker gestellt sind.".into()
        }
        Announcement::NotesLater => "Meine Notizen stammen von einer neueren Version von mir, ich weiß also nicht, welche Timer und Wecker gestellt sind.".into(),
        Announcement::FormerFile => "In meiner Konfiguration ist ein Fehler, ich mache mit der vorigen weiter.".into(),
        Announcement::TimerOver(timer) => format!("{} ist abgelaufen.", capital(&the(timer))),
        Announcement::AlarmRings(time) => format!("Es ist {}. Dein Wecker.", speak::time(*time)),
        Announcement::Reminds(of) => format!("Eine Erinnerung: {}.", turned(of)),
        Announcement::CommandDue(deed) => format!("Das mache ich jetzt{}.", order(deed)),
        Announcement::MissedSomething => "Du hast etwas verpasst.".into(),
        Announcement::MissedTimer(timer, at) => {
            format!("{} ist {} abgelaufen.", capital(&the(timer)), past(at))
        }
        Announcement::MissedAlarm(at) => format!("Dein Wecker sollte {} klingeln.", past(at)),
        Announcement::MissedReminder(of, at) => {
            format!("Ich sollte dich {} erinnern: {}.", past(at), turned(of))
        }
        Announcement::CutOff(deed, at) => format!(
            "Mir ist {} der Strom ausgefallen. Vielleicht habe ich das nicht getan: {}.",
            past(at),
            turned(deed)
        ),
        Announcement::WasOff(deed, at) => {
            format!("Ich war {} aus und habe das nicht getan{}.", past(at), order(deed))
        }
    }
}

/// A part of a sentence.
pub(super) fn phrase(phrase: &Phrase<'_>) -> String {
    match phrase {
        Phrase::Item(one) => item(one),
        Phrase::Noun(kind) => noun(*kind).into(),
        Phrase::Told(told) => clause(told),
        Phrase::Standing(how) => standing(how),
        Phrase::The(one) => the_accusative(one),
        Phrase::OneWithLeft(seconds) => format!("den mit noch {}", length_in(*seconds)),
        Phrase::OneDue(at) => format!("den {}", due(at)),
        Phrase::AllOfThem => "alle".into(),
        Phrase::Without => "ohne".into(),
        Phrase::List(items) => listed(items),
    }
}

/// "a, b und c"; of many only the first.
pub(super) fn listed(items: &[String]) -> String {
    let shown = &items[..items.len().min(MAX_TOLD)];
    let more = items.len() - shown.len();
    match (shown, more) {
        ([], _) => String::new(),
        ([one], _) => one.clone(),
        ([head @ .., last], 0) => format!("{} und {last}", head.join(", ")),
        (all, more) => {
            let more = speak::whole(i64::try_from(more).unwrap_or(i64::MAX));
            format!("{} und {more} weitere", all.join(", "))
        }
    }
}

pub(super) const fn noun(kind: Noun) -> &'static str {
    match kind {
        Noun::Timer => "Timer",
        Noun::Alarm => "Wecker",
        Noun::Reminder => "Erinnerung",
        Noun::Command => "geplanten Befehl",
    }
}

const fn plural(kind: Noun) -> &'static str {
    match kind {
        Noun::Timer => "Timer",
        Noun::Alarm => "Wecker",
        Noun::Reminder => "Erinnerungen",
        Noun::Command => "geplanten Befehle",
    }
}

/// An entry with its name: "Pasta-Timer", "Timer namens grüne Farbe".
pub(super) fn named(kind: Noun, name: &str) -> String {
    if name.contains(' ') {
        format!("{} namens {name}", noun(kind))
    } else {
        format!("{}-{}", capital(name), noun(kind))
    }
}

fn all_set(kind: Noun, entries: &[Told<'_>]) -> String {
    let told = clauses(entries);
    match (entries, kind) {
        ([_], Noun::Command) => format!("Das ist geplant{}.", listed(&told)),
        (_, Noun::Command) => format!("Das ist geplant: {}.", listed(&told)),
        (
            [
                Told {
                    standing: Standing::Set(at),
                    ..
                },
            ],
            Noun::Alarm,
        ) => say(&TimerRemark::AlarmSet(*at)),
        ([_], Noun::Timer) => say(&TimerRemark::Now(entries.to_vec())),
        ([_], _) => {
            let one = match gender(kind) {
                Gender::Masculine => "einen",
                Gender::Feminine => "eine",
            };
            format!("Es gibt {one} {}: {}.", noun(kind), listed(&told))
        }
        (many, _) => {
            let count = speak::whole(i64::try_from(many.len()).unwrap_or(i64::MAX));
            format!("Es gibt {count} {}: {}.", plural(kind), listed(&told))
        }
    }
}

/// "Pasta-Timer", "Timer über zehn Minuten", "Wecker um sieben Uhr morgens",
/// "Erinnerung: deine Mutter anrufen".
fn item(item: &Item<'_>) -> String {
    match item {
        Item::Timer(name) => named(Noun::Timer, name),
        Item::TimerOf(seconds) => format!("Timer über {}", length(*seconds)),
        Item::Alarm(time, days) if days.is_empty() => format!("Wecker {}", at_clock(*time)),
        Item::Alarm(time, days) => format!("Wecker {} {}", speak::days(*days), at_clock(*time)),
        Item::AlarmOf(seconds) => format!("Wecker über {}", length(*seconds)),
        Item::Reminder(of) => format!("Erinnerung: {}", turned(of)),
        Item::Command(deed) => turned(deed.deed),
    }
}

const fn kind_of(item: &Item<'_>) -> Noun {
    match item {
        Item::Timer(_) | Item::TimerOf(_) => Noun::Timer,
        Item::Alarm(..) | Item::AlarmOf(_) => Noun::Alarm,
        Item::Reminder(_) => Noun::Reminder,
        Item::Command(_) => Noun::Command,
    }
}

/// With its article, as the subject of a sentence.
fn the(one: &Item<'_>) -> String {
    match kind_of(one) {
        Noun::Reminder => format!("die {}", item(one)),
        Noun::Command => format!("der Befehl „{}“", item(one)),
        Noun::Timer | Noun::Alarm => format!("der {}", item(one)),
    }
}

fn the_accusative(one: &Item<'_>) -> String {
    match kind_of(one) {
        Noun::Reminder => format!("die {}", item(one)),
        Noun::Command => format!("den Befehl „{}“", item(one)),
        Noun::Timer | Noun::Alarm => format!("den {}", item(one)),
    }
}

/// What a command is to do, as it follows "das mache ich": " um zwölf Uhr mittags:
/// schalte das Licht aus".
fn order(order: &CommandEntry<'_>) -> String {
    let when = order.due.as_ref();
    let when = when.map_or_else(String::new, |at| format!(" {}", due(at)));
    let deed = turned(order.deed);
    if order.takes_back {
        format!("{when}: zurücknehmen, was ich getan habe ({deed})")
    } else {
        format!("{when}: {deed}")
    }
}

fn clauses(entries: &[Told<'_>]) -> Vec<String> {
    entries.iter().map(clause).collect()
}

/// "der Pasta-Timer hat noch drei Minuten"
fn clause(told: &Told<'_>) -> String {
    match (&told.item, &told.standing) {
        (Item::Command(deed), _) => order(deed).trim_start().to_owned(),
        (Item::Reminder(of), Standing::Set(at)) => format!("{}: {}", due(at), turned(of)),
        (_, Standing::Set(at)) => format!("einer {}", due(at)),
        (one, Standing::Left(_)) => format!("{} hat {}", the(one), standing(&told.standing)),
        (one, how) => format!("{} {}", the(one), standing(how)),
    }
}

/// "noch drei Minuten", "morgen früh um sieben Uhr"
fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Ringing => "klingelt".into(),
        Standing::Begun => "wird gerade ausgeführt".into(),
        Standing::Missed(at) => format!("war {} fällig", past(at)),
        Standing::Paused(left) => format!("ist angehalten mit noch {}", length_in(*left)),
        Standing::Left(left) => format!("noch {}", length(*left)),
        Standing::Set(at) => due(at),
    }
}

/// "morgen früh um halb sieben", "in zehn Minuten", "jeden Montag um sieben Uhr
/// morgens".
fn due(due: &Due) -> String {
    match due {
        Due::In(seconds) => format!("in {}", length_in(*seconds)),
        Due::At(at) => at_day_time(at, &day(at)),
        Due::Weekly(time, days) => format!("{} {}", speak::days(*days), at_clock(*time)),
    }
}

/// "gestern um sieben Uhr morgens"
fn past(at: &DayTime) -> String {
    at_day_time(at, &past_day(at))
}

fn at_day_time(at: &DayTime, day: &str) -> String {
    let clock = at_clock(at.at.time());
    match clock.strip_suffix(" morgens") {
        Some(clock) if day == "morgen" => format!("morgen früh {clock}"),
        _ if day.is_empty() => clock,
        _ => format!("{day} {clock}"),
    }
}

fn at_clock(time: jiff::civil::Time) -> String {
    format!("um {}", speak::time(time))
}

fn length(seconds: u64) -> String {
    speak::duration(seconds, Case::Accusative)
}

fn length_in(seconds: u64) -> String {
    speak::duration(seconds, Case::Dative)
}

/// "morgen", "am Dienstag"; nothing today.
fn day(DayTime { at, today }: &DayTime) -> String {
    let date = at.date();
    match (date - *today).get_days() {
        0 => String::new(),
        1 => "morgen".into(),
        2..=6 => format!("am {}", speak::weekday(date)),
        _ => format!("am {}", speak::on_date(date, Some(*today))),
    }
}

/// "gestern", "am Dienstag"; nothing today.
fn past_day(DayTime { at, today }: &DayTime) -> String {
    match at.date() {
        date if date == *today => String::new(),
        date if date.checked_add(1.day()).is_ok_and(|next| next == *today) => "gestern".into(),
        date if date.checked_add(7.days()).is_ok_and(|week| *today < week) => {
            format!("am {}", speak::weekday(date))
        }
        date => format!("am {}", speak::on_date(date, None)),
    }
}

/// What a person said of themselves, said to them: "meine Mutter anzurufen"
/// becomes "deine Mutter anrufen". With "ich" in it, its verb would have to change
/// as well: then it stays.
fn turned(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().any(|word| word.eq_ignore_ascii_case("ich")) {
        return text.to_owned();
    }
    let mut said: Vec<String> = words.iter().map(|word| to_you(word)).collect();
    if let Some(last) = said.pop() {
        let plain = without_to(&last);
        if plain == last && said.last().is_some_and(|word| word == "zu") && last.ends_with('n') {
            said.pop();
        }
        said.push(plain);
    }
    said.join(" ")
}

fn to_you(word: &str) -> String {
    let lower = word.to_lowercase();
    match lower.as_str() {
        "mich" => "dich".into(),
        "mir" => "dir".into(),
        _ => match lower.strip_prefix("mein") {
            Some(ending) if ["", "e", "en", "em", "er", "es"].contains(&ending) => {
                format!("dein{ending}")
            }
            _ => word.to_owned(),
        },
    }
}

/// "anzurufen" is "anrufen".
fn without_to(word: &str) -> String {
    let parted = verbs::PARTICLES.iter().find_map(|particle| {
        let rest = word.strip_prefix(particle)?.strip_prefix("zu")?;
        (rest.ends_with('n') && 3 < rest.len()).then(|| format!("{particle}{rest}"))
    });
    parted.unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::turned;

    #[test]
    fn what_one_says_of_oneself_is_said_back() {
        for (said, back) in [
            ("meine Mutter anzurufen", "deine Mutter anrufen"),
            ("Milch zu kaufen", "Milch kaufen"),
            ("den Müll rauszubringen", "den Müll rausbringen"),
            ("dass ich den Herd ausmache", "dass ich den Herd ausmache"),
            ("Blumen gießen", "Blumen gießen"),
        ] {
            assert_eq!(turned(said), back);
        }
    }
}
