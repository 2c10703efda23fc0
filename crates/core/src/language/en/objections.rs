//! What the box says, in English, of words that it cannot account for.

use crate::language::Objection;

/// One or two short sentences, to be spoken.
pub(super) fn say(objection: &Objection) -> String {
    match objection {
        Objection::OutOfRange { min, max, unit } => range(*min, *max, unit.as_deref()),
        Objection::Unknown(name) => format!("I know no {name}."),
        Objection::Exception => {
            "I cannot leave anything out. Please say what you want, one by one.".into()
        }
        Objection::Condition => {
            "I cannot watch for that. I can do it now, or at a time that you say.".into()
        }
        Objection::Change => {
            "I cannot change it by an amount. Please say the value that you want.".into()
        }
        Objection::Recurrence => "I can do that once, but I cannot repeat it.".into(),
        Objection::LooseTime => "Please say until when, or for how long.".into(),
        Objection::VagueTime => "Please say at what time.".into(),
        Objection::NotLater => "I can only do that now.".into(),
        Objection::Times => "I can keep only one time for that.".into(),
        Objection::NoSuchMoment => "There is no such day or time.".into(),
        Objection::Values(values) => format!("Do you want {}? Say one.", one_of(values)),
        Objection::Words(words) => format!("I did not understand \"{words}\"."),
    }
}

fn range(min: Option<f64>, max: Option<f64>, unit: Option<&str>) -> String {
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    match (min, max) {
        (Some(min), Some(max)) => format!("I can set {min} to {max}{unit}."),
        (Some(min), None) => format!("I can set {min}{unit} and more."),
        (None, Some(max)) => format!("I can set up to {max}{unit}."),
        (None, None) => "I cannot set that number.".into(),
    }
}

fn one_of(values: &[String]) -> String {
    match values.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "that".into(),
    }
}
