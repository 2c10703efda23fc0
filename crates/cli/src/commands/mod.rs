//! The commands of the program, one file each: read arguments, call the other
//! crates, print.

pub mod ask;
pub mod backup;
pub mod chat;
pub mod check;
mod collisions;
pub mod devices;
pub mod doctor;
mod files;
pub mod hear;
pub mod import;
pub mod models;
pub mod new;
pub mod reload;
pub mod restore;
pub mod run;
mod samples;
pub mod say;
pub mod schema;
pub mod serve;
pub mod test;
pub mod timers;
pub mod transcribe;

use mynah_command::{Common, Exit};
