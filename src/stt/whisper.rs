//! Whisper, biased to the intents.
//!
//! One utterance is encoded once, in a window cut to its length. Then it is
//! decoded freely, with the intents' words as the text before, and within the
//! grammar; the log-probabilities of both decide.

use std::path::Path;

use super::agreement;
use super::bias::{Spelling, Walk};
use super::decode::{self, Beam, Decoding, Start, Token};
use super::model::Model;
use super::prompt::prompt;
use super::vocabulary::Vocabulary;
use super::{Listening, SttError, Transcriber};
use crate::audio::SAMPLE_RATE;
use crate::config::Settings;
use crate::grammar::Grammar;
use crate::turn::{Hypothesis, Transcript, TranscriptRoute, Utterance};

/// Samples of one encoder position: 20 ms.
const POSITION_SAMPLES: usize = SAMPLE_RATE as usize / 50;

/// Encoder positions beyond the utterance's end. Cut tighter, Whisper loops.
const MARGIN_POSITIONS: usize = 256;

/// Prompt tokens at most; every one costs decoder time in every command.
const PROMPT_TOKENS: usize = 120;

/// Fast English has some 6 tokens a second; the cap stops a loop early.
const TOKENS_PER_S: usize = 8;

/// Tokens that the shortest utterance may have.
const TOKENS_MIN: usize = 12;

/// Below this mean log-probability a text is tried again in a wider window:
/// the threshold of `OpenAI`'s own decoding.
const POOR_LOGPROB: f32 = -1.0;

/// How much less likely than the free text, in nats, the constrained text may
/// be and still be believed: so much once, so much for each token of the free
/// text, and so much more for each token as the two sound alike beyond
/// [`UNLIKE`]. On spoken orders against their own file the gap is 0 to 1.2 a
/// token at a likeness over 0.8; on forty sentences from other worlds against
/// the same file it is over 2.4 a token at a likeness under 0.5.
const TRUST: f32 = 1.5;
const TRUST_PER_TOKEN: f32 = 0.35;
const TRUST_PER_LIKENESS: f32 = 4.0;

/// Texts of the same length and letters by chance are this much alike.
const UNLIKE: f32 = 0.5;

/// The constrained search where the free text is not in the grammar.
const WIDTH: usize = 3;
const BEHIND: f32 = 4.0;

/// A text in the grammar that is less likely than the free one by no more
/// than this, in nats, is not worth another round of search.
const ENOUGH: f32 = 4.0;

/// The search where the free text is in the grammar: only what is nearly as
/// likely, in nats, is worth telling of; three to one is 1.1.
const NEAR: f32 = 1.2;
const WIDTH_NEAR: usize = 2;

/// Texts of the constrained search.
const TEXTS: usize = 3;

/// Rounds of the constrained search where the free text is not in the grammar.
const ROUNDS: usize = 3;

/// Shorter sounds hold no word.
const SHORTEST_SAMPLES: usize = SAMPLE_RATE as usize / 5;

/// A Whisper model with the bias of one configuration.
pub struct Whisper {
    model: Model,
    vocabulary: Vocabulary,
    bias: Bias,
}

/// What is listened for.
struct Bias {
    spelling: Spelling,
    prompt: Vec<Token>,
}

impl Bias {
    fn new(model: &Model, settings: &Settings, grammar: &Grammar) -> Self {
        let text = prompt(settings, PROMPT_TOKENS, |text| model.tokens(text).len());
        Self {
            spelling: Spelling::new(grammar),
            prompt: model.tokens(&text),
        }
    }
}

impl Whisper {
    /// Loads the ggml model at `path` and prepares the bias.
    ///
    /// # Errors
    /// When the model is missing or damaged.
    pub fn load(path: &Path, settings: &Settings, grammar: &Grammar) -> Result<Self, SttError> {
        let model = Model::load(path, settings.stt.threads as usize)?;
        Ok(Self {
            vocabulary: Vocabulary::new(model.texts()),
            bias: Bias::new(&model, settings, grammar),
            model,
        })
    }

    /// Free and constrained decoding of one utterance in one window.
    fn listen(
        &mut self,
        samples: &[f32],
        positions: usize,
        listening: Listening,
    ) -> Result<Heard, SttError> {
        self.model.encode(samples, positions)?;
        let cap = TOKENS_MIN + samples.len() * TOKENS_PER_S / SAMPLE_RATE as usize;
        let prompt: &[Token] = match listening {
            Listening::Plain => &[],
            Listening::Biased => &self.bias.prompt,
        };
        let opening = self.model.open(prompt)?;
        let start = Start {
            last: opening.last,
            position: opening.position,
            cap,
        };
        let landmarks = self.model.landmarks();
        let (free, trail) = decode::free(&mut self.model, landmarks, start)?;
        let constrained = match listening {
            Listening::Plain => Vec::new(),
            Listening::Biased => {
                let mut walk = Walk::new(&self.bias.spelling, &self.vocabulary);
                let fits = walk.allows(&free.tokens);
                let beam = Beam {
                    width: if fits { WIDTH_NEAR } else { WIDTH },
                    behind: if fits { NEAR } else { BEHIND },
                    floor: free.logprob - believable(&free, 1.0),
                    texts: TEXTS,
                    rounds: if fits { 1 } else { ROUNDS },
                    enough: free.logprob - ENOUGH,
                };
                decode::constrained(&mut self.model, landmarks, &mut walk, start, &trail, beam)?
            }
        };
        Ok(Heard {
            free,
            constrained,
            no_speech: opening.no_speech,
        })
    }

    /// Encoder positions that hold the samples and the margin.
    fn cut(&self, samples: &[f32]) -> usize {
        (samples.len() / POSITION_SAMPLES + MARGIN_POSITIONS).min(self.model.window())
    }

    fn choose(&self, heard: &Heard) -> Transcript {
        let free = Hypothesis {
            text: self.model.text(&heard.free.tokens),
            behind: 0.0,
            route: TranscriptRoute::Free,
        };
        let Some((best, others)) = heard.constrained.split_first() else {
            return heard.transcript(&heard.free, free, Vec::new());
        };
        let held = |decoding: &Decoding, beside: &Decoding| Hypothesis {
            text: self.model.text(&decoding.tokens),
            behind: beside.logprob - decoding.logprob,
            route: TranscriptRoute::Constrained,
        };
        let first = held(best, best);
        let likeness = agreement::likeness(&free.text, &first.text);
        tracing::debug!(
            free = free.text,
            free_logprob = heard.free.logprob,
            constrained = first.text,
            constrained_logprob = best.logprob,
            likeness,
            tokens = heard.free.tokens.len(),
            others = others.len(),
            "decoded twice"
        );
        let gap = heard.free.logprob - best.logprob;
        let whole = !agreement::leaves_out(&free.text, &first.text);
        if whole && gap < believable(&heard.free, likeness) {
            let free = Hypothesis {
                behind: -gap,
                ..free
            };
            let others = others.iter().map(|other| held(other, best));
            let others = std::iter::once(free).chain(others).collect();
            heard.transcript(best, first, others)
        } else {
            let others = heard.constrained.iter();
            let others = others.map(|other| held(other, &heard.free)).collect();
            heard.transcript(&heard.free, free, others)
        }
    }
}

impl Transcriber for Whisper {
    fn transcribe(
        &mut self,
        utterance: &Utterance,
        listening: Listening,
    ) -> Result<Transcript, SttError> {
        let samples = &utterance.samples;
        if samples.len() < SHORTEST_SAMPLES {
            return Ok(silence());
        }
        let window = self.model.window();
        let cut = self.cut(samples);
        let mut heard = self.listen(samples, cut, listening)?;
        if heard.is_poor() && cut < window {
            let again = self.listen(samples, window.min(2 * cut), listening)?;
            if heard.free.mean() < again.free.mean() || heard.loops() {
                heard = again;
            }
        }
        Ok(self.choose(&heard))
    }

    fn answer(
        &mut self,
        utterance: &Utterance,
        answers: &Settings,
    ) -> Result<Transcript, SttError> {
        let samples = &utterance.samples;
        if samples.len() < SHORTEST_SAMPLES {
            return Ok(silence());
        }
        let asked = Bias::new(&self.model, answers, &Grammar::compile(answers));
        let usual = std::mem::replace(&mut self.bias, asked);
        let heard = self.listen(samples, self.cut(samples), Listening::Biased);
        self.bias = usual;
        let answer = self.choose(&heard?);
        if answer.route == TranscriptRoute::Constrained {
            return Ok(answer);
        }
        // It is none of the answers: perhaps a whole new command.
        self.transcribe(utterance, Listening::Biased)
    }
}

const fn silence() -> Transcript {
    Transcript {
        text: String::new(),
        logprob: 0.0,
        no_speech: 1.0,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
    }
}

/// How much less likely than the free text, in nats, a constrained one that
/// is so much like it may be and still be believed.
#[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
fn believable(free: &Decoding, likeness: f32) -> f32 {
    let per_token = TRUST_PER_TOKEN + TRUST_PER_LIKENESS * (likeness - UNLIKE).max(0.0);
    TRUST + per_token * free.tokens.len() as f32
}

/// What the decodings of one utterance gave.
struct Heard {
    free: Decoding,
    /// Within the grammar, likeliest first.
    constrained: Vec<Decoding>,
    no_speech: f32,
}

impl Heard {
    fn transcript(
        &self,
        decoding: &Decoding,
        text: Hypothesis,
        alternatives: Vec<Hypothesis>,
    ) -> Transcript {
        Transcript {
            text: text.text,
            logprob: decoding.mean(),
            no_speech: self.no_speech,
            route: text.route,
            alternatives,
        }
    }

    fn is_poor(&self) -> bool {
        self.loops() || self.free.mean() < POOR_LOGPROB
    }

    /// Whether the text ran into the cap or says one thing over and over.
    fn loops(&self) -> bool {
        !self.free.ended || repeats(&self.free.tokens)
    }
}

/// Whether the text ends in three rounds of the same tokens.
fn repeats(tokens: &[Token]) -> bool {
    (1..=tokens.len() / 3).any(|n| {
        let (rest, last) = tokens.split_at(tokens.len() - n);
        rest.strip_suffix(last)
            .is_some_and(|rest| rest.ends_with(last))
    })
}

#[cfg(test)]
mod tests {
    use super::repeats;

    #[test]
    fn a_loop_is_three_rounds() {
        assert!(!repeats(&[]));
        assert!(!repeats(&[1, 2, 3, 2, 3]));
        assert!(repeats(&[1, 2, 3, 2, 3, 2, 3]));
        assert!(repeats(&[7, 7, 7]));
        assert!(!repeats(&[7, 7]));
    }
}
