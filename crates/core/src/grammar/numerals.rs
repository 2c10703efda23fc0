//! Numbers in the canonical words of the grammar.

pub use crate::language::en::numerals::*;
