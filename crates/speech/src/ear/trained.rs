//! Trained wake words: the embedding of the stream is computed once for all of them, and
//! each has a classifier of its own over the last embeddings.
//!
//! The network costs nearly as much for one embedding as for four, so they are computed
//! two at a time while there is sound, and eight at a time while the room is quiet.

use std::path::Path;

use tracing::error;

use super::EarError;
use super::crossing::Timing;
use super::embedding::{self, Embedding, SPAN, STEP};
use super::scoring::{KnownWord, OwnCutOffs, Score, WakeModel};
use mynah_audio::SampleTime;
use mynah_models::Store;
use mynah_system::files::small_file;
use mynah_wake::word::{MAX_BYTES, Word};
use mynah_wake::{Classifier, Rng, WIDTH, sigmoid};

/// Embeddings computed at once while there is sound, and while it is quiet.
const AT_ONCE: usize = 2;
const AT_ONCE_IN_QUIET: usize = 8;

/// So many steps after the last loud one count as sound: 1.6 s, longer than a word.
const LINGERS: usize = 20;

/// A step with this many times the power of the background is loud.
const LOUD: f32 = 4.0;

/// The background is taken to rise by so much with each step, until a step is quieter.
const FLOOR_RISES: f32 = 1.02;

/// Level of the noise before the stream, since no room is as silent as zeros.
const DITHER: f32 = 1e-4;

/// A score rises for up to four embeddings, and a clip's last one comes late.
const TIMING: Timing = Timing {
    apart_ms: 400,
    rise_ms: 320,
};

/// All trained words of a stream.
pub(super) struct Trained {
    embedding: Embedding,
    words: Vec<KnownWord>,
    /// In the order of `words`.
    classifiers: Vec<Classifier>,
    /// The sound that embeddings are still to be made of, with what precedes it.
    sound: Vec<f32>,
    /// The last embeddings: as many as the longest word wants, less one.
    window: Vec<f32>,
    /// Time just after `sound`.
    heard: SampleTime,
    blocks: Blocks,
}

/// Reads the file of a trained word.
///
/// # Errors
/// When it cannot be read, is damaged, or was fitted to another embedding.
pub fn read_word(path: &Path) -> Result<Word, EarError> {
    let failed = |cause: String, hint| EarError::Word {
        path: path.to_owned(),
        cause,
        hint,
    };
    let again = "make it again with `mynah wake train`, or restore it from a backup";
    let bytes = small_file(path, MAX_BYTES).map_err(|error| failed(error.to_string(), again))?;
    let word = Word::read(&bytes).map_err(|error| failed(error.to_string(), again))?;
    if word.embedding != embedding::sha256() {
        let cause = "it was trained for another speech embedding".into();
        return Err(failed(cause, again));
    }
    Ok(word)
}

impl Trained {
    /// Loads these words and the embedding.
    ///
    /// # Errors
    /// When one is damaged.
    pub(super) fn load(store: &Store, names: &[&str]) -> Result<Self, EarError> {
        let words = names.iter().map(|name| {
            let word = read_word(&store.word(name))?;
            let known = KnownWord {
                name: (*name).to_owned(),
                cut_offs: OwnCutOffs::Each(word.cut_offs),
                timing: TIMING,
            };
            Ok((known, word.classifier()))
        });
        let (words, classifiers) = words
            .collect::<Result<Vec<_>, EarError>>()?
            .into_iter()
            .unzip();
        let mut trained = Self {
            embedding: Embedding::load(store, 1)?,
            words,
            classifiers,
            sound: Vec::new(),
            window: Vec::new(),
            heard: SampleTime::default(),
            blocks: Blocks::default(),
        };
        trained.clear(SampleTime::default());
        Ok(trained)
    }

    fn longest(&self) -> usize {
        let frames = self.classifiers.iter().map(Classifier::frames);
        frames.max().unwrap_or(1)
    }

    /// Begins at `now` with a quiet room before it, so that a word at the very beginning is
    /// heard.
    fn clear(&mut self, now: SampleTime) {
        let before = SPAN - STEP + (self.longest() - 1) * STEP;
        let mut noise = Rng::new(0);
        self.sound = (0..before).map(|_| DITHER * noise.normal()).collect();
        self.window.clear();
        self.heard = now;
        self.blocks = Blocks::default();
    }

    /// Scores what is waiting.
    fn score(&mut self, out: &mut dyn FnMut(Score)) {
        let made = self.embedding.of(&self.sound).unwrap_or_else(|error| {
            error!("the trained wake words failed: {error}");
            Vec::new()
        });
        let steps = made.len() / WIDTH;
        if steps == 0 {
            // What cannot be embedded is given up, lest it grow.
            self.clear(self.heard);
            return;
        }
        self.sound.drain(..steps * STEP);
        self.window.extend_from_slice(&made);
        // The last embedding ends where the sound does, but for what fills no step.
        let behind = self.sound.len() - (SPAN - STEP);
        for step in 0..steps {
            let later = steps - 1 - step;
            let at = SampleTime(self.heard.0 - (behind + later * STEP) as u64);
            let end = self.window.len() - later * WIDTH;
            for (word, classifier) in self.classifiers.iter().enumerate() {
                let Some(start) = end.checked_sub(classifier.weights.len()) else {
                    continue;
                };
                let logit = classifier.logit(&self.window[start..end]);
                out(Score {
                    word,
                    score: Some(sigmoid(logit)),
                    at,
                });
            }
        }
        let kept = (self.longest() - 1) * WIDTH;
        self.window.drain(..self.window.len().saturating_sub(kept));
    }
}

impl WakeModel for Trained {
    fn words(&self) -> &[KnownWord] {
        &self.words
    }

    fn feed(&mut self, block: &[f32], now: SampleTime, out: &mut dyn FnMut(Score)) {
        let begins = SampleTime(now.0 - block.len() as u64);
        if begins != self.heard {
            self.clear(begins);
        }
        self.sound.extend_from_slice(block);
        self.heard = now;
        let waiting = self.sound.len().saturating_sub(SPAN - STEP);
        if waiting.is_multiple_of(STEP) && self.blocks.is_due(&self.sound) {
            self.score(out);
        }
    }

    fn reset(&mut self) -> Result<(), EarError> {
        self.clear(SampleTime::default());
        Ok(())
    }
}

/// When the steps that are waiting are worth their computation.
struct Blocks {
    waiting: usize,
    /// Steps since the last loud one.
    quiet: usize,
    /// Power of the background.
    floor: f32,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            waiting: 0,
            quiet: 0,
            floor: DITHER * DITHER,
        }
    }
}

impl Blocks {
    /// Takes note of the step at the end of `sound`.
    fn is_due(&mut self, sound: &[f32]) -> bool {
        let step = &sound[sound.len().saturating_sub(STEP)..];
        #[expect(clippy::cast_precision_loss, reason = "1280")]
        let power = step.iter().map(|s| s * s).sum::<f32>() / STEP as f32;
        self.quiet = if LOUD * self.floor < power {
            0
        } else {
            self.quiet.saturating_add(1)
        };
        // Digital silence is no background.
        self.floor = (self.floor * FLOOR_RISES).min(power).max(1e-10);
        self.waiting += 1;
        let enough = if self.quiet < LINGERS {
            AT_ONCE
        } else {
            AT_ONCE_IN_QUIET
        };
        let due = enough <= self.waiting;
        if due {
            self.waiting = 0;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps at these levels; a `|` after those with which a block was due.
    fn check(levels: &[(f32, usize)], expected: &str) {
        let mut blocks = Blocks::default();
        let mut shown = String::new();
        for (level, steps) in levels {
            for _ in 0..*steps {
                shown.push('.');
                if blocks.is_due(&[*level; STEP]) {
                    shown.push('|');
                }
            }
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn sound_is_embedded_soon_and_a_quiet_room_in_long_blocks() {
        check(&[(0.1, 6)], "..|..|..|");
        // Two at a time for 1.6 s, then eight.
        let expected = format!("{}........|........|..", "..|".repeat(9));
        check(&[(0.0, 36)], &expected);
    }
}
