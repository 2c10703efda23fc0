//! A model's chat template, rendered and cut into the pieces that a primed
//! conversation is put together from.
//!
//! A template renders a whole conversation; a primed model is given only what
//! is new. So the template is rendered once with texts that can be found again
//! (sentinels), and what stands between them is kept. That the pieces put
//! together are the whole is checked when a template is taken into use.

mod family;
mod marks;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, context};
use thiserror::Error;

use crate::{Answer, Ask};
use mynah_core::llm::{Message, Prompt, Role};

pub use family::Family;
pub use marks::Marks;

/// Templates loop over messages and little else; one that needs more steps
/// than this is broken.
const FUEL: u64 = 2_000_000;

/// The date that templates are told, so that the primed prefix is the same on
/// every day: the one that Llama 3.2's template has for want of another.
const DATE: &str = "26 Jul 2024";

/// What opens and closes a thought in all published models that think.
const THINK: &str = "<think>";
const THOUGHT: &str = "</think>";

/// Why a template cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TemplateError {
    /// It is no Jinja, or uses what is not known here.
    #[error("the chat template cannot be rendered: {0}")]
    Render(String),
    /// It renders, but not into pieces.
    #[error("the chat template cannot be cut into turns: {0}")]
    Cut(String),
}

/// A model's own way to write a conversation.
#[derive(Clone, Debug)]
pub struct ChatTemplate {
    source: String,
    bos: String,
    eos: String,
}

impl ChatTemplate {
    /// A template in Jinja, with the texts of the tokens that begin and end a
    /// text. It is tried at once.
    ///
    /// # Errors
    /// When it cannot be rendered, or not be cut into turns.
    pub fn new(source: &str, bos: &str, eos: &str) -> Result<Self, TemplateError> {
        let template = Self {
            source: source.to_owned(),
            bos: bos.to_owned(),
            eos: eos.to_owned(),
        };
        template.check()?;
        Ok(template)
    }

    /// That of a family, for a file that brings none. `bos` is the text of the
    /// token that begins a text, where the file names one.
    #[must_use]
    pub fn of(family: Family, bos: Option<&str>) -> Self {
        Self {
            source: family.source().to_owned(),
            bos: bos.unwrap_or(family.bos()).to_owned(),
            eos: String::new(),
        }
    }

    /// A whole conversation as the model wants it; `open`: up to where the
    /// model answers.
    ///
    /// # Errors
    /// When the template fails.
    pub fn render(&self, messages: &[Message], open: bool) -> Result<String, TemplateError> {
        let failed = |error: &Error| TemplateError::Render(format!("{error:#}"));
        let mut env = Environment::new();
        // As the library does for which templates are written.
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(|error| failed(&error))?;
        env.set_syntax(syntax);
        env.set_fuel(Some(FUEL));
        env.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        env.add_function("raise_exception", refuse);
        env.add_function("strftime_now", |_: &str| DATE);
        env.add_template("chat", &self.source)
            .map_err(|error| failed(&error))?;
        let template = env.get_template("chat").map_err(|error| failed(&error))?;
        template
            .render(context! {
                messages => messages.iter().map(message).collect::<Vec<Value>>(),
                add_generation_prompt => open,
                bos_token => self.bos.as_str(),
                eos_token => self.eos.as_str(),
                date_string => DATE,
                enable_thinking => false,
                tools => Value::from(()),
                documents => Value::from(()),
            })
            .map_err(|error| failed(&error))
    }

    /// The pieces of conversations that begin with this prompt.
    ///
    /// # Errors
    /// When the template fails, or what it writes cannot be told apart.
    pub fn cut(&self, prompt: &Prompt) -> Result<Pieces, TemplateError> {
        let names = sentinels(prompt);
        let mut messages = prompt.messages();
        for (at, name) in names.iter().enumerate() {
            let role = if at % 2 == 0 {
                Role::User
            } else {
                Role::Assistant
            };
            messages.push(Message::new(role, name));
        }
        let whole = self.render(&messages, true)?;
        let [before, said, between, said_again, between_again, opener] = split(&whole, &names)?;
        if said != said_again || between != between_again {
            return Err(cut("its turns differ from each other"));
        }
        let Some(thought) = opener.strip_prefix(said) else {
            return Err(cut("it opens an answer to come unlike one that was given"));
        };
        let mut answer = opener.to_owned();
        match thought.split_whitespace().collect::<Vec<_>>()[..] {
            [] | [THINK, THOUGHT] => {}
            // Thinking is begun: what is thought is nothing.
            [THINK] => answer = format!("{}\n\n{THOUGHT}\n\n", answer.trim_end()),
            _ => return Err(cut("it begins an answer with words of its own")),
        }
        let (end, after, open) = turn(between)?;
        let (prefix, first) = match before.strip_suffix(open) {
            Some(prefix) => (prefix, open),
            // Instructions that are a part of the first turn.
            None => (before, ""),
        };
        if prefix.matches(prompt.system.trim()).count() == 0 {
            return Err(cut("it leaves the instructions out"));
        }
        Ok(Pieces {
            prefix: prefix.to_owned(),
            first: first.to_owned(),
            open: open.to_owned(),
            said: said.to_owned(),
            thinks: !thought.trim().is_empty(),
            answer,
            end: end.to_owned(),
            after: after.to_owned(),
        })
    }

    /// Whether the pieces put together are the whole.
    fn check(&self) -> Result<(), TemplateError> {
        let plain = Prompt::system("Name a command.");
        for prompt in [plain.clone().shot("Is it day?", "yes"), plain] {
            let pieces = self.cut(&prompt)?;
            let turns = [("turn on the light", "light_set"), ("Are you sure?", "yes")];
            let mut messages = prompt.messages();
            for at in 0..turns.len() {
                messages.push(Message::new(Role::User, turns[at].0));
                let whole = self.render(&messages, true)?;
                let built = pieces.together(&turns[..at], turns[at].0);
                let rest = built.strip_prefix(whole.trim_end());
                if rest.is_none_or(|rest| !["", THOUGHT].contains(&rest.trim())) {
                    return Err(cut("its pieces do not make up the whole"));
                }
                messages.push(Message::new(Role::Assistant, turns[at].1));
            }
        }
        Ok(())
    }
}

/// What a primed conversation is put together from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The constant beginning.
    pub prefix: String,
    /// Before the words of the first turn after it.
    pub first: String,
    /// Before the words of any later turn.
    pub open: String,
    /// Between the words and an answer that was given.
    pub said: String,
    /// Between the words and an answer to come. A model that thinks finds a
    /// thought here that is over.
    pub answer: String,
    /// What the model ends its answer with.
    pub end: String,
    /// What stands between that and the next turn.
    pub after: String,
    /// The model thinks unless told otherwise.
    pub thinks: bool,
}

impl Pieces {
    /// The text of a question, up to where the model goes on. `last` is its
    /// last answer, for a question that follows one.
    #[must_use]
    pub fn question(&self, ask: &Ask, last: Option<&Answer>) -> String {
        let mut text = String::new();
        let open = match (&ask.follow, last) {
            (Some(whole), Some(last)) => {
                if !last.ended {
                    // It was stopped in the middle of a word that is certain.
                    let said = last.text.trim().len();
                    text.push_str(whole.trim().get(said..).unwrap_or_default());
                    text.push_str(&self.end);
                }
                text.push_str(&self.after);
                &self.open
            }
            _ => &self.first,
        };
        for part in [open, &ask.user, &self.answer, &ask.opener] {
            text.push_str(part);
        }
        text
    }

    /// A conversation of these turns, up to where the model answers the words.
    fn together(&self, turns: &[(&str, &str)], words: &str) -> String {
        let mut text = self.prefix.clone();
        let mut open = &self.first;
        for (user, assistant) in turns {
            for part in [open, *user, &self.said, assistant, &self.end, &self.after] {
                text.push_str(part);
            }
            open = &self.open;
        }
        text + open + words + &self.answer
    }
}

/// A message under the field names that all templates use.
fn message(message: &Message) -> Value {
    let fields = [
        ("role", message.role.name()),
        ("content", message.content.as_str()),
    ];
    Value::from_pairs(fields)
}

fn refuse(reason: &str) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, reason.to_owned()))
}

fn cut(why: &str) -> TemplateError {
    TemplateError::Cut(why.to_owned())
}

/// Five texts that occur nowhere in the prompt.
fn sentinels(prompt: &Prompt) -> [String; 5] {
    let texts: Vec<String> = prompt.messages().into_iter().map(|m| m.content).collect();
    let mut number = 0;
    [(); 5].map(|()| {
        loop {
            number += 1;
            // The end keeps one from being the beginning of another.
            let name = format!("Sentinel{number}End");
            if texts.iter().all(|text| !text.contains(&name)) {
                return name;
            }
        }
    })
}

/// What stands before, between and after the names, each of which occurs once.
fn split<'a>(whole: &'a str, names: &[String; 5]) -> Result<[&'a str; 6], TemplateError> {
    let mut parts = [""; 6];
    let mut rest = whole;
    for (part, name) in parts.iter_mut().zip(names) {
        let (before, after) = rest
            .split_once(name.as_str())
            .filter(|(_, after)| !after.contains(name.as_str()))
            .ok_or_else(|| cut("it does not write each message once"))?;
        *part = before;
        rest = after;
    }
    parts[5] = rest;
    Ok(parts)
}

/// Parts what stands between an answer and the next words: the mark that the
/// model ends with, what follows on it, and the opener of the turn.
fn turn(between: &str) -> Result<(&str, &str, &str), TemplateError> {
    let marked = between.trim_start().starts_with('<');
    let end = between.find('>').filter(|_| marked).map(|at| at + 1);
    let (end, rest) = between.split_at(end.ok_or_else(|| cut("it ends an answer with no mark"))?);
    let open = rest.find(['<', '[']).unwrap_or(0);
    let (after, open) = rest.split_at(open);
    Ok((end, after, open))
}

#[cfg(test)]
mod tests;
