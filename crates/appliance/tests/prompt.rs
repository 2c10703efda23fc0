//! The prompt of the language model, to the last byte.

use mynah_core::intent::guided::primed_prompt;
use mynah_core::llm::Ask;
use mynah_llm_link::{ChatTemplate, Family};

const FILE: &str = include_str!("../../../tests/data/guided.toml");

/// The very text that Qwen2.5-Coder reads, to the last byte: what was measured
/// with it holds as long as this does.
#[test]
fn the_prompt_of_qwen_is_what_it_was_measured_with() {
    let settings = mynah_config::parse(FILE).unwrap_or_else(|problems| panic!("{problems:?}"));
    let template = ChatTemplate::of(Family::ChatMl, None);
    let pieces = template.cut(&primed_prompt(&settings));
    let pieces = pieces.expect("it can be cut");
    assert_eq!(pieces.prefix, include_str!("chatml.txt"));
    let ask = Ask {
        user: "the lounge wants its light on".into(),
        ..Ask::default()
    };
    assert_eq!(
        pieces.question(&ask, None),
        "<|im_start|>user\nthe lounge wants its light on<|im_end|>\n<|im_start|>assistant\n"
    );
}
