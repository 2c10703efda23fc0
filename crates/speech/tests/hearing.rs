//! The ear on speech: always on what the project's own voice says, and on
//! recordings of people where the folder of shared recordings is at hand.

use std::path::{Path, PathBuf};

use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, WavSource, wav};
use mynah_core::model::{Sensitivity, Verify, Wake, WakeWord};
use mynah_core::percept::Percept;
use mynah_models::Store;
use mynah_speech::ear::wake::TAIL_MS;
use mynah_speech::ear::{Ear, Hearing as _};
use mynah_speech::voice::{Piper, Synthesizer as _};

const WORDS: [&str; 4] = ["alexa", "hey_jarvis", "hey_mycroft", "okay_nabu"];

fn ear() -> Ear {
    let wake = Wake {
        words: WORDS
            .map(|name| WakeWord {
                name: name.into(),
                sensitivity: Sensitivity::Normal,
            })
            .to_vec(),
        refractory_ms: 2000,
        verify: Verify::Never,
    };
    Ear::load(&Store::discover(), &wake).expect("the models; fetch them with `mynah models fetch`")
}

fn hear(path: &Path) -> Vec<Percept> {
    let mut ear = ear();
    let mut source = WavSource::open(path, TAIL_MS).expect("a sound file");
    let mut percepts = Vec::new();
    while let Some(frame) = source.next_frame().expect("a sound file") {
        percepts.push(ear.hear(&frame));
    }
    percepts
}

fn words(percepts: &[Percept]) -> Vec<&str> {
    percepts
        .iter()
        .filter_map(|p| Some(p.woke.as_ref()?.word.as_str()))
        .collect()
}

/// A second of quiet, `text` spoken, a second of quiet; and the frames in
/// which the voice spoke.
fn check_spoken(voice: &mut Piper, text: &str, expected: &[&str]) {
    let mut speech = Vec::new();
    voice
        .speak(text, &mut |clause| {
            speech.extend(clause);
            true
        })
        .expect("the voice can say this");
    let speech = resample(&speech, voice.sample_rate(), SAMPLE_RATE);
    let quiet = vec![0.0; SAMPLE_RATE as usize];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("spoken.wav");
    let sound = [&quiet[..], &speech, &quiet].concat();
    wav::write(&path, &sound, SAMPLE_RATE).expect("a folder to write in");

    let percepts = hear(&path);
    assert_eq!(words(&percepts), expected, "`{text}`");
    let (mut inside, mut heard, mut outside) = (0, 0, 0);
    for percept in &percepts {
        let at = usize::try_from(percept.end.0).expect("short");
        // Half a second of grace: speech fades, and so does the detector.
        if (16_000..16_000 + speech.len()).contains(&at) {
            inside += 1;
            heard += usize::from(percept.speech > 0.5);
        } else if !(16_000..24_000 + speech.len()).contains(&at) {
            outside += usize::from(percept.speech > 0.5);
        }
    }
    assert!(
        heard * 10 > inside * 6,
        "`{text}`: speech in {heard} of {inside} frames"
    );
    assert_eq!(outside, 0, "`{text}`: speech in the silence around it");
}

#[test]
fn a_spoken_wake_word_wakes_and_an_order_does_not() {
    let mut voice = Piper::load(&Store::discover(), "en_US-joe-medium", 1.0)
        .expect("the voice; fetch it with `mynah models fetch`");
    check_spoken(&mut voice, "Hey Jarvis!", &["hey_jarvis"]);
    check_spoken(&mut voice, "Turn on the kitchen light, please.", &[]);
}

/// Recordings whose folder says which word is in them.
#[test]
fn recorded_wake_words_wake() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/eval/wake");
    if !root.is_dir() {
        println!(
            "`{}` is absent: only spoken words were tested",
            root.display()
        );
        return;
    }
    let mut missed = Vec::new();
    let mut clips = 0;
    for word in WORDS {
        for take in 1..=3 {
            let path = root.join(word).join(format!("{take}.wav"));
            let percepts = hear(&path);
            clips += 1;
            // One of them says its word twice.
            let heard = words(&percepts);
            if heard.is_empty() || heard.iter().any(|&other| other != word) {
                missed.push(format!("{word} {take}: {heard:?}"));
            }
        }
    }
    println!("{clips} clips of wake words");
    assert!(missed.is_empty(), "{missed:?}");
}

/// Later releases of ONNX Runtime report to their maker, over the network and
/// by default, and keep what they could not send.
#[test]
fn the_runtime_knows_no_collector() {
    let path = Store::discover().path("onnxruntime", "libonnxruntime.so");
    let library = std::fs::read(&path).expect("the models; fetch them with `mynah models fetch`");
    let has = |word: &str| library.windows(word.len()).any(|w| w == word.as_bytes());
    assert!(
        has("OrtGetApiBase"),
        "{} is no ONNX Runtime",
        path.display()
    );
    assert!(
        !has("OneCollector"),
        "{} reports to its maker",
        path.display()
    );
}
