//! The second look at wake words on real models: Whisper tells a wake word
//! from words that sound like it. The voice's chance is switched off, so that
//! each run hears the same.

use std::fs;
use std::os::unix::fs::symlink;

use mynah_audio::convert::resample;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};
use mynah_core::grammar::Grammar;
use mynah_core::model::{Sensitivity, Verify, Wake, WakeWord};
use mynah_core::turn::Utterance;
use mynah_models::Store;
use mynah_speech::ear::{Ear, Hearing as _};
use mynah_speech::stt::{WakeVerifier as _, Whisper};
use mynah_speech::voice::{Piper, Synthesizer as _};

const VOICE: &str = "en_US-joe-medium";
const FETCH: &str = "the models; fetch them with `mynah models fetch`";

/// Piper without chance: its own model under a description that has none.
fn steady_voice() -> Piper {
    let store = Store::discover();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let steady = Store::at(folder.path());
    let files = store.need(VOICE).expect(FETCH);
    let description = format!("{VOICE}.onnx.json");
    fs::create_dir(folder.path().join(VOICE)).expect("a new folder");
    for weights in &files[..2] {
        let name = weights.file_name().expect("a file").to_string_lossy();
        symlink(weights, steady.path(VOICE, &name)).expect("a new link");
    }
    let runtime = store.root().join("onnxruntime");
    symlink(runtime, folder.path().join("onnxruntime")).expect("a new link");
    let text = fs::read_to_string(store.path(VOICE, &description)).expect(FETCH);
    let mut text: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    text["inference"]["noise_scale"] = 0.0.into();
    text["inference"]["noise_w"] = 0.0.into();
    fs::write(steady.path(VOICE, &description), text.to_string()).expect("a new file");
    Piper::load(&steady, VOICE, 1.0).expect(FETCH)
}

/// A text spoken, at 16 kHz, with some quiet before and after.
fn say(voice: &mut Piper, text: &str) -> Vec<f32> {
    let mut speech = Vec::new();
    voice
        .speak(text, &mut |clause| {
            speech.extend(clause);
            true
        })
        .expect("the voice can say this");
    let speech = resample(&speech, voice.sample_rate(), SAMPLE_RATE);
    let quiet = vec![0.0; SAMPLE_RATE as usize / 4];
    [&quiet[..], &speech, &quiet].concat()
}

fn whisper() -> Whisper {
    let file = "[stt]\nthreads = 1\n[[intent]]\nname = \"hello\"\nphrases = [\"hello there\"]\n";
    let settings = mynah_config::parse(file).expect("the file is good");
    let model = Store::discover().need(&settings.stt.model).expect(FETCH);
    Whisper::load(&model[0], None, &settings, &Grammar::compile(&settings)).expect(FETCH)
}

#[test]
fn a_wake_word_is_told_from_what_sounds_like_it() {
    let mut voice = steady_voice();
    let mut whisper = whisper();
    let mut wrong = Vec::new();
    let mut check = |text: &str, word: &str, expected: bool| {
        let utterance = Utterance {
            start: SampleTime(0),
            samples: say(&mut voice, text),
            wake: None,
        };
        let found = whisper.verify(&utterance, word).expect("the model works");
        println!("{text} | {word}: {found:?}");
        if found.believes() != expected {
            wrong.push(format!("`{text}` | {word}: {found:?}"));
        }
    };
    check("Alexa.", "alexa", true);
    check("Alexa, turn it on.", "alexa", true);
    check("I said, Alexa.", "alexa", true);
    check("Hey Jarvis.", "hey_jarvis", true);
    check("Hey Jarvis, stop.", "hey_jarvis", true);
    for (text, word) in [
        ("Alexander called me.", "alexa"),
        ("I like some tea.", "alexa"),
        ("Hey Travis, come here.", "hey_jarvis"),
        ("They harvest in June.", "hey_jarvis"),
        ("Okay Nancy, let us go.", "okay_nabu"),
        ("Okay, another one.", "okay_nabu"),
        ("Hey Michael, stop.", "hey_mycroft"),
        ("Computer science is hard.", "alexa"),
        ("Turn on the light.", "hey_jarvis"),
    ] {
        check(text, word, false);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn silence_and_noise_hold_no_wake_word() {
    let mut whisper = whisper();
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        #[expect(clippy::cast_precision_loss, reason = "noise")]
        let unit = (state >> 8) as f32 / 8_388_608.0 - 1.0;
        0.05 * unit
    });
    let sounds = [vec![0.0; 28_800], noise.take(28_800).collect(), Vec::new()];
    for samples in sounds {
        let start = SampleTime(0);
        let length = samples.len();
        let utterance = Utterance {
            start,
            samples,
            wake: None,
        };
        for word in ["alexa", "hey_jarvis", "okay_nabu", "hey_mycroft"] {
            let found = whisper.verify(&utterance, word).expect("the model works");
            assert!(!found.believes(), "{length} samples, {word}: {found:?}");
        }
    }
}

/// The voice detector rests while nobody needs it; once it is needed, it
/// hears as if it had never rested.
#[test]
fn an_ear_that_rested_hears_as_well() {
    let wake = Wake {
        words: vec![WakeWord {
            name: "hey_jarvis".into(),
            sensitivity: Sensitivity::Normal,
        }],
        refractory_ms: 2000,
        verify: Verify::Doubtful,
    };
    let mut voice = steady_voice();
    let pause = vec![0.0; SAMPLE_RATE as usize];
    let sound = [
        pause.clone(),
        say(
            &mut voice,
            "The weather was fine and everybody went outside.",
        ),
        say(&mut voice, "Turn on the light."),
        pause,
    ]
    .concat();
    let load = || Ear::load(&Store::discover(), &wake).expect(FETCH);
    let (mut awake, mut rested) = (load(), load());
    let (mut compared, mut spoken) = (0, 0);
    for (samples, number) in sound.as_chunks::<FRAME_SAMPLES>().0.iter().zip(0..) {
        let frame = AudioFrame {
            start: SampleTime(number * FRAME_SAMPLES as u64),
            samples: *samples,
        };
        // In the middle of the first sentence somebody begins to listen; for
        // ten frames of the second nobody does.
        let attends = 64 < number && !(120..130).contains(&number);
        rested.attend(attends);
        let (expected, found) = (awake.hear(&frame), rested.hear(&frame));
        assert_eq!(expected.woke, found.woke);
        if attends {
            compared += 1;
            spoken += usize::from(expected.speech > 0.5);
            assert!(
                (expected.speech - found.speech).abs() < 0.1,
                "frame {number}: {} instead of {}",
                found.speech,
                expected.speech
            );
        } else {
            assert!(found.speech.abs() < f32::EPSILON);
        }
    }
    assert!(20 < spoken && spoken < compared, "{spoken} of {compared}");
}
