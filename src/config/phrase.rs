//! The phrase language of the owner's file, read into a tree:
//! `(a|b)` alternatives, `[optional]`, `(a;b)` parts in any order, `{slot}`,
//! `{list:slot}`, `<rule>`.

/// A parsed phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// One word as written, never empty.
    Word(String),
    /// A slot of the intent, by name.
    Slot(String),
    /// One after the other.
    Sequence(Vec<Phrase>),
    /// One of them.
    Choice(Vec<Phrase>),
    /// Said or not.
    Optional(Box<Phrase>),
    /// All of them, in any order.
    AnyOrder(Vec<Phrase>),
}
