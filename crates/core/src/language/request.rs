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
    /// Words of what is told beside an order.
    pub beside: &'static BesideWords,
}

/// Words of a reason or remark that stands before or behind a whole order: "it is
/// stuffy", "I am nearly home". A language without such tables has no subjects here.
#[derive(Debug)]
pub struct BesideWords {
    /// Give a reason: "because" (it is dark).
    pub because: &'static [&'static str],
    /// Stand between a remark and the order behind it.
    pub therefore: &'static [&'static str],
    /// Subjects that are the speaker.
    pub speakers: &'static [&'static str],
    /// Other subjects that are no things.
    pub subjects: &'static [&'static str],
    /// Subjects that begin a remark right behind an order: "I", "it".
    pub behind: &'static [&'static str],
    /// Begin the name of a thing.
    pub determiners: &'static [&'static str],
    /// Finite verbs of how something is.
    pub states: &'static [&'static str],
    /// Those of the speakers alone: "have to", "can not see".
    pub own_states: &'static [&'static str],
    /// Behind them stands an adjective or a noun, never an order.
    pub degrees: &'static [&'static str],
    /// Words of no remark: they deny, ask, quote, plan or make conditions.
    pub never: &'static [&'static str],
    /// Words behind which a remark goes on.
    pub no_end: &'static [&'static str],
    /// Ends of verbs of what goes on: (we are watch)"ing". Behind the name of a thing
    /// they may tell which one is meant.
    pub going_on: &'static str,
    /// Stand for the thing that a remark is about: "it".
    pub pronouns: &'static [&'static str],
    /// A verb of `states` that is written in short behind its subject, and how.
    pub short: (&'static str, &'static [&'static str]),
    /// Before what the speaker is about to do: "to" (leave).
    pub infinitive: &'static str,
}
