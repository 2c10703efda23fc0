//! Tests of what the cache keeps, evicts and rejects.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::super::{Synthesizer, Tone, VoiceError};
use super::{CachedVoice, TEXT_CHARS};

/// A tone that counts how often it is asked.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicU32>);

impl Synthesizer for Counted {
    fn sample_rate(&self) -> u32 {
        Tone.sample_rate()
    }

    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Tone.speak(text, sink)
    }
}

/// The clauses of `text`, and how often the voice was asked so far.
fn check(voice: &mut CachedVoice<Counted>, text: &str, asked: u32) -> Vec<Vec<f32>> {
    let mut clauses = Vec::new();
    voice
        .speak(text, &mut |clause| {
            clauses.push(clause);
            true
        })
        .expect("a tone never fails");
    assert_eq!(voice.voice.0.load(Ordering::Relaxed), asked, "{text}");
    clauses
}

fn cache(folder: &Path, fingerprint: &str) -> CachedVoice<Counted> {
    let fixed = ["Okay.", "Okay, it is done."].map(String::from).to_vec();
    CachedVoice::new(Counted::default(), fingerprint, Some(folder.to_owned())).fixed(fixed)
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = folder.read_dir().expect("the folder was made");
    entries
        .map(|entry| entry.expect("readable").path())
        .collect()
}

#[test]
fn speech_is_remembered_in_memory_and_on_disk() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut first = cache(folder.path(), "voice 1");
    let fresh = check(&mut first, "Okay, it is done.", 1);
    assert_eq!(check(&mut first, "Okay, it is done.", 1), fresh);
    check(&mut first, "Something else.", 2);
    check(&mut first, "Something else.", 2);
    check(&mut first, "", 3);
    assert_eq!(files(folder.path()).len(), 1, "only fixed sentences");

    let mut second = cache(folder.path(), "voice 1");
    let stored = check(&mut second, "Okay, it is done.", 0);
    assert_eq!(stored.concat().len(), fresh.concat().len());
    for (a, b) in stored.iter().flatten().zip(fresh.iter().flatten()) {
        assert!((a - b).abs() < 1e-4);
    }

    let mut other = cache(folder.path(), "voice 2");
    check(&mut other, "Okay, it is done.", 1);
}

#[test]
fn what_was_prepared_is_at_hand() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut voice = cache(folder.path(), "voice");
    let mut prepare = |text: &str, wanted: bool, asked: u32, kept: usize| {
        let prepared = voice.prepare(text, &|| wanted);
        prepared.expect("a tone never fails");
        assert_eq!(voice.voice.0.load(Ordering::Relaxed), asked, "{text}");
        let found = folder.path().read_dir().map_or(0, Iterator::count);
        assert_eq!(found, kept, "{text}");
    };
    prepare("Something else.", true, 0, 0);
    prepare("Okay, it is done.", false, 1, 0);
    prepare("Okay, it is done.", true, 2, 1);
    prepare("Okay, it is done.", true, 2, 1);
    check(&mut voice, "Okay, it is done.", 2);
}

#[test]
fn long_and_interrupted_speech_is_not_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut voice = cache(folder.path(), "voice");
    let long = "word ".repeat(TEXT_CHARS);
    check(&mut voice, &long, 1);
    check(&mut voice, &long, 2);
    voice
        .speak("Okay, it is done.", &mut |_| false)
        .expect("stopping is no error");
    check(&mut voice, "Okay, it is done.", 4);
    check(&mut voice, "Okay, it is done.", 4);
}

#[test]
fn a_damaged_file_is_ignored_and_written_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = {
        let mut voice = cache(folder.path(), "voice");
        check(&mut voice, "Okay.", 1);
        fs::read(&files(folder.path())[0]).expect("the file just written")
    };
    let file = &files(folder.path())[0];
    let mut flipped = whole.clone();
    flipped[20] ^= 1;
    for damaged in [&whole[..whole.len() - 1], &whole[..20], b"", &flipped[..]] {
        fs::write(file, damaged).expect("a file that can be written");
        check(&mut cache(folder.path(), "voice"), "Okay.", 1);
        assert_eq!(fs::read(file).expect("written anew"), whole);
    }
}

#[test]
fn a_folder_that_cannot_be_written_costs_nothing_but_the_cache() {
    let folder = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut voice = cache(folder.path(), "voice");
    check(&mut voice, "Okay.", 1);
    check(&mut voice, "Okay.", 1);
}
