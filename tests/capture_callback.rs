//! The sound card's callback runs where a late answer is a click or a lost
//! sample: it may not allocate, however much or little it is given.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use mynah::audio::capture::capture_pair;

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
