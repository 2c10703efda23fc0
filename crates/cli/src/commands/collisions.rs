//! Sentences of an intent that are understood as something else too: by the
//! other intents' phrases, the built-in ones' included.

use jiff::civil::DateTime;

use super::samples::samples;
use mynah_appliance::runtime::events::intents_line;
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::model::{ActionSpec, IntentSpec, Settings};
use mynah_core::turn::Understanding;

/// Sentences of one phrase that are tried.
const OF_A_PHRASE: usize = 6;

/// Sentences of a file that are tried: a check is to take a second at most.
const OF_A_FILE: usize = 1_000;

/// A sentence that is not clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Collision {
    /// The intent that it is written for.
    pub intent: String,
    /// Which of the intent's phrases, from 0.
    pub phrase: usize,
    pub sentence: String,
    /// What it is understood as.
    pub got: String,
}

/// The first collision of each phrase of the settings' intents.
pub(super) fn find(settings: &Settings) -> Vec<Collision> {
    let parser = PhraseParser::new(settings, &Grammar::compile(settings));
    let mut tried = 0;
    let mut found = Vec::new();
    for intent in &settings.intents {
        for (index, phrase) in intent.phrases.iter().enumerate() {
            let sentences = samples(intent, std::slice::from_ref(phrase), OF_A_PHRASE);
            tried += sentences.len();
            if OF_A_FILE < tried {
                tracing::debug!("the file has more sentences than are compared");
                return found;
            }
            found.extend(sentences.into_iter().find_map(|sentence| {
                let understanding = parser.understand(&sentence, noon());
                let got = unclear(&understanding, intent, &|name| is_own(settings, name))?;
                Some(Collision {
                    intent: intent.name.clone(),
                    phrase: index,
                    sentence,
                    got,
                })
            }));
        }
    }
    found
}

/// A moment for words like "tomorrow"; any will do.
fn noon() -> DateTime {
    jiff::civil::date(2030, 1, 15).at(12, 0, 0, 0)
}

/// Whether an intent is the owner's, rather than one that is built in: nobody
/// but the owner can word one anew.
fn is_own(settings: &Settings, name: &str) -> bool {
    let spec = settings.intent(name);
    spec.is_some_and(|spec| !matches!(spec.action, Some(ActionSpec::Builtin(_))))
}

/// What a sentence is understood as, where that is not the intent alone and one
/// of the two is the owner's.
fn unclear(
    understanding: &Understanding,
    intent: &IntentSpec,
    is_own: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let own = is_own(&intent.name);
    let others = |name: &str| name != intent.name && (own || is_own(name));
    let strange = understanding
        .intents
        .iter()
        .chain(&understanding.rivals)
        .any(|found| others(&found.name));
    if !strange {
        return None;
    }
    let all: Vec<_> = understanding
        .intents
        .iter()
        .chain(&understanding.rivals)
        .cloned()
        .collect();
    let [first, rest @ ..] = all.as_slice() else {
        return None;
    };
    let mut got = intents_line(std::slice::from_ref(first));
    for other in rest {
        got.push_str(", or ");
        got.push_str(&intents_line(std::slice::from_ref(other)));
    }
    Some(got)
}

#[cfg(test)]
mod tests {
    use super::find;
    use mynah_config::{EXAMPLE, parse};

    fn check(file: &str, expected: &[(&str, &str)]) {
        let settings = parse(file).unwrap_or_else(|problems| panic!("{file}: {problems:?}"));
        let found = find(&settings);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|collision| (collision.intent.as_str(), collision.sentence.as_str()))
            .collect();
        assert_eq!(found, expected, "{file}");
    }

    #[test]
    fn a_sentence_that_two_intents_take_is_found() {
        check(
            "[[intent]]\nname = \"light\"\nphrases = [\"turn {state} the {room} light\"]\n\
             slots.state = { values = [\"on\", \"off\"] }\nslots.room = { values = [\"kitchen\"] }\n\
             [[intent]]\nname = \"vacuum\"\nphrases = [\"turn on the kitchen light\"]\n",
            &[
                ("light", "turn on the kitchen light"),
                ("vacuum", "turn on the kitchen light"),
            ],
        );
        check(EXAMPLE, &[]);
    }

    #[test]
    fn a_sentence_that_a_built_in_intent_takes_is_found() {
        check(
            "[builtin]\nhelp = true\n[[intent]]\nname = \"staff\"\nphrases = [\"help me please\"]\n",
            &[("staff", "help me please"), ("help", "help me")],
        );
    }
}
