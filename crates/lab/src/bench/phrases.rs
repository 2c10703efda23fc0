//! `mynah bench phrases`: how long the phrase matcher takes for a sentence that a phrase
//! explains, and for one that nothing explains, of which it tries many rewordings.

use clap::Args;

use mynah_appliance::runtime::recorded::typed;
use mynah_command::{Common, Exit};
use mynah_core::grammar::Grammar;
use mynah_core::intent::IntentParser as _;
use mynah_core::intent::phrase::PhraseParser;

use super::{Figure, ms_since, now, print_figure};

/// How often each sentence is parsed; the quickest time counts.
const ROUNDS: usize = 5;

/// Arguments of `mynah bench phrases`.
#[derive(Debug, Args)]
pub(super) struct PhrasesArgs {}

/// The sentences of the file's tests, and the same with their words from the last to the
/// first.
pub(super) fn run(common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let mut parser = PhraseParser::new(&settings, &Grammar::compile(&settings));
    let (mut explained, mut unexplained) = (Vec::new(), Vec::new());
    for test in &settings.tests {
        let words: Vec<&str> = test.say.split_whitespace().rev().collect();
        for text in [test.say.clone(), words.join(" ")] {
            let (understood, ms) = quickest(&mut parser, &text);
            if understood {
                explained.push(ms);
            } else {
                unexplained.push(ms);
            }
        }
    }
    let median = |values: &[f64]| super::quantile(values, 0.5);
    let ratio = median(&unexplained) / median(&explained).max(f64::EPSILON);
    for (name, unit, values) in [
        ("phrase_explained", "ms", explained),
        ("phrase_unexplained", "ms", unexplained),
        ("phrase_ratio", "", vec![ratio]),
    ] {
        let figure = Figure { name, unit, values };
        if !figure.values.is_empty() {
            print_figure(&figure, common.json);
        }
    }
    Ok(Exit::Done)
}

/// Whether a text is understood, and the shortest time that it took.
fn quickest(parser: &mut PhraseParser, text: &str) -> (bool, f64) {
    let transcript = typed(text);
    let moment = jiff::civil::date(2026, 3, 14).at(12, 0, 0, 0);
    let mut best = f64::INFINITY;
    let mut understood = false;
    for _ in 0..ROUNDS {
        let began = now();
        let found = parser.parse(&transcript, moment);
        best = best.min(ms_since(began));
        understood = found.is_ok_and(|found| !found.intents.is_empty());
    }
    (understood, best)
}
