//! The search for the words: one encoded utterance, any number of decodings
//! of it, each with the log-probability that the evidence behind a choice
//! between them needs.

mod beam;

pub use beam::{Beam, constrained};

use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

use super::{SttError, Wanted};

/// A token of the recogniser's vocabulary.
pub type Token = mynah_whisper::Token;

/// Where a text stands in the model's memory: what was fed up to there.
pub type Place = mynah_whisper::Place;

/// A place, and what may follow it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The place.
    pub place: Place,
    /// Log-probability of each text token and of the end.
    pub row: Arc<[f32]>,
}

/// The decoder over one encoded utterance. One implementation is Whisper,
/// another a table for tests.
pub trait Scorer {
    /// Feeds tokens, each after a place, all in one pass, which costs hardly
    /// more than one of them.
    ///
    /// # Errors
    /// When the model fails.
    fn feed(&mut self, nexts: &[(Place, Token)]) -> Result<Vec<Step>, SttError>;
}

/// A scorer that is asked only as long as somebody wants to know.
pub struct While<'a, S> {
    /// Who is asked.
    pub scorer: &'a mut S,
    /// Whether somebody still does.
    pub wanted: Wanted<'a>,
}

impl<S: Scorer> Scorer for While<'_, S> {
    fn feed(&mut self, nexts: &[(Place, Token)]) -> Result<Vec<Step>, SttError> {
        if !(self.wanted)() {
            return Err(SttError::Unwanted);
        }
        self.scorer.feed(nexts)
    }
}

/// A rule about which tokens may follow.
pub trait Constraint {
    /// Where a text stands under the rule.
    type Place: Clone + Eq + Hash;

    /// The beginning of a text.
    fn start(&self) -> Self::Place;

    /// Tokens that may come at a place, and whether the text may end there.
    fn allowed(&mut self, place: &Self::Place) -> (Rc<[Token]>, bool);

    /// The place after an allowed token.
    fn after(&self, place: &Self::Place, token: Token) -> Self::Place;

    /// What of the token the rule cares for: not a capital or a comma.
    fn letters(&self, token: Token) -> &[u8];
}

/// The vocabulary's landmarks that a search must know.
#[derive(Clone, Copy, Debug)]
pub struct Landmarks {
    /// End of text. All tokens below it are text, none above.
    pub end: Token,
    /// A lone space, which must not open a text.
    pub blank: Token,
}

/// So many tokens are a beginning that does not come again by chance.
const OPENING_TOKENS: usize = 6;

/// One decoding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoding {
    /// Text tokens, without the end.
    pub tokens: Vec<Token>,
    /// Sum of the tokens' log-probabilities under the unconstrained model,
    /// the end token's included.
    pub logprob: f32,
    /// Whether the text ended by itself, not by the cap or in circles.
    pub ended: bool,
}

impl Decoding {
    /// Mean log-probability of a token.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
    pub fn mean(&self) -> f32 {
        self.logprob / (self.tokens.len() + 1) as f32
    }
}

/// Where a search may begin.
#[derive(Clone, Debug)]
pub struct Start {
    /// The last place before the text.
    pub step: Step,
    /// Tokens that a text may have.
    pub cap: usize,
}

/// The way of a greedy decoding, so that a search along the same way is free.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The text tokens that were fed.
    tokens: Vec<Token>,
    /// The step before each of them, and after the last.
    steps: Vec<Step>,
}

impl Trail {
    /// The step after `tokens`, if the decoding came by there.
    pub fn step(&self, tokens: &[Token]) -> Option<&Step> {
        let known = self.tokens.starts_with(tokens);
        self.steps.get(tokens.len()).filter(|_| known)
    }

    /// Log-probability of `token` after `tokens`, if the decoding came by
    /// there.
    pub fn logprob(&self, tokens: &[Token], token: Token) -> Option<f32> {
        Some(self.step(tokens)?.row[index(token)])
    }
}

/// Feeds a single token.
///
/// # Errors
/// When the model fails.
pub fn feed(scorer: &mut impl Scorer, after: Place, token: Token) -> Result<Step, SttError> {
    let step = scorer.feed(&[(after, token)])?.pop();
    step.ok_or_else(|| SttError::Decode("a token was lost".into()))
}

/// Decodes greedily, free of any rule; a sentence that is written twice is
/// taken once.
///
/// # Errors
/// When the model fails.
pub fn free(
    scorer: &mut impl Scorer,
    landmarks: Landmarks,
    start: &Start,
) -> Result<(Decoding, Trail), SttError> {
    let mut found = Decoding::default();
    let mut trail = Trail::default();
    // Log-probability of the text up to each token.
    let mut sums = Vec::new();
    let mut step = start.step.clone();
    loop {
        trail.tokens.clone_from(&found.tokens);
        trail.steps.push(step.clone());
        let blank = found.tokens.is_empty().then_some(landmarks.blank);
        let best = argmax(&step.row, blank);
        found.logprob += step.row[index(best)];
        if best == landmarks.end {
            found.ended = true;
            break;
        }
        found.tokens.push(best);
        sums.push(found.logprob);
        if starts_over(&found.tokens) {
            let once = found.tokens.len() - OPENING_TOKENS;
            found.tokens.truncate(once);
            found.logprob = sums[once - 1];
            found.ended = true;
            break;
        }
        if found.tokens.len() == start.cap || goes_round(&found.tokens) {
            break;
        }
        step = feed(scorer, step.place, best)?;
    }
    Ok((found, trail))
}

/// Whether the text has come to its beginning again. In a window that is cut
/// short Whisper likes to write everything down twice, and people do not say
/// a command twice in one breath.
fn starts_over(tokens: &[Token]) -> bool {
    2 * OPENING_TOKENS <= tokens.len() && tokens.ends_with(&tokens[..OPENING_TOKENS])
}

/// Whether the text ends in three rounds of the same tokens, out of which it
/// seldom finds by itself.
fn goes_round(tokens: &[Token]) -> bool {
    (1..=tokens.len() / 3).any(|n| {
        let (rest, last) = tokens.split_at(tokens.len() - n);
        rest.strip_suffix(last)
            .is_some_and(|rest| rest.ends_with(last))
    })
}

/// The likeliest entry.
pub fn argmax(row: &[f32], except: Option<Token>) -> Token {
    let mut best = 0;
    let mut value = f32::NEG_INFINITY;
    for (token, &logprob) in (0..).zip(row) {
        if value < logprob && except != Some(token) {
            best = token;
            value = logprob;
        }
    }
    best
}

fn index(token: Token) -> usize {
    usize::try_from(token).expect("a token fits")
}

#[cfg(test)]
mod tests {
    use super::goes_round;

    #[test]
    fn a_circle_is_three_rounds() {
        assert!(!goes_round(&[]));
        assert!(!goes_round(&[1, 2, 3, 2, 3]));
        assert!(goes_round(&[1, 2, 3, 2, 3, 2, 3]));
        assert!(goes_round(&[7, 7, 7]));
        assert!(!goes_round(&[7, 7]));
    }
}
