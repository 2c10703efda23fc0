//! The model on the Hailo-10H, through the vendor's library, which is loaded
//! at run time: this program is built and starts where there is none.

pub(crate) mod build;
mod load;
mod prefix;
mod probe;
pub(crate) mod report;
mod session;
mod status;
mod tokens;

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use mynah_llm_link::wire::{Device, ErrorClass};
use mynah_llm_link::{Answer, Ask, Prompt};

pub(crate) use load::set_log;
pub(crate) use probe::SHIM;

use crate::backend::{Backend, BackendError};
use crate::chat::{Chat, Own};
use crate::clock::Stopwatch;
use crate::watch::Watch;
use load::{Shim, Vendor};
use session::Session;
use status::{Fault, Stage, Version};
use tokens::Counter;

/// How long the device's daemon may take to restart, or to let go.
const AGAIN: Duration = Duration::from_secs(2);

/// Where everything is.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The model, a HEF file.
    pub model: PathBuf,
    /// The model's `tokenizer.json`; without it the device counts tokens.
    pub tokenizer: Option<PathBuf>,
    /// Where to look for device and libraries.
    pub place: DevicePaths,
    /// Processes of one group may share the device.
    pub group: String,
}

/// Where to look for device and libraries.
#[derive(Clone, Debug)]
pub(crate) struct DevicePaths {
    /// The vendor's library; `None` looks for it.
    pub library: Option<PathBuf>,
    /// Our shim; `None` looks for it.
    pub shim: Option<PathBuf>,
    /// The root of the file system.
    pub root: PathBuf,
}

/// The device, with one model for the life of the process.
pub(crate) struct Hailo {
    options: Options,
    session: Option<Session>,
}

impl Hailo {
    /// A back end whose model is not loaded yet.
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options,
            session: None,
        }
    }

    fn session(&mut self) -> Result<&mut Session, BackendError> {
        self.session
            .as_mut()
            .ok_or_else(|| BackendError::new(ErrorClass::BadRequest, "no model is loaded"))
    }
}

impl Backend for Hailo {
    fn name(&self) -> &'static str {
        "hailo"
    }

    fn load(&mut self) -> Result<(), BackendError> {
        if self.session.is_none() {
            self.session = Some(start(&self.options)?);
        }
        Ok(())
    }

    fn loaded(&self) -> bool {
        self.session.is_some()
    }

    fn usage(&self) -> (u32, u32) {
        let count = |tokens: usize| u32::try_from(tokens).unwrap_or(u32::MAX);
        self.session.as_ref().map_or((0, 0), |session| {
            let (used, capacity) = session.usage();
            (count(used), count(capacity))
        })
    }

    fn prime(&mut self, prompt: &Prompt, _: &mut Watch) -> Result<u32, BackendError> {
        let tokens = self.session()?.prime(prompt)?;
        Ok(u32::try_from(tokens).unwrap_or(u32::MAX))
    }

    fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError> {
        self.session()?.ask(ask, watch)
    }

    fn rest(&mut self) -> Result<(), BackendError> {
        self.session.as_mut().map_or(Ok(()), Session::rest)
    }

    fn device(&mut self) -> Option<Device> {
        Some(self.session.as_mut()?.device())
    }
}

/// Everything from the file to a model that answers; what is cheap to find out
/// comes first.
fn start(options: &Options) -> Result<Session, BackendError> {
    let file = &options.model;
    if !file.is_file() {
        return Err(BackendError::new(
            ErrorClass::ModelMissing,
            format!("the language model `{}` is missing", file.display()),
        ));
    }
    let counter = Counter::read(options.tokenizer.as_deref())?;
    let present = probe::device(&options.place.root)?;
    let (vendor, shim) = libraries(&options.place, present.driver)?;
    if let Some((total_mib, free_mib)) = probe::contiguous(&options.place.root) {
        tracing::info!(total_mib, free_mib, "contiguous memory");
    }
    let open = Stage::Open {
        allowed: present.allowed,
    };
    let mut npu = twice(open, || shim.open(&options.group))
        .map_err(|fault| fault.at(open, "opening the device"))?;
    let clock = Stopwatch::start();
    twice(Stage::Load, || npu.load(file))
        .map_err(|fault| fault.at(Stage::Load, &format!("loading `{}`", file.display())))?;
    let load_ms = clock.ms();
    let mut device = Device {
        library: vendor.version.to_string(),
        load_ms,
        ..Device::default()
    };
    match npu.identify() {
        Ok(identity) => {
            device.firmware = identity.firmware.to_string();
            device.architecture = identity.architecture;
        }
        Err(fault) => tracing::warn!(%fault, "the device does not say what it is"),
    }
    tracing::info!(?device, "the model is loaded");
    let prefill_only = vendor.version >= Version::PREFILL_ONLY;
    let own = Own {
        template: npu
            .template()
            .map_err(|fault| fault.at(Stage::Run, "reading the chat template"))?,
        bos: None,
        marks: counter.marks(),
        ends: npu
            .stops()
            .map_err(|fault| fault.at(Stage::Run, "reading the end marks"))?,
    };
    let ends = own.ends.clone();
    let chat = Chat::new(file, own)?;
    Session::new(npu, counter, chat, ends, prefill_only, device)
}

/// Loads the vendor's library, then the shim, both checked.
fn libraries(place: &DevicePaths, driver: Option<Version>) -> Result<(Vendor, Shim), BackendError> {
    let library = place
        .library
        .clone()
        .unwrap_or_else(|| probe::library(&place.root, driver));
    let vendor = Vendor::load(library.as_os_str())?;
    if vendor.version < Version::OLDEST {
        return Err(BackendError::new(
            ErrorClass::VersionTooOld,
            format!(
                "`{}` is version {}, and {} is the oldest that will do",
                library.display(),
                vendor.version,
                Version::OLDEST
            ),
        ));
    }
    if let Some(driver) = driver.filter(|driver| *driver != vendor.version) {
        return Err(BackendError::new(
            ErrorClass::VersionMismatch,
            format!(
                "the driver is version {driver}, and `{}` is {}",
                library.display(),
                vendor.version
            ),
        ));
    }
    let Some(path) = place.shim.clone().or_else(|| probe::shim(&place.root)) else {
        return Err(BackendError::new(
            ErrorClass::LibraryMissing,
            format!("there is no `{}` beside this program", probe::SHIM),
        ));
    };
    Ok((vendor, Shim::load(&path, vendor)?))
}

/// Does what may fail only for a moment, and does it again then, once.
fn twice<T>(stage: Stage, mut what: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
    match what() {
        Err(fault) if fault.passes(stage) => {
            tracing::warn!(%fault, "the device is not ready, and is tried again");
            pause(AGAIN);
            what()
        }
        done => done,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a device that restarts is given time, and nothing else waits in this process"
)]
fn pause(time: Duration) {
    thread::sleep(time);
}
