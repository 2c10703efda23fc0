//! Asked what was said, or heard, a moment ago. That takes no sentence away
//! from the owner's intents: it is looked for where none of them fits.

use mynah_core::grammar::canonical;
use mynah_core::language::spoken;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// What Mynah said last.
    Said,
    /// What Mynah heard last.
    Heard,
}

/// Whether a text asks for that, and for nothing else.
pub(super) fn asked(text: &str) -> Option<Again> {
    let control = spoken().control();
    let words = canonical(text);
    let fits = |forms: &[&str]| {
        let whole = words.join(" ");
        let mut inner = words.as_slice();
        while let [first, rest @ ..] = inner
            && control.around_repeat.contains(&first.as_str())
        {
            inner = rest;
        }
        while let [rest @ .., last] = inner
            && control.around_repeat.contains(&last.as_str())
        {
            inner = rest;
        }
        let inner = inner.join(" ");
        forms.iter().any(|form| *form == whole || *form == inner)
    };
    if fits(control.repeat) {
        Some(Again::Said)
    } else {
        fits(control.heard).then_some(Again::Heard)
    }
}

#[cfg(test)]
mod tests {
    use super::{Again, asked};

    #[test]
    fn only_the_whole_question_counts() {
        for (text, expected) in [
            ("Repeat that, please.", Some(Again::Said)),
            ("Sorry, what did you say?", Some(Again::Said)),
            ("could you say that again", Some(Again::Said)),
            ("What did you hear?", Some(Again::Heard)),
            ("what did you say about the light", None),
            ("repeat the song", None),
            ("", None),
        ] {
            assert_eq!(asked(text), expected, "{text}");
        }
    }
}
