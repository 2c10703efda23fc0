//! Templates: texts in which `{slot}`, `{slot.field}`, `{result.a.b}` and
//! `{secret:NAME}` stand for values. Every other brace is text, so that JSON needs no care.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// The path between the braces, and its byte offset in the template.
    Name(&'a str, usize),
}

/// What the path of a secret begins with: `{secret:NAME}`.
pub const SECRET: &str = "secret:";

/// Whether a template has any name in it.
#[must_use]
pub fn has_names(template: &str) -> bool {
    pieces(template)
        .iter()
        .any(|piece| matches!(piece, Piece::Name(..)))
}

/// Cuts a template into pieces.
#[must_use]
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut text_from, mut at) = (0, 0);
    while let Some(open) = template[at..].find('{').map(|found| at + found) {
        let rest = &template[open + 1..];
        at = open + 1;
        if let Some(name) = rest.find('}').map(|close| &rest[..close])
            && is_path(name)
        {
            if text_from < open {
                pieces.push(Piece::Text(&template[text_from..open]));
            }
            pieces.push(Piece::Name(name, open));
            at = open + name.len() + 2;
            text_from = at;
        }
    }
    if text_from < template.len() {
        pieces.push(Piece::Text(&template[text_from..]));
    }
    pieces
}

/// Fills a template; what `lookup` does not know becomes nothing. For actions:
/// `lookup` gives canonical values, escaped for their place.
#[must_use]
pub fn render(template: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    pieces(template)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Name(name, _) => lookup(name).unwrap_or_default(),
        })
        .collect()
}

/// Fills a sentence to be spoken: as [`render`], and `[...]` is left out when
/// a value in it is missing, and so are the blanks around what is missing.
#[must_use]
pub fn render_spoken(template: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let mut spoken = String::new();
    let mut rest = template;
    while let Some((before, part, after)) = next_optional(rest) {
        spoken.push_str(&render(before, lookup));
        let missing = |piece: &Piece<'_>| match piece {
            Piece::Name(name, _) => lookup(name).is_none_or(|value| value.is_empty()),
            Piece::Text(_) => false,
        };
        if !pieces(part).iter().any(missing) {
            spoken.push_str(&render(part, lookup));
        }
        rest = after;
    }
    spoken.push_str(&render(rest, lookup));
    tidy(&spoken)
}

/// Splits at the first `[...]` that holds a name.
fn next_optional(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('[')?;
        let close = open + text[open..].find(']')?;
        let part = &text[open + 1..close];
        if has_names(part) {
            return Some((&text[..open], part, &text[close + 1..]));
        }
        from = close + 1;
    }
}

/// One blank between words, none before punctuation.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidied.is_empty() && !word.starts_with(['.', ',', '?', '!', ';', ':']) {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    tidied
}

fn is_path(name: &str) -> bool {
    if let Some(secret) = name.strip_prefix(SECRET) {
        return crate::suggest::is_name(secret);
    }
    let mut parts = name.split('.');
    parts.next().is_some_and(crate::suggest::is_name)
        && parts.all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::{render, render_spoken};

    fn values(name: &str) -> Option<String> {
        match name {
            "room" => Some("kitchen".into()),
            "place.where" => Some("upstairs".into()),
            "result.a.0" => Some("7".into()),
            _ => None,
        }
    }

    #[test]
    fn placeholders_are_filled_and_other_braces_are_text() {
        for (template, expected) in [
            ("home/{room}/set", "home/kitchen/set"),
            (
                r#"{"room":"{room}","on":{"x":1}}"#,
                r#"{"room":"kitchen","on":{"x":1}}"#,
            ),
            ("{room}{room}", "kitchenkitchen"),
            ("{{room}}", "{kitchen}"),
            ("{ room } {} {1} {a-b} {", "{ room } {} {1} {a-b} {"),
            ("{place.where} {result.a.0}", "upstairs 7"),
            ("{nobody}!", "!"),
            ("é{room}é", "ékitchené"),
        ] {
            assert_eq!(render(template, &values), expected, "{template}");
        }
    }

    #[test]
    fn a_spoken_sentence_leaves_out_what_is_missing() {
        for (template, expected) in [
            ("One {size} {room}.", "One kitchen."),
            ("One {room} {size}.", "One kitchen."),
            ("Tea[ with {milk}][, {room}].", "Tea, kitchen."),
            ("A [plain] [{room}] word", "A [plain] kitchen word"),
            ("{milk}", ""),
        ] {
            assert_eq!(render_spoken(template, &values), expected, "{template}");
        }
    }
}
