//! What the box says, in German, of what it does, of why it does not, and of what
//! it has to ask. What it says of timers is in `timers`.

use jiff::civil::Date;

use super::speak::{self, SPEAK};
use super::timers::{self, Gender};
use crate::language::shared::speak::capital;
use crate::language::{Missing, Question, Refusal, Remark};

/// The whole sentence.
pub(super) fn say(remark: &Remark<'_>) -> String {
    match remark {
        Remark::Okay => "In Ordnung.".into(),
        Remark::Audible => "Man hört mich wieder.".into(),
        Remark::Loudest => "Lauter kann ich nicht.".into(),
        Remark::Volume(percent) => format!("Lautstärke {percent} Prozent."),
        Remark::Welcome => "Gern geschehen.".into(),
        Remark::NotInText => "Das weiß ich leider nicht.".into(),
        Remark::ClockDoubtful => "Meine Uhr geht vielleicht falsch.".into(),
        Remark::Time(time) => format!("Es ist {}.", speak::time(*time)),
        Remark::Date(date) => format!("Heute ist {}.", SPEAK.date(*date, None)),
        Remark::DateOf { date, today, asked } => date_of(*date, *today, asked),
        Remark::DaysUntil { days, date } => days_until(*days, *date),
        Remark::Can { deeds, more: false } => {
            format!("Das kann ich: {}.", timers::listed(deeds))
        }
        Remark::Can { deeds, more: true } => format!(
            "Das kann ich unter anderem: {}. Frag noch einmal, wenn du mehr hören willst.",
            timers::listed(deeds)
        ),
        Remark::CanNothing => "Ich kann noch nichts.".into(),
        Remark::ActionError => "In Ordnung, ich habe es rückgängig gemacht.".into(),
        Remark::NothingSaid => "Ich habe noch nichts gesagt.".into(),
        Remark::NothingHeard => "Ich habe noch nichts gehört.".into(),
        Remark::Heard(words) => format!("Ich habe gehört: {words}"),
        Remark::Timer(remark) => timers::say(remark),
        Remark::Announcement(heard) => timers::announce(heard),
        Remark::Refusal(refusal) => refuse(refusal),
        Remark::Question(question) => ask(question),
    }
}

fn refuse(refusal: &Refusal<'_>) -> String {
    match refusal {
        Refusal::NotHeard(missing) => format!("Ich habe nicht gehört, {}.", part(*missing)),
        Refusal::TimeUnknown => {
            "Ich kenne die Uhrzeit noch nicht: Meine Uhr ist nicht gestellt.".into()
        }
        Refusal::DateUnknown => {
            "Ich kenne das Datum noch nicht: Meine Uhr ist nicht gestellt.".into()
        }
        Refusal::ClockNotSet => {
            "Ich kenne die Uhrzeit noch nicht, weil meine Uhr nicht gestellt ist.".into()
        }
        Refusal::TimeOver => "Diese Zeit ist schon vorbei.".into(),
        Refusal::Over => "Das ist schon vorbei.".into(),
        Refusal::TooFar => "Das ist mehr als ein Jahr hin.".into(),
        Refusal::OnlyForGood(deed) => format!("Das kann ich nur auf Dauer tun: {deed}."),
        Refusal::OnlyAtOnce(deed) => format!("Das kann ich nur sofort tun, nicht später: {deed}."),
        Refusal::NotTakenBack(deed) => {
            format!("Das kann ich nicht von selbst zurücknehmen: {deed}.")
        }
        Refusal::Forgotten(deed) => {
            format!("Das sollte ich jetzt tun, aber ich weiß nicht mehr, wie: {deed}.")
        }
        Refusal::NothingToUndo => "Es gibt nichts rückgängig zu machen.".into(),
        Refusal::NothingWasDone => {
            "Das hat nicht geklappt, also gibt es nichts rückgängig zu machen.".into()
        }
        Refusal::CannotUndo => "Entschuldigung, das kann ich nicht rückgängig machen.".into(),
        Refusal::NotUndone => "Entschuldigung, das konnte ich nicht rückgängig machen.".into(),
        Refusal::UnknownDeed => "Ich weiß nicht, wie das geht.".into(),
        Refusal::TooMany => "Es sind schon zu viele.".into(),
        Refusal::NotesUnreadable => {
            "Ich kann meine Notizen nicht lesen und weiß deshalb nicht, was gestellt ist.".into()
        }
        Refusal::NoSuch(kind) => {
            format!("Es gibt {} {}.", timers::none(*kind), timers::noun(*kind))
        }
        Refusal::NoneNamed(kind, name) => {
            format!(
                "Es gibt {} {}.",
                timers::none(*kind),
                timers::named(*kind, name)
            )
        }
        Refusal::NoneOfLength(kind, seconds) => format!(
            "Es gibt {} {} über {}.",
            timers::none(*kind),
            timers::noun(*kind),
            SPEAK.duration(*seconds)
        ),
        Refusal::NoneAtTime(kind, time, _) => format!(
            "Es gibt {} {} für {}.",
            timers::none(*kind),
            timers::noun(*kind),
            speak::time(*time)
        ),
        Refusal::NoneAtPlace(kind, place) => {
            let ending = match timers::gender(*kind) {
                Gender::Masculine => "n",
                Gender::Feminine => "",
            };
            format!(
                "Es gibt {} {}{ending} {}.",
                timers::none(*kind),
                speak::ordinal(*place),
                timers::noun(*kind)
            )
        }
        Refusal::NotRunning => "Er läuft nicht.".into(),
        Refusal::NotPaused => "Er ist nicht angehalten.".into(),
        Refusal::NotRestarted => "Ich kann ihn nicht noch einmal starten.".into(),
        Refusal::NotThatMuchLeft => "So viel Zeit ist nicht mehr übrig.".into(),
        Refusal::NothingRings => "Es klingelt nichts.".into(),
        Refusal::OneAlarmOnly => "Ich kann immer nur einen Wecker verschieben.".into(),
        Refusal::OnlyNextRing => {
            "Ich kann nur das nächste Klingeln eines Weckers auslassen.".into()
        }
        Refusal::NoAnswer(things) => match things {
            [one] => format!("Keine Antwort von: {one}."),
            many => format!("Keine Antwort von: {}.", SPEAK.listing(many, None)),
        },
        Refusal::NotSeen(things) => {
            let things = SPEAK.listing(things, None);
            format!("Ich kann nicht erkennen, ob sich etwas geändert hat bei: {things}.")
        }
    }
}

const fn part(missing: Missing) -> &'static str {
    match missing {
        Missing::Length => "wie lange",
        Missing::Change => "um wie viel",
        Missing::Text => "woran",
        Missing::When => "für wann",
        Missing::NewTime => "auf welche Zeit",
        Missing::Date => "bis wann",
        Missing::Volume => "wie laut",
    }
}

fn ask(question: &Question<'_>) -> String {
    match question {
        Question::Meant(labels) => format!("Meinst du {}?", labels.join(" oder ")),
        Question::MeantThing(thing) => format!("Meinst du {thing}?"),
        Question::MeantCommand(phrase) => format!("Meinst du: {phrase}?"),
        Question::ForAWhile(phrase) => {
            format!("Soll ich das tun und danach von allein rückgängig machen: {phrase}?")
        }
        Question::TakeBack(phrase) => format!("Soll ich das rückgängig machen: {phrase}?"),
        Question::DoNow(phrase) => format!("Soll ich das jetzt tun: {phrase}?"),
        Question::SaidWords(words) => format!("Hast du gesagt: {words}?"),
        Question::Value(slot) => format!("Was soll ich nehmen für: {slot}?"),
        Question::WhichOne(labels) => format!("Was davon: {}?", labels.join(" oder ")),
        Question::LouderOrQuieter => "Lauter oder leiser?".into(),
    }
}

/// Both the day of the week and the date.
fn date_of(date: Date, today: Date, asked: &str) -> String {
    let relation = if date < today { "war" } else { "ist" };
    let asked = asked.trim_start_matches("am ");
    let named = ["heute", "morgen", "übermorgen", "gestern", "vorgestern"];
    let day = if named.contains(&asked) {
        format!(
            "{} {relation} {}",
            capital(asked),
            SPEAK.date(date, Some(today))
        )
    } else {
        format!("Das {relation} {}", SPEAK.date(date, Some(today)))
    };
    format!("Heute ist {}. {day}.", SPEAK.date(today, None))
}

fn days_until(days: i32, date: Date) -> String {
    match days {
        0 => "Das ist heute.".into(),
        1 => "Ein Tag: Es ist morgen.".into(),
        days if days < 0 => "Dieser Tag ist schon vorbei.".into(),
        days => format!(
            "Noch {} Tage, bis {}.",
            speak::whole(days.into()),
            speak::on_date(date, None).replace(", dem", ", den")
        ),
    }
}
