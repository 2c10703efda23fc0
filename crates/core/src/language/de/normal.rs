//! Canonical words of German: the one spelling in which the owner's phrases, the
//! values of slots and transcripts meet. Lower case; umlauts are letters, however
//! they are written ("ae" too); "ss" for the sharp s; numerals as
//! [`super::numerals`] has them; a particle apart from its verb.

mod fold;

use super::numerals;
use crate::language::letters::{is_combining, plain, vulgar_fraction};
use crate::language::{Word, is_sign};

/// The canonical words of `text`, in order, with their places in it.
pub(super) fn normalize(text: &str) -> Vec<Word> {
    let mut reader = Reader {
        chars: text.char_indices().map(|(at, c)| (at, plain(c))).collect(),
        len: text.len(),
        at: 0,
        words: Vec::new(),
    };
    while reader.at < reader.chars.len() {
        reader.token();
    }
    fold::join(&mut reader.words);
    fold::polite_orders(&mut reader.words);
    reader.words
}

struct Reader {
    chars: Vec<(usize, char)>,
    len: usize,
    at: usize,
    words: Vec<Word>,
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
        let words = said.split(' ').filter(|word| !word.is_empty());
        self.words.extend(words.map(|word| Word {
            text: word.to_owned(),
            start,
            end,
            pause: false,
        }));
    }

    fn token(&mut self) {
        let from = self.at;
        let c = self.peek(0);
        if c.is_ascii_digit() {
            self.number();
        } else if c.is_alphabetic() {
            self.word();
        } else if let Some((above, below)) = vulgar_fraction(c) {
            self.at += 1;
            self.push(&fraction(above, below), from);
        } else {
            self.symbol(c);
        }
    }

    fn symbol(&mut self, c: char) {
        let from = self.at;
        let starts = from == 0 || self.chars[from - 1].1.is_whitespace();
        self.at += 1;
        let next = self.peek(0);
        match c {
            '%' => self.push("prozent", from),
            '&' => self.push("und", from),
            '+' => self.push("plus", from),
            '€' => self.push("euro", from),
            '$' => self.push("dollar", from),
            '°' => {
                if next.eq_ignore_ascii_case(&'c') && !self.peek(1).is_alphanumeric() {
                    self.at += 1;
                    self.push("grad celsius", from);
                } else {
                    self.push("grad", from);
                }
            }
            '℃' => self.push("grad celsius", from),
            '-' | '−' | '–' | '—' if starts && next.is_ascii_digit() => {
                self.push("minus", from);
            }
            ',' | ';' | '.' | '!' | '?' | ':' | '-' | '–' | '—' | '…'
                if !next.is_alphanumeric() =>
            {
                if let Some(last) = self.words.last_mut() {
                    last.pause = true;
                }
            }
            // No digit of a script that is known, or a sign: a word that nothing
            // explains.
            _ if c.is_numeric() || is_sign(c) => self.push(&c.to_string(), from),
            _ => {}
        }
    }

    fn take_digits(&mut self) -> String {
        let mut digits = String::new();
        while self.peek(0).is_ascii_digit() {
            digits.push(self.peek(0));
            self.at += 1;
            // A point between thousands, as in 1.000.
            let group = (1..=3).all(|n| self.peek(n).is_ascii_digit());
            if self.peek(0) == '.' && group && !self.peek(4).is_ascii_digit() {
                self.at += 1;
            }
        }
        digits
    }

    fn number(&mut self) {
        let from = self.at;
        let figures: String = (0..)
            .map(|n| self.peek(n))
            .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '/' | '-'))
            .collect();
        let figures = figures.trim_end_matches([',', ':', '/', '-']);
        let dotted = figures.trim_end_matches('.');
        if let Some(said) = Self::date(figures).or_else(|| time(dotted, &self.behind(dotted))) {
            let time = dotted.contains([':', '.']) && said.contains("uhr");
            self.at += if time { dotted } else { figures }.chars().count();
            self.push(&said, from);
            if time {
                self.skip_word("uhr");
            }
            return;
        }
        if !fold::is_readable(dotted) {
            self.at += dotted.chars().count();
            self.push(dotted, from);
            return;
        }
        let digits = self.take_digits();
        let (mark, next) = (self.peek(0), self.peek(1));
        if mark == ',' && next.is_ascii_digit() {
            self.at += 1;
            let decimals = self.take_digits();
            let said = format!("{} komma {}", whole(&digits), numerals::digits(&decimals));
            self.push(&said, from);
        } else if mark == '/' && next.is_ascii_digit() {
            self.at += 1;
            let below = self.take_digits();
            let said = match (digits.parse(), below.parse()) {
                (Ok(above), Ok(below)) => fraction(above, below),
                _ => format!("{} schrägstrich {}", whole(&digits), whole(&below)),
            };
            self.push(&said, from);
        } else if mark == '.' && self.is_ordinal() {
            self.at += 1;
            self.push(&numerals::ordinal(digits.parse().unwrap_or(0)), from);
        } else {
            self.push(&whole(&digits), from);
        }
        self.unit();
    }

    /// The word behind figures of this many characters, in lower case.
    fn behind(&self, figures: &str) -> String {
        let from = self.at + figures.chars().count();
        let rest = self.chars.iter().skip(from).map(|&(_, c)| c);
        let word = rest
            .skip_while(|c| *c == ' ')
            .take_while(|c| c.is_alphabetic());
        word.flat_map(char::to_lowercase).collect()
    }

    fn skip_word(&mut self, word: &str) {
        if self.behind("") == word {
            while self.peek(0) == ' ' {
                self.at += 1;
            }
            self.at += word.chars().count();
        }
    }

    /// A point makes an ordinal of a number where the sentence goes on behind it
    /// with a month or a noun: "am 3. Mai", "der 2. Timer".
    fn is_ordinal(&self) -> bool {
        let day = self.peek(1) == ' ' && self.peek(2).is_alphabetic();
        let after = self.words.last().is_some_and(|word| {
            matches!(
                word.text.as_str(),
                "am" | "der" | "den" | "dem" | "die" | "das" | "zum" | "vom" | "bis"
            )
        });
        let month = self.behind(".");
        day && (after || fold::is_month(&month))
    }

    /// Dates in figures: `24.12.`, `24.12.2026`, `2026-12-24`.
    fn date(figures: &str) -> Option<String> {
        let parts: Vec<&str> = figures.split('.').collect();
        let within = |text: &str, most: u64| {
            let number = text.parse().ok().filter(|n| (1..=most).contains(n))?;
            (text.len() <= 2).then_some(number)
        };
        if let [year, month, day] = figures.split('-').collect::<Vec<_>>().as_slice()
            && year.len() == 4
            && within(month, 12).is_some()
            && within(day, 31).is_some()
        {
            return Some(format!("{} {} {}", whole(year), whole(month), whole(day)));
        }
        let [day, month, year] = parts.as_slice() else {
            return None;
        };
        let (day, month) = (within(day, 31)?, within(month, 12)?);
        let year = match year.len() {
            0 => String::new(),
            2 => format!(" zwei tausend {}", whole(year.trim_start_matches('0'))),
            4 => format!(" {}", whole(year)),
            _ => return None,
        };
        Some(format!(
            "{} {}{year}",
            numerals::ordinal(day),
            numerals::ordinal(month)
        ))
    }

    /// A unit that is written in short right behind a number.
    fn unit(&mut self) {
        let from = self.at;
        let word = self.behind("");
        let said = match word.as_str() {
            "std" | "h" => "stunden",
            "min" => "minuten",
            "sek" | "s" | "sec" => "sekunden",
            "kg" => "kilogramm",
            "g" => "gramm",
            "l" => "liter",
            "ml" => "milliliter",
            "km" => "kilometer",
            "cm" => "zentimeter",
            "mm" => "millimeter",
            _ => return,
        };
        self.skip_word(&word);
        self.push(said, from);
    }

    fn word(&mut self) {
        let from = self.at;
        let mut word = String::new();
        loop {
            let c = self.peek(0);
            if c.is_alphabetic() {
                fold::letter(c, &mut word);
            } else if c == '\u{308}' {
                fold::diaeresis(&mut word);
            } else if matches!(c, '\'' | '’' | 'ʼ') && self.peek(1).is_alphabetic() {
                // "mach's", "geht's": the pronoun is a word.
                if self.peek(1) == 's' && !self.peek(2).is_alphabetic() {
                    self.at += 2;
                    self.push(&fold::word(&word), from);
                    self.push("es", from);
                    return;
                }
            } else if !is_combining(c) || is_sign(c) {
                break;
            }
            self.at += 1;
        }
        self.push(&fold::word(&word), from);
    }
}

/// Digits as a whole number; leading zeros and very long ones digit by digit.
fn whole(digits: &str) -> String {
    match digits.parse() {
        Ok(n) if !digits.starts_with('0') || digits == "0" => numerals::cardinal(n),
        _ => numerals::digits(digits),
    }
}

/// `7:30` is `sieben uhr dreissig`, `7:00` `sieben uhr`, `07:30` `null sieben uhr
/// dreissig`; `20.15` is a time where "Uhr" follows.
fn time(figures: &str, behind: &str) -> Option<String> {
    let point = behind == "uhr";
    let (hour, minute) = figures
        .split_once(':')
        .or_else(|| figures.split_once('.').filter(|_| point))?;
    let below = |text: &str, most: u32| text.parse().is_ok_and(|n: u32| n < most);
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !below(hour, 25) || !below(minute, 60)
    {
        return None;
    }
    let hour = match whole(hour).as_str() {
        "eins" => "ein".to_owned(),
        "null null" => "null".to_owned(),
        hour => hour.to_owned(),
    };
    Some(match minute {
        "00" => format!("{hour} uhr"),
        _ => format!("{hour} uhr {}", whole(minute.trim_start_matches('0'))),
    })
}

/// A part of one in words.
fn fraction(above: u8, below: u8) -> String {
    match (above, below) {
        (1, 2) => "einhalb".to_owned(),
        (1, 4) => "viertel".to_owned(),
        (3, 4) => "dreiviertel".to_owned(),
        (1, 3) => "ein drittel".to_owned(),
        (2, 3) => "zwei drittel".to_owned(),
        (1, 8) => "ein achtel".to_owned(),
        (above, 8) => format!("{} achtel", numerals::cardinal(above.into())),
        (above, 5) => format!("{} fünftel", numerals::cardinal(above.into())),
        (above, below) => format!(
            "{} schrägstrich {}",
            numerals::cardinal(above.into()),
            numerals::cardinal(below.into())
        ),
    }
}

#[cfg(test)]
mod tests;
