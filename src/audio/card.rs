//! The loudspeaker of a sound card.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rodio::buffer::SamplesBuffer;
use rodio::{DeviceSinkBuilder, MixerDeviceSink, Player};
use tracing::{info, warn};

use super::convert::resample;
use super::devices::{Direction, find};
use super::{SampleTime, Speaker};

/// A card that still claims to sound so long after the end of what it was
/// given has died without a word.
const DEAD_AFTER_MS: u64 = 1_000;

/// A loudspeaker by its name in `mynah devices`, or `default`. Opened by the
/// first sound; while it is missing, sounds are dropped and each next one
/// tries again.
pub struct SoundCard {
    device: String,
    open: Option<Open>,
    now: SampleTime,
    /// When everything that was queued must have been heard.
    silent_by: SampleTime,
}

struct Open {
    sink: MixerDeviceSink,
    player: Player,
    rate: NonZero<u32>,
    broken: Arc<AtomicBool>,
}

impl SoundCard {
    /// A loudspeaker that is opened by the first [`Speaker::play`].
    #[must_use]
    pub fn new(device: impl Into<String>) -> Self {
        Self {
            device: device.into(),
            open: None,
            now: SampleTime::default(),
            silent_by: SampleTime::default(),
        }
    }

    /// The card, opened if need be.
    fn card(&mut self) -> Option<&Open> {
        if self.open.as_ref().is_some_and(Open::is_broken) {
            self.open = None;
        }
        if self.open.is_none() {
            match Open::new(&self.device) {
                Ok(open) => self.open = Some(open),
                Err(cause) => warn!("dropped a sound: {cause}"),
            }
        }
        self.open.as_ref()
    }
}

impl Open {
    fn new(name: &str) -> Result<Self, String> {
        let failed = |cause: &dyn std::fmt::Display| {
            format!(
                "cannot open the loudspeaker `{name}`: {cause}\nhint: is another program using it?"
            )
        };
        let device = find(name, Direction::Output)?;
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let mut sink = DeviceSinkBuilder::from_device(device)
            .map_err(|error| failed(&error))?
            .with_error_callback(move |error: cpal::Error| {
                if super::capture::is_fatal(error.kind()) {
                    flag.store(true, Ordering::Relaxed);
                }
            })
            .open_stream()
            .map_err(|error| failed(&error))?;
        sink.log_on_drop(false);
        let rate = sink.config().sample_rate();
        info!("loudspeaker `{name}`: {rate} Hz");
        Ok(Self {
            player: Player::connect_new(sink.mixer()),
            sink,
            rate,
            broken,
        })
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

impl Speaker for SoundCard {
    fn play(&mut self, samples: &[f32], rate: u32) {
        let Some(open) = self.card() else {
            return;
        };
        let samples = resample(samples, rate, open.rate.get());
        let length_ms = samples.len() as u64 * 1000 / u64::from(open.rate.get());
        open.player
            .append(SamplesBuffer::new(NonZero::<u16>::MIN, open.rate, samples));
        self.silent_by = self.now.max(self.silent_by).plus_ms(length_ms);
    }

    fn stop(&mut self) {
        // A player that was told to stop makes its next sound wait for the
        // end of the old one; a new player does not.
        if let Some(open) = &mut self.open {
            open.player = Player::connect_new(open.sink.mixer());
        }
        self.silent_by = self.now;
    }

    fn pending(&self) -> bool {
        self.now < self.silent_by.plus_ms(DEAD_AFTER_MS)
            && self
                .open
                .as_ref()
                .is_some_and(|open| !open.is_broken() && !open.player.empty())
    }

    fn advance(&mut self, now: SampleTime) {
        self.now = self.now.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::{SoundCard, Speaker};

    #[test]
    fn a_missing_card_drops_sound_and_is_never_pending() {
        let mut card = SoundCard::new("no such card");
        for _ in 0..2 {
            card.play(&[0.5; 800], 16_000);
            assert!(!card.pending());
            card.stop();
        }
    }
}
