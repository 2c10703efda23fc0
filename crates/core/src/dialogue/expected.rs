//! The table of what may be said in each state of a conversation. The
//! recogniser's grammars are compiled from it, and `mynah ask --explain` names
//! the row that a sentence is in. A test makes sentences that the matcher
//! accepts in a state, and finds each of them in its table.
//!
//! | state | may be said |
//! |---|---|
//! | always | commands, with or without a time; what steers the box |
//! | right after a command | also what leans on it |
//! | after a question | first its answers, and corrections of what is asked about |
//! | while something rings | first what answers a ring |
//! | while the box speaks | "stop" |

mod short;

use super::choosing::{parts_of_names, places, runs_of};
use super::leaning::{self, Lead, referring};
use super::when::times;
use super::{Awaits, CompletedIntent, Pending};
use crate::grammar::{Grammar, Group, canonical};
use crate::intent::account::may_be_scheduled;
use crate::language::spoken;
use crate::model::{ActionSpec, BuiltinAction as Action, IntentSpec, Settings, SlotKind, SlotSpec};
use crate::phrase::{Phrase, Token, variants};
use crate::turn::Intent;
use short::{all_of_them, minutes_of_an_hour, more_values, number, other_times};

/// Sentences of one phrase that are looked at for a hint.
const MOST_VARIANTS: usize = 100;

/// What somebody does by a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Gives a command of the file or a built-in one.
    Command,
    /// Says when, before or behind a command.
    Time,
    /// Silences the voice.
    Stop,
    /// Ends a command that is not complete.
    NeverMind,
    /// Takes the last command back.
    Undo,
    /// Asks what the box said.
    Repeat,
    /// Asks what the box heard.
    Heard,
    /// Answers a ring.
    Ring,
    /// Agrees.
    Yes,
    /// Disagrees.
    No,
    /// Gives the value that was asked for.
    Value,
    /// Chooses between what was offered.
    Choice,
    /// Replaces a value of what was done or asked about.
    Correction,
    /// Continues what was done just before.
    Continuation,
}

impl Row {
    /// Its name in `mynah ask --explain`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Time => "time",
            Self::Stop => "stop",
            Self::NeverMind => "never mind",
            Self::Undo => "undo",
            Self::Repeat => "repeat",
            Self::Heard => "what was heard",
            Self::Ring => "ring",
            Self::Yes => "yes",
            Self::No => "no",
            Self::Value => "value",
            Self::Choice => "choice",
            Self::Correction => "correction",
            Self::Continuation => "continuation",
        }
    }
}

/// Sentences of one row.
#[derive(Clone, Debug)]
struct RowSentences {
    row: Row,
    phrases: Vec<Phrase>,
    slots: Vec<SlotSpec>,
    lead: Option<Phrase>,
    trail: Option<Phrase>,
    /// As [`Group::parts`].
    parts: bool,
    /// Whether a time may be said before or behind.
    timed: bool,
}

impl RowSentences {
    const fn new(row: Row, phrases: Vec<Phrase>) -> Self {
        Self {
            row,
            phrases,
            slots: Vec::new(),
            lead: None,
            trail: None,
            parts: false,
            timed: false,
        }
    }

    fn with(self, slots: &[SlotSpec]) -> Self {
        Self {
            slots: slots.to_vec(),
            ..self
        }
    }

    fn after(self, lead: Phrase) -> Self {
        Self {
            lead: Some(lead),
            ..self
        }
    }

    fn group(&self) -> Group<'_> {
        Group {
            lead: self.lead.as_ref(),
            trail: self.trail.as_ref(),
            parts: self.parts,
            framed: self.timed,
            ..Group::of(&self.phrases, &self.slots)
        }
    }
}

/// What may be said in one state.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    lines: Vec<RowSentences>,
    /// As [`Grammar::hints`].
    hints: Vec<String>,
}

impl Expected {
    /// At any time: commands, and what steers the box.
    #[must_use]
    pub fn always(settings: &Settings) -> Self {
        let commands = settings.intents.iter().map(|intent| RowSentences {
            timed: may_be_scheduled(intent),
            ..RowSentences::new(Row::Command, intent.phrases.clone()).with(&intent.slots)
        });
        Self::of(commands.chain(control()))
    }

    /// Right after `done`, beside what may be said at any time. `None` where
    /// nothing was done.
    #[must_use]
    pub fn right_after(settings: &Settings, done: &[CompletedIntent]) -> Option<Self> {
        let mut lines = Vec::new();
        for deed in done {
            let spec = settings.intent(&deed.intent.name)?;
            if done.len() == 1 {
                let lead = Phrase::sequence(vec![
                    leaning::lead(Lead::Corrects),
                    Phrase::optional(leaning::lead(Lead::Corrects)),
                ]);
                lines.extend(instead(spec, &lead));
                if deed.intent.when.is_some() {
                    lines.extend(other_times().map(|line| line.after(lead.clone())));
                }
            }
            let part = |lead: Phrase| RowSentences {
                timed: may_be_scheduled(spec),
                parts: true,
                ..RowSentences::new(Row::Continuation, spec.phrases.clone())
                    .with(&spec.slots)
                    .after(Phrase::sequence(vec![lead, leaning::placing()]))
            };
            lines.push(RowSentences {
                trail: Some(Phrase::optional(leaning::trail())),
                ..part(leaning::lead(Lead::Continues))
            });
            lines.push(RowSentences {
                trail: Some(leaning::trail()),
                ..part(Phrase::sequence(Vec::new()))
            });
            lines.extend(referring_to(settings, &deed.intent));
        }
        (!lines.is_empty()).then(|| Self {
            hints: steering(),
            ..Self::of(lines)
        })
    }

    /// The answers to a question, and corrections of what it asks about.
    /// `None` where any words may be an answer.
    pub(super) fn answers(settings: &Settings, pending: &Pending) -> Option<Self> {
        let answers = spoken().answers();
        let mut lines = vec![
            RowSentences::new(Row::NeverMind, said(answers.cancel)),
            RowSentences::new(Row::No, agreement(answers.no, &[])),
        ];
        match &pending.awaits {
            Awaits::Doubt => {
                lines.push(yes());
                if let [order] = pending.orders.as_slice() {
                    lines.extend(instead(
                        settings.intent(&order.intent.name)?,
                        &maybe_corrected(),
                    ));
                }
            }
            Awaits::Confirmation(order) => {
                lines.push(yes());
                let order = pending.orders.get(*order)?;
                lines.extend(instead(
                    settings.intent(&order.intent.name)?,
                    &maybe_corrected(),
                ));
            }
            Awaits::Slot(order, name) => {
                let order = pending.orders.get(*order)?;
                let spec = settings.intent(&order.intent.name)?;
                let slot = spec.slot(name)?;
                if slot.kind == SlotKind::Text {
                    return None;
                }
                let value = Phrase::sequence(vec![leaning::placing(), Phrase::Slot(name.clone())]);
                let value = RowSentences::new(Row::Value, vec![value]);
                lines.push(value.with(std::slice::from_ref(slot)));
                lines.push(one_of_them(Row::Value, parts_of_names(slot)));
                lines.extend(more_values(slot));
                lines.extend(instead(spec, &maybe_corrected()));
            }
            Awaits::Choice(choices) => {
                let names: Vec<&String> = choices.iter().map(|(label, _)| label).collect();
                let labels: Vec<Vec<String>> =
                    choices.iter().map(|(label, _)| canonical(label)).collect();
                // Who repeats the end of the question says more than one label.
                let mut choices = runs_of(&[labels.concat()]);
                choices.extend(places(labels.len()));
                lines.push(one_of_them(Row::Choice, choices));
                lines.push(all_of_them(Row::Choice, &names));
            }
        }
        lines.retain(|line| !line.phrases.is_empty());
        Some(Self::of(lines))
    }

    /// What stops a ring or puts it off, in few words. Who says more, as "cancel the
    /// seven o'clock alarm", gives a command.
    #[must_use]
    pub fn ring(settings: &Settings) -> Self {
        let answers = |spec: &&IntentSpec| {
            let stop = ActionSpec::Builtin(Action::RingStop);
            let snooze = ActionSpec::Builtin(Action::RingSnooze);
            spec.action.as_ref() == Some(&stop) || spec.action.as_ref() == Some(&snooze)
        };
        let intents: Vec<&IntentSpec> = settings.intents.iter().filter(answers).collect();
        let lines = intents.iter();
        let lines =
            lines.map(|spec| RowSentences::new(Row::Ring, spec.phrases.clone()).with(&spec.slots));
        let stop = RowSentences::new(Row::Stop, said(spoken().answers().cancel));
        let phrases = intents.iter().flat_map(|spec| &spec.phrases);
        Self {
            hints: phrases.flat_map(single_words).collect(),
            ..Self::of(lines.chain([stop]))
        }
    }

    /// What silences the voice.
    #[must_use]
    pub fn over_the_voice() -> Self {
        Self::of([RowSentences::new(Row::Stop, said(spoken().control().stop))])
    }

    /// Plain sentences, a group for each row.
    pub(super) fn of_sentences(rows: &[(Row, Vec<&str>)]) -> Self {
        Self::of(
            rows.iter()
                .map(|(row, say)| RowSentences::new(*row, said(say))),
        )
    }

    fn of(lines: impl IntoIterator<Item = RowSentences>) -> Self {
        Self {
            lines: lines.into_iter().collect(),
            hints: Vec::new(),
        }
    }

    /// The recogniser's grammar of it.
    #[must_use]
    pub fn grammar(&self) -> Grammar {
        let (phrases, slots) = times();
        let times = Group::of(&phrases, &slots);
        let any_timed = self.lines.iter().any(|line| line.timed);
        let groups = self.lines.iter().map(RowSentences::group);
        Grammar {
            hints: self.hints.clone(),
            ..Grammar::of(groups, any_timed.then_some(times))
        }
    }

    /// The rows that `text` is in.
    #[must_use]
    pub fn rows(&self, text: &str) -> Vec<Row> {
        let row = |group: u32| {
            let line = self.lines.get(group as usize);
            line.map_or(Row::Time, |line| line.row)
        };
        let groups = self.grammar().groups_of(text).into_iter();
        let mut rows: Vec<Row> = groups.map(row).collect();
        rows.dedup();
        rows
    }
}

/// What takes a command back, in two words each.
fn steering() -> Vec<String> {
    let control = spoken().control();
    let forms = [control.undo, control.cancel_last].concat();
    let short = forms.iter().filter(|form| form.split(' ').count() == 2);
    short.map(|form| (*form).to_owned()).collect()
}

/// The sentences of a phrase that are one word.
fn single_words(phrase: &Phrase) -> Vec<String> {
    let sentences = variants(phrase, MOST_VARIANTS).sentences.into_iter();
    let words = sentences.filter_map(|sentence| match sentence.as_slice() {
        [Token::Word(word)] => Some((*word).to_owned()),
        _ => None,
    });
    words.collect()
}

/// What steers the box itself.
fn control() -> [RowSentences; 5] {
    let (control, answers) = (spoken().control(), spoken().answers());
    let line = |row, forms: &[&str], around: &[&str]| {
        RowSentences {
            trail: Some(Phrase::optional(any_of(around))),
            ..RowSentences::new(row, said(forms))
        }
        .after(Phrase::optional(any_of(around)))
    };
    let undo = [control.undo, control.cancel_last, control.wrong].concat();
    [
        line(Row::Stop, control.stop, control.around_stop),
        line(Row::NeverMind, answers.cancel, answers.around_cancel),
        RowSentences::new(Row::Undo, said(&undo))
            .after(Phrase::optional(leaning::lead(Lead::Corrects))),
        line(Row::Repeat, control.repeat, control.around_repeat),
        line(Row::Heard, control.heard, control.around_repeat),
    ]
}

/// A value of an intent in the place of the one that it had, behind `lead`: as
/// a part of a phrase, or as a number of the unit that was said before.
fn instead(spec: &IntentSpec, lead: &Phrase) -> Vec<RowSentences> {
    let lead = Phrase::sequence(vec![lead.clone(), leaning::placing()]);
    let mut lines = vec![RowSentences {
        parts: true,
        trail: Some(Phrase::optional(leaning::trail())),
        ..RowSentences::new(Row::Correction, spec.phrases.clone())
            .with(&spec.slots)
            .after(lead.clone())
    }];
    if spec
        .slots
        .iter()
        .any(|slot| slot.kind == SlotKind::Duration)
    {
        lines.push(number(Row::Correction).after(lead.clone()));
    }
    if spec.slots.iter().any(|slot| slot.kind == SlotKind::Time) {
        lines.push(minutes_of_an_hour().after(lead));
    }
    lines
}

/// Sentences of the file with a pronoun in the place of what `before` named.
fn referring_to(settings: &Settings, before: &Intent) -> Vec<RowSentences> {
    let found = referring(settings, before);
    found
        .into_iter()
        .map(|(spec, sentences)| {
            let phrases = sentences.into_iter();
            RowSentences {
                timed: may_be_scheduled(spec),
                trail: Some(Phrase::optional(leaning::trail())),
                ..RowSentences::new(Row::Continuation, phrases.collect())
                    .with(&spec.slots)
                    .after(Phrase::optional(leaning::lead(Lead::Continues)))
            }
        })
        .collect()
}

fn maybe_corrected() -> Phrase {
    let lead = || Phrase::optional(leaning::lead(Lead::Corrects));
    Phrase::sequence(vec![lead(), lead()])
}

/// "Yes", "yes please", "okay, do it".
fn yes() -> RowSentences {
    let answers = spoken().answers();
    RowSentences::new(Row::Yes, agreement(answers.yes, answers.yes_phrases))
}

/// One of `words` or `phrases`, or two of them.
fn agreement(words: &[&str], phrases: &[&str]) -> Vec<Phrase> {
    let any = || any_of(&[words, phrases].concat());
    vec![Phrase::sequence(vec![any(), Phrase::optional(any())])]
}

/// "The desk one".
fn one_of_them(row: Row, names: Vec<Phrase>) -> RowSentences {
    let around = || Phrase::optional(any_of(spoken().answers().around_part));
    RowSentences {
        trail: Some(around()),
        ..RowSentences::new(row, names)
    }
    .after(Phrase::sequence(vec![around(), around()]))
}

pub(super) fn any_of(texts: &[&str]) -> Phrase {
    Phrase::choice(said(texts))
}

pub(super) fn said(texts: &[&str]) -> Vec<Phrase> {
    texts.iter().map(|text| Phrase::of_words(text)).collect()
}
