//! What the box says, in German, of words that it cannot account for.

use super::speak::SPEAK;
use crate::language::Objection;
use crate::language::shared::speak::capital;

/// One or two short sentences, to be spoken.
pub(super) fn say(objection: &Objection) -> String {
    match objection {
        Objection::OutOfRange { min, max, unit } => range(*min, *max, unit.as_deref()),
        Objection::Unknown(name) => format!("„{}“ kenne ich nicht.", capital(name)),
        Objection::Exception => {
            "Ich kann nichts ausnehmen. Bitte sag einzeln, was du möchtest.".into()
        }
        Objection::Condition => {
            "Darauf kann ich nicht achten. Ich kann es jetzt tun oder zu einer Uhrzeit.".into()
        }
        Objection::Change => {
            "Um einen Betrag kann ich es nicht ändern. Bitte sag den Wert, den du möchtest.".into()
        }
        Objection::Recurrence => "Das kann ich einmal tun, aber nicht wiederholen.".into(),
        Objection::LooseTime => "Bitte sag, bis wann oder wie lange.".into(),
        Objection::VagueTime => "Bitte sag, um wie viel Uhr.".into(),
        Objection::NotLater => "Das kann ich nur jetzt tun.".into(),
        Objection::Times => "Dafür kann ich mir nur eine Zeit merken.".into(),
        Objection::NoSuchMoment => "Diesen Tag oder diese Zeit gibt es nicht.".into(),
        Objection::Values(values) => {
            let values = SPEAK.listing(values, Some("oder"));
            format!("Möchtest du {values}? Bitte sag eins davon.")
        }
        Objection::Words(words) => format!("„{words}“ habe ich nicht verstanden."),
    }
}

fn range(min: Option<f64>, max: Option<f64>, unit: Option<&str>) -> String {
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let number = |value: f64| value.to_string().replace('.', ",");
    match (min, max) {
        (Some(min), Some(max)) => {
            let (min, max) = (number(min), number(max));
            format!("Ich kann {min} bis {max}{unit} einstellen.")
        }
        (Some(min), None) => format!("Ich kann {}{unit} und mehr einstellen.", number(min)),
        (None, Some(max)) => format!("Ich kann höchstens {}{unit} einstellen.", number(max)),
        (None, None) => "Diese Zahl kann ich nicht einstellen.".into(),
    }
}
