//! The text of an answer as it grows: where it ends, and what is cut off.

use mynah_llm_link::{Ask, decided};

/// An answer in the making.
pub(crate) struct Growing<'a> {
    ask: &'a Ask,
    /// Texts that end the model's turn, where they arrive as text.
    ends: &'a [String],
    bytes: Vec<u8>,
    tokens: u32,
}

impl<'a> Growing<'a> {
    /// Nothing said yet.
    pub(crate) fn new(ask: &'a Ask) -> Self {
        Self::with_ends(ask, &[])
    }

    /// Nothing said yet by a model that says its end marks aloud.
    pub(crate) fn with_ends(ask: &'a Ask, ends: &'a [String]) -> Self {
        Self {
            ask,
            ends,
            bytes: Vec::new(),
            tokens: 0,
        }
    }

    /// Adds a token's bytes, which may be a part of a character; a token that
    /// ends the model's turn has none. Whether the answer ends here.
    pub(crate) fn push(&mut self, piece: &[u8], end_of_turn: bool) -> bool {
        self.tokens += 1;
        self.bytes.extend_from_slice(piece);
        let text = String::from_utf8_lossy(&self.bytes);
        end_of_turn
            || self.tokens >= self.ask.max_tokens
            || stop_at(&text, &self.ask.stops).is_some()
            || stop_at(&text, self.ends).is_some()
            || (!self.ask.choices.is_empty() && decided(&text, &self.ask.choices))
    }

    /// Everything said, without a half character at its end; `None` when it is
    /// no text that a model would say.
    pub(crate) fn sound(&self) -> Option<&str> {
        let text = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&self.bytes[..error.valid_up_to()]).ok()?
            }
            Err(_) => return None,
        };
        let odd = |c: char| c.is_control() && !c.is_whitespace();
        (!text.contains(odd)).then_some(text)
    }

    /// Whether an end mark was said aloud.
    pub(crate) fn ended(&self) -> bool {
        stop_at(&String::from_utf8_lossy(&self.bytes), self.ends).is_some()
    }

    /// The text without stop string, end mark and a half character at its end,
    /// and the tokens it took.
    pub(crate) fn finish(mut self) -> (String, u32) {
        let whole = match std::str::from_utf8(&self.bytes) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.bytes.len(),
        };
        self.bytes.truncate(whole);
        let mut text = String::from_utf8_lossy(&self.bytes).into_owned();
        for stops in [&self.ask.stops, self.ends] {
            if let Some(cut) = stop_at(&text, stops) {
                text.truncate(cut);
            }
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
            max_tokens,
            stops: stops.iter().map(ToString::to_string).collect(),
            choices: choices.iter().map(ToString::to_string).collect(),
            ..Ask::default()
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

    #[test]
    fn end_marks_said_aloud_are_cut_and_noise_is_told_from_text() {
        let ask = Ask {
            max_tokens: 9,
            stops: vec!["\n".into()],
            ..Ask::default()
        };
        let ends = ["<|im_end|>".to_owned()];
        let check = |pieces: &[&[u8]], sound: Option<&str>, ended: bool, text: &str| {
            let mut growing = Growing::with_ends(&ask, &ends);
            for piece in pieces {
                if growing.push(piece, false) {
                    break;
                }
            }
            assert_eq!(growing.sound(), sound);
            assert_eq!(growing.ended(), ended);
            assert_eq!(growing.finish().0, text);
        };
        let whole: &[&[u8]] = &[b"yes", b"<|im_end|>", b"no"];
        check(whole, Some("yes<|im_end|>"), true, "yes");
        check(
            &[b"yes", b"<|im_", b"end|>"],
            Some("yes<|im_end|>"),
            true,
            "yes",
        );
        check(&[b"yes\n", b"<|im_end|>"], Some("yes\n"), false, "yes");
        check(&[b"\xff\xfe"], None, false, "\u{fffd}\u{fffd}");
        check(&[b"a\0b"], None, false, "a\0b");
    }
}
