//! Tests of the real voice on real texts.

use super::Piper;
use crate::voice::Synthesizer as _;
use mynah_models::Store;

const VOICE: &str = "en_US-joe-medium";

fn voice(speed: f32) -> Piper {
    Piper::load(&Store::discover(), VOICE, speed)
        .expect("the voice; fetch it with `mynah models fetch`")
}

/// Synthesises `text` and checks that it is in range, audible, and as long as `seconds`.
/// Gives its pieces.
fn check(voice: &mut Piper, text: &str, seconds: std::ops::Range<f32>) -> Vec<Vec<f32>> {
    let mut stretches = Vec::new();
    voice
        .speak(text, &mut |stretch| {
            stretches.push(stretch);
            true
        })
        .expect("the voice can say this");
    let whole = stretches.concat();
    if let [first, .., last] = whole[..] {
        assert!(whole.iter().all(|sample| sample.abs() <= 1.0));
        assert!(whole.iter().any(|sample| sample.abs() > 0.3), "silence");
        assert!(first.abs() < 0.01 && last.abs() < 0.01);
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of sound")]
    let length = stretches.iter().map(Vec::len).sum::<usize>() as f32 / voice.sample_rate() as f32;
    assert!(seconds.contains(&length), "`{text}` took {length} s");
    stretches
}

#[test]
fn sentences_are_spoken_a_stretch_at_a_time() {
    let mut voice = voice(1.0);
    assert_eq!(voice.sample_rate(), 22_050);
    check(&mut voice, "Okay.", 0.2..1.5);
    let two = "The kitchen light is on. It is 21.5°C outside.";
    let stretches = check(&mut voice, two, 2.5..8.0);
    let first = stretches[0].len();
    assert!(first < 22_050 / 3, "{first} samples before the first sound");
    for nothing in ["", "  \n ", "!? ... --- ***", "🎉🎉", "\0"] {
        assert!(
            check(&mut voice, nothing, 0.0..0.1).is_empty(),
            "{nothing:?}"
        );
    }
}

#[test]
fn length_follows_the_speed_and_hardly_the_chance() {
    let text = "The front door is locked and the lights are off.";
    let length = |voice: &mut Piper| check(voice, text, 1.0..8.0).concat().len();
    let mut normal = voice(1.0);
    let (once, again) = (length(&mut normal), length(&mut normal));
    assert!(
        once.abs_diff(again) * 5 < once,
        "{once} and {again} samples"
    );
    let fast = length(&mut voice(1.6));
    assert!(fast * 10 < once * 8, "{fast} of {once} samples");
}

#[test]
fn a_long_text_begins_at_once_and_can_be_stopped() {
    let mut voice = voice(1.0);
    let long: String = "This museum has many rooms without end ".repeat(130);
    assert!(long.len() > 5_000);
    let mut heard = 0;
    voice
        .speak(&long, &mut |_| {
            heard += 1;
            heard < 2
        })
        .expect("the voice can say this");
    assert_eq!(heard, 2);
}

#[test]
fn a_missing_or_damaged_voice_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::at(folder.path());
    let load = || match Piper::load(&store, "voice", 1.0) {
        Ok(_) => panic!("there is no such voice"),
        Err(error) => error.to_string(),
    };
    let weights = store.path("voice", "voice.onnx");
    let missing = load();
    std::fs::create_dir_all(folder.path().join("voice")).expect("a folder");
    std::fs::write(store.path("voice", "voice.onnx.json"), "{").expect("a file");
    let damaged = load();
    for error in [&missing, &damaged] {
        assert!(error.contains("voice.onnx.json"), "{error}");
        assert!(error.contains("mynah models fetch"), "{error}");
    }
    let whole = Store::discover().path(VOICE, &format!("{VOICE}.onnx.json"));
    std::fs::copy(whole, store.path("voice", "voice.onnx.json"))
        .expect("the voice's description; fetch it with `mynah models fetch`");
    assert!(load().contains(&weights.display().to_string()));
}

#[test]
fn the_start_marker_is_padded_as_in_training() {
    let voice = voice(1.0);
    let id = |phoneme: &str| voice.description.phoneme_id_map[phoneme][0];
    assert_eq!(
        voice.description.numbers("t"),
        [id("^"), id("_"), id("t"), id("_"), id("$")]
    );
}

#[test]
fn a_steady_voice_says_the_same_each_time() {
    let mut voice = voice(1.0).steady();
    let text = "Turn on the fan.";
    let once = check(&mut voice, text, 0.5..2.0);
    assert!(once == check(&mut voice, text, 0.5..2.0), "samples differ");
    let slow = |voice: &mut Piper| check(voice, text, 0.5..3.0).concat().len();
    voice.pace(0.8);
    assert!(once.concat().len() < slow(&mut voice));
}
