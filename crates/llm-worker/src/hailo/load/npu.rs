//! The calls of an open session, each wrapped so that none can be misused.

use std::ffi::CString;
use std::path::Path;
use std::ptr::{self, NonNull};

use mynah_llm_link::wire::Health;

use super::{Raw, RawHealth, RawIdentity, Shim};
use crate::hailo::status::{Fault, Version};

/// Bytes that one piece of an answer may have.
const PIECE: usize = 4096;

/// Room for a chat template: those of publishers have up to 10 kB.
const TEMPLATE: usize = 64 * 1024;

/// `HAILO_NOT_AVAILABLE`.
const NOT_AVAILABLE: i32 = 65;

/// Bytes that all stop texts together may have.
const STOPS: usize = 16 * 1024;

/// How a generation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// More may come.
    Generating,
    /// As many tokens as were asked for.
    MaxTokens,
    /// A stop text; its own text was the last piece.
    Stopped,
    /// Aborted.
    Aborted,
}

/// What the device says it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    /// Its firmware.
    pub firmware: Version,
    /// Its name.
    pub architecture: String,
}

/// An open device, closed when dropped. Neither `Send` nor `Sync`: the thread
/// that opened it uses it.
pub(crate) struct Npu {
    pub(super) shim: Shim,
    pub(super) raw: NonNull<Raw>,
}

impl Npu {
    /// Loads the model file; once.
    pub(crate) fn load(&mut self, file: &Path) -> Result<(), Fault> {
        let name = CString::new(file.as_os_str().as_encoded_bytes()).unwrap_or_default();
        // SAFETY: the session is open, the text ends in zero.
        let status = unsafe { (self.shim.functions.load)(self.raw.as_ptr(), name.as_ptr()) };
        self.shim.check(status)
    }

    /// What the device is.
    pub(crate) fn identify(&mut self) -> Result<Identity, Fault> {
        let mut raw = RawIdentity {
            firmware: [0; 3],
            architecture: [0; 32],
        };
        // SAFETY: the session is open; the struct is that of shim.h.
        let status = unsafe { (self.shim.functions.identify)(self.raw.as_ptr(), &raw mut raw) };
        self.shim.check(status)?;
        let [major, minor, revision] = raw.firmware;
        let name = raw.architecture.split(|byte| *byte == 0).next();
        Ok(Identity {
            firmware: Version(major, minor, revision),
            architecture: String::from_utf8_lossy(name.unwrap_or_default()).into_owned(),
        })
    }

    /// How the device is.
    pub(crate) fn health(&mut self) -> Result<Health, Fault> {
        let mut raw = RawHealth {
            chip_c: f32::NAN,
            power_w: f32::NAN,
            memory_percent: f32::NAN,
            throttling: -1,
        };
        // SAFETY: the session is open; the struct is that of shim.h.
        let status = unsafe { (self.shim.functions.health_now)(self.raw.as_ptr(), &raw mut raw) };
        self.shim.check(status)?;
        let known = |value: f32| value.is_finite().then_some(value);
        Ok(Health {
            chip_c: known(raw.chip_c),
            power_w: known(raw.power_w),
            memory_percent: known(raw.memory_percent),
            throttling: u8::try_from(raw.throttling).ok(),
        })
    }

    /// How many tokens a text has.
    pub(crate) fn tokens(&mut self, text: &str) -> Result<usize, Fault> {
        let mut count = 0;
        // SAFETY: the text is valid for its length; no id is written, for
        // which there is no room.
        let status = unsafe {
            (self.shim.functions.tokenize)(
                self.raw.as_ptr(),
                text.as_ptr(),
                text.len(),
                ptr::null_mut(),
                0,
                &raw mut count,
            )
        };
        self.shim.check(status)?;
        Ok(count)
    }

    /// Tokens in the context, and how many it can hold.
    pub(crate) fn usage(&mut self) -> Result<(usize, usize), Fault> {
        let (mut used, mut capacity) = (0, 0);
        // SAFETY: the session is open; both places are valid.
        let status = unsafe {
            (self.shim.functions.usage)(self.raw.as_ptr(), &raw mut used, &raw mut capacity)
        };
        self.shim.check(status)?;
        Ok((used, capacity))
    }

    /// The chat template of the model's file, if it has one.
    pub(crate) fn template(&mut self) -> Result<Option<String>, Fault> {
        let mut text = vec![0; TEMPLATE];
        let mut length = 0;
        // SAFETY: the buffer has room for as many bytes as are named.
        let status = unsafe {
            (self.shim.functions.template)(
                self.raw.as_ptr(),
                text.as_mut_ptr(),
                text.len(),
                &raw mut length,
            )
        };
        if status == NOT_AVAILABLE {
            return Ok(None);
        }
        self.shim.check(status)?;
        text.truncate(length);
        Ok(String::from_utf8(text).ok().filter(|text| !text.is_empty()))
    }

    /// The texts that end a generation.
    pub(crate) fn stops(&mut self) -> Result<Vec<String>, Fault> {
        let mut joined = vec![0; STOPS];
        let mut length = 0;
        // SAFETY: the buffer has room for as many bytes as are named.
        let status = unsafe {
            (self.shim.functions.get_stops)(
                self.raw.as_ptr(),
                joined.as_mut_ptr(),
                joined.len(),
                &raw mut length,
            )
        };
        self.shim.check(status)?;
        joined.truncate(length);
        let texts = joined.split(|byte| *byte == 0).filter(|t| !t.is_empty());
        Ok(texts
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .collect())
    }

    /// Replaces the texts that end a generation.
    pub(crate) fn set_stops(&mut self, stops: &[String]) -> Result<(), Fault> {
        let joined: String = stops
            .iter()
            .flat_map(|stop| [stop.as_str(), "\0"])
            .collect();
        self.with_text(self.shim.functions.set_stops, &joined)
    }

    /// Sets what the device adds after a generation that was cut off.
    pub(crate) fn set_recovery(&mut self, text: &str) -> Result<(), Fault> {
        self.with_text(self.shim.functions.set_recovery, text)
    }

    fn with_text(
        &mut self,
        function: unsafe extern "C" fn(*mut Raw, *const u8, usize) -> i32,
        text: &str,
    ) -> Result<(), Fault> {
        // SAFETY: the session is open, the text is valid for its length.
        let status = unsafe { function(self.raw.as_ptr(), text.as_ptr(), text.len()) };
        self.shim.check(status)
    }

    /// Appends a text and starts to generate; with `max_tokens` 0 only
    /// evaluates it.
    pub(crate) fn generate(&mut self, text: &str, max_tokens: u32) -> Result<(), Fault> {
        // SAFETY: as `with_text`.
        let status = unsafe {
            (self.shim.functions.generate)(self.raw.as_ptr(), text.as_ptr(), text.len(), max_tokens)
        };
        self.shim.check(status)
    }

    /// Waits for the next piece.
    pub(crate) fn read(&mut self, timeout_ms: u32) -> Result<(Vec<u8>, State), Fault> {
        let mut piece = vec![0; PIECE];
        let (mut length, mut state) = (0, 0);
        // SAFETY: the buffer has room for as many bytes as are named.
        let status = unsafe {
            (self.shim.functions.read)(
                self.raw.as_ptr(),
                piece.as_mut_ptr(),
                piece.len(),
                &raw mut length,
                &raw mut state,
                timeout_ms,
            )
        };
        self.shim.check(status)?;
        piece.truncate(length);
        let state = match state {
            0 => State::Generating,
            1 => State::MaxTokens,
            2 => State::Stopped,
            _ => State::Aborted,
        };
        Ok((piece, state))
    }

    /// Ends a generation early. May block as long as the device does.
    pub(crate) fn abort(&mut self) -> Result<(), Fault> {
        self.plain(self.shim.functions.abort)
    }

    /// Forgets the generation; before the next.
    pub(crate) fn finish(&mut self) {
        // SAFETY: the session is open.
        unsafe { (self.shim.functions.finish)(self.raw.as_ptr()) };
    }

    /// Empties the context.
    pub(crate) fn clear(&mut self) -> Result<(), Fault> {
        self.plain(self.shim.functions.clear)
    }

    /// Keeps a copy of the context. Gives its size in bytes.
    pub(crate) fn save(&mut self) -> Result<usize, Fault> {
        let mut length = 0;
        // SAFETY: the session is open, the place is valid.
        let status = unsafe { (self.shim.functions.save)(self.raw.as_ptr(), &raw mut length) };
        self.shim.check(status)?;
        Ok(length)
    }

    /// Puts the copy back.
    pub(crate) fn restore(&mut self) -> Result<(), Fault> {
        self.plain(self.shim.functions.restore)
    }

    fn plain(&mut self, function: unsafe extern "C" fn(*mut Raw) -> i32) -> Result<(), Fault> {
        // SAFETY: the session is open.
        let status = unsafe { function(self.raw.as_ptr()) };
        self.shim.check(status)
    }
}

impl Drop for Npu {
    fn drop(&mut self) {
        // SAFETY: the session is open, and nobody can use it after this.
        unsafe { (self.shim.functions.close)(self.raw.as_ptr()) };
    }
}
