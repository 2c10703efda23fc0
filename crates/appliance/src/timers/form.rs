//! The book as it is written down: one JSON document with a version and a
//! digest of itself, so that a damaged file, one of a later version and a good
//! one can be told apart.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// The version that is written, and the newest that can be read. Another
/// version has another file name as well (see [`super::store`]); kinds of
/// entries may be added without a new version, since entries that are not
/// understood are kept.
const VERSION: u64 = 1;

const FORMAT: &str = "mynah-timers";

/// The digest is made with this in its own place.
const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// 200 entries have under 100 kB.
const MAX_BYTES: u64 = 16 << 20;

/// Ids beyond this are not exact in JSON as others read it, and nobody has set
/// so many.
pub(super) const MAX_ID: u64 = 1 << 53;

/// The whole document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    format: String,
    version: u64,
    sha256: String,
    /// Grows with each change: of two copies, the higher one is the newer.
    pub(super) generation: u64,
    /// The id that the next entry gets.
    pub(super) next_id: u64,
    /// In percent, once somebody has said one.
    pub(super) volume: Option<u8>,
    /// What was taken over from the file of the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) took_over: Option<TookOver>,
    /// Each as it was written, understood or not.
    pub(super) entries: Vec<Value>,
    /// What a later program of the same version has added.
    #[serde(flatten)]
    pub(super) more: Map<String, Value>,
}

/// Which content of the former version's file is in this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TookOver {
    /// The file's time of change, in seconds and nanoseconds, and its size.
    pub(super) stamp: (i64, i64, u64),
    /// Of what was in it; `None`: it was damaged.
    pub(super) sha256: Option<String>,
    /// The id that its next entry would have got.
    pub(super) next_id: u64,
}

/// What a file turned out to be.
#[derive(Debug)]
pub(super) enum Found {
    /// There is none.
    Nothing,
    /// Every byte is as it was written.
    Good(Box<Document>),
    /// Every byte is as it was written, by a version that is unknown here.
    Later(String),
    /// It is not what was written, for this reason.
    Damaged(String),
}

impl TookOver {
    /// The file is damaged, or too old.
    pub(super) const fn nothing_of(stamp: (i64, i64, u64)) -> Self {
        Self {
            stamp,
            sha256: None,
            next_id: 0,
        }
    }
}

impl Document {
    /// Nothing was ever set.
    pub(super) fn empty() -> Self {
        Self {
            format: FORMAT.into(),
            version: VERSION,
            sha256: BLANK.into(),
            generation: 0,
            next_id: 1,
            volume: None,
            took_over: None,
            entries: Vec::new(),
            more: Map::new(),
        }
    }

    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let blank = Self {
            sha256: BLANK.into(),
            ..self.clone()
        };
        let text = serde_json::to_string_pretty(&blank).expect("plain data becomes JSON");
        text.replacen(BLANK, &digest(text.as_bytes()), 1) + "\n"
    }
}

/// Reads a file, and believes nothing of it. A link is not followed: where
/// another user may write, it would lead anywhere.
///
/// # Errors
/// When it is there and may not be read, or is no regular file.
pub(super) fn read(path: &Path) -> io::Result<Found> {
    match content(path) {
        Ok(None) => Ok(Found::Nothing),
        Ok(Some(bytes)) => Ok(parse(&bytes)),
        // A sector that the card cannot read any more.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
            Ok(Found::Damaged(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The bytes of a regular file; `None`: there is none.
pub(super) fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path);
    let file = match opened {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        opened => opened?,
    };
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if MAX_BYTES < found.len() {
        return Err(io::Error::other("it is larger than 16 MB"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn parse(bytes: &[u8]) -> Found {
    let damaged = |why: &str| Found::Damaged(why.to_owned());
    let Ok(text) = std::str::from_utf8(bytes) else {
        return damaged("it is no text");
    };
    let Ok(head) = serde_json::from_str::<Value>(text) else {
        return damaged("it is no JSON");
    };
    let (Some(version), Some(sha256)) = (head["version"].as_u64(), head["sha256"].as_str()) else {
        return damaged("it has no version or no digest");
    };
    let blank = text.trim_end().replacen(sha256, BLANK, 1);
    if head["format"] != FORMAT || digest(blank.as_bytes()) != sha256 {
        return damaged("its digest is another");
    }
    if VERSION < version {
        return Found::Later(format!(
            "it is of version {version}, this program reads {VERSION}"
        ));
    }
    match serde_json::from_value(head) {
        Ok(document) => Found::Good(Box::new(document)),
        Err(error) => Found::Later(format!("it is of another program: {error}")),
    }
}

/// The sha256, in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        let mut document = Document::empty();
        document.generation = 3;
        document.next_id = 9;
        document.volume = Some(40);
        document.entries = vec![json!({"id": 8, "kind": "later", "of": [1.25, null]})];
        document.more.insert("hue".into(), json!({"deep": true}));
        document
    }

    fn check(bytes: &[u8], expected: &str) {
        let found = match parse(bytes) {
            Found::Nothing => "nothing".into(),
            Found::Good(_) => "good".into(),
            Found::Later(why) => format!("later: {why}"),
            Found::Damaged(why) => format!("damaged: {why}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_written_is_read_also_what_is_not_understood() {
        let text = document().text();
        let Found::Good(read) = parse(text.as_bytes()) else {
            panic!("{text}");
        };
        assert_eq!(read.entries, document().entries);
        assert_eq!(read.more, document().more);
        assert_eq!(read.text(), text);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_seen() {
        let text = document().text();
        for at in 0..text.len() - 1 {
            for bit in 0..8 {
                let mut broken = text.clone().into_bytes();
                broken[at] ^= 1 << bit;
                let found = parse(&broken);
                assert!(
                    matches!(found, Found::Damaged(_)),
                    "byte {at}, bit {bit}: {found:?}"
                );
            }
            assert!(
                matches!(parse(&text.as_bytes()[..at]), Found::Damaged(_)),
                "cut to {at}"
            );
        }
        check(b"", "damaged: it is no JSON");
        check(&[0; 4096], "damaged: it is no JSON");
        check(b"[1]", "damaged: it has no version or no digest");
    }

    #[test]
    fn a_later_version_is_no_damage() {
        let mut later = document();
        later.version = 2;
        check(
            later.text().as_bytes(),
            "later: it is of version 2, this program reads 1",
        );
    }
}
