//! What others are told of the box.
