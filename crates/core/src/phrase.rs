//! The phrase language of the owner's file, read into a tree:
//! `(a|b)` alternatives, `[optional]`, `(a;b)` parts in any order, `{slot}`,
//! `{list:slot}`, `<rule>`.

mod expand;
mod glue;
mod parse;
mod resolve;
mod verb_last;

use std::fmt;

pub use expand::{Token, Variants, variants};
pub use parse::{PhraseError, SlotUse, Written};
pub use resolve::Rules;
pub use verb_last::verb_last;

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

impl Phrase {
    /// The words of `text`, one after the other.
    #[must_use]
    pub fn of_words(text: &str) -> Self {
        let words = text.split_whitespace().map(str::to_owned);
        Self::sequence(words.map(Self::Word).collect())
    }

    /// Adds all its words as they are written, slots aside.
    pub fn words<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Word(word) => found.push(word),
            Self::Slot(_) => {}
            Self::Optional(part) => part.words(found),
            Self::Sequence(parts) | Self::Choice(parts) | Self::AnyOrder(parts) => {
                for part in parts {
                    part.words(found);
                }
            }
        }
    }

    /// One after the other, without sequences inside sequences.
    #[must_use]
    pub fn sequence(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Sequence(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Self::alone_or(flat, Self::Sequence)
    }

    /// One of them, without choices inside choices.
    #[must_use]
    pub fn choice(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Choice(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Self::alone_or(flat, Self::Choice)
    }

    /// Said or not; an optional inside an optional says nothing more.
    #[must_use]
    pub fn optional(inner: Self) -> Self {
        match inner {
            Self::Optional(_) => inner,
            other => Self::Optional(Box::new(other)),
        }
    }

    /// All of them, in any order.
    #[must_use]
    pub fn any_order(parts: Vec<Self>) -> Self {
        Self::alone_or(parts, Self::AnyOrder)
    }

    /// Whether saying nothing at all fits the phrase.
    #[must_use]
    pub fn fits_silence(&self) -> bool {
        match self {
            Self::Word(_) | Self::Slot(_) => false,
            Self::Optional(_) => true,
            Self::Sequence(parts) | Self::AnyOrder(parts) => parts.iter().all(Self::fits_silence),
            Self::Choice(parts) => parts.iter().any(Self::fits_silence),
        }
    }

    fn alone_or(mut parts: Vec<Self>, wrap: fn(Vec<Self>) -> Self) -> Self {
        if parts.len() == 1 {
            parts.remove(0)
        } else {
            wrap(parts)
        }
    }
}

/// The phrase as an owner would write it; parsing that gives the phrase again.
impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Slot(name) => write!(f, "{{{name}}}"),
            Self::Sequence(parts) => joined(f, parts, " "),
            Self::Choice(parts) => {
                f.write_str("(")?;
                joined(f, parts, "|")?;
                f.write_str(")")
            }
            Self::AnyOrder(parts) => {
                f.write_str("(")?;
                joined(f, parts, ";")?;
                f.write_str(")")
            }
            Self::Optional(inner) => {
                f.write_str("[")?;
                match inner.as_ref() {
                    Self::Choice(parts) => joined(f, parts, "|")?,
                    other => write!(f, "{other}")?,
                }
                f.write_str("]")
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Phrase], between: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
