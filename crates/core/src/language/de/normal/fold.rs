//! Word by word: umlauts, numerals, endings, particles, and words that belong
//! together.

use crate::language::Word;
use crate::language::de::date::DATES;
use crate::language::de::{numerals, verbs};
use crate::language::shared::scan;
use unicode_normalization::char::decompose_canonical;

/// Adds `c` in lower case; umlauts stay, other accents go.
pub(super) fn letter(c: char, word: &mut String) {
    for c in c.to_lowercase() {
        match c {
            'ä' | 'ö' | 'ü' => word.push(c),
            'ß' => word.push_str("ss"),
            'đ' | 'ð' => word.push('d'),
            'ł' => word.push('l'),
            'æ' => word.push('ä'),
            'œ' | 'ø' => word.push('ö'),
            _ => {
                let mut base = None;
                decompose_canonical(c, |part| base = base.or(Some(part)));
                word.push(base.filter(char::is_ascii_alphabetic).unwrap_or(c));
            }
        }
    }
}

/// The dots over the letter before, which some systems write as a sign of their
/// own.
pub(super) fn diaeresis(word: &mut String) {
    let dotted = match word.chars().last() {
        Some('a') => 'ä',
        Some('o') => 'ö',
        Some('u') => 'ü',
        _ => return,
    };
    word.pop();
    word.push(dotted);
}

/// Whether figures with commas and points between them are a number.
pub(super) fn is_readable(figures: &str) -> bool {
    if let Some((above, below)) = figures.split_once('/') {
        let small = |part: &str| part.parse::<u8>().is_ok();
        return small(above) && small(below);
    }
    scan::is_readable(figures, '.', ',')
}

/// Whether a word is the name of a month, as it is written.
pub(super) fn is_month(word: &str) -> bool {
    let mut folded = String::new();
    word.chars().for_each(|c| letter(c, &mut folded));
    DATES.months.contains(&with_umlauts(&folded).as_str())
}

/// The canonical words (often one, separated by spaces) of one word in lower
/// case.
pub(super) fn word(written: &str) -> String {
    let word = with_umlauts(written);
    if let Some(words) = numerals::split(&word) {
        return words.join(" ");
    }
    if let Some(ordinal) = numerals::ordinal_of(&word) {
        return ordinal;
    }
    if let Some(other) = spelling(&word) {
        return other.into();
    }
    if let Some(said) = half(&word)
        .or_else(|| of_time(&word))
        .or_else(|| of_timer(&word))
        .or_else(|| of_day(&word))
    {
        return said;
    }
    if let Some(folded) = ending(&word) {
        return folded;
    }
    if let Some(imperative) = verbs::imperative(&word) {
        return imperative.into();
    }
    match verbs::apart(&word) {
        Some((particle, verb)) => format!("{particle} {verb}"),
        None => word,
    }
}

/// "ae", "oe" and "ue" as umlauts, where they are no sounds of their own: not in
/// "neue", "Feuer", "Quelle", "aktuell", "Joe".
fn with_umlauts(word: &str) -> String {
    const KEPT: [&str; 17] = [
        "uell",
        "zuerst",
        "duett",
        "statue",
        "israel",
        "michael",
        "raphael",
        "gabriel",
        "aero",
        "poesie",
        "koexist",
        "joe",
        "aloe",
        "zoe",
        "noel",
        "koeffizient",
        "manuel",
    ];
    if !word.is_ascii() || KEPT.iter().any(|kept| word.contains(kept)) {
        return word.to_owned();
    }
    let mut said = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let dotted = match c {
            'a' => Some('ä'),
            'o' => Some('ö'),
            'u' if !matches!(before, 'a' | 'e' | 'q') => Some('ü'),
            _ => None,
        };
        if let Some(dotted) = dotted
            && chars.peek() == Some(&'e')
        {
            chars.next();
            said.push(dotted);
            before = dotted;
        } else {
            said.push(c);
            before = c;
        }
    }
    said
}

/// One spelling where there are two, and shortenings written out.
fn spelling(word: &str) -> Option<&'static str> {
    Some(match word {
        "ok" | "okee" | "okey" => "okay",
        "gerne" => "gern",
        "ne" | "nen" => "eine",
        "nem" => "einem",
        "ner" => "einer",
        "nich" | "net" => "nicht",
        "isses" => "ist es",
        "gehts" => "geht es",
        "gibts" => "gibt es",
        "machs" => "mache es",
        "stells" => "stelle es",
        "wirds" => "wird es",
        "hats" => "hat es",
        "wies" => "wie es",
        "kannste" => "kannst du",
        "könnteste" => "könntest du",
        "haste" => "hast du",
        "willste" => "willst du",
        "sonnabend" => "samstag",
        "sonnabends" => "samstags",
        "h" => "uhr",
        "mins" => "minuten",
        "rolladen" => "rollladen",
        "rolläden" => "rollläden",
        "handy" => "telefon",
        "bissl" | "bissel" | "bisserl" | "bissle" => "bisschen",
        "usw" => "und so weiter",
        _ => return None,
    })
}

/// "halben" is `halbe`, "zweieinhalb" `zwei einhalb`, "Viertelstunde" `viertel
/// stunde`.
fn half(word: &str) -> Option<String> {
    match word {
        "halbe" | "halben" | "halber" | "halbes" | "halbem" => return Some("halbe".into()),
        "einhalb" | "anderthalb" | "viertel" | "dreiviertel" => return Some(word.to_owned()),
        "anderthalbe" | "anderthalben" => return Some("anderthalb".into()),
        "halbstündig" | "halbstündige" | "halbstündigen" => return Some("halbe stunde".into()),
        _ => {}
    }
    for (head, said) in [
        ("dreiviertelstunde", "dreiviertel stunde"),
        ("viertelstunde", "viertel stunde"),
        ("halbestunde", "halbe stunde"),
    ] {
        if let Some(rest) = word.strip_prefix(head) {
            let rest = rest.strip_prefix('n').unwrap_or(rest);
            return Some(format!("{said} {rest}").trim_end().to_owned());
        }
    }
    let whole = word.strip_suffix("einhalb")?;
    let whole = match whole {
        "ein" => "ein".to_owned(),
        _ => numerals::split(whole)?.join(" "),
    };
    Some(format!("{whole} einhalb"))
}

/// "Zehnminutentimer" is `zehn minuten timer`, "zehnminütigen" `zehn minuten`.
fn of_time(word: &str) -> Option<String> {
    for (unit, said) in [
        ("sekündig", "sekunden"),
        ("minütig", "minuten"),
        ("stündig", "stunden"),
        ("tägig", "tage"),
        ("sekunden", "sekunden"),
        ("minuten", "minuten"),
        ("stunden", "stunden"),
        ("prozentig", "prozent"),
    ] {
        let Some((head, tail)) = word.split_once(unit) else {
            continue;
        };
        if head.is_empty() {
            continue;
        }
        let count = if head == "ein" {
            vec!["ein".to_owned()]
        } else {
            numerals::split(head)?
        };
        let tail = if unit.ends_with("ig") { "" } else { tail };
        let said = format!("{} {said} {tail}", count.join(" "));
        return Some(said.trim_end().to_owned());
    }
    None
}

/// "Nudeltimer" is `nudel timer`: its name is a word of its own.
fn of_timer(word: &str) -> Option<String> {
    let word = word
        .strip_suffix("timers")
        .map_or(word, |_| &word[..word.len() - 1]);
    let name = word.strip_suffix("timer")?;
    (2 < name.chars().count()).then(|| format!("{name} timer"))
}

/// "Montagabend" is `montag abend`.
fn of_day(word: &str) -> Option<String> {
    let day = DATES.weekdays.iter().find(|day| word.starts_with(**day))?;
    let part = word.strip_prefix(day)?;
    let parts = [
        "morgen",
        "vormittag",
        "mittag",
        "nachmittag",
        "abend",
        "nacht",
        "früh",
    ];
    if parts.contains(&part) {
        return Some(format!("{day} {part}"));
    }
    let many = part.strip_suffix('s').filter(|part| parts.contains(part))?;
    Some(format!("{day}s {many}s"))
}

/// Words of which only the ending changes with gender and case.
fn ending(word: &str) -> Option<String> {
    const STEMS: [&str; 14] = [
        "nächst",
        "kommend",
        "dies",
        "letzt",
        "vorig",
        "ganz",
        "ander",
        "weiter",
        "voll",
        "neu",
        "zusätzlich",
        "beid",
        "einzig",
        "minimal",
    ];
    let stem = ["en", "er", "es", "em", "e"].iter().find_map(|ending| {
        word.strip_suffix(ending)
            .filter(|stem| STEMS.contains(stem))
    })?;
    // "Weiter" and "beides" are words of their own.
    (word != "beides").then(|| format!("{stem}e"))
}

/// Joins what is one word elsewhere: "vier und zwanzig", "drei viertel", "ein
/// halb".
pub(super) fn join(words: &mut Vec<Word>) {
    // "Vierein halb" is `vier einhalb`.
    for at in 1..words.len() {
        let count = words[at - 1].text.strip_suffix("ein");
        let count = count.and_then(numerals::split).map(|count| count.join(" "));
        if let Some(count) = count.filter(|count| words[at].text == "halb" && !count.contains(' '))
        {
            words[at - 1].text = count;
            "einhalb".clone_into(&mut words[at].text);
        }
    }
    let mut at = 0;
    while at + 1 < words.len() {
        let text = |ahead: usize| words.get(at + ahead).map_or("", |word| word.text.as_str());
        let three = format!("{}und{}", text(0), text(2));
        let (joined, count) =
            if text(1) == "und" && numerals::split(&three).is_some_and(|words| words.len() == 1) {
                (three, 3)
            } else {
                match (text(0), text(1)) {
                    ("drei", "viertel") => ("dreiviertel".to_owned(), 2),
                    ("ein", "halb") => ("einhalb".to_owned(), 2),
                    ("pro", "zent") => ("prozent".to_owned(), 2),
                    _ => {
                        at += 1;
                        continue;
                    }
                }
            };
        let last = words[at + count - 1].clone();
        words.drain(at + 1..at + count);
        words[at] = Word {
            text: joined,
            start: words[at].start,
            end: last.end,
            pause: last.pause,
        };
        at += 1;
    }
}

/// "Schalten Sie" is `schalte`, and behind "dass" the form for "du" is an
/// infinitive: "dass du das Licht ausmachst" is `dass du das licht aus machen`.
pub(super) fn polite_orders(words: &mut Vec<Word>) {
    let mut at = 0;
    while at + 1 < words.len() {
        let first = at == 0
            || words[at - 1].pause
            || matches!(
                words[at - 1].text.as_str(),
                "bitte" | "und" | "dann" | "okay"
            );
        if first
            && words[at + 1].text == "sie"
            && let Some(imperative) = verbs::imperative_of(&words[at].text)
        {
            words[at].text = imperative.to_owned();
            words.remove(at + 1);
        }
        at += 1;
    }
    let that = words.iter().position(|word| word.text == "dass");
    for word in words.iter_mut().skip(that.unwrap_or(usize::MAX)) {
        if let Some(infinitive) = verbs::infinitive_of_du(&word.text) {
            infinitive.clone_into(&mut word.text);
        }
    }
}
