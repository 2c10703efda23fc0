//! Texts of others on one line.

/// At most `chars` characters of `text` on one line, runs of white space and
/// control characters as one space.
#[must_use]
pub fn one_line(text: &str, chars: usize) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(chars) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}
