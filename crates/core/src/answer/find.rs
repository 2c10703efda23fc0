//! Which sentence of a text a question is about.
//!
//! Each sentence is weighed by the cosine of the question's embedding and its own, and
//! by the words that both have, those that are rare in the text counting more (inverse
//! document frequency; K. Sparck Jones, 1972). Neither suffices: an encoder finds "when
//! was the bridge built" near to "the tower was built in 1832", and words alone do not
//! find "constructed".

use std::collections::HashMap;

use super::document::{Document, Passage};
use super::question::{content, subject, wanted};
use crate::language::{canonical, spoken};

/// How much the embedding counts beside the words. This and what follows was set with
/// forty questions to a text about a campsite, which is none of the project's.
const BY_MEANING: f32 = 0.6;

/// A sentence from this on is near enough to be read out.
const NEAR: f32 = 0.48;

/// One from this on may have the answer, which a language model has to find.
const PERHAPS: f32 = 0.4;

/// The same where no encoder is there.
const NEAR_BY_WORDS: f32 = 0.6;

/// From this on a question is answered before anybody asks a language model whether it
/// is a command.
const SURE: f32 = 0.6;

/// Of a question's words so much must stand in the text at least, however near in
/// meaning it comes: else it asks about something else of the kind.
const WORDS: f32 = 0.25;

/// Of the two, the embedding must come so near at least.
const MEANING: f32 = 0.33;

/// What a word counts that stands in the heading, and elsewhere in the passage.
const IN_HEADING: f32 = 0.9;
const IN_PASSAGE: f32 = 0.6;

/// The passage of another sentence is given too if that is as near as this.
const AS_NEAR: f32 = 0.06;

/// The longest text that is given to a language model, in bytes: its prompt stays within
/// three blocks of the HAT.
const GIVEN: usize = 700;

/// What was found for a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Where the answer stands; `None`: nowhere, as `why` says.
    pub found: Option<Found>,
    /// How near the nearest sentence comes, 0..1.
    pub score: f32,
    /// What decided.
    pub why: Why,
    /// The sentence that came nearest.
    pub nearest: String,
}

/// Where an answer stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The heading of the first passage.
    pub heading: String,
    /// Indices of the passages, the nearest first; one or two.
    pub passages: Vec<usize>,
    /// The sentence that answers best, as it can be said alone.
    pub best: String,
    /// That sentence may be read out; else only a model's own words answer.
    pub firm: bool,
    /// It is as near as a question's own words make it.
    pub sure: bool,
}

/// Why a question has an answer or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A sentence is near.
    Near,
    /// No sentence is near.
    Far,
    /// The words that say what is asked about do not stand in the text.
    OtherWords,
    /// What is near has no time or day, which is asked for.
    NoTime,
    /// What is near has no place, which is asked for.
    NoPlace,
    /// What is near has no number, which is asked for.
    NoNumber,
    /// The question has no word that says what it is about.
    Empty,
}

/// The stems of a passage: of its headings, and of each sentence as it is said alone.
type Stemmed = (Vec<String>, Vec<Vec<String>>);

struct Entry {
    place: (usize, usize),
    words: Vec<String>,
    score: f32,
    lexical: f32,
    /// Its meaning is not far from the question's, as far as that is known.
    is_meant: bool,
}

impl Document {
    /// Looks for the answer to a question. `cosines` are those of the question and each
    /// of [`Document::lines`], where there is an encoder.
    #[must_use]
    pub fn find(&self, question: &str, cosines: Option<&[f32]>) -> Search {
        let asked = canonical(question);
        let about = subject(&asked);
        let nothing = |why, score, nearest: String| Search {
            found: None,
            score,
            why,
            nearest,
        };
        if about.is_empty() {
            return nothing(Why::Empty, 0.0, String::new());
        }
        let entries = self.weighed(&about, cosines);
        let wanted = wanted(&asked);
        let Some(top) = entries.first() else {
            return nothing(Why::Far, 0.0, String::new());
        };
        let nearest = self.said(top.place);
        let (near, firm) = match cosines {
            Some(_) => (PERHAPS, NEAR),
            None => (NEAR_BY_WORDS, NEAR_BY_WORDS),
        };
        let fits = |entry: &&Entry| near <= entry.score && WORDS <= entry.lexical && entry.is_meant;
        if top.score < near {
            return nothing(Why::Far, top.score, nearest);
        }
        if !entries.iter().any(|entry| fits(&entry)) {
            return nothing(Why::OtherWords, top.score, nearest);
        }
        let answers = |entry: &&Entry| fits(entry) && wanted.is_in(&entry.words);
        let Some(best) = entries.iter().find(answers) else {
            return nothing(wanted.missing(), top.score, nearest);
        };
        Search {
            score: best.score,
            why: Why::Near,
            nearest: self.said(best.place),
            found: Some(self.found(best, &entries, firm)),
        }
    }

    /// All sentences, the nearest first.
    fn weighed(&self, about: &[String], cosines: Option<&[f32]>) -> Vec<Entry> {
        let stems = |text: &str| content(&canonical(text));
        let stemmed = |passage: &Passage| {
            let heads = stems(&format!("{} {}", passage.above, passage.heading));
            let count = passage.sentences.len();
            let sentences = (0..count).map(|of| stems(&passage.whole(of)));
            (heads, sentences.collect())
        };
        let passages: Vec<Stemmed> = self.passages.iter().map(stemmed).collect();
        let weights = weights(about, &passages);
        let whole: f32 = weights.iter().sum();
        let mut entries: Vec<Entry> = Vec::new();
        for (number, (at, of)) in self.places().enumerate() {
            let (heads, sentences) = &passages[at];
            let mut lexical = 0.0;
            for (stem, weight) in about.iter().zip(&weights) {
                let share = if sentences[of].contains(stem) {
                    1.0
                } else if heads.contains(stem) {
                    IN_HEADING
                } else if sentences.iter().any(|other| other.contains(stem)) {
                    IN_PASSAGE
                } else {
                    0.0
                };
                lexical += share * weight / whole;
            }
            let cosine = cosines.and_then(|cosines| cosines.get(number));
            let score = cosine.map_or(lexical, |cosine| {
                BY_MEANING * cosine.max(0.0) + (1.0 - BY_MEANING) * lexical
            });
            entries.push(Entry {
                place: (at, of),
                words: canonical(&self.passages[at].sentences[of]),
                score,
                lexical,
                is_meant: cosine.is_none_or(|cosine| MEANING <= *cosine),
            });
        }
        entries.sort_by(|a, b| b.score.total_cmp(&a.score));
        entries
    }

    fn said(&self, (at, of): (usize, usize)) -> String {
        self.passages[at].whole(of)
    }

    fn found(&self, best: &Entry, entries: &[Entry], firm: f32) -> Found {
        let (at, _) = best.place;
        let mut passages = vec![at];
        let other = entries.iter().find(|entry| entry.place.0 != at);
        let length =
            |at: usize| -> usize { self.passages[at].sentences.iter().map(String::len).sum() };
        if let Some(other) = other.filter(|other| best.score - other.score < AS_NEAR)
            && length(at) + length(other.place.0) < GIVEN
        {
            passages.push(other.place.0);
        }
        Found {
            heading: self.passages[at].heading.clone(),
            passages,
            best: self.said(best.place),
            firm: firm <= best.score,
            sure: SURE <= best.score,
        }
    }
}

/// How much each word of a question counts, by how rare it is in the text.
fn weights(about: &[String], passages: &[Stemmed]) -> Vec<f32> {
    let mut frequency: HashMap<&str, u32> = HashMap::new();
    let mut count = 0_u32;
    for (heads, sentences) in passages {
        for sentence in sentences {
            count += 1;
            for stem in about {
                if sentence.contains(stem) || heads.contains(stem) {
                    *frequency.entry(stem).or_default() += 1;
                }
            }
        }
    }
    let weight = |stem: &String| {
        let seen = frequency.get(stem.as_str()).copied().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
        let weight = (1.0 + count as f32 / (0.5 + seen as f32)).ln();
        // A number in a question is hardly the subject of it.
        if spoken().is_numeral(stem) {
            weight / 2.0
        } else {
            weight
        }
    };
    about.iter().map(weight).collect()
}
