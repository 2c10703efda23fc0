//! Tests of the real models on generated sound: silence, noise, tones. Speech is
//! tested where there is a voice to synthesise it.

use super::{Ear, EarError, Hearing, SILENCE_DB, ScriptedEar};
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};
use mynah_core::model::{Sensitivity, Verify, Wake, WakeWord};
use mynah_models::Store;

fn wake(names: &[&str]) -> Wake {
    Wake {
        words: names
            .iter()
            .map(|&name| WakeWord {
                name: name.into(),
                sensitivity: Sensitivity::High,
            })
            .collect(),
        refractory_ms: 2000,
        verify: Verify::Doubtful,
    }
}

/// Frames of a sound given as a function of the sample's index.
fn frames(seconds: u64, mut sound: impl FnMut(u64) -> f32) -> Vec<AudioFrame> {
    (0..seconds * 16_000 / FRAME_SAMPLES as u64)
        .map(|n| AudioFrame {
            start: SampleTime(n * FRAME_SAMPLES as u64),
            samples: std::array::from_fn(|i| sound(n * FRAME_SAMPLES as u64 + i as u64)),
        })
        .collect()
}

/// Reproducible white noise.
fn noise(level: f32) -> impl FnMut(u64) -> f32 {
    let mut state = 1_u32;
    move |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        #[expect(clippy::cast_precision_loss, reason = "noise")]
        let unit = (state >> 8) as f32 / 8_388_608.0 - 1.0;
        level * unit
    }
}

/// Checks that a sound without speech gives no detection and no speech.
fn check(name: &str, sound: impl FnMut(u64) -> f32, level_db: f32) {
    let mut ear = Ear::load(&Store::discover(), &wake(&["hey_jarvis", "alexa"]))
        .expect("the models; fetch them with `mynah models fetch`");
    let percepts: Vec<_> = frames(5, sound).iter().map(|f| ear.hear(f)).collect();
    assert!(percepts.iter().all(|p| p.woke.is_none()), "{name} woke");
    let spoken = percepts.iter().filter(|p| p.speech > 0.5).count();
    assert!(
        spoken * 20 < percepts.len(),
        "{name}: {spoken} frames of speech"
    );
    let last = percepts.last().expect("5 s of frames");
    assert!(
        (last.level_db - level_db).abs() < 0.5,
        "{name}: {}",
        last.level_db
    );
    assert_eq!(
        last.end,
        SampleTime(percepts.len() as u64 * FRAME_SAMPLES as u64)
    );
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "test signals are short")]
fn what_is_no_speech_is_not_heard_as_speech() {
    check("silence", |_| 0.0, SILENCE_DB);
    check("quiet noise", noise(0.01), -44.8);
    check("loud noise", noise(0.5), -10.8);
    let hum = |n: u64| 0.2 * (std::f32::consts::TAU * 50.0 * n as f32 / 16_000.0).sin();
    check("mains hum", hum, -17.0);
}

#[test]
fn an_unknown_word_names_those_there_are() {
    let Err(error) = Ear::load(&Store::discover(), &wake(&["hey_nobody"])) else {
        panic!("there is no such word");
    };
    assert!(matches!(error, EarError::UnknownWord { .. }), "{error}");
    let text = error.to_string();
    for part in ["`hey_nobody`", "`hey_jarvis`", "mynah models fetch"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_missing_runtime_is_an_error_and_no_hang() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let store = Store::at(empty.path());
    let text = match Ear::load(&store, &wake(&[])) {
        Ok(_) => panic!("there is no model in an empty folder"),
        Err(error) => error.to_string(),
    };
    assert!(text.contains("mynah models fetch"), "{text}");
}

#[test]
fn a_script_is_heard_as_it_is_written() {
    let at = |ms| SampleTime::default().plus_ms(ms);
    let mut ear = ScriptedEar::new()
        .wake(at(100), "hey_jarvis")
        .speech(at(200)..at(300));
    let heard: String = frames(1, |_| 0.0)
        .iter()
        .map(|frame| match ear.hear(frame) {
            percept if percept.woke.is_some() => 'W',
            percept if percept.speech > 0.5 => 's',
            _ => '.',
        })
        .collect();
    assert_eq!(heard, "...W..ssss.....................");
}

/// A store with the models of this machine and these trained words.
fn store_with(words: &[(&str, &[u8])]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in words {
        std::fs::write(folder.path().join(format!("{name}.word")), content).expect("room");
    }
    let store = Store::discover().with_words(folder.path().to_owned());
    (folder, store)
}

/// A word whose score is the same for any sound: with this bias it fires never or
/// always.
fn trained(name: &str, bias: f32) -> Vec<u8> {
    let classifier = mynah_wake::Classifier {
        weights: vec![0.0; 8 * mynah_wake::WIDTH],
        bias,
    };
    let sha256 = super::embedding::sha256();
    mynah_wake::word::Word::new(name, name, "en", &sha256, &classifier).write()
}

#[test]
fn trained_and_built_in_words_are_heard_together() {
    let (_folder, store) = store_with(&[
        ("never", &trained("never", -20.0)),
        ("always", &trained("always", 20.0)),
    ]);
    let words = wake(&["hey_jarvis", "never", "always"]);
    let mut ear = Ear::load(&store, &words).expect("the models; `mynah models fetch`");
    let percepts = frames(5, noise(0.01));
    let woken = percepts.iter().filter_map(|frame| ear.hear(frame).woke);
    let woken: Vec<_> = woken
        .filter(|wake| wake.sure)
        .map(|wake| wake.word)
        .collect();
    // Its score never falls: that is one utterance.
    assert_eq!(woken, ["always"]);
}

#[test]
fn a_damaged_word_is_an_error_that_says_what_to_do() {
    let whole = trained("mine", 0.0);
    let (_folder, store) = store_with(&[("mine", &whole[..whole.len() / 2])]);
    let Err(error) = Ear::load(&store, &wake(&["mine"])) else {
        panic!("half a file is no word");
    };
    let text = error.to_string();
    for part in ["mine.word`", "damaged", "hint: ", "mynah wake train"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let Err(error) = Ear::load(&store, &wake(&["yours"])) else {
        panic!("there is no such word");
    };
    assert!(error.to_string().contains("`mine`"), "{error}");
}
