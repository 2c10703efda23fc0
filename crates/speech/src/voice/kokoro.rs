//! The speakers that wake words are trained with: Kokoro's 54 voices and blends of two of
//! them, from phonemes, at any speed. Too slow to answer with on a small machine, so it is
//! no voice of the appliance.

use std::collections::HashMap;
use std::path::PathBuf;

use ort::session::Session;
use ort::value::Tensor;

use super::{VoiceError, espeak};
use crate::onnx::init_onnx;
use mynah_audio::convert::resample;
use mynah_models::Store;

const MODEL: &str = "kokoro";

/// Sample rate of what it makes, in hertz.
const RATE: u32 = 24_000;

/// Numbers of a style.
const STYLE: usize = 256;

/// Styles of a voice: one for each number of phonemes.
const LENGTHS: usize = 510;

/// The voices in the order of the file: for each letter of the language (American,
/// British, Spanish, French, Hindi, Italian, Japanese, Portuguese, Chinese) so many.
const VOICES: [(char, usize); 9] = [
    ('a', 20),
    ('b', 8),
    ('e', 3),
    ('f', 1),
    ('h', 4),
    ('i', 2),
    ('j', 5),
    ('p', 3),
    ('z', 8),
];

/// espeak's phonemes that Kokoro writes with one letter.
const LETTERS: [(&str, &str); 11] = [
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("dz", "ʣ"),
    ("dʒ", "ʤ"),
    ("eɪ", "A"),
    ("oʊ", "O"),
    ("əʊ", "Q"),
    ("ss", "S"),
    ("ts", "ʦ"),
    ("tʃ", "ʧ"),
    ("ɔɪ", "Y"),
];

/// A speaker: a voice, or two and the share of the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speaker {
    /// A voice's number.
    pub first: usize,
    /// Another one's.
    pub second: usize,
    /// Of the first, 0..1.
    pub share: f32,
}

/// The loaded model.
pub struct Kokoro {
    session: Session,
    /// All voices' styles.
    styles: Vec<f32>,
    ids: HashMap<char, i64>,
}

impl Kokoro {
    /// Loads the model; it uses `threads` threads.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(store: &Store, threads: usize) -> Result<Self, VoiceError> {
        let failed = |path: PathBuf| {
            move |cause: String| VoiceError::Load {
                path: path.display().to_string(),
                cause,
            }
        };
        let folder = store.root().join(MODEL);
        init_onnx(store).map_err(|error| failed(folder.clone())(error.to_string()))?;
        espeak::provide_data()?;
        let paths = store.need(MODEL);
        let paths = paths.map_err(|error| failed(folder.clone())(error.to_string()))?;
        let [network, vocabulary, styles] = paths.as_slice() else {
            return Err(failed(folder)("the manifest names other files".into()));
        };
        let open = || -> ort::Result<Session> {
            Session::builder()?
                .with_intra_threads(threads)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_inter_op_spinning(false)?
                .commit_from_file(network)
        };
        let session = open().map_err(|error| failed(network.clone())(error.to_string()))?;
        let styles = std::fs::read(styles)
            .map_err(|error| failed(styles.clone())(error.to_string()))?
            .as_chunks()
            .0
            .iter()
            .map(|four| f32::from_le_bytes(*four))
            .collect();
        let ids = ids(vocabulary).ok_or_else(|| failed(vocabulary.clone())("damaged".into()))?;
        Ok(Self {
            session,
            styles,
            ids,
        })
    }

    /// Voices that there are.
    #[must_use]
    pub fn voices() -> usize {
        VOICES.iter().map(|(_, count)| count).sum()
    }

    /// The letter of a voice's language: `a` American, `b` British, and so on.
    #[must_use]
    pub fn language(voice: usize) -> char {
        let mut rest = voice;
        for (letter, count) in VOICES {
            if rest < count {
                return letter;
            }
            rest -= count;
        }
        'a'
    }

    /// The phonemes of a text, as Kokoro writes them. `language` is espeak's name of it.
    ///
    /// # Errors
    /// When espeak does not know the language.
    pub fn phonemes(text: &str, language: &str) -> Result<String, VoiceError> {
        let mut phonemes = espeak::phonemes(text, language)?;
        for (ipa, letter) in LETTERS {
            phonemes = phonemes.replace(ipa, letter);
        }
        let end = |c: char| c.is_whitespace() || ".?!,;:".contains(c);
        Ok(phonemes.replace('-', "").trim_matches(end).to_owned())
    }

    /// Speaks phonemes at `speed` (1 is the voice's own). Gives 16 kHz samples in -1..1.
    ///
    /// # Errors
    /// When the network fails.
    pub fn speak(
        &mut self,
        phonemes: &str,
        speaker: Speaker,
        speed: f32,
    ) -> Result<Vec<f32>, VoiceError> {
        let mut tokens = vec![0];
        tokens.extend(phonemes.chars().filter_map(|letter| self.ids.get(&letter)));
        tokens.truncate(LENGTHS);
        let style = self.style(speaker, tokens.len() - 1);
        tokens.push(0);
        let mut run = || -> ort::Result<Vec<f32>> {
            let outputs = self.session.run(ort::inputs![
                "tokens" => Tensor::from_array(([1, tokens.len()], tokens.clone()))?,
                "style" => Tensor::from_array(([1, STYLE], style.clone()))?,
                "speed" => Tensor::from_array(([1], vec![speed]))?,
            ])?;
            let (_, samples) = outputs[0].try_extract_tensor::<f32>()?;
            Ok(samples.to_vec())
        };
        let samples = run().map_err(|error| VoiceError::Synthesis(error.to_string()))?;
        let clamped: Vec<f32> = samples.iter().map(|s| s.clamp(-1.0, 1.0)).collect();
        if clamped.iter().any(|sample| !sample.is_finite()) {
            return Err(VoiceError::Synthesis("a sample is no number".into()));
        }
        Ok(resample(&clamped, RATE, 16_000))
    }

    /// The style of a speaker for so many phonemes.
    fn style(&self, speaker: Speaker, phonemes: usize) -> Vec<f32> {
        let of = |voice: usize| {
            let start = (voice * LENGTHS + phonemes.min(LENGTHS - 1)) * STYLE;
            self.styles
                .get(start..start + STYLE)
                .unwrap_or(&[0.0; STYLE])
        };
        let pairs = of(speaker.first).iter().zip(of(speaker.second));
        pairs
            .map(|(a, b)| speaker.share * a + (1.0 - speaker.share) * b)
            .collect()
    }
}

/// The numbers of the letters, of which each is a token.
fn ids(path: &std::path::Path) -> Option<HashMap<char, i64>> {
    let text = std::fs::read_to_string(path).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let entries = json.get("vocab")?.as_object()?.iter();
    entries
        .map(|(letter, id)| Some((letter.chars().next()?, id.as_i64()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_voice_has_a_language() {
        assert_eq!(Kokoro::voices(), 54);
        assert_eq!((Kokoro::language(0), Kokoro::language(19)), ('a', 'a'));
        assert_eq!((Kokoro::language(20), Kokoro::language(53)), ('b', 'z'));
    }

    #[test]
    fn phonemes_are_those_of_kokoro() {
        let check = |text: &str, expected: &str| {
            espeak::provide_data().expect("the data of the build");
            assert_eq!(Kokoro::phonemes(text, "en-us").expect("English"), expected);
        };
        check("Hey Jarvis.", "hˈA ʤˈɑːɹvɪs");
        check("computer", "kəmpjˈuːɾɚ");
        check("", "");
    }
}
