//! The kinds of failure that the model's process tells apart. Log, `mynah
//! doctor` and the documentation name them alike, each with what to do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// `libhailort` or our own shim is not installed.
    LibraryMissing,
    /// The library lacks a symbol that the shim needs, or the shim is of
    /// another version than this program.
    SymbolMissing,
    /// The shim was compiled for another major.minor version of the library.
    ShimMismatch,
    /// The library is older than 5.1.1.
    VersionTooOld,
    /// Driver, library and firmware are not of one version.
    VersionMismatch,
    /// The kernel shows no Hailo, or shows it without a device node.
    NodeMissing,
    /// This user may not open the device node.
    NoPermission,
    /// Another process uses the device.
    Busy,
    /// The model file is broken or made for another chip or version.
    ModelBad,
    /// The model file is not there.
    ModelMissing,
    /// The host or the device ran out of memory.
    OutOfMemory,
    /// The device no longer answers.
    DeviceLost,
    /// The device ended the session.
    SessionClosed,
    /// There is no server at the address, or it does not answer.
    ServerGone,
    /// The deadline passed while the model worked; the process lives.
    Timeout,
    /// The text does not fit the context; the process lives.
    ContextFull,
    /// What the model gave back is not what the interface promises.
    BadOutput,
    /// The line was no request; the process lives.
    BadRequest,
    /// Anything else.
    Other,
}

impl ErrorClass {
    /// All of them, for tables.
    pub const ALL: [Self; 19] = [
        Self::LibraryMissing,
        Self::SymbolMissing,
        Self::ShimMismatch,
        Self::VersionTooOld,
        Self::VersionMismatch,
        Self::NodeMissing,
        Self::NoPermission,
        Self::Busy,
        Self::ModelBad,
        Self::ModelMissing,
        Self::OutOfMemory,
        Self::DeviceLost,
        Self::SessionClosed,
        Self::ServerGone,
        Self::Timeout,
        Self::ContextFull,
        Self::BadOutput,
        Self::BadRequest,
        Self::Other,
    ];

    /// As it travels and as the documentation names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LibraryMissing => "library_missing",
            Self::SymbolMissing => "symbol_missing",
            Self::ShimMismatch => "shim_mismatch",
            Self::VersionTooOld => "version_too_old",
            Self::VersionMismatch => "version_mismatch",
            Self::NodeMissing => "node_missing",
            Self::NoPermission => "no_permission",
            Self::Busy => "busy",
            Self::ModelBad => "model_bad",
            Self::ModelMissing => "model_missing",
            Self::OutOfMemory => "out_of_memory",
            Self::DeviceLost => "device_lost",
            Self::SessionClosed => "session_closed",
            Self::ServerGone => "server_gone",
            Self::Timeout => "timeout",
            Self::ContextFull => "context_full",
            Self::BadOutput => "bad_output",
            Self::BadRequest => "bad_request",
            Self::Other => "other",
        }
    }

    /// What a person can do about it, as one sentence.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::LibraryMissing => {
                "install the package `h10-hailort`, then run `mynah-llm build-shim`"
            }
            Self::SymbolMissing | Self::ShimMismatch => {
                "build the shim anew against the installed library: `mynah-llm build-shim`"
            }
            Self::VersionTooOld => {
                "upgrade driver, library and firmware together to 5.1.1 or later"
            }
            Self::VersionMismatch => {
                "install driver, library and firmware of one version, hold them, and start the machine anew"
            }
            Self::NodeMissing => {
                "see that the HAT sits firmly, that the package `h10-hailort-pcie-driver` is installed for this kernel, and start the machine from cold"
            }
            Self::NoPermission => {
                "let this user open the device node by a udev rule, as docs/hailo.md shows"
            }
            Self::Busy => "stop what else uses the device, for instance `hailo-ollama`",
            Self::ModelBad => {
                "run `mynah models verify`; for the HAT, take the file made for the installed version and check its sha256"
            }
            Self::ModelMissing => "run `mynah models fetch`, or correct the path of the model",
            Self::OutOfMemory => {
                "give the device more contiguous memory (`dtoverlay=cma,cma-512` in config.txt) and start the machine anew"
            }
            Self::DeviceLost | Self::SessionClosed => {
                "if it happens again, switch the machine off and on: only a cold start resets the device"
            }
            Self::ServerGone => "start the server, or correct `llm.url` and `llm.api`",
            Self::Timeout => {
                "ask again; if it stays slow, look for heat and throttling with `mynah doctor`"
            }
            Self::ContextFull => "fewer intents, or shorter descriptions and phrases",
            Self::BadOutput => {
                "check the model file's sha256, and that it is made for the installed version"
            }
            Self::BadRequest => "let `mynah` and `mynah-llm` be of one version",
            Self::Other => "look at the log, and run `mynah doctor`",
        }
    }

    /// Whether the process is sound after it, and the next request may go to
    /// the same one.
    #[must_use]
    pub fn spares_the_process(self) -> bool {
        matches!(self, Self::Timeout | Self::ContextFull | Self::BadRequest)
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_on_the_wire() {
        for class in ErrorClass::ALL {
            let wire = serde_json::to_string(&class).expect("plain data");
            assert_eq!(wire, format!("\"{class}\""));
        }
    }
}
