//! Which language is spoken. It belongs to a thread and to a stretch of its work,
//! so that boxes, sessions and tests with different languages share a process.
//! Whoever knows the configuration says it with [`speak`]; a thread that is
//! started gets that of the thread that starts it by [`carried`].

use std::cell::Cell;
use std::marker::PhantomData;

use super::{Language, de, en};

/// A language that is built in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// `en`
    #[default]
    English,
    /// `de`
    German,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its code in ISO 639-1, as configurations and recognisers have it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Its place among the languages of Whisper, as the vocabulary of its
    /// multilingual models has them (`LANGUAGES` in Whisper's `tokenizer.py`).
    #[must_use]
    pub const fn whisper_place(self) -> u32 {
        match self {
            Self::English => 0,
            Self::German => 2,
        }
    }

    /// All that is known of it.
    #[must_use]
    pub fn language(self) -> &'static Language {
        match self {
            Self::English => &en::ENGLISH,
            Self::German => &de::GERMAN,
        }
    }
}

thread_local! {
    static TONGUE: Cell<Tongue> = const { Cell::new(Tongue::English) };
}

/// While it lives, its thread speaks a language; then that of before.
#[derive(Debug)]
#[must_use = "the language is spoken while this lives"]
pub struct Speaking {
    before: Tongue,
    /// It belongs to its thread.
    stays: PhantomData<*const ()>,
}

impl Drop for Speaking {
    fn drop(&mut self) {
        TONGUE.set(self.before);
    }
}

/// Speaks a language on this thread.
pub fn speak(tongue: Tongue) -> Speaking {
    Speaking {
        before: TONGUE.replace(tongue),
        stays: PhantomData,
    }
}

/// Speaks a language on this thread for good: on one of a pool.
pub fn adopt(tongue: Tongue) {
    TONGUE.set(tongue);
}

/// The work of another thread, in the language of this one.
pub fn carried<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let tongue = tongue();
    move || {
        let _speaking = speak(tongue);
        work()
    }
}

/// The language that is spoken on this thread; English where nothing was said.
#[must_use]
pub fn tongue() -> Tongue {
    TONGUE.get()
}

/// The same, with all that is known of it.
#[must_use]
pub fn spoken() -> &'static Language {
    tongue().language()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_spoken_for_a_while() {
        assert_eq!(tongue(), Tongue::English);
        {
            let _german = speak(Tongue::German);
            {
                let _english = speak(Tongue::English);
                assert_eq!(tongue().code(), "en");
            }
            assert_eq!(tongue().code(), "de");
        }
        assert_eq!(tongue(), Tongue::English);
        for known in Tongue::ALL {
            assert_eq!(Tongue::of_code(known.code()), Some(known));
        }
        assert_eq!(Tongue::of_code("fr"), None);
    }
}
