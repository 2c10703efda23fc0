//! The names of conversations.

use std::fmt;

/// The kind of front end that a session belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {
    /// A live microphone: its work goes before that of all others.
    #[default]
    Microphone,
    /// Text that a person or a program writes.
    Text,
    /// Sound from another machine.
    Remote,
}

/// One conversation. A turn is named by its session and its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId {
    /// The front end.
    pub kind: SessionKind,
    /// Counted within the kind.
    pub number: u32,
}

impl SessionId {
    /// The session of the appliance's own microphone.
    pub const OWN: Self = Self {
        kind: SessionKind::Microphone,
        number: 0,
    };

    /// Whether this is the appliance's own microphone, which events do not name.
    #[must_use]
    pub fn is_own(self) -> bool {
        self == Self::OWN
    }
}

/// As events name it: `text-3`.
impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            SessionKind::Microphone => "microphone",
            SessionKind::Text => "text",
            SessionKind::Remote => "remote",
        };
        write!(f, "{kind}-{}", self.number)
    }
}
