//! Puts every `<rule>` of a phrase in its place.

use std::collections::HashMap;

use super::Phrase;
use super::parse::{Node, PhraseError, SlotUse, Written, error};
use crate::suggest;

/// Parts of one phrase, rules put in. Rules that use rules grow without end.
const MAX_PARTS: usize = 20_000;

/// The `[rules]` of a file, by name.
pub type Rules = HashMap<String, Written>;

impl Written {
    /// Puts the rules in their places. Gives the phrase and the slots that it
    /// mentions, in order.
    ///
    /// # Errors
    /// An unknown rule, a rule that uses itself, a phrase that grows too large.
    pub fn resolve(&self, rules: &Rules) -> Result<(Phrase, Vec<SlotUse>), PhraseError> {
        let mut resolver = Resolver {
            rules,
            path: Vec::new(),
            uses: Vec::new(),
            parts: 0,
        };
        let phrase = resolver.node(&self.0, None)?;
        Ok((phrase, resolver.uses))
    }
}

struct Resolver<'a> {
    rules: &'a Rules,
    path: Vec<&'a str>,
    uses: Vec<SlotUse>,
    parts: usize,
}

impl<'a> Resolver<'a> {
    /// `within`: where the phrase mentions the rule that is being put in.
    fn node(&mut self, node: &'a Node, within: Option<usize>) -> Result<Phrase, PhraseError> {
        self.parts += 1;
        if MAX_PARTS < self.parts {
            return Err(error(
                within.unwrap_or(0),
                format!("the phrase has more than {MAX_PARTS} parts, rules put in"),
                "make the rules smaller, or use a list and a slot".into(),
            ));
        }
        Ok(match node {
            Node::Word(word) => Phrase::Word(word.clone()),
            Node::Slot(slot) => {
                let at = within.unwrap_or(slot.at);
                self.uses.push(SlotUse { at, ..slot.clone() });
                Phrase::Slot(slot.name.clone())
            }
            Node::Rule { name, at } => self.rule(name, within.unwrap_or(*at))?,
            Node::Sequence { parts, .. } => Phrase::sequence(self.nodes(parts, within)?),
            Node::Choice(parts) => Phrase::choice(self.nodes(parts, within)?),
            Node::AnyOrder(parts) => Phrase::any_order(self.nodes(parts, within)?),
            Node::Optional(inner) => Phrase::optional(self.node(inner, within)?),
        })
    }

    fn nodes(
        &mut self,
        parts: &'a [Node],
        within: Option<usize>,
    ) -> Result<Vec<Phrase>, PhraseError> {
        parts.iter().map(|part| self.node(part, within)).collect()
    }

    fn rule(&mut self, name: &'a str, at: usize) -> Result<Phrase, PhraseError> {
        if let Some(first) = self.path.iter().position(|&outer| outer == name) {
            let mut round: Vec<String> = self.path[first..]
                .iter()
                .map(|rule| format!("<{rule}>"))
                .collect();
            round.push(format!("<{name}>"));
            return Err(error(
                at,
                format!("rules go round in a circle: {}", round.join(" uses ")),
                "take the rule out of one of them".into(),
            ));
        }
        let Some(Written(node)) = self.rules.get(name) else {
            return Err(error(
                at,
                format!("there is no rule `{name}`"),
                suggest::among(name, self.rules.keys(), "write it under [rules]"),
            ));
        };
        self.path.push(name);
        let phrase = self.node(node, Some(at));
        self.path.pop();
        phrase
    }
}
