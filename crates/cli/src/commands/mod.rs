//! The commands of the program, a file each. Each reads its arguments, calls
//! the rooms and prints; none decides anything.

pub mod ask;
pub mod backup;
pub mod check;
pub mod devices;
pub mod doctor;
pub mod hear;
pub mod import;
pub mod models;
pub mod new;
pub mod restore;
pub mod run;
pub mod say;
pub mod schema;
pub mod test;
pub mod timers;
pub mod transcribe;

use mynah_command::{Common, Exit};
