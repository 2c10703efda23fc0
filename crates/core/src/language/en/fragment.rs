//! English words around a part of a command, as tables.

use crate::language::{FragmentWords, Sign};

#[rustfmt::skip]
pub(super) static FRAGMENTS: FragmentWords = FragmentWords {
    articles: &["the", "a", "an", "my", "our", "your"],
    pronouns: &["it", "them", "that", "this", "those", "these"],
    there: "there",
    after_name: &[
        "to", "at", "in", "on", "of", "up", "down", "is", "are", "for", "with", "please",
    ],
    placing: &["in", "at", "on"],
    prepositions: &["in", "for", "on", "at", "to", "with", "of"],
    before: &[
        ("and another one for", Sign::Continues), ("and another for", Sign::Continues),
        ("and one more for", Sign::Continues), ("and one for", Sign::Continues),
        ("another one for", Sign::Continues), ("one more for", Sign::Continues),
        ("what about", Sign::Continues), ("how about", Sign::Continues),
        ("do same thing", Sign::Continues), ("do same", Sign::Continues),
        ("same thing", Sign::Continues), ("same", Sign::Continues),
        ("i meant", Sign::Corrects), ("i mean", Sign::Corrects), ("i said", Sign::Corrects),
        ("i wanted", Sign::Corrects), ("make that", Sign::Corrects), ("make it", Sign::Corrects),
        ("change it to", Sign::Corrects), ("change that to", Sign::Corrects),
        ("move it to", Sign::Corrects), ("let us make it", Sign::Corrects),
        ("that was wrong", Sign::Corrects), ("no", Sign::Corrects),
        // How a recogniser may spell it.
        ("know", Sign::Corrects),
        ("nope", Sign::Corrects), ("sorry", Sign::Corrects), ("wrong", Sign::Corrects),
        ("oops", Sign::Corrects), ("actually", Sign::Corrects), ("rather", Sign::Corrects),
        ("and", Sign::Adds), ("also", Sign::Adds), ("now", Sign::Adds), ("then", Sign::Adds),
        ("could you", Sign::Nothing), ("can you", Sign::Nothing), ("please", Sign::Nothing),
        ("okay", Sign::Nothing), ("oh", Sign::Nothing), ("um", Sign::Nothing),
        ("uh", Sign::Nothing), ("well", Sign::Nothing),
    ],
    after: &[
        ("as well", Sign::Continues), ("too", Sign::Continues), ("also", Sign::Continues),
        ("again", Sign::Continues), ("instead", Sign::Corrects), ("only", Sign::Corrects), ("rather", Sign::Corrects),
        ("now", Sign::Nothing), ("please", Sign::Nothing), ("then", Sign::Nothing),
        ("thank you", Sign::Nothing), ("thanks", Sign::Nothing),
    ],
    heard_for: &[("and", "add")],
    before_hour: &["past", "to", "after"],
    parts_of_hour: &["half", "quarter"],
    denies: "not",
    instead: "but",
};
