//! Understanding by the owner's phrases: the transcript is laid along the
//! phrases at the least cost, and what fits badly or two ways is not guessed.

mod align;
mod amount;
mod chart;
mod colloquial;
mod completion;
mod compound;
mod corrected;
mod filled;
mod fit;
mod heard;
mod hypotheses;
mod net;
mod placed;
mod plain;
mod reword;
mod several;
mod sound;
mod unknown;
mod words;

use jiff::civil::DateTime;

use crate::grammar::{Grammar, Word, canonical, normalize};
use crate::language::{Objection, Phrase, Question, speak, spoken};
use crate::model::{Settings, SlotKind};
use crate::turn::{Completion, Intent, Route, Slot, Transcript, Understanding};

use super::values::{self, Unreadable};
use super::{IntentError, IntentParser, guided};

pub use hypotheses::{is_tied, may_be_misheard, prefer_free_text_if_negated};
pub use words::may_name;
pub(crate) use words::{correction, is_link, is_no};

use align::Lattice;
use chart::Chart;
use filled::{Alignment, Filling, named};
use fit::{Known, differ, fit, key, skip_cost};
use heard::{Rows, WordCosts};
use net::Net;

/// Confidence falls by the cost of a reading over this for each explained
/// word and one more.
const COST_PER_WORD: f32 = 20.0;
/// Readings below this are not understood. With [`COST_PER_WORD`] it takes
/// seven explained words to afford one that nothing explains
/// ([`words::CONTENT`]).
const MIN_CONFIDENCE: f32 = 0.6;
/// However long the command, so that it never affords two of them.
const MAX_PENALTY: u16 = 100;
/// A free text swallows anything, and a missing slot leaves little evidence:
/// then all else must be near exact.
const MAX_STRICT_PENALTY: u16 = 10;
/// An answer to a question is short, and the question says what it is about.
const MAX_ANSWER_COST: u16 = 30;
/// Another reading that costs no more than the best, a third of the best's
/// cost and this, is a rival. Words that nothing explains are not counted in
/// that third: they are the same in every reading.
const RIVAL_MARGIN: u16 = 3;
/// What a missing slot takes from confidence.
const MISSING_FACTOR: f32 = 0.9;
/// A sentence of which more parts and rewordings were read is not understood.
const MOST_READ: usize = 400;
/// More rivals than this help nobody to choose.
const MAX_RIVALS: usize = 4;

/// Understands what the phrases of the owner's file say.
#[derive(Debug)]
pub struct PhraseParser {
    settings: Settings,
    net: Net,
    /// What the device is called, as canonical words.
    names: Vec<String>,
}

/// A sentence that one intent explains.
#[derive(Clone, Debug)]
struct Parsed {
    intent: Intent,
    rivals: Vec<Intent>,
    confidence: f32,
    /// Cost without free texts and missing slots.
    penalty: u16,
    missing: bool,
    /// The person is asked whether this is meant.
    doubtful: bool,
}

/// One text, while it is being understood.
struct Task<'a> {
    parser: &'a PhraseParser,
    text: &'a str,
    now: DateTime,
    rows: Rows,
    /// Why the likeliest reading of all of it is no command.
    objection: Option<Objection>,
    /// Number of its words.
    words: usize,
    /// Its numbers are amounts by which something changes, where a slot takes
    /// such an amount.
    amounts: bool,
    /// What was found out of parts and rewordings, by their words.
    known: Known,
}

impl PhraseParser {
    /// A parser of the settings' intents; `grammar` is theirs.
    #[must_use]
    pub fn new(settings: &Settings, grammar: &Grammar) -> Self {
        let _speaking = speak(settings.device.language);
        let net = Net::new(grammar);
        let wake = settings
            .wake
            .words
            .iter()
            .flat_map(|word| canonical(&word.name.replace('_', " ")));
        // A device called "Kitchen" says nothing about who is spoken to.
        let own = canonical(&settings.device.name)
            .into_iter()
            .filter(|word| net.id(word).is_none());
        let names = wake.chain(own).collect();
        Self {
            settings: settings.clone(),
            net,
            names,
        }
    }

    /// The commands of one text; `amounts`: its numbers are amounts of change.
    fn explained(&self, text: &str, now: DateTime, amounts: bool) -> Understanding {
        let words = normalize(text);
        let words = hypotheses::once(&words);
        let mut task = Task::new(self, text, now, amounts);
        task.words = words.len();
        let parsed = task.with_compounds(words);
        if task.is_exhausted() {
            tracing::debug!(text, "too many ways to read it");
            return Understanding::default();
        }
        let mut confidence = 1.0_f32;
        let mut rivals = Vec::new();
        let mut intents = Vec::new();
        let doubtful = parsed.iter().any(|part| part.doubtful);
        for part in parsed {
            confidence = confidence.min(part.confidence);
            rivals.extend(part.rivals);
            intents.push(part.intent);
        }
        if intents.is_empty() {
            let objection = task.objection.as_ref();
            return Understanding {
                objection: objection.map(|objection| spoken().objection(objection)),
                ..Understanding::default()
            };
        }
        Understanding {
            doubt: doubtful.then(|| self.whether(&intents)),
            intents,
            rivals,
            route: Route::Phrase,
            confidence,
            ..Understanding::default()
        }
    }

    /// The question whether these commands are meant.
    fn whether(&self, intents: &[Intent]) -> String {
        let meanings = intents.iter().map(|intent| {
            let mut specs = self.settings.intents.iter();
            let spec = specs.find(|spec| spec.name == intent.name);
            spec.map_or_else(String::new, |spec| guided::meaning(spec, intent))
        });
        let meanings: Vec<String> = meanings.collect();
        Question::MeantCommand(&Phrase::List(&meanings).said()).said()
    }

    /// The value of one slot in a text that answers the question for it.
    /// `None` if it is not one, or more than one would fit.
    #[must_use]
    pub fn answer(&self, intent: usize, slot: usize, text: &str, now: DateTime) -> Option<Slot> {
        let spec = self.settings.intents.get(intent)?.slots.get(slot)?;
        if let Ok(reading) = values::read_text(&spec.kind, text, now) {
            return Some(named(&spec.name, reading));
        }
        let lexicon = net::lexicon_of(
            &self.net,
            u32::try_from(intent).ok()?,
            u32::try_from(slot).ok()?,
        )?;
        let words = normalize(text);
        let heard = WordCosts::new(&words, &self.net, &mut Rows::default(), &self.names);
        let chart = Chart::new(&heard, &self.net);
        let mut found: Vec<(u16, Slot)> = Vec::new();
        for from in 0..words.len() {
            for span in chart.from(lexicon, from) {
                let around = skip_cost(&heard, 0, span.from).saturating_add(skip_cost(
                    &heard,
                    span.to,
                    words.len(),
                ));
                let cost = around.saturating_add(span.cost);
                let filling = Filling::Value {
                    done: span.done,
                    words: span.words.clone(),
                };
                if cost <= MAX_ANSWER_COST
                    && let Ok(Some(reading)) = self.fill(&spec.kind, &filling, &words, text, now)
                {
                    found.push((cost, named(&spec.name, reading)));
                }
            }
        }
        let (best, slot) = found.iter().min_by_key(|(cost, _)| *cost)?.clone();
        let unique = found
            .iter()
            .all(|(cost, other)| other.value == slot.value || *cost > best + RIVAL_MARGIN);
        unique.then_some(slot)
    }

    fn is_open(&self, intent: u32, slot: u32) -> bool {
        self.settings.intents[intent as usize].slots[slot as usize].open
    }

    fn may_miss(&self, intent: u32, slot: u32) -> bool {
        let spec = &self.settings.intents[intent as usize].slots[slot as usize];
        spec.optional || spec.ask.is_some() || spec.default.is_some()
    }
}

impl IntentParser for PhraseParser {
    fn parse(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Result<Understanding, IntentError> {
        let _speaking = speak(self.settings.device.language);
        Ok(hypotheses::weigh(self, transcript, now))
    }

    fn completion(&self, transcript: &Transcript, now: DateTime) -> Completion {
        let _speaking = speak(self.settings.device.language);
        completion::weigh(self, transcript, now)
    }

    fn in_other_words(&self, text: &str, now: DateTime) -> Vec<String> {
        let _speaking = speak(self.settings.device.language);
        let mut task = Task::new(self, text, now, false);
        task.other_words(&normalize(text))
    }

    fn read_answer(&self, intent: &str, slot: &str, text: &str, now: DateTime) -> Option<Slot> {
        let _speaking = speak(self.settings.device.language);
        let mut intents = self.settings.intents.iter();
        let intent = intents.position(|spec| spec.name == intent)?;
        let mut slots = self.settings.intents[intent].slots.iter();
        let slot = slots.position(|spec| spec.name == slot)?;
        self.answer(intent, slot, text, now)
    }
}

impl<'a> Task<'a> {
    fn new(parser: &'a PhraseParser, text: &'a str, now: DateTime, amounts: bool) -> Self {
        Self {
            parser,
            text,
            now,
            rows: Rows::default(),
            objection: None,
            words: 0,
            amounts,
            known: Known::default(),
        }
    }

    /// Whether so much was read that the sentence is not understood.
    fn is_exhausted(&self) -> bool {
        MOST_READ < self.known.one.len() + self.known.pairs.len()
    }

    /// The one intent that explains all of `words`.
    fn one(&mut self, words: &[Word]) -> Option<Parsed> {
        if words.is_empty() || self.is_exhausted() {
            return None;
        }
        let key = key(words);
        if let Some(known) = self.known.one.get(&key) {
            return known.clone();
        }
        let found = self.read(words);
        self.known.one.insert(key, found.clone());
        found
    }

    fn read(&mut self, words: &[Word]) -> Option<Parsed> {
        let parser = self.parser;
        let heard = WordCosts::new(words, &parser.net, &mut self.rows, &parser.names);
        let chart = Chart::new(&heard, &parser.net);
        let may_miss = |intent, slot| parser.may_miss(intent, slot);
        let open = |intent, slot| parser.is_open(intent, slot);
        let lattice = Lattice::new(&parser.net, &heard, &chart, (&may_miss, &open));
        let mut best: Option<(Parsed, u16)> = None;
        let mut refused = false;
        lattice.readings(
            |cost| match cost {
                // Word for word: what passes over a word is no rival.
                0 => words::ARTICLE,
                _ => cost + cost % words::CONTENT / 3 + RIVAL_MARGIN,
            },
            |reading| {
                match self.weigh(&reading, words) {
                    Err(Unreadable::OutOfRange) if best.is_none() => {
                        refused = true;
                        let whole = words.len() == self.words;
                        if whole && self.objection.is_none() {
                            self.objection = self.out_of_range(&reading, words);
                        }
                    }
                    Err(_) | Ok(None) => {}
                    Ok(Some(parsed)) => match &mut best {
                        None => best = Some((parsed, reading.text_words + reading.open_words)),
                        Some((first, text_words)) => {
                            let known = first.rivals.iter().chain([&first.intent]);
                            let other = known
                                .into_iter()
                                .all(|intent| differ(intent, &parsed.intent, &parser.settings));
                            if other
                                && reading.text_words + reading.open_words <= *text_words
                                && first.rivals.len() < MAX_RIVALS
                            {
                                first.rivals.push(parsed.intent);
                            }
                        }
                    },
                }
                best.is_some()
            },
        );
        best.map(|(parsed, _)| parsed).filter(|_| !refused)
    }

    /// The range of the slot that a reading's number is outside of.
    fn out_of_range(&self, reading: &Alignment, words: &[Word]) -> Option<Objection> {
        let (penalty, confidence) = fit(reading);
        if confidence < MIN_CONFIDENCE || MAX_STRICT_PENALTY < penalty {
            return None;
        }
        let parser = self.parser;
        let spec = &parser.settings.intents[reading.intent as usize];
        reading.slots.iter().find_map(|(index, filling)| {
            let slot = &spec.slots[*index as usize];
            let kind = &slot.kind;
            let change = (self.amounts && slot.relative).then(|| values::amount_of(kind));
            let read = change.as_ref().unwrap_or(kind);
            let value = parser.fill(read, filling, words, self.text, self.now);
            match (kind, value) {
                (SlotKind::Number { min, max, unit }, Err(Unreadable::OutOfRange)) => {
                    Some(Objection::OutOfRange {
                        min: *min,
                        max: *max,
                        unit: unit.clone(),
                    })
                }
                (SlotKind::Date | SlotKind::Time, Err(Unreadable::OutOfRange)) => {
                    Some(Objection::NoSuchMoment)
                }
                _ => None,
            }
        })
    }

    /// What a reading says, if it fits well enough.
    fn weigh(&self, reading: &Alignment, words: &[Word]) -> Result<Option<Parsed>, Unreadable> {
        let spec = &self.parser.settings.intents[reading.intent as usize];
        let mut slots = Vec::new();
        let (mut missing, mut texts) = (0, 0);
        for (index, filling) in &reading.slots {
            let slot = &spec.slots[*index as usize];
            let change = (self.amounts && slot.relative).then(|| values::amount_of(&slot.kind));
            let kind = change.as_ref().unwrap_or(&slot.kind);
            match self
                .parser
                .fill(kind, filling, words, self.text, self.now)?
            {
                Some(value) => slots.push((*index, named(&slot.name, value))),
                None => missing += 1,
            }
            texts += usize::from(matches!(filling, Filling::Text(..)));
        }
        slots.sort_by_key(|(index, _)| *index);
        let (penalty, mut confidence) = fit(reading);
        let strict = missing > 0 || texts > 0;
        // "hi there" has no content, so it must be said exactly.
        let too_little =
            reading.explained == 0 && penalty > 0 || missing > 0 && reading.explained < 2;
        if too_little
            || confidence < MIN_CONFIDENCE
            || penalty
                > if strict {
                    MAX_STRICT_PENALTY
                } else {
                    MAX_PENALTY
                }
        {
            return Ok(None);
        }
        if missing > 0 {
            confidence *= MISSING_FACTOR;
        }
        let slots = slots.into_iter().map(|(_, slot)| slot).collect();
        let intent = Intent {
            name: spec.name.clone(),
            slots,
            when: None,
        };
        Ok(Some(Parsed {
            intent,
            rivals: Vec::new(),
            confidence,
            penalty,
            missing: missing > 0,
            doubtful: reading.qualified,
        }))
    }
}
