//! What leans on the command before: "and in the kitchen?", "turn it off
//! again", "no, the bedroom". All of the words must be explained, so that
//! talk in the room is never taken for it.

use super::fragment::{Fragments, is_complete, words};
use super::memory::CompletedIntent;
use super::{Dialogue, MAX_CHOICES};
use crate::language::{Question, Sign, plain_words, spoken};
use crate::model::{IntentSpec, SlotKind, SlotSpec};
use crate::turn::{Intent, Route, Slot, SlotValue, Understanding};

/// What a fragment comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Recalled {
    /// This is meant.
    Meant(Understanding),
    /// The command before was wrong; these words may be the right one.
    Anew(String),
}

/// What the words around a fragment say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// The command before was wrong.
    pub(super) corrects: bool,
    /// More of the same is wanted, said in so many words.
    continues: bool,
    /// As [`Manner::continues`], by a small word that begins any sentence.
    adds: bool,
}

impl Dialogue<'_> {
    /// What words that no phrase fits mean after `last`, the command that was
    /// carried out just now. `None` if anything in them is left unexplained.
    #[must_use]
    pub fn recall(&self, heard: &str, last: &[CompletedIntent]) -> Option<Recalled> {
        if last.is_empty() {
            return None;
        }
        let said = words(heard);
        let (manner, inner) = around(&said);
        if manner.corrects {
            let [deed] = last else { return None };
            return match self.corrected(&deed.intent, inner) {
                found if !found.is_empty() => {
                    let undo = self.undoing(deed);
                    Some(Recalled::Meant(meant(found, undo)?))
                }
                _ if inner.is_empty() => None,
                // "Make it blue" names another thing about the same one.
                _ => match meant(self.fragments(&said).refers(&deed.intent), None) {
                    Some(other) => Some(Recalled::Meant(other)),
                    None => Some(Recalled::Anew(inner.join(" "))),
                },
            };
        }
        let mut found: Vec<Intent> = Vec::new();
        let mut add = |more: Vec<Intent>| {
            for intent in more {
                if !found.contains(&intent) {
                    found.push(intent);
                }
            }
        };
        for deed in last {
            let before = &deed.intent;
            // "Start it again" may be a phrase in full.
            let whole = self.fragments(&said).refers(before);
            if !whole.is_empty() {
                add(whole);
                continue;
            }
            if manner.continues || manner.adds {
                let more = self.continued(before, inner, manner.continues);
                let other = more.is_empty().then(|| self.other_one(before, inner));
                add(other.unwrap_or(more));
            }
            add(self.fragments(inner).refers(before));
        }
        Some(Recalled::Meant(meant(found, None)?))
    }

    /// A number alone, as the new value of what was set just now: "fifty".
    #[must_use]
    pub fn number_instead(&self, heard: &str, last: &[CompletedIntent]) -> Option<Understanding> {
        let [deed] = last else { return None };
        let said = words(heard);
        let (manner, inner) = around(&said);
        if manner != Manner::default() {
            return None;
        }
        let before = &deed.intent;
        let mut found = self.continued(before, inner, true);
        found.retain(|intent| {
            let mut slots = intent.slots.iter();
            slots.all(|slot| {
                before.slot(&slot.name) == Some(slot)
                    || matches!(slot.value, SlotValue::Number(_))
                        && before.slot(&slot.name).is_some()
            })
        });
        if found.iter().all(|intent| intent == before) {
            return None;
        }
        meant(found, self.undoing(deed))
    }

    /// What takes a command back that was corrected, if it can be.
    #[must_use]
    pub fn undoing(&self, deed: &CompletedIntent) -> Option<Vec<Intent>> {
        deed.undoing(self.settings)
    }

    /// "The lamp", where there are two: which could be meant.
    #[must_use]
    pub fn halves(&self, heard: &str) -> Option<Understanding> {
        let said = words(heard);
        let (manner, inner) = around(&said);
        if manner.corrects || manner.continues {
            return None;
        }
        let found = self.fragments(inner).halves();
        let first = found.first()?;
        let spec = self.spec(first)?;
        let same = found.iter().all(|intent| intent.name == first.name);
        if !same || MAX_CHOICES < found.len() {
            return None;
        }
        let mut meant = meant(found.clone(), None)?;
        if let [only] = found.as_slice() {
            let value = only.slots.iter().find(|slot| {
                let spec = spec.slot(&slot.name);
                spec.is_some_and(|spec| !literally(spec, slot, inner))
            })?;
            meant.doubt = Some(Question::MeantThing(&value.spoken).said());
        }
        Some(meant)
    }

    /// The same intent with the values that `heard` gives in the place of its
    /// own, if it says so: "no, the front door".
    pub(super) fn corrects(&self, intent: &Intent, heard: &str) -> Option<Intent> {
        let said = words(heard);
        let (manner, inner) = around(&said);
        if manner.continues || manner.adds || !manner.corrects && inner.len() != said.len() {
            return None;
        }
        let found = self.corrected(intent, inner);
        let [only] = found.as_slice() else {
            return None;
        };
        Some(only.clone())
    }

    /// `inner` as "the bedroom", "not the kitchen, the bedroom" or "the
    /// bedroom, not the kitchen".
    fn corrected(&self, before: &Intent, inner: &[String]) -> Vec<Intent> {
        let Some(wanted) = self.without_denied(before, inner) else {
            return Vec::new();
        };
        let mut found = self.continued(before, wanted, true);
        if found.is_empty() {
            // "Make it fifteen" counts in what the value was said in.
            found = self.fragments(wanted).instead_of(before);
        }
        if found.is_empty() {
            found = self.other_one(before, wanted);
        }
        found.retain(|intent| intent != before);
        // A value in the place of another one comes before one more value.
        let replaces = |intent: &&Intent| {
            let mut slots = intent.slots.iter();
            slots.all(|slot| before.slot(&slot.name).is_some())
        };
        if found.iter().any(|intent| replaces(&intent)) {
            found.retain(|intent| replaces(&intent));
        }
        found
    }

    /// The words but for "not VALUE", which must be one of `before`. `None`
    /// where something else is denied.
    fn without_denied<'w>(&self, before: &Intent, inner: &'w [String]) -> Option<&'w [String]> {
        let table = spoken().fragments();
        let Some(at) = inner.iter().position(|word| *word == table.denies) else {
            return Some(inner);
        };
        let (wanted, denied) = (&inner[..at], placeless(&inner[at + 1..]));
        let spec = self.spec(before)?;
        let had = |to: usize| {
            let fragments = self.fragments(&denied[..to]);
            spec.slots.iter().any(|slot| {
                let said = fragments.value(slot, 0, to);
                said.is_some_and(|said| before.slot(&slot.name) == Some(&said))
            })
        };
        let to = (1..=denied.len()).rev().find(|to| had(*to))?;
        let mut rest = &denied[to..];
        // The noun that the phrase puts after the value is said twice: "not
        // the front door, the back door".
        if let [noun, others @ ..] = rest
            && (others.last() == Some(noun) || wanted.last() == Some(noun))
        {
            rest = others;
        }
        let rest = match rest {
            [first, rest @ ..] if *first == table.instead => rest,
            _ => rest,
        };
        match (wanted.is_empty(), rest.is_empty()) {
            (true, false) => Some(around(rest).1),
            (false, true) => Some(wanted),
            _ => None,
        }
    }

    fn continued(&self, before: &Intent, inner: &[String], plainly: bool) -> Vec<Intent> {
        let fragments = |inner| {
            let fragments = Fragments::new(self.settings, self.now, inner);
            if plainly {
                fragments.in_place_of(before)
            } else {
                fragments
            }
        };
        let whole = fragments(inner).continues(before);
        let (found, placed) = if whole.is_empty() {
            let bare = placeless(inner);
            (fragments(bare).continues(before), bare.len() < inner.len())
        } else {
            (whole, 1 < inner.len())
        };
        // "And five" may begin any sentence; "and in the kitchen" may not.
        let named = |intent: &Intent| {
            let spec = self.spec(before);
            intent.slots.iter().any(|slot| {
                let changed = before.slot(&slot.name) != Some(slot);
                let spec = spec.and_then(|spec| spec.slot(&slot.name));
                changed && spec.is_some_and(|spec| matches!(spec.kind, SlotKind::Values(_)))
            })
        };
        let mut found = found;
        if found.is_empty() && plainly {
            // "And one for twenty" counts in what the value was said in.
            found = fragments(placeless(inner)).instead_of(before);
        }
        found.retain(|intent| {
            let spec = self.spec(intent);
            (plainly || placed || named(intent))
                && spec.is_some_and(|spec: &IntentSpec| {
                    is_complete(spec, intent) || !is_complete(spec, before)
                })
        });
        found
    }

    pub(super) fn fragments<'s>(&'s self, said: &'s [String]) -> Fragments<'s> {
        Fragments::new(self.settings, self.now, said)
    }
}

/// Whether the value was said in so many words.
fn literally(spec: &SlotSpec, slot: &Slot, said: &[String]) -> bool {
    let SlotKind::Values(choices) = &spec.kind else {
        return true;
    };
    let value = slot.value.to_string();
    let choice = choices.iter().find(|choice| choice.value == value);
    choice.is_some_and(|choice| {
        choice.say.iter().any(|say| {
            let say = words(say);
            said.windows(say.len().max(1)).any(|run| run == say)
        })
    })
}

/// The one reading, or several that are put to the person.
fn meant(mut found: Vec<Intent>, undo: Option<Vec<Intent>>) -> Option<Understanding> {
    if found.is_empty() {
        return None;
    }
    let rivals = found.split_off(1);
    found.extend(undo.into_iter().flatten());
    Some(Understanding {
        intents: found,
        rivals,
        route: Route::Phrase,
        confidence: 1.0,
        ..Understanding::default()
    })
}

/// What stands around a fragment, and the fragment.
pub(super) fn around(said: &[String]) -> (Manner, &[String]) {
    let table = spoken().fragments();
    let mut manner = Manner::default();
    let mut inner = said;
    let mut note = |sign: Sign| match sign {
        Sign::Corrects => manner.corrects = true,
        Sign::Continues => manner.continues = true,
        Sign::Adds => manner.adds = true,
        Sign::Nothing => {}
    };
    let fits = |run: &str, words: &[String]| run.split(' ').eq(words.iter().map(String::as_str));
    while let Some((run, sign)) = table.before.iter().find(|(run, _)| {
        let length = run.split(' ').count();
        inner.get(..length).is_some_and(|words| fits(run, words))
    }) {
        note(*sign);
        inner = &inner[run.split(' ').count()..];
    }
    while let Some((run, sign)) = table.after.iter().find(|(run, _)| {
        let length = run.split(' ').count();
        let from = inner.len().checked_sub(length);
        from.is_some_and(|from| fits(run, &inner[from..]))
    }) {
        note(*sign);
        inner = &inner[..inner.len() - run.split(' ').count()];
    }
    manner.corrects |= inner.first().is_some_and(|word| *word == table.denies);
    (manner, inner)
}

pub(super) fn placeless(words: &[String]) -> &[String] {
    match words.split_first() {
        Some((first, rest)) if spoken().fragments().prepositions.contains(&first.as_str()) => rest,
        _ => words,
    }
}

/// Whether somebody wants what was done just now cancelled, and nothing else.
#[must_use]
pub fn cancels_last(heard: &str) -> bool {
    let said = words(heard);
    let (manner, inner) = around(&said);
    !manner.continues
        && spoken()
            .control()
            .cancel_last
            .contains(&inner.join(" ").as_str())
}

/// Whether somebody wants nothing of what was said just now, and nothing else:
/// "never mind".
#[must_use]
pub fn drops_last(heard: &str) -> bool {
    let said = words(heard).join(" ");
    spoken().control().drop_last.contains(&said.as_str())
}

/// Whether the words say that the last command was wrong, and nothing else:
/// "no", "I meant".
#[must_use]
pub fn corrects_only(heard: &str) -> bool {
    let said = words(heard);
    let (manner, inner) = around(&said);
    manner.corrects && inner.is_empty()
}

/// Whether somebody thanks, and says nothing else.
#[must_use]
pub fn thanks(heard: &str) -> bool {
    let table = spoken().control();
    let said = plain_words(heard);
    let around = |word: &String| table.around_thanks.contains(&word.as_str());
    let from = said.iter().take_while(|word| around(word)).count();
    let behind = said[from..].iter().rev().take_while(|word| around(word));
    let to = said.len() - behind.count();
    let inner = said.get(from..to).unwrap_or_default().join(" ");
    table.thanks.contains(&inner.as_str())
}

/// Whether somebody wants the last thing taken back, and nothing else.
#[must_use]
pub fn wants_undo(heard: &str) -> bool {
    let said = words(heard);
    let (manner, inner) = around(&said);
    if spoken().control().wrong.contains(&said.join(" ").as_str()) {
        return true;
    }
    !manner.continues && spoken().control().undo.contains(&inner.join(" ").as_str())
}

#[cfg(test)]
mod tests {
    use super::thanks;

    #[test]
    fn only_thanks_are_thanks() {
        for said in [
            "Thanks.",
            "thank you very much",
            "okay great, thanks",
            "thanks, that's perfect",
            "cheers mate",
        ] {
            assert!(thanks(said), "{said}");
        }
        for said in [
            "",
            "okay",
            "that is perfect",
            "thanks for nothing",
            "no thanks",
            "thank the postman",
            "thanks and turn it off",
        ] {
            assert!(!thanks(said), "{said}");
        }
    }
}
