//! What the other crates ask of the operating system: small files, networks, threads, the
//! folder of what is kept, and the rights of the user that a folder belongs to.

#![forbid(unsafe_code)]

pub mod cache;
pub mod files;
pub mod network;
pub mod privileges;
pub mod state;
pub mod threads;
