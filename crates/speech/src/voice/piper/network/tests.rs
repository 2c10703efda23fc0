//! Tests pieces against the whole clause, on the real voice.

use super::{Network, Stretch, stretches};
use crate::onnx::init_onnx;
use crate::voice::piper::network::Planned;
use mynah_models::Store;

/// The default voice's network.
fn network() -> Network {
    let store = Store::discover();
    init_onnx(&store).expect("ONNX Runtime; fetch it with `mynah models fetch`");
    let files = store.need("en_US-joe-medium");
    let files = files.unwrap_or_else(|error| panic!("{error}"));
    Network::load_halves(&files[0], &files[1], false).expect("a whole voice")
}

#[test]
fn stretches_cover_a_plan_once() {
    for frames in 0..600 {
        let stretches = stretches(frames);
        let mut at = 0;
        for stretch in &stretches {
            assert_eq!(stretch.from, at);
            assert!(stretch.first <= stretch.from && stretch.from < stretch.to);
            assert!(stretch.to <= stretch.last && stretch.last <= frames);
            at = stretch.to;
        }
        assert_eq!(at, frames);
    }
}

#[test]
fn stretches_are_the_whole() {
    let mut network = network();
    let (generator, names) = network
        .generator
        .as_mut()
        .expect("this voice can be parted");
    // A random plan shows more than a smooth one.
    let (channels, frames) = (192_u32, 150_usize);
    let mut state = 1_u32;
    let values = (0..channels as usize * frames).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let unit = f32::from(u16::try_from(state >> 16).expect("16 bits")) / 32_768.0;
        unit - 1.0
    });
    let planned = [Planned {
        name: &names[0],
        values: values.collect(),
        frames,
    }];
    let whole = Stretch {
        from: 0,
        to: frames,
        first: 0,
        last: frames,
    };
    let whole = whole
        .generate(generator, &planned)
        .expect("the network works");
    let mut parts = Vec::new();
    for stretch in stretches(frames) {
        parts.extend(
            stretch
                .generate(generator, &planned)
                .expect("the network works"),
        );
    }
    assert_eq!(parts.len(), whole.len());
    let furthest = parts
        .iter()
        .zip(&whole)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    let loudest = whole.iter().fold(0.0_f32, |most, s| most.max(s.abs()));
    assert!(0.01 < loudest && furthest < 1e-5, "{furthest} of {loudest}");
}
