//! The appliance: [`runtime`] joins the pure mind of the core to sound, models
//! and actions; [`observers`] are told what happens; [`timers`] keeps what is to
//! ring later, [`builtin`] carries out what Mynah does by itself, [`follow`] keeps
//! the names of Home Assistant, [`backup`] what is the owner's.

#![forbid(unsafe_code)]

pub mod backup;
pub mod builtin;
pub mod buttons;
pub mod follow;
pub mod observers;
pub mod runtime;
pub mod timers;
