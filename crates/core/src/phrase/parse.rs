//! From a phrase as written to its tree, in which rules are still names.

use super::glue::glue;
use crate::suggest;

/// Brackets inside brackets beyond this are a slip, and would cost stack.
const MAX_DEPTH: usize = 40;

/// What is wrong in a phrase, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseError {
    /// Byte offset in the phrase.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

/// A slot that a phrase mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotUse {
    /// Its name.
    pub name: String,
    /// The list, in `{list:slot}`.
    pub list: Option<String>,
    /// Byte offset in the phrase; of the `<rule>` when a rule mentions it.
    pub at: usize,
}

/// A phrase as written: its rules are still names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(pub(super) Node);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Word(String),
    Slot(SlotUse),
    Rule {
        name: String,
        at: usize,
    },
    /// `before` and `after`: blanks inside the brackets, which decide whether
    /// `light[s]` is one word and `[the ]light` two.
    Sequence {
        parts: Vec<Node>,
        before: bool,
        after: bool,
    },
    Choice(Vec<Node>),
    Optional(Box<Node>),
    AnyOrder(Vec<Node>),
}

impl Written {
    /// Reads a phrase.
    ///
    /// # Errors
    /// The first thing that is wrong in it.
    pub fn parse(text: &str) -> Result<Self, PhraseError> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        let node = parser.group(None)?;
        match parser.peek() {
            None => Ok(Self(node)),
            Some(stray) => Err(error(
                parser.at,
                format!("`{stray}` closes nothing"),
                format!("take it out, or open it with `{}`", opening(stray)),
            )),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) -> usize {
        let rest = &self.text[self.at..];
        let skipped = rest.len() - rest.trim_start_matches(wanted).len();
        self.at += skipped;
        skipped
    }

    /// What stands between two brackets, or the whole phrase.
    fn group(&mut self, open: Option<char>) -> Result<Node, PhraseError> {
        let start = self.at;
        self.depth += 1;
        if MAX_DEPTH < self.depth {
            return Err(error(
                start,
                "brackets are nested too deeply".into(),
                "give the inner part a name in [rules]".into(),
            ));
        }
        self.at += open.map_or(0, char::len_utf8);
        let mut parts = vec![self.sequence(open)?];
        let mut separator = None;
        while let Some(next @ ('|' | ';')) = self.peek() {
            if separator.is_some_and(|one| one != next) {
                return Err(error(
                    self.at,
                    "`|` and `;` are mixed in one pair of brackets".into(),
                    "put one of them in brackets of its own: `((a|b);c)`".into(),
                ));
            }
            separator = Some(next);
            self.at += 1;
            parts.push(self.sequence(open)?);
        }
        if let Some(open) = open {
            let close = closing(open);
            if self.peek() != Some(close) {
                return Err(match self.peek() {
                    None => unclosed(start, open),
                    Some(other) => error(
                        self.at,
                        format!("`{open}` is closed by `{other}`"),
                        format!("close it with `{close}`"),
                    ),
                });
            }
            self.at += 1;
        }
        self.depth -= 1;
        let inner = match separator {
            None => parts.remove(0),
            Some('|') => Node::Choice(parts),
            Some(_) => Node::AnyOrder(parts),
        };
        Ok(if open == Some('[') {
            Node::Optional(Box::new(inner))
        } else {
            inner
        })
    }

    fn sequence(&mut self, open: Option<char>) -> Result<Node, PhraseError> {
        let start = self.at;
        let before = 0 < self.skip(char::is_whitespace);
        let mut blank = true;
        // Each part, and whether it touches the one before.
        let mut parts: Vec<(Node, bool)> = Vec::new();
        while let Some(next) = self.peek() {
            let part = match next {
                '|' | ';' | ')' | ']' => break,
                '(' | '[' => self.group(Some(next))?,
                '{' => self.slot()?,
                '<' => self.rule()?,
                letter if is_word(letter) => {
                    let from = self.at;
                    self.skip(is_word);
                    let word = &self.text[from..self.at];
                    if !word.contains(char::is_alphanumeric) {
                        return Err(stray(from, letter));
                    }
                    Node::Word(word.to_owned())
                }
                other => return Err(stray(self.at, other)),
            };
            parts.push((part, !blank));
            blank = 0 < self.skip(char::is_whitespace);
        }
        if parts.is_empty() {
            return Err(self.empty(start, open));
        }
        Ok(Node::Sequence {
            parts: glue(parts, start)?,
            before,
            after: blank,
        })
    }

    fn empty(&self, start: usize, open: Option<char>) -> PhraseError {
        match (open, self.peek()) {
            (Some(open), None) => unclosed(start.saturating_sub(open.len_utf8()), open),
            (None, None) if start == 0 => error(
                0,
                "the phrase is empty".into(),
                "write what a person would say".into(),
            ),
            (None, Some(stray @ (')' | ']'))) => error(
                self.at,
                format!("`{stray}` closes nothing"),
                format!("take it out, or open it with `{}`", opening(stray)),
            ),
            _ => error(
                start,
                "an alternative is empty".into(),
                "what may be left out stands in square brackets: `[a|b]`".into(),
            ),
        }
    }

    fn slot(&mut self) -> Result<Node, PhraseError> {
        let at = self.at;
        if self.text[at..].starts_with("{{") {
            let name = self.text[at..].trim_start_matches('{');
            let name = name.split('}').next().unwrap_or_default().trim();
            return Err(error(
                at,
                "a slot stands in one pair of braces in a phrase".into(),
                format!("write `{{{name}}}`; two are for replies"),
            ));
        }
        let inner = self.named('{', '}', "slot")?;
        let (list, name) = match inner.split_once(':') {
            Some((list, name)) => (Some(list.trim().to_owned()), name.trim()),
            None => (None, inner),
        };
        for part in [list.as_deref().unwrap_or(name), name] {
            check_name(at, part, '{', '}', "slot")?;
        }
        Ok(Node::Slot(SlotUse {
            name: name.to_owned(),
            list,
            at,
        }))
    }

    fn rule(&mut self) -> Result<Node, PhraseError> {
        let at = self.at;
        let name = self.named('<', '>', "rule")?;
        check_name(at, name, '<', '>', "rule")?;
        Ok(Node::Rule {
            name: name.to_owned(),
            at,
        })
    }

    fn named(&mut self, open: char, close: char, what: &str) -> Result<&str, PhraseError> {
        let at = self.at;
        let rest = &self.text[at + 1..];
        let Some(length) = rest.find(close) else {
            return Err(error(
                at,
                format!("`{open}` is never closed"),
                format!("write the name of a {what} and `{close}`: `{open}name{close}`"),
            ));
        };
        self.at += length + 2;
        Ok(rest[..length].trim())
    }
}

fn check_name(
    at: usize,
    name: &str,
    open: char,
    close: char,
    what: &str,
) -> Result<(), PhraseError> {
    if name.is_empty() {
        Err(error(
            at,
            format!("`{open}` without the name of a {what}"),
            format!("write `{open}name{close}`"),
        ))
    } else if !suggest::is_name(name) {
        Err(error(
            at,
            format!("`{name}` is not a name"),
            suggest::NAME_RULE.into(),
        ))
    } else {
        Ok(())
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '\'' | '’' | '-')
}

fn stray(at: usize, letter: char) -> PhraseError {
    let hint = match letter {
        '}' | '>' => format!("take it out, or open it with `{}`", opening(letter)),
        '%' => "write `percent`".into(),
        '_' => "write words as they are spoken, with blanks".into(),
        '&' | '+' => "write it as it is said: `and`, `plus`".into(),
        '.' | ',' | '?' | '!' | ':' => "leave punctuation out: nobody says it".into(),
        _ => "a phrase has words, `(a|b)`, `[a]`, `(a;b)`, `{slot}` and `<rule>`".into(),
    };
    error(at, format!("`{letter}` cannot stand in a phrase"), hint)
}

fn unclosed(at: usize, open: char) -> PhraseError {
    let close = closing(open);
    error(
        at,
        format!("`{open}` is never closed"),
        format!("close it with `{close}`"),
    )
}

fn closing(open: char) -> char {
    if open == '(' { ')' } else { ']' }
}

fn opening(close: char) -> char {
    match close {
        ')' => '(',
        ']' => '[',
        '}' => '{',
        _ => '<',
    }
}

pub(super) fn error(at: usize, message: String, hint: String) -> PhraseError {
    PhraseError { at, message, hint }
}
