//! The text of an answer as it grows: where it ends, and what is cut off.

use mynah_llm_link::{Ask, decided};

/// An answer in the making.
pub(crate) struct Growing<'a> {
    ask: &'a Ask,
    /// Texts that end the model's turn, where they arrive as text.
    ends: &'a [String],
    bytes: Vec<u8>,
    tokens: u32,
    /// Bytes that were handed over piece by piece.
    told: usize,
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
            told: 0,
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

    /// What is new of an answer that is wanted piece by piece; `None` where it is not, or
    /// where what is new may yet become a stop string, a thought or half a character.
    pub(crate) fn fresh(&mut self) -> Option<String> {
        if !self.ask.stream {
            return None;
        }
        let text = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&self.bytes[..error.valid_up_to()]).ok()?,
        };
        // A thought is taken out when it is over.
        if text.trim_start().starts_with('<') {
            return None;
        }
        let stops = self.ask.stops.iter().chain(self.ends);
        let mut sure = text.len();
        for stop in stops.filter(|stop| !stop.is_empty()) {
            let at = text.find(stop.as_str());
            let begun = || {
                let from = text.char_indices().map(|(at, _)| at);
                from.filter(|at| stop.starts_with(&text[*at..])).min()
            };
            sure = sure.min(at.or_else(begun).unwrap_or(text.len()));
        }
        let new = text.get(self.told..sure).filter(|new| !new.is_empty())?;
        self.told = sure;
        Some(new.to_owned())
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
    fn pieces_hold_no_part_of_a_stop() {
        let ask = Ask {
            max_tokens: 9,
            stops: vec!["\n".into()],
            stream: true,
            ..Ask::default()
        };
        let ends = ["<|im_end|>".to_owned()];
        let check = |pieces: &[&[u8]], want: &[Option<&str>]| {
            let mut growing = Growing::with_ends(&ask, &ends);
            let mut got = Vec::new();
            for piece in pieces {
                growing.push(piece, false);
                got.push(growing.fresh());
            }
            let got: Vec<Option<&str>> = got.iter().map(Option::as_deref).collect();
            assert_eq!(got, want);
        };
        check(
            &[b"It is", b" caf\xc3", b"\xa9 <", b"|im", b"_end|>"],
            &[Some("It is"), Some(" caf"), Some("\u{e9} "), None, None],
        );
        check(&[b"a <", b"b", b"\nno"], &[Some("a "), Some("<b"), None]);
        check(&[b"<think>", b" x"], &[None, None]);
        let plain = Ask {
            stream: false,
            ..ask.clone()
        };
        let mut growing = Growing::new(&plain);
        growing.push(b"no", false);
        assert_eq!(growing.fresh(), None);
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
