//! How the stand-in's model wants a conversation to be written, and what it
//! answers to one that is written otherwise. Written down here once more, and
//! not taken from the program that is tested.

/// The marks of a family of models.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Before what a user says, without the newlines after it.
    pub user: &'static str,
    /// Before an answer, without the newlines after it.
    pub assistant: &'static str,
    /// After an answer.
    pub end: &'static str,
    /// What follows on the marks of a role.
    pub newline: &'static str,
    /// It thinks unless its thought is over.
    pub thinks: bool,
}

const CHATML: Form = Form {
    user: "<|im_start|>user",
    assistant: "<|im_start|>assistant",
    end: "<|im_end|>",
    newline: "\n",
    thinks: false,
};

const LLAMA3: Form = Form {
    user: "<|start_header_id|>user<|end_header_id|>",
    assistant: "<|start_header_id|>assistant<|end_header_id|>",
    end: "<|eot_id|>",
    newline: "\n\n",
    thinks: false,
};

const DEEPSEEK_R1: Form = Form {
    user: "<\u{ff5c}User\u{ff5c}>",
    assistant: "<\u{ff5c}Assistant\u{ff5c}>",
    end: "<\u{ff5c}end\u{2581}of\u{2581}sentence\u{ff5c}>",
    newline: "",
    thinks: true,
};

/// What a model says that was not spoken to in its own form.
const LOST: &str = "I was never trained on this";

/// What a model says whose thought is not over.
const THINKING: &str = "<think>\nOkay, so the user";

const THOUGHT: &str = "</think>";

impl Form {
    /// The form of a family.
    pub(crate) fn of(family: &str) -> Self {
        match family {
            "llama3" => LLAMA3,
            "deepseek-r1" => DEEPSEEK_R1,
            "qwen3" => Self {
                thinks: true,
                ..CHATML
            },
            _ => CHATML,
        }
    }

    /// What the model would write next. `answer` gives the whole answer to a
    /// user's words.
    pub(crate) fn next<'a>(&self, text: &'a str, answer: impl Fn(&'a str) -> &'a str) -> String {
        let foreign = [CHATML, LLAMA3, DEEPSEEK_R1]
            .iter()
            .any(|other| other.end != self.end && text.contains(other.end));
        let Some((_, turn)) = text.rsplit_once(self.user).filter(|_| !foreign) else {
            return format!("{LOST}{}", self.end);
        };
        if !self.newline.is_empty() && (turn.is_empty() || text.ends_with(self.end)) {
            return self.newline.to_owned();
        }
        let Some((asked, begun)) = turn.split_once(self.assistant) else {
            return format!("{LOST}{}", self.end);
        };
        let asked = asked.split(self.end).next().unwrap_or_default().trim();
        let begun = match (self.thinks, begun.rsplit_once(THOUGHT)) {
            (true, None) => return format!("{THINKING}{}", self.end),
            (true, Some((_, begun))) => begun,
            (false, _) => begun,
        };
        let whole = answer(asked);
        let begun = begun.trim_start_matches('\n');
        format!("{}{}", whole.strip_prefix(begun).unwrap_or(whole), self.end)
    }
}
