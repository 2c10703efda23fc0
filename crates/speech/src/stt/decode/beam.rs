//! The search within a rule: several ways are followed side by side, and of
//! those that spell the same only the likeliest.

use std::collections::HashSet;

use super::{Constraint, Decoding, Landmarks, Place, Scorer, Start, Step, Token, Trail, index};
use crate::stt::SttError;

/// How much less likely than going on, in nats, an end may be. Short texts
/// are likely texts: an early end must hold its own against going on.
const ENDING_LOSS: f32 = 3.0;

/// In a search of no more ways than this there is none to spare.
const FEW: usize = 2;

/// How wide to search.
#[derive(Clone, Copy, Debug)]
pub struct Beam {
    /// Ways side by side.
    pub width: usize,
    /// A way this many nats behind the best is given up. In clear speech that
    /// leaves one, and the search costs no more than a greedy one.
    pub behind: f32,
    /// Texts less likely than this are of no use to the asker.
    pub floor: f32,
    /// Whole texts that are given, best first.
    pub texts: usize,
    /// How often the likeliest of the ways that were given up are taken up
    /// again, as long as one of them is likelier than every whole text.
    pub rounds: usize,
}

/// Decodes within `constraint`. Gives whole texts that differ in their
/// letters, likeliest first; none when nothing that the rule allows ends
/// within the cap and above the floor. `trail` is what the model remembers of
/// the free decoding, which came just before.
///
/// # Errors
/// When the model fails.
pub fn constrained<C: Constraint>(
    scorer: &mut impl Scorer,
    landmarks: Landmarks,
    constraint: &mut C,
    start: &Start,
    trail: &Trail,
    beam: Beam,
) -> Result<Vec<Decoding>, SttError> {
    let mut search = Search {
        scorer,
        landmarks,
        constraint,
        start,
        trail,
        beam,
        given_up: Vec::new(),
        ended: Vec::new(),
    };
    let mut ways = vec![Way {
        tokens: Vec::new(),
        spelled: Vec::new(),
        logprob: 0.0,
        place: search.constraint.start(),
        after: None,
    }];
    for _ in 0..beam.rounds {
        while !ways.is_empty() {
            ways = search.step(&ways)?;
        }
        ways = search.take_up();
    }
    let texts = search.ended.into_iter().map(|(_, decoding)| decoding);
    Ok(texts.take(beam.texts).collect())
}

/// A text on its way.
#[derive(Clone, Debug)]
struct Way<P> {
    tokens: Vec<Token>,
    /// The letters of the tokens.
    spelled: Vec<u8>,
    logprob: f32,
    /// Where it stands under the rule.
    place: P,
    /// What its last token is fed after; nothing before the first.
    after: Option<Place>,
}

struct Search<'a, S, C: Constraint> {
    scorer: &'a mut S,
    landmarks: Landmarks,
    constraint: &'a mut C,
    start: &'a Start,
    trail: &'a Trail,
    beam: Beam,
    /// Ways that were too unlikely beside others.
    given_up: Vec<Way<C::Place>>,
    /// Whole texts with their letters, likeliest first.
    ended: Vec<(Vec<u8>, Decoding)>,
}

/// A way, by its number, and the token that would follow.
struct Next {
    way: usize,
    token: Token,
    logprob: f32,
}

impl<S: Scorer, C: Constraint> Search<'_, S, C> {
    /// All ways one token further.
    fn step(&mut self, ways: &[Way<C::Place>]) -> Result<Vec<Way<C::Place>>, SttError> {
        let steps = self.reach(ways)?;
        let mut nexts = Vec::new();
        for (number, (way, step)) in ways.iter().zip(&steps).enumerate() {
            self.look(number, way, &step.row, &mut nexts);
        }
        nexts.sort_by(|a, b| b.logprob.total_cmp(&a.logprob));
        let best = nexts.first().map_or(0.0, |next| next.logprob);
        let mut seen = HashSet::new();
        let mut chosen: Vec<Way<C::Place>> = Vec::with_capacity(self.beam.width);
        for next in nexts {
            if next.logprob < self.floor() {
                break;
            }
            let way = &ways[next.way];
            let letters = self.constraint.letters(next.token);
            let spelled = [way.spelled.as_slice(), letters].concat();
            // Punctuation alone is a way of its own only once.
            if !seen.insert((spelled.clone(), letters.is_empty())) {
                continue;
            }
            let mut tokens = way.tokens.clone();
            tokens.push(next.token);
            let longer = Way {
                place: self.constraint.after(&way.place, next.token),
                logprob: next.logprob,
                tokens,
                spelled,
                after: Some(steps[next.way].place),
            };
            if longer.tokens.len() == self.start.cap {
                continue;
            }
            if next.logprob < best - self.beam.behind || chosen.len() == self.beam.width {
                self.given_up.push(longer);
            } else {
                chosen.push(longer);
            }
        }
        Ok(chosen)
    }

    /// The likeliest of the ways that were given up, if they may still lead to
    /// something likelier than what was found.
    fn take_up(&mut self) -> Vec<Way<C::Place>> {
        let best = self.ended.first().map(|(_, e)| e.logprob);
        let least = best.unwrap_or(self.beam.floor);
        self.given_up.retain(|way| least < way.logprob);
        self.given_up
            .sort_by(|a, b| b.logprob.total_cmp(&a.logprob));
        let rest = self
            .given_up
            .split_off(self.given_up.len().min(self.beam.width));
        std::mem::replace(&mut self.given_up, rest)
    }

    /// What may follow each way: remembered from the free decoding, or asked
    /// of the model for all others at once.
    fn reach(&mut self, ways: &[Way<C::Place>]) -> Result<Vec<Step>, SttError> {
        let known = |way: &Way<C::Place>| match (way.tokens.last(), way.after) {
            (Some(&token), Some(after)) => match self.trail.step(&way.tokens) {
                None => Err((after, token)),
                Some(step) => Ok(step.clone()),
            },
            _ => Ok(self.start.step.clone()),
        };
        let known: Vec<_> = ways.iter().map(known).collect();
        let missing: Vec<(Place, Token)> = known.iter().filter_map(|k| k.clone().err()).collect();
        let mut fed = if missing.is_empty() {
            Vec::new().into_iter()
        } else {
            self.scorer.feed(&missing)?.into_iter()
        };
        let lost = || SttError::Decode("a token was lost".into());
        let steps = known.into_iter();
        steps
            .map(|known| known.or_else(|_| fed.next().ok_or_else(lost)))
            .collect()
    }

    /// Finds what may follow a way, of what the model thinks of it, and notes
    /// it if it may end.
    fn look(&mut self, number: usize, way: &Way<C::Place>, row: &[f32], nexts: &mut Vec<Next>) {
        let end = self.landmarks.end;
        let gain = |token: Token| row[index(token)];
        let (allowed, may_end) = self.constraint.allowed(&way.place);
        let mut few = best_few(row, &allowed, self.beam.width + 1);
        // Whether a comma comes is no matter of words: the likelier is taken,
        // or every comma would be followed up with and without. But after the
        // end of a sentence hardly any word comes, so beside a mark the
        // likeliest word has its chance.
        if let Some(&first) = few.first() {
            let is_mark = |token: Token| self.constraint.letters(token).is_empty();
            let mark = is_mark(first);
            let word = few.iter().copied().find(|&token| !is_mark(token));
            few.retain(|&token| is_mark(token) == mark);
            few.truncate(if mark { 1 } else { self.beam.width });
            if mark && FEW < self.beam.width {
                few.extend(word);
            }
        }
        nexts.extend(few.iter().map(|&token| Next {
            way: number,
            token,
            logprob: way.logprob + gain(token),
        }));
        let on = few.first().map_or(f32::NEG_INFINITY, |&token| gain(token));
        let ending = gain(end);
        if may_end && on - ENDING_LOSS <= ending {
            self.end(way, way.logprob + ending);
        }
    }

    fn end(&mut self, way: &Way<C::Place>, logprob: f32) {
        if logprob < self.beam.floor {
            return;
        }
        let same = self
            .ended
            .iter()
            .position(|(known, _)| *known == way.spelled);
        if let Some(at) = same {
            if logprob <= self.ended[at].1.logprob {
                return;
            }
            self.ended.remove(at);
        }
        let decoding = Decoding {
            tokens: way.tokens.clone(),
            logprob,
            ended: true,
        };
        let rank = self.ended.partition_point(|(_, e)| logprob <= e.logprob);
        self.ended.insert(rank, (way.spelled.clone(), decoding));
    }

    /// Ways below this cannot become one of the texts that are asked for.
    fn floor(&self) -> f32 {
        let worst = self.ended.get(self.beam.texts - 1);
        let best = self.ended.first();
        let by_count = worst.map_or(f32::NEG_INFINITY, |(_, e)| e.logprob);
        let by_best = best.map_or(f32::NEG_INFINITY, |(_, e)| e.logprob - self.beam.behind);
        self.beam.floor.max(by_count).max(by_best)
    }
}

/// The likeliest tokens that are allowed, best first.
fn best_few(row: &[f32], allowed: &[Token], count: usize) -> Vec<Token> {
    let mut best: Vec<Token> = Vec::with_capacity(count + 1);
    for &token in allowed {
        let value = row[index(token)];
        let rank = best.partition_point(|&t| value <= row[index(t)]);
        if rank < count {
            best.insert(rank, token);
            best.truncate(count);
        }
    }
    best
}
