//! Joins the mind to the world: the engine that does everything slow, the
//! worker thread that it runs on, and the loop that carries events to the
//! mind and its commands out.

pub mod answers;
pub mod assemble;
pub mod backends;
mod bell;
mod capture_thread;
pub mod clips;
pub mod configured;
pub mod cores;
pub mod demo;
pub mod engine;
pub mod engine_thread;
pub mod events;
pub mod history;
pub mod inbox;
mod lanes;
pub mod likeness;
pub mod listen;
pub mod llm;
pub mod load;
pub mod names;
pub mod notify;
pub mod orders;
pub mod recorded;
pub mod rehearsal;
mod repeat;
pub mod sessions;
pub mod staged;
#[cfg(test)]
mod tests;
pub mod worker;

use std::time::Duration;

/// At the end, what is under way on another thread may take so long to be given
/// up.
const AT_THE_END: Duration = Duration::from_secs(2);
