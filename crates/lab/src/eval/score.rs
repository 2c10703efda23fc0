//! What came of each item, counted.

mod answers;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::set::{Case, Meant, NONE};
use answers::answer_fate;
use mynah_appliance::runtime::engine::TurnAnswer;
use mynah_appliance::runtime::events::slots_json;
use mynah_appliance::runtime::recorded::typed;
use mynah_core::turn::{Answered, Failure, LlmCost, Route, Transcript};

/// What came of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// What was said would have been done; or nothing, where nothing may.
    Right,
    /// Something else would have been done.
    Wrong,
    /// A question was asked, and what is understood so far is not right.
    Asked,
    /// Nothing would have been done.
    Refused,
    /// The item could not be read, or was never judged because a part of Mynah
    /// was away or broke.
    Unreadable,
}

impl Fate {
    /// As the JSON says it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
        }
    }
}

/// An item and its fate.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub id: String,
    pub want: (String, Map<String, Value>),
    pub got: Vec<Meant>,
    pub heard: Transcript,
    pub reply: String,
    pub fate: Fate,
    pub route: Route,
    pub confidence: f32,
    pub llm: LlmCost,
    pub stt_ms: Option<u32>,
    pub intent_ms: u32,
    /// Of a question to a text, what it came to.
    pub answer: Option<Box<Answered>>,
}

impl Item {
    /// Judges an answer.
    pub(super) fn new(
        case: &Case,
        heard: Transcript,
        answer: TurnAnswer,
        stt_ms: Option<u32>,
    ) -> Self {
        let answered = case.answer.as_ref();
        let answered = answered.map(|wanted| answer_fate(wanted, &answer));
        let understanding = answer.understanding;
        // What was tried and could not be done ("there is no timer") is not done.
        let tried = !answer.outcomes.is_empty() && answer.outcomes.iter().all(|done| !done.ok);
        let intents = understanding.intents.iter();
        let got: Vec<_> = intents
            .filter(|_| case.outcomes.is_empty() || !tried)
            .map(|intent| Meant {
                intent: intent.name.clone(),
                slots: slots_json(intent),
                when: intent.when.map(|when| when.to_json()),
            })
            .collect();
        Self {
            id: case.id.clone(),
            want: match (&case.answer, got.first()) {
                (Some(_), Some(meant)) => (meant.intent.clone(), Map::new()),
                _ => (case.intent.clone(), case.slots.clone()),
            },
            fate: match answered {
                _ if answer.failure.is_some_and(Failure::is_fault) => Fate::Unreadable,
                Some(fate) => fate,
                None => fate(case, &got, answer.question),
            },
            answer: answer.outcomes.into_iter().find_map(|done| done.answer),
            got,
            heard,
            reply: answer.reply,
            route: understanding.route,
            confidence: understanding.confidence,
            llm: understanding.llm,
            stt_ms,
            intent_ms: answer.intent_ms,
        }
    }

    /// An item that gives no answer; `error` says why.
    pub(super) fn unreadable(case: &Case, error: String) -> Self {
        Self {
            fate: Fate::Unreadable,
            reply: error,
            ..Self::new(case, typed(""), TurnAnswer::default(), None)
        }
    }

    /// Whether the one intent that was understood is the labelled one.
    fn intent_right(&self) -> bool {
        match self.got.as_slice() {
            [] => self.want.0 == NONE,
            [meant] => meant.intent == self.want.0,
            _ => false,
        }
    }
}

/// A question that completes a command, like a confirmation, is judged by
/// what it is about: with the labelled slots understood the command is right.
///
/// Where the label lists outcomes, every slot and time counts, and to ask is
/// as good as to refuse where nothing may be done.
fn fate(case: &Case, got: &[Meant], question: bool) -> Fate {
    let nothing = case.outcomes.iter().any(Vec::is_empty);
    if nothing && (got.is_empty() || question) {
        return Fate::Right;
    }
    let right = match got {
        _ if !case.outcomes.is_empty() => case.outcomes.iter().any(|want| outcome_is(want, got)),
        [] => case.intent == NONE,
        [meant] => {
            let slots = slots_right(&case.slots, &meant.slots).all(|ok| ok);
            meant.intent == case.intent && slots && meant.when.is_none()
        }
        _ => false,
    };
    match (right, got.is_empty(), question) {
        (true, _, false) | (true, false, true) => Fate::Right,
        (_, _, true) => Fate::Asked,
        (false, true, false) => Fate::Refused,
        (false, false, false) => Fate::Wrong,
    }
}

/// Whether exactly these intents came out. In a label `"*"` is any value and
/// `"+1"` tomorrow, `"+2"` the day after; a date that is not labelled may be there.
fn outcome_is(want: &[Meant], got: &[Meant]) -> bool {
    let pairs = || want.iter().zip(got);
    let is = |(want, got): (&Meant, &Meant)| {
        let labelled = |name: &String| want.slots.contains_key(name) || name == "date";
        let values = want.slots.iter().all(|(name, value)| {
            let got = got.slots.get(name);
            got.is_some_and(|got| is_any(value) || same(&of_today(value), got))
        });
        want.intent == got.intent
            && values
            && got.slots.keys().all(labelled)
            && time_is(want.when.as_ref(), got.when.as_ref())
    };
    want.len() == got.len() && pairs().all(is)
}

/// Whether a command is for the labelled time; `"*"` is any.
fn time_is(want: Option<&Value>, got: Option<&Value>) -> bool {
    match (want, got) {
        (Some(Value::Object(want)), Some(Value::Object(got))) => {
            let is = |(name, value): (&String, &Value)| {
                let got = got.get(name);
                got.is_some_and(|got| is_any(value) || of_today(value) == *got)
            };
            want.len() == got.len() && want.iter().all(is)
        }
        (Some(want), Some(_)) => is_any(want),
        (want, got) => want.is_none() && got.is_none(),
    }
}

fn is_any(label: &Value) -> bool {
    label.as_str() == Some("*")
}

/// A label with `"+N"` in it as the date in so many days.
fn of_today(label: &Value) -> Value {
    let ahead = |day: &str| day.strip_prefix('+')?.parse::<u8>().ok();
    match label {
        Value::String(day) if ahead(day).is_some() => {
            let days = jiff::Span::new().days(ahead(day).unwrap_or_default());
            let date = jiff::Zoned::now().date().checked_add(days);
            date.map_or(Value::Null, |date| date.to_string().into())
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), of_today(value)))
            .collect(),
        other => other.clone(),
    }
}

/// For each labelled slot, whether it has its value.
fn slots_right<'a>(
    want: &'a Map<String, Value>,
    got: &'a Map<String, Value>,
) -> impl Iterator<Item = bool> + 'a {
    want.iter()
        .map(|(name, value)| got.get(name).is_some_and(|got| same(value, got)))
}

/// Labels are written by people: capitals and number types do not count.
fn same(want: &Value, got: &Value) -> bool {
    match (want, got) {
        (Value::Number(want), Value::Number(got)) => want.as_f64() == got.as_f64(),
        _ => plain(want) == plain(got),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_lowercase)
}

/// A set's figures.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub items: Vec<Item>,
    pub right: usize,
    pub wrong: usize,
    pub asked: usize,
    pub refused: usize,
    pub unreadable: usize,
    pub intents_right: usize,
    pub slots: usize,
    pub slots_right: usize,
    /// Processor time of it all.
    pub cpu_s: f64,
}

impl Tally {
    /// Adds an item.
    pub(super) fn count(&mut self, item: Item) {
        match item.fate {
            Fate::Right => self.right += 1,
            Fate::Wrong => self.wrong += 1,
            Fate::Asked => self.asked += 1,
            Fate::Refused => self.refused += 1,
            Fate::Unreadable => self.unreadable += 1,
        }
        self.intents_right += usize::from(item.intent_right());
        let empty = Map::new();
        let got = match item.got.as_slice() {
            [meant] if meant.intent == item.want.0 => &meant.slots,
            _ => &empty,
        };
        for right in slots_right(&item.want.1, got) {
            self.slots += 1;
            self.slots_right += usize::from(right);
        }
        self.items.push(item);
    }

    /// Items that went to the language model.
    pub(super) fn asked_llm(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.llm.decoded_tokens > 0)
    }

    /// How often a wanted intent became another; the most frequent first.
    pub(super) fn confusions(&self) -> Vec<(String, String, usize)> {
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        let confused = self
            .items
            .iter()
            .filter(|item| item.fate != Fate::Unreadable && !item.intent_right());
        for item in confused {
            let got: Vec<&str> = item.got.iter().map(|meant| meant.intent.as_str()).collect();
            let got = if got.is_empty() {
                NONE.to_owned()
            } else {
                got.join(" + ")
            };
            *counts.entry((item.want.0.clone(), got)).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().map(|((w, g), n)| (w, g, n)).collect();
        counts.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
        counts
    }
}

/// Wilson's interval for `k` of `n` at 95 %: honest where `k` is 0 or `n`.
/// (E. B. Wilson, 1927.)
#[expect(clippy::cast_precision_loss, reason = "counts of a set's items")]
pub(super) fn interval(k: usize, n: usize) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if n == 0 {
        return (0.0, 1.0);
    }
    let (k, n) = (k as f64, n as f64);
    let p = k / n;
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    ((middle - spread) / whole, (middle + spread) / whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::set::Input;
    use super::*;

    #[test]
    fn a_fate_is_what_would_have_been_done() {
        let check = |want: (&str, Value), got: &[(&str, Value)], question, expected: &str| {
            let object = |value: &Value| value.as_object().cloned().expect("an object");
            let case = Case {
                id: String::new(),
                input: Input::Text(String::new()),
                intent: want.0.into(),
                slots: object(&want.1),
                outcomes: Vec::new(),
                answer: None,
            };
            let got: Vec<_> = got
                .iter()
                .map(|(n, s)| Meant {
                    intent: (*n).to_owned(),
                    slots: object(s),
                    when: None,
                })
                .collect();
            let fate = fate(&case, &got, question);
            assert_eq!(fate.name(), expected, "{case:?} {got:?}");
        };
        let lamp = || ("lamp", json!({"room": "Hall", "level": 4}));
        check(
            lamp(),
            &[("lamp", json!({"room": "hall", "level": 4.0}))],
            false,
            "right",
        );
        check(
            lamp(),
            &[("lamp", json!({"room": "hall", "level": 4, "x": 1}))],
            false,
            "right",
        );
        check(lamp(), &[("lamp", json!({"room": "hall"}))], false, "wrong");
        check(lamp(), &[("lamp", json!({"room": "hall"}))], true, "asked");
        check(
            lamp(),
            &[("lamp", json!({"room": "hall", "level": 4}))],
            true,
            "right",
        );
        check(
            lamp(),
            &[("door", json!({"room": "hall", "level": 4}))],
            false,
            "wrong",
        );
        check(lamp(), &[], false, "refused");
        check(lamp(), &[], true, "asked");
        let two = [
            ("lamp", json!({"room": "hall", "level": 4})),
            ("door", json!({})),
        ];
        check(lamp(), &two, false, "wrong");
        let none = || ("none", json!({}));
        check(none(), &[], false, "right");
        check(none(), &[], true, "asked");
        check(none(), &[("door", json!({}))], true, "asked");
        check(none(), &[("door", json!({}))], false, "wrong");
    }

    #[test]
    fn an_interval_holds_the_share() {
        let check = |k, n, low: f64, high: f64| {
            let got = interval(k, n);
            assert!(
                (got.0 - low).abs() < 5e-4 && (got.1 - high).abs() < 5e-4,
                "{k} of {n}: {got:?}"
            );
        };
        // From Wilson's formula by hand.
        check(0, 10, 0.0, 0.2775);
        check(10, 10, 0.7225, 1.0);
        check(50, 100, 0.4038, 0.5962);
        check(0, 0, 0.0, 1.0);
    }
}
