//! What Mynah can do without the owner describing it: intents that are
//! compiled in, and that the file switches on, off, or words anew.

use super::check::Checker;
use super::written::{Builtin, Choice, File, Intent};
use mynah_core::language::{Tongue, tongue};
use mynah_core::model::{ActionSpec, BuiltinAction};

/// The built-in files of a language, each with its own tests.
struct Texts {
    timers: &'static str,
    alarms: &'static str,
    reminders: &'static str,
    ringing: &'static str,
    clock: &'static str,
    volume: &'static str,
    schedule: &'static str,
    help: &'static str,
}

macro_rules! texts_in {
    ($folder:literal) => {
        Texts {
            timers: include_str!(concat!("../../../assets/builtin/", $folder, "timers.toml")),
            alarms: include_str!(concat!("../../../assets/builtin/", $folder, "alarms.toml")),
            reminders: include_str!(concat!(
                "../../../assets/builtin/",
                $folder,
                "reminders.toml"
            )),
            ringing: include_str!(concat!("../../../assets/builtin/", $folder, "ringing.toml")),
            clock: include_str!(concat!("../../../assets/builtin/", $folder, "clock.toml")),
            volume: include_str!(concat!("../../../assets/builtin/", $folder, "volume.toml")),
            schedule: include_str!(concat!(
                "../../../assets/builtin/",
                $folder,
                "schedule.toml"
            )),
            help: include_str!(concat!("../../../assets/builtin/", $folder, "help.toml")),
        }
    };
}

static ENGLISH: Texts = texts_in!("");
static GERMAN: Texts = texts_in!("de/");

/// Those of the language that is spoken.
fn in_language() -> &'static Texts {
    match tongue() {
        Tongue::English => &ENGLISH,
        Tongue::German => &GERMAN,
    }
}

/// The file's intents, and behind them the built-in ones that are switched
/// on. Of an intent of a built-in one's name, what is not written is built in.
pub(crate) fn add(mut owned: Vec<Intent>, switched: &Builtin) -> Vec<Intent> {
    let sets = |intent: &Intent| {
        let deed = intent
            .action
            .as_ref()
            .and_then(|action| action.r#do.as_deref());
        deed.is_some_and(|deed| deed.ends_with("_set") && deed != "volume_set")
    };
    let rings = owned.iter().any(sets);
    let scheduled = owned.iter().any(may_be_scheduled);
    for built_in in chosen(switched, rings, scheduled)
        .into_iter()
        .flat_map(|text| read(text).intent)
    {
        match owned.iter_mut().find(|own| own.name == built_in.name) {
            None => owned.push(built_in),
            Some(own) => complete(own, built_in),
        }
    }
    owned
}

/// The key of `[builtin]` that switches a built-in intent off, by its name.
pub(crate) fn switch_of(name: &str) -> Option<&'static str> {
    let of = in_language();
    let texts = [
        ("timers", of.timers),
        ("alarms", of.alarms),
        ("reminders", of.reminders),
        ("clock", of.clock),
        ("volume", of.volume),
        ("schedule", of.schedule),
        ("help", of.help),
    ];
    let has = |text: &str| read(text).intent.iter().any(|intent| intent.name == name);
    texts
        .into_iter()
        .find(|(_, text)| has(text))
        .map(|(key, _)| key)
}

/// The file's lists, and behind them those of the built-in intents that it
/// does not have itself.
pub(crate) fn lists(
    mut owned: Vec<(String, Vec<Choice>)>,
    switched: &Builtin,
) -> Vec<(String, Vec<Choice>)> {
    for (name, values) in chosen(switched, false, false)
        .into_iter()
        .flat_map(|text| read(text).lists.0)
    {
        if owned.iter().all(|(own, _)| *own != name) {
            owned.push((name, values));
        }
    }
    owned
}

fn complete(own: &mut Intent, built_in: Intent) {
    own.description = own.description.take().or(built_in.description);
    if own.phrases.is_empty() {
        own.phrases = built_in.phrases;
    }
    for (name, slot) in built_in.slots.0 {
        let declared = own.slots.0.iter().any(|(other, _)| *other == name);
        let mention = format!("{{{name}}}");
        let mentioned = own.phrases.iter().any(|phrase| phrase.contains(&mention));
        if mentioned && !declared {
            own.slots.0.push((name, slot));
        }
    }
    own.confirm = own.confirm.take().or(built_in.confirm);
    own.llm = own.llm.or(built_in.llm);
    own.later = own.later.or(built_in.later);
    // An intent with an action of its own also answers for itself.
    if own.action.is_none() {
        own.action = built_in.action;
        own.reply = own.reply.take().or(built_in.reply);
    }
}

/// Whether the owner's intents can be given for later: then it must be possible
/// to ask for what is scheduled, and to cancel it.
fn may_be_scheduled(intent: &Intent) -> bool {
    let acts = intent.action.as_ref();
    acts.is_some_and(|action| action.r#type != "builtin" && action.r#type != "say")
        && intent.later != Some(false)
}

/// The texts that are switched on. `rings`: the owner's intents set something
/// that must be possible to stop. `scheduled`: they can be given for later.
fn chosen(switched: &Builtin, rings: bool, scheduled: bool) -> Vec<&'static str> {
    let on = |named: Option<bool>| named.unwrap_or(switched.all);
    let (timers, alarms) = (on(switched.timers), on(switched.alarms));
    let reminders = on(switched.reminders);
    let of = in_language();
    let texts = [
        (timers, of.timers),
        (alarms, of.alarms),
        (reminders, of.reminders),
        (timers || alarms || reminders || rings, of.ringing),
        (
            switched.schedule.unwrap_or(scheduled || switched.all),
            of.schedule,
        ),
        (on(switched.clock), of.clock),
        (on(switched.volume), of.volume),
        (on(switched.help), of.help),
    ];
    let texts = texts.into_iter().filter(|(on, _)| *on);
    texts.map(|(_, text)| text).collect()
}

/// A built-in text, its rules put in their places: the owner's file has rules
/// of its own.
fn read(text: &str) -> File {
    let mut file: File = toml::from_str(text).expect("a test reads every built-in file");
    for phrase in file
        .intent
        .iter_mut()
        .flat_map(|intent| &mut intent.phrases)
    {
        // A rule may hold others; each round puts in those of one more level.
        for _ in &file.rules.0 {
            for (name, rule) in &file.rules.0 {
                *phrase = phrase.replace(&format!("<{name}>"), rule);
            }
        }
    }
    file
}

/// Checks a `builtin` action.
pub(crate) fn action(
    checker: &mut Checker<'_>,
    key: &str,
    deed: Option<&str>,
) -> Option<ActionSpec> {
    let Some(name) = deed else {
        let hint = "add `do = \"...\"`, such as \"time_question\"";
        checker.report(key, "the action does not say what to do", hint);
        return None;
    };
    let known = BuiltinAction::ALL.iter().find(|(known, _)| *known == name);
    if known.is_none() {
        let names = BuiltinAction::ALL.map(|(known, _)| known);
        checker.not_among(&format!("{key}.do"), "built-in deed", name, &names);
    }
    known.map(|(_, deed)| ActionSpec::Builtin(*deed))
}

/// The built-in texts as files of their own, each with its tests.
#[cfg(test)]
pub(crate) fn texts() -> [&'static str; 8] {
    let of = in_language();
    [
        of.timers,
        of.alarms,
        of.reminders,
        of.ringing,
        of.schedule,
        of.clock,
        of.volume,
        of.help,
    ]
}

#[cfg(test)]
mod tests {
    use super::texts;
    use mynah_core::language::{Tongue, speak};

    #[test]
    fn the_built_in_intents_are_right() {
        // Each is a file of its own; what sets something brings what stops it.
        for tongue in Tongue::ALL {
            let _speaking = speak(tongue);
            for text in texts() {
                let text = format!("[device]\nlanguage = \"{}\"\n{text}", tongue.code());
                if let Err(problems) = crate::parse(&text) {
                    panic!("{problems:#?}");
                }
            }
        }
        let all = crate::parse("[builtin]\nall = true\nvolume = false\n").expect("a good file");
        let names: Vec<&str> = all
            .intents
            .iter()
            .map(|intent| intent.name.as_str())
            .collect();
        assert!(names.contains(&"timer_set") && names.contains(&"ring_stop"));
        assert!(!names.contains(&"voice_volume_set"));
        assert!(crate::parse("").expect("a good file").intents.is_empty());
    }

    #[test]
    fn an_intent_of_the_same_name_re_words_one() {
        let settings = crate::parse(
            "[builtin]\nclock = true\n[[intent]]\nname = \"time_question\"\n\
             phrases = [\"what is the hour\"]\n",
        )
        .expect("a good file");
        let [time, date, _days] = settings.intents.as_slice() else {
            panic!("three intents: {:?}", settings.intents);
        };
        assert_eq!(
            (time.name.as_str(), date.name.as_str()),
            ("time_question", "date_question")
        );
        assert_eq!((time.phrases.len(), &time.reply), (1, &date.reply));
        assert_ne!(time.action, None);
    }

    #[test]
    fn a_sentence_of_a_built_in_intent_is_the_owners_to_give_away() {
        let problems = crate::parse(
            "[builtin]\nclock = true\n[[intent]]\nname = \"mine\"\n\
             phrases = [\"now\", \"what time is it\"]\n",
        )
        .expect_err("two claim it");
        assert_eq!(problems.len(), 1);
        assert_eq!(
            (problems[0].line, problems[0].key.as_str()),
            (5, "intent[0].phrases[1]")
        );
        assert!(
            problems[0].message.contains("`time_question`"),
            "{problems:?}"
        );
    }
}
