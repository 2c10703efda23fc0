//! Commands about timers that are called by their name alone.

use jiff::civil::DateTime;
use mynah_core::intent::timer_names::with_noun;
use mynah_core::model::{ActionSpec, BuiltinAction};
use mynah_core::timers::Kind;
use mynah_core::turn::{Intent, Transcript, Understanding};

use super::InSession;

impl InSession<'_> {
    /// "Pause the pasta", while a timer of that name is set, and only where no
    /// phrase takes the words for something else.
    pub(super) fn of_a_named_timer(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Option<Understanding> {
        let names: Vec<String> = self.keeper().look(|book, _| {
            let timers = book.entries().iter();
            let timers = timers.filter(|entry| entry.kind == Kind::Timer);
            timers.map(|entry| entry.label.clone()).collect()
        });
        let completed = Transcript {
            text: with_noun(&transcript.text, &names)?,
            alternatives: Vec::new(),
            ..transcript.clone()
        };
        let found = self.parts.phrases.parse(&completed, now).ok()?;
        let mut readings = found.intents.iter().chain(&found.rivals);
        let is_one = !found.intents.is_empty() && readings.all(|it| self.is_about(it, &names));
        is_one.then_some(found)
    }

    /// Whether an intent is about a timer that is set, by one of these names.
    fn is_about(&self, intent: &Intent, names: &[String]) -> bool {
        let is_named = |name: &String| {
            let slot = intent.slot("name");
            slot.is_some_and(|slot| slot.value.to_string() == *name)
        };
        let deed = match self.action(intent) {
            Some(ActionSpec::Builtin(deed)) => *deed,
            _ => return false,
        };
        let about = matches!(
            deed,
            BuiltinAction::TimerQuery | BuiltinAction::TimerControl | BuiltinAction::TimerExtend
        );
        about && names.iter().any(is_named)
    }
}
