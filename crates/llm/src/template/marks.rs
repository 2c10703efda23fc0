//! Control tokens as texts, and texts without any: what somebody said must not
//! be able to end his turn and begin another's.

/// Where no tokenizer can be asked, all that control tokens of published
/// models begin or end with.
const BRACKETS: [char; 6] = ['<', '>', '[', ']', '|', '\u{ff5c}'];

/// The control tokens of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Longest first; `None`: not known.
    known: Option<Vec<String>>,
}

impl Marks {
    /// Those of a tokenizer.
    #[must_use]
    pub fn known(texts: impl IntoIterator<Item = String>) -> Self {
        // White space alone ends nothing, and must be sayable.
        let mut texts: Vec<String> = texts.into_iter().filter(|t| !t.trim().is_empty()).collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts.dedup();
        Self { known: Some(texts) }
    }

    /// Those of a model whose tokenizer is out of reach: every bracket could
    /// belong to one.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { known: None }
    }

    /// A text with a space in the place of each control token and of each
    /// control character but the line's end, without space around it.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let plain = |c: char| if c != '\n' && c.is_control() { ' ' } else { c };
        let text: String = text.chars().map(plain).collect();
        let text = match &self.known {
            None => text.replace(BRACKETS, " "),
            Some(known) => {
                let mut text = text;
                // What is left after one is taken out may be another.
                while let Some(mark) = known.iter().find(|mark| text.contains(mark.as_str())) {
                    text = text.replace(mark.as_str(), " ");
                }
                text
            }
        };
        text.trim().to_owned()
    }
}
