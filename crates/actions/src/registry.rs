//! The names that Home Assistant has for its things: floors, areas, entities with
//! their aliases, and which of them its own assistant may use. They are read over
//! its WebSocket API, which also tells when they change.

mod link;
mod names;
mod wire;

use std::time::Duration;

use mynah_core::model::{EntityFilter, HomeAssistant, SlotChoice};
use thiserror::Error;

pub use self::names::{AREAS, DOMAINS, FLOORS, lists};

use self::link::Link;
use crate::deadline::Deadline;

/// A house with thousands of things on a small machine.
const READING_MS: u32 = 30_000;

/// Who reads once waits so long for a Home Assistant that starts.
const READING: Duration = Duration::from_secs(30);

/// It gives up on a part that does not start after some minutes.
const STARTING: Duration = Duration::from_mins(15);

/// Several changes of one deed, such as renaming a device, come within that time.
const BURST: Duration = Duration::from_millis(700);

/// Whatever goes on there, names are read again after so long.
const LONGEST_BURST_MS: u32 = 5_000;

/// Home Assistant tells nothing of things without a registry entry, so all are
/// read again after so long.
const AGAIN: Duration = Duration::from_mins(10);

/// Home Assistant's things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Things {
    /// Floors.
    pub floors: Vec<NamedArea>,
    /// Areas.
    pub areas: Vec<NamedArea>,
    /// Those that its assistant may use.
    pub entities: Vec<Entity>,
    /// Whether somebody said which ones those are; otherwise they are all.
    pub chosen: bool,
}

/// Domains whose entities do no harm when they are switched by mistake.
const HARMLESS: [&str; 6] = ["climate", "fan", "light", "media_player", "scene", "switch"];

impl Things {
    /// Without what may do harm, unless its owner has exposed it to the assistant or
    /// wants all.
    #[must_use]
    pub fn harmless(mut self) -> Self {
        let harmless = |entity: &Entity| {
            let domain = entity.id.split('.').next();
            domain.is_some_and(|domain| HARMLESS.contains(&domain))
        };
        let chosen = self.chosen;
        self.entities.retain(|entity| chosen || harmless(entity));
        self
    }
}

/// A floor or an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedArea {
    /// As in `area_id`.
    pub id: String,
    /// Its name, then its aliases, as written there.
    pub names: Vec<String>,
    /// The floor of an area.
    pub floor: Option<String>,
}

/// An entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// `DOMAIN.NAME`
    pub id: String,
    /// Its name, then its aliases, as written there.
    pub names: Vec<String>,
    /// The area that it, or its device, is in.
    pub area: Option<String>,
}

/// A list of the configuration: its name and its values.
pub type List = (String, Vec<SlotChoice>);

/// Why nothing could be read.
#[derive(Debug, Error)]
pub enum Trouble {
    /// The token is not accepted.
    #[error(
        "Home Assistant refuses the token in `{0}`; hint: make a long-lived access token in your \
         profile there, and write it into the file"
    )]
    Refused(String),
    /// The token cannot be read, or the address is none.
    #[error("{0}")]
    Unusable(String),
    /// There is no connection, or it broke.
    #[error("Home Assistant at `{url}` cannot be reached: {why}")]
    Away {
        /// `home_assistant.url`
        url: String,
        /// What failed.
        why: String,
    },
    /// It answers otherwise than its documentation says.
    #[error("Home Assistant does not answer as it should: {0}")]
    Strange(String),
}

/// Reads the things once, when Home Assistant has started.
///
/// # Errors
/// When Home Assistant cannot be reached, refuses, or is still starting.
pub fn read(house: &HomeAssistant) -> Result<Things, Trouble> {
    let mut link = Link::connect(house)?;
    if !link.started(READING, &|| true)? {
        return Err(Trouble::Away {
            url: house.url.clone(),
            why: "it is still starting; hint: try again in a minute".into(),
        });
    }
    link.things(house.names, READING_MS)
}

/// Reads the things, and again whenever one changes, until `taken` or `goes_on`
/// says that it is enough. `taken` gets all of them each time; `goes_on` is asked
/// twice a second.
///
/// # Errors
/// When Home Assistant cannot be reached or refuses, and when the connection ends.
pub fn follow(
    house: &HomeAssistant,
    goes_on: &dyn Fn() -> bool,
    taken: &mut dyn FnMut(Things) -> bool,
) -> Result<(), Trouble> {
    let mut link = Link::connect(house)?;
    // First, so that no change falls between reading and listening.
    link.subscribe()?;
    loop {
        // The names of before stay until all are there, as long as that may take.
        if !link.started(STARTING, goes_on)? && goes_on() {
            tracing::warn!("Home Assistant is still starting: names may be missing");
        }
        if !goes_on() || !taken(link.things(house.names, READING_MS)?) {
            return Ok(());
        }
        link.changed(AGAIN, goes_on)?;
        // What belongs together comes in a burst.
        let burst = Deadline::after_ms(LONGEST_BURST_MS);
        while goes_on() && !burst.left().is_zero() && link.changed(BURST, goes_on)? {}
        if !goes_on() {
            return Ok(());
        }
    }
}
