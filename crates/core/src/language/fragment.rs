//! Words around a part of a command, as tables in canonical form without
//! articles.

/// What a word around a fragment says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The command before was wrong.
    Corrects,
    /// More of the same is wanted, said in so many words.
    Continues,
    /// As [`Sign::Continues`], by a small word that begins any sentence.
    Adds,
    /// Courtesy and hesitation.
    Nothing,
}

/// Words by which a part of a command leans on the one before.
#[derive(Debug)]
pub struct FragmentWords {
    /// Passed over.
    pub articles: &'static [&'static str],
    /// Stand for a thing that was named before.
    pub pronouns: &'static [&'static str],
    /// Stands for a place that was named before.
    pub there: &'static str,
    /// After the name of a thing comes one of these, or a slot, or nothing; any
    /// other word still belongs to the name.
    pub after_name: &'static [&'static str],
    /// Stand before a place.
    pub placing: &'static [&'static str],
    /// Stand before a value, where the phrases have others.
    pub prepositions: &'static [&'static str],
    /// Runs of words before a fragment; longer ones first.
    pub before: &'static [(&'static str, Sign)],
    /// Runs of words behind it.
    pub after: &'static [(&'static str, Sign)],
    /// Words before a fragment, and verbs that are heard for them.
    pub heard_for: &'static [(&'static str, &'static str)],
    /// Stand between minutes and the hour that they are of: "half past".
    pub before_hour: &'static [&'static str],
    /// What stands before those beside numbers.
    pub parts_of_hour: &'static [&'static str],
    /// Denies the value behind it.
    pub denies: &'static str,
    /// May stand between a denied value and the wanted one.
    pub instead: &'static str,
}
