//! The primed prefix: evaluated once, kept, and put back between commands by
//! whichever way was faster when both were measured.

use std::time::Duration;

use mynah_llm_link::wire::Device;

use super::load::{Npu, State};
use super::status::{Fault, Stage, TIMEOUT};
use super::tokens::Counter;
use crate::backend::BackendError;
use crate::clock::{Stopwatch, millis};

/// What a device says that is asked to evaluate only, and cannot: invalid
/// argument, not implemented, internal failure.
const UNKNOWN: [i32; 3] = [2, 7, 8];

/// How long one reading of the one token of [`Prefix::by_newline`] may take,
/// ms, and how often it is tried: a prefix has up to 22 blocks.
const READ: (u32, u32) = (2000, 15);

/// What stands at the beginning of every conversation.
#[derive(Debug, Default)]
pub(super) struct Prefix {
    text: String,
    /// The end of the text, if it is not in the primed context and so has to
    /// be sent with every question.
    pub tail: String,
    /// Tokens of the primed context, the pending one included.
    pub used: usize,
    /// The last of them was generated, and is evaluated with what follows.
    pub pending: bool,
    /// The context was saved, and restoring is the faster way back.
    restores: bool,
}

impl Prefix {
    /// Evaluates a text of `tokens` in an empty context, measures, and decides
    /// how it will come back. `roles` are what opens turns and answers.
    pub(super) fn prime(
        npu: &mut Npu,
        text: &str,
        roles: &[String],
        tokens: usize,
        prefill_only: bool,
        counter: &Counter,
        device: &mut Device,
    ) -> Result<Self, BackendError> {
        let clock = Stopwatch::start();
        let prefilled = if prefill_only && tokens >= 2 {
            Self::by_prefill(npu, text, tokens)?
        } else {
            None
        };
        let mut prefix = match prefilled {
            Some(prefix) => prefix,
            None => Self::by_newline(npu, text, roles, counter)?,
        };
        let evaluating = clock.elapsed();
        device.prime_ms = millis(evaluating);
        (device.saved_bytes, device.save_ms, device.restore_ms) = (0, 0, 0);
        if prefix.used > 0 {
            prefix.keep(npu, evaluating, device);
        }
        device.restores = prefix.restores;
        Ok(prefix)
    }

    /// The way since 5.2: no token is generated. `None` when the device does
    /// not know it, or does something else.
    fn by_prefill(npu: &mut Npu, text: &str, tokens: usize) -> Result<Option<Self>, BackendError> {
        npu.clear().map_err(failed)?;
        match npu.generate(text, 0) {
            Err(fault) if UNKNOWN.contains(&fault.status) => {
                tracing::warn!(%fault, "the device does not evaluate without generating");
                return Ok(None);
            }
            done => done.map_err(failed)?,
        }
        let (used, _) = npu.usage().map_err(failed)?;
        if used != tokens {
            tracing::warn!(used, tokens, "the device evaluated something else");
            return Ok(None);
        }
        Ok(Some(Self {
            text: text.to_owned(),
            used,
            ..Self::default()
        }))
    }

    /// The way before: one token must be generated, so the text is cut before
    /// a newline that the model cannot but write itself. If it writes anything
    /// else, the next place is tried, and at last nothing is primed.
    fn by_newline(
        npu: &mut Npu,
        text: &str,
        roles: &[String],
        counter: &Counter,
    ) -> Result<Self, BackendError> {
        for (place, lines) in places(text, roles) {
            npu.clear().map_err(failed)?;
            npu.generate(&text[..place], 1).map_err(failed)?;
            let piece = only_piece(npu)?;
            if piece == lines.as_bytes() {
                return Ok(Self {
                    text: text.to_owned(),
                    tail: text[place + lines.len()..].to_owned(),
                    used: counter.count(npu, &text[..place])? + 1,
                    pending: true,
                    restores: false,
                });
            }
            tracing::info!(
                wrote = %String::from_utf8_lossy(&piece),
                "the model wrote no newline where one was certain"
            );
        }
        npu.clear().map_err(failed)?;
        tracing::warn!("the prompt cannot be primed, and is evaluated with every command");
        Ok(Self {
            tail: text.to_owned(),
            text: text.to_owned(),
            ..Self::default()
        })
    }

    /// Saves and restores once. A device that cannot is no failure: the prefix
    /// is then evaluated anew each time.
    fn keep(&mut self, npu: &mut Npu, evaluating: Duration, device: &mut Device) {
        let clock = Stopwatch::start();
        let saved = npu.save();
        device.save_ms = clock.ms();
        let clock = Stopwatch::start();
        let restored = saved.and_then(|bytes| {
            device.saved_bytes = bytes as u64;
            npu.restore()
        });
        let restoring = clock.elapsed();
        device.restore_ms = millis(restoring);
        let used = npu.usage().map(|(used, _)| used);
        match (restored, used) {
            (Ok(()), Ok(used)) if used == self.used => self.restores = restoring < evaluating,
            (Ok(()), Ok(used)) => {
                tracing::warn!(
                    used,
                    expected = self.used,
                    "a restored context is not what was saved"
                );
            }
            (Err(fault), _) | (_, Err(fault)) => {
                tracing::warn!(%fault, "the context cannot be saved and restored");
            }
        }
        tracing::info!(?evaluating, ?restoring, restores = self.restores, "primed");
    }

    /// Puts the context back to the primed prefix.
    pub(super) fn put_back(&mut self, npu: &mut Npu) -> Result<(), BackendError> {
        if self.restores {
            match npu.restore() {
                Ok(()) => return Ok(()),
                Err(fault) => {
                    tracing::warn!(%fault, "the context cannot be restored");
                    self.restores = false;
                }
            }
        }
        npu.clear().map_err(failed)?;
        let primed = &self.text[..self.text.len() - self.tail.len()];
        if self.pending {
            let head = primed.trim_end_matches('\n');
            npu.generate(head, 1).map_err(failed)?;
            // The same model, text and greedy choice: the newline comes again.
            only_piece(npu)?;
        } else if self.used > 0 {
            npu.generate(primed, 0).map_err(failed)?;
        }
        Ok(())
    }
}

/// Where a text may be cut before newlines that are certain, and these, the
/// best place first: at its end, or else after the last marks of a role.
/// Tokenizers take several newlines for one token.
fn places<'a>(text: &'a str, roles: &[String]) -> Vec<(usize, &'a str)> {
    let ends = roles
        .iter()
        .filter(|role| role.ends_with('\n'))
        .filter_map(|role| Some(text.rfind(role.as_str())? + role.len()));
    let mut places = Vec::new();
    for end in [text.len()].into_iter().chain(ends) {
        let place = text[..end].trim_end_matches('\n').len();
        let known = places.iter().any(|(known, _)| *known == place);
        if place < end && !known {
            places.push((place, &text[place..end]));
        }
    }
    places
}

/// Reads a generation of one token.
fn only_piece(npu: &mut Npu) -> Result<Vec<u8>, BackendError> {
    let (wait_ms, tries) = READ;
    let mut all = Vec::new();
    for _ in 0..tries {
        match npu.read(wait_ms) {
            Ok((piece, state)) => {
                all.extend(piece);
                if state != State::Generating {
                    npu.finish();
                    return Ok(all);
                }
            }
            Err(fault) if fault.status == TIMEOUT => {}
            Err(fault) => return Err(failed(fault)),
        }
    }
    Err(failed(Fault {
        status: TIMEOUT,
        name: "no token".into(),
    }))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err` by name"
)]
fn failed(fault: Fault) -> BackendError {
    fault.at(Stage::Run, "priming the prompt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_a_newline_is_certain() {
        let check = |text: &str, role: &str, heads: &[&str]| {
            let cut: Vec<&str> = places(text, &[role.to_owned()])
                .iter()
                .map(|(place, _)| &text[..*place])
                .collect();
            assert_eq!(cut, heads, "{text:?}");
        };
        let user = "<|im_start|>user\n";
        check(
            "<|im_start|>user\nhi<|im_end|>\n",
            user,
            &["<|im_start|>user\nhi<|im_end|>", "<|im_start|>user"],
        );
        check(user, user, &["<|im_start|>user"]);
        check("no newline", user, &[]);
        let header = "<|end_header_id|>\n\n";
        check(
            "<|end_header_id|>\n\nhi<|eot_id|>",
            header,
            &["<|end_header_id|>"],
        );
        assert_eq!(places(header, &[])[0].1, "\n\n");
    }
}
