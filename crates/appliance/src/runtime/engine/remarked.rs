//! Short remarks on what was done just now: thanks, a bare "no", and for how long it
//! is to last.

use jiff::civil::DateTime;

use super::{InSession, Understood};
use mynah_core::conversation::Verdict;
use mynah_core::dialogue::{Undo, corrects_only, thanks};
use mynah_core::intent::account::Sentence;
use mynah_core::language::{Remark, spoken};
use mynah_core::turn::{Intent, Route, TurnId, Understanding, When};

impl InSession<'_> {
    /// Whether a text thanks, or says no more of what was done just now than that it
    /// was wrong.
    pub(super) fn is_remark(&self, heard: &str) -> bool {
        let now = self.keeper().now().mono_ms;
        thanks(heard) || corrects_only(heard) && self.session.memory.changed_lately(now)
    }

    /// The answer to such a remark: after a bare "no" the person is asked whether it is
    /// to be taken back.
    pub(super) fn remarked(&mut self, turn: TurnId, heard: &str) -> Option<Understood> {
        if !self.is_remark(heard) {
            return None;
        }
        if thanks(heard) {
            return Some(Understood {
                understanding: Understanding::default(),
                verdict: Verdict::Answer(Remark::Welcome.said()),
            });
        }
        let now = self.keeper().now().mono_ms;
        match self.session.memory.undo(now, &self.parts.settings) {
            Undo::Not(why) => Some(Understood {
                understanding: Understanding::default(),
                verdict: Verdict::Answer(why.said()),
            }),
            Undo::Take(_) => self.ask_undo(turn),
        }
    }

    /// "For ten minutes", after something was done for good: the same for that while.
    pub(super) fn for_a_while(&self, heard: &str, now: DateTime) -> Option<Understanding> {
        let [deed] = self.session.memory.recent(self.keeper().now().mono_ms) else {
            return None;
        };
        let sentence = Sentence::read(heard, spoken(), now);
        let [timing] = sentence.timings.as_slice() else {
            return None;
        };
        let Ok(when @ When::For { .. }) = timing.when else {
            return None;
        };
        let whole = timing.from == 0 && timing.to == sentence.words.len();
        if !whole || !deed.ok || deed.intent.when.is_some() || deed.intent.undone().is_some() {
            return None;
        }
        self.spec(&deed.intent)?.inverse()?;
        Some(Understanding {
            intents: vec![Intent {
                when: Some(when),
                ..deed.intent.clone()
            }],
            route: Route::Phrase,
            confidence: 1.0,
            ..Understanding::default()
        })
    }
}
