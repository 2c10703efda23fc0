//! Canonical words of German: the one spelling in which the owner's phrases, the
//! values of slots and transcripts meet. Lower case; umlauts are letters, however
//! they are written ("ae" too); "ss" for the sharp s; numerals as
//! [`super::numerals`] has them; a particle apart from its verb.

mod fold;

use super::numerals::NUMERALS;
use crate::language::Word;
use crate::language::letters::vulgar_fraction;
use crate::language::shared::scan::{Scanner, Signs};

static SIGNS: Signs = Signs {
    said: &[
        ('%', "prozent"),
        ('&', "und"),
        ('+', "plus"),
        ('€', "euro"),
        ('$', "dollar"),
        ('℃', "grad celsius"),
    ],
    degrees: "grad",
    scales: &[('c', "celsius")],
    minus: "minus",
    group: '.',
};

/// The canonical words of `text`, in order, with their places in it.
pub(super) fn normalize(text: &str) -> Vec<Word> {
    let mut reader = Reader {
        scan: Scanner::new(text, &SIGNS),
    };
    while !reader.scan.is_at_end() {
        reader.token();
    }
    fold::join(&mut reader.scan.words);
    fold::polite_orders(&mut reader.scan.words);
    reader.scan.words
}

struct Reader {
    scan: Scanner,
}

impl Reader {
    fn token(&mut self) {
        let from = self.scan.at;
        let c = self.scan.peek(0);
        if c.is_ascii_digit() {
            self.number();
        } else if c.is_alphabetic() {
            self.word();
        } else if let Some((above, below)) = vulgar_fraction(c) {
            self.scan.at += 1;
            self.scan.push(&fraction(above, below), from);
        } else {
            self.scan.symbol();
        }
    }

    fn number(&mut self) {
        let from = self.scan.at;
        let figures = self.scan.figures(&['.', ',', ':', '/', '-']);
        let figures = figures.trim_end_matches([',', ':', '/', '-']);
        let dotted = figures.trim_end_matches('.');
        if let Some(said) = Self::date(figures).or_else(|| time(dotted, &self.behind(dotted))) {
            let time = dotted.contains([':', '.']) && said.contains("uhr");
            self.scan.at += if time { dotted } else { figures }.chars().count();
            self.scan.push(&said, from);
            if time {
                self.skip_word("uhr");
            }
            return;
        }
        if !fold::is_readable(dotted) {
            self.scan.at += dotted.chars().count();
            self.scan.push(dotted, from);
            return;
        }
        let digits = self.scan.take_digits();
        let (mark, next) = (self.scan.peek(0), self.scan.peek(1));
        if mark == ',' && next.is_ascii_digit() {
            self.scan.at += 1;
            let decimals = self.scan.take_digits();
            let said = format!(
                "{} komma {}",
                NUMERALS.whole(&digits),
                NUMERALS.digits(&decimals)
            );
            self.scan.push(&said, from);
        } else if mark == '/' && next.is_ascii_digit() {
            self.scan.at += 1;
            let below = self.scan.take_digits();
            let said = match (digits.parse(), below.parse()) {
                (Ok(above), Ok(below)) => fraction(above, below),
                _ => format!(
                    "{} schrägstrich {}",
                    NUMERALS.whole(&digits),
                    NUMERALS.whole(&below)
                ),
            };
            self.scan.push(&said, from);
        } else if mark == '.' && self.is_ordinal() {
            self.scan.at += 1;
            self.scan
                .push(&NUMERALS.ordinal(digits.parse().unwrap_or(0)), from);
        } else {
            self.scan.push(&NUMERALS.whole(&digits), from);
        }
        self.unit();
    }

    /// The word behind figures of this many characters, in lower case.
    fn behind(&self, figures: &str) -> String {
        let word = self
            .scan
            .rest()
            .skip(figures.chars().count())
            .skip_while(|c| *c == ' ')
            .take_while(|c| c.is_alphabetic());
        word.flat_map(char::to_lowercase).collect()
    }

    fn skip_word(&mut self, word: &str) {
        if self.behind("") == word {
            while self.scan.peek(0) == ' ' {
                self.scan.at += 1;
            }
            self.scan.at += word.chars().count();
        }
    }

    /// A point makes an ordinal of a number where the sentence goes on behind it
    /// with a month or a noun: "am 3. Mai", "der 2. Timer".
    fn is_ordinal(&self) -> bool {
        let day = self.scan.peek(1) == ' ' && self.scan.peek(2).is_alphabetic();
        let after = self.scan.words.last().is_some_and(|word| {
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
            return Some(format!(
                "{} {} {}",
                NUMERALS.whole(year),
                NUMERALS.whole(month),
                NUMERALS.whole(day)
            ));
        }
        let [day, month, year] = parts.as_slice() else {
            return None;
        };
        let (day, month) = (within(day, 31)?, within(month, 12)?);
        let year = match year.len() {
            0 => String::new(),
            2 => format!(
                " zwei tausend {}",
                NUMERALS.whole(year.trim_start_matches('0'))
            ),
            4 => format!(" {}", NUMERALS.whole(year)),
            _ => return None,
        };
        Some(format!(
            "{} {}{year}",
            NUMERALS.ordinal(day),
            NUMERALS.ordinal(month)
        ))
    }

    /// A unit that is written in short right behind a number.
    fn unit(&mut self) {
        let from = self.scan.at;
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
        self.scan.push(said, from);
    }

    fn word(&mut self) {
        let from = self.scan.at;
        let mut word = String::new();
        let mut short = false;
        self.scan.take_word(|scan, c| {
            match c {
                // "mach's", "geht's": the pronoun is a word.
                '\'' if scan.peek(1) == 's' && !scan.peek(2).is_alphabetic() => {
                    scan.at += 2;
                    short = true;
                    return false;
                }
                '\'' => {}
                '\u{308}' => fold::diaeresis(&mut word),
                c if c.is_alphabetic() => fold::letter(c, &mut word),
                _ => {}
            }
            true
        });
        self.scan.push(&fold::word(&word), from);
        if short {
            self.scan.push("es", from);
        }
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
    let hour = match NUMERALS.whole(hour).as_str() {
        "eins" => "ein".to_owned(),
        "null null" => "null".to_owned(),
        hour => hour.to_owned(),
    };
    Some(match minute {
        "00" => format!("{hour} uhr"),
        _ => format!(
            "{hour} uhr {}",
            NUMERALS.whole(minute.trim_start_matches('0'))
        ),
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
        (above, 8) => format!("{} achtel", NUMERALS.cardinal(above.into())),
        (above, 5) => format!("{} fünftel", NUMERALS.cardinal(above.into())),
        (above, below) => format!(
            "{} schrägstrich {}",
            NUMERALS.cardinal(above.into()),
            NUMERALS.cardinal(below.into())
        ),
    }
}

#[cfg(test)]
mod tests;
