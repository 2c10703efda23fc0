//! What a [`super::Fallback`] is made of, when it tries what, and how it says
//! how its back ends are.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Options;

/// One way to run the model.
pub struct BackEnd {
    /// For the log and for people: `hailo`, `cpu`, `http`.
    pub name: String,
    /// How its process is started.
    pub options: Options,
    /// Whether it can be there at all; looks without touching it.
    pub present: Box<dyn Fn() -> bool + Send>,
}

/// When what is tried.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// After this long a failure is forgotten.
    pub forgive: Duration,
    /// A back end that was left is tried again after this long, the next time
    /// after four times as long, and so on.
    pub retry: Duration,
    /// But after no longer than this.
    pub longest: Duration,
    /// A better back end takes over when nobody has asked for this long.
    pub idle: Duration,
    /// An accelerator is asked this often how it is.
    pub look: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            forgive: Duration::from_mins(5),
            retry: Duration::from_secs(30),
            longest: Duration::from_mins(5),
            idle: Duration::from_secs(15),
            look: Duration::from_secs(20),
        }
    }
}

/// How a back end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stand {
    /// Answers.
    Serves,
    /// Will answer.
    Loads,
    /// Was left, and is tried again.
    Failed,
    /// Is not there.
    Absent,
    /// A better one serves.
    Spare,
}

/// A back end, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendReport {
    /// Its name.
    pub name: String,
    /// How it is.
    pub stand: Stand,
    /// What happened to it last; empty if nothing did.
    pub reason: String,
    /// Times that it was left.
    pub falls: u32,
}
