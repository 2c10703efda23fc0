//! Sources of sound: a microphone or a file, frame by frame.

use std::path::Path;

use mynah_core::model::Channel;

use super::decode::Decoder;
use super::level::Level;
use super::{AudioError, AudioFrame, DeviceNews, FRAME_SAMPLES, SampleTime};

/// What a source delivers.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are frames, and a box for each would cost an allocation"
)]
pub enum Captured {
    /// The next frame of sound.
    Frame(AudioFrame),
    /// The device was lost, found or late. Keep calling: a lost device is retried,
    /// and silence is delivered meanwhile.
    News(DeviceNews),
    /// The end of the stream.
    End,
}

/// A stream of frames. One implementation is a microphone, another a file.
pub trait Source: Send {
    /// Blocks until the next frame or event. After [`Captured::End`] every call
    /// returns it again.
    fn next(&mut self) -> Captured;
}

/// Cuts 16 kHz mono samples into frames and counts their time.
#[derive(Debug, Default)]
pub(super) struct Framer {
    pub(super) pending: Vec<f32>,
    time: SampleTime,
}

impl Framer {
    /// The next whole frame, if there is one.
    pub(super) fn frame(&mut self) -> Option<AudioFrame> {
        let samples = *self.pending.first_chunk::<FRAME_SAMPLES>()?;
        self.pending.drain(..FRAME_SAMPLES);
        let frame = AudioFrame {
            start: self.time,
            samples,
        };
        self.time = frame.end();
        Some(frame)
    }

    /// Advances time without sound.
    pub(super) const fn skip(&mut self, samples: u64) {
        self.time = SampleTime(self.time.0 + samples);
    }
}

/// A file in place of a microphone, decoded on demand, so that an hour takes no more
/// memory than a second.
pub struct WavSource {
    decoder: Decoder,
    framer: Framer,
    /// Samples of silence that remain after the end of the file.
    silence: u64,
    /// Samples decoded from the file so far.
    sound: u64,
    decoded: bool,
    level: Level,
}

impl WavSource {
    /// Opens `path`, followed by `silence_ms` of silence for the endpointer.
    ///
    /// # Errors
    /// As [`super::wav::read`].
    pub fn open(path: &Path, silence_ms: u64) -> Result<Self, AudioError> {
        Ok(Self {
            decoder: Decoder::open(path)?,
            framer: Framer::default(),
            silence: SampleTime::default().plus_ms(silence_ms).0,
            sound: 0,
            decoded: false,
            level: Level::default(),
        })
    }

    /// Hears these of the file's channels, as of a microphone's.
    #[must_use]
    pub fn hearing(mut self, channel: &Channel) -> Self {
        self.decoder.choose(channel);
        self
    }

    /// As [`Source::next`], but a file in which nothing can be decoded is an
    /// error, not a short one.
    ///
    /// # Errors
    /// [`AudioError::Broken`].
    pub fn next_frame(&mut self) -> Result<Option<AudioFrame>, AudioError> {
        loop {
            if let Some(frame) = self.framer.frame() {
                return Ok(Some(frame));
            }
            let held = self.framer.pending.len();
            if !self.decoded {
                self.decoded = !self.decoder.next_piece(&mut self.framer.pending)?;
                self.level.apply(&mut self.framer.pending[held..]);
                self.sound += (self.framer.pending.len() - held) as u64;
                continue;
            }
            if held == 0 && self.silence == 0 {
                return Ok(None);
            }
            // The last frame of the file is padded with silence.
            self.silence = self.silence.saturating_sub((FRAME_SAMPLES - held) as u64);
            self.framer.pending.resize(FRAME_SAMPLES, 0.0);
        }
    }

    /// The end of the file's own sound; until it is reached, how far it was decoded.
    #[must_use]
    pub const fn file_end(&self) -> SampleTime {
        SampleTime(self.sound)
    }
}

impl Source for WavSource {
    fn next(&mut self) -> Captured {
        match self.next_frame() {
            Ok(Some(frame)) => Captured::Frame(frame),
            Ok(None) => Captured::End,
            Err(error) => {
                tracing::warn!("{error}");
                self.decoded = true;
                self.silence = 0;
                Captured::End
            }
        }
    }
}
