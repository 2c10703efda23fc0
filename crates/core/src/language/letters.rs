//! Letters, digits and fractions of any language: as they are written, and in
//! their plain form.

pub(in crate::language) fn vulgar_fraction(c: char) -> Option<(u8, u8)> {
    Some(match c {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    })
}

/// The zeros of the decimal digits of other scripts; the other nine follow.
const ZEROS: [char; 19] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}',
    '\u{17e0}', '\u{1810}', '\u{ff10}',
];

/// A decimal digit of any script, and a full-width character, as an ASCII one;
/// a dash that is a hyphen as one; anything else as it is.
pub(in crate::language) fn plain(c: char) -> char {
    const FULL_WIDTH: u32 = 0xfee0;
    match c {
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{fe63}' => return '-',
        '\u{ff01}'..='\u{ff5e}' => {
            return char::from_u32(u32::from(c) - FULL_WIDTH).unwrap_or(c);
        }
        _ if c.is_ascii() || !c.is_numeric() => return c,
        _ => {}
    }
    let above = ZEROS
        .iter()
        .filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero)));
    let value = above.into_iter().find(|value| *value < 10);
    value
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(c)
}

pub(in crate::language) fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}
