//! The sentence encoder with its real weights.

use std::env;
use std::path::PathBuf;

use mynah_models::Store;
use mynah_speech::meaning::{Encoder as _, MiniLm};

fn store() -> Store {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let root = env::var_os("MYNAH_MODELS")
        .map_or_else(|| home().join(".cache/mynah/models"), PathBuf::from);
    Store::at(root)
}

#[test]
fn meanings_are_as_near_as_the_reference_says() {
    let files = store().need("all-minilm-l6-v2");
    let files = files.unwrap_or_else(|error| panic!("{error}"));
    let mut encoder = MiniLm::load(&files[0], &files[1]).expect("it loads");
    let mut check = |a: &str, b: &str, reference: f32| {
        let (a_vector, b_vector) = (encoder.encode(a), encoder.encode(b));
        let (a_vector, b_vector) = (a_vector.expect("encoded"), b_vector.expect("encoded"));
        let cosine: f32 = a_vector.iter().zip(&b_vector).map(|(a, b)| a * b).sum();
        assert!(
            (cosine - reference).abs() < 0.001,
            "{a} | {b}: {cosine}, not {reference}"
        );
    };
    // Reckoned by another implementation, in 64 bit.
    check("Turn on the light.", "Turn on the light.", 1.0);
    check("Turn on the light.", "switch the lamp on", 0.678);
    check("Turn on the light.", "play some music", 0.293);
    check("play some music", "I would like to hear a song", 0.442);
    check("switch the lamp on", "I would like to hear a song", 0.092);
}
