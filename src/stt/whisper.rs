//! Whisper, biased to the intents.
//!
//! One utterance is encoded once, in a window cut to its length. Then it is
//! decoded freely, with the intents' words as the text before, and within the
//! grammar; the log-probabilities of both decide.

use std::path::Path;

use super::bias::{Spelling, Walk};
use super::decode::{self, Decoding, Token};
use super::model::Model;
use super::prompt::prompt;
use super::vocabulary::Vocabulary;
use super::{Listening, SttError, Transcriber};
use crate::audio::SAMPLE_RATE;
use crate::config::Settings;
use crate::grammar::Grammar;
use crate::turn::{Transcript, TranscriptRoute, Utterance};

/// Samples of one encoder position: 20 ms.
const POSITION_SAMPLES: usize = SAMPLE_RATE as usize / 50;

/// Encoder positions beyond the utterance's end. Cut tighter, Whisper loops.
const MARGIN_POSITIONS: usize = 64;

/// Prompt tokens at most; every one costs decoder time in every command.
const PROMPT_TOKENS: usize = 120;

/// Fast English has some 6 tokens a second; the cap stops a loop early.
const TOKENS_PER_S: usize = 8;

/// Tokens that the shortest utterance may have.
const TOKENS_MIN: usize = 12;

/// Below this mean log-probability a text is tried again in a full window:
/// the threshold of OpenAI's own decoding.
const POOR_LOGPROB: f32 = -1.0;

/// How much less likely than the free text, in nats, the constrained text may
/// be and still be believed, for each token of the free text.
const TRUST_PER_TOKEN: f32 = 0.35;

/// And once for each text.
const TRUST: f32 = 1.5;

/// Second looks of the constrained search.
const RETRIES: usize = 3;

/// Shorter sounds hold no word.
const SHORTEST_SAMPLES: usize = SAMPLE_RATE as usize / 5;

/// A Whisper model with the bias of one configuration.
pub struct Whisper {
    model: Model,
    vocabulary: Vocabulary,
    spelling: Spelling,
    prompt: Vec<Token>,
}

impl Whisper {
    /// Loads the ggml model at `path` and prepares the bias.
    ///
    /// # Errors
    /// When the model is missing or damaged.
    pub fn load(path: &Path, settings: &Settings, grammar: &Grammar) -> Result<Self, SttError> {
        let model = Model::load(path, settings.stt.threads as usize)?;
        let text = prompt(settings, PROMPT_TOKENS, |text| model.tokens(text).len());
        Ok(Self {
            vocabulary: Vocabulary::new(model.texts()),
            spelling: Spelling::new(grammar),
            prompt: model.tokens(&text),
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
            Listening::Biased => &self.prompt,
        };
        let opening = self.model.open(prompt)?;
        let (last, at) = (opening.last, opening.position);
        let landmarks = self.model.landmarks();
        let free = decode::free(&mut self.model, landmarks, last, at, cap)?;
        let constrained = match listening {
            Listening::Plain => None,
            Listening::Biased => {
                let mut walk = Walk::new(&self.spelling, &self.vocabulary);
                decode::constrained(
                    &mut self.model,
                    landmarks,
                    &mut walk,
                    last,
                    at,
                    cap,
                    RETRIES,
                )?
            }
        };
        Ok(Heard {
            free,
            constrained,
            no_speech: opening.no_speech,
        })
    }

    fn choose(&self, heard: &Heard) -> Transcript {
        let free = self.model.text(&heard.free.tokens);
        let constrained = heard
            .constrained
            .as_ref()
            .map(|c| (self.model.text(&c.tokens), c));
        tracing::debug!(
            free,
            free_logprob = heard.free.logprob,
            constrained = constrained.as_ref().map(|c| c.0.as_str()),
            constrained_logprob = constrained.as_ref().map(|c| c.1.logprob),
            no_speech = heard.no_speech,
            "decoded"
        );
        let transcript = |text, decoding: &Decoding, route, alternatives| Transcript {
            text,
            logprob: decoding.mean(),
            no_speech: heard.no_speech,
            route,
            alternatives,
        };
        match constrained {
            Some((text, decoding)) if heard.believes(decoding) => {
                transcript(text, decoding, TranscriptRoute::Constrained, vec![free])
            }
            other => {
                let alternatives = other.map(|(text, _)| text).into_iter().collect();
                transcript(free, &heard.free, TranscriptRoute::Free, alternatives)
            }
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
            return Ok(Transcript {
                text: String::new(),
                logprob: 0.0,
                no_speech: 1.0,
                route: TranscriptRoute::Free,
                alternatives: Vec::new(),
            });
        }
        let window = self.model.window();
        let cut = (samples.len() / POSITION_SAMPLES + MARGIN_POSITIONS).min(window);
        let mut heard = self.listen(samples, cut, listening)?;
        if heard.is_poor() && cut < window {
            let again = self.listen(samples, window, listening)?;
            if heard.free.mean() < again.free.mean() || heard.loops() {
                heard = again;
            }
        }
        Ok(self.choose(&heard))
    }
}

/// What two decodings of one utterance gave.
struct Heard {
    free: Decoding,
    constrained: Option<Decoding>,
    no_speech: f32,
}

impl Heard {
    /// Whether the constrained text is what was said, rather than the nearest
    /// thing that the file knows.
    fn believes(&self, constrained: &Decoding) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
        let tokens = self.free.tokens.len() as f32;
        self.free.logprob - constrained.logprob < TRUST + TRUST_PER_TOKEN * tokens
    }

    fn is_poor(&self) -> bool {
        self.loops() || self.free.mean() < POOR_LOGPROB
    }

    /// Whether the text ran into the cap or says one thing over and over.
    fn loops(&self) -> bool {
        !self.free.ended || repeats(&self.free.tokens)
    }
}

/// Whether the text ends in three or more rounds of the same tokens.
fn repeats(tokens: &[Token]) -> bool {
    (1..=tokens.len() / 3).any(|n| {
        let (rest, last) = tokens.split_at(tokens.len() - n);
        let (rest, middle) = rest.split_at(rest.len() - n);
        middle == last && rest.ends_with(last)
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
    }
}
