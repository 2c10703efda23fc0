//! Whether what was said so far is all: the words are walked along the
//! phrases, and what may follow the places where they end decides.
//!
//! Only words that are just those of a phrase tell anything here. All else
//! may continue.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use super::heard::{Rows, WordCosts};
use super::hypotheses;
use super::net::{Graph, Step};
use super::words;
use super::{PhraseParser, normalize, skip_cost};
use crate::grammar::Word;
use crate::turn::{Completion, Intent, Route, Transcript, Understanding};

/// Ways to hear it that are this near, in nats, must be all as well: one to
/// twenty. Twice the distance at which the person would be
/// asked.
const UNANIMOUS: f32 = 3.0;

/// A surer reading than most: at most one small word of a short command is
/// passed over.
const CERTAIN: f32 = 0.85;

/// Words before a phrase that are passed over: "hey could you please".
const MAX_BEFORE: u16 = 3 * words::FILLER;

/// A place in the phrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Position {
    /// A state of the phrases.
    Outer(u32),
    /// A state within a value.
    Inside {
        /// Whose.
        lexicon: u32,
        /// In free words, 0 before the first and 1 behind it.
        state: u32,
        /// Where the phrase goes on.
        back: u32,
    },
}

type Positions = BTreeSet<Position>;

/// What the transcript amounts to.
pub(super) fn weigh(parser: &PhraseParser, transcript: &Transcript, now: DateTime) -> Completion {
    let words = normalize(&transcript.text);
    let places = parser.places(&words);
    if places.is_empty() {
        return Completion::MayContinue;
    }
    let understanding = hypotheses::weigh(parser, transcript, now);
    if !places.iter().any(|place| parser.is_end(*place)) {
        // A phrase that forgives its missing end is as good as said, but
        // nobody ends on "and".
        let linked = words.last().is_some_and(|word| is_link(&word.text));
        return if linked || parser.lacks(&understanding) {
            Completion::Open
        } else {
            Completion::MayContinue
        };
    }
    if !is_certain(&understanding) {
        Completion::MayContinue
    } else if parser.is_all(&places) && parser.unanimous(transcript, &words, &understanding, now) {
        Completion::Complete
    } else {
        Completion::Whole
    }
}

fn is_certain(understanding: &Understanding) -> bool {
    understanding.route == Route::Phrase
        && understanding.rivals.is_empty()
        && understanding.doubt.is_none()
        && CERTAIN <= understanding.confidence
}

impl PhraseParser {
    /// Whether something is missing that a person would be asked for.
    fn lacks(&self, understanding: &Understanding) -> bool {
        let lacks = |intent: &Intent| {
            self.settings.intent(&intent.name).is_some_and(|spec| {
                spec.slots.iter().any(|slot| {
                    !slot.optional && slot.default.is_none() && intent.slot(&slot.name).is_none()
                })
            })
        };
        understanding.intents.is_empty() || understanding.intents.iter().any(lacks)
    }

    /// Whether no phrase continues what ends at these places.
    fn is_all(&self, places: &Positions) -> bool {
        places.iter().any(|place| self.is_end(*place))
            && !places.iter().any(|place| self.goes_on(*place))
    }

    /// Whether every way to hear it that is nearly as likely is all that was
    /// said, too (to wait for more would settle nothing), or, where it is no
    /// phrase to the word, has the same end or means the same.
    fn unanimous(
        &self,
        heard: &Transcript,
        words: &[Word],
        meant: &Understanding,
        now: DateTime,
    ) -> bool {
        let end = words.last().map(|word| &word.text);
        heard
            .alternatives
            .iter()
            .filter(|other| other.behind.abs() < UNANIMOUS)
            .all(|other| {
                let others = normalize(&other.text);
                let places = self.places(&others);
                if places.is_empty() {
                    others.last().map(|word| &word.text) == end
                        || self.understand(&other.text, now).intents == meant.intents
                } else {
                    self.is_all(&places)
                }
            })
    }

    /// Where the phrases are behind all of `words`; empty where no phrase has
    /// just these words.
    fn places(&self, words: &[Word]) -> Positions {
        let heard = WordCosts::new(words, &self.net, &mut Rows::default(), &self.names);
        let mut all = Positions::new();
        for from in 0..words.len() {
            if skip_cost(&heard, 0, from) <= MAX_BEFORE {
                all.extend(self.walk(&words[from..]));
            }
        }
        all
    }

    fn walk(&self, words: &[Word]) -> Positions {
        let start = self.open(Positions::from([Position::Outer(0)]));
        let mut places = start.clone();
        for (at, word) in words.iter().enumerate() {
            let mut next = self.step(&places, &word.text);
            if is_link(&word.text) {
                if places.iter().any(|place| self.is_end(*place)) {
                    next.extend(&start);
                }
                next.extend(self.again(&places));
            }
            let cost = words::extra(&word.text);
            // An article at the end announces something, a courtesy does not.
            let last = at + 1 == words.len();
            if 0 < at && (cost <= words::POLITE || cost <= words::ARTICLE && !last) {
                next.extend(&places);
            }
            places = self.open(next);
        }
        places
    }

    /// The places behind one word.
    fn step(&self, places: &Positions, word: &str) -> Positions {
        let id = self.net.id(word);
        let mut next = Positions::new();
        for &place in places {
            let Some((graph, state)) = self.graph(place) else {
                let Position::Inside { lexicon, back, .. } = place else {
                    continue;
                };
                let state = 1;
                next.insert(Position::Inside {
                    lexicon,
                    state,
                    back,
                });
                continue;
            };
            let taken = |step: &Step| matches!(step, Step::Word(word) if Some(*word) == id);
            for (_, to) in graph.arcs[state as usize]
                .iter()
                .filter(|(step, _)| taken(step))
            {
                next.insert(place.at(*to));
            }
        }
        next
    }

    /// With the places that can be reached without a word.
    fn open(&self, places: Positions) -> Positions {
        let mut open: Vec<Position> = places.into_iter().collect();
        let mut all = Positions::new();
        while let Some(place) = open.pop() {
            if !all.insert(place) {
                continue;
            }
            if let Position::Inside { back, .. } = place
                && self.is_value(place)
            {
                open.push(Position::Outer(back));
            }
            let Some((graph, state)) = self.graph(place) else {
                continue;
            };
            for &(step, to) in &graph.arcs[state as usize] {
                match step {
                    Step::Empty => open.push(place.at(to)),
                    Step::Slot { lexicon, .. } => open.push(Position::Inside {
                        lexicon,
                        state: 0,
                        back: to,
                    }),
                    Step::Word(_) => {}
                }
            }
        }
        all
    }

    /// "the kitchen and": another value of the same kind may follow.
    fn again(&self, places: &Positions) -> Positions {
        let values = places.iter().filter(|place| self.is_value(**place));
        values.map(|place| place.at(0)).collect()
    }

    /// Whether a value is complete here.
    fn is_value(&self, place: Position) -> bool {
        match (place, self.graph(place)) {
            (Position::Outer(_), _) => false,
            (Position::Inside { state, .. }, None) => 0 < state,
            (Position::Inside { state, .. }, Some((graph, _))) => {
                graph.done[state as usize].is_some()
            }
        }
    }

    /// Whether a phrase is complete here.
    fn is_end(&self, place: Position) -> bool {
        matches!(place, Position::Outer(state) if self.net.outer.done[state as usize].is_some())
    }

    /// Whether another word may follow.
    fn goes_on(&self, place: Position) -> bool {
        self.graph(place).is_none_or(|(graph, state)| {
            graph.arcs[state as usize]
                .iter()
                .any(|(step, _)| matches!(step, Step::Word(_)))
        })
    }

    /// The graph that a place is in, and the state there; `None` in free
    /// words.
    fn graph(&self, place: Position) -> Option<(&Graph, u32)> {
        match place {
            Position::Outer(state) => Some((&self.net.outer, state)),
            Position::Inside { lexicon, state, .. } => {
                let lexicon = &self.net.lexicons[lexicon as usize];
                (!lexicon.free).then_some((&lexicon.graph, state))
            }
        }
    }
}

impl Position {
    /// The same phrase or value, at another state.
    const fn at(self, to: u32) -> Self {
        match self {
            Self::Outer(_) => Self::Outer(to),
            Self::Inside { lexicon, back, .. } => Self::Inside {
                lexicon,
                state: to,
                back,
            },
        }
    }
}

fn is_link(word: &str) -> bool {
    words::is_link(word) || words::is_alternative(word)
}
