//! A cache of synthesised speech, so that a known reply starts at once. Everything is
//! kept in memory; on disk only sentences that are the same for everybody, because what
//! a reply tells about its owner must not be recorded.

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{Synthesizer, VoiceError};

/// Longer texts are not cached.
const TEXT_CHARS: usize = 200;

/// Limits of the cache, oldest out first: some minutes of speech in memory, a quarter of
/// an hour on disk.
const MEMORY_BYTES: usize = 16 * 1024 * 1024;
const DISK_BYTES: u64 = 40 * 1024 * 1024;

/// First bytes of a cache file; the number changes with the format.
const MAGIC: &[u8; 8] = b"mynahsp1";

/// Extension of a cache file.
const ENDING: &str = "speech";

/// Clauses of mono samples in -1..1.
type Speech = Arc<Vec<Vec<f32>>>;

/// A voice with a cache.
pub struct CachedVoice<S> {
    voice: S,
    /// Identifies the voice in the cache.
    fingerprint: String,
    folder: Option<PathBuf>,
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
            folder,
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
        let mut hash = Sha256::new();
        for part in [self.fingerprint.as_str(), "\0", text] {
            hash.update(part);
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn recall(&mut self, key: &Key) -> Option<Speech> {
        if let Some((_, speech)) = self.memory.iter().find(|(known, _)| known == key) {
            return Some(Arc::clone(speech));
        }
        let bytes = fs::read(self.file(key)?).ok()?;
        let speech = decode(&bytes, self.voice.sample_rate())?;
        Some(self.hold(key.clone(), speech))
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
        let (Some(folder), Some(file)) = (&self.folder, self.file(key)) else {
            return;
        };
        let bytes = encode(speech, self.voice.sample_rate());
        let stored = fs::create_dir_all(folder).and_then(|()| {
            make_room(folder, bytes.len() as u64)?;
            let mut beside = tempfile::NamedTempFile::new_in(folder)?;
            beside.write_all(&bytes)?;
            beside.persist(&file).map_err(|error| error.error)?;
            Ok(())
        });
        if let Err(error) = stored {
            tracing::warn!(%error, "cannot keep speech in `{}`", folder.display());
        }
    }

    fn file(&self, key: &Key) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{key}.{ENDING}")))
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

    /// Only for sentences that are kept on disk, so that the memory keeps what was really
    /// said.
    fn prepare(&mut self, text: &str, wanted: &dyn Fn() -> bool) -> Result<(), VoiceError> {
        let key = self.key(text);
        let lies_there = self.file(&key).is_none_or(|file| file.exists());
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

/// The file format: magic, hash of the rest, sample rate, number of clauses, their
/// lengths in samples, 16-bit samples; all little-endian.
#[expect(
    clippy::cast_possible_truncation,
    reason = "clauses are seconds long, and samples saturate"
)]
fn encode(speech: &[Vec<f32>], rate: u32) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(rate.to_le_bytes());
    body.extend((speech.len() as u32).to_le_bytes());
    for clause in speech {
        body.extend((clause.len() as u32).to_le_bytes());
    }
    for sample in speech.iter().flatten() {
        body.extend(((sample * 32_767.0).round() as i16).to_le_bytes());
    }
    let mut file = MAGIC.to_vec();
    file.extend(Sha256::digest(&body));
    file.extend(body);
    file
}

/// `None` if the file is damaged or has another sample rate.
fn decode(file: &[u8], rate: u32) -> Option<Vec<Vec<f32>>> {
    let (hash, body) = file.strip_prefix(MAGIC)?.split_at_checked(32)?;
    if Sha256::digest(body).as_slice() != hash {
        return None;
    }
    let (numbers, _) = body.as_chunks::<4>();
    let mut numbers = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes));
    if numbers.next()? != rate {
        return None;
    }
    let count = numbers.next()? as usize;
    let lengths: Vec<usize> = numbers.take(count).map(|n| n as usize).collect();
    let (samples, _) = body.get((2 + count) * 4..)?.as_chunks::<2>();
    let mut samples = samples
        .iter()
        .map(|bytes| f32::from(i16::from_le_bytes(*bytes)) / 32_767.0);
    let speech = lengths
        .iter()
        .map(|length| samples.by_ref().take(*length).collect())
        .collect();
    Some(speech)
}

/// Evicts the oldest entries until `needed` more bytes fit.
fn make_room(folder: &Path, needed: u64) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Ok(about) = path.metadata()
        {
            files.push((about.modified()?, about.len(), path));
        }
    }
    files.sort();
    let mut used: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if used + needed <= DISK_BYTES {
            break;
        }
        fs::remove_file(path)?;
        used -= bytes;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
