//! The playback callback: copies from a ring buffer, and returns what was played as
//! the reference of the echo canceller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cpal::{FromSample, Sample};
use rtrb::{Consumer, Producer, RingBuffer};

/// Fade-out of cancelled sound; a hard cut would click.
const FADE_MS: u32 = 40;

/// State shared by callback and queue.
#[derive(Default)]
struct Shared {
    /// Samples taken from the ring buffer so far.
    taken: AtomicU64,
    /// Samples in the ring buffer before this position are cancelled.
    wanted_from: AtomicU64,
    /// More samples will follow those in the ring buffer.
    more: AtomicBool,
    /// Callbacks so far.
    calls: AtomicU64,
    /// Underrun frames: the ring buffer was empty although more should follow.
    starved: AtomicU64,
}

/// The sound card's callback. Never allocates, locks, logs or waits.
pub struct PlaybackCallback {
    ring: Consumer<f32>,
    played: Producer<f32>,
    shared: Arc<Shared>,
    channels: usize,
    /// This callback's count of samples taken from the ring buffer.
    taken: u64,
    /// 1, or decreasing to 0 while cancelled sound fades.
    level: f32,
    step: f32,
}

/// The writer's end of a [`PlaybackCallback`].
pub struct PlaybackEnd {
    ring: Producer<f32>,
    played: Consumer<f32>,
    shared: Arc<Shared>,
    /// Samples for which the ring buffer has no room yet.
    backlog: Vec<f32>,
    given: u64,
}

/// A callback for a card of so many `channels` at `rate` hertz, and its writer, with
/// a ring buffer of `samples` mono samples between them.
#[must_use]
pub fn playback_pair(
    channels: usize,
    rate: u32,
    samples: usize,
) -> (PlaybackCallback, PlaybackEnd) {
    let (to_card, ring) = RingBuffer::new(samples);
    let (played, heard) = RingBuffer::new(samples);
    let shared = Arc::new(Shared::default());
    #[expect(clippy::cast_precision_loss, reason = "far below 2^24")]
    let step = 1.0 / (rate * FADE_MS / 1000).max(1) as f32;
    let callback = PlaybackCallback {
        ring,
        played,
        shared: Arc::clone(&shared),
        channels: channels.max(1),
        taken: 0,
        level: 1.0,
        step,
    };
    let end = PlaybackEnd {
        ring: to_card,
        played: heard,
        shared,
        backlog: Vec::new(),
        given: 0,
    };
    (callback, end)
}

impl PlaybackCallback {
    /// Fills `data`, interleaved: the same on all channels, silence where
    /// there is nothing to play.
    pub fn fill<T: Sample + FromSample<f32>>(&mut self, data: &mut [T]) {
        let wanted_from = self.shared.wanted_from.load(Ordering::Acquire);
        let mut starved = 0;
        for frame in data.chunks_mut(self.channels) {
            let next = self.next(wanted_from);
            if next.is_none() {
                starved += u64::from(self.shared.more.load(Ordering::Relaxed));
            }
            let sample = next.unwrap_or_default();
            frame.fill(T::from_sample(sample));
            // The reference has no reader: drop it.
            let _ = self.played.push(sample);
        }
        self.shared.taken.store(self.taken, Ordering::Release);
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        if starved > 0 {
            self.shared.starved.fetch_add(starved, Ordering::Relaxed);
        }
    }

    fn next(&mut self, wanted_from: u64) -> Option<f32> {
        if self.taken < wanted_from {
            self.level -= self.step;
            if self.level <= 0.0 {
                self.skip(wanted_from);
            }
        }
        if wanted_from <= self.taken {
            self.level = 1.0;
        }
        let sample = self.ring.pop().ok()?;
        self.taken += 1;
        Some(sample * self.level)
    }

    /// Drops the ring buffer's samples up to a position.
    fn skip(&mut self, position: u64) {
        let unwanted = usize::try_from(position - self.taken).unwrap_or(usize::MAX);
        let there = unwanted.min(self.ring.slots());
        if let Ok(chunk) = self.ring.read_chunk(there) {
            chunk.commit_all();
            self.taken += there as u64;
        }
    }
}

impl PlaybackEnd {
    /// Queues mono samples at the card's rate.
    pub fn play(&mut self, samples: &[f32]) {
        self.backlog.extend_from_slice(samples);
        self.pump();
    }

    /// Fades out what is being played and drops what is queued.
    pub fn stop(&mut self) {
        self.backlog.clear();
        self.shared.more.store(false, Ordering::Relaxed);
        self.shared.wanted_from.store(self.given, Ordering::Release);
    }

    /// Moves waiting samples into the ring buffer. Call it at least every second.
    pub fn pump(&mut self) {
        let fits = self.ring.slots().min(self.backlog.len());
        if let Ok(chunk) = self.ring.write_chunk_uninit(fits) {
            chunk.fill_from_iter(self.backlog.drain(..fits));
            self.given += fits as u64;
        }
        let more = !self.backlog.is_empty();
        self.shared.more.store(more, Ordering::Relaxed);
    }

    /// Whether something is still to be played.
    #[must_use]
    pub fn pending(&self) -> bool {
        let wanted_from = self.shared.wanted_from.load(Ordering::Relaxed);
        let done = self.shared.taken.load(Ordering::Acquire).max(wanted_from);
        !self.backlog.is_empty() || done < self.given
    }

    /// Appends the samples played since the last call, silence included, to `mono`.
    pub fn played(&mut self, mono: &mut Vec<f32>) {
        if let Ok(chunk) = self.played.read_chunk(self.played.slots()) {
            let (first, second) = chunk.as_slices();
            mono.extend_from_slice(first);
            mono.extend_from_slice(second);
            chunk.commit_all();
        }
    }

    /// The number of callbacks so far; it grows while the card is alive.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.shared.calls.load(Ordering::Relaxed)
    }

    /// Underrun frames since the last call.
    pub fn starved(&self) -> u64 {
        self.shared.starved.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    reason = "what is copied stays what it is, to the bit"
)]
mod tests {
    use super::playback_pair;

    #[test]
    fn what_is_queued_is_played_on_all_channels_and_handed_back() {
        let (mut callback, mut end) = playback_pair(2, 1_000, 4);
        end.play(&[0.1, 0.2, 0.3, 0.4, 0.5]);
        assert!(end.pending());
        let mut card = [9.0_f32; 6];
        callback.fill(&mut card);
        assert_eq!(card, [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]);
        end.pump();
        callback.fill(&mut card);
        assert_eq!(card, [0.4, 0.4, 0.5, 0.5, 0.0, 0.0]);
        assert!(!end.pending());
        assert_eq!(end.starved(), 0);
        let mut played = Vec::new();
        end.played(&mut played);
        assert_eq!(
            played,
            [0.1, 0.2, 0.3, 0.4],
            "no more than there is room for"
        );
    }

    #[test]
    fn sound_that_does_not_come_in_time_is_counted() {
        let (mut callback, mut end) = playback_pair(1, 1_000, 2);
        end.play(&[0.1; 5]);
        let mut card = [0.0_f32; 4];
        callback.fill(&mut card);
        assert_eq!(card, [0.1, 0.1, 0.0, 0.0]);
        assert_eq!(end.starved(), 2);
    }

    #[test]
    fn what_is_broken_off_fades_and_what_follows_is_whole() {
        let (mut callback, mut end) = playback_pair(1, 100, 100);
        end.play(&[1.0; 50]);
        let mut card = [0.0_f32; 2];
        callback.fill(&mut card);
        assert_eq!(card, [1.0, 1.0]);
        end.stop();
        assert!(!end.pending());
        end.play(&[0.5, 0.25]);
        assert!(end.pending());
        let mut card = [0.0_f32; 6];
        callback.fill(&mut card);
        assert_eq!(card, [0.75, 0.5, 0.25, 0.5, 0.25, 0.0]);
        assert!(!end.pending());
    }
}
