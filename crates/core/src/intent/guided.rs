//! What no phrase matches, understood with a language model: it names the
//! intent, the words themselves fill the slots, and nothing is done that
//! grammar, words and model do not agree on.

mod fill;
mod hints;
mod mood;
mod prompt;

use crate::llm::{Answer, Ask, LanguageModel, LlmError, chosen};
use jiff::civil::DateTime;

use super::values;
use super::{IntentError, IntentParser};
use crate::grammar;
use crate::intent::Likeness;
use crate::model::{IntentSpec, Settings, SlotSpec};
use crate::turn::{Intent, LlmCost, Route, Slot, Transcript, Understanding};
use fill::{Heard, Said};
use mood::Mood;

/// Tokens of the longest name or value.
const NAME_TOKENS: u32 = 16;

/// Tokens of free text.
const TEXT_TOKENS: u32 = 24;

/// So many slots of one intent are not in a sentence by chance.
const ENOUGH: usize = 2;

/// Sureness of an intent whose every slot was said, and of one with a slot that
/// was hinted at.
const SAID: f32 = 0.85;
const CONCLUDED: f32 = 0.7;

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
    /// The model begins to read about them at once,
    /// and the first command waits for it.
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

/// Sentences of each intent that the model knows, for [`GuidedParser::with_likeness`].
#[must_use]
pub fn ways(settings: &Settings) -> Vec<Vec<String>> {
    let intents = settings.intents.iter().filter(|intent| intent.llm);
    intents.map(|intent| prompt::ways(intent, WAYS)).collect()
}

impl IntentParser for GuidedParser {
    fn parse(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Result<Understanding, IntentError> {
        let mut talk = Talk {
            model: self.model.as_mut(),
            left_ms: self.timeout_ms,
            cost: LlmCost::default(),
            last: Answer::default(),
            whole: String::new(),
        };
        let text = prompt::harmless(&transcript.text);
        let likeness = self.likeness.as_mut();
        let near = likeness.and_then(|likeness| likeness.to_intents(&text));
        let near = |intent: &IntentSpec| -> Option<f32> {
            let at = self.intents.iter().position(|i| i.name == intent.name)?;
            near.as_ref()?.get(at).copied()
        };
        let found = understand(&mut talk, &self.intents, &self.names, &near, &text, now);
        let llm = talk.cost;
        let found = found.map_err(|error| IntentError::Llm(error.to_string()))?;
        Ok(found.map_or_else(
            || Understanding {
                llm,
                ..Understanding::default()
            },
            |found| Understanding {
                intents: vec![found.intent],
                doubt: found.doubt,
                route: Route::Llm,
                confidence: found.confidence,
                llm,
                ..Understanding::default()
            },
        ))
    }
}

/// What was made of the words.
struct Found {
    intent: Intent,
    confidence: f32,
    /// What the person is asked before anything is done.
    doubt: Option<String>,
}

/// The cosine of the words and an intent's sentences, where it is known.
type Near<'a> = &'a dyn Fn(&IntentSpec) -> Option<f32>;

/// The whole decision: `None` is "nobody wants anything of me".
fn understand(
    talk: &mut Talk<'_>,
    intents: &[IntentSpec],
    names: &[String],
    near: Near<'_>,
    text: &str,
    now: DateTime,
) -> Result<Option<Found>, LlmError> {
    let words = grammar::canonical(text);
    let mood = mood::mood(&words.iter().map(String::as_str).collect::<Vec<_>>());
    if mood == Mood::Idle {
        return Ok(None);
    }
    let fits = |intent: &&IntentSpec| {
        (mood != Mood::Question || answers(intent))
            && fill::feasible(intent, &words, now)
            && !fill::ignores(intent, intents, &words, now)
    };
    let fitting: Vec<&IntentSpec> = intents.iter().filter(fits).collect();
    if fitting.is_empty() {
        return Ok(None);
    }
    let answer = talk.begin(&prompt::command(text), names)?;
    let chosen = answer.and_then(|name| intents.iter().find(|intent| intent.name == name));
    let Some((mut spec, mut sure)) = pick(chosen, &fitting, near, &words, now) else {
        return Ok(None);
    };
    // Who tells something and asks nothing hardly wants to be told.
    sure &= !answers(spec) || mood == Mood::Question || mood::asks(&words);
    let Some(mut filled) = fill_slots(talk, spec, &words, now)? else {
        return Ok(None);
    };
    let plain = !filled.concluded && !mood::is_doubtful(&words);
    if sure && !plain && !really(talk, spec, &filled)? {
        // What is near in meaning may yet be meant.
        sure = false;
        match akin(&fitting, near) {
            None => return Ok(None),
            Some(other) if other.name != spec.name => {
                let Some(others) = fill_slots(talk, other, &words, now)? else {
                    return Ok(None);
                };
                (spec, filled) = (other, others);
            }
            Some(_) => {}
        }
    }
    if !sure && !filled.whole {
        return Ok(None);
    }
    let meaning = prompt::meaning(spec, &filled.heard);
    let confidence = match (sure, filled.concluded) {
        (false, _) => SUPPOSED,
        (true, true) => CONCLUDED,
        (true, false) => SAID,
    };
    Ok(Some(Found {
        intent: Intent {
            name: spec.name.clone(),
            slots: filled.slots,
            when: None,
        },
        confidence,
        doubt: (!sure).then(|| format!("Did you mean: {meaning}?")),
    }))
}

/// Whether the model stands by its choice when asked.
fn really(talk: &mut Talk<'_>, spec: &IntentSpec, filled: &Filled) -> Result<bool, LlmError> {
    let meaning = prompt::meaning(spec, &filled.heard);
    let yes_no = ["yes".to_owned(), "no".to_owned()];
    let verdict = talk.choose(&prompt::really(&meaning), "", &yes_no)?;
    Ok(verdict.as_deref() == Some("yes"))
}

/// The intent that the words can mean, and whether it is the model's own
/// choice; if not, the person is asked.
fn pick<'a>(
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
    let other = other.or_else(|| complete(fitting, words, now));
    let other = other.or_else(|| akin(fitting, near))?;
    Some((other, false))
}

/// The intent whose sentences are nearest in meaning, if they are near.
fn akin<'a>(fitting: &[&'a IntentSpec], near: Near<'_>) -> Option<&'a IntentSpec> {
    let ranked = fitting
        .iter()
        .filter_map(|intent| Some((near(intent)?, *intent)));
    let (best, intent) = ranked.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (NEAR < best).then_some(intent)
}

/// The one intent for which the words hold more than for any other, and all
/// that it needs: a room and a colour, say. A small model answers "none" to
/// much that is worded unlike the examples; then the person is asked.
fn complete<'a>(
    fitting: &[&'a IntentSpec],
    words: &[String],
    now: DateTime,
) -> Option<&'a IntentSpec> {
    let filled = |intent: &IntentSpec| -> usize {
        let mut count = 0;
        for slot in &intent.slots {
            match fill::said(slot, words, now) {
                Said::One(_) => count += 1,
                Said::Implied(all) if hints::hinted(&all, words).is_some() => count += 1,
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
            ["say", "says", "tell", "tells", "answer", "answers"]
                .contains(&verb.to_lowercase().as_str())
        });
    tells
        || prompt::sentences(intent).iter().any(|sentence| {
            let words = grammar::canonical(sentence);
            mood::mood(&words.iter().map(String::as_str).collect::<Vec<_>>()) == Mood::Question
        })
}

/// The slots of an intent, filled as far as the words and the model allow.
#[derive(Default)]
struct Filled {
    slots: Vec<Slot>,
    /// Slot names and the words for them.
    heard: Vec<(String, String)>,
    /// One was not said but hinted at.
    concluded: bool,
    /// None is missing that must be there.
    whole: bool,
}

/// `None`: a slot is missing that the intent cannot do without, and nobody may
/// ask for it.
fn fill_slots(
    talk: &mut Talk<'_>,
    intent: &IntentSpec,
    words: &[String],
    now: DateTime,
) -> Result<Option<Filled>, LlmError> {
    let mut filled = Filled {
        whole: true,
        ..Filled::default()
    };
    for spec in &intent.slots {
        let value = match fill::said(spec, words, now) {
            Said::One(heard) => Some(heard),
            Said::Several(all) => one_of(talk, spec, &all)?,
            Said::Implied(all) => {
                let hinted = hints::hinted(&all, words);
                filled.concluded |= hinted.is_some();
                hinted
            }
            Said::Free => quote(talk, spec, words, now)?,
            Said::Nothing => None,
        };
        match value {
            Some(Heard { reading, words }) => {
                filled.slots.push(fill::slot(spec, &reading));
                filled.heard.push((spec.name.clone(), words));
            }
            // A value that was neither said nor hinted at is asked for.
            None if fill::may_be_missing(spec) || fill::may_be_implied(spec) => {
                filled.whole &= spec.optional || spec.default.is_some();
            }
            None => return Ok(None),
        }
    }
    Ok(Some(filled))
}

fn one_of(talk: &mut Talk<'_>, spec: &SlotSpec, all: &[Heard]) -> Result<Option<Heard>, LlmError> {
    let words: Vec<String> = all.iter().map(|heard| heard.words.clone()).collect();
    let (question, opener) = prompt::which(&spec.name, &words);
    let answer = talk.choose(&question, &opener, &words)?;
    Ok(answer.and_then(|answer| all.iter().find(|heard| heard.words == answer).cloned()))
}

fn quote(
    talk: &mut Talk<'_>,
    spec: &SlotSpec,
    words: &[String],
    now: DateTime,
) -> Result<Option<Heard>, LlmError> {
    let (question, opener) = prompt::which(&spec.name, &[]);
    let text = talk.say(&question, &opener)?;
    let text = text.trim().trim_matches(['"', '.', '\'']);
    if !fill::quoted(text, words) {
        return Ok(None);
    }
    let reading = values::read_text(&spec.kind, text, now).ok();
    Ok(reading.map(|reading| Heard {
        reading,
        words: text.to_owned(),
    }))
}

/// One conversation with the model about one command.
struct Talk<'a> {
    model: &'a mut dyn LanguageModel,
    /// What is left of the person's patience.
    left_ms: u32,
    cost: LlmCost,
    last: Answer,
    /// What the last answer was taken for.
    whole: String,
}

impl Talk<'_> {
    /// Starts from the primed prefix. Gives one of the choices; a name that the
    /// model made up shows that no intent is what it looks for.
    fn begin(&mut self, text: &str, choices: &[String]) -> Result<Option<String>, LlmError> {
        self.ask(text.to_owned(), false, NAME_TOKENS, choices)
    }

    /// Goes on with a question. Gives one of the choices.
    fn choose(
        &mut self,
        question: &str,
        opener: &str,
        choices: &[String],
    ) -> Result<Option<String>, LlmError> {
        let text = prompt::then(&self.last, &self.whole, question, opener);
        self.ask(text, true, NAME_TOKENS, choices)
    }

    /// Goes on with a question. Gives the first line of the answer.
    fn say(&mut self, question: &str, opener: &str) -> Result<String, LlmError> {
        let text = prompt::then(&self.last, &self.whole, question, opener);
        self.ask(text, true, TEXT_TOKENS, &[])?;
        Ok(self.last.text.clone())
    }

    fn ask(
        &mut self,
        text: String,
        follow: bool,
        max_tokens: u32,
        choices: &[String],
    ) -> Result<Option<String>, LlmError> {
        tracing::debug!(follow, text, "asks the language model");
        let answer = self.model.ask(&Ask {
            text,
            follow,
            max_tokens,
            stops: vec!["\n".to_owned()],
            choices: choices.to_vec(),
            deadline_ms: self.left_ms,
        })?;
        tracing::debug!(text = answer.text, ended = answer.ended, "it answers");
        self.left_ms = self.left_ms.saturating_sub(answer.ms);
        self.cost += LlmCost {
            prompt_tokens: answer.prompt_tokens,
            decoded_tokens: answer.decoded_tokens,
            questions: 1,
        };
        let choice = chosen(&answer.text, choices).map(str::to_owned);
        self.whole = choice.clone().unwrap_or_else(|| answer.text.clone());
        self.last = answer;
        Ok(choice)
    }
}
