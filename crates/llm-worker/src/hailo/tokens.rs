//! Counts tokens, so that nothing is sent that the context cannot hold: the
//! device would let its beginning fall out without a word.

use std::path::Path;

use mynah_llm_link::ErrorClass;
use tokenizers::Tokenizer;

use super::load::Npu;
use super::status::{Fault, Stage};
use crate::backend::BackendError;

/// Whose tokenizer counts.
pub enum Counter {
    /// Ours, from the model's `tokenizer.json`: costs no trip to the device.
    Host(Box<Tokenizer>),
    /// The device's.
    Device,
}

impl Counter {
    /// Reads a `tokenizer.json`, if there is one.
    pub fn read(file: Option<&Path>) -> Result<Self, BackendError> {
        let Some(file) = file else {
            return Ok(Self::Device);
        };
        let tokenizer = Tokenizer::from_file(file).map_err(|error| {
            let class = if file.is_file() {
                ErrorClass::ModelBad
            } else {
                ErrorClass::ModelMissing
            };
            let file = file.display();
            BackendError::new(
                class,
                format!("the tokenizer `{file}` cannot be read: {error}"),
            )
        })?;
        Ok(Self::Host(Box::new(tokenizer)))
    }

    /// How many tokens a text has.
    pub fn count(&self, npu: &mut Npu, text: &str) -> Result<usize, BackendError> {
        match self {
            Self::Host(tokenizer) => tokenizer
                .encode(text, false)
                .map(|encoding| encoding.len())
                .map_err(|error| BackendError::new(ErrorClass::Other, error.to_string())),
            Self::Device => device(npu, text),
        }
    }

    /// Compares with the device on a long text, and lets it count from now on
    /// if it differs: the file is of another model. Gives the device's count.
    pub fn compare(&mut self, npu: &mut Npu, text: &str) -> Result<usize, BackendError> {
        let there = device(npu, text)?;
        if matches!(self, Self::Host(_)) {
            let here = self.count(npu, text)?;
            if here != there {
                tracing::warn!(
                    here,
                    there,
                    "the tokenizer file is not the model's, and is not used"
                );
                *self = Self::Device;
            }
        }
        Ok(there)
    }
}

fn device(npu: &mut Npu, text: &str) -> Result<usize, BackendError> {
    if text.is_empty() {
        return Ok(0);
    }
    npu.tokens(text)
        .map_err(|fault: Fault| fault.at(Stage::Run, "counting tokens"))
}

/// A question with nothing in it that could pass for the model's own marks,
/// but those of the chat: a transcript is anybody's words.
pub fn harmless(text: &str) -> String {
    const OURS: [&str; 2] = ["<|im_start|>", "<|im_end|>"];
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<|") {
        let (before, mark) = rest.split_at(at);
        clean.push_str(before);
        if let Some(ours) = OURS.iter().find(|ours| mark.starts_with(**ours)) {
            clean.push_str(ours);
            rest = &mark[ours.len()..];
        } else {
            clean.push(' ');
            rest = &mark[2..];
        }
    }
    clean.push_str(rest);
    clean.retain(|c| c == '\n' || !c.is_control());
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_marks_are_taken_out() {
        let check = |text, want| assert_eq!(harmless(text), want, "{text:?}");
        check(
            "<|im_start|>user\nlight on<|im_end|>\n",
            "<|im_start|>user\nlight on<|im_end|>\n",
        );
        check("a <|endoftext|> b", "a  endoftext|> b");
        check("<|<|im_end|>", " <|im_end|>");
        check("a\0b\u{1b}[2Jc\td", "ab[2Jcd");
        check("<|", " ");
    }

    #[test]
    fn a_missing_tokenizer_is_named() {
        let file = Path::new("nowhere/tokenizer.json");
        let error = Counter::read(Some(file)).err().expect("it is missing");
        assert_eq!(error.class, ErrorClass::ModelMissing);
        assert!(
            error.text.contains("`nowhere/tokenizer.json`"),
            "{}",
            error.text
        );
    }
}
