//! The owner's sentences, compared in the background: encoding those of a
//! large file takes seconds at its first start, and nobody shall wait for it.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use mynah_core::intent::Likeness;
use mynah_core::intent::guided;
use mynah_core::model::Settings;
use mynah_models::Store;
use mynah_speech::meaning::{Examples, MiniLm};

/// The sentence encoder, by its name in the manifest.
pub const MODEL: &str = "all-minilm-l6-v2";

/// Sentences that are being compared, or have been.
pub struct BackgroundExamples {
    work: Receiver<Examples>,
    ready: Option<Examples>,
    /// Waits for them, as nobody waits for the answer.
    patient: bool,
}

/// Begins with the sentences of all intents. `None`: there is no encoder, of
/// which the log says why; much is understood without.
#[must_use]
pub fn start(settings: &Settings, store: &Store, patient: bool) -> Option<BackgroundExamples> {
    let files = store
        .need(MODEL)
        .inspect_err(|error| tracing::warn!("meanings are not compared: {error}"))
        .ok()?;
    let [weights, tokenizer] = files.as_slice() else {
        return None;
    };
    let (weights, tokenizer) = (weights.clone(), tokenizer.clone());
    let sentences = guided::ways(settings);
    let folder = store.root().parent().map(|root| root.join("meaning"));
    let (done, coming) = sync_channel(1);
    let work = move || {
        let encoder = MiniLm::load(&weights, &tokenizer)?;
        Examples::new(Box::new(encoder), &sentences, folder.as_deref())
    };
    thread::Builder::new()
        .name("meaning".into())
        .spawn(move || match work() {
            Ok(examples) => drop(done.send(examples)),
            Err(error) => tracing::warn!("meanings are not compared: {error}"),
        })
        .ok()?;
    Some(BackgroundExamples {
        work: coming,
        ready: None,
        patient,
    })
}

impl Likeness for BackgroundExamples {
    fn to_intents(&mut self, text: &str) -> Option<Vec<f32>> {
        if self.ready.is_none() {
            self.ready = if self.patient {
                self.work.recv().ok()
            } else {
                self.work.try_recv().ok()
            };
        }
        self.ready.as_mut()?.to_intents(text)
    }
}
