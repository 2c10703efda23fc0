//! One Whisper model that listens: it encodes an utterance once and decodes it
//! freely, with the intents' words as the
//! text before, and within the grammar.

mod second_look;

use std::path::Path;

pub use second_look::Evidence;

use super::bias::{Spelling, Walk};
use super::decode::{self, Beam, Decoding, Start, Token, Trail, While};
use super::model::{Encoded, Model};
use super::prompt::prompt;
use super::vocabulary::Vocabulary;
use super::{SttError, Wanted, agreement};
use mynah_audio::SAMPLE_RATE;
use mynah_core::grammar::Grammar;
use mynah_core::model::Settings;
use mynah_core::turn::Utterance;

/// Prompt tokens at most; every one costs decoder time in every command.
const PROMPT_TOKENS: usize = 120;

/// Fast English has some 6 tokens a second; the cap stops a loop early.
const TOKENS_PER_S: usize = 8;

/// Tokens that the shortest utterance may have.
const TOKENS_MIN: usize = 12;

/// How much less likely than the free text, in nats, the constrained text may
/// be and still be believed: so much once, so much for each token of the free
/// text, and so much more for each token as the two sound alike beyond
/// [`UNLIKE`]. On spoken orders against their own file the gap is 0 to 1.2 a
/// token at a likeness over 0.8; on forty sentences from other worlds against
/// the same file it is over 2.4 a token at a likeness under 0.5.
const TRUST: f32 = 1.5;
const TRUST_PER_TOKEN: f32 = 0.35;
const TRUST_PER_LIKENESS: f32 = 4.0;

/// However long and alike the texts, a constrained one this many nats less
/// likely is not believed. Of 139 orders, each clean and at four levels of
/// noise, one was so far behind and believed; it was wrong once in two builds.
const TRUST_MOST: f32 = 20.0;

/// Texts of the same length and letters by chance are this much alike.
const UNLIKE: f32 = 0.5;

/// The search where the free text is not in the grammar. Half as wide it is
/// right on 124 instead of 128 of 139 orders in loud noise, a tenth faster.
const WIDE: Beam = Beam {
    width: 4,
    behind: 7.0,
    floor: f32::NEG_INFINITY,
    texts: 3,
    rounds: 3,
};

/// The search where the free text is in the grammar: only what is nearly as
/// likely, in nats, is worth telling of; three to one is 1.1.
const NEAR: Beam = Beam {
    width: 2,
    behind: 1.2,
    rounds: 1,
    ..WIDE
};

/// A model that listens.
pub struct Listener {
    model: Model,
    vocabulary: Vocabulary,
}

/// What is listened for.
pub struct Bias {
    spelling: Spelling,
    /// The text before.
    before: String,
    /// What is less like the free text is not told.
    unlike: f32,
}

impl Bias {
    /// Tells of whatever is likely enough, however it is spelt.
    pub const fn by_likelihood(mut self) -> Self {
        self.unlike = f32::NEG_INFINITY;
        self
    }
}

/// A text that was decoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The words, as they were written.
    pub words: String,
    /// Sum of its tokens' log-probabilities.
    pub logprob: f32,
    /// The same for a token, at the mean.
    pub mean: f32,
    /// Tokens.
    pub tokens: usize,
}

/// What the decodings of one utterance gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// Without any rule.
    pub free: Text,
    /// Whether the free text keeps to the grammar by itself.
    pub fits: bool,
    /// Within the grammar, likeliest first.
    pub held: Vec<Text>,
    /// The model's own probability that nobody spoke, 0..1.
    pub no_speech: f32,
}

impl Listener {
    /// Loads the ggml model at `path`.
    ///
    /// # Errors
    /// When the model is missing or damaged.
    pub fn load(path: &Path) -> Result<Self, SttError> {
        let model = Model::load(path)?;
        Ok(Self {
            vocabulary: Vocabulary::new(model.texts()),
            model,
        })
    }

    /// The bias of one configuration, whose words before are as long as this
    /// model may bear.
    pub fn bias(&self, settings: &Settings, grammar: &Grammar) -> Bias {
        let count = |text: &str| self.model.tokens(text).len();
        Bias {
            spelling: Spelling::new(grammar),
            before: prompt(settings, PROMPT_TOKENS, count),
            unlike: UNLIKE,
        }
    }

    /// Listens to an utterance and writes it down freely, without its wake
    /// word; what it is within the grammar of `bias` is found out by
    /// [`Begun::finish`].
    ///
    /// # Errors
    /// When the model fails; [`SttError::Unwanted`] within a token's time when
    /// it is no longer `wanted`.
    pub fn begin<'a>(
        &'a self,
        utterance: &Utterance,
        bias: Option<&'a Bias>,
        wanted: Wanted<'_>,
    ) -> Result<Begun<'a>, SttError> {
        let samples = &utterance.samples;
        let mut encoded = self.model.encode(samples, wanted)?;
        let cap = TOKENS_MIN + samples.len() * TOKENS_PER_S / SAMPLE_RATE as usize;
        let before = bias.map(|bias| self.model.tokens(&bias.before));
        let before = before.unwrap_or_default();
        let lead = utterance.wake.as_deref().map(second_look::lead);
        let lead = lead.map_or_else(Vec::new, |lead| self.model.tokens(&lead));
        let mut written = self.write(&mut encoded, (&before, &lead), cap, wanted)?;
        if written.loops() && !before.is_empty() {
            // The words before, a list, can lead Whisper on to list some more.
            let again = self.write(&mut encoded, (&[], &lead), cap, wanted)?;
            if !again.loops() {
                written = again;
            }
        }
        let free = &written.free;
        let fits = |bias: &Bias| Walk::new(&bias.spelling, &self.vocabulary).allows(&free.tokens);
        let heard = Heard {
            free: self.text(free),
            fits: bias.is_some_and(fits),
            no_speech: written.no_speech,
            held: Vec::new(),
        };
        Ok(Begun {
            listener: self,
            bias,
            encoded,
            written,
            heard,
        })
    }

    /// Decodes freely after the tokens of a text before and those that the
    /// text is known to begin with.
    fn write(
        &self,
        encoded: &mut Encoded<'_>,
        (before, lead): (&[Token], &[Token]),
        cap: usize,
        wanted: Wanted<'_>,
    ) -> Result<Written, SttError> {
        let opening = encoded.open(before, lead)?;
        let start = Start {
            step: opening.step,
            cap,
        };
        let mut scorer = While {
            scorer: encoded,
            wanted,
        };
        let (free, trail) = decode::free(&mut scorer, self.model.landmarks(), &start)?;
        Ok(Written {
            start,
            trail,
            free,
            no_speech: opening.no_speech,
        })
    }

    /// As [`Self::begin`], to the end.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn listen(
        &self,
        utterance: &Utterance,
        bias: Option<&Bias>,
        wanted: Wanted<'_>,
    ) -> Result<Heard, SttError> {
        self.begin(utterance, bias, wanted)?.finish(wanted)
    }

    fn text(&self, decoding: &Decoding) -> Text {
        Text {
            words: self.model.text(&decoding.tokens),
            logprob: decoding.logprob,
            mean: decoding.mean(),
            tokens: decoding.tokens.len(),
        }
    }
}

/// An utterance that was written down freely.
pub struct Begun<'a> {
    listener: &'a Listener,
    bias: Option<&'a Bias>,
    encoded: Encoded<'a>,
    written: Written,
    heard: Heard,
}

/// A free decoding, and where it went.
struct Written {
    start: Start,
    trail: Trail,
    free: Decoding,
    no_speech: f32,
}

impl Written {
    /// Whether it did not come to an end by itself.
    const fn loops(&self) -> bool {
        !self.free.ended
    }
}

impl Begun<'_> {
    /// What was heard so far.
    pub const fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Finds the texts within the grammar.
    ///
    /// # Errors
    /// As [`Listener::begin`].
    pub fn finish(mut self, wanted: Wanted<'_>) -> Result<Heard, SttError> {
        let Some(bias) = self.bias else {
            return Ok(self.heard);
        };
        let mut heard = self.heard;
        let beam = Beam {
            floor: heard.free.logprob - heard.free.believable(1.0),
            ..if heard.fits { NEAR } else { WIDE }
        };
        let listener = self.listener;
        let mut walk = Walk::new(&bias.spelling, &listener.vocabulary);
        let mut scorer = While {
            scorer: &mut self.encoded,
            wanted,
        };
        let landmarks = listener.model.landmarks();
        let Written { start, trail, .. } = &self.written;
        let held = decode::constrained(&mut scorer, landmarks, &mut walk, start, trail, beam)?;
        let alike = |held: &Text| bias.unlike < agreement::likeness(&heard.free.words, &held.words);
        let held = held.iter().map(|decoding| listener.text(decoding));
        heard.held = held.filter(alike).collect();
        Ok(heard)
    }
}

impl Text {
    /// How much less likely than this free text, in nats, a constrained one
    /// that is so much like it may be and still be believed.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
    pub fn believable(&self, likeness: f32) -> f32 {
        let per_token = TRUST_PER_TOKEN + TRUST_PER_LIKENESS * (likeness - UNLIKE).max(0.0);
        TRUST + per_token * self.tokens as f32
    }
}

impl Heard {
    /// Whether `text`, which is so many nats less likely than the free text,
    /// may be what was said: close enough for how much it sounds like it, and
    /// without a part left out.
    pub fn believes(&self, text: &str, gap: f32) -> bool {
        let likeness = agreement::likeness(&self.free.words, text);
        let most = self.free.believable(likeness).min(TRUST_MOST);
        gap < most && !agreement::leaves_out(&self.free.words, text)
    }
}
