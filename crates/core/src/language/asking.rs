//! Words by which a question shows what it asks for, and a text what it says.

/// Words of questions to a text, in canonical form; of runs the words are separated
/// by one space.
#[derive(Debug)]
pub struct AskingWords {
    /// Runs that ask to be told of what follows: "tell me about".
    pub about: &'static [&'static str],
    /// Runs that ask whether something is allowed or there.
    pub whether: &'static [&'static str],
    /// Verbs behind such a run that make a question of it: "when was", not "when it".
    pub auxiliary: &'static [&'static str],
    /// Runs whose answer is a time or a day.
    pub moment: &'static [&'static str],
    /// Runs whose answer is a number.
    pub amount: &'static [&'static str],
    /// Last words of such runs that a text need not repeat: "how old", of what was built
    /// in some year.
    pub unmeasured: &'static [&'static str],
    /// Runs whose answer is a price.
    pub price: &'static [&'static str],
    /// Words that tell a price.
    pub money: &'static [&'static str],
    /// Words that tell a time or a day, besides numbers and days of the week.
    pub times: &'static [&'static str],
    /// Runs whose answer is a place.
    pub place: &'static [&'static str],
    /// Prepositions of places, where no time follows: "in the hall".
    pub within: &'static [&'static str],
    /// Words that tell a place by themselves: "upstairs".
    pub spots: &'static [&'static str],
    /// Words that answer a question for a number without one: "free".
    pub no_number: &'static [&'static str],
    /// Words that say nothing of what is asked about: "exactly", "please".
    pub empty: &'static [&'static str],
    /// First words of a sentence that needs the one before it: "it", "they".
    pub leaning: &'static [&'static str],
    /// Words that deny or limit what stands beside them: "not", "only".
    pub limits: &'static [&'static str],
    /// Words before a number that make another of it: "under".
    pub bounds: &'static [&'static str],
    /// Words that an answer may have and its text need not: "located".
    pub added: &'static [&'static str],
    /// Words before a full stop that ends no sentence: "dr".
    pub abbreviations: &'static [&'static str],
}
