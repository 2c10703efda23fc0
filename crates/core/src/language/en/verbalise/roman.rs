//! Roman numerals: `Henry VIII`, `World War II`, `Chapter IV`.

use super::super::{figures as spell, speak};
use super::{Said, SpokenLine, abbreviation};

/// Words before a numeral that is a count: "World War two". Behind any other
/// name it is a place in a row: "Henry the eighth".
const COUNTED: [&str; 36] = [
    "war", "chapter", "part", "act", "scene", "volume", "vol", "book", "type", "class", "phase",
    "stage", "level", "section", "article", "appendix", "figure", "fig", "table", "episode",
    "season", "bowl", "mark", "apollo", "division", "group", "title", "grade", "category",
    "schedule", "vatican", "rocky", "fantasy", "age", "quest", "gemini",
];

/// Names of rulers and popes, behind which a single letter is a numeral.
const RULERS: [&str; 41] = [
    "henry",
    "george",
    "charles",
    "edward",
    "james",
    "william",
    "richard",
    "elizabeth",
    "mary",
    "louis",
    "napoleon",
    "john",
    "paul",
    "pius",
    "benedict",
    "leo",
    "clement",
    "gregory",
    "philip",
    "ferdinand",
    "francis",
    "frederick",
    "friedrich",
    "wilhelm",
    "otto",
    "ludwig",
    "peter",
    "catherine",
    "alexander",
    "nicholas",
    "ivan",
    "victoria",
    "isabella",
    "gustav",
    "carl",
    "karl",
    "maximilian",
    "leopold",
    "albert",
    "harald",
    "ramses",
];

const TITLES: [&str; 8] = [
    "king", "queen", "pope", "emperor", "empress", "tsar", "kaiser", "duke",
];

/// A numeral behind a name or a word that is counted.
pub(super) fn numeral(line: &SpokenLine<'_>, at: usize) -> Option<Said> {
    let core = line.core(at);
    let (letters, ending) = match core.split_once('\'') {
        Some((letters, "s")) => (letters, "'s"),
        Some(_) => return None,
        None => (core, ""),
    };
    let n = value(letters)?;
    let before = at.checked_sub(1).filter(|before| line.joined(*before))?;
    let name = line.core(before);
    let lower = name.to_lowercase();
    let counted = COUNTED.contains(&lower.as_str());
    if !counted && !name.starts_with(char::is_uppercase) {
        return None;
    }
    let said = if counted {
        spell::count(n)
    } else if is_ruler(line, at, letters, &lower) {
        format!("the {}", speak::ordinal(n))
    } else {
        return None;
    };
    Some(Said::new(format!("{said}{ending}"), 1))
}

fn is_ruler(line: &SpokenLine<'_>, at: usize, letters: &str, name: &str) -> bool {
    if abbreviation::is_function_word(name) || name.chars().count() < 3 {
        return false;
    }
    let titled = at
        .checked_sub(2)
        .is_some_and(|title| TITLES.contains(&line.core(title).to_lowercase().as_str()));
    let ends = matches!(
        line.behind(at),
        "" | "of" | "was" | "and" | "is" | "had" | "who"
    );
    match letters {
        "I" => titled || RULERS.contains(&name) && ends,
        "V" | "X" => titled || RULERS.contains(&name),
        // Behind a name, two letters of other kinds are more often initials.
        _ => true,
    }
}

/// The number of a well-formed numeral up to 399, but none that is rather a
/// shortening: `DC`, `CD`, `XL`.
fn value(letters: &str) -> Option<u64> {
    let few = letters.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
    if letters.is_empty() || !few && letters.len() < 3 {
        return None;
    }
    let digit = |c: char| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let digits: Vec<u64> = letters.chars().map(digit).collect::<Option<_>>()?;
    let mut total = 0;
    for (place, digit) in digits.iter().enumerate() {
        if digits.get(place + 1).is_some_and(|next| digit < next) {
            total -= i64::try_from(*digit).ok()?;
        } else {
            total += i64::try_from(*digit).ok()?;
        }
    }
    let n = u64::try_from(total).ok()?;
    (written(n) == letters).then_some(n)
}

fn written(mut n: u64) -> String {
    let mut text = String::new();
    for (value, letters) in [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while value <= n && text.len() < 20 {
            text.push_str(letters);
            n -= value;
        }
    }
    text
}
