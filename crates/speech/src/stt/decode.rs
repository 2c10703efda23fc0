//! Decoding: any number of decodings of one encoded utterance, each with its
//! log-probability, by which they are compared.

mod beam;

pub(super) use beam::{Beam, constrained};

use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

use super::{KeepGoing, SttError};

/// A token of the recogniser's vocabulary.
pub(super) type Token = mynah_whisper::Token;

/// A token in the model's KV cache, which stands for the text up to it.
pub(super) type DecodePosition = mynah_whisper::CacheIndex;

/// A fed token, and the distribution of the next one.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The token in the KV cache.
    pub place: DecodePosition,
    /// Log-probabilities of each text token and of the end.
    pub row: Arc<[f32]>,
}

/// The decoder over one encoded utterance. One implementation is Whisper,
/// another a table for tests.
pub(super) trait Scorer {
    /// Feeds tokens, each after a fed one, in one pass over the weights, which costs
    /// hardly more than a single token.
    ///
    /// # Errors
    /// When the model fails.
    fn feed(&mut self, nexts: &[(DecodePosition, Token)]) -> Result<Vec<Step>, SttError>;
}

/// A scorer that can be cancelled.
pub(super) struct While<'a, S> {
    /// The scorer.
    pub scorer: &'a mut S,
    /// Polled before each call; false cancels.
    pub keep_going: KeepGoing<'a>,
}

impl<S: Scorer> Scorer for While<'_, S> {
    fn feed(&mut self, nexts: &[(DecodePosition, Token)]) -> Result<Vec<Step>, SttError> {
        if !(self.keep_going)() {
            return Err(SttError::Unwanted);
        }
        self.scorer.feed(nexts)
    }
}

/// A constraint: which tokens may follow.
pub(super) trait Constraint {
    /// The state of a text under the constraint.
    type DecodePosition: Clone + Eq + Hash;

    /// The state of the empty text.
    fn start(&self) -> Self::DecodePosition;

    /// Tokens that are allowed in a state, and whether the text may end there.
    fn allowed(&mut self, place: &Self::DecodePosition) -> (Rc<[Token]>, bool);

    /// The state after an allowed token.
    fn after(&self, place: &Self::DecodePosition, token: Token) -> Self::DecodePosition;

    /// The token in the constraint's alphabet, without capitals and commas.
    fn letters(&self, token: Token) -> &[u8];
}

/// Special tokens that a search needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Landmarks {
    /// End of text. All tokens below it are text, none above.
    pub end: Token,
    /// A single space, which must not begin a text.
    pub blank: Token,
}

/// Length of a beginning, in tokens, whose recurrence means repetition.
const OPENING_TOKENS: usize = 6;

/// One decoded text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Decoding {
    /// Text tokens, without the end token.
    pub tokens: Vec<Token>,
    /// Sum of the tokens' log-probabilities under the unconstrained model,
    /// the end token's included.
    pub logprob: f32,
    /// Whether the text ended by itself, not by the limit or in a repetition.
    pub ended: bool,
}

impl Decoding {
    /// Mean log-probability of a token.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
    pub(super) fn mean(&self) -> f32 {
        self.logprob / (self.tokens.len() + 1) as f32
    }
}

/// The start of a search.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// The last token before the text.
    pub step: Step,
    /// Limit of tokens.
    pub cap: usize,
}

/// The path of a greedy decoding, reused by a search along the same path.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    /// The text tokens that were fed.
    tokens: Vec<Token>,
    /// The step before each of them, and after the last.
    steps: Vec<Step>,
}

impl Trail {
    /// The step after `tokens`, if the path has that prefix.
    pub(super) fn step(&self, tokens: &[Token]) -> Option<&Step> {
        let known = self.tokens.starts_with(tokens);
        self.steps.get(tokens.len()).filter(|_| known)
    }

    /// Log-probability of `token` after `tokens`, if the path has that prefix.
    pub(super) fn logprob(&self, tokens: &[Token], token: Token) -> Option<f32> {
        Some(self.step(tokens)?.row[index(token)])
    }
}

/// Feeds a single token.
///
/// # Errors
/// When the model fails.
pub(super) fn feed(
    scorer: &mut impl Scorer,
    after: DecodePosition,
    token: Token,
) -> Result<Step, SttError> {
    let step = scorer.feed(&[(after, token)])?.pop();
    step.ok_or_else(|| SttError::Decode("a token was lost".into()))
}

/// Greedy decoding without a constraint; a sentence that is repeated is taken once.
///
/// # Errors
/// When the model fails.
pub(super) fn free(
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

/// Whether the text repeats its beginning. Whisper tends to repeat short utterances,
/// and people do not say a command twice in a row.
fn starts_over(tokens: &[Token]) -> bool {
    2 * OPENING_TOKENS <= tokens.len() && tokens.ends_with(&tokens[..OPENING_TOKENS])
}

/// Whether the text ends in three repetitions of the same tokens, a loop that seldom
/// ends by itself.
fn goes_round(tokens: &[Token]) -> bool {
    (1..=tokens.len() / 3).any(|n| {
        let (rest, last) = tokens.split_at(tokens.len() - n);
        rest.strip_suffix(last)
            .is_some_and(|rest| rest.ends_with(last))
    })
}

/// The likeliest entry.
pub(super) fn argmax(row: &[f32], except: Option<Token>) -> Token {
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
