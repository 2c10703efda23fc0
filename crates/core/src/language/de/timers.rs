//! What the box says, in German, of timers, alarms, reminders and commands for
//! later.

use jiff::civil::{Date, Time};

use super::speak::{self, SPEAK};
use super::verbs;
use crate::language::shared::speak::capital;
use crate::language::shared::told::{self, All, Away};
use crate::language::{
    Announcement, CommandEntry, DayTime, Due, Item, Noun, Phrase, Standing, TimerRemark, Told,
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
        TimerRemark::CancelledMany(kind, many) => {
            format!(
                "{} {} sind gelöscht.",
                capital(&count(*many)),
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
        TimerRemark::Snoozed(seconds) => {
            format!("Noch einmal in {}.", speak::duration_in(*seconds))
        }
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
        Phrase::OneWithLeft(seconds) => format!("den mit noch {}", speak::duration_in(*seconds)),
        Phrase::OneDue(at) => format!("den {}", due(at)),
        Phrase::AllOfThem => "alle".into(),
        Phrase::Without => "ohne".into(),
        Phrase::List(items) => listed(items),
    }
}

/// "a, b und c"; of many only the first.
pub(super) fn listed(items: &[String]) -> String {
    told::listed(items, SPEAK.and, |rest| format!("{} weitere", count(rest)))
}

/// A count in words.
fn count(items: usize) -> String {
    speak::whole(i64::try_from(items).unwrap_or(i64::MAX))
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
    let told = listed(&clauses(entries));
    match told::all(kind, entries) {
        All::Commands if entries.len() == 1 => format!("Das ist geplant{told}."),
        All::Commands => format!("Das ist geplant: {told}."),
        All::OneAlarm(at) => say(&TimerRemark::AlarmSet(at)),
        All::OneTimer => say(&TimerRemark::Now(entries.to_vec())),
        All::One => {
            let one = match gender(kind) {
                Gender::Masculine => "einen",
                Gender::Feminine => "eine",
            };
            format!("Es gibt {one} {}: {told}.", noun(kind))
        }
        All::Many(many) => format!("Es gibt {} {}: {told}.", count(many), plural(kind)),
    }
}

/// "Pasta-Timer", "Timer über zehn Minuten", "Wecker um sieben Uhr morgens",
/// "Erinnerung: deine Mutter anrufen".
fn item(item: &Item<'_>) -> String {
    match item {
        Item::Timer(name) => named(Noun::Timer, name),
        Item::TimerOf(seconds) => format!("Timer über {}", length(*seconds)),
        Item::Alarm(time, days) if days.is_empty() => format!("Wecker {}", at_clock(*time)),
        Item::Alarm(time, days) => format!("Wecker {} {}", SPEAK.days(*days), at_clock(*time)),
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
        Standing::Paused(left) => format!("ist angehalten mit noch {}", speak::duration_in(*left)),
        Standing::Left(left) => format!("noch {}", length(*left)),
        Standing::Set(at) => due(at),
    }
}

/// "morgen früh um halb sieben", "in zehn Minuten", "jeden Montag um sieben Uhr
/// morgens".
fn due(due: &Due) -> String {
    match due {
        Due::In(seconds) => format!("in {}", speak::duration_in(*seconds)),
        Due::At(at) => at_day_time(at, &day(at)),
        Due::Weekly(time, days) => format!("{} {}", SPEAK.days(*days), at_clock(*time)),
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

fn at_clock(time: Time) -> String {
    format!("um {}", speak::time(time))
}

fn length(seconds: u64) -> String {
    SPEAK.duration(seconds)
}

/// "morgen", "am Dienstag"; nothing today.
fn day(time: &DayTime) -> String {
    named_day(time, told::ahead(time), "morgen", Some(time.today))
}

/// "gestern", "am Dienstag"; nothing today.
fn past_day(time: &DayTime) -> String {
    named_day(time, told::behind(time), "gestern", None)
}

fn named_day(time: &DayTime, away: Away, next: &str, today: Option<Date>) -> String {
    let date = time.at.date();
    match away {
        Away::Today => String::new(),
        Away::OneDay => next.to_owned(),
        Away::InWeek => format!("am {}", SPEAK.weekday(date)),
        Away::Far => format!("am {}", speak::on_date(date, today)),
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
