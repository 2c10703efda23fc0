//! Words for hints: what may have been meant.

/// What a name may look like, for people.
pub const NAME_RULE: &str = "a name starts with a letter and has letters, digits and `_`";

/// Whether `text` can be the name of an intent, slot, list or rule.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The choice that is most like `word`, if one is like it at all.
#[must_use]
pub fn closest<S: AsRef<str>>(word: &str, choices: impl IntoIterator<Item = S>) -> Option<String> {
    let word = word.to_lowercase();
    choices
        .into_iter()
        .map(|choice| (likeness(&word, &choice.as_ref().to_lowercase()), choice))
        .filter(|(likeness, _)| 0.8 < *likeness)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, choice)| choice.as_ref().to_owned())
}

/// How near two words in small letters are, 0 to 1. One that is a whole part
/// of the other is nearer than one that only begins alike: `time` means
/// `time_question` and not `timer_set`.
fn likeness(word: &str, choice: &str) -> f64 {
    let parts = |text: &str| text.split('_').map(str::to_owned).collect::<Vec<_>>();
    let (of_word, of_choice) = (parts(word), parts(choice));
    let within = of_choice.contains(&word.to_owned()) || of_word.contains(&choice.to_owned());
    let letters = strsim::jaro_winkler(word, choice);
    if within { letters.max(0.95) } else { letters }
}

/// "did you mean ...?", else the choices when they are few, else `otherwise`.
#[must_use]
pub fn among<S: AsRef<str>>(
    word: &str,
    choices: impl IntoIterator<Item = S>,
    otherwise: &str,
) -> String {
    let mut choices: Vec<String> = choices
        .into_iter()
        .map(|choice| choice.as_ref().to_owned())
        .collect();
    if let Some(meant) = closest(word, &choices) {
        return format!("did you mean `{meant}`?");
    }
    choices.sort();
    choices.dedup();
    if choices.is_empty() || 12 < choices.len() {
        return otherwise.to_owned();
    }
    format!("{otherwise}; there is {}", list(&choices))
}

/// `a`, `b` and `c`.
#[must_use]
pub fn list<S: AsRef<str>>(choices: &[S]) -> String {
    let quoted: Vec<String> = choices
        .iter()
        .map(|choice| format!("`{}`", choice.as_ref()))
        .collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
