//! The microphone. The sound card's callback copies into a ring; everything
//! else (mixing, rates, frames, trouble) happens on the side that fetches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{ErrorKind, FromSample, Sample, SampleFormat, SizedSample, StreamConfig};
use rtrb::{Consumer, Producer, RingBuffer};
use tracing::{debug, info};

use super::convert::{Resampler, downmix};
use super::devices::{Direction, find};
use super::source::Framer;
use super::{Captured, FRAME_SAMPLES, SAMPLE_RATE, Source};

/// How long the fetching side may stall before sound is lost, in seconds.
const RING_S: usize = 2;

/// A missing microphone is looked for this often.
const RETRY: Duration = Duration::from_secs(1);

/// A microphone that has given nothing for so long is gone, whatever it says.
const SILENT_MS: u64 = 3_000;

/// What the sound card calls: copies whole frames of all channels while there
/// is room and counts the frames for which there is none. Never allocates,
/// locks, logs or waits.
pub struct CaptureCallback {
    ring: Producer<f32>,
    channels: usize,
    lost: Arc<AtomicU64>,
}

/// The other end of a [`CaptureCallback`].
pub struct CaptureEnd {
    ring: Consumer<f32>,
    lost: Arc<AtomicU64>,
}

/// A callback for so many interleaved `channels`, and its other end, with
/// room for `frames` frames between them.
#[must_use]
pub fn capture_pair(channels: usize, frames: usize) -> (CaptureCallback, CaptureEnd) {
    let (producer, consumer) = RingBuffer::new(frames * channels);
    let lost = Arc::new(AtomicU64::new(0));
    let callback = CaptureCallback {
        ring: producer,
        channels,
        lost: Arc::clone(&lost),
    };
    let end = CaptureEnd {
        ring: consumer,
        lost,
    };
    (callback, end)
}

impl CaptureCallback {
    /// Takes what the card delivers, interleaved.
    pub fn take<T: Sample>(&mut self, data: &[T])
    where
        f32: FromSample<T>,
    {
        let fits = self.ring.slots().min(data.len());
        let whole = fits - fits % self.channels;
        if let Ok(chunk) = self.ring.write_chunk_uninit(whole) {
            chunk.fill_from_iter(data[..whole].iter().map(|&s| f32::from_sample(s)));
        }
        let lost = (data.len() - whole) / self.channels;
        if lost > 0 {
            self.lost.fetch_add(lost as u64, Ordering::Relaxed);
        }
    }
}

impl CaptureEnd {
    /// Moves everything that has arrived to the end of `interleaved` and
    /// returns how many frames were lost behind it.
    pub fn fetch(&mut self, interleaved: &mut Vec<f32>) -> u64 {
        // In this order: what was lost, was lost behind what the ring holds.
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) {
            let (first, second) = chunk.as_slices();
            interleaved.extend_from_slice(first);
            interleaved.extend_from_slice(second);
            chunk.commit_all();
        }
        lost
    }
}

/// A microphone by its name in `mynah devices`, or `default`. It may be
/// missing at first, vanish and come back: [`Captured::Trouble`] is said at
/// once and again after every vain attempt to open it, about once a second.
pub struct Microphone {
    device: String,
    framer: Framer,
    open: Option<Open>,
    in_trouble: bool,
    /// Samples at 16 kHz that were lost behind what the framer holds.
    lost: u64,
}

struct Open {
    /// Sound flows as long as this lives.
    _stream: cpal::Stream,
    end: CaptureEnd,
    failures: Receiver<cpal::Error>,
    rate: u32,
    channels: usize,
    resampler: Resampler,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    silent_ms: u64,
}

impl Microphone {
    /// A microphone that is opened by the first [`Source::next`].
    #[must_use]
    pub fn new(device: impl Into<String>) -> Self {
        Self {
            device: device.into(),
            framer: Framer::default(),
            open: None,
            in_trouble: false,
            lost: 0,
        }
    }

    fn reopen(&mut self) -> Option<Captured> {
        if self.in_trouble {
            pause(RETRY);
        }
        match Open::new(&self.device) {
            Ok(open) => {
                self.open = Some(open);
                let back = std::mem::take(&mut self.in_trouble);
                back.then(|| Captured::Recovered(self.device.clone()))
            }
            Err(cause) => {
                self.in_trouble = true;
                Some(Captured::Trouble(cause))
            }
        }
    }
}

impl Source for Microphone {
    fn next(&mut self) -> Captured {
        loop {
            if let Some(frame) = self.framer.frame() {
                return Captured::Frame(frame);
            }
            if self.lost > 0 {
                let samples = std::mem::take(&mut self.lost);
                self.framer.skip(samples);
                return Captured::Lost { samples };
            }
            let Some(open) = &mut self.open else {
                if let Some(news) = self.reopen() {
                    return news;
                }
                continue;
            };
            match open.fetch(&mut self.framer.pending) {
                Ok(lost) => self.lost = lost,
                Err(cause) => {
                    self.open = None;
                    self.in_trouble = true;
                    return Captured::Trouble(format!(
                        "the microphone `{}` is gone: {cause}",
                        self.device
                    ));
                }
            }
            let missing = FRAME_SAMPLES.saturating_sub(self.framer.pending.len());
            if let Some(open) = &mut self.open
                && missing > 0
                && self.lost == 0
            {
                open.wait(missing);
            }
        }
    }
}

impl Open {
    fn new(name: &str) -> Result<Self, String> {
        let device = find(name, Direction::Input)?;
        let failed = |error: cpal::Error| {
            format!(
                "cannot open the microphone `{name}`: {error}\nhint: is another program using it?"
            )
        };
        let supported = device.default_input_config().map_err(failed)?;
        let config = supported.config();
        let rate = config.sample_rate;
        let channels = usize::from(config.channels).max(1);
        let resampler = Resampler::new(rate, SAMPLE_RATE)
            .ok_or_else(|| format!("the microphone `{name}` gives {rate} Hz, which is no rate"))?;
        let (callback, end) = capture_pair(channels, RING_S * rate as usize);
        // One failure ends the stream; later ones have nothing to add.
        let (failure, failures) = sync_channel(1);
        let on_error = move |error: cpal::Error| {
            if is_fatal(error.kind()) {
                let _first_is_enough = failure.try_send(error);
            }
        };
        let stream = build(
            &device,
            supported.sample_format(),
            config,
            callback,
            on_error,
        )
        .map_err(failed)?;
        stream.play().map_err(failed)?;
        info!("microphone `{name}`: {rate} Hz, {channels} channels");
        Ok(Self {
            _stream: stream,
            end,
            failures,
            rate,
            channels,
            resampler,
            interleaved: Vec::new(),
            mono: Vec::new(),
            silent_ms: 0,
        })
    }

    /// Appends what has arrived to `output` as 16 kHz mono and returns how
    /// many of such samples were lost behind it.
    fn fetch(&mut self, output: &mut Vec<f32>) -> Result<u64, String> {
        if let Ok(error) = self.failures.try_recv() {
            return Err(error.to_string());
        }
        self.interleaved.clear();
        self.mono.clear();
        let lost = self.end.fetch(&mut self.interleaved);
        if !self.interleaved.is_empty() {
            self.silent_ms = 0;
        } else if SILENT_MS < self.silent_ms {
            return Err("it has gone quiet".into());
        }
        downmix(&self.interleaved, self.channels, &mut self.mono);
        let before = output.len();
        self.resampler.push(&self.mono, output);
        for sample in &mut output[before..] {
            *sample = sample.clamp(-1.0, 1.0);
        }
        if lost > 0 {
            debug!("{lost} frames of the sound card were lost");
        }
        Ok(lost * u64::from(SAMPLE_RATE) / u64::from(self.rate))
    }

    /// Sleeps about as long as `missing` samples take to arrive.
    fn wait(&mut self, missing: usize) {
        let ms = (missing as u64 * 1000 / u64::from(SAMPLE_RATE)).clamp(1, 20);
        self.silent_ms += ms;
        pause(Duration::from_millis(ms));
    }
}

/// Whether the stream is dead after an error of that kind.
pub(super) const fn is_fatal(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged
    )
}

fn build(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    callback: CaptureCallback,
    on_error: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error> {
    fn of<T: SizedSample>(
        device: &cpal::Device,
        config: StreamConfig,
        mut callback: CaptureCallback,
        on_error: impl FnMut(cpal::Error) + Send + 'static,
    ) -> Result<cpal::Stream, cpal::Error>
    where
        f32: FromSample<T>,
    {
        let take = move |data: &[T], _: &cpal::InputCallbackInfo| callback.take(data);
        device.build_input_stream(config, take, on_error, None)
    }
    match format {
        SampleFormat::I8 => of::<i8>(device, config, callback, on_error),
        SampleFormat::I16 => of::<i16>(device, config, callback, on_error),
        SampleFormat::I24 => of::<cpal::I24>(device, config, callback, on_error),
        SampleFormat::I32 => of::<i32>(device, config, callback, on_error),
        SampleFormat::U8 => of::<u8>(device, config, callback, on_error),
        SampleFormat::U16 => of::<u16>(device, config, callback, on_error),
        SampleFormat::U32 => of::<u32>(device, config, callback, on_error),
        SampleFormat::F32 => of::<f32>(device, config, callback, on_error),
        SampleFormat::F64 => of::<f64>(device, config, callback, on_error),
        _ => Err(ErrorKind::UnsupportedConfig.into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real-time callback must not wake anybody, so the fetching side naps"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use super::{Captured, Microphone, Source, capture_pair};

    #[test]
    fn whole_frames_are_kept_and_the_rest_is_counted() {
        let (mut callback, mut end) = capture_pair(2, 3);
        callback.take(&[i16::MAX, 0, i16::MIN, 0]);
        callback.take(&[0.25_f32, 0.5, 0.75, 1.0, 0.0, 0.0]);
        let mut got = Vec::new();
        assert_eq!(end.fetch(&mut got), 2);
        assert_eq!(got[1..], [0.0, -1.0, 0.0, 0.25, 0.5]);
        assert!((got[0] - 1.0).abs() < 1e-4);
        assert_eq!(end.fetch(&mut got), 0);
        assert_eq!(got.len(), 6);
    }

    #[test]
    fn a_missing_microphone_is_trouble_and_not_the_end() {
        let mut microphone = Microphone::new("no such card");
        for _ in 0..2 {
            match microphone.next() {
                Captured::Trouble(why) => {
                    assert!(why.contains("`no such card`"), "{why}");
                    assert!(why.contains("mynah devices"), "{why}");
                }
                other => panic!("expected trouble, got {other:?}"),
            }
        }
    }
}
