//! The embeddings of sentences, cached on disk, because computing those of a
//! large file takes seconds.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use mynah_core::intent::Likeness;
use mynah_system::cache::CacheFolder;

use super::{Encoder, MeaningError};

/// First bytes of a cache file; the number changes with the format.
const MAGIC: &[u8; 8] = b"mynahme1";

/// Limit of the cache: about ten files of the built-in size.
const DISK_BYTES: u64 = 8 * 1024 * 1024;

/// The embeddings of the sentences of some intents.
pub struct Examples {
    encoder: Box<dyn Encoder>,
    /// For each sentence its intent and its embedding.
    known: Vec<(usize, Vec<f32>)>,
    intents: usize,
}

impl Examples {
    /// Encodes `sentences`, one item per intent, or reads them from the cache in
    /// `folder`.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn new(
        mut encoder: Box<dyn Encoder>,
        sentences: &[Vec<String>],
        folder: Option<&Path>,
    ) -> Result<Self, MeaningError> {
        let flat: Vec<(usize, &str)> = sentences
            .iter()
            .enumerate()
            .flat_map(|(intent, texts)| texts.iter().map(move |text| (intent, text.as_str())))
            .collect();
        let texts: Vec<&str> = flat.iter().map(|(_, text)| *text).collect();
        let vectors = embeddings(encoder.as_mut(), &texts, folder)?;
        let intents = flat.iter().map(|(intent, _)| *intent);
        Ok(Self {
            known: intents.zip(vectors).collect(),
            encoder,
            intents: sentences.len(),
        })
    }
}

/// The embeddings of some texts, computed or read from the cache in `folder`.
///
/// # Errors
/// When the encoder fails.
pub fn embeddings(
    encoder: &mut dyn Encoder,
    texts: &[&str],
    folder: Option<&Path>,
) -> Result<Vec<Vec<f32>>, MeaningError> {
    let disk = folder.map(|folder| CacheFolder::new(folder, "meaning", DISK_BYTES));
    let fingerprint = encoder.fingerprint();
    let key = CacheFolder::key(std::iter::once(fingerprint.as_str()).chain(texts.iter().copied()));
    let recalled = disk
        .as_ref()
        .and_then(|disk| recall(&disk.file(&key), texts.len()));
    if let Some(vectors) = recalled {
        return Ok(vectors);
    }
    let vectors = texts.iter().map(|text| encoder.encode(text));
    let vectors = vectors.collect::<Result<Vec<_>, _>>()?;
    if let Some(disk) = &disk
        && let Err(error) = disk.keep(&key, &file_of(&vectors))
    {
        tracing::warn!(%error, "cannot keep `{}`", disk.file(&key).display());
    }
    Ok(vectors)
}

impl Likeness for Examples {
    fn to_intents(&mut self, text: &str) -> Option<Vec<f32>> {
        let vector = self.encoder.encode(text);
        let vector = vector.inspect_err(|error| tracing::warn!("{error}")).ok()?;
        let mut nearest = vec![-1.0_f32; self.intents];
        for (intent, known) in &self.known {
            let cosine = known.iter().zip(&vector).map(|(a, b)| a * b).sum();
            nearest[*intent] = nearest[*intent].max(cosine);
        }
        Some(nearest)
    }
}

fn recall(file: &Path, count: usize) -> Option<Vec<Vec<f32>>> {
    let bytes = fs::read(file).ok()?;
    let (body, digest) = bytes.strip_prefix(MAGIC)?.split_last_chunk::<32>()?;
    if Sha256::digest(body).as_slice() != digest || count == 0 || body.len() % (4 * count) != 0 {
        return None;
    }
    let quads = body.as_chunks::<4>().0;
    let numbers: Vec<f32> = quads.iter().map(|quad| f32::from_le_bytes(*quad)).collect();
    let vectors = numbers.chunks_exact(numbers.len() / count);
    Some(vectors.map(<[f32]>::to_vec).collect())
}

/// The content of a cache file: magic, the numbers of all vectors, their digest.
fn file_of(vectors: &[Vec<f32>]) -> Vec<u8> {
    let numbers = vectors.iter().flatten();
    let body: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
    [MAGIC.as_slice(), &body, &Sha256::digest(&body)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Embeddings by letters, and a count of the encoded sentences.
    struct Letters(std::sync::Arc<std::sync::atomic::AtomicUsize>);

    impl Encoder for Letters {
        fn fingerprint(&self) -> String {
            "letters".into()
        }

        fn encode(&mut self, sentence: &str) -> Result<Vec<f32>, MeaningError> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut counts = [0.0_f32; 26];
            for letter in sentence.bytes().filter(u8::is_ascii_lowercase) {
                counts[usize::from(letter - b'a')] += 1.0;
            }
            let length = counts.iter().map(|x| x * x).sum::<f32>().sqrt();
            Ok(counts.iter().map(|x| x / length).collect())
        }
    }

    #[test]
    fn sentences_are_encoded_once_and_the_nearest_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let sentences = [["lamp on", "light"].as_slice(), &["music"]];
        let sentences = sentences.map(|texts| texts.iter().map(ToString::to_string).collect());
        let passes = std::sync::Arc::default();
        let examples = |sentences: &[Vec<String>]| {
            let encoder = Box::new(Letters(std::sync::Arc::clone(&passes)));
            Examples::new(encoder, sentences, Some(folder.path())).expect("encoded")
        };
        let count = || passes.load(std::sync::atomic::Ordering::Relaxed);
        examples(&sentences);
        assert_eq!(count(), 3);
        let mut again = examples(&sentences);
        assert_eq!(count(), 3, "they were kept");
        let near = again.to_intents("light").expect("known");
        assert!(0.999 < near[0] && near[1] < 0.5, "{near:?}");
        let kept = fs::read_dir(folder.path()).expect("a folder").next();
        let kept = kept.expect("a file").expect("an entry").path();
        let mut bytes = fs::read(&kept).expect("bytes");
        bytes[20] ^= 1;
        fs::write(&kept, bytes).expect("damaged");
        examples(&sentences);
        assert_eq!(count(), 7, "a damaged file is not believed");
    }
}
