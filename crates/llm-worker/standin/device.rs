//! The stand-in's device: a context that is text, a model that is a table, and
//! the behaviour of the real one where it surprises.

use std::collections::VecDeque;
use std::time::Duration;

use crate::form::Form;
use crate::plan::{How, Pace, Plan, Timing, log, sleep};

/// `HAILO_TIMEOUT`.
const TIMEOUT: i32 = 4;

/// `HAILO_INVALID_OPERATION`.
const INVALID_OPERATION: i32 = 6;

/// `HAILO_INTERNAL_FAILURE`.
const INTERNAL_FAILURE: i32 = 8;

/// Prompt tokens that are evaluated at once.
const BLOCK: usize = 96;

/// `HAILO_NOT_AVAILABLE`.
const NOT_AVAILABLE: i32 = 65;

/// A prompt with this in it is evaluated in two parts, and goes out of the
/// context again with its answer.
const THINK: &str = "<think>";

/// How a generation stands, as in shim.h.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// More may come.
    Generating = 0,
    /// As many as asked for.
    MaxTokens = 1,
    /// A stop text, which was the last piece.
    Stopped = 2,
    /// Aborted.
    Aborted = 3,
}

/// What the context holds.
#[derive(Clone, Debug, Default)]
struct Context {
    text: String,
    /// The last token generated, which is evaluated with the next prompt.
    pending: String,
    tokens: usize,
}

/// An answer on its way.
struct Completion {
    prompt: String,
    /// What the context becomes when the answer is over, if not what it is.
    before: Option<Context>,
    pieces: VecDeque<String>,
    left: u32,
    first: bool,
    /// Device milliseconds until the next piece.
    next_ms: f64,
    /// What of it the host has not waited for yet.
    owed: Option<Duration>,
    aborted: bool,
}

/// The device with its model.
pub struct Device {
    plan: Plan,
    form: Form,
    timing: Timing,
    pace: Pace,
    context: Context,
    saved: Option<Context>,
    completion: Option<Completion>,
    /// Texts that end a generation.
    pub stops: Vec<String>,
}

impl Device {
    /// Opens it.
    pub fn open(plan: Plan) -> Result<Self, i32> {
        fails(&plan, "open", "")?;
        let form = Form::of(&plan.family);
        Ok(Self {
            timing: Timing::of(&plan.model),
            pace: Pace::new(&plan),
            context: Context::default(),
            saved: None,
            completion: None,
            stops: vec![form.end.into(), "<|endoftext|>".into()],
            form,
            plan,
        })
    }

    /// A call that may fail and takes so many milliseconds.
    pub fn plain(&mut self, at: &str, ms: f64) -> Result<(), i32> {
        fails(&self.plan, at, "")?;
        self.pace.pass(ms);
        log(&format!("{at} {ms}"));
        Ok(())
    }

    /// Loads the model.
    pub fn load(&mut self) -> Result<(), i32> {
        self.plain("load", self.timing.load)
    }

    /// The model file's template.
    pub fn template(&self) -> Result<String, i32> {
        fails(&self.plan, "template", "")?;
        self.plan.template.clone().ok_or(NOT_AVAILABLE)
    }

    /// Tokens in the context, and room for them.
    pub fn usage(&self) -> (usize, usize) {
        (self.context.tokens, self.plan.capacity)
    }

    /// Empties the context.
    pub fn clear(&mut self) -> Result<(), i32> {
        self.plain("clear", 5.0)?;
        self.context = Context::default();
        Ok(())
    }

    /// Copies the context; its size is that of a full cache, whatever it holds.
    pub fn save(&mut self) -> Result<usize, i32> {
        self.plain("save", self.plan.context_ms)?;
        self.saved = Some(self.context.clone());
        Ok(30_000_000)
    }

    /// Puts the copy back.
    pub fn restore(&mut self) -> Result<(), i32> {
        self.plain("restore", self.plan.context_ms)?;
        self.context = self.saved.clone().ok_or(INVALID_OPERATION)?;
        Ok(())
    }

    /// Takes a prompt and starts to answer.
    pub fn generate(&mut self, text: &str, max_tokens: u32) -> Result<(), i32> {
        fails(&self.plan, "generate", text)?;
        if self.completion.is_some() {
            return Err(INVALID_OPERATION);
        }
        let new = tokens(text).count();
        let count = new + usize::from(!self.context.pending.is_empty());
        let prefill = match count {
            // The path of a single token knows no prefill alone.
            1 if max_tokens == 0 => return Err(INTERNAL_FAILURE),
            1 => self.timing.token,
            count => {
                let parts = text.split_inclusive(THINK).map(|part| tokens(part).count());
                let blocks: usize = parts.map(|count| count.div_ceil(BLOCK)).sum();
                let blocks = blocks.max(count.div_ceil(BLOCK));
                let blocks = u32::try_from(blocks).unwrap_or(u32::MAX);
                f64::from(blocks) * self.timing.block
            }
        };
        let before = text.contains(THINK).then(|| self.context.clone());
        let pending = std::mem::take(&mut self.context.pending);
        self.context.text.push_str(&pending);
        self.context.text.push_str(text);
        self.context.tokens += new;
        log(&format!("generate {prefill} tokens {count}"));
        if self.context.tokens + max_tokens as usize > self.plan.capacity {
            // As the real one: the beginning falls out, and nobody is told.
            log("overflow");
        }
        if max_tokens == 0 {
            self.pace.pass(prefill);
            return Ok(());
        }
        self.completion = Some(Completion {
            prompt: text.to_owned(),
            before,
            pieces: tokens(&self.answer()).map(str::to_owned).collect(),
            left: max_tokens,
            first: true,
            next_ms: prefill,
            owed: None,
            aborted: false,
        });
        Ok(())
    }

    /// What the model would write next.
    fn answer(&self) -> String {
        let next = self.form.next(&self.context.text, |asked| {
            let mut rules = self.plan.answers.iter();
            let rule = rules.find(|(when, _)| when == "*" || asked.contains(when.as_str()));
            rule.map_or("none", |(_, then)| if then == "=" { asked } else { then })
        });
        if next == self.form.newline && !self.plan.newline {
            return " and".into();
        }
        next
    }

    /// Waits for the next piece.
    pub fn read(&mut self, timeout: Duration) -> Result<(Vec<u8>, State), i32> {
        let completion = self.completion.as_mut().ok_or(INVALID_OPERATION)?;
        let struck = self.plan.strike("read", &completion.prompt);
        if let Some(How::Status(status)) = struck {
            return Err(status);
        }
        if completion.aborted && completion.pieces.is_empty() {
            return Ok((Vec::new(), State::Aborted));
        }
        let owed = completion
            .owed
            .take()
            .unwrap_or_else(|| self.pace.real(completion.next_ms));
        if owed > timeout {
            sleep(timeout);
            completion.owed = Some(owed.saturating_sub(timeout));
            return Err(TIMEOUT);
        }
        sleep(owed);
        if !completion.first {
            log(&format!("token {}", self.timing.token));
        }
        completion.first = false;
        completion.next_ms = self.timing.token;
        completion.left -= 1;
        let piece = completion
            .pieces
            .pop_front()
            .unwrap_or_else(|| self.form.end.into());
        let left = completion.left;
        let aborted = completion.aborted;
        let last = std::mem::replace(&mut self.context.pending, piece.clone());
        self.context.text.push_str(&last);
        self.context.tokens += 1;
        let state = match struck {
            Some(How::Garbage) => return Ok((b"\xfe\xff\xc0ggml".to_vec(), State::Generating)),
            Some(How::Half) => return Ok((b"caf\xc3".to_vec(), State::MaxTokens)),
            _ if left == 0 && !aborted => State::MaxTokens,
            _ if self.stops.contains(&piece) => State::Stopped,
            _ => State::Generating,
        };
        Ok((piece.into_bytes(), state))
    }

    /// Ends the answer after what the device has done already.
    pub fn abort(&mut self) -> Result<(), i32> {
        fails(&self.plan, "abort", "")?;
        self.pace.pass(self.timing.token);
        if let Some(completion) = &mut self.completion {
            log("abort");
            completion.aborted = true;
            let ahead = self.plan.ahead.min(completion.left as usize);
            completion.pieces.truncate(ahead);
            completion.next_ms = 0.0;
        }
        Ok(())
    }

    /// Forgets the answer.
    pub fn finish(&mut self) {
        if let Some(before) = self.completion.take().and_then(|done| done.before) {
            self.context = before;
        }
    }

    /// Whether another library of the same kind would have failed here.
    pub fn fails(&self, at: &str, text: &str) -> Result<(), i32> {
        fails(&self.plan, at, text)
    }
}

fn fails(plan: &Plan, at: &str, text: &str) -> Result<(), i32> {
    match plan.strike(at, text) {
        Some(How::Status(status)) => Err(status),
        _ => Ok(()),
    }
}

/// Cuts a text into what passes for tokens: marks of the chat, newlines in a
/// row, words of up to eight letters with the space before them, single other
/// characters.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    const WORD: usize = 8;
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let mark = rest
            .strip_prefix('<')
            .and_then(|mark| Some(mark.find('>')? + 2))
            .filter(|end| !rest[..*end].contains([' ', '\n']));
        let lines = rest.len() - rest.trim_start_matches('\n').len();
        let space = usize::from(first == ' ');
        let word: usize = rest[space..]
            .chars()
            .take(WORD)
            .take_while(|c| c.is_alphanumeric())
            .map(char::len_utf8)
            .sum();
        let end = match (mark, word) {
            (Some(end), _) => end,
            (None, _) if 0 < lines => lines,
            (None, 0) => first.len_utf8(),
            (None, word) => space + word,
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}
