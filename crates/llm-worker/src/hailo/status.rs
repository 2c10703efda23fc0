//! What the vendor's status codes mean for us.

use std::fmt;

use mynah_llm_link::ErrorClass;

use crate::backend::BackendError;

/// No token within the time given; not a failure.
pub(super) const TIMEOUT: i32 = 4;

/// What may pass while the device's daemon restarts, or notices that a killed
/// process has let go of it: in use, out of devices, refused, unavailable.
const PASSING: [i32; 4] = [73, 74, 89, 97];

/// A session closed at once: another one exists, or has not quite ended.
const CLOSED: i32 = 62;

/// A version of the library, the driver or the firmware.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// The first that can save a context and says how full it is.
    pub(super) const OLDEST: Self = Self(5, 1, 1);

    /// The first that evaluates a prompt without generating.
    pub(super) const PREFILL_ONLY: Self = Self(5, 2, 0);

    /// Whether what was compiled for this version may call a library of that one:
    /// between two minor versions, the vendor's tables of virtual functions and the
    /// sizes of its structures change.
    pub(super) fn has_the_interface_of(self, library: Self) -> bool {
        (self.0, self.1) == (library.0, library.1)
    }

    /// Reads `5.1.1`, whatever follows it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text
            .trim()
            .splitn(3, '.')
            .map(|part| part.split(|c: char| !c.is_ascii_digit()).next());
        let mut next = || parts.next()??.parse().ok();
        Some(Self(next()?, next()?, next()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// A call of the library that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The vendor's status.
    pub status: i32,
    /// Its name.
    pub name: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.status)
    }
}

/// What was going on when a call failed: the same status means other things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Opening the device, whose node this user may (or may not) open.
    Open {
        /// Whether.
        allowed: bool,
    },
    /// Loading the model.
    Load,
    /// Afterwards.
    Run,
}

impl Fault {
    /// What kind of failure it is.
    pub(super) fn class(&self, stage: Stage) -> ErrorClass {
        match (self.status, stage) {
            (3 | 71 | 81, _) => ErrorClass::OutOfMemory,
            (13, _) => ErrorClass::ModelMissing,
            (26 | 91..=93, _) | (7, Stage::Load) => ErrorClass::ModelBad,
            (16 | 76 | 85 | 86, _) => ErrorClass::VersionMismatch,
            (36 | 74, Stage::Open { allowed: false }) => ErrorClass::NoPermission,
            (64, _) => ErrorClass::NodeMissing,
            // The kernel shows the device, or we would not have come so far:
            // it is taken. A second session is closed (62) or refused (6).
            (73 | 74, _) | (6 | CLOSED, Stage::Load) => ErrorClass::Busy,
            // The vendor's reading thread ends silently when the link breaks,
            // and reading then is an invalid operation (6).
            (6 | CLOSED, Stage::Run) => ErrorClass::SessionClosed,
            (TIMEOUT | 36 | CLOSED | 87 | 89 | 96 | 97, _) => ErrorClass::DeviceLost,
            _ => ErrorClass::Other,
        }
    }

    /// As a failure of the back end, with what was being done.
    pub(super) fn at(&self, stage: Stage, doing: &str) -> BackendError {
        BackendError::new(
            self.class(stage),
            format!("the accelerator failed when {doing}: {self}"),
        )
    }

    /// Whether trying once more may help.
    pub(super) fn passes(&self, stage: Stage) -> bool {
        PASSING.contains(&self.status) || (self.status == CLOSED && stage == Stage::Load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_means_what_its_stage_makes_of_it() {
        let check = |status, stage, class| {
            let fault = Fault {
                status,
                name: String::new(),
            };
            assert_eq!(fault.class(stage), class, "{status} at {stage:?}");
        };
        let open = Stage::Open { allowed: true };
        check(36, Stage::Open { allowed: false }, ErrorClass::NoPermission);
        check(74, Stage::Open { allowed: false }, ErrorClass::NoPermission);
        check(36, open, ErrorClass::DeviceLost);
        check(74, open, ErrorClass::Busy);
        check(76, open, ErrorClass::VersionMismatch);
        check(62, Stage::Load, ErrorClass::Busy);
        check(62, Stage::Run, ErrorClass::SessionClosed);
        check(6, Stage::Run, ErrorClass::SessionClosed);
        check(81, Stage::Load, ErrorClass::OutOfMemory);
        check(26, Stage::Load, ErrorClass::ModelBad);
        check(96, Stage::Run, ErrorClass::DeviceLost);
        check(8, Stage::Run, ErrorClass::Other);
    }

    #[test]
    fn versions_are_read_and_ordered() {
        let check = |text, version| assert_eq!(Version::read(text), version, "{text}");
        check("5.1.1\n", Some(Version(5, 1, 1)));
        check("5.2.0-rc1", Some(Version(5, 2, 0)));
        check("5.2", None);
        check("", None);
        assert!(Version(5, 1, 0) < Version::OLDEST && Version(5, 10, 0) > Version(5, 2, 9));
    }
}
