//! From a phrase as written to its tree: first without regard to rules, then
//! with every `<rule>` put in its place.

use std::collections::HashMap;

use super::Phrase;
use crate::config::suggest;

/// Brackets inside brackets beyond this are a slip, and would cost stack.
const MAX_DEPTH: usize = 40;
/// Parts of one phrase, rules put in. Rules that use rules grow without end.
const MAX_PARTS: usize = 20_000;
/// Spellings of one word written as `light[s]`.
const MAX_SPELLINGS: usize = 64;

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

/// The `[rules]` of a file, by name.
pub type Rules = HashMap<String, Written>;

/// A phrase as written: its rules are still names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(Node);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
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

    /// Puts the rules in their places. Gives the phrase and the slots that it
    /// mentions, in order.
    ///
    /// # Errors
    /// An unknown rule, a rule that uses itself, a phrase that grows too large.
    pub fn resolve(&self, rules: &Rules) -> Result<(Phrase, Vec<SlotUse>), PhraseError> {
        let mut resolver = Resolver {
            rules,
            path: Vec::new(),
            uses: Vec::new(),
            parts: 0,
        };
        let phrase = resolver.node(&self.0, None)?;
        Ok((phrase, resolver.uses))
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

/// Makes one word of parts that touch: `light[s]` is `light` or `lights`.
fn glue(parts: Vec<(Node, bool)>, at: usize) -> Result<Vec<Node>, PhraseError> {
    let mut done = Vec::new();
    let mut run: Vec<Node> = Vec::new();
    for (part, touches) in parts {
        if !(touches && is_text(&part)) {
            finish(&mut run, &mut done, at)?;
        }
        if is_text(&part) {
            run.push(part);
        } else {
            done.push(part);
        }
    }
    finish(&mut run, &mut done, at)?;
    Ok(done)
}

fn finish(run: &mut Vec<Node>, done: &mut Vec<Node>, at: usize) -> Result<(), PhraseError> {
    if run.len() < 2 {
        done.append(run);
        return Ok(());
    }
    let mut spellings = vec![String::new()];
    for part in run.drain(..) {
        let tails = spell(&part);
        if MAX_SPELLINGS < spellings.len() * tails.len() {
            return Err(error(
                at,
                format!("a word here has more than {MAX_SPELLINGS} spellings"),
                "put a blank between words and brackets".into(),
            ));
        }
        spellings = spellings
            .iter()
            .flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}")))
            .collect();
    }
    let words = |spelling: &String| Node::Sequence {
        parts: spelling
            .split_whitespace()
            .map(|word| Node::Word(word.to_owned()))
            .collect(),
        before: false,
        after: false,
    };
    done.push(Node::Choice(spellings.iter().map(words).collect()));
    Ok(())
}

/// Words only, in an order that is written.
fn is_text(node: &Node) -> bool {
    match node {
        Node::Word(_) => true,
        Node::Slot(_) | Node::Rule { .. } | Node::AnyOrder(_) => false,
        Node::Sequence { parts, .. } | Node::Choice(parts) => parts.iter().all(is_text),
        Node::Optional(inner) => is_text(inner),
    }
}

/// The ways to write a part that [`is_text`]; at most one more than allowed.
fn spell(node: &Node) -> Vec<String> {
    let mut all = match node {
        Node::Word(word) => vec![word.clone()],
        Node::Optional(inner) => std::iter::once(String::new()).chain(spell(inner)).collect(),
        Node::Choice(parts) => parts.iter().flat_map(spell).collect(),
        Node::Sequence {
            parts,
            before,
            after,
        } => {
            let mut heads = vec![if *before { " " } else { "" }.to_owned()];
            for (index, part) in parts.iter().enumerate() {
                let between = if index == 0 { "" } else { " " };
                heads = heads
                    .iter()
                    .flat_map(|head| {
                        spell(part)
                            .into_iter()
                            .map(move |tail| format!("{head}{between}{tail}"))
                    })
                    .take(MAX_SPELLINGS + 1)
                    .collect();
            }
            if *after {
                for head in &mut heads {
                    head.push(' ');
                }
            }
            heads
        }
        Node::Slot(_) | Node::Rule { .. } | Node::AnyOrder(_) => Vec::new(),
    };
    all.truncate(MAX_SPELLINGS + 1);
    all
}

struct Resolver<'a> {
    rules: &'a Rules,
    path: Vec<&'a str>,
    uses: Vec<SlotUse>,
    parts: usize,
}

impl<'a> Resolver<'a> {
    /// `within`: where the phrase mentions the rule that is being put in.
    fn node(&mut self, node: &'a Node, within: Option<usize>) -> Result<Phrase, PhraseError> {
        self.parts += 1;
        if MAX_PARTS < self.parts {
            return Err(error(
                within.unwrap_or(0),
                format!("the phrase has more than {MAX_PARTS} parts, rules put in"),
                "make the rules smaller, or use a list and a slot".into(),
            ));
        }
        Ok(match node {
            Node::Word(word) => Phrase::Word(word.clone()),
            Node::Slot(slot) => {
                let at = within.unwrap_or(slot.at);
                self.uses.push(SlotUse { at, ..slot.clone() });
                Phrase::Slot(slot.name.clone())
            }
            Node::Rule { name, at } => self.rule(name, within.unwrap_or(*at))?,
            Node::Sequence { parts, .. } => Phrase::sequence(self.nodes(parts, within)?),
            Node::Choice(parts) => Phrase::choice(self.nodes(parts, within)?),
            Node::AnyOrder(parts) => Phrase::any_order(self.nodes(parts, within)?),
            Node::Optional(inner) => Phrase::optional(self.node(inner, within)?),
        })
    }

    fn nodes(
        &mut self,
        parts: &'a [Node],
        within: Option<usize>,
    ) -> Result<Vec<Phrase>, PhraseError> {
        parts.iter().map(|part| self.node(part, within)).collect()
    }

    fn rule(&mut self, name: &'a str, at: usize) -> Result<Phrase, PhraseError> {
        if let Some(first) = self.path.iter().position(|&outer| outer == name) {
            let mut round: Vec<String> = self.path[first..]
                .iter()
                .map(|rule| format!("<{rule}>"))
                .collect();
            round.push(format!("<{name}>"));
            return Err(error(
                at,
                format!("rules go round in a circle: {}", round.join(" uses ")),
                "take the rule out of one of them".into(),
            ));
        }
        let Some(Written(node)) = self.rules.get(name) else {
            return Err(error(
                at,
                format!("there is no rule `{name}`"),
                suggest::among(name, self.rules.keys(), "write it under [rules]"),
            ));
        };
        self.path.push(name);
        let phrase = self.node(node, Some(at));
        self.path.pop();
        phrase
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

fn error(at: usize, message: String, hint: String) -> PhraseError {
    PhraseError { at, message, hint }
}
