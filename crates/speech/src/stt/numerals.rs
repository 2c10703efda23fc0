//! The numerals of the language that is spoken.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::agreement::words;
use mynah_core::language::{Tongue, spoken, tongue};

/// Larger numbers are said in the words of these.
const LARGEST: u64 = 100;

static KNOWN: LazyLock<Mutex<HashMap<Tongue, Arc<Numerals>>>> = LazyLock::new(Mutex::default);

/// The numbers from 0 to [`LARGEST`].
pub(super) struct Numerals {
    /// Each by its numeral.
    pub by_text: HashMap<String, u64>,
    /// The words of the numerals.
    pub words: HashSet<String>,
}

impl Numerals {
    /// Those of the language of this thread.
    pub(super) fn spoken() -> Arc<Self> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let numerals = known.entry(tongue()).or_insert_with(|| {
            let said = (0..=LARGEST).map(|number| (spoken().cardinal(number), number));
            let by_text: HashMap<String, u64> = said.collect();
            let words = by_text.keys().flat_map(|said| words(said)).collect();
            Arc::new(Self { by_text, words })
        });
        Arc::clone(numerals)
    }
}

#[cfg(test)]
mod tests {
    use super::Numerals;
    use mynah_core::language::{Tongue, speak};

    #[test]
    fn each_language_has_its_own() {
        for (tongue, said) in [
            (Tongue::English, "seven"),
            (Tongue::German, "sieben"),
            (Tongue::English, "seven"),
        ] {
            let _speaking = speak(tongue);
            assert_eq!(Numerals::spoken().by_text.get(said), Some(&7), "{said}");
        }
    }
}
