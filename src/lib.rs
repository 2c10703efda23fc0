//! The map of Mynah: one module a room, in the order sound travels.
//!
//! A sound enters by [`audio`], is heard by [`ear`], cut into an utterance by
//! [`conversation`], written down by [`stt`], understood by [`intent`] (whose
//! words come from [`grammar`] and [`language`], and [`meaning`] tells what they are
//! near to), weighed by [`dialogue`], carried out by
//! [`action`] and answered by [`voice`]. [`timers`] keeps what is to ring
//! later; [`language`] knows the words of English; [`runtime`] joins the pure mind to the world; [`config`] reads the
//! owner's one file; [`models`] keeps the weights; [`backup`] keeps what is the
//! owner's; [`turn`] holds the values that travel between the rooms. Root works
//! with no more than the rights it needs: [`privileges`].

#![forbid(unsafe_code)]

pub mod action;
pub mod audio;
pub mod backup;
pub mod commands;
pub mod config;
pub mod conversation;
pub mod dialogue;
pub mod ear;
pub mod grammar;
pub mod intent;
pub mod language;
pub mod meaning;
pub mod models;
pub mod privileges;
pub mod runtime;
pub mod stt;
pub mod timers;
pub mod turn;
pub mod voice;
