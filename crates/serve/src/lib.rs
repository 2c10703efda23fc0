//! Services for other programs, each off unless the configuration gives it an
//! address: a Wyoming server, which lends the box's ears, voice and commands to
//! Home Assistant, and the local API with its pages.
//!
//! The assistant is known only by the traits of [`assistant`], so nothing here
//! depends on models or on the event loop. Clients are not trusted: every size,
//! number and wait has a bound, and a connection has a thread of its own, so
//! that one that stalls delays no other.

#![forbid(unsafe_code)]

pub mod announce;
pub mod assistant;
pub mod console;
pub mod listening;
mod peers;
mod stream;
mod talks;
pub mod web;
pub mod wyoming;

pub use peers::ServeError;
