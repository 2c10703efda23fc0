//! The loudspeaker of a sound card.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{FromSample, SampleFormat, SizedSample, StreamConfig};
use tracing::{info, warn};

use super::convert::{Resampler, resample};
use super::devices::{Direction, find};
use super::line::{Health, Marks, configs, health, world_time};
use super::playback::{PlaybackCallback, PlaybackEnd, playback_pair};
use super::reconnect::{Reconnecting, Search};
use super::{DeviceChange, DeviceNews, SAMPLE_RATE, SampleTime, Speaker};

/// Length of the ring buffer between event loop and callback, in seconds: the loop
/// may stall for so long before a gap is heard.
const RING_S: usize = 2;

/// A card whose callback was not called for so long is dead. Measured by the
/// system clock: stream time jumps when the microphone returns.
const DEAD_AFTER: Duration = Duration::from_secs(2);

/// How long a sound waits for a card. Later, nobody would know which question it
/// answers.
const WAITS_MS: u64 = 5_000;

/// Counts are reported at most this often.
const TELL_MS: u64 = 1_000;

/// A loudspeaker by its name in `mynah devices`, or `default`. It may be missing at
/// first, disappear and return. What was being played when it disappeared is not
/// repeated.
pub struct SoundCard {
    card: Reconnecting<Open>,
    news: VecDeque<DeviceChange>,
    now: SampleTime,
    /// When all queued samples must have been played.
    silent_by: SampleTime,
    /// Sounds that wait for a card, each with its time of arrival.
    waiting: Vec<(SampleTime, Vec<f32>, u32)>,
    told: SampleTime,
}

struct Open {
    /// The stream runs until this is dropped.
    _stream: cpal::Stream,
    end: PlaybackEnd,
    health: Health,
    /// The number of callbacks so far, and since when there was none.
    calls: u64,
    called: Instant,
    rate: u32,
    /// Resamples played samples for the echo canceller.
    to_reference: Resampler,
    played: Vec<f32>,
}

impl SoundCard {
    /// Begins to open the card.
    #[must_use]
    pub fn new(device: impl Into<String>) -> Self {
        let mut card = Self {
            card: Reconnecting::new(device.into(), Open::new),
            news: VecDeque::new(),
            now: SampleTime::default(),
            silent_by: SampleTime::default(),
            waiting: Vec::new(),
            told: SampleTime::default(),
        };
        card.look();
        card
    }

    /// Waits until the card is open.
    ///
    /// # Errors
    /// Why it cannot be opened, for people.
    pub fn wait(&mut self) -> Result<(), String> {
        if self.card.card().is_none() {
            self.card.wait()?;
            self.opened();
        }
        Ok(())
    }

    fn look(&mut self) {
        match self.card.look() {
            Search::Same => self.check(),
            Search::Opened => self.opened(),
            Search::Failed(why) => {
                let lost = self.card.lost(why);
                self.news.extend(lost);
            }
            Search::GaveUp => self.news.push_back(DeviceChange::Stuck),
        }
    }

    /// Checks the open card.
    fn check(&mut self) {
        let Some(open) = self.card.card_mut() else {
            return;
        };
        let silent = || "its callback is no longer called".to_owned();
        let dead = open.silent_for() >= DEAD_AFTER;
        let failure = open.health.failure();
        if let Some(cause) = failure.or_else(|| dead.then(silent)) {
            self.card.leave();
            let device = self.card.device();
            let why = format!("lost the loudspeaker `{device}`: {cause}");
            let lost = self.card.lost(why);
            self.news.extend(lost);
        } else if self.told.plus_ms(TELL_MS) <= self.now {
            self.told = self.now;
            let times = open.health.late() + u64::from(open.end.starved() > 0);
            if times > 0 {
                self.news.push_back(DeviceChange::Late { times });
            }
        }
    }

    fn opened(&mut self) {
        let found = self.card.works();
        self.news.extend(found);
        let now = self.now;
        for (at, samples, rate) in std::mem::take(&mut self.waiting) {
            if now <= at.plus_ms(WAITS_MS) {
                self.play(&samples, rate);
            } else {
                warn!("dropped a sound: no loudspeaker for too long");
            }
        }
    }
}

impl Open {
    fn new(name: &str) -> Result<Self, String> {
        let failed = |cause: &dyn std::fmt::Display| {
            format!(
                "cannot open the loudspeaker `{name}`: {cause}\nhint: check whether another program uses it"
            )
        };
        let device = find(name, Direction::Output)?;
        let supported = device
            .default_output_config()
            .map_err(|error| failed(&error))?;
        let format = supported.sample_format();
        let mut last = None;
        for config in configs(&supported) {
            let (rate, channels) = (config.sample_rate, usize::from(config.channels));
            let to_reference = Resampler::new(rate, SAMPLE_RATE)
                .ok_or_else(|| failed(&format!("{rate} Hz is not supported")))?;
            let (callback, end) = playback_pair(channels, rate, RING_S * rate as usize);
            let (marks, health) = health();
            let stream = build(&device, format, config, callback, marks);
            match stream.and_then(|stream| stream.play().map(|()| stream)) {
                Ok(stream) => {
                    info!("loudspeaker `{name}`: {rate} Hz, {channels} channels");
                    return Ok(Self {
                        _stream: stream,
                        end,
                        health,
                        calls: 0,
                        called: world_time(),
                        rate,
                        to_reference,
                        played: Vec::new(),
                    });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or_else(String::new, |error| failed(&error)))
    }

    /// Time since the last callback.
    fn silent_for(&mut self) -> Duration {
        let (calls, now) = (self.end.calls(), world_time());
        if self.calls != calls {
            self.calls = calls;
            self.called = now;
        }
        now - self.called
    }
}

impl Speaker for SoundCard {
    fn play(&mut self, samples: &[f32], rate: u32) {
        if samples.is_empty() || rate == 0 {
            return;
        }
        let length_ms = samples.len() as u64 * 1000 / u64::from(rate);
        self.silent_by = self.now.max(self.silent_by).plus_ms(length_ms);
        if let Some(open) = self.card.card_mut() {
            open.end.play(&resample(samples, rate, open.rate));
        } else {
            let now = self.now;
            self.waiting.retain(|(at, ..)| now <= at.plus_ms(WAITS_MS));
            self.waiting.push((now, samples.to_vec(), rate));
        }
    }

    fn stop(&mut self) {
        if let Some(open) = self.card.card_mut() {
            open.end.stop();
        }
        self.waiting.clear();
        self.silent_by = self.now;
    }

    /// Without a card, a sound lasts as long as it would with one.
    fn pending(&self) -> bool {
        self.card
            .card()
            .map_or(self.now < self.silent_by, |open| open.end.pending())
    }

    fn advance(&mut self, now: SampleTime) {
        self.now = self.now.max(now);
        if let Some(open) = self.card.card_mut() {
            open.end.pump();
        }
        self.look();
    }

    fn news(&mut self) -> Option<DeviceNews> {
        Some(DeviceNews {
            direction: Direction::Output,
            device: self.card.device().to_owned(),
            what: self.news.pop_front()?,
        })
    }

    fn played(&mut self, reference: &mut Vec<f32>) {
        if let Some(open) = self.card.card_mut() {
            open.played.clear();
            open.end.played(&mut open.played);
            open.to_reference.push(&open.played, reference);
        }
    }
}

fn build(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    callback: PlaybackCallback,
    marks: Marks,
) -> Result<cpal::Stream, cpal::Error> {
    fn of<T: SizedSample + FromSample<f32>>(
        device: &cpal::Device,
        config: StreamConfig,
        mut callback: PlaybackCallback,
        marks: Marks,
    ) -> Result<cpal::Stream, cpal::Error> {
        let sound = marks.clone();
        let fill = move |data: &mut [T], _: &cpal::OutputCallbackInfo| {
            sound.served();
            callback.fill(data);
        };
        let failed = move |error| marks.take(error);
        device.build_output_stream(config, fill, failed, None)
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
        _ => Err(cpal::ErrorKind::UnsupportedConfig.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{SoundCard, Speaker};
    use crate::{DeviceChange, SampleTime};

    #[test]
    fn a_missing_card_lets_time_pass_and_is_told_once() {
        let mut card = SoundCard::new("no such card");
        let why = card.wait().expect_err("there is no such card");
        assert!(why.contains("`no such card`"), "{why}");
        assert!(why.contains("mynah devices"), "{why}");
        card.play(&[0.5; 800], 16_000);
        assert!(card.pending());
        card.advance(SampleTime(800));
        assert!(!card.pending());
        while card.news.is_empty() {
            card.advance(SampleTime(800));
        }
        let Some(DeviceChange::Lost(why)) = card.news().map(|news| news.what) else {
            panic!("its loss is told");
        };
        assert!(why.contains("`no such card`"), "{why}");
        assert_eq!(card.news(), None);
    }
}
