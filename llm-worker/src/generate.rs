//! The text of an answer as it grows: where it ends, and what is cut off.

use mynah_llm_link::{Ask, decided};

/// An answer in the making.
pub struct Growing<'a> {
    ask: &'a Ask,
    bytes: Vec<u8>,
    tokens: u32,
}

impl<'a> Growing<'a> {
    /// Nothing said yet.
    pub fn new(ask: &'a Ask) -> Self {
        Self {
            ask,
            bytes: Vec::new(),
            tokens: 0,
        }
    }

    /// Adds a token's bytes, which may be a part of a character; a token that
    /// ends the model's turn has none. Whether the answer ends here.
    pub fn push(&mut self, piece: &[u8], end_of_turn: bool) -> bool {
        self.tokens += 1;
        self.bytes.extend_from_slice(piece);
        let text = String::from_utf8_lossy(&self.bytes);
        end_of_turn
            || self.tokens >= self.ask.max_tokens
            || stop_at(&text, &self.ask.stops).is_some()
            || (!self.ask.choices.is_empty() && decided(&text, &self.ask.choices))
    }

    /// The text without stop string and without a half character at its end,
    /// and the tokens it took.
    pub fn finish(mut self) -> (String, u32) {
        let whole = match std::str::from_utf8(&self.bytes) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.bytes.len(),
        };
        self.bytes.truncate(whole);
        let mut text = String::from_utf8_lossy(&self.bytes).into_owned();
        if let Some(cut) = stop_at(&text, &self.ask.stops) {
            text.truncate(cut);
        }
        (text, self.tokens)
    }
}

/// Where the first stop string begins.
fn stop_at(text: &str, stops: &[String]) -> Option<usize> {
    stops
        .iter()
        .filter(|stop| !stop.is_empty())
        .filter_map(|stop| text.find(stop))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        pieces: &[&[u8]],
        max_tokens: u32,
        stops: &[&str],
        choices: &[&str],
        want: (&str, u32),
    ) {
        let ask = Ask {
            text: String::new(),
            follow: false,
            max_tokens,
            stops: stops.iter().map(ToString::to_string).collect(),
            choices: choices.iter().map(ToString::to_string).collect(),
            deadline_ms: 0,
        };
        let mut growing = Growing::new(&ask);
        for piece in pieces {
            if growing.push(piece, piece.is_empty()) {
                break;
            }
        }
        assert_eq!(growing.finish(), (want.0.to_owned(), want.1));
    }

    #[test]
    fn an_answer_ends_where_it_is_told_to() {
        check(&[b"one", b" two", b" three"], 2, &[], &[], ("one two", 2));
        check(
            &[b"kitchen", b"\",\n", b"more"],
            9,
            &["\""],
            &[],
            ("kitchen", 2),
        );
        check(&[b"a", b"\nb;", b"c"], 9, &[";", "\n"], &[], ("a", 2));
        check(&[b"yes", b"", b"never"], 9, &[], &[], ("yes", 2));
        check(
            &[b"light", b"_s", b"et"],
            9,
            &[],
            &["light_set", "light_dim"],
            ("light_s", 2),
        );
        check(&[b"caf\xc3", b"\xa9", b""], 9, &[], &[], ("caf\u{e9}", 3));
        check(&[b"caf\xc3"], 1, &[], &[], ("caf", 1));
    }
}
