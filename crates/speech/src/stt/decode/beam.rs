//! Beam search within a constraint. Of hypotheses with the same letters only the
//! likeliest is kept.

use std::collections::HashSet;

use super::{
    Constraint, DecodePosition, Decoding, Landmarks, Scorer, Start, Step, Token, Trail, index,
};
use crate::stt::SttError;

/// How much less likely than continuing, in nats, an end may be. Short texts are
/// likely, so an early end must compete with continuing.
const ENDING_LOSS: f32 = 3.0;

/// A beam that is not wider has no hypothesis to spare.
const FEW: usize = 2;

/// The parameters of the beam.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beam {
    /// Width: number of hypotheses.
    pub width: usize,
    /// Hypotheses this many nats behind the best are pruned. In clear speech that
    /// leaves one, and the search costs no more than a greedy one.
    pub behind: f32,
    /// Texts with a lower log-probability are not needed.
    pub floor: f32,
    /// Length of the n-best list.
    pub texts: usize,
    /// How often the likeliest pruned hypotheses are resumed, as long as one of them is
    /// likelier than every finished text.
    pub rounds: usize,
}

/// Decodes within `constraint`. Gives the n-best list of finished texts, which differ in
/// their letters; empty if no allowed text ends within the limit and above the floor.
/// `trail` is the path of the free decoding, whose results are reused.
///
/// # Errors
/// When the model fails.
pub(crate) fn constrained<C: Constraint>(
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

/// A hypothesis.
#[derive(Clone, Debug)]
struct Way<P> {
    tokens: Vec<Token>,
    /// The letters of the tokens.
    spelled: Vec<u8>,
    logprob: f32,
    /// Its state under the constraint.
    place: P,
    /// The token that its last token follows; `None` before the first.
    after: Option<DecodePosition>,
}

struct Search<'a, S, C: Constraint> {
    scorer: &'a mut S,
    landmarks: Landmarks,
    constraint: &'a mut C,
    start: &'a Start,
    trail: &'a Trail,
    beam: Beam,
    /// Pruned hypotheses.
    given_up: Vec<Way<C::DecodePosition>>,
    /// Finished texts with their letters, likeliest first.
    ended: Vec<(Vec<u8>, Decoding)>,
}

/// A hypothesis, by its index, and a candidate for its next token.
struct Next {
    way: usize,
    token: Token,
    logprob: f32,
}

impl<S: Scorer, C: Constraint> Search<'_, S, C> {
    /// Extends all hypotheses by one token.
    fn step(
        &mut self,
        ways: &[Way<C::DecodePosition>],
    ) -> Result<Vec<Way<C::DecodePosition>>, SttError> {
        let steps = self.reach(ways)?;
        let mut nexts = Vec::new();
        for (number, (way, step)) in ways.iter().zip(&steps).enumerate() {
            self.look(number, way, &step.row, &mut nexts);
        }
        nexts.sort_by(|a, b| b.logprob.total_cmp(&a.logprob));
        let best = nexts.first().map_or(0.0, |next| next.logprob);
        let mut seen = HashSet::new();
        let mut chosen: Vec<Way<C::DecodePosition>> = Vec::with_capacity(self.beam.width);
        for next in nexts {
            if next.logprob < self.floor() {
                break;
            }
            let way = &ways[next.way];
            let letters = self.constraint.letters(next.token);
            let spelled = [way.spelled.as_slice(), letters].concat();
            // Only one hypothesis may end in a punctuation token.
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

    /// The likeliest pruned hypotheses, if they may still become likelier than the
    /// finished texts.
    fn take_up(&mut self) -> Vec<Way<C::DecodePosition>> {
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

    /// The next-token distribution of each hypothesis: from the free decoding's path,
    /// or from the model, for all others in one pass.
    fn reach(&mut self, ways: &[Way<C::DecodePosition>]) -> Result<Vec<Step>, SttError> {
        let known = |way: &Way<C::DecodePosition>| match (way.tokens.last(), way.after) {
            (Some(&token), Some(after)) => match self.trail.step(&way.tokens) {
                None => Err((after, token)),
                Some(step) => Ok(step.clone()),
            },
            _ => Ok(self.start.step.clone()),
        };
        let known: Vec<_> = ways.iter().map(known).collect();
        let missing: Vec<(DecodePosition, Token)> =
            known.iter().filter_map(|k| k.clone().err()).collect();
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

    /// Collects the allowed continuations of a hypothesis by the model's distribution,
    /// and records its text if it may end.
    fn look(
        &mut self,
        number: usize,
        way: &Way<C::DecodePosition>,
        row: &[f32],
        nexts: &mut Vec<Next>,
    ) {
        let end = self.landmarks.end;
        let gain = |token: Token| row[index(token)];
        let (allowed, may_end) = self.constraint.allowed(&way.place);
        let mut few = best_few(row, &allowed, self.beam.width + 1);
        // A comma does not change the words, so only the likelier of with and without
        // is followed. But hardly any word follows the end of a sentence, so the
        // likeliest word is kept beside a punctuation token.
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

    fn end(&mut self, way: &Way<C::DecodePosition>, logprob: f32) {
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

    /// Hypotheses below this cannot enter the n-best list.
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
