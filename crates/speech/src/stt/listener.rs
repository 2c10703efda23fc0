//! One recogniser: encodes an utterance once and decodes it freely, with the words of
//! the intents as prompt, and within the grammar.

mod second_look;

use std::path::Path;
use std::sync::Arc;

pub use second_look::Evidence;

use super::bias::{Spelling, Walk};
use super::decode::{self, Beam, Decoding, Start, Token, Trail, While};
use super::model::{Encoded, Model};
use super::prompt::prompt;
use super::vocabulary::Vocabulary;
use super::{KeepGoing, SttError, agreement};
use mynah_audio::SAMPLE_RATE;
use mynah_core::grammar::Grammar;
use mynah_core::turn::Utterance;

/// Limit of prompt tokens; each costs decoder time in every command.
const PROMPT_TOKENS: usize = 120;

/// Limit of words that hints add to the prompt.
const HINT_WORDS: usize = 24;

/// Fast English has about 6 tokens per second; the limit stops a loop early.
const TOKENS_PER_S: usize = 8;

/// Limit of tokens for the shortest utterance.
const TOKENS_MIN: usize = 12;

/// The likelihood gap between free and constrained text, in nats, up to which the
/// constrained text is accepted: a constant, plus an amount per token of the free
/// text, plus an amount per token that grows with the similarity above [`UNLIKE`].
/// For spoken orders with their own file the gap is 0 to 1.2 per token at a
/// similarity over 0.8; for forty sentences from other domains with the same file it
/// is over 2.4 per token at a similarity under 0.5.
const TRUST: f32 = 1.5;
const TRUST_PER_TOKEN: f32 = 0.35;
const TRUST_PER_LIKENESS: f32 = 4.0;

/// Upper limit of that gap. Of 139 orders, each clean and at four levels of noise, one
/// with a larger gap was accepted without it; it was wrong in one of two builds.
const TRUST_MOST: f32 = 20.0;

/// The similarity that two texts of the same length have by chance.
const UNLIKE: f32 = 0.5;

/// The beam where the free text is not in the grammar. Half as wide, it is right on
/// 124 instead of 128 of 139 orders in loud noise, and a tenth faster.
const WIDE: Beam = Beam {
    width: 4,
    behind: 7.0,
    floor: f32::NEG_INFINITY,
    texts: 3,
    rounds: 3,
};

/// The beam where the free text is in the grammar: only texts that are nearly as
/// likely matter, in nats; a ratio of three to one is 1.1.
const NEAR: Beam = Beam {
    width: 2,
    behind: 1.2,
    rounds: 1,
    ..WIDE
};

/// A recogniser with one model.
pub(super) struct Listener {
    model: Model,
    vocabulary: Vocabulary,
}

/// What the recogniser expects.
pub(super) struct Bias {
    /// Grammars; a text is in one of them.
    spellings: Vec<Arc<Spelling>>,
    /// The prompt.
    before: Arc<str>,
    /// Constrained texts with a lower similarity to the free text are dropped.
    unlike: f32,
}

impl Bias {
    /// The same, to the sentences of `grammar` as well, with its hints in the prompt.
    pub(super) fn or(&self, grammar: &Grammar) -> Self {
        let more = Arc::new(Spelling::new(grammar));
        let hints = grammar.hints.iter().map(String::as_str).collect();
        let words = |text: &str| text.split_whitespace().count();
        let hints = prompt(vec![hints], HINT_WORDS, words);
        Self {
            spellings: self.spellings.iter().cloned().chain([more]).collect(),
            before: format!("{} {hints}", self.before).trim().into(),
            unlike: self.unlike,
        }
    }

    fn walk<'a>(&'a self, vocabulary: &'a Vocabulary) -> Walk<'a> {
        let spellings = self.spellings.iter();
        Walk::new(spellings.map(AsRef::as_ref).collect(), vocabulary)
    }

    /// Accepts any similarity: only the likelihood decides.
    pub(super) const fn by_likelihood(mut self) -> Self {
        self.unlike = f32::NEG_INFINITY;
        self
    }
}

/// A text that was decoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DecodedText {
    /// The text as decoded.
    pub words: String,
    /// Sum of its tokens' log-probabilities.
    pub logprob: f32,
    /// Mean log-probability per token.
    pub mean: f32,
    /// Number of tokens.
    pub tokens: usize,
}

/// The decodings of one utterance.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Decodings {
    /// The free text.
    pub free: DecodedText,
    /// Whether the free text is in the grammar.
    pub fits: bool,
    /// N-best list of the constrained search, likeliest first.
    pub constrained: Vec<DecodedText>,
    /// Whether the likeliest constrained text is a guess of one recogniser alone.
    pub guessed: bool,
    /// The model's own probability that nobody spoke, 0..1.
    pub no_speech: f32,
}

impl Listener {
    /// Maps the model at `path`.
    ///
    /// # Errors
    /// When the model is missing or damaged.
    pub(super) fn load(path: &Path) -> Result<Self, SttError> {
        let model = Model::load(path)?;
        Ok(Self {
            vocabulary: Vocabulary::new(model.texts()),
            model,
        })
    }

    /// The bias to a grammar, with a prompt of values as long as this model allows.
    pub(super) fn bias(&self, grammar: &Grammar, values: Vec<Vec<&str>>) -> Bias {
        let count = |text: &str| self.model.tokens(text).len();
        Bias {
            spellings: vec![Arc::new(Spelling::new(grammar))],
            before: prompt(values, PROMPT_TOKENS, count).into(),
            unlike: UNLIKE,
        }
    }

    /// Encodes an utterance and decodes it freely, without its wake word;
    /// [`Begun::finish`] then decodes it within the grammar of `bias`.
    ///
    /// # Errors
    /// When the model fails; [`SttError::Unwanted`] within one token when `wanted`
    /// returns false.
    pub(super) fn begin<'a>(
        &'a self,
        utterance: &Utterance,
        bias: Option<&'a Bias>,
        keep_going: KeepGoing<'_>,
    ) -> Result<Begun<'a>, SttError> {
        let samples = &utterance.samples;
        let mut encoded = self.model.encode(samples, keep_going)?;
        let cap = TOKENS_MIN + samples.len() * TOKENS_PER_S / SAMPLE_RATE as usize;
        let before = bias.map(|bias| self.model.tokens(&bias.before));
        let before = before.unwrap_or_default();
        let lead = utterance.wake.as_deref().map(second_look::lead);
        let lead = lead.map_or_else(Vec::new, |lead| self.model.tokens(&lead));
        let mut written = self.write(&mut encoded, (&before, &lead), cap, keep_going)?;
        if written.loops() && !before.is_empty() {
            // The prompt is a list and can make Whisper continue it.
            let again = self.write(&mut encoded, (&[], &lead), cap, keep_going)?;
            if !again.loops() {
                written = again;
            }
        }
        let free = &written.free;
        let fits = |bias: &Bias| bias.walk(&self.vocabulary).allows(&free.tokens);
        let heard = Decodings {
            free: self.text(free),
            fits: bias.is_some_and(fits),
            no_speech: written.no_speech,
            constrained: Vec::new(),
            guessed: false,
        };
        Ok(Begun {
            listener: self,
            bias,
            encoded,
            written,
            heard,
        })
    }

    /// Decodes freely after the prompt and the tokens that the text is known to begin
    /// with.
    fn write(
        &self,
        encoded: &mut Encoded<'_>,
        (before, lead): (&[Token], &[Token]),
        cap: usize,
        keep_going: KeepGoing<'_>,
    ) -> Result<Written, SttError> {
        let opening = encoded.open(before, lead)?;
        let start = Start {
            step: opening.step,
            cap,
        };
        let mut scorer = While {
            scorer: encoded,
            keep_going,
        };
        let (free, trail) = decode::free(&mut scorer, self.model.landmarks(), &start)?;
        Ok(Written {
            start,
            trail,
            free,
            no_speech: opening.no_speech,
        })
    }

    /// [`Self::begin`] and [`Begun::finish`].
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub(super) fn listen(
        &self,
        utterance: &Utterance,
        bias: Option<&Bias>,
        keep_going: KeepGoing<'_>,
    ) -> Result<Decodings, SttError> {
        self.begin(utterance, bias, keep_going)?.finish(keep_going)
    }

    fn text(&self, decoding: &Decoding) -> DecodedText {
        DecodedText {
            words: self.model.text(&decoding.tokens),
            logprob: decoding.logprob,
            mean: decoding.mean(),
            tokens: decoding.tokens.len(),
        }
    }
}

/// An utterance that was decoded freely.
pub(super) struct Begun<'a> {
    listener: &'a Listener,
    bias: Option<&'a Bias>,
    encoded: Encoded<'a>,
    written: Written,
    heard: Decodings,
}

/// A free decoding and its path.
struct Written {
    start: Start,
    trail: Trail,
    free: Decoding,
    no_speech: f32,
}

impl Written {
    /// Whether it was stopped by the limit or a repetition.
    const fn loops(&self) -> bool {
        !self.free.ended
    }
}

impl Begun<'_> {
    /// The result so far.
    pub(super) const fn heard(&self) -> &Decodings {
        &self.heard
    }

    /// Decodes within the grammar.
    ///
    /// # Errors
    /// As [`Listener::begin`].
    pub(super) fn finish(mut self, keep_going: KeepGoing<'_>) -> Result<Decodings, SttError> {
        let Some(bias) = self.bias else {
            return Ok(self.heard);
        };
        let mut heard = self.heard;
        let beam = Beam {
            floor: heard.free.logprob - heard.free.believable(1.0),
            ..if heard.fits { NEAR } else { WIDE }
        };
        let listener = self.listener;
        let mut walk = bias.walk(&listener.vocabulary);
        let mut scorer = While {
            scorer: &mut self.encoded,
            keep_going,
        };
        let landmarks = listener.model.landmarks();
        let Written { start, trail, .. } = &self.written;
        let constrained =
            decode::constrained(&mut scorer, landmarks, &mut walk, start, trail, beam)?;
        let alike = |constrained: &DecodedText| {
            bias.unlike < agreement::likeness(&heard.free.words, &constrained.words)
        };
        let constrained = constrained.iter().map(|decoding| listener.text(decoding));
        heard.constrained = constrained.filter(alike).collect();
        Ok(heard)
    }
}

impl DecodedText {
    /// The accepted likelihood gap, in nats, between this free text and a constrained
    /// one of the given similarity.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
    pub(super) fn believable(&self, likeness: f32) -> f32 {
        let per_token = TRUST_PER_TOKEN + TRUST_PER_LIKENESS * (likeness - UNLIKE).max(0.0);
        TRUST + per_token * self.tokens as f32
    }
}

impl Decodings {
    /// Whether the constrained `text`, with the given likelihood gap in nats, is
    /// accepted: a gap that its similarity allows, no dropped content word,
    /// no other number, and no guess.
    pub(super) fn believes(&self, text: &str, gap: f32) -> bool {
        let likeness = agreement::likeness(&self.free.words, text);
        let most = self.free.believable(likeness).min(TRUST_MOST);
        gap < most
            && !self.guessed
            && !agreement::leaves_out(&self.free.words, text)
            && !agreement::changes_number(&self.free.words, text)
    }
}
