//! The laboratory: measures Mynah as `mynah bench`, `mynah eval` and `mynah wake`
//! do. Nothing that the appliance runs is in it.

#![forbid(unsafe_code)]

pub mod bench;
pub mod eval;
mod noise;
pub mod wake;
