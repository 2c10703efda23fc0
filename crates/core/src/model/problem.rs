//! Something in the file that is wrong or hardly meant.

use serde::{Deserialize, Serialize};

/// One thing that is wrong in the file: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Problem {
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// From 1; 0 when the line as a whole is meant.
    pub column: usize,
    /// Dotted path, such as `intent[2].slots.room.list`; indices from 0.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}
