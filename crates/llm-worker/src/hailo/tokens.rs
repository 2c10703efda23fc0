//! Counts tokens, so that nothing is sent that the context cannot hold: the
//! device would let its beginning fall out without a word.

use std::path::Path;

use mynah_llm_link::ErrorClass;
use tokenizers::Tokenizer;

use super::load::Npu;
use super::status::{Fault, Stage};
use crate::backend::BackendError;

/// Whose tokenizer counts.
pub(super) enum Counter {
    /// Ours, from the model's `tokenizer.json`: costs no trip to the device.
    Host(Box<Tokenizer>),
    /// The device's.
    Device,
}

impl Counter {
    /// Reads a `tokenizer.json`, if there is one.
    pub(super) fn read(file: Option<&Path>) -> Result<Self, BackendError> {
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

    /// The texts of the control tokens, where the tokenizer is at hand.
    pub(super) fn marks(&self) -> Option<Vec<String>> {
        let Self::Host(tokenizer) = self else {
            return None;
        };
        let added = tokenizer.get_added_tokens_decoder();
        Some(added.into_values().map(|token| token.content).collect())
    }

    /// How many tokens a text has.
    pub(super) fn count(&self, npu: &mut Npu, text: &str) -> Result<usize, BackendError> {
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
    pub(super) fn compare(&mut self, npu: &mut Npu, text: &str) -> Result<usize, BackendError> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
