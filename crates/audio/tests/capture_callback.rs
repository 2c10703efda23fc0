//! The sound cards' callbacks run where a late answer is a click or a lost
//! sample: they may not allocate, however much or little they are given.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use mynah_audio::capture::capture_pair;
use mynah_audio::playback::playback_pair;

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

#[test]
fn the_callback_does_not_allocate() {
    let (mut callback, mut end) = capture_pair(2, 1000);
    let integers = [7_i16; 960];
    let floats = [0.5_f32; 960];
    let mut fetched = Vec::new();
    let mut lost = 0;
    for round in 0..50 {
        assert_no_alloc(|| {
            callback.take(&integers);
            callback.take(&floats);
            callback.take::<i32>(&[]);
        });
        // Every third time, so that the ring is at times full.
        if round % 3 == 0 {
            lost += end.fetch(&mut fetched);
        }
    }
    lost += end.fetch(&mut fetched);
    assert!(lost > 0, "the ring was never full");
    assert_eq!(fetched.len() as u64 / 2 + lost, 50 * 960);
}

#[test]
fn the_loudspeaker_s_callback_does_not_allocate() {
    let (mut callback, mut end) = playback_pair(2, 16_000, 1000);
    let mut integers = [7_i16; 960];
    let mut floats = [0.5_f32; 960];
    let mut played = Vec::new();
    for round in 0..50 {
        end.play(&[0.5; 700]);
        if round % 7 == 0 {
            end.stop();
        }
        assert_no_alloc(|| {
            callback.fill(&mut integers);
            callback.fill(&mut floats);
            callback.fill::<i32>(&mut []);
        });
        // Every third time, so that nobody listens at times.
        if round % 3 == 0 {
            end.played(&mut played);
        }
    }
    assert!(played.iter().any(|sample| *sample > 0.4));
}
