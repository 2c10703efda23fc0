//! The microphone. The sound card's callback copies into a ring buffer; mixing,
//! resampling, framing and error handling happen in the thread that reads it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{ErrorKind, FromSample, Sample, SampleFormat, SizedSample, StreamConfig};
use mynah_core::model::Channel;
use rtrb::{Consumer, Producer, RingBuffer};
use tracing::info;

use super::channel::Mixer;
use super::convert::Resampler;
use super::devices::{Direction, find};
use super::level::Level;
use super::line::{Health, Marks, configs, health, nap, world_time};
use super::reconnect::{Reconnecting, Search};
use super::source::Framer;
use super::zeros::Zeros;
use super::{Captured, DeviceChange, DeviceNews, FRAME_SAMPLES, SAMPLE_RATE, Source};

/// How long the reader may stall before samples are lost, in seconds.
const RING_S: usize = 2;

/// A microphone without samples for so long is treated as lost.
const SILENT: Duration = Duration::from_secs(3);

/// The sound card's callback: copies whole frames of all channels while there is
/// room and counts the frames for which there is none. Never allocates, locks,
/// logs or waits.
pub struct CaptureCallback {
    ring: Producer<f32>,
    channels: usize,
    lost: Arc<AtomicU64>,
}

/// The reader's end of a [`CaptureCallback`].
pub struct CaptureEnd {
    ring: Consumer<f32>,
    lost: Arc<AtomicU64>,
}

/// A callback for so many interleaved `channels`, and its reader, with a ring
/// buffer of `frames` frames between them.
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
    /// Appends everything that has arrived to `interleaved` and returns how many
    /// frames were lost after it.
    pub fn fetch(&mut self, interleaved: &mut Vec<f32>) -> u64 {
        // In this order: lost frames come after those in the ring buffer.
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

/// A microphone by its name in `mynah devices`, or `default`. It may be missing at
/// first, disappear and return. Meanwhile it delivers silence at the pace of the
/// clock, because timers depend on stream time.
pub struct Microphone {
    card: Reconnecting<Open>,
    framer: Framer,
    /// When samples last arrived; before the first, when they were due.
    heard_at: Option<Instant>,
    /// Silence delivered since then, in samples.
    silence: u64,
    /// 16 kHz samples that were lost after those in the framer.
    lost: u64,
    zeros: Zeros,
    level: Level,
}

pub(super) struct Open {
    /// The stream runs until this is dropped.
    _stream: cpal::Stream,
    end: CaptureEnd,
    health: Health,
    rate: u32,
    channels: usize,
    mixer: Mixer,
    resampler: Resampler,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
}

impl Microphone {
    /// Opened by the first call of [`Source::next`].
    #[must_use]
    pub fn new(device: impl Into<String>, channel: Channel) -> Self {
        let open = move |name: &str| Open::new(name, &channel);
        Self {
            card: Reconnecting::new(device.into(), open),
            framer: Framer::default(),
            heard_at: None,
            silence: 0,
            lost: 0,
            zeros: Zeros::default(),
            level: Level::default(),
        }
    }

    /// Continues reconnecting, or reads from the open card, and returns what has
    /// changed.
    fn listen(&mut self) -> Option<DeviceChange> {
        let search = self.card.look();
        if search != Search::Same {
            // The stream begins now, not when this value was created.
            self.heard_at.get_or_insert_with(world_time);
        }
        match search {
            Search::Same | Search::Opened => self.fetch(),
            Search::Failed(cause) => self.card.lost(cause),
            Search::GaveUp => Some(DeviceChange::Stuck),
        }
    }

    fn fetch(&mut self) -> Option<DeviceChange> {
        let opened_at = self.card.since();
        let open = self.card.card_mut()?;
        let held = self.framer.pending.len();
        let fetched = open.fetch(&mut self.framer.pending);
        let now = world_time();
        let quiet_since = self.heard_at.map_or(opened_at, |at| at.max(opened_at));
        let cause = match fetched {
            Ok(Fetched { sound: true, lost }) => {
                self.lost = lost;
                self.heard_at = Some(now);
                self.silence = 0;
                let new = &mut self.framer.pending[held..];
                let found = self.card.works();
                let change = self.zeros.count(new);
                self.level.apply(new);
                return found.or(change);
            }
            Ok(_) if now - quiet_since < SILENT => {
                let times = open.health.late();
                return (times > 0).then_some(DeviceChange::Late { times });
            }
            Ok(_) => "no samples arrive".into(),
            Err(cause) => cause,
        };
        self.card.leave();
        let device = self.card.device();
        let why = format!("lost the microphone `{device}`: {cause}");
        self.card.lost(why)
    }

    /// Delivers silence for the time without samples.
    fn pass_time(&mut self) {
        let Some(heard_at) = self.heard_at else {
            return;
        };
        let away = world_time() - heard_at;
        let due = u64::try_from(away.as_millis()).unwrap_or(u64::MAX) * u64::from(SAMPLE_RATE);
        let missing = (due / 1000).saturating_sub(self.silence);
        let frames = missing / FRAME_SAMPLES as u64;
        let samples = usize::try_from(frames).unwrap_or(0) * FRAME_SAMPLES;
        let length = self.framer.pending.len() + samples;
        self.framer.pending.resize(length, 0.0);
        self.silence += samples as u64;
    }

    /// Sleeps about as long as the missing samples of a frame take to arrive.
    fn wait(&self) {
        let missing = FRAME_SAMPLES.saturating_sub(self.framer.pending.len());
        if missing > 0 && self.lost == 0 {
            let ms = missing as u64 * 1000 / u64::from(SAMPLE_RATE);
            nap(Duration::from_millis(ms.clamp(1, 20)));
        }
    }
}

impl Source for Microphone {
    fn next(&mut self) -> Captured {
        loop {
            if let Some(frame) = self.framer.frame() {
                return Captured::Frame(frame);
            }
            let news = if self.lost > 0 {
                let samples = std::mem::take(&mut self.lost);
                self.framer.skip(samples);
                Some(DeviceChange::Overrun { samples })
            } else {
                self.listen()
            };
            if let Some(what) = news {
                return Captured::News(DeviceNews {
                    direction: Direction::Input,
                    device: self.card.device().to_owned(),
                    what,
                });
            }
            if self.card.missing() {
                self.pass_time();
            }
            self.wait();
        }
    }
}

/// Opens a microphone for reading all of its channels.
pub(super) fn open_raw(name: &str) -> Result<Open, String> {
    Open::new(name, &Channel::All)
}

/// The result of reading a card.
struct Fetched {
    /// Whether any samples had arrived.
    sound: bool,
    /// 16 kHz samples that were lost after them.
    lost: u64,
}

impl Open {
    fn new(name: &str, channel: &Channel) -> Result<Self, String> {
        let device = find(name, Direction::Input)?;
        let failed = |error: cpal::Error| {
            format!(
                "cannot open the microphone `{name}`: {error}\nhint: check whether another program uses it"
            )
        };
        let supported = device.default_input_config().map_err(failed)?;
        let mut last = None;
        for config in configs(&supported) {
            let rate = config.sample_rate;
            let channels = usize::from(config.channels).max(1);
            let resampler = Resampler::new(rate, SAMPLE_RATE).ok_or_else(|| {
                format!("the microphone `{name}` has the unsupported rate {rate} Hz")
            })?;
            let (callback, end) = capture_pair(channels, RING_S * rate as usize);
            let (marks, health) = health();
            let format = supported.sample_format();
            let stream = build(&device, format, config, callback, marks);
            match stream.and_then(|stream| stream.play().map(|()| stream)) {
                Ok(stream) => {
                    info!("microphone `{name}`: {rate} Hz, {channels} channels");
                    return Ok(Self {
                        _stream: stream,
                        end,
                        health,
                        rate,
                        channels,
                        mixer: Mixer::new(channel, channels),
                        resampler,
                        interleaved: Vec::new(),
                        mono: Vec::new(),
                    });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or_else(String::new, failed))
    }

    /// Sample rate in hertz.
    pub(super) const fn rate(&self) -> u32 {
        self.rate
    }

    /// Channels that the card delivers.
    pub(super) const fn channels(&self) -> usize {
        self.channels
    }

    /// Appends what has arrived, all channels.
    pub(super) fn fetch_raw(&mut self, samples: &mut Vec<f32>) -> Result<(), String> {
        if let Some(cause) = self.health.failure() {
            return Err(cause);
        }
        self.end.fetch(samples);
        Ok(())
    }

    /// Appends what has arrived to `output` as 16 kHz mono.
    fn fetch(&mut self, output: &mut Vec<f32>) -> Result<Fetched, String> {
        if let Some(cause) = self.health.failure() {
            return Err(cause);
        }
        self.interleaved.clear();
        self.mono.clear();
        let lost = self.end.fetch(&mut self.interleaved);
        self.mixer.push(&self.interleaved, &mut self.mono);
        let before = output.len();
        self.resampler.push(&self.mono, output);
        for sample in &mut output[before..] {
            *sample = sample.clamp(-1.0, 1.0);
        }
        Ok(Fetched {
            sound: !self.interleaved.is_empty(),
            lost: lost * u64::from(SAMPLE_RATE) / u64::from(self.rate),
        })
    }
}

fn build(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    callback: CaptureCallback,
    marks: Marks,
) -> Result<cpal::Stream, cpal::Error> {
    fn of<T: SizedSample>(
        device: &cpal::Device,
        config: StreamConfig,
        mut callback: CaptureCallback,
        marks: Marks,
    ) -> Result<cpal::Stream, cpal::Error>
    where
        f32: FromSample<T>,
    {
        let sound = marks.clone();
        let take = move |data: &[T], _: &cpal::InputCallbackInfo| {
            sound.served();
            callback.take(data);
        };
        let failed = move |error| marks.take(error);
        device.build_input_stream(config, take, failed, None)
    }
    match format {
        SampleFormat::I8 => of::<i8>(device, config, callback, marks),
        SampleFormat::I16 => of::<i16>(device, config, callback, marks),
        SampleFormat::I24 => of::<cpal::I24>(device, config, callback, marks),
        SampleFormat::I32 => of::<i32>(device, config, callback, marks),
        SampleFormat::U8 => of::<u8>(device, config, callback, marks),
        SampleFormat::U16 => of::<u16>(device, config, callback, marks),
        SampleFormat::U32 => of::<u32>(device, config, callback, marks),
        SampleFormat::F32 => of::<f32>(device, config, callback, marks),
        SampleFormat::F64 => of::<f64>(device, config, callback, marks),
        _ => Err(ErrorKind::UnsupportedConfig.into()),
    }
}

#[cfg(test)]
mod tests {
    use mynah_core::model::Channel;

    use super::{Captured, Microphone, Source, capture_pair};
    use crate::{DeviceChange, FRAME_SAMPLES, SampleTime};

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
    fn a_missing_microphone_is_told_once_and_time_goes_on() {
        let mut microphone = Microphone::new("no such card", Channel::All);
        let Captured::News(news) = microphone.next() else {
            panic!("the loss comes first");
        };
        let DeviceChange::Lost(why) = news.what else {
            panic!("{news:?}");
        };
        assert!(why.contains("`no such card`"), "{why}");
        assert!(why.contains("mynah devices"), "{why}");
        for number in 0..3 {
            let Captured::Frame(frame) = microphone.next() else {
                panic!("a second loss");
            };
            assert_eq!(frame.start, SampleTime(number * FRAME_SAMPLES as u64));
            assert!(frame.samples.iter().all(|sample| *sample == 0.0));
        }
    }
}
