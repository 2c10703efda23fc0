//! Shortened words, and whether the full stop behind one ends a sentence.

use super::{Said, SpokenLine, Stop, calendar};

/// Where a shortening is one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Everywhere, with a full stop or without.
    Always,
    /// With a full stop.
    Stopped,
    /// Before a name, with or without a full stop.
    BeforeName,
    /// Before a name, with a full stop.
    StoppedBeforeName,
    /// Behind a name: parts of addresses and of names.
    BehindName,
    /// Before a number, with a full stop.
    BeforeNumber,
}

use Where::{Always, BeforeName, BeforeNumber, BehindName, Stopped, StoppedBeforeName};

/// What is written, in lower case and without the last full stop, and what is
/// said.
const SHORT: &[(&str, &str, Where)] = &[
    ("e.g", "for example", Always),
    ("i.e", "that is", Always),
    ("etc", "et cetera", Always),
    ("vs", "versus", Always),
    ("approx", "approximately", Always),
    ("incl", "including", Always),
    ("excl", "excluding", Always),
    ("w/", "with", Always),
    ("w/o", "without", Always),
    ("n/a", "not available", Always),
    ("ph.d", "P H D", Always),
    ("a.m", "A M", Always),
    ("p.m", "P M", Always),
    ("esp", "especially", Stopped),
    ("dept", "department", Stopped),
    ("est", "established", Stopped),
    ("max", "maximum", Stopped),
    ("min", "minimum", Stopped),
    ("temp", "temperature", Stopped),
    ("avg", "average", Stopped),
    ("tel", "telephone", Stopped),
    ("inc", "incorporated", Stopped),
    ("ltd", "limited", Stopped),
    ("corp", "corporation", Stopped),
    ("bros", "brothers", Stopped),
    ("ca", "circa", Stopped),
    ("cf", "compare", Stopped),
    ("misc", "miscellaneous", Stopped),
    ("mr", "Mister", BeforeName),
    ("mrs", "Missus", BeforeName),
    ("ms", "Miz", BeforeName),
    ("dr", "Doctor", BeforeName),
    ("prof", "Professor", BeforeName),
    ("st", "Saint", BeforeName),
    ("mt", "Mount", BeforeName),
    ("ft", "Fort", StoppedBeforeName),
    ("sgt", "Sergeant", BeforeName),
    ("capt", "Captain", BeforeName),
    ("lt", "Lieutenant", StoppedBeforeName),
    ("col", "Colonel", StoppedBeforeName),
    ("gen", "General", StoppedBeforeName),
    ("rev", "Reverend", StoppedBeforeName),
    ("gov", "Governor", StoppedBeforeName),
    ("sen", "Senator", StoppedBeforeName),
    ("jr", "Junior", BehindName),
    ("sr", "Senior", BehindName),
    ("st", "Street", BehindName),
    ("ave", "Avenue", BehindName),
    ("rd", "Road", BehindName),
    ("blvd", "Boulevard", BehindName),
    ("dr", "Drive", BehindName),
    ("ln", "Lane", BehindName),
    ("sq", "Square", BehindName),
    ("hwy", "Highway", BehindName),
    ("no", "number", BeforeNumber),
    ("nos", "numbers", BeforeNumber),
    ("nr", "number", BeforeNumber),
    ("fig", "figure", BeforeNumber),
    ("figs", "figures", BeforeNumber),
    ("vol", "volume", BeforeNumber),
    ("ch", "chapter", BeforeNumber),
    ("p", "page", BeforeNumber),
    ("pp", "pages", BeforeNumber),
    ("sec", "section", BeforeNumber),
    ("art", "article", BeforeNumber),
    ("pt", "part", BeforeNumber),
    ("ext", "extension", BeforeNumber),
    ("op", "opus", BeforeNumber),
    ("c", "circa", BeforeNumber),
];

/// Words that carry grammar: none of them is a name or what is counted.
const FUNCTION_WORDS: &[&str] = &[
    "a", "an", "the", "and", "or", "but", "in", "on", "at", "of", "to", "from", "by", "for",
    "with", "is", "was", "are", "were", "be", "been", "has", "had", "have", "until", "till",
    "through", "as", "that", "which", "who", "when", "while", "where", "it", "he", "she", "they",
    "we", "i", "you", "his", "her", "their", "our", "my", "your", "this", "these", "those",
    "there", "then", "so", "if", "after", "before", "between", "during", "since", "not", "no",
    "into", "over", "under", "about", "than", "will", "would", "can", "could", "does", "did",
    "its", "also", "only", "please", "what", "how", "why", "all", "some", "both", "here", "now",
];

/// Whether a word, in any case, carries grammar only.
pub(super) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.contains(&word.to_lowercase().as_str())
}

/// The words of a shortening.
pub(super) fn expand(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    if let Some(name) = calendar::in_full(line, at) {
        return Some(name);
    }
    let core = line.core(at);
    let stop = line.tokens[at].after.starts_with('.');
    let lower = core.to_lowercase();
    let found = SHORT
        .iter()
        .filter(|(short, ..)| *short == lower)
        .find(|(.., place)| stands(line, at, *place, stop));
    if let Some((_, long, place)) = found {
        return Some(Said {
            text: (*long).into(),
            tokens: 1,
            stop: match place {
                Always | Stopped => Stop::Shortening,
                BehindName => Stop::Name,
                BeforeName | StoppedBeforeName | BeforeNumber => Stop::Title,
            },
        });
    }
    initials(core).map(|text| Said {
        text,
        tokens: 1,
        stop: Stop::Name,
    })
}

fn stands(line: &SpokenLine<'_>, at: usize, place: Where, stop: bool) -> bool {
    let name = |core: &str| {
        let title = SHORT
            .iter()
            .any(|(short, _, place)| *place == BeforeName && core.eq_ignore_ascii_case(short));
        core.starts_with(char::is_uppercase) && !is_function_word(core) && !title
    };
    let next = line.core(at + 1);
    let last = line.tokens[at].after;
    // Another title may stand before the name: "Prof. Dr. Lee".
    let before_name = next.starts_with(char::is_uppercase)
        && !is_function_word(next)
        && matches!(last, "" | ".")
        && line.core(at).starts_with(char::is_uppercase);
    match place {
        Always => true,
        Stopped => stop,
        BeforeName => before_name,
        StoppedBeforeName => before_name && stop,
        BehindName => at.checked_sub(1).is_some_and(|before| {
            name(line.core(before)) && line.core(at).starts_with(char::is_uppercase)
        }),
        BeforeNumber => stop && next.starts_with(|c: char| c.is_ascii_digit()),
    }
}

/// `U.S`, `D.C`: letters with points between them are said one by one.
fn initials(core: &str) -> Option<String> {
    let letters: Vec<&str> = core.split('.').collect();
    let single = |part: &&str| part.len() == 1 && part.bytes().all(|b| b.is_ascii_alphabetic());
    (1 < letters.len() && letters.iter().all(single)).then(|| letters.join(" ").to_uppercase())
}
