//! Natural language: the only part of the program that knows words of English.
//! Pure: no files, no clock, no model.

pub mod en;
