//! The search for the words: one encoded utterance, any number of decodings
//! of it, each with the log-probability that the evidence behind a choice
//! between them needs.
//!
//! whisper.cpp's own `whisper_full` decodes once and hides the logits; here
//! the encoded sound is kept and only the cheap decoder runs again.

mod beam;

pub use beam::{Beam, constrained};

use std::hash::Hash;
use std::rc::Rc;

use super::SttError;

/// A token of the recogniser's vocabulary.
pub type Token = i32;

/// The decoder over one encoded utterance. One implementation is Whisper,
/// another a table for tests.
pub trait Scorer {
    /// Feeds `token` at `position`, forgetting what was fed from there on,
    /// and gives the logits of what follows, one per vocabulary entry.
    ///
    /// # Errors
    /// When the model fails.
    fn feed(&mut self, token: Token, position: usize) -> Result<&[f32], SttError>;

    /// Feeds several tokens from `position` on, of which no logits are wanted.
    ///
    /// # Errors
    /// When the model fails.
    fn pass(&mut self, tokens: &[Token], position: usize) -> Result<(), SttError>;
}

/// A scorer that is asked only as long as somebody wants to know.
pub struct While<'a, S> {
    /// Who is asked.
    pub scorer: &'a mut S,
    /// Whether somebody still does.
    pub wanted: &'a dyn Fn() -> bool,
}

impl<S: Scorer> Scorer for While<'_, S> {
    fn feed(&mut self, token: Token, position: usize) -> Result<&[f32], SttError> {
        if !(self.wanted)() {
            return Err(SttError::Unwanted);
        }
        self.scorer.feed(token, position)
    }

    fn pass(&mut self, tokens: &[Token], position: usize) -> Result<(), SttError> {
        self.scorer.pass(tokens, position)
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
    /// Whether the text ended by itself, not by the cap.
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
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The last token before the text, not yet fed.
    pub last: Token,
    /// Its position.
    pub position: usize,
    /// Tokens that a text may have.
    pub cap: usize,
}

/// What the model remembers of a greedy decoding, so that a search along the
/// same way is free.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The text tokens that were fed.
    tokens: Vec<Token>,
    /// Logits of text tokens and the end, after so many of the tokens.
    rows: Vec<Box<[f32]>>,
}

impl Trail {
    fn row(&self, tokens: &[Token]) -> Option<&[f32]> {
        let known = self.tokens.starts_with(tokens);
        let row = self.rows.get(tokens.len()).filter(|_| known)?;
        Some(row)
    }

    /// Log-probability of `token` after `tokens`, if the decoding came by
    /// there.
    pub fn logprob(&self, tokens: &[Token], token: Token) -> Option<f32> {
        Some(log_probability(self.row(tokens)?, token))
    }
}

/// Decodes greedily, free of any rule; a sentence that is written twice is
/// taken once.
///
/// # Errors
/// When the model fails.
pub fn free(
    scorer: &mut impl Scorer,
    landmarks: Landmarks,
    start: Start,
) -> Result<(Decoding, Trail), SttError> {
    let mut found = Decoding::default();
    let mut trail = Trail::default();
    // Log-probability of the text up to each token.
    let mut sums = Vec::new();
    let mut feed = start.last;
    while found.tokens.len() < start.cap {
        let logits = scorer.feed(feed, start.position + found.tokens.len())?;
        trail.tokens.clone_from(&found.tokens);
        let text = &logits[..=index(landmarks.end)];
        trail.rows.push(text.into());
        let blank = found.tokens.is_empty().then_some(landmarks.blank);
        let best = argmax(text, blank);
        found.logprob += logits[index(best)] - log_sum_exp(text);
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
        feed = best;
    }
    Ok((found, trail))
}

/// Whether the text has come to its beginning again. In a window that is cut
/// short Whisper likes to write everything down twice, and people do not say
/// a command twice in one breath.
fn starts_over(tokens: &[Token]) -> bool {
    2 * OPENING_TOKENS <= tokens.len() && tokens.ends_with(&tokens[..OPENING_TOKENS])
}

/// Probability of one entry among all logits.
#[must_use]
pub fn probability(logits: &[f32], token: Token) -> f32 {
    (logits[index(token)] - log_sum_exp(logits)).exp()
}

/// Log-probability of one entry among all logits.
pub fn log_probability(logits: &[f32], token: Token) -> f32 {
    logits[index(token)] - log_sum_exp(logits)
}

/// The entry with the highest logit.
pub fn argmax(logits: &[f32], except: Option<Token>) -> Token {
    let mut best = 0;
    let mut value = f32::NEG_INFINITY;
    for (token, &logit) in (0..).zip(logits) {
        if value < logit && except != Some(token) {
            best = token;
            value = logit;
        }
    }
    best
}

/// Logarithm of the sum of exponentials, safe from overflow.
fn log_sum_exp(logits: &[f32]) -> f32 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    max + logits.iter().map(|l| (l - max).exp()).sum::<f32>().ln()
}

fn index(token: Token) -> usize {
    usize::try_from(token).expect("the vocabulary has no negative tokens")
}
