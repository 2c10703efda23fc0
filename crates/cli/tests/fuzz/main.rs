//! Everything that is read from outside, with inputs that nobody meant: nothing may
//! panic, hang, or take memory without a bound. Deterministic in `./test`; for longer,
//! `scripts/fuzz SECONDS`. The services are in `crates/serve/tests/serve/fuzz.rs`.

mod mutate;

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use jiff::civil::date;
use mutate::{parts, run};
use mynah_appliance::backup::{Bounds, unpack::unpack};
use mynah_appliance::timers::{Import, Portable};
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::phrase::Written;
use mynah_core::timers::Moment;
use mynah_llm_link::wire::{PipeLine, Reply, Request, read_line};
use mynah_models::manifest::Manifest;

/// A whole configuration is checked by trying its tests.
const SLOW: Duration = Duration::from_secs(20);

fn lossy(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data/fuzz")
        .join(name);
    fs::read_to_string(path).expect("the corpus is in the tree")
}

#[test]
fn configurations() {
    let mut corpus = parts(&data("configurations.toml"));
    corpus.push(mynah_config::EXAMPLE.as_bytes().to_vec());
    run("configurations", &corpus, SLOW, &mut |input| {
        let text = lossy(input);
        let source = mynah_config::Source {
            name: "fuzz.toml".into(),
            text: text.clone(),
        };
        match mynah_config::parse(&text) {
            // What is right can be compiled.
            Ok(settings) => drop(Grammar::compile(&settings)),
            // What is wrong can be told.
            Err(problems) => assert!(!source.report(&problems).is_empty()),
        }
        drop(mynah_config::files_named(&text));
    });
}

#[test]
fn phrases() {
    run(
        "phrases",
        &parts(&data("phrases.txt")),
        SLOW,
        &mut |input| {
            let _ = Written::parse(&lossy(input));
        },
    );
}

#[test]
fn sentences() {
    let settings = mynah_config::parse(mynah_config::EXAMPLE).expect("the example is right");
    let parser = PhraseParser::new(&settings, &Grammar::compile(&settings));
    let moment = date(2026, 10, 7).at(15, 0, 0, 0);
    let corpus: Vec<Vec<u8>> = data("sentences.txt")
        .lines()
        .map(|line| line.as_bytes().to_vec())
        .collect();
    run("sentences", &corpus, SLOW, &mut |input| {
        // As `ask` and the services bound it.
        let text: String = lossy(input).chars().take(1000).collect();
        let _ = parser.understand(&text, moment);
    });
}

#[test]
fn sounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("it.wav");
    let mut corpus = Vec::new();
    for (channels, bits, tag) in [(1_u16, 16_u16, 1_u16), (2, 24, 1), (6, 32, 3), (1, 8, 1)] {
        let data: Vec<u8> = (0..4_000_u32)
            .map(|n| u8::try_from(n * 37 % 251).unwrap_or(0))
            .collect();
        let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        wav.extend(tag.to_le_bytes());
        wav.extend(channels.to_le_bytes());
        wav.extend(16_000_u32.to_le_bytes());
        wav.extend((16_000 * u32::from(channels * bits / 8)).to_le_bytes());
        wav.extend((channels * bits / 8).to_le_bytes());
        wav.extend(bits.to_le_bytes());
        wav.extend(b"data");
        wav.extend(4_000_u32.to_le_bytes());
        wav.extend(data);
        corpus.push(wav);
    }
    corpus.push(b"fLaC\0\0\0\x22\x10\0\x10\0".repeat(3));
    run("sounds", &corpus, SLOW, &mut |input| {
        fs::write(&path, input).expect("it can be written");
        if let Ok(sound) = mynah_audio::wav::read(&path, 30) {
            assert!(
                sound
                    .samples
                    .iter()
                    .all(|s| s.is_finite() && s.abs() <= 1.0)
            );
        }
        let _ = mynah_audio::wav::read_channels(&path, 30);
    });
}

#[test]
fn wire() {
    run("wire", &parts(&data("wire.jsonl")), SLOW, &mut |input| {
        let mut pipe = Cursor::new(input);
        // As long as it is text: then the reader hangs up.
        while let Ok(PipeLine::Text(line)) = read_line(&mut pipe) {
            let _ = serde_json::from_str::<Request>(&line);
            let _ = serde_json::from_str::<Reply>(&line);
        }
    });
}

#[test]
fn backups() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("backup.zip");
    let corpus =
        [
            fs::read(
                Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/fuzz/backup.zip"),
            )
            .expect("the corpus is in the tree"),
        ];
    run("backups", &corpus, SLOW, &mut |input| {
        fs::write(&path, input).expect("it can be written");
        if let Ok(unpacked) = unpack(&path, &Bounds::default()) {
            let _ = unpacked.check();
        }
    });
}

#[test]
fn manifests() {
    let text = include_str!("../../../../models/manifest.toml");
    run(
        "manifests",
        &[text.as_bytes().to_vec()],
        SLOW,
        &mut |input| {
            let _ = Manifest::parse(&lossy(input), "x86_64");
        },
    );
}

#[test]
fn books() {
    let folder = tempfile::tempdir().expect("a folder");
    let now = Moment {
        boot: "a".into(),
        mono_ms: 1_000,
        wall_ms: 1_795_000_000_000,
        local: date(2026, 11, 18).at(12, 0, 0, 0),
    };
    run("books", &parts(&data("books.json")), SLOW, &mut |input| {
        let Ok(book) = serde_json::from_slice::<Portable>(input) else {
            return;
        };
        if !book.is_sound() {
            return;
        }
        // What is sound is kept, and comes back.
        let state = folder.path().join("state");
        let _ = fs::remove_dir_all(&state);
        let import = Import::begin(&state, &book, &now).expect("the folder is ours");
        import.commit().expect("the folder is ours");
        let back = Portable::export(&state).expect("it can be read");
        assert!(back.is_some_and(|back| back.is_sound()));
        // And whatever a card makes of the files, they are read or refused.
        for name in ["timers.v1.json", "timers.v1.json.copy"] {
            fs::write(state.join(name), input).expect("the folder is ours");
        }
        let _ = Portable::export(&state);
    });
}
