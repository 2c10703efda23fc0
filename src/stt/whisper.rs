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
const MARGIN_POSITIONS: usize = 256;

/// Prompt tokens at most; every one costs decoder time in every command.
const PROMPT_TOKENS: usize = 120;

/// Fast English has some 6 tokens a second; the cap stops a loop early.
const TOKENS_PER_S: usize = 8;

/// Tokens that the shortest utterance may have.
const TOKENS_MIN: usize = 12;

/// Below this mean log-probability a text is tried again in a wider window:
/// the threshold of OpenAI's own decoding.
const POOR_LOGPROB: f32 = -1.0;

/// How much less likely than the free text, in nats, the constrained text may
/// be and still be believed: so much once, so much for each token of the free
/// text, and so much more for each token as the two sound alike beyond
/// [`UNLIKE`]. On spoken orders against their own file the gap is 0 to 1.2 a
/// token at a likeness over 0.8; on forty sentences from other worlds against
/// the same file it is over 2.4 a token at a likeness under 0.5.
const TRUST: f64 = 1.5;
const TRUST_PER_TOKEN: f64 = 0.35;
const TRUST_PER_LIKENESS: f64 = 4.0;

/// Texts of the same length and letters by chance are this much alike.
const UNLIKE: f64 = 0.5;

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
        let transcript = |text, decoding: &Decoding, route, alternatives| Transcript {
            text,
            logprob: decoding.mean(),
            no_speech: heard.no_speech,
            route,
            alternatives,
        };
        if let Some(decoding) = &heard.constrained {
            let text = self.model.text(&decoding.tokens);
            let likeness = likeness(&free, &text);
            tracing::debug!(
                free,
                free_logprob = heard.free.logprob,
                constrained = text,
                constrained_logprob = decoding.logprob,
                likeness,
                "decoded twice"
            );
            if heard.believes(decoding, likeness) {
                return transcript(text, decoding, TranscriptRoute::Constrained, vec![free]);
            }
        }
        transcript(free, &heard.free, TranscriptRoute::Free, Vec::new())
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
            let again = self.listen(samples, window.min(2 * cut), listening)?;
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
    fn believes(&self, constrained: &Decoding, likeness: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred tokens at most")]
        let tokens = self.free.tokens.len() as f64;
        let per_token = TRUST_PER_TOKEN + TRUST_PER_LIKENESS * (likeness - UNLIKE).max(0.0);
        let gap = f64::from(self.free.logprob - constrained.logprob);
        gap < TRUST + per_token * tokens
    }

    fn is_poor(&self) -> bool {
        self.loops() || self.free.mean() < POOR_LOGPROB
    }

    /// Whether the text ran into the cap or says one thing over and over.
    fn loops(&self) -> bool {
        !self.free.ended || repeats(&self.free.tokens)
    }
}

/// How alike two texts sound, 0..=1, judged by their letters.
fn likeness(a: &str, b: &str) -> f64 {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    strsim::normalized_levenshtein(&letters(a), &letters(b))
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
