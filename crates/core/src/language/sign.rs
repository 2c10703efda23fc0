//! Signs: characters that are no letters, digits or punctuation and may change
//! the meaning of the words beside them, such as a crossed circle, an arrow or a
//! line through a word. A sign is a word of its own, which nothing passes over.

/// Unicode's symbols that cross out, point, deny, silence or compute, first and last
/// character. Pictures of things, faces and weather are none: they decorate.
const BLOCKS: [(char, char); 29] = [
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
    // Triangles, squares and circles.
    ('\u{25b2}', '\u{25c9}'),
    ('\u{25e2}', '\u{25ff}'),
    // Crossed boxes, crossed lanes, no entry, crosses.
    ('\u{2612}', '\u{2612}'),
    ('\u{26cc}', '\u{26cc}'),
    ('\u{26d4}', '\u{26d4}'),
    ('\u{2715}', '\u{2718}'),
    ('\u{274c}', '\u{274e}'),
    // Arrows, and more of mathematics.
    ('\u{2794}', '\u{2bff}'),
    // For private use, and what stands for something that could not be read.
    ('\u{e000}', '\u{f8ff}'),
    ('\u{fffc}', '\u{fffd}'),
    // Thumb down, phones that are off, forbidden, mute, arrows, bells that are off.
    ('\u{1f44e}', '\u{1f44e}'),
    ('\u{1f4f4}', '\u{1f4f5}'),
    ('\u{1f500}', '\u{1f507}'),
    ('\u{1f515}', '\u{1f515}'),
    ('\u{1f519}', '\u{1f51e}'),
    ('\u{1f53c}', '\u{1f53d}'),
    ('\u{1f5d9}', '\u{1f5d9}'),
    ('\u{1f5f4}', '\u{1f5f7}'),
    // Refusing hands, signs of what is forbidden, stop signs.
    ('\u{1f645}', '\u{1f645}'),
    ('\u{1f6ab}', '\u{1f6d1}'),
    ('\u{1f800}', '\u{1f8ff}'),
    ('\u{f0000}', '\u{10ffff}'),
];

/// Of these blocks, what only decorates: marks of ownership and bullets.
const DECORATION: [(char, char); 4] = [
    ('\u{2116}', '\u{2117}'),
    ('\u{2120}', '\u{2120}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{25cb}', '\u{25cb}'),
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
