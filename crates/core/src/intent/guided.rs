//! What no phrase matches, understood with a language model: it names the
//! intent, the words themselves fill the slots, and nothing is done that
//! grammar, words and model do not agree on.

mod fill;
mod form;
mod hints;
mod llm_session;
mod mood;
mod prompt;
mod reason;
mod slots;
mod weigh;

use super::account::Sentence;
use super::{IntentError, IntentParser};
use crate::language::{Objection, Question, spoken};
use crate::llm::{LanguageModel, LlmError};
use crate::model::{IntentSpec, Settings};
use crate::turn::{Intent, LlmCost, Route, Transcript, Understanding};
use crate::{grammar, intent::Likeness};
use form::Form;
use jiff::civil::DateTime;
use llm_session::LlmSession;
use mood::Mood;
pub use mood::asks_something;
pub use reason::reason;
pub use slots::changed;
use slots::{Filled, fill_slots};
use weigh::weigh;

/// So many slots of one intent are not in a sentence by chance.
const ENOUGH: usize = 2;

/// Sureness of an intent whose every slot was said, and of one with a slot that
/// was hinted at.
const SAID: f32 = 0.85;
const INFERRED: f32 = 0.7;

/// Sureness of an intent that the person is asked about.
const SUPPOSED: f32 = 0.5;

/// What is so near in meaning to an intent's sentences, as a cosine, may be
/// meant, and is asked about. all-MiniLM-L6-v2 puts six in ten sentences in
/// other words over it, and a sixth of chatter, most of which lacks the
/// intent's values.
const NEAR: f32 = 0.5;

/// Below this a choice of the model is not acted on unasked.
const FAR: f32 = 0.25;

/// Sentences of an intent that meanings are compared with.
const WAYS: usize = 20;

/// Understands with a language model, by guided slot filling.
pub struct GuidedParser {
    model: Box<dyn LanguageModel>,
    likeness: Option<Box<dyn Likeness>>,
    intents: Vec<IntentSpec>,
    names: Vec<String>,
    timeout_ms: u32,
}

impl GuidedParser {
    /// A parser for these intents, those apart that the model is not to know.
    /// It begins to read them at once; the first command waits for it.
    #[must_use]
    pub fn new(mut model: Box<dyn LanguageModel>, settings: &Settings) -> Self {
        let mut settings = settings.clone();
        settings.intents.retain(|intent| intent.llm);
        if let Err(error) = model.prime_later(&prompt::prefix(&settings)) {
            tracing::warn!(%error, "the language model cannot be primed yet");
        }
        let intents = settings.intents.iter();
        let names = intents.map(|intent| intent.name.clone());
        let names = names.chain([prompt::NONE.to_owned()]).collect();
        Self {
            model,
            likeness: None,
            intents: settings.intents,
            names,
            timeout_ms: settings.llm.timeout_ms,
        }
    }

    /// Lets what is near in [`ways`] have a say.
    #[must_use]
    pub fn with_likeness(self, likeness: Box<dyn Likeness>) -> Self {
        let likeness = Some(likeness);
        Self { likeness, ..self }
    }
}

/// What the language model is primed with: the intents and examples of a file.
#[must_use]
pub fn primed_prompt(settings: &Settings) -> crate::llm::Prompt {
    prompt::prefix(settings)
}

/// The words of an intent's phrases, slots aside, in canonical form.
pub(crate) fn own_words(intent: &IntentSpec) -> Vec<String> {
    prompt::own_words(intent)
}

/// Sentences of each intent that the model knows, for [`GuidedParser::with_likeness`].
#[must_use]
pub fn ways(settings: &Settings) -> Vec<Vec<String>> {
    let intents = settings.intents.iter().filter(|intent| intent.llm);
    intents.map(|intent| prompt::ways(intent, WAYS)).collect()
}

/// An intent as a person says it, from the owner's phrases: "turn off the
/// kitchen light".
#[must_use]
pub fn meaning(spec: &IntentSpec, intent: &Intent) -> String {
    // A number by which the appliance knows an entry is said by nobody.
    let said = intent.slots.iter();
    let said = said.filter(|slot| spec.slot(&slot.name).is_some());
    let said = said.map(|slot| (slot.name.clone(), slot.spoken.clone()));
    prompt::meaning(spec, &said.collect::<Vec<_>>())
}

impl IntentParser for GuidedParser {
    fn parse(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Result<Understanding, IntentError> {
        let mut llm = LlmSession {
            model: self.model.as_mut(),
            left_ms: self.timeout_ms,
            cost: LlmCost::default(),
            whole: String::new(),
        };
        let text = prompt::harmless(&transcript.text);
        let likeness = self.likeness.as_mut();
        let near = likeness.and_then(|likeness| likeness.to_intents(&text));
        let near = |intent: &IntentSpec| -> Option<f32> {
            let at = self.intents.iter().position(|i| i.name == intent.name)?;
            near.as_ref()?.get(at).copied()
        };
        let found = understand(&mut llm, &self.intents, &self.names, &near, &text, now);
        let llm = llm.cost;
        let found = found.map_err(|error| IntentError::Llm(error.to_string()))?;
        Ok(match found {
            None => Understanding {
                llm,
                ..Understanding::default()
            },
            Some(Found::Objection(objection)) => Understanding {
                objection: Some(spoken().objection(&objection)),
                route: Route::Llm,
                llm,
                ..Understanding::default()
            },
            Some(Found::Intent {
                intent,
                confidence,
                doubt,
            }) => Understanding {
                intents: vec![intent],
                doubt,
                route: Route::Llm,
                confidence,
                llm,
                ..Understanding::default()
            },
        })
    }
}

enum Found {
    /// Something to do, after a question if there is a doubt.
    Intent {
        intent: Intent,
        confidence: f32,
        /// What the person is asked before anything is done.
        doubt: Option<String>,
    },
    /// Something that is named and cannot be done as it was said.
    Objection(Objection),
}

/// The cosine of the words and an intent's sentences, where it is known.
type Near<'a> = &'a dyn Fn(&IntentSpec) -> Option<f32>;

/// A sentence as the guided route sees it.
struct Said {
    sentence: Sentence,
    /// All of its words.
    words: Vec<String>,
    /// The text without its time, which the model need not see.
    command: String,
    /// The words of that text from the request behind a report on: of "I left
    /// the light on, can you turn it off" the second half.
    request: Vec<String>,
    /// Index in `words` of the first of the request.
    request_at: usize,
}

impl Said {
    fn read(text: &str, now: DateTime) -> Self {
        let sentence = Sentence::read(text, spoken(), now);
        let words = sentence.texts();
        let command = sentence
            .without_timing(text)
            .map_or_else(|| text.to_owned(), |(rest, _)| rest);
        let request_at = sentence.request(spoken());
        let request = if request_at > 0 {
            words[request_at..].to_vec()
        } else {
            grammar::canonical(&command)
        };
        Self {
            sentence,
            words,
            command,
            request,
            request_at,
        }
    }

    fn form(&self, intents: &[IntentSpec]) -> Form {
        let own: Vec<String> = intents.iter().flat_map(prompt::own_words).collect();
        form::form(&self.sentence, &own)
    }

    /// What is meant, with the words that say when, if it is for later.
    fn with_time(&self, meaning: &str, later: bool) -> String {
        let timing = self.sentence.timings.iter().find(|time| time.when.is_ok());
        match timing {
            Some(time) if later => {
                format!("{meaning} {}", self.words[time.from..time.to].join(" "))
            }
            _ => meaning.to_owned(),
        }
    }

    fn mood(&self) -> Mood {
        mood::mood(&self.request.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// The whole decision: `None` is "nobody wants anything of me".
fn understand(
    llm: &mut LlmSession<'_>,
    intents: &[IntentSpec],
    names: &[String],
    near: Near<'_>,
    text: &str,
    now: DateTime,
) -> Result<Option<Found>, LlmError> {
    let said = Said::read(text, now);
    let words = &said.words;
    let mood = said.mood();
    if mood == Mood::Idle {
        return Ok(None);
    }
    let form = said.form(intents);
    // Of such a sentence only a question in it is answered.
    let tells = mood != Mood::Question && form == Form::Statement;
    let fits = |intent: &&IntentSpec| {
        (mood != Mood::Question || answers(intent) && mood::asks_of_now(words, intent))
            && (!tells || answers(intent) && mood::asks(words))
            && fill::feasible(intent, words, now)
            && !fill::ignores(intent, intents, words, now)
    };
    let fitting: Vec<&IntentSpec> = intents.iter().filter(fits).collect();
    if fitting.is_empty() {
        return Ok(None);
    }
    let answer = llm.begin(&said.command, names)?;
    let chosen = answer.and_then(|name| intents.iter().find(|intent| intent.name == name));
    let Some((mut spec, mut sure)) = choose_intent(chosen, &fitting, near, words, now) else {
        return Ok(None);
    };
    // Who tells something and asks nothing hardly wants to be told.
    sure &= !answers(spec) || mood == Mood::Question || mood::asks(words);
    let Some(mut filled) = fill_slots(llm, spec, &said, now)? else {
        return Ok(None);
    };
    // "Make the room dark" says what the light needs, not what the blinds do.
    if !filled.whole
        && let Some(other) = best_filled_intent(&fitting, words, now)
        && other.name != spec.name
        && let Some(others) = fill_slots(llm, other, &said, now)?
        && others.inferred
    {
        (spec, filled, sure) = (other, others, false);
    }
    let mut balance = weigh(spec, &filled, &said, now);
    // "Tonight" may be now, which only the person knows.
    let loose = balance.objection == Some(Objection::LooseTime) && filled.whole;
    if let Some(objection) = balance.objection.take_if(|_| !loose) {
        return Ok(sure.then_some(Found::Objection(objection)));
    }
    if loose {
        balance.objection = None;
        sure = false;
    }
    sure &= !balance.doubtful;
    let deed = !answers(spec);
    if deed && form == Form::Fragment {
        if balance.bare {
            return Ok(None);
        }
        sure &= balance.stray.is_none() || form::is_courteous(words);
    }
    let supposed = deed && matches!(form, Form::Perhaps | Form::Statement);
    // What it is asked for would not be what was meant.
    if !filled.whole
        && let Some(stray) = balance.stray.take()
    {
        return Ok(sure.then_some(Found::Objection(Objection::Words(stray))));
    }
    let plain = !supposed && !filled.inferred && !mood::is_doubtful(&said.request);
    if sure && !plain && !confirm_with_model(llm, spec, &filled)? {
        // What is near in meaning may yet be meant.
        sure = false;
        match nearest_by_embedding(&fitting, near) {
            None => return Ok(None),
            Some(other) if other.name != spec.name => {
                let Some(others) = fill_slots(llm, other, &said, now)? else {
                    return Ok(None);
                };
                (spec, filled) = (other, others);
                balance = weigh(spec, &filled, &said, now);
            }
            Some(_) => {}
        }
    }
    sure &= !supposed;
    if !sure && (!filled.whole || balance.objection.is_some()) {
        return Ok(None);
    }
    let meaning = prompt::meaning(spec, &filled.heard);
    let confidence = match (sure, filled.inferred) {
        (false, _) => SUPPOSED,
        (true, true) => INFERRED,
        (true, false) => SAID,
    };
    Ok(Some(Found::Intent {
        intent: Intent {
            name: spec.name.clone(),
            slots: filled.slots,
            when: balance.when,
        },
        confidence,
        doubt: (!sure).then(|| {
            if loose {
                Question::DoNow(&meaning).said()
            } else {
                let meaning = said.with_time(&meaning, balance.when.is_some());
                Question::MeantCommand(&meaning).said()
            }
        }),
    }))
}

/// Whether the model stands by its choice when asked.
fn confirm_with_model(
    llm: &mut LlmSession<'_>,
    spec: &IntentSpec,
    filled: &Filled,
) -> Result<bool, LlmError> {
    let meaning = prompt::meaning(spec, &filled.heard);
    let texts = spoken().prompt();
    let yes_no = [texts.yes.to_owned(), texts.no.to_owned()];
    let verdict = llm.choose(&prompt::really(&meaning), "", &yes_no)?;
    Ok(verdict.as_deref() == Some(texts.yes))
}

/// The intent that the words can mean, and whether it is the model's own
/// choice; if not, the person is asked.
fn choose_intent<'a>(
    chosen: Option<&IntentSpec>,
    fitting: &[&'a IntentSpec],
    near: Near<'_>,
    words: &[String],
    now: DateTime,
) -> Option<(&'a IntentSpec, bool)> {
    let own = chosen.and_then(|chosen| fitting.iter().find(|intent| intent.name == chosen.name));
    if let Some(own) = own {
        return Some((*own, near(own).is_none_or(|near| FAR < near)));
    }
    let other = chosen.and_then(|chosen| fill::nearest(chosen, fitting, words));
    let other = other.or_else(|| best_filled_intent(fitting, words, now));
    let other = other.or_else(|| nearest_by_embedding(fitting, near))?;
    Some((other, false))
}

/// The intent whose sentences are nearest in meaning, if they are near.
fn nearest_by_embedding<'a>(fitting: &[&'a IntentSpec], near: Near<'_>) -> Option<&'a IntentSpec> {
    let ranked = fitting
        .iter()
        .filter_map(|intent| Some((near(intent)?, *intent)));
    let (best, intent) = ranked.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (NEAR < best).then_some(intent)
}

/// The one intent for which the words hold more than for any other, and all
/// that it needs: a room and a colour, say. A small model answers "none" to
/// much that is worded unlike the examples; then the person is asked.
fn best_filled_intent<'a>(
    fitting: &[&'a IntentSpec],
    words: &[String],
    now: DateTime,
) -> Option<&'a IntentSpec> {
    let filled = |intent: &IntentSpec| -> usize {
        let mut count = 0;
        for slot in &intent.slots {
            match fill::said(slot, words, now) {
                fill::Said::One(_) => count += 1,
                fill::Said::Implied(all) if hints::hinted(&all, words).is_some() => count += 1,
                _ if slot.optional || slot.default.is_some() => {}
                _ => return 0,
            }
        }
        count
    };
    let mut ranked: Vec<_> = fitting
        .iter()
        .map(|intent| ((filled(intent), fill::common(intent, words)), *intent))
        .collect();
    ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match ranked.as_slice() {
        [(first, intent), rest @ ..] if ENOUGH <= first.0 => {
            let unique = rest.first().is_none_or(|(second, _)| second < first);
            unique.then_some(*intent)
        }
        _ => None,
    }
}

/// Whether the intent answers a question rather than changes the world.
fn answers(intent: &IntentSpec) -> bool {
    let tells = intent
        .description
        .split_whitespace()
        .next()
        .is_some_and(|verb| {
            let verbs = spoken().moods().answers;
            verbs.contains(&verb.to_lowercase().as_str())
        });
    tells
        || prompt::sentences(intent).iter().any(|sentence| {
            let words = grammar::canonical(sentence);
            mood::mood(&words.iter().map(String::as_str).collect::<Vec<_>>()) == Mood::Question
        })
}
