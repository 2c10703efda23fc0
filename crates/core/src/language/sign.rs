//! Signs: characters that are no letters, digits or punctuation and may change
//! the meaning of the words beside them, such as a crossed circle, an arrow or a
//! line through a word. A sign is a word of its own, which nothing passes over.

/// Blocks of Unicode with symbols, first and last character.
const BLOCKS: [(char, char); 16] = [
    // Currencies.
    ('\u{a2}', '\u{a5}'),
    // Lines over and through the letter before.
    ('\u{334}', '\u{338}'),
    ('\u{20a0}', '\u{20cf}'),
    ('\u{20d0}', '\u{20e2}'),
    ('\u{20e4}', '\u{20ff}'),
    // Letter-like symbols, arrows, mathematics, technical symbols.
    ('\u{2100}', '\u{214f}'),
    ('\u{2190}', '\u{23ff}'),
    // Triangles, crosses, pictures.
    ('\u{25b2}', '\u{25c9}'),
    ('\u{25e2}', '\u{25ff}'),
    ('\u{2600}', '\u{27bf}'),
    ('\u{27c0}', '\u{2bff}'),
    // For private use, and what stands for something that could not be read.
    ('\u{e000}', '\u{f8ff}'),
    ('\u{fffc}', '\u{fffd}'),
    ('\u{1f000}', '\u{1f3fa}'),
    ('\u{1f400}', '\u{1faff}'),
    ('\u{f0000}', '\u{10ffff}'),
];

/// Of these blocks, what only decorates: bullets, marks of ownership, hearts,
/// friendly faces and hands.
const DECORATION: [(char, char); 13] = [
    ('\u{2116}', '\u{2117}'),
    ('\u{2120}', '\u{2120}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{25cb}', '\u{25cb}'),
    ('\u{263a}', '\u{263b}'),
    ('\u{2661}', '\u{2665}'),
    ('\u{2763}', '\u{2764}'),
    ('\u{1f44b}', '\u{1f44d}'),
    ('\u{1f493}', '\u{1f49f}'),
    ('\u{1f600}', '\u{1f60d}'),
    ('\u{1f618}', '\u{1f61b}'),
    ('\u{1f642}', '\u{1f642}'),
    ('\u{1f64f}', '\u{1f64f}'),
];

/// Whether a character is a sign.
#[must_use]
pub fn is_sign(c: char) -> bool {
    let within = |blocks: &[(char, char)]| {
        let mut blocks = blocks.iter();
        blocks.any(|(first, last)| (*first..=*last).contains(&c))
    };
    if c.is_ascii() {
        return matches!(c, '<' | '=' | '>' | '\\' | '^' | '|' | '~');
    }
    match c {
        '¬' | '±' | '×' | '÷' => true,
        _ => !c.is_alphanumeric() && within(&BLOCKS) && !within(&DECORATION),
    }
}

/// Whether a canonical word is a sign.
#[must_use]
pub fn is_sign_word(word: &str) -> bool {
    word.chars().all(is_sign) && !word.is_empty()
}
