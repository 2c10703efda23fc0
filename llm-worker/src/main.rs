//! The process that holds the language model.

fn main() {}
