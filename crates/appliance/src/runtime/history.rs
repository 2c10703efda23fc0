//! The last seconds of sound, so that an utterance can be cut out by time
//! after it was said.

use std::collections::VecDeque;

use mynah_audio::{AudioFrame, SampleTime};
use mynah_core::turn::Utterance;

/// A bounded stretch of the past.
#[derive(Debug)]
pub struct History {
    samples: VecDeque<f32>,
    capacity: usize,
    /// Time just after the last sample.
    end: SampleTime,
}

impl History {
    /// Remembers `ms` milliseconds.
    #[must_use]
    pub fn new(ms: u64) -> Self {
        let capacity = samples(ms);
        Self {
            samples: VecDeque::with_capacity(capacity),
            capacity,
            end: SampleTime(0),
        }
    }

    /// Remembers at least `ms` milliseconds from now on.
    pub fn reach(&mut self, ms: u64) {
        self.capacity = self.capacity.max(samples(ms));
    }

    /// Takes in a frame and forgets the oldest sound. Sound that was lost
    /// before the frame counts as silence.
    pub fn push(&mut self, frame: &AudioFrame) {
        let lost = usize::try_from(frame.start.0.saturating_sub(self.end.0)).unwrap_or(usize::MAX);
        let silence = std::iter::repeat_n(0.0, lost.min(self.capacity));
        self.samples.extend(silence.chain(frame.samples));
        let excess = self.samples.len().saturating_sub(self.capacity);
        self.samples.drain(..excess);
        self.end = frame.end();
    }

    /// The sound between two times, as far as it is remembered.
    #[must_use]
    pub fn cut(&self, from: SampleTime, to: SampleTime) -> Utterance {
        let begin = SampleTime(self.end.0 - self.samples.len() as u64);
        let start = from.clamp(begin, self.end);
        let stop = to.clamp(start, self.end);
        let index = |time: SampleTime| usize::try_from(time.0 - begin.0).unwrap_or(usize::MAX);
        Utterance {
            start,
            samples: self
                .samples
                .range(index(start)..index(stop))
                .copied()
                .collect(),
            wake: None,
        }
    }
}

fn samples(ms: u64) -> usize {
    usize::try_from(SampleTime(0).plus_ms(ms).0).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::History;
    use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};

    /// A history of 64 ms (1,024 samples) after frames that start at `starts`,
    /// each filled with its number from 1; then the cut, as runs of a number.
    fn check(starts: &[u64], from: u64, to: u64, expected: &str) {
        let mut history = History::new(64);
        for (number, start) in (1_u8..).zip(starts) {
            history.push(&AudioFrame {
                start: SampleTime(*start),
                samples: [f32::from(number); FRAME_SAMPLES],
            });
        }
        let cut = history.cut(SampleTime(from), SampleTime(to));
        let runs: Vec<String> = cut
            .samples
            .chunk_by(|a, b| a.to_bits() == b.to_bits())
            .map(|run| format!("{}x{}", run[0], run.len()))
            .collect();
        assert_eq!(format!("{}: {}", cut.start.0, runs.join(" ")), expected);
    }

    #[test]
    fn cuts_what_it_remembers() {
        check(&[0, 512], 100, 600, "100: 1x412 2x88");
        check(&[0, 512, 1024], 0, 9999, "512: 2x512 3x512");
        check(&[0, 512], 5000, 6000, "1024: ");
        check(&[], 0, 100, "0: ");
    }

    #[test]
    fn lost_sound_is_silence() {
        check(&[0, 768], 0, 1280, "256: 1x256 0x256 2x512");
        check(&[0, 1_000_000], 999_900, 1_000_100, "999900: 0x100 2x100");
    }
}
