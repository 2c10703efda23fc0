//! Sound between the protocol and the assistant: PCM of any rate, width and
//! channel count into 16 kHz mono frames, and samples into 16-bit PCM.

use mynah_audio::convert::{Resampler, downmix};
use mynah_core::frame::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};
use serde_json::{Map, Value, json};

use super::frame::Event;

/// Bytes that are converted at once.
const PIECE: usize = 16 << 10;

/// Samples of one outgoing chunk.
const CHUNK: usize = 1024;

/// Rates that are accepted: what sound cards have, and anything that has a
/// short period in common with 16 kHz. Another rate would need a filter as long
/// as its period.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;
const RATE_STEP: u32 = 25;

/// Channels that are accepted.
const CHANNELS: std::ops::RangeInclusive<usize> = 1..=32;

/// The format of PCM bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// Frames a second.
    rate: u32,
    /// Bytes of a sample, 1 to 4: unsigned with one byte, as in WAV files, else
    /// signed and little-endian.
    width: usize,
    channels: usize,
}

impl Format {
    /// The format that the data of `audio-start` or `audio-chunk` names; the
    /// usual one where it names none.
    ///
    /// # Errors
    /// When that is no format, or none that is accepted.
    pub(super) fn of(data: &Map<String, Value>) -> Result<Self, String> {
        let number = |name: &str, usual: u64| match data.get(name) {
            None | Some(Value::Null) => Ok(usual),
            Some(value) => value
                .as_u64()
                .ok_or_else(|| format!("`{name}` is no whole number")),
        };
        let rate = u32::try_from(number("rate", SAMPLE_RATE.into())?).unwrap_or(u32::MAX);
        let width = usize::try_from(number("width", 2)?).unwrap_or(usize::MAX);
        let channels = usize::try_from(number("channels", 1)?).unwrap_or(usize::MAX);
        if !RATES.contains(&rate) || rate % RATE_STEP != 0 {
            return Err(format!(
                "sound at {rate} Hz is not accepted; send 16000, or a multiple of {RATE_STEP} \
                 from {} to {}",
                RATES.start(),
                RATES.end()
            ));
        }
        if !(1..=4).contains(&width) {
            return Err(format!(
                "samples of {width} bytes are not accepted; send 2 (1 to 4 will do)"
            ));
        }
        if !CHANNELS.contains(&channels) {
            return Err(format!(
                "{channels} channels are not accepted; send 1 ({} at most)",
                CHANNELS.end()
            ));
        }
        Ok(Self {
            rate,
            width,
            channels,
        })
    }
}

/// Collects PCM into frames.
pub(super) struct Frames {
    format: Option<(Format, Resampler)>,
    /// Bytes of a frame whose rest is still to come.
    partial: Vec<u8>,
    /// 16 kHz mono samples that do not fill a frame yet.
    ready: Vec<f32>,
    now: SampleTime,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            format: None,
            partial: Vec::new(),
            ready: Vec::new(),
            now: SampleTime(0),
        }
    }
}

impl Frames {
    /// Takes the payload of a chunk and hands over the frames that it
    /// completes, until `take` returns false.
    ///
    /// # Errors
    /// When the chunk's format is not accepted.
    pub(super) fn push(
        &mut self,
        chunk: &Event,
        take: &mut dyn FnMut(&AudioFrame) -> bool,
    ) -> Result<(), String> {
        let format = Format::of(&chunk.data)?;
        if self.format.as_ref().is_none_or(|(now, _)| *now != format) {
            let resampler = Resampler::new(format.rate, SAMPLE_RATE)
                .ok_or_else(|| format!("sound at {} Hz is not accepted", format.rate))?;
            if let Some((_, mut before)) = self.format.replace((format, resampler)) {
                before.finish(&mut self.ready);
            }
            self.partial.clear();
        }
        // At a low rate, a chunk is minutes of sound.
        for piece in chunk.payload.chunks(PIECE) {
            self.convert(format, piece);
            if !self.hand_over(take) {
                break;
            }
        }
        Ok(())
    }

    /// Appends the 16 kHz samples of some bytes to those that are ready.
    fn convert(&mut self, format: Format, bytes: &[u8]) {
        let Some((_, resampler)) = &mut self.format else {
            return;
        };
        self.partial.extend_from_slice(bytes);
        let whole = self.partial.len() - self.partial.len() % (format.width * format.channels);
        let samples = self.partial[..whole].chunks_exact(format.width);
        let interleaved: Vec<f32> = samples.map(sample).collect();
        self.partial.drain(..whole);
        let mut mono = Vec::new();
        downmix(&interleaved, format.channels, &mut mono);
        resampler.push(&mono, &mut self.ready);
    }

    /// Hands over what is left at the end of the stream, filled up with
    /// silence.
    pub(super) fn finish(&mut self, take: &mut dyn FnMut(&AudioFrame) -> bool) {
        if let Some((_, mut resampler)) = self.format.take() {
            resampler.finish(&mut self.ready);
        }
        let missing = self.ready.len().next_multiple_of(FRAME_SAMPLES) - self.ready.len();
        self.ready.extend(std::iter::repeat_n(0.0, missing));
        self.hand_over(take);
    }

    /// Time just after the last frame.
    #[must_use]
    pub(super) const fn now(&self) -> SampleTime {
        self.now
    }

    /// False once no more is wanted.
    fn hand_over(&mut self, take: &mut dyn FnMut(&AudioFrame) -> bool) -> bool {
        let mut done = 0;
        let mut wanted = true;
        while wanted && let Some((samples, _)) = self.ready[done..].split_first_chunk() {
            let frame = AudioFrame {
                start: self.now,
                samples: *samples,
            };
            self.now = frame.end();
            done += FRAME_SAMPLES;
            wanted = take(&frame);
        }
        self.ready.drain(..done);
        if !wanted {
            self.ready.clear();
        }
        wanted
    }
}

/// One sample of 1 to 4 bytes as -1..1.
fn sample(bytes: &[u8]) -> f32 {
    if let [byte] = bytes {
        return f32::from(i16::from(*byte) - 128) / 128.0;
    }
    // Moved to the top of 32 bits, so that all widths share one scale.
    let mut top = [0; 4];
    top[4 - bytes.len()..].copy_from_slice(bytes);
    #[expect(
        clippy::cast_precision_loss,
        reason = "24 bits are more than a recogniser hears"
    )]
    let value = i32::from_le_bytes(top) as f32;
    value / 2_147_483_648.0
}

/// `audio-start` of a voice.
#[must_use]
pub(super) fn start(rate: u32) -> Event {
    Event::new(
        "audio-start",
        json!({"rate": rate, "width": 2, "channels": 1, "timestamp": 0}),
    )
}

/// `audio-stop` after `samples` at `rate`.
#[must_use]
pub(super) fn stop(samples: u64, rate: u32) -> Event {
    Event::new("audio-stop", json!({"timestamp": ms(samples, rate)}))
}

/// The `audio-chunk`s of a part of speech that begins after `before` samples.
pub(super) fn chunks(samples: &[f32], rate: u32, before: u64) -> impl Iterator<Item = Event> {
    let pieces = samples.chunks(CHUNK).zip(0_u64..);
    pieces.map(move |(piece, number)| {
        let at = before + number * CHUNK as u64;
        let mut event = Event::new(
            "audio-chunk",
            json!({"rate": rate, "width": 2, "channels": 1, "timestamp": ms(at, rate)}),
        );
        event.payload = piece.iter().flat_map(|sample| pcm(*sample)).collect();
        event
    })
}

fn ms(samples: u64, rate: u32) -> u64 {
    samples * 1000 / u64::from(rate.max(1))
}

fn pcm(sample: f32) -> [u8; 2] {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast from float to integer saturates"
    )]
    let value = (sample * 32_767.0).round() as i16;
    value.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Format, Frames, chunks, sample};
    use crate::wyoming::frame::Event;

    fn chunk(format: serde_json::Value, payload: Vec<u8>) -> Event {
        Event {
            payload,
            ..Event::new("audio-chunk", format)
        }
    }

    #[test]
    fn samples_of_all_widths_have_one_scale() {
        let check = |bytes: &[u8], expected: f32| {
            assert!((sample(bytes) - expected).abs() < 0.01, "{bytes:?}");
        };
        check(&[128], 0.0);
        check(&[0], -1.0);
        check(&[192], 0.5);
        check(&[0, 64], 0.5);
        check(&[0, 128], -1.0);
        check(&[0, 0, 64], 0.5);
        check(&[0, 0, 192], -0.5);
        check(&[0, 0, 0, 64], 0.5);
        check(&[255, 255, 255, 255], 0.0);
    }

    #[test]
    fn formats_that_nobody_has_are_refused_with_a_remedy() {
        let check = |data: serde_json::Value, expected: &str| {
            let format = Format::of(data.as_object().expect("an object"));
            let shown = format.map_or_else(|why| why, |format| format!("{format:?}"));
            assert!(shown.contains(expected), "{shown}");
        };
        check(json!({}), "rate: 16000, width: 2, channels: 1");
        check(
            json!({"rate": 44100, "width": 3, "channels": 2}),
            "rate: 44100, width: 3, channels: 2",
        );
        check(json!({"rate": null}), "rate: 16000");
        check(json!({"rate": 0}), "0 Hz");
        check(json!({"rate": 47_999}), "multiple of 25");
        check(json!({"rate": 9_000_000_000_u64}), "not accepted");
        check(json!({"rate": "16000"}), "no whole number");
        check(json!({"rate": 16000.5}), "no whole number");
        check(json!({"width": 8}), "send 2");
        check(json!({"width": 0}), "send 2");
        check(json!({"channels": 0}), "send 1");
        check(json!({"channels": 1000}), "32 at most");
    }

    /// The length and the loudest sample of half a second of 0.5, in pieces of
    /// some bytes.
    fn half_a_second(rate: usize, width: usize, channels: usize, piece: usize) -> (usize, f32) {
        let one: &[u8] = match width {
            1 => &[192],
            2 => &[0, 64],
            3 => &[0, 0, 64],
            _ => &[0, 0, 0, 64],
        };
        let bytes = one.repeat(rate / 2 * channels);
        let mut frames = Frames::default();
        let mut heard = Vec::new();
        for part in bytes.chunks(piece) {
            let format = json!({"rate": rate, "width": width, "channels": channels});
            frames
                .push(&chunk(format, part.to_vec()), &mut |frame| {
                    heard.extend_from_slice(&frame.samples);
                    true
                })
                .expect("an accepted format");
        }
        frames.finish(&mut |frame| {
            heard.extend_from_slice(&frame.samples);
            true
        });
        (heard.len(), heard[heard.len() / 2])
    }

    #[test]
    fn any_format_in_any_pieces_becomes_16_khz_mono() {
        for (rate, width, channels) in [
            (16_000, 2, 1),
            (48_000, 2, 2),
            (44_100, 3, 2),
            (22_050, 4, 1),
            (8_000, 1, 1),
            (8_000, 3, 1),
            (192_000, 4, 32),
        ] {
            for piece in [1_000_000, 1_001] {
                let (samples, middle) = half_a_second(rate, width, channels, piece);
                let case = format!("{rate} Hz, {width} bytes, {channels} channels, {piece}");
                // Filled up to a whole frame.
                assert!((8_000..8_512).contains(&samples), "{case}: {samples}");
                assert!((middle - 0.5).abs() < 0.02, "{case}: {middle}");
            }
        }
    }

    #[test]
    fn a_taker_that_has_enough_gets_no_more() {
        let mut frames = Frames::default();
        let mut taken = 0;
        let all = chunk(json!({}), vec![0; 32_000]);
        frames
            .push(&all, &mut |_| {
                taken += 1;
                taken < 3
            })
            .expect("an accepted format");
        assert_eq!(taken, 3);
    }

    #[test]
    fn speech_is_cut_into_chunks_with_their_times() {
        let events: Vec<Event> = chunks(&[0.0, 1.0, -1.0, 2.0], 1000, 500).collect();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].data["timestamp"], 500);
        assert_eq!(events[0].payload, [0, 0, 255, 127, 1, 128, 255, 127]);
        assert_eq!(chunks(&[0.0; 3000], 1000, 0).count(), 3);
    }
}
