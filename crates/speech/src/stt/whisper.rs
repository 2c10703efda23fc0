//! Whisper, biased to the intents: a quick model listens first, and where it
//! is in doubt a second, better one listens to the same.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::confer;
use super::listener::{Bias, Heard, Listener, Text};
use super::{Evidence, Listening, SttError, Transcriber, Wanted, agreement};
use mynah_audio::SAMPLE_RATE;
use mynah_core::grammar::Grammar;
use mynah_core::model::Settings;
use mynah_core::turn::{Hypothesis, Transcript, TranscriptRoute, Utterance};

/// Shorter sounds hold no word.
const SHORTEST_SAMPLES: usize = SAMPLE_RATE as usize / 5;

/// A free text that is less likely than this, a token at the mean, was heard
/// badly. Clear speech is over -0.3.
const UNSURE_LOGPROB: f32 = -0.45;

/// A text within the grammar that is not believed is worth a question if it
/// has as much in common with the free text.
const ALIKE: f32 = 0.6;

/// So many nats less likely than the free text, an answer is still perhaps
/// what was said.
const PERHAPS: f32 = 4.0;

/// Whisper models with the bias of one configuration.
pub struct Whisper {
    bias: Bias,
    first: Listener,
    second: Option<Listener>,
    pool: ThreadPool,
}

impl Whisper {
    /// Loads the ggml model at `first`, and the one at `second` that is asked
    /// in doubt.
    ///
    /// # Errors
    /// When a model is missing or damaged.
    pub fn load(
        first: &Path,
        second: Option<&Path>,
        settings: &Settings,
        grammar: &Grammar,
    ) -> Result<Self, SttError> {
        let threads = settings.stt.threads as usize;
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .thread_name(|n| format!("whisper-{n}"))
            .build()
            .map_err(|error| SttError::Decode(error.to_string()))?;
        let (first, second) = pool.join(|| Listener::load(first), || second.map(Listener::load));
        let first = first?;
        Ok(Self {
            bias: first.bias(settings, grammar),
            first,
            second: second.transpose()?,
            pool,
        })
    }

    /// What the first listener heard, or, where that is in doubt, the second.
    fn hear(
        &self,
        utterance: &Utterance,
        listening: Listening,
        wanted: Wanted<'_>,
    ) -> Result<Heard, SttError> {
        let bias = match listening {
            Listening::Plain => None,
            Listening::Biased => Some(&self.bias),
        };
        self.pool.install(|| {
            let begun = self.first.begin(utterance, bias, wanted)?;
            let fits = begun.heard().fits;
            let Some(second) = self.second.as_ref().filter(|_| !fits) else {
                return begun.finish(wanted);
            };
            // It is likely that the second will be asked, so it begins while
            // the first still looks for what it might have been.
            let sure = AtomicBool::new(false);
            let (first, second) = rayon::join(
                || {
                    let first = begun.finish(wanted);
                    let in_doubt = first.as_ref().is_ok_and(in_doubt);
                    sure.store(!in_doubt, Ordering::Release);
                    first
                },
                || {
                    let needed = || wanted() && !sure.load(Ordering::Acquire);
                    second.listen(utterance, bias, &needed)
                },
            );
            let first = first?;
            if sure.into_inner() {
                return Ok(first);
            }
            let mut second = second?;
            tracing::debug!(?first, ?second, "listened twice");
            second.held = confer::settle(&first, &second);
            Ok(second)
        })
    }

    /// What the first listener heard with a bias of its own to `answers`;
    /// `None` where there was too little sound for a word.
    fn hear_answer(
        &self,
        utterance: &Utterance,
        answers: &Settings,
        adapt: impl FnOnce(Bias) -> Bias,
    ) -> Result<Option<Heard>, SttError> {
        if utterance.samples.len() < SHORTEST_SAMPLES {
            return Ok(None);
        }
        let asked = adapt(self.first.bias(answers, &Grammar::compile(answers)));
        let listen = || self.first.listen(utterance, Some(&asked), &|| true);
        self.pool.install(listen).map(Some)
    }
}

impl Transcriber for Whisper {
    fn transcribe(
        &mut self,
        utterance: &Utterance,
        listening: Listening,
    ) -> Result<Transcript, SttError> {
        let heard = self.guess(utterance, listening, &|| true)?;
        Ok(heard.unwrap_or_else(silence))
    }

    fn guess(
        &mut self,
        utterance: &Utterance,
        listening: Listening,
        wanted: Wanted<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        if utterance.samples.len() < SHORTEST_SAMPLES {
            return Ok(Some(silence()));
        }
        match self.hear(utterance, listening, wanted) {
            Err(SttError::Unwanted) => Ok(None),
            heard => heard.map(|heard| Some(transcript(heard))),
        }
    }

    fn answer(
        &mut self,
        utterance: &Utterance,
        answers: &Settings,
    ) -> Result<Option<Transcript>, SttError> {
        let heard = self.hear_answer(utterance, answers, |bias| bias)?;
        let answer = heard.map(transcript);
        Ok(answer.filter(|answer| answer.route == TranscriptRoute::Constrained))
    }

    fn look(&mut self, utterance: &Utterance, word: &str) -> Result<Evidence, SttError> {
        if utterance.samples.len() < SHORTEST_SAMPLES {
            return Ok(Evidence {
                text: String::new(),
                gap: f32::INFINITY,
            });
        }
        let look = || self.first.look(&utterance.samples, word);
        self.pool.install(look)
    }

    fn perhaps(
        &mut self,
        utterance: &Utterance,
        answers: &Settings,
    ) -> Result<Option<Transcript>, SttError> {
        let Some(heard) = self.hear_answer(utterance, answers, Bias::by_likelihood)? else {
            return Ok(None);
        };
        tracing::debug!(?heard, "overheard");
        let free = heard.free.logprob;
        let best = heard.held.into_iter().next();
        Ok(best
            .filter(|best| free - best.logprob < PERHAPS)
            .map(|best| Transcript {
                text: best.words,
                logprob: best.mean,
                no_speech: heard.no_speech,
                route: TranscriptRoute::Constrained,
                alternatives: Vec::new(),
            }))
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

/// Whether a second listener is worth its time: something like a phrase was
/// heard but not quite, or nothing well. Clear words that fit no phrase are
/// left to the language model.
fn in_doubt(heard: &Heard) -> bool {
    !heard.fits && (!heard.held.is_empty() || heard.free.mean < UNSURE_LOGPROB)
}

/// The transcript: the likeliest text within the grammar if the evidence
/// allows, else the free one; with the others.
fn transcript(heard: Heard) -> Transcript {
    let logprob = heard.free.logprob;
    let believed = heard
        .held
        .first()
        .is_some_and(|best| heard.believes(&best.words, logprob - best.logprob));
    tracing::debug!(?heard, believed, "heard");
    let free = (heard.free, TranscriptRoute::Free);
    let is_alike = |text: &Text| ALIKE < agreement::likeness(&free.0.words, &text.words);
    let mut held = heard.held;
    if believed {
        // What passes over a part of the words is no rival to what has it.
        held.retain(|text| !agreement::leaves_out(&free.0.words, &text.words));
    } else {
        held.retain(is_alike);
    }
    let mut held = held.into_iter();
    let held_first = if believed { held.next() } else { None };
    let held = held.map(|text| (text, TranscriptRoute::Constrained));
    let ((best, route), others): (_, Vec<_>) = match held_first {
        None => (free, held.collect()),
        Some(best) => (
            (best, TranscriptRoute::Constrained),
            std::iter::once(free).chain(held).collect(),
        ),
    };
    let other = |(other, route): (Text, _)| Hypothesis {
        behind: best.logprob - other.logprob,
        text: other.words,
        route,
    };
    Transcript {
        alternatives: others.into_iter().map(other).collect(),
        text: best.words,
        logprob: best.mean,
        no_speech: heard.no_speech,
        route,
    }
}
