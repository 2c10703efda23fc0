//! The commands of the program, one file each: read arguments, call the other
//! crates, print.

pub(crate) mod ask;
pub(crate) mod backup;
pub(crate) mod chat;
pub(crate) mod check;
mod collisions;
pub(crate) mod devices;
pub(crate) mod doctor;
mod files;
pub(crate) mod hear;
pub(crate) mod import;
pub(crate) mod models;
pub(crate) mod new;
pub(crate) mod reload;
pub(crate) mod restore;
pub(crate) mod run;
mod samples;
pub(crate) mod say;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod test;
pub(crate) mod timers;
pub(crate) mod transcribe;

use mynah_command::{Common, Exit};
