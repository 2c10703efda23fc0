//! What can be told without opening the device, for `mynah-llm probe`.

use serde::Serialize;

use super::load::{Shim, Vendor};
use super::{DevicePaths, libraries, probe};
use crate::backend::BackendError;

/// What was found: one JSON object, `null` where nothing was.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Found {
    /// The device's node.
    node: Option<String>,
    /// Whether this user may open it.
    allowed: Option<bool>,
    /// The driver's version.
    driver: Option<String>,
    /// The library's version.
    library: Option<String>,
    /// The first thing that is wrong, by its class.
    class: Option<&'static str>,
    /// And in words.
    text: Option<String>,
    /// What to do about it.
    hint: Option<&'static str>,
}

impl Found {
    /// Whether a model could be loaded, as far as this tells.
    pub(crate) fn is_ready(&self) -> bool {
        self.class.is_none()
    }

    fn look(&mut self, place: &DevicePaths) -> Result<(), BackendError> {
        let present = probe::device(&place.root)?;
        self.node = Some(present.node.display().to_string());
        self.allowed = Some(present.allowed);
        self.driver = present.driver.map(|version| version.to_string());
        let (vendor, _): (Vendor, Shim) = libraries(place, present.driver)?;
        self.library = Some(vendor.version.to_string());
        if present.allowed {
            Ok(())
        } else {
            Err(BackendError::new(
                mynah_llm_link::ErrorClass::NoPermission,
                format!("this user may not open `{}`", present.node.display()),
            ))
        }
    }
}

/// Looks for the device and loads the libraries, but opens nothing.
pub(crate) fn find(place: &DevicePaths) -> Found {
    let mut found = Found::default();
    if let Err(error) = found.look(place) {
        found.class = Some(error.class.name());
        found.hint = Some(error.class.advice());
        found.text = Some(error.text);
    }
    found
}
