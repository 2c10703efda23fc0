//! A back end without a model: canned answers from a file, and on demand every
//! failure that a process can show its parent. For tests of the other side.
//!
//! Each line of the file is `when => then`. A question whose text contains
//! `when` (`*`: any) gets `then`, cut as a model's answer would be, or, if
//! `then` is `!hang`, `!crash`, `!garbage` or `!flood`, that failure. After
//! `!slow` comes an answer each piece of which takes a tenth of a second.
//! The `when`s `load:` and `prime:` are about those requests. First fit wins.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;
use std::{fs, io, process, thread};

use anyhow::{Context, Result, bail};
use mynah_llm_link::wire::{ErrorClass, MAX_LINE};
use mynah_llm_link::{Answer, Ask, Prompt};

use crate::backend::{Backend, BackendError};
use crate::generate::Growing;
use crate::watch::Watch;

/// Canned answers.
pub(crate) struct Script {
    rules: Vec<(String, String)>,
    capacity: NonZeroU32,
    loaded: bool,
    used: usize,
    prefix: usize,
}

impl Script {
    /// Reads the file.
    pub(crate) fn read(path: &Path, capacity: NonZeroU32) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read the script `{}`", path.display()))?;
        let mut rules = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let Some((when, then)) = line.split_once("=>") else {
                bail!("`{line}` in `{}` is not `when => then`", path.display());
            };
            rules.push((when.trim().to_owned(), then.trim().to_owned()));
        }
        Ok(Self {
            rules,
            capacity,
            loaded: false,
            used: 0,
            prefix: 0,
        })
    }

    /// What the script says to this; misbehaves at once if it says so.
    fn play(&self, matches: impl Fn(&str) -> bool) -> Result<Option<&str>, BackendError> {
        let rule = self.rules.iter().find(|(when, _)| matches(when));
        match rule.map(|(_, then)| then.as_str()) {
            Some("!hang") => loop {
                thread::park();
            },
            Some("!crash") => process::abort(),
            Some("!garbage") => {
                print_raw(b"ggml: 42 \xff tensors\n");
                Ok(None)
            }
            Some("!flood") => {
                print_raw(&vec![b'x'; MAX_LINE * 2]);
                Ok(None)
            }
            then => Ok(then),
        }
    }
}

impl Backend for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn load(&mut self) -> Result<(), BackendError> {
        if let Some(text) = self.play(|when| when == "load:")? {
            return Err(BackendError::new(ErrorClass::ModelBad, text));
        }
        self.loaded = true;
        Ok(())
    }

    fn loaded(&self) -> bool {
        self.loaded
    }

    fn usage(&self) -> (u32, u32) {
        (
            u32::try_from(self.used).unwrap_or(u32::MAX),
            self.capacity.get(),
        )
    }

    fn prime(&mut self, prompt: &Prompt, _: &mut Watch) -> Result<u32, BackendError> {
        self.play(|when| when == "prime:")?;
        let messages = prompt.messages();
        self.prefix = messages.iter().map(|m| words(&m.content)).sum();
        self.used = self.prefix;
        Ok(u32::try_from(self.prefix).unwrap_or(u32::MAX))
    }

    fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError> {
        let prompt = words(&ask.user);
        let used = match (&ask.follow, &ask.prompt) {
            (Some(_), _) => self.used,
            (None, None) => self.prefix,
            (None, Some(prompt)) => words(&prompt.system),
        };
        let (wanted, context) = (
            prompt + ask.max_tokens as usize,
            self.capacity.get() as usize,
        );
        if used + wanted > context {
            return Err(BackendError::overflow(wanted, used, context));
        }
        let then = self
            .play(|when| when == "*" || ask.user.contains(when))?
            .unwrap_or_default();
        let (slow, then) = match then.strip_prefix("!slow ") {
            Some(then) => (true, then),
            None => (false, then),
        };
        let mut growing = Growing::new(ask);
        for piece in then.split_inclusive(|c: char| !c.is_alphanumeric()) {
            if slow {
                pause();
            }
            watch.step(1)?;
            let over = growing.push(piece.as_bytes(), false);
            watch.said(&mut growing)?;
            if over {
                break;
            }
        }
        let (text, decoded_tokens) = growing.finish();
        self.used = used + prompt + decoded_tokens as usize;
        Ok(Answer {
            text,
            prompt_tokens: u32::try_from(prompt).unwrap_or(u32::MAX),
            decoded_tokens,
            ended: false,
            ms: 0,
        })
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Writes what no reply looks like, then keeps quiet about it.
fn print_raw(bytes: &[u8]) {
    let mut out = io::stdout();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

#[expect(
    clippy::disallowed_methods,
    reason = "a script may be slow, as a busy machine is"
)]
fn pause() {
    thread::sleep(Duration::from_millis(100));
}
