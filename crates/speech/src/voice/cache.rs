//! A cache of synthesised speech, so that a known reply starts at once. Everything is
//! kept in memory; on disk only sentences that are the same for everybody, because what
//! a reply tells about its owner must not be recorded.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use mynah_audio::wav;
use mynah_system::cache::CacheFolder;

use super::{Synthesizer, VoiceError};

/// Longer texts are not cached.
const TEXT_CHARS: usize = 200;

/// Limits of the cache, oldest out first: some minutes of speech in memory, a quarter of
/// an hour on disk.
const MEMORY_BYTES: usize = 16 * 1024 * 1024;
const DISK_BYTES: u64 = 40 * 1024 * 1024;

/// Clauses of mono samples in -1..1.
type Speech = Arc<Vec<Vec<f32>>>;

/// A voice with a cache.
pub struct CachedVoice<S> {
    voice: S,
    /// Identifies the voice in the cache.
    fingerprint: String,
    disk: Option<CacheFolder>,
    /// The sentences that may be kept on disk.
    fixed: HashSet<String>,
    /// Oldest first.
    memory: VecDeque<(Key, Speech)>,
}

type Key = String;

impl<S: Synthesizer> CachedVoice<S> {
    /// Wraps `voice`, whose output depends only on the text and on `fingerprint`. Caches in
    /// memory; for the disk see [`Self::fixed`].
    #[must_use]
    pub fn new(voice: S, fingerprint: impl Into<String>, folder: Option<PathBuf>) -> Self {
        Self {
            voice,
            fingerprint: fingerprint.into(),
            disk: folder.map(|folder| CacheFolder::new(folder, "wav", DISK_BYTES)),
            fixed: HashSet::new(),
            memory: VecDeque::new(),
        }
    }

    /// Also keeps these sentences, and no others, on disk.
    #[must_use]
    pub fn fixed(mut self, sentences: Vec<String>) -> Self {
        self.fixed = sentences.into_iter().collect();
        self
    }

    fn key(&self, text: &str) -> Key {
        CacheFolder::key([self.fingerprint.as_str(), text])
    }

    fn recall(&mut self, key: &Key) -> Option<Speech> {
        if let Some((_, speech)) = self.memory.iter().find(|(known, _)| known == key) {
            return Some(Arc::clone(speech));
        }
        let bytes = fs::read(self.disk.as_ref()?.file(key)).ok()?;
        let (speech, rate) = wav::decode(&bytes)?;
        if rate != self.voice.sample_rate() {
            return None;
        }
        Some(self.hold(key.clone(), vec![speech]))
    }

    fn hold(&mut self, key: Key, speech: Vec<Vec<f32>>) -> Speech {
        let speech = Arc::new(speech);
        self.memory.push_back((key, Arc::clone(&speech)));
        let bytes = |(_, speech): &(Key, Speech)| -> usize {
            speech
                .iter()
                .map(|clause| clause.len() * size_of::<f32>())
                .sum()
        };
        while self.memory.iter().map(bytes).sum::<usize>() > MEMORY_BYTES {
            self.memory.pop_front();
        }
        speech
    }

    /// A full or read-only disk disables the disk cache, not the reply.
    fn store(&self, key: &Key, speech: &[Vec<f32>]) {
        let Some(disk) = &self.disk else {
            return;
        };
        let mut file = Cursor::new(Vec::new());
        let written = wav::encode(&mut file, &speech.concat(), self.voice.sample_rate());
        if let Err(error) = written.and_then(|()| disk.keep(key, file.get_ref())) {
            tracing::warn!(%error, "cannot keep `{}`", disk.file(key).display());
        }
    }
}

impl<S: Synthesizer> Synthesizer for CachedVoice<S> {
    fn sample_rate(&self) -> u32 {
        self.voice.sample_rate()
    }

    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError> {
        if text.chars().count() > TEXT_CHARS {
            return self.voice.speak(text, sink);
        }
        let key = self.key(text);
        if let Some(speech) = self.recall(&key) {
            for clause in speech.iter() {
                if !sink(clause.clone()) {
                    break;
                }
            }
            return Ok(());
        }
        let (mut speech, mut whole) = (Vec::new(), true);
        self.voice.speak(text, &mut |clause| {
            speech.push(clause.clone());
            whole = sink(clause);
            whole
        })?;
        if whole && !speech.is_empty() {
            if self.fixed.contains(text) {
                self.store(&key, &speech);
            }
            self.hold(key, speech);
        }
        Ok(())
    }

    fn foresee(&mut self, sentences: Vec<String>) {
        self.fixed = sentences.into_iter().collect();
    }

    /// Only for sentences that are kept on disk, so that the memory keeps what was really
    /// said.
    fn prepare(&mut self, text: &str, wanted: &dyn Fn() -> bool) -> Result<(), VoiceError> {
        let key = self.key(text);
        let lies_there = self
            .disk
            .as_ref()
            .is_none_or(|disk| disk.file(&key).exists());
        if lies_there || !self.fixed.contains(text) || TEXT_CHARS < text.chars().count() {
            return Ok(());
        }
        let mut speech = Vec::new();
        self.voice.speak(text, &mut |clause| {
            speech.push(clause);
            wanted()
        })?;
        if wanted() && !speech.is_empty() {
            self.store(&key, &speech);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
