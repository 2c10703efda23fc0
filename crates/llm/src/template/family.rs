//! The families of models that the HAT is offered with, and their templates,
//! for files that bring none.

/// A family of models that write conversations alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Qwen2, Qwen2.5 and many others.
    ChatMl,
    /// As above, with thoughts.
    Qwen3,
    /// Llama 3 and later.
    Llama3,
    /// What was distilled from DeepSeek-R1.
    DeepSeekR1,
    /// Gemma 1 to 3.
    Gemma,
}

/// A family, marks that only its tokenizers have, and what its models' names
/// contain.
type Known = (Family, &'static [&'static str], &'static [&'static str]);

/// The narrower come first.
const KNOWN: [Known; 5] = [
    (
        Family::DeepSeekR1,
        &[
            "<\u{ff5c}Assistant\u{ff5c}>",
            "<\u{ff5c}end\u{2581}of\u{2581}sentence\u{ff5c}>",
        ],
        &["deepseek"],
    ),
    (
        Family::Llama3,
        &["<|start_header_id|>", "<|eot_id|>"],
        &["llama3", "llama-3"],
    ),
    (
        Family::Gemma,
        &["<start_of_turn>", "<end_of_turn>"],
        &["gemma"],
    ),
    (Family::Qwen3, &["<think>"], &["qwen3"]),
    (Family::ChatMl, &["<|im_end|>"], &["qwen", "smollm"]),
];

impl Family {
    /// The family of a model, by its name or that of its file.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let known = |names: &[&str]| names.iter().any(|part| name.contains(part));
        KNOWN
            .iter()
            .find(|(_, _, names)| known(names))
            .map(|(family, _, _)| *family)
    }

    /// The family of a model, by the control tokens of its tokenizer.
    #[must_use]
    pub fn of_marks(marks: &[String]) -> Option<Self> {
        KNOWN
            .iter()
            .find(|(_, own, _)| marks.iter().any(|mark| own.contains(&mark.as_str())))
            .map(|(family, _, _)| *family)
    }

    /// The token that begins a text, as its published tokenizers write it.
    #[must_use]
    pub const fn bos(self) -> &'static str {
        match self {
            Self::ChatMl | Self::Qwen3 => "",
            Self::Llama3 => "<|begin_of_text|>",
            Self::DeepSeekR1 => "<\u{ff5c}begin\u{2581}of\u{2581}sentence\u{ff5c}>",
            Self::Gemma => "<bos>",
        }
    }

    /// The template, in Jinja.
    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::ChatMl => include_str!("chatml.jinja"),
            Self::Qwen3 => include_str!("qwen3.jinja"),
            Self::Llama3 => include_str!("llama3.jinja"),
            Self::DeepSeekR1 => include_str!("deepseek-r1.jinja"),
            Self::Gemma => include_str!("gemma.jinja"),
        }
    }
}
