//! What the core makes of configurations and sentences: a file and words in,
//! intents, questions and replies out.

mod beside;
mod builtin;
mod completion;
mod dialogue;
mod expected;
mod foresee;
mod german;
mod guided;
mod phrase;
mod reply;
mod reword;
mod roundtrip;
mod schema;
