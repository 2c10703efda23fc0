//! `[serve]`: the services for other programs.

use std::path::PathBuf;
use std::time::Duration;

/// `[serve]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serve {
    /// Where the Wyoming server listens; `None`: nowhere.
    pub wyoming: Option<Address>,
    /// `ADDRESS:PORT` of the local API and its pages; `None`: nowhere.
    pub web: Option<String>,
    /// Machines and networks beyond this machine that may connect, such as
    /// `192.168.1.0/24`; each one is right in form.
    pub allow: Vec<String>,
    /// File that holds the token for the local API; required where `web` is
    /// reachable from other machines.
    pub token_file: Option<PathBuf>,
    /// Whether the local API is encrypted, with a certificate that the box makes.
    pub https: bool,
    /// Origins of pages elsewhere that may control peripherals, such as
    /// `http://192.168.1.20:9000`.
    pub origins: Vec<String>,
    /// What a conversation over Wyoming may do.
    pub handle: Handle,
    /// Whether the Wyoming server is announced on the local network (mDNS).
    pub discover: bool,
    /// Whether the owner's page may show what was said since the start.
    pub history: bool,
    /// After so long without a word or a tap the box's own screen goes off; `None`: it
    /// stays on.
    pub screen_off: Option<Duration>,
    /// The owner's style sheet for the view for a screen.
    pub style: Option<PathBuf>,
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `ADDRESS:PORT`, with a number as the address.
    Tcp(String),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// What a conversation over Wyoming may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handle {
    /// It acts, as if spoken to.
    #[default]
    Act,
    /// It acts on nothing: the client gets the intent and its slots.
    Intent,
    /// It is not offered.
    Off,
}
