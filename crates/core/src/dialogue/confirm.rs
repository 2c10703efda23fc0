//! What needs a yes before it is done, and before it is taken back.

use super::{Awaits, Decision, Dialogue, PendingIntent, ask, spoken};
use crate::intent::guided;
use crate::language::{Phrase, Question};
use crate::model::IntentSpec;
use crate::turn::{Failure, Intent, When};

impl Dialogue<'_> {
    /// Takes intents back, after a question where what they did was asked about.
    #[must_use]
    pub fn take_back(&self, intents: Vec<Intent>) -> Decision {
        self.settle(intents.into_iter().map(PendingIntent::new).collect())
    }

    /// Asks whether intents are to be taken back; `None` where one of them cannot be
    /// named.
    #[must_use]
    pub fn ask_to_take_back(&self, intents: Vec<Intent>) -> Option<Decision> {
        let mut deeds = Vec::new();
        for intent in &intents {
            let undone = intent.undone()?;
            deeds.push(guided::meaning(self.spec(&undone)?, &undone));
        }
        let orders = intents.into_iter().map(|intent| PendingIntent {
            intent,
            confirmed: true,
        });
        deeds.dedup();
        let question = Question::TakeBack(&Phrase::List(&deeds).said()).said();
        Some(ask(question, orders.collect(), Awaits::Doubt))
    }

    /// The question by which an order among `orders` must be confirmed. What is
    /// taken back because it was wrong is confirmed with what is right.
    pub(super) fn confirmation(
        &self,
        order: &PendingIntent,
        orders: &[PendingIntent],
    ) -> Option<String> {
        if order.confirmed {
            return None;
        }
        let Some(undone) = order.intent.undone() else {
            let spec = self.spec(&order.intent)?;
            if let Some(confirm) = &spec.confirm {
                return Some(spoken(spec, &order.intent, confirm));
            }
            // Nobody is asked when the time of the deed is over.
            let ends = matches!(order.intent.when, Some(When::For { .. }));
            let deed = guided::meaning(spec, &order.intent);
            return (ends && spec.asks_back).then(|| Question::ForAWhile(&deed).said());
        };
        let spec = self.confirmed_deed(&order.intent)?;
        let mut others = orders.iter();
        let corrected = others.any(|other| other.intent.name == undone.name);
        let deed = guided::meaning(spec, &undone);
        // To take it back may do more than was ever asked for.
        let asks = !corrected || spec.confirm.is_none();
        asks.then(|| Question::TakeBack(&deed).said())
    }

    /// The intent that an intent takes back out there, if that one asks for a
    /// confirmation, or its taking back does.
    fn confirmed_deed(&self, intent: &Intent) -> Option<&IntentSpec> {
        let undone = intent.undone().filter(|_| intent.change().is_none())?;
        self.spec(&undone)
            .filter(|spec| spec.confirm.is_some() || spec.asks_back)
    }

    /// What becomes of orders that are not wanted after all: what was wrong before
    /// them is taken back even so, after a question where that needs a yes.
    pub(super) fn dropped(&self, orders: &[PendingIntent]) -> Decision {
        let intents = orders.iter().map(|order| order.intent.clone());
        let undo: Vec<Intent> = intents.filter(|intent| intent.undone().is_some()).collect();
        match undo.as_slice() {
            [] => Decision::Refuse(Failure::Cancelled),
            _ if undo.len() == orders.len() => Decision::Refuse(Failure::Cancelled),
            _ => self.take_back(undo),
        }
    }
}
