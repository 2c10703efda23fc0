//! The search for the words: one encoded utterance, any number of decodings
//! of it, each greedy and each with the log-probability that the evidence
//! behind a choice between them needs.
//!
//! whisper.cpp's own `whisper_full` decodes once and hides the logits; here
//! the encoded sound is kept and only the cheap decoder runs again.

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
}

/// A rule about which tokens may follow.
pub trait Constraint {
    /// Back to the beginning of a text.
    fn restart(&mut self);

    /// Tokens that may come now, and whether the text may end here.
    fn allowed(&mut self) -> (&[Token], bool);

    /// Takes one of the allowed tokens.
    fn accept(&mut self, token: Token);

    /// Whether the two differ in nothing that the rule cares for, such as a
    /// capital or a comma: going back from one to the other gains nothing.
    fn alike(&self, a: Token, b: Token) -> bool;
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

/// How much less likely than going on, in nats, an end may be.
const ENDING_LOSS: f32 = 3.0;

/// Ways that are kept in mind at each token of the constrained search.
const WAYS: usize = 4;

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
    /// A text that has ended.
    fn of(tokens: &[Token], logprob: f32) -> Self {
        Self {
            tokens: tokens.to_vec(),
            logprob,
            ended: true,
        }
    }

    /// Mean log-probability of a token.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
    pub fn mean(&self) -> f32 {
        self.logprob / (self.tokens.len() + 1) as f32
    }
}

/// Decodes greedily, free of any rule; a sentence that is written twice is
/// taken once.
///
/// `last` is the final token of the prompt, fed at `position`; `cap` is the
/// largest number of tokens.
///
/// # Errors
/// When the model fails.
pub fn free(
    scorer: &mut impl Scorer,
    landmarks: Landmarks,
    last: Token,
    position: usize,
    cap: usize,
) -> Result<Decoding, SttError> {
    let mut found = Decoding::default();
    // Log-probability of the text up to each token.
    let mut sums = Vec::new();
    let mut feed = last;
    loop {
        let logits = scorer.feed(feed, position + found.tokens.len())?;
        let text = &logits[..=index(landmarks.end)];
        let blank = found.tokens.is_empty().then_some(landmarks.blank);
        let best = argmax(text, blank);
        found.logprob += logits[index(best)] - log_sum_exp(text);
        if best == landmarks.end {
            found.ended = true;
            return Ok(found);
        }
        found.tokens.push(best);
        sums.push(found.logprob);
        if starts_over(&found.tokens) {
            let once = found.tokens.len() - OPENING_TOKENS;
            found.tokens.truncate(once);
            found.logprob = sums[once - 1];
            found.ended = true;
            return Ok(found);
        }
        if found.tokens.len() == cap {
            return Ok(found);
        }
        feed = best;
    }
}

/// Whether the text has come to its beginning again. In a window that is cut
/// short Whisper likes to write everything down twice, and people do not say
/// a command twice in one breath.
fn starts_over(tokens: &[Token]) -> bool {
    2 * OPENING_TOKENS <= tokens.len() && tokens.ends_with(&tokens[..OPENING_TOKENS])
}

/// Decodes within `constraint`: greedy first, then again from the likeliest of
/// the ways that were not taken, `retries` times at most; the likeliest whole
/// text wins. `None` when nothing that the rule allows ends within `cap`.
///
/// # Errors
/// When the model fails.
pub fn constrained(
    scorer: &mut impl Scorer,
    landmarks: Landmarks,
    constraint: &mut impl Constraint,
    last: Token,
    position: usize,
    cap: usize,
    retries: usize,
) -> Result<Option<Decoding>, SttError> {
    let mut search = Search {
        scorer,
        landmarks,
        constraint,
        last,
        position,
        cap,
        fed: Vec::new(),
        forks: vec![Fork::default()],
    };
    let mut best: Option<Decoding> = None;
    for _ in 0..=retries {
        let floor = best.as_ref().map_or(f32::NEG_INFINITY, |b| b.logprob);
        let Some(fork) = search.take_likeliest(floor) else {
            break;
        };
        if let Some(found) = search.follow(fork, floor)? {
            best = Some(found);
        }
    }
    Ok(best)
}

/// A way that was not taken.
#[derive(Clone, Debug, Default)]
struct Fork {
    prefix: Vec<Token>,
    /// Of the prefix.
    logprob: f32,
}

struct Search<'a, S, C> {
    scorer: &'a mut S,
    landmarks: Landmarks,
    constraint: &'a mut C,
    last: Token,
    position: usize,
    cap: usize,
    /// The text tokens that the model remembers.
    fed: Vec<Token>,
    forks: Vec<Fork>,
}

impl<S: Scorer, C: Constraint> Search<'_, S, C> {
    fn take_likeliest(&mut self, floor: f32) -> Option<Fork> {
        self.forks.retain(|fork| floor < fork.logprob);
        let best = (0..self.forks.len())
            .max_by(|&a, &b| self.forks[a].logprob.total_cmp(&self.forks[b].logprob))?;
        Some(self.forks.swap_remove(best))
    }

    /// Goes greedily on from a fork and notes the other ways as new forks.
    /// `None` when no whole text on its way is likelier than `floor`.
    fn follow(&mut self, fork: Fork, floor: f32) -> Result<Option<Decoding>, SttError> {
        let Fork {
            prefix: mut tokens,
            mut logprob,
        } = fork;
        self.replay(&tokens)?;
        // The likeliest whole text on this way.
        let mut ended: Option<Decoding> = None;
        while tokens.len() < self.cap {
            let feed = tokens.last().copied().unwrap_or(self.last);
            let logits = self.scorer.feed(feed, self.position + tokens.len())?;
            self.fed.clone_from(&tokens);
            let (allowed, may_end) = self.constraint.allowed();
            let end = may_end.then_some(self.landmarks.end);
            let best = best_few(logits, allowed, end);
            let Some((&first, others)) = best.split_first() else {
                break;
            };
            let norm = log_sum_exp(&logits[..=index(self.landmarks.end)]);
            let gain = |token: Token| logits[index(token)] - norm;
            for &other in others {
                let loss = gain(first) - gain(other);
                let logprob = logprob + gain(other);
                if other == self.landmarks.end {
                    // Short texts are likely texts: an early end must hold
                    // its own against going on.
                    if ENDING_LOSS < loss {
                        continue;
                    }
                    ended = Some(likelier(ended, Decoding::of(&tokens, logprob)));
                    continue;
                }
                if self.constraint.alike(first, other) {
                    continue;
                }
                let mut prefix = tokens.clone();
                prefix.push(other);
                self.forks.push(Fork { prefix, logprob });
            }
            logprob += gain(first);
            if logprob < ended.as_ref().map_or(floor, |e| e.logprob) {
                break;
            }
            if first == self.landmarks.end {
                ended = Some(likelier(ended, Decoding::of(&tokens, logprob)));
                break;
            }
            self.constraint.accept(first);
            tokens.push(first);
        }
        Ok(ended.filter(|e| floor < e.logprob))
    }

    /// Brings model and rule to the end of `prefix`, its last token not yet
    /// fed; what the model still remembers of it is not fed again.
    fn replay(&mut self, prefix: &[Token]) -> Result<(), SttError> {
        self.constraint.restart();
        for &token in prefix {
            self.constraint.accept(token);
        }
        let common = prefix
            .iter()
            .zip(&self.fed)
            .take_while(|(a, b)| a == b)
            .count();
        // Position p is fed with token p - 1, and with `last` at 0.
        for at in common + 1..prefix.len() {
            self.scorer.feed(prefix[at - 1], self.position + at)?;
        }
        Ok(())
    }
}

/// Probability of one entry among all logits.
#[must_use]
pub fn probability(logits: &[f32], token: Token) -> f32 {
    (logits[index(token)] - log_sum_exp(logits)).exp()
}

fn likelier(known: Option<Decoding>, new: Decoding) -> Decoding {
    match known {
        Some(known) if new.logprob <= known.logprob => known,
        _ => new,
    }
}

/// The likeliest tokens that are allowed, best first, [`WAYS`] at most.
fn best_few(logits: &[f32], allowed: &[Token], end: Option<Token>) -> Vec<Token> {
    let mut best: Vec<Token> = Vec::with_capacity(WAYS + 1);
    for token in allowed.iter().copied().chain(end) {
        let value = logits[index(token)];
        let rank = best.partition_point(|&t| value <= logits[index(t)]);
        if rank < WAYS {
            best.insert(rank, token);
            best.truncate(WAYS);
        }
    }
    best
}

fn argmax(logits: &[f32], except: Option<Token>) -> Token {
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
