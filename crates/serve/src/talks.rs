//! Conversations in writing that last longer than a connection, by an id that
//! the client chooses: questions, undo and fragments need what was said before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::assistant::{Answer, Conversation, Unavailable};
use crate::peers::lock;
use crate::stream::now;

/// A conversation is forgotten after this time without a sentence, as Home
/// Assistant does.
const FORGOTTEN: Duration = Duration::from_mins(5);
/// Conversations at once; the one that is silent for longest makes room.
const MOST: usize = 64;

/// The longest sentence, in bytes.
pub(crate) const MAX_TEXT: usize = 1_000;
/// The longest id, in bytes. A longer one counts as none.
const MAX_ID: usize = 200;

type Shareable = Arc<Mutex<Box<dyn Conversation>>>;

/// The conversations that go on.
#[derive(Default)]
pub(crate) struct Talks {
    open: Mutex<HashMap<String, (Instant, Shareable)>>,
}

impl Talks {
    /// Takes a sentence of the conversation `id`, which `open` begins if it is
    /// new. Without an id the sentence is a conversation of its own.
    ///
    /// # Errors
    /// Those of the assistant.
    pub(crate) fn ask(
        &self,
        id: Option<&str>,
        text: &str,
        open: impl FnOnce() -> Box<dyn Conversation>,
    ) -> Result<Answer, Unavailable> {
        let conversation = match id.filter(|id| id.len() <= MAX_ID) {
            Some(id) => self.find(id, open),
            None => Arc::new(Mutex::new(open())),
        };
        let mut conversation = lock(&conversation);
        conversation.ask(text)
    }

    fn find(&self, id: &str, open: impl FnOnce() -> Box<dyn Conversation>) -> Shareable {
        let mut talks = lock(&self.open);
        let now = now();
        talks.retain(|_, (at, _)| now.duration_since(*at) < FORGOTTEN);
        if MOST <= talks.len() && !talks.contains_key(id) {
            let silent = talks.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(silent) = silent.map(|(id, _)| id.clone()) {
                talks.remove(&silent);
            }
        }
        let (at, found) = talks
            .entry(id.to_owned())
            .or_insert_with(|| (now, Arc::new(Mutex::new(open()))));
        *at = now;
        Arc::clone(found)
    }
}
