//! The owner's texts as questions are put to them: their sentences' embeddings, computed
//! in the background, and answers that a language model words while they are spoken.
//!
//! The model writes on a thread of its own. What it writes is cut into clauses, and each
//! is held against its passage; when one does not stand there, or the model is away, slow
//! or broken, the best sentence of the passage is read out.

mod growing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use mynah_core::answer::{ANSWER_TOKENS, Document, Found, Search, Why, ask};
use mynah_core::model::{ActionSpec, AnswerSpec, Settings};
use mynah_llm_link::{LanguageModel, LlmError};
use mynah_models::Store;
use mynah_speech::meaning::{Encoder, MeaningError, MiniLm, embeddings};

use super::likeness;
use growing::Written;
pub use growing::{Answering, Next};

/// Makes a language model for one answer; `None` where it is away.
pub type MakeModel = Arc<dyn Fn() -> Option<Box<dyn LanguageModel>> + Send + Sync>;

/// Pieces that may wait to be taken: the longest answer.
const WAITING: usize = ANSWER_TOKENS as usize + 4;

/// Who is patient waits for a model that loads, and for a slow one.
const PATIENT: Duration = Duration::from_mins(10);

/// The longest answer may take so many times as long as its first clause may.
const WHOLE: u32 = 3;

/// The texts of a configuration.
#[derive(Default)]
pub struct Answers {
    coming: Option<Receiver<Vectors>>,
    ready: Option<Vectors>,
    /// Waits for them, as nobody waits for the answer.
    patient: bool,
    model: Option<MakeModel>,
    /// The question that was looked for last, and what was found for each intent: a
    /// question is looked for when it is understood, and again when it is answered.
    last: (String, BTreeMap<String, Search>),
}

/// The embeddings of each intent's sentences.
struct Vectors {
    encoder: Box<dyn Encoder>,
    of: BTreeMap<String, Vec<Vec<f32>>>,
}

impl Vectors {
    fn new(
        mut encoder: Box<dyn Encoder>,
        texts: &[(String, Vec<String>)],
        folder: Option<&std::path::Path>,
    ) -> Result<Self, MeaningError> {
        let mut of = BTreeMap::new();
        for (name, lines) in texts {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let vectors = embeddings(encoder.as_mut(), &lines, folder)?;
            of.insert(name.clone(), vectors);
        }
        Ok(Self { encoder, of })
    }

    fn cosines(&mut self, name: &str, question: &str) -> Option<Vec<f32>> {
        let asked = self.encoder.encode(question);
        let asked = asked.inspect_err(|error| tracing::warn!("{error}")).ok()?;
        let cosine = |line: &Vec<f32>| line.iter().zip(&asked).map(|(a, b)| a * b).sum();
        Some(self.of.get(name)?.iter().map(cosine).collect())
    }
}

impl Answers {
    /// Begins with the sentences of all texts. Without the encoder, words alone count.
    #[must_use]
    pub fn start(
        settings: &Settings,
        store: &Store,
        model: Option<MakeModel>,
        patient: bool,
    ) -> Self {
        let texts = texts(settings);
        if texts.is_empty() {
            return Self::default();
        }
        let files = store.need(likeness::MODEL);
        let files =
            files.inspect_err(|error| tracing::warn!("texts are searched by words: {error}"));
        let folder = store.root().parent().map(|root| root.join("meaning"));
        let coming = files.ok().and_then(|files| {
            let [weights, tokenizer] = <[_; 2]>::try_from(files).ok()?;
            let (done, coming) = sync_channel(1);
            let work = move || -> Result<Vectors, MeaningError> {
                let encoder = MiniLm::load(&weights, &tokenizer)?;
                Vectors::new(Box::new(encoder), &texts, folder.as_deref())
            };
            let thread = thread::Builder::new().name("texts".into());
            let started = thread.spawn(move || match work() {
                // Nobody waits for those of a configuration that was replaced.
                Ok(vectors) => drop(done.send(vectors)),
                Err(error) => tracing::warn!("texts are searched by words: {error}"),
            });
            started.ok().map(|_| coming)
        });
        Self {
            coming,
            patient,
            model,
            ..Self::default()
        }
    }

    /// The texts of `settings` with this encoder and this model, for tests.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn with(
        settings: &Settings,
        encoder: Option<Box<dyn Encoder>>,
        model: Option<MakeModel>,
    ) -> Result<Self, MeaningError> {
        let ready = encoder.map(|encoder| Vectors::new(encoder, &texts(settings), None));
        Ok(Self {
            ready: ready.transpose()?,
            model,
            ..Self::default()
        })
    }

    /// Looks for the answer to a question in the text of an intent.
    pub(super) fn search(&mut self, intent: &str, text: &Document, question: &str) -> Search {
        if let (None, Some(coming)) = (&self.ready, &self.coming) {
            self.ready = if self.patient {
                coming.recv().ok()
            } else {
                coming.try_recv().ok()
            };
            // What was found by words alone is looked for again.
            if self.ready.is_some() {
                self.last = Default::default();
            }
        }
        if self.last.0 != question {
            self.last = (question.to_owned(), BTreeMap::new());
        }
        if let Some(search) = self.last.1.get(intent) {
            return search.clone();
        }
        let vectors = self.ready.as_mut();
        let cosines = vectors.and_then(|vectors| vectors.cosines(intent, question));
        let mut search = text.find(question, cosines.as_deref());
        // What may have the answer helps only who can look for it there.
        if self.model.is_none() && search.found.take_if(|found| !found.firm).is_some() {
            search.why = Why::Far;
        }
        self.last.1.insert(intent.to_owned(), search.clone());
        search
    }

    /// Begins to answer.
    pub(super) fn begin(
        &self,
        spec: &AnswerSpec,
        search: &Search,
        found: &Found,
        question: &str,
    ) -> Answering {
        let timeout = if self.patient {
            PATIENT
        } else {
            Duration::from_millis(spec.timeout_ms.into())
        };
        let mut answering = Answering::new(spec, search, found, timeout);
        let ask = ask(
            &spec.text,
            found,
            question,
            spec.timeout_ms.saturating_mul(WHOLE),
        );
        let Some(make) = self.model.clone() else {
            answering.read_out("there is no language model");
            return answering;
        };
        let (sender, pieces) = sync_channel(WAITING);
        let wanted = Arc::clone(&answering.wanted);
        let thread = thread::Builder::new().name("answer".into());
        let started = thread.spawn(move || {
            let Some(mut model) = make() else {
                drop(sender.send(Written::End(Err(LlmError::Away("not ready".into())))));
                return;
            };
            let mut heed = |piece: &str| {
                let more = wanted.load(Ordering::Acquire);
                more && (piece.is_empty() || sender.send(Written::Piece(piece.to_owned())).is_ok())
            };
            let end = model.ask_aloud(&ask, &mut heed);
            // Nobody may wait for it any more.
            drop(sender.send(Written::End(end)));
        });
        match started {
            Ok(_) => answering.pieces = Some(pieces),
            Err(error) => answering.read_out(&error.to_string()),
        }
        answering
    }
}

/// The intents that answer from a text, each with its sentences.
fn texts(settings: &Settings) -> Vec<(String, Vec<String>)> {
    let texts = settings
        .intents
        .iter()
        .filter_map(|intent| match &intent.action {
            Some(ActionSpec::Answer(spec)) => Some((intent.name.clone(), spec.text.lines())),
            _ => None,
        });
    texts.collect()
}
