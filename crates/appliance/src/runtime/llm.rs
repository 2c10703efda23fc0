//! The language model as the house holds it: started in the background, looked
//! after between commands, and done without while it is away.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use std::{env, fs, io, thread};

use jiff::civil::DateTime;
use mynah_llm_link::wire::Device;
use mynah_llm_link::{
    Answer, Ask, BackendReport, Fallback, Heed, LanguageModel, LlmError, NO_DEADLINE, Prompt,
    Schedule,
};
use serde::{Deserialize, Serialize};

use super::answers::MakeModel;
use super::{backends, likeness};
use mynah_core::intent::guided::GuidedParser;
use mynah_core::intent::{IntentError, IntentParser};
use mynah_core::language::speak;
use mynah_core::model::Settings;
use mynah_core::turn::{Transcript, Understanding};
use mynah_models::Store;

/// A person is kept waiting so long for a model that still loads: it may be
/// the last of it.
const GRACE_MS: u32 = 1_500;

/// How often the model is looked after.
const TICK: Duration = Duration::from_secs(5);

/// Makes a parser, on the thread that is to use it.
pub type MakeParser = Box<dyn FnOnce() -> Box<dyn IntentParser> + Send>;

/// The model's process and the thread that looks after it. The parsers of one
/// configuration after the other use it; it ends with the last of them and this.
#[derive(Clone)]
pub struct Running {
    model: Shared,
    keeper: Arc<ModelSupervisor>,
    patient: bool,
}

/// Starts the model's process, which loads while the rest of the house does.
/// `None`: the owner wants none, or none can run, of which the log says why.
/// Who is `patient` waits for it before each command.
#[must_use]
pub fn start(settings: &Settings, store: &Store, patient: bool) -> Option<Running> {
    let model = model(settings, store)
        .inspect_err(|error| tracing::warn!("only phrases are understood: {error:#}"))
        .ok()??;
    let file = (!patient).then(status_file).flatten();
    Some(Running {
        keeper: Arc::new(ModelSupervisor::start(&model, file)),
        model,
        patient,
    })
}

impl Running {
    /// A parser for the intents of `settings`. When it is made, the model is primed
    /// with them: a parser of before must not ask any more.
    #[must_use]
    pub fn parser(&self, settings: &Settings, store: &Store) -> MakeParser {
        let (running, settings, store) = (self.clone(), settings.clone(), store.clone());
        Box::new(move || {
            let _speaking = speak(settings.device.language);
            let Self {
                model,
                keeper,
                patient,
            } = running;
            let asked: Box<dyn LanguageModel> = if patient {
                Box::new(WithoutDeadline(model.clone()))
            } else {
                Box::new(model.clone())
            };
            let mut guided = GuidedParser::new(asked, &settings);
            // Not before: a configuration that is refused needs none.
            if let Some(likeness) = likeness::start(&settings, &store, patient) {
                guided = guided.with_likeness(Box::new(likeness));
            }
            Box::new(ResilientParser {
                guided,
                _keeper: keeper,
                model,
                patient,
                told: false,
            })
        })
    }

    /// What makes a model that answers questions from a text, each on its own thread.
    #[must_use]
    pub(crate) fn wording(&self) -> MakeModel {
        let (model, patient) = (self.model.clone(), self.patient);
        Arc::new(move || {
            let ready = if patient {
                // Why it is away is said when it is asked.
                model.lock().wait().is_ok()
            } else {
                model.lock().ready(0)
            };
            if !ready {
                return None;
            }
            let model = model.clone();
            let asked: Box<dyn LanguageModel> = if patient {
                Box::new(WithoutDeadline(model))
            } else {
                Box::new(model)
            };
            Some(asked)
        })
    }

    /// Waits until the model is loaded.
    #[must_use]
    pub fn ready(&self) -> Box<dyn FnMut() + Send> {
        let model = self.model.clone();
        Box::new(move || {
            // Why it is away is said when it is asked.
            let _ = model.lock().wait();
        })
    }
}

/// The model itself, on the best back end that there is; `None`: not wanted.
///
/// # Errors
/// When no back end can run.
pub fn model(settings: &Settings, store: &Store) -> anyhow::Result<Option<Shared>> {
    let ends = backends::order(settings, store)?;
    if ends.is_empty() {
        return Ok(None);
    }
    let model = Fallback::start(ends, Schedule::default());
    Ok(Some(Shared {
        model: Arc::new(Mutex::new(model)),
        primed: Arc::default(),
    }))
}

/// A model that its parser, its keeper and whoever waits for it hold together.
#[derive(Clone)]
pub struct Shared {
    model: Arc<Mutex<Fallback>>,
    /// The prompt that it was told to read last.
    primed: Arc<Mutex<Option<Prompt>>>,
}

impl Shared {
    /// The model. One whose holder panicked starts its worker anew when it must.
    pub fn lock(&self) -> MutexGuard<'_, Fallback> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LanguageModel for Shared {
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError> {
        self.lock().prime(prompt)
    }

    /// Reading a prompt takes seconds on the HAT: the same one is not read again.
    fn prime_later(&mut self, prompt: &Prompt) -> Result<(), LlmError> {
        let mut primed = self.primed.lock().unwrap_or_else(PoisonError::into_inner);
        if primed.as_ref() == Some(prompt) {
            return Ok(());
        }
        *primed = None;
        self.lock().prime_later(prompt)?;
        *primed = Some(prompt.clone());
        Ok(())
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        self.lock().ask(ask)
    }

    fn ask_aloud(&mut self, ask: &Ask, heed: &mut Heed<'_>) -> Result<Answer, LlmError> {
        self.lock().ask_aloud(ask, heed)
    }
}

/// A model that nobody waits for in person: no clock gives a question up, only
/// a process that makes no progress.
struct WithoutDeadline(Shared);

impl LanguageModel for WithoutDeadline {
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError> {
        self.0.prime(prompt)
    }

    fn prime_later(&mut self, prompt: &Prompt) -> Result<(), LlmError> {
        self.0.prime_later(prompt)
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        self.0.ask(&Ask {
            deadline_ms: NO_DEADLINE,
            ..ask.clone()
        })
    }

    fn ask_aloud(&mut self, ask: &Ask, heed: &mut Heed<'_>) -> Result<Answer, LlmError> {
        let ask = Ask {
            deadline_ms: NO_DEADLINE,
            ..ask.clone()
        };
        self.0.ask_aloud(&ask, heed)
    }
}

/// Guided parsing that may fail. A person is told with the first command that
/// needs the model while it is away, and the further ones are not understood.
/// Who is patient gets an answer or an error for each sentence, never silence.
struct ResilientParser {
    guided: GuidedParser,
    model: Shared,
    patient: bool,
    told: bool,
    _keeper: Arc<ModelSupervisor>,
}

impl ResilientParser {
    /// Waits for the model, and asks once more where its process failed in the
    /// middle of an answer.
    fn parse_patiently(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Result<Understanding, IntentError> {
        self.wait()?;
        match self.guided.parse(transcript, now) {
            Err(error) => {
                tracing::warn!("{error}; the sentence is asked once more");
                self.wait()?;
                self.guided.parse(transcript, now)
            }
            parsed => parsed,
        }
    }

    fn wait(&self) -> Result<(), IntentError> {
        self.model.lock().wait().map_err(|error| {
            tracing::error!("{error}");
            IntentError::Away
        })
    }

    fn away(&mut self) -> Result<Understanding, IntentError> {
        if std::mem::replace(&mut self.told, true) {
            return Ok(Understanding::default());
        }
        Err(IntentError::Away)
    }
}

impl IntentParser for ResilientParser {
    fn parse(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Result<Understanding, IntentError> {
        if self.patient {
            return self.parse_patiently(transcript, now);
        }
        let ready = self.model.lock().ready(GRACE_MS);
        if !ready {
            return self.away();
        }
        let parsed = self.guided.parse(transcript, now);
        let error = match parsed {
            Ok(understanding) => {
                self.told = false;
                return Ok(understanding);
            }
            Err(error) => error,
        };
        if self.model.lock().ready(0) {
            return Err(error);
        }
        tracing::error!("{error}");
        self.away()
    }
}

/// How the language model of a running appliance is, for `mynah doctor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The appliance.
    pub pid: u32,
    /// Every back end, best first.
    pub back_ends: Vec<BackendReport>,
    /// The accelerator, if the model runs on one.
    pub device: Option<Device>,
}

impl Status {
    /// That of the appliance that runs, if one does.
    #[must_use]
    pub fn read() -> Option<Self> {
        let places = [Some(PathBuf::from("/run/mynah")), runtime_folder()];
        let files = places.iter().flatten().map(|folder| folder.join(STATUS));
        files.into_iter().find_map(|file| Self::read_from(&file))
    }

    /// Left over files of an appliance that was killed do not count.
    fn read_from(file: &Path) -> Option<Self> {
        let status: Self = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
        let alive = Path::new("/proc").join(status.pid.to_string()).exists();
        alive.then_some(status)
    }
}

const STATUS: &str = "llm.json";

/// A folder in memory, so that writing often wears nothing out.
fn runtime_folder() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).filter(|value| !value.is_empty());
    folder("RUNTIME_DIRECTORY")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(folder("XDG_RUNTIME_DIR")?).join("mynah")))
}

fn status_file() -> Option<PathBuf> {
    Some(runtime_folder()?.join(STATUS))
}

/// The thread that looks after the model. It ends when this is dropped.
struct ModelSupervisor {
    _alive: SyncSender<()>,
    file: Option<PathBuf>,
}

impl ModelSupervisor {
    fn start(model: &Shared, file: Option<PathBuf>) -> Self {
        let (alive, over) = sync_channel(0);
        // Whoever drops the parser also ends the model's process: no thread
        // may keep it.
        let model = Arc::downgrade(&model.model);
        let path = file.clone();
        let thread = thread::Builder::new()
            .name("llm-keeper".into())
            .spawn(move || keep(&model, &over, path.as_deref()));
        if let Err(error) = thread {
            tracing::error!(%error, "nobody looks after the language model");
        }
        Self {
            _alive: alive,
            file,
        }
    }
}

impl Drop for ModelSupervisor {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // It may never have been written.
            let _ = fs::remove_file(file);
        }
    }
}

fn keep(model: &Weak<Mutex<Fallback>>, over: &Receiver<()>, file: Option<&Path>) {
    let mut last = None;
    while over.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let Some(model) = model.upgrade() else {
            return;
        };
        let status = {
            let mut model = model.lock().unwrap_or_else(PoisonError::into_inner);
            model.tick();
            Status {
                pid: std::process::id(),
                back_ends: model.reports(),
                device: model.device().cloned(),
            }
        };
        let Some(file) = file.filter(|_| last.as_ref() != Some(&status)) else {
            continue;
        };
        if let Err(error) = write(file, &status) {
            tracing::debug!(%error, "how the language model is cannot be written down");
        }
        last = Some(status);
    }
}

fn write(file: &Path, status: &Status) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = file.with_extension("tmp");
    fs::write(&unfinished, serde_json::to_string(status)?)?;
    fs::rename(unfinished, file)
}

#[cfg(test)]
mod tests {
    use mynah_llm_link::Stand;

    use super::*;

    #[test]
    fn a_status_is_read_while_its_appliance_lives() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("run/llm.json");
        let status = |pid| Status {
            pid,
            back_ends: vec![BackendReport {
                name: "hailo".into(),
                stand: Stand::Failed,
                reason: "it ended".into(),
                falls: 1,
            }],
            device: Some(Device::default()),
        };
        let mine = status(std::process::id());
        write(&file, &mine).expect("it can be written");
        assert_eq!(Status::read_from(&file), Some(mine));
        write(&file, &status(u32::MAX)).expect("it can be written");
        assert_eq!(Status::read_from(&file), None);
        assert_eq!(Status::read_from(folder.path()), None);
    }
}
