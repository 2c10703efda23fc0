//! German words around a part of a command, as tables.

use crate::language::{FragmentWords, Sign};

#[rustfmt::skip]
pub(super) static FRAGMENTS: FragmentWords = FragmentWords {
    articles: &[
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "mein",
        "meine", "meinen", "meinem", "meiner", "unser", "unsere", "unseren", "dein", "deine",
    ],
    pronouns: &["es", "sie", "ihn", "diese", "jene"],
    there: "dort",
    after_name: &[
        "auf", "um", "in", "im", "an", "am", "ein", "aus", "ab", "zu", "hoch", "runter", "ist",
        "sind", "für", "mit", "bitte", "von", "vom",
    ],
    placing: &["in", "im", "an", "am", "auf", "bei", "beim"],
    prepositions: &["in", "im", "für", "auf", "um", "zu", "mit", "von", "vom", "am", "an"],
    before: &[
        ("und noch einen für", Sign::Continues), ("und noch eine für", Sign::Continues),
        ("noch einen für", Sign::Continues), ("noch eine für", Sign::Continues),
        ("und einen für", Sign::Continues), ("und einer für", Sign::Continues),
        ("das gleiche für", Sign::Continues), ("dasselbe für", Sign::Continues),
        ("und was ist mit", Sign::Continues), ("was ist mit", Sign::Continues),
        ("wie wäre es mit", Sign::Continues), ("gleiche", Sign::Continues),
        ("dasselbe", Sign::Continues), ("genauso", Sign::Continues), ("ebenso", Sign::Continues),
        ("ich meinte", Sign::Corrects), ("ich meine", Sign::Corrects),
        ("ich sagte", Sign::Corrects), ("ich wollte", Sign::Corrects),
        ("ich habe gesagt", Sign::Corrects), ("doch lieber", Sign::Corrects),
        ("lieber doch", Sign::Corrects), ("mache lieber", Sign::Corrects),
        ("mache daraus", Sign::Corrects), ("ändere es auf", Sign::Corrects),
        ("das war falsch", Sign::Corrects), ("nein", Sign::Corrects), ("nee", Sign::Corrects),
        ("entschuldigung", Sign::Corrects), ("sorry", Sign::Corrects), ("falsch", Sign::Corrects),
        ("ups", Sign::Corrects), ("eigentlich", Sign::Corrects), ("lieber", Sign::Corrects),
        ("doch", Sign::Corrects), ("und", Sign::Adds), ("auch", Sign::Adds), ("jetzt", Sign::Adds),
        ("dann", Sign::Adds), ("könntest du", Sign::Nothing), ("kannst du", Sign::Nothing),
        ("bitte", Sign::Nothing), ("okay", Sign::Nothing), ("ach", Sign::Nothing),
        ("äh", Sign::Nothing), ("ähm", Sign::Nothing), ("also", Sign::Nothing),
    ],
    after: &[
        ("auch noch", Sign::Continues), ("auch", Sign::Continues), ("ebenfalls", Sign::Continues),
        ("ebenso", Sign::Continues), ("wieder", Sign::Continues), ("genauso", Sign::Continues),
        ("stattdessen", Sign::Corrects), ("lieber", Sign::Corrects), ("jetzt", Sign::Nothing),
        ("bitte", Sign::Nothing), ("dann", Sign::Nothing), ("danke", Sign::Nothing),
    ],
    heard_for: &[],
    before_hour: &["nach", "vor", "halb"],
    parts_of_hour: &["viertel", "dreiviertel", "halb"],
    denies: "nicht",
    instead: "sondern",
};
