//! Canonical words: the one spelling in which the owner's phrases, the values
//! of slots and transcripts meet.

use super::numerals;
use super::spelling;
use crate::language::en::number::DENOMINATORS;

/// One canonical word, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Lower case, without accents or punctuation, numbers spelled out.
    pub text: String,
    /// First byte of the written token that it came from.
    pub start: usize,
    /// First byte after that token. Words of one token share the range.
    pub end: usize,
    /// Whether a comma, a full stop or the like follows.
    pub pause: bool,
}

/// The canonical words of `text`, in order, with their places in it.
///
/// Lower case; accents folded; hyphens split; contractions opened; digits,
/// clock times, ordinals, percentages and the like spelled out; British
/// spellings folded into American ones.
#[must_use]
pub fn normalize(text: &str) -> Vec<Word> {
    let mut reader = Reader {
        chars: text.char_indices().map(|(at, c)| (at, digit(c))).collect(),
        len: text.len(),
        at: 0,
        words: Vec::new(),
        after_number: false,
    };
    while reader.at < reader.chars.len() {
        reader.token();
    }
    spelling::join_pairs(&mut reader.words);
    reader.words
}

/// [`normalize`] without the places.
#[must_use]
pub fn canonical(text: &str) -> Vec<String> {
    normalize(text).into_iter().map(|word| word.text).collect()
}

struct Reader {
    chars: Vec<(usize, char)>,
    len: usize,
    at: usize,
    words: Vec<Word>,
    /// The token just before was a number and nothing stood between.
    after_number: bool,
}

impl Reader {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).map_or(' ', |&(_, c)| c)
    }

    fn byte(&self, index: usize) -> usize {
        self.chars.get(index).map_or(self.len, |&(byte, _)| byte)
    }

    /// Adds the words of `said` for the token that began at `from`.
    fn push(&mut self, said: &str, from: usize) {
        let (start, end) = (self.byte(from), self.byte(self.at));
        self.words.extend(
            said.split(' ')
                .filter(|word| !word.is_empty())
                .map(|word| Word {
                    text: word.to_owned(),
                    start,
                    end,
                    pause: false,
                }),
        );
    }

    fn token(&mut self) {
        let from = self.at;
        let c = self.peek(0);
        let after_number = std::mem::take(&mut self.after_number);
        if c.is_ascii_digit() {
            self.number(after_number);
        } else if c.is_alphabetic() {
            self.word(after_number);
        } else if let Some((above, below)) = vulgar_fraction(c) {
            self.at += 1;
            self.fraction(above, below, after_number, from);
            self.after_number = true;
        } else if c == '.' && self.begins_number(from) {
            self.at += 1;
            let decimals = self.take_digits();
            self.push(&format!("point {}", numerals::digits(&decimals)), from);
            self.after_number = true;
        } else if let Some(currency) = currency(c)
            && self.peek(1).is_ascii_digit()
        {
            self.at += 1;
            self.number(false);
            self.push(currency, from);
        } else {
            self.symbol(c, after_number);
        }
    }

    fn symbol(&mut self, c: char, after_number: bool) {
        let from = self.at;
        let starts = from == 0 || self.chars[from - 1].1.is_whitespace();
        self.at += 1;
        let next = self.peek(0);
        match c {
            '%' => self.push("percent", from),
            '&' => self.push("and", from),
            '+' => self.push("plus", from),
            '@' => self.push("at", from),
            '°' => {
                let scale = match next.to_ascii_lowercase() {
                    'c' => " celsius",
                    'f' => " fahrenheit",
                    _ => "",
                };
                if !scale.is_empty() && !self.peek(1).is_alphanumeric() {
                    self.at += 1;
                    self.push(&format!("degrees{scale}"), from);
                } else {
                    self.push("degrees", from);
                }
            }
            '-' | '−'
                if starts
                    && (next.is_ascii_digit() || next == '.' && self.peek(1).is_ascii_digit()) =>
            {
                self.push("minus", from);
            }
            // As in 1-1/2.
            '-' if next.is_ascii_digit() => self.after_number = after_number,
            '\'' | '’' if next == 's' && !self.peek(1).is_alphanumeric() => self.at += 1,
            ',' | ';' | '.' | '!' | '?' | ':' | '-' | '–' | '—' | '…'
                if !next.is_alphanumeric() =>
            {
                if let Some(last) = self.words.last_mut() {
                    last.pause = true;
                }
            }
            // No digit of a script that is known: a word that nothing explains.
            _ if c.is_numeric() => self.push(&c.to_string(), from),
            // A space between number and unit is no obstacle.
            ' ' => self.after_number = after_number,
            _ => {}
        }
    }

    fn take_digits(&mut self) -> String {
        let mut digits = String::new();
        while self.peek(0).is_ascii_digit() {
            digits.push(self.peek(0));
            self.at += 1;
            // A comma between thousands, as in 1,000.
            let group = (1..=3).all(|n| self.peek(n).is_ascii_digit());
            if self.peek(0) == ',' && group && !self.peek(4).is_ascii_digit() {
                self.at += 1;
            }
        }
        digits
    }

    /// Whether a point stands before the digits of a number: ".5".
    fn begins_number(&self, from: usize) -> bool {
        let before = from
            .checked_sub(1)
            .map_or(' ', |before| self.chars[before].1);
        self.peek(1).is_ascii_digit() && !before.is_alphanumeric() && before != '.'
    }

    fn number(&mut self, after_number: bool) {
        let from = self.at;
        let digits = self.take_digits();
        let (mark, next) = (self.peek(0), self.peek(1));
        if mark == ':'
            && digits.len() <= 2
            && next.is_ascii_digit()
            && self.peek(2).is_ascii_digit()
        {
            self.at += 1;
            let minutes = self.take_digits();
            let said = self.seconds().map_or_else(
                || clock(&digits, &minutes),
                |seconds| stretch(&digits, &minutes, &seconds),
            );
            self.push(&said, from);
        } else if mark == '.' && next.is_ascii_digit() {
            self.at += 1;
            let decimals = self.take_digits();
            let said = if decimals.len() == 2 && self.half_of_day_follows() {
                clock(&digits, &decimals)
            } else {
                format!("{} point {}", whole(&digits), numerals::digits(&decimals))
            };
            self.push(&said, from);
        } else if mark == '/' && next.is_ascii_digit() {
            self.slashed(&digits, after_number, from);
        } else {
            self.whole_number(&digits, from);
        }
        self.after_number = true;
    }

    /// The seconds of `1:05:00`, behind its minutes.
    fn seconds(&mut self) -> Option<String> {
        let two = self.peek(0) == ':' && (1..=2).all(|n| self.peek(n).is_ascii_digit());
        if !two || self.peek(3).is_ascii_digit() {
            return None;
        }
        self.at += 1;
        Some(self.take_digits())
    }

    /// A fraction, or a date in figures.
    fn slashed(&mut self, first: &str, after_number: bool, from: usize) {
        let mut parts = vec![first.to_owned()];
        while self.peek(0) == '/' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            parts.push(self.take_digits());
        }
        if let [above, below] = parts.as_slice()
            && let (Ok(above), Ok(below)) = (above.parse(), below.parse())
            && fraction(above, below).is_some()
        {
            self.fraction(above, below, after_number, from);
        } else {
            let parts: Vec<String> = parts.iter().map(|part| whole(part)).collect();
            self.push(&parts.join(" slash "), from);
        }
    }

    /// A fraction as it is said: behind a number with "and".
    fn fraction(&mut self, above: u8, below: u8, after_number: bool, from: usize) {
        let Some(said) = fraction(above, below) else {
            return;
        };
        let last = self.words.last().map_or("", |word| word.text.as_str());
        let joined = last == "and";
        let after_number = after_number && numerals::is_cardinal(last);
        let said = match said.as_str() {
            "half" if after_number || joined => "a half".to_owned(),
            _ => said,
        };
        if after_number {
            self.push(&format!("and {said}"), from);
        } else {
            self.push(&said, from);
        }
    }

    fn whole_number(&mut self, digits: &str, from: usize) {
        let suffix: String = (0..3).map(|n| self.peek(n).to_ascii_lowercase()).collect();
        let ends = |length: usize| {
            !suffix
                .chars()
                .nth(length)
                .is_some_and(char::is_alphanumeric)
        };
        if ends(2)
            && ["st", "nd", "rd", "th"]
                .iter()
                .any(|ending| suffix.starts_with(ending))
        {
            self.at += 2;
            self.push(&numerals::ordinal(digits.parse().unwrap_or(0)), from);
        } else if ends(1) && suffix.starts_with('s') && self.is_decade(digits) {
            // The 80s, the 1990s.
            self.at += 1;
            let said = whole(digits);
            let said = said
                .strip_suffix('y')
                .map_or_else(|| format!("{said}s"), |stem| format!("{stem}ies"));
            self.push(&said, from);
        } else {
            self.push(&whole(digits), from);
        }
    }

    /// Whether digits before an "s" are years, not seconds: "the 80s" is, "for
    /// 90s" and "a 90s timer" are not.
    fn is_decade(&self, digits: &str) -> bool {
        const BEFORE_SECONDS: [&str; 6] = ["for", "in", "after", "by", "every", "of"];
        const TIMERS: [&str; 3] = ["timer", "alarm", "countdown"];
        let last = self.words.last().map(|word| word.text.as_str());
        let next: String = (1..)
            .map_while(|n| self.chars.get(self.at + n))
            .map(|&(_, c)| c)
            .collect();
        let next = next.split_whitespace().next().unwrap_or_default();
        let alone = last.is_none() && next.is_empty();
        digits.ends_with('0')
            && (digits.len() == 4
                || digits.len() == 2
                    && !alone
                    && last.is_none_or(|last| !BEFORE_SECONDS.contains(&last))
                    && !TIMERS.contains(&next.to_lowercase().as_str()))
    }

    fn half_of_day_follows(&self) -> bool {
        let space = usize::from(self.peek(0) == ' ');
        matches!(self.peek(space).to_ascii_lowercase(), 'a' | 'p')
            && matches!(
                (
                    self.peek(space + 1).to_ascii_lowercase(),
                    self.peek(space + 2).to_ascii_lowercase()
                ),
                ('m', _) | ('.', 'm')
            )
    }

    fn word(&mut self, after_number: bool) {
        let from = self.at;
        let mut word = String::new();
        if self.initials(&mut word) {
            self.push(spelling::fold(&word, after_number).as_ref(), from);
            return;
        }
        loop {
            let c = self.peek(0);
            if c.is_alphabetic() {
                fold_letter(c, &mut word);
            } else if matches!(c, '\'' | '’' | 'ʼ') && self.peek(1).is_alphabetic() {
                word.push('\'');
            } else if !is_combining(c) {
                break;
            }
            self.at += 1;
        }
        self.push(spelling::fold(&word, after_number).as_ref(), from);
    }

    /// `a.m.`, `T.V.`: single letters with dots between are one word.
    fn initials(&mut self, word: &mut String) -> bool {
        let letter = |n: usize| self.peek(n).is_alphabetic();
        if !(letter(0) && self.peek(1) == '.' && letter(2) && !letter(3)) {
            return false;
        }
        while self.peek(0).is_alphabetic() && !self.peek(1).is_alphabetic() {
            fold_letter(self.peek(0), word);
            self.at += 1;
            if self.peek(0) != '.' {
                break;
            }
            self.at += 1;
        }
        true
    }
}

/// Digits as a whole number; leading zeros and very long ones digit by digit.
fn whole(digits: &str) -> String {
    match digits.parse() {
        Ok(n) if !digits.starts_with('0') || digits == "0" => numerals::cardinal(n),
        _ => numerals::digits(digits),
    }
}

/// `7:30` is `seven thirty`, `7:05` `seven oh five`, `7:00` `seven oclock`,
/// `07:30` `zero seven thirty`.
fn clock(hour: &str, minute: &str) -> String {
    let said = match minute {
        "00" => "oclock".to_owned(),
        _ if minute.len() == 2 && minute.starts_with('0') => format!("oh {}", whole(&minute[1..])),
        _ => whole(minute),
    };
    match hour {
        "00" => format!("zero {said}"),
        _ => format!("{} {said}", whole(hour)),
    }
}

/// `1:05:30` is `one hours five minutes thirty seconds`, without what is zero.
fn stretch(hours: &str, minutes: &str, seconds: &str) -> String {
    let parts = [(hours, "hours"), (minutes, "minutes"), (seconds, "seconds")];
    let said = parts.into_iter().filter_map(|(digits, unit)| {
        let count: u64 = digits.parse().ok().filter(|count| *count != 0)?;
        Some(format!("{} {unit}", numerals::cardinal(count)))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() {
        "zero seconds".to_owned()
    } else {
        said.join(" ")
    }
}

/// A part of one in words: 3 and 8 are `three eighths`. `None` for what has
/// no such words, and for one and more.
fn fraction(above: u8, below: u8) -> Option<String> {
    if above == 0 || below <= above {
        return None;
    }
    let name = match (above, below) {
        (1, 2) => return Some("half".to_owned()),
        (1, 4) => return Some("a quarter".to_owned()),
        (3, 4) => return Some("three quarters".to_owned()),
        _ if DENOMINATORS.contains(&below) => numerals::ORDINALS[usize::from(below) - 1],
        _ => return None,
    };
    let plural = if above == 1 { "" } else { "s" };
    Some(format!(
        "{} {name}{plural}",
        numerals::cardinal(above.into())
    ))
}

fn vulgar_fraction(c: char) -> Option<(u8, u8)> {
    Some(match c {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    })
}

/// The zeros of the decimal digits of other scripts; the other nine follow.
const ZEROS: [char; 19] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}',
    '\u{17e0}', '\u{1810}', '\u{ff10}',
];

/// A decimal digit of any script as an ASCII one; anything else as it is.
fn digit(c: char) -> char {
    if c.is_ascii() || !c.is_numeric() {
        return c;
    }
    let above = ZEROS
        .iter()
        .filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero)));
    let value = above.into_iter().find(|value| *value < 10);
    value
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(c)
}

fn currency(c: char) -> Option<&'static str> {
    match c {
        '$' => Some("dollars"),
        '£' => Some("pounds"),
        '€' => Some("euros"),
        _ => None,
    }
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Adds `c` in lower case and without its accent.
fn fold_letter(c: char, word: &mut String) {
    for c in c.to_lowercase() {
        let plain = match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
            'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
            'ğ' | 'ĝ' | 'ġ' | 'ģ' => "g",
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
            'ķ' => "k",
            'ł' | 'ĺ' | 'ļ' | 'ľ' => "l",
            'ñ' | 'ń' | 'ņ' | 'ň' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
            'ŕ' | 'ř' => "r",
            'ś' | 'š' | 'ş' | 'ș' | 'ŝ' => "s",
            'ť' | 'ţ' | 'ț' => "t",
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'þ' => "th",
            _ if is_combining(c) => "",
            _ => {
                word.push(c);
                continue;
            }
        };
        word.push_str(plain);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, words: &str) {
        assert_eq!(canonical(text).join(" "), words, "from `{text}`");
    }

    #[test]
    fn one_spelling_for_all() {
        check("Turn ON the Café-Bar light!", "turn on the cafe bar light");
        check(
            "What's up, don't I'd you'll",
            "what is up do not i would you will",
        );
        check("Bob’s kids' room isn't", "bobs kids room is not");
        check("OK, it's 7 o'clock", "okay it is seven oclock");
        check("colour grey centre", "color gray center");
        check("set {x}'s light", "set x light");
        check("the T.V. at 7 a.m.", "the tv at seven am");
        check("7 p m and fifty per cent", "seven pm and fifty percent");
    }

    #[test]
    fn digits_become_words() {
        check("25", "twenty five");
        check("2.5 and 2.05", "two point five and two point zero five");
        check(
            "7:30 7:05 7:00 19:45 07:30",
            "seven thirty seven oh five seven oclock nineteen forty five zero seven thirty",
        );
        check("7.30 pm", "seven thirty pm");
        check("8oz, 8 oz", "eight ounce eight ounce");
        check(
            "20% 72° 21°C -5",
            "twenty percent seventy two degrees twenty one degrees celsius minus five",
        );
        check("1st 22nd 3rd 12th", "first twenty second third twelfth");
        check("$5", "five dollars");
        check("1,000 and 1,5", "one thousand and one five");
        check("1/2 2½, ½", "half two and a half half");
        check("1 1/2 and 1 and 1/2", "one and a half and one and a half");
        check(
            "3/8 5/16 1/3 2/3 ⅞",
            "three eighths five sixteenths one third two thirds seven eighths",
        );
        check(
            "3/32 24/12 12/24/2026",
            "three slash thirty two twenty four slash twelve twelve slash twenty four slash two thousand twenty six",
        );
        check(
            ".5 -.25 0.5",
            "point five minus point two five zero point five",
        );
        check("1-1/2 1½h", "one and a half one and a half hours");
        check(
            "1:05:30 0:09:32",
            "one hours five minutes thirty seconds nine minutes thirty two seconds",
        );
        check("٣٥ ４２", "thirty five forty two");
        check("m² Ⅷ", "m ² ⅷ");
        check(
            "1h30 1h 30m 45s",
            "one hours thirty one hours thirty m forty five seconds",
        );
        check(
            "for 90s a 90s timer 120s",
            "for ninety seconds a ninety seconds timer one hundred twenty seconds",
        );
        check(
            "play 80s music from the 1990s",
            "play eighties music from the one thousand nine hundred nineties",
        );
        check("2026-12-24", "two thousand twenty six twelve twenty four");
        check(
            "in the 80s on channel 007",
            "in the eighties on channel zero zero seven",
        );
        check("5min 30 sec 5pm", "five minutes thirty seconds five pm");
        check("MP3", "mp three");
    }

    #[test]
    fn words_know_their_place() {
        let text = "Add 2 Odd Songs, please";
        let words = normalize(text);
        assert_eq!(&text[words[1].start..words[3].end], "2 Odd Songs");
        assert!(words[3].pause && !words[2].pause);
    }

    #[test]
    fn what_an_apostrophe_leaves_is_canonical_too() {
        for (text, expected) in [("O'K", "okay"), ("l'b", "pounds"), ("mr'll", "mister will")] {
            assert_eq!(canonical(text).join(" "), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "\\PC*") {
            for word in normalize(&text) {
                prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
                prop_assert!(!word.text.is_empty());
            }
        }

        #[test]
        fn canonical_words_stay_as_they_are(text in "[a-zA-Z0-9' .,:%-]{0,40}") {
            let once = canonical(&text).join(" ");
            prop_assert_eq!(canonical(&once).join(" "), once);
        }
    }
}
