//! What a question costs on the Hailo-10H, by the vendor's published figures:
//! the prompt in blocks, then a fixed time for each token. It predicts what
//! the tokens counted on a desk mean on the HAT, and it sets the pace of the
//! stand-in for the device.

use crate::{Answer, Ask, decided};

/// Prompt tokens that the device evaluates at once. A shorter block costs as
/// much as a full one.
pub const BLOCK: u32 = 96;

/// Tokens that the context of every published model holds.
pub const CONTEXT: u32 = 2048;

/// The model that predictions are for unless another is named.
pub const DEFAULT_MODEL: &str = "qwen2.5-coder-1.5b";

/// One model on the device. Times are from the vendor's tables of runtime
/// 5.3.0, of 5.1.1 where 5.3.0 has none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// As Mynah names it: the manifest's name where there is one.
    pub model: &'static str,
    /// The name of the file that the vendor publishes, without its ending.
    pub file: &'static str,
    /// One block of the prompt, and the first token after it, ms.
    pub block_ms: f64,
    /// Every further token, ms.
    pub token_ms: f64,
    /// Loading the model, ms; from a slow disk several times as much.
    pub load_ms: f64,
    /// The size of the file, in units of 10^9 bytes.
    pub size_gb: f64,
    /// The licence of the weights.
    pub licence: &'static str,
    /// It thinks before it answers, unless its thought is written for it.
    pub thinks: bool,
}

/// Tokens that a command takes which needs the model: the median of commands
/// in other words than the phrases'. Its prompt fits one block.
pub const USUAL_TOKENS: u32 = 2;

const APACHE: &str = "Apache-2.0";
const LLAMA: &str = "Llama 3.2";

/// The models that the vendor publishes figures for: seconds to the first
/// token, tokens a second, seconds to load, and the size of the file.
#[rustfmt::skip]
pub const MODELS: [Timing; 7] = [
    model("qwen2.5-coder-1.5b", "Qwen2.5-Coder-1.5B-Instruct", [0.32, 8.13, 4.75, 1.64], APACHE),
    model("qwen2.5-1.5b", "Qwen2.5-1.5B-Instruct", [0.37, 7.35, 5.17, 1.64], APACHE),
    model("qwen2-1.5b", "Qwen2-1.5B-Instruct", [0.32, 8.06, 3.66, 1.56], APACHE),
    model("qwen3-1.7b", "Qwen3-1.7B-Instruct", [0.62, 4.78, 6.75, 1.79], APACHE).thinking(),
    model("llama3.2-1b", "Llama3.2-1B-Instruct", [0.35, 9.89, 3.47, 1.79], LLAMA),
    model("llama3.2-3b", "Llama3.2-3B-Instruct", [1.47, 2.67, 12.61, 3.13], LLAMA),
    model("deepseek-r1-1.5b", "DeepSeek-R1-Distill-Qwen-1.5B", [0.73, 7.96, 4.99, 2.37], "MIT").thinking(),
];

/// From the units of the tables.
const fn model(
    model: &'static str,
    file: &'static str,
    [first_s, tokens_per_s, load_s, size_gb]: [f64; 4],
    licence: &'static str,
) -> Timing {
    Timing {
        model,
        file,
        block_ms: first_s * 1000.0,
        token_ms: 1000.0 / tokens_per_s,
        load_ms: load_s * 1000.0,
        size_gb,
        licence,
        thinks: false,
    }
}

/// The figures of a model, by Mynah's or by the vendor's name for it.
#[must_use]
pub fn find(name: &str) -> Option<&'static Timing> {
    MODELS.iter().find(|timing| {
        timing.model.eq_ignore_ascii_case(name) || timing.file.eq_ignore_ascii_case(name)
    })
}

impl Timing {
    /// The same for a model that thinks.
    const fn thinking(self) -> Self {
        Self {
            thinks: true,
            ..self
        }
    }

    /// Milliseconds of a usual command that needs the model.
    #[must_use]
    pub fn usual_ms(&self) -> f64 {
        self.command_ms(1, USUAL_TOKENS)
    }

    /// Milliseconds from the question's text to the last token of its answer.
    /// `prompt_tokens` are the new ones, the pending token of the last answer
    /// included; `decoded_tokens` all that the model produced, the stopping
    /// one included. A prompt of a single token costs no block.
    #[must_use]
    pub fn ask_ms(&self, prompt_tokens: u32, decoded_tokens: u32) -> f64 {
        let first = match prompt_tokens {
            0 => 0.0,
            1 => self.token_ms,
            _ => self.prefill_ms(prompt_tokens),
        };
        first + f64::from(decoded_tokens.saturating_sub(1)) * self.token_ms
    }

    /// Milliseconds to evaluate so many tokens and answer nothing: priming.
    #[must_use]
    pub fn prefill_ms(&self, tokens: u32) -> f64 {
        f64::from(tokens.div_ceil(BLOCK)) * self.block_ms
    }

    /// Milliseconds until the device is free again after `answer`: an answer
    /// that the host cuts short has one more token on its way.
    #[must_use]
    pub fn settle_ms(&self, ask: &Ask, answer: &Answer) -> f64 {
        let cut_short = !ask.choices.is_empty()
            && !answer.ended
            && answer.decoded_tokens < ask.max_tokens
            && decided(&answer.text, &ask.choices);
        if cut_short { self.token_ms } else { 0.0 }
    }

    /// Milliseconds of a whole command from its sums, where only those are
    /// known: so many questions, none of whose prompts needs a second block.
    #[must_use]
    pub fn command_ms(&self, questions: u32, decoded_tokens: u32) -> f64 {
        f64::from(questions) * self.block_ms
            + f64::from(decoded_tokens.saturating_sub(questions)) * self.token_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: f64, want_ms: f64) {
        assert!((got - want_ms).abs() < 5.0, "{got} instead of {want_ms}");
    }

    #[test]
    fn the_worked_examples_come_out() {
        let coder = find("Qwen2.5-Coder-1.5B-Instruct").expect("published");
        check(coder.ask_ms(40, 1), 320.0);
        check(coder.ask_ms(40, 6), 935.0);
        check(coder.ask_ms(40, 12), 1673.0);
        check(coder.ask_ms(40, 25), 3272.0);
        check(coder.ask_ms(97, 1), 640.0);
        check(coder.ask_ms(1, 1), 123.0);
        check(coder.ask_ms(0, 0), 0.0);
        check(coder.prefill_ms(600), 2240.0);
        check(coder.command_ms(3, 3), 960.0);
        check(coder.command_ms(0, 0), 0.0);
        check(coder.usual_ms(), 443.0);
    }

    #[test]
    fn a_model_is_found_by_either_name() {
        let name = |name: &str| find(name).map(|timing| timing.model);
        assert_eq!(name(DEFAULT_MODEL), Some(DEFAULT_MODEL));
        assert_eq!(name("qwen3-1.7b-INSTRUCT"), Some("qwen3-1.7b"));
        assert_eq!(name("gpt"), None);
    }
}
