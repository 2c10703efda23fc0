//! An answer that grows: what the model writes, cut into clauses and held against the
//! passages; or a sentence of them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use mynah_core::answer::{ANSWER_TOKENS, Clause, Clauses, Found, Grounds, Search, is_refusal};
use mynah_core::model::AnswerSpec;
use mynah_core::turn::{Answered, LlmCost, Source, Worded};
use mynah_llm_link::{Answer, LlmError};

/// What comes from the model's thread.
pub(super) enum Written {
    Piece(String),
    End(Result<Answer, LlmError>),
}

/// What comes next of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// This.
    Clause {
        /// To be said now.
        clause: String,
        /// All from the beginning.
        so_far: String,
    },
    /// Nothing yet.
    Waits,
    /// Nothing more.
    End,
}

/// An answer that grows. Dropped, it is given up.
pub struct Answering {
    pub(super) pieces: Option<Receiver<Written>>,
    pub(super) wanted: Arc<AtomicBool>,
    clauses: Clauses,
    grounds: Grounds,
    /// What may be read out.
    best: Option<String>,
    /// As sure as a question's own words make it.
    sure: bool,
    /// Clauses that wait for the end of their sentence.
    held: String,
    /// Clauses of this sentence that may be said.
    sentence: String,
    /// Clauses that may be said.
    ready: VecDeque<String>,
    said: String,
    /// The model says that the passages have no answer.
    refused: bool,
    began: Instant,
    until: Instant,
    timeout: Duration,
    tokens: u32,
    answered: Answered,
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::Release);
    }
}

impl Answering {
    pub(super) fn new(
        spec: &AnswerSpec,
        search: &Search,
        found: &Found,
        timeout: Duration,
    ) -> Self {
        let passages: Vec<_> = found
            .passages
            .iter()
            .map(|at| &spec.text.passages[*at])
            .collect();
        let sentences: Vec<&str> = passages
            .iter()
            .flat_map(|passage| passage.sentences.iter().map(String::as_str))
            .collect();
        let heads = passages
            .iter()
            .flat_map(|passage| [&*passage.heading, &*passage.above]);
        let began = now();
        Self {
            pieces: None,
            wanted: Arc::new(AtomicBool::new(true)),
            clauses: Clauses::default(),
            grounds: Grounds::new(&sentences, &heads.collect::<Vec<_>>()),
            best: found.firm.then(|| found.best.clone()),
            sure: found.sure,
            held: String::new(),
            sentence: String::new(),
            ready: VecDeque::new(),
            said: String::new(),
            refused: false,
            began,
            until: began + timeout,
            timeout,
            tokens: 0,
            answered: Answered {
                score: search.score,
                passages: passages
                    .iter()
                    .map(|passage| Source {
                        heading: passage.heading.clone(),
                        text: passage.sentences.join(" "),
                    })
                    .collect(),
                ..Answered::default()
            },
        }
    }

    /// What it came to so far.
    pub(in crate::runtime) const fn answered(&self) -> &Answered {
        &self.answered
    }

    /// Waits no longer than `wait` for what can be said next.
    pub(in crate::runtime) fn next(&mut self, wait: Duration) -> Next {
        let until = now() + wait;
        loop {
            if let Some(clause) = self.ready.pop_front() {
                return self.say(clause);
            }
            let Some(pieces) = &self.pieces else {
                return Next::End;
            };
            let left = until.saturating_duration_since(now());
            match pieces.recv_timeout(left.min(self.until.saturating_duration_since(now()))) {
                Ok(Written::Piece(piece)) => {
                    self.tokens += 1;
                    for clause in self.clauses.push(&piece) {
                        self.take(&clause);
                    }
                }
                Ok(Written::End(end)) => self.end(end),
                Err(RecvTimeoutError::Disconnected) => {
                    self.read_out("the language model's thread ended");
                }
                Err(RecvTimeoutError::Timeout) if self.until <= now() => {
                    self.read_out("the language model is too slow");
                }
                Err(RecvTimeoutError::Timeout) => return Next::Waits,
            }
        }
    }

    fn say(&mut self, clause: String) -> Next {
        if self.said.is_empty() {
            self.answered.first_tokens = self.tokens;
            self.answered.first_ms =
                u32::try_from(self.began.elapsed().as_millis()).unwrap_or(u32::MAX);
        } else {
            self.said.push(' ');
        }
        self.said.push_str(&clause);
        self.until = now() + self.timeout;
        Next::Clause {
            clause,
            so_far: self.said.clone(),
        }
    }

    /// Weighs a clause that the model wrote.
    fn take(&mut self, clause: &Clause) {
        if self.pieces.is_none() {
            return;
        }
        let text = format!("{} {}", self.held, clause.text).trim().to_owned();
        if self.worded().is_empty() && is_refusal(&text) {
            const WHY: &str = "the language model finds no answer in the passages";
            // It is small, and what is so near is not to be missed by it.
            if self.sure {
                return self.read_out(WHY);
            }
            self.refused = true;
            WHY.clone_into(&mut self.answered.why);
            self.give_up();
            return;
        }
        if !clause.ends && !self.grounds.may_be_cut(&text) {
            self.held = text;
            return;
        }
        self.held.clear();
        // A number or a name may be joined to what was said before it.
        let sentence = format!("{} {text}", self.sentence).trim().to_owned();
        match self.grounds.check(&sentence) {
            Ok(()) => {
                self.sentence = if clause.ends { String::new() } else { sentence };
                self.answered.by = Worded::Model;
                self.ready.push_back(text);
            }
            Err(why) => {
                self.answered.unsaid.clone_from(&text);
                self.read_out(&format!(
                    "the model's words do not stand in the text: {why:?}"
                ));
            }
        }
    }

    /// All that the model worded so far and that may be said.
    fn worded(&self) -> String {
        let ready = self.ready.iter().map(String::as_str);
        [self.said.as_str()].into_iter().chain(ready).collect()
    }

    fn end(&mut self, end: Result<Answer, LlmError>) {
        match end {
            Ok(answer) => {
                self.answered.llm = LlmCost {
                    prompt_tokens: answer.prompt_tokens,
                    decoded_tokens: answer.decoded_tokens,
                    questions: 1,
                };
                let rest = self.clauses.end();
                // One that is cut off in the middle of a sentence says half of something.
                let cut_off = ANSWER_TOKENS <= answer.decoded_tokens && !answer.ended;
                if let Some(rest) = rest.filter(|_| !cut_off) {
                    self.take(&rest);
                }
                if self.worded().is_empty() && !self.refused {
                    self.read_out("the language model said nothing that could be used");
                }
                self.give_up();
            }
            Err(error) => self.read_out(&error.to_string()),
        }
    }

    /// Goes on with the best sentence of the text.
    pub(super) fn read_out(&mut self, why: &str) {
        tracing::info!(why, "a sentence of the text is read out");
        why.clone_into(&mut self.answered.why);
        let begun = !self.worded().is_empty();
        self.answered.by = match (begun, &self.best) {
            (true, Some(_)) => Worded::Both,
            (true, None) => Worded::Model,
            (false, Some(_)) => Worded::Text,
            (false, None) => Worded::Nobody,
        };
        self.ready.extend(self.best.clone());
        self.give_up();
    }

    /// Waits for the model no longer: somebody else needs the engine.
    pub(in crate::runtime) fn interrupt(&mut self) {
        if self.worded().is_empty() {
            self.read_out("somebody else is waited for");
        } else {
            self.give_up();
        }
    }

    /// Nothing more of the model is wanted.
    fn give_up(&mut self) {
        self.wanted.store(false, Ordering::Release);
        self.pieces = None;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person waits for the language model by a real clock"
)]
fn now() -> Instant {
    Instant::now()
}
