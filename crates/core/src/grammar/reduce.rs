//! Makes an automaton smaller without a change of what it accepts.

use std::collections::HashMap;

use super::{Automaton, Label, StateId};

/// What can be said from a state: its arcs, to states by their new names, and
/// the choice that ends in it.
type Continuation = (Vec<(Label, StateId)>, Option<u32>);

impl Automaton {
    /// The same sentences with fewer states: those from which the same can be
    /// said are one. State 0 stays the start.
    pub(super) fn reduced(&self) -> Self {
        let mut reduced = Self::default();
        let mut known: HashMap<Continuation, StateId> = HashMap::new();
        let mut renamed: Vec<Option<StateId>> = vec![None; self.states.len()];
        for state in self.last_first() {
            let from = &self.states[state as usize];
            let arcs = from.arcs.iter();
            let mut arcs: Vec<(Label, StateId)> = arcs
                .filter_map(|arc| Some((arc.label.clone(), renamed[arc.to as usize]?)))
                .collect();
            arcs.dedup();
            let name = known
                .entry((arcs, from.done))
                .or_insert_with_key(|(arcs, done)| {
                    let name = reduced.add_state();
                    for (label, to) in arcs {
                        reduced.add_arc(name, label.clone(), *to);
                    }
                    reduced.states[name as usize].done = *done;
                    name
                });
            renamed[state as usize] = Some(*name);
        }
        // The start is named last.
        reduced.states.reverse();
        let last = StateId::try_from(reduced.states.len()).expect("fewer than 2^32 states") - 1;
        let arcs = reduced.states.iter_mut().flat_map(|state| &mut state.arcs);
        arcs.for_each(|arc| arc.to = last - arc.to);
        reduced
    }

    /// The states that can be reached, each behind those that it leads to.
    fn last_first(&self) -> Vec<StateId> {
        let mut order = Vec::new();
        let mut seen = vec![false; self.states.len()];
        let mut open = vec![(0, false)];
        while let Some((state, left)) = open.pop() {
            if left {
                order.push(state);
            } else if !std::mem::replace(&mut seen[state as usize], true) {
                open.push((state, true));
                let arcs = self.states[state as usize].arcs.iter();
                open.extend(arcs.map(|arc| (arc.to, false)));
            }
        }
        order
    }
}
