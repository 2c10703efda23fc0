//! The recogniser: a quick Whisper model, biased to the intents, and a second, better
//! one for utterances where the first is in doubt.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::confer;
use super::listener::{Bias, DecodedText, Decodings, Listener};
use super::prompt::{lists_in, lists_of};
use super::{Evidence, Expect, KeepGoing, SttError, Transcriber, WakeVerifier, agreement};
use mynah_audio::SAMPLE_RATE;
use mynah_core::grammar::Grammar;
use mynah_core::language::spoken;
use mynah_core::model::Settings;
use mynah_core::turn::{Hypothesis, Transcript, TranscriptRoute, Utterance};

/// Shorter utterances hold no word.
const SHORTEST_SAMPLES: usize = SAMPLE_RATE as usize / 5;

/// A free text with a lower mean log-probability per token was recognised badly. Clear
/// speech is over -0.3.
const UNSURE_LOGPROB: f32 = -0.45;

/// Similarity to the free text from which a constrained text that is not accepted is
/// worth a question.
const ALIKE: f32 = 0.6;

/// Likelihood gap in nats up to which the lenient match accepts an answer.
const PERHAPS: f32 = 4.0;

/// Sounds of the shortest word that may be taken for another but for one of them.
const SHORTEST_SOUNDS: usize = 4;

/// Whisper models with the bias of one configuration. A clone shares them.
#[derive(Clone)]
pub struct Whisper {
    models: Arc<Models>,
    bias: Arc<Bias>,
}

struct Models {
    first: Listener,
    second: Option<Listener>,
    pool: ThreadPool,
}

impl Whisper {
    /// Maps the models: the quick one at `first`, the better one at `second`.
    /// Commands are sentences of `grammar`; the lists of `settings` are the prompt.
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
        let bias = first.bias(grammar, lists_of(settings));
        let models = Models {
            first,
            second: second.transpose()?,
            pool,
        };
        Ok(Self {
            models: Arc::new(models),
            bias: Arc::new(bias),
        })
    }

    /// The same models with the bias of another configuration; arguments as for
    /// [`Self::load`].
    #[must_use]
    pub fn biased(&self, settings: &Settings, grammar: &Grammar) -> Self {
        Self {
            models: Arc::clone(&self.models),
            bias: Arc::new(self.models.first.bias(grammar, lists_of(settings))),
        }
    }
}

impl Models {
    /// The first recogniser's result, or, where that is in doubt, the second's.
    fn hear(
        &self,
        utterance: &Utterance,
        bias: Option<&Bias>,
        keep_going: KeepGoing<'_>,
    ) -> Result<Decodings, SttError> {
        self.pool.install(|| {
            let begun = self.first.begin(utterance, bias, keep_going)?;
            let fits = begun.heard().fits;
            let Some(second) = self.second.as_ref().filter(|_| !fits) else {
                return begun.finish(keep_going);
            };
            // The second will probably be needed, so it begins while the first is
            // still searching within the grammar.
            let sure = AtomicBool::new(false);
            let (first, second) = rayon::join(
                || {
                    let first = begun.finish(keep_going);
                    let in_doubt = first.as_ref().is_ok_and(in_doubt);
                    sure.store(!in_doubt, Ordering::Release);
                    first
                },
                || {
                    let needed = || keep_going() && !sure.load(Ordering::Acquire);
                    second.listen(utterance, bias, &needed)
                },
            );
            let first = first?;
            if sure.into_inner() {
                return Ok(first);
            }
            let mut second = second?;
            tracing::debug!(?first, ?second, "listened twice");
            second.constrained = confer::settle(&first, &second);
            second.guessed = confer::guesses(&first, &second);
            Ok(second)
        })
    }

    /// The first recogniser's result with a bias to `grammar` alone.
    fn hear_only(
        &self,
        utterance: &Utterance,
        grammar: &Grammar,
        adapt: impl FnOnce(Bias) -> Bias,
        keep_going: KeepGoing<'_>,
    ) -> Result<Decodings, SttError> {
        let bias = adapt(self.first.bias(grammar, lists_in(grammar)));
        let listen = || self.first.listen(utterance, Some(&bias), keep_going);
        self.pool.install(listen)
    }
}

impl Transcriber for Whisper {
    fn transcribe(
        &mut self,
        utterance: &Utterance,
        expect: Expect<'_>,
        keep_going: KeepGoing<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        let Self { models, bias } = self;
        if utterance.samples.len() < SHORTEST_SAMPLES {
            return Ok(match expect {
                Expect::Anything | Expect::Commands | Expect::CommandsOr(_) => Some(silence()),
                Expect::Only(_) | Expect::Leniently(_) => None,
            });
        }
        Ok(match expect {
            Expect::Anything => Some(transcript(models.hear(utterance, None, keep_going)?)),
            Expect::Commands => {
                let bias: &Bias = bias;
                Some(transcript(models.hear(
                    utterance,
                    Some(bias),
                    keep_going,
                )?))
            }
            Expect::CommandsOr(grammar) => {
                let bias = bias.or(grammar);
                Some(transcript(models.hear(
                    utterance,
                    Some(&bias),
                    keep_going,
                )?))
            }
            Expect::Only(grammar) => {
                let heard = models.hear_only(utterance, grammar, |bias| bias, keep_going)?;
                let answer = transcript(heard);
                Some(answer).filter(|answer| answer.route == TranscriptRoute::Constrained)
            }
            Expect::Leniently(grammar) => {
                let adapt = Bias::by_likelihood;
                let heard = models.hear_only(utterance, grammar, adapt, keep_going)?;
                likeliest(&heard).or_else(|| by_sound(&heard, &grammar.hints))
            }
        })
    }
}

impl WakeVerifier for Whisper {
    fn verify(&mut self, utterance: &Utterance, word: &str) -> Result<Evidence, SttError> {
        let models = &self.models;
        if utterance.samples.len() < SHORTEST_SAMPLES {
            return Ok(Evidence {
                text: String::new(),
                gap: f32::INFINITY,
            });
        }
        let look = || models.first.look(&utterance.samples, word);
        models.pool.install(look)
    }
}

/// The likeliest constrained text, if it is nearly as likely as the free one.
fn likeliest(heard: &Decodings) -> Option<Transcript> {
    tracing::debug!(?heard, "heard leniently");
    let free = heard.free.logprob;
    let best = heard.constrained.first();
    best.filter(|best| free - best.logprob < PERHAPS)
        .map(|best| Transcript {
            text: best.words.clone(),
            logprob: best.mean,
            no_speech: heard.no_speech,
            route: TranscriptRoute::Constrained,
            alternatives: Vec::new(),
        })
}

/// The one of `words` that a free text of one word sounds like but for a single sound:
/// "news" is "snooze" where nothing else is expected.
fn by_sound(heard: &Decodings, words: &[String]) -> Option<Transcript> {
    let word = agreement::only_word(&heard.free.words)?;
    let sound = spoken().sound(&word);
    let near = |word: &&String| {
        let expected = spoken().sound(word);
        SHORTEST_SOUNDS <= expected.len() && strsim::levenshtein(&sound, &expected) <= 1
    };
    let mut near = words.iter().filter(near);
    match (near.next(), near.next()) {
        (Some(only), None) => Some(Transcript {
            text: only.clone(),
            logprob: heard.free.mean,
            no_speech: heard.no_speech,
            route: TranscriptRoute::Constrained,
            alternatives: Vec::new(),
        }),
        _ => None,
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

/// Whether the second recogniser is worth its time: the text is close to a phrase, or
/// was recognised badly. Clear words that fit no phrase are left to the language
/// model.
fn in_doubt(heard: &Decodings) -> bool {
    !heard.fits && (!heard.constrained.is_empty() || heard.free.mean < UNSURE_LOGPROB)
}

/// The transcript: the likeliest constrained text if it is accepted, else the free
/// one; the others become its alternatives.
fn transcript(heard: Decodings) -> Transcript {
    let logprob = heard.free.logprob;
    let believed = heard
        .constrained
        .first()
        .is_some_and(|best| heard.believes(&best.words, logprob - best.logprob));
    tracing::debug!(?heard, believed, "heard");
    let free = (heard.free, TranscriptRoute::Free);
    let is_alike = |text: &DecodedText| ALIKE < agreement::likeness(&free.0.words, &text.words);
    let mut constrained = heard.constrained;
    if believed {
        // A text that drops a content word is no rival to one that has it.
        constrained.retain(|text| !agreement::leaves_out(&free.0.words, &text.words));
    } else {
        constrained.retain(is_alike);
    }
    let mut constrained = constrained.into_iter();
    let held_first = if believed { constrained.next() } else { None };
    let constrained = constrained.map(|text| (text, TranscriptRoute::Constrained));
    let ((best, route), others): (_, Vec<_>) = match held_first {
        None => (free, constrained.collect()),
        Some(best) => (
            (best, TranscriptRoute::Constrained),
            std::iter::once(free).chain(constrained).collect(),
        ),
    };
    let other = |(other, route): (DecodedText, _)| Hypothesis {
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
