//! The model on the accelerator, from the client to the lowest seam: the real
//! worker and loader with the stand-in in the place of the vendor's library.

mod commands;
mod failures;
mod families;
mod standin;
