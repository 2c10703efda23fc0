//! Words by which a sentence shows the form of a request.

/// Words of requests, and of clauses that are none, in canonical form; of runs
/// the words are separated by one space.
#[derive(Debug)]
pub struct RequestWords {
    /// Runs before a clause that say nothing of its form: "please".
    pub lead: &'static [&'static str],
    /// Runs that open a request: "can you", "I want".
    pub frames: &'static [&'static str],
    /// Runs behind the name of a thing that make a request of the clause: (the
    /// lamp) "can go".
    pub behind_thing: &'static [&'static str],
    /// Runs that ask for what a fragment names, wherever they stand: "please".
    pub courtesy: &'static [&'static str],
    /// Verbs of orders in their base form.
    pub verbs: &'static [&'static str],
    /// Words behind a verb of an order, before its object or in its place.
    pub objects: &'static [&'static str],
    /// Subjects of a clause that are no things.
    pub subjects: &'static [&'static str],
    /// Runs by which a speaker is not sure of what is wanted.
    pub hedges: &'static [&'static str],
    /// Runs that want something not to be done.
    pub denials: &'static [&'static str],
    /// Runs that only deny before a verb of an order.
    pub before_denied: &'static [&'static str],
    /// Words before one of `before_denied` that make a statement of it: "I" (do
    /// not open).
    pub deniers: &'static [&'static str],
    /// Verbs behind which stands what somebody else said.
    pub hearsay: &'static [&'static str],
    /// Runs of what the speaker will do alone.
    pub own_plans: &'static [&'static str],
    /// Finite verbs of what is over, or of what others do.
    pub told: &'static [&'static str],
    /// Finite verbs of how things are.
    pub states: &'static [&'static str],
    /// Behind a word that may be a verb or a noun they show a noun, if a finite
    /// verb follows: "heat in the kitchen is terrible".
    pub prepositions: &'static [&'static str],
    /// Join clauses, and as often nouns.
    pub weak_links: &'static [&'static str],
    /// Join clauses.
    pub links: &'static [&'static str],
}
