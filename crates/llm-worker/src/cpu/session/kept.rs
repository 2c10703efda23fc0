//! The primed prefix, kept on disk for the next start, and in memory while a question
//! stands alone.

use std::io;

use llama_cpp_2::context::session::LlamaStateSeqFlags;
use llama_cpp_2::token::LlamaToken;

use super::{Session, failed};
use crate::backend::BackendError;
use crate::state::States;

impl Session {
    /// Brings back a state of these tokens that an earlier process kept.
    /// `false`: there is none that can be used.
    pub(super) fn restore(
        &mut self,
        prefix: &str,
        tokens: &[LlamaToken],
    ) -> Result<bool, BackendError> {
        let Some(states) = &self.states else {
            return Ok(false);
        };
        let Some(file) = states.find(prefix) else {
            return Ok(false);
        };
        match self.context.state_seq_load_file(&file, 0, tokens.len()) {
            Ok((restored, _)) if restored == tokens => {
                self.used = tokens.len();
                tracing::info!(tokens = self.used, "the primed state is restored");
                Ok(true)
            }
            result => {
                let error = result.err().map(|error| error.to_string());
                tracing::warn!(?error, file = %file.display(), "a saved state does not fit and is not used");
                States::remove(&file);
                self.cut(0)?;
                Ok(false)
            }
        }
    }

    /// Without a kept state the next start takes longer, and no more.
    pub(super) fn keep(&self, prefix: &str, tokens: &[LlamaToken]) {
        let Some(states) = &self.states else {
            return;
        };
        let kept = states.save(prefix, |path| {
            self.context
                .state_seq_save_file(path, 0, tokens)
                .map(drop)
                .map_err(io::Error::other)
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "the primed state cannot be kept");
        }
    }

    /// Makes room for a question that stands alone. The primed prefix is kept in memory:
    /// some tens of megabytes, and some milliseconds.
    pub(super) fn put_aside(&mut self) -> Result<(), BackendError> {
        if self.aside.is_none() && 0 < self.prefix {
            self.cut(self.prefix)?;
            let state = self.context.state_seq_get(0, LlamaStateSeqFlags::empty());
            self.aside = Some(state.map_err(failed)?);
        }
        self.cut(0)
    }

    /// Goes back to the primed prefix.
    pub(super) fn put_back(&mut self) -> Result<(), BackendError> {
        let Some(state) = self.aside.take() else {
            return self.cut(self.prefix);
        };
        self.cut(0)?;
        self.context.state_seq_set(&state, 0).map_err(failed)?;
        self.used = self.prefix;
        Ok(())
    }

    /// While nobody waits: goes back to the prefix, and finds out whether more threads
    /// would help.
    pub(in super::super) fn rest(&mut self) -> Result<(), BackendError> {
        if self.aside.is_some() {
            self.put_back()?;
        }
        self.try_more()
    }
}
