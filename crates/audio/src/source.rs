//! Where sound comes from: a microphone or a file, frame by frame.

use std::path::Path;

use super::decode::Decoder;
use super::{AudioError, AudioFrame, DeviceNews, FRAME_SAMPLES, SampleTime};

/// What a source has to say.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are frames, and a box for each would cost an allocation"
)]
pub enum Captured {
    /// The next frame of sound.
    Frame(AudioFrame),
    /// The device was lost, found again or too slow. Keep calling: a lost one
    /// is looked for, and silence comes in its place.
    News(DeviceNews),
    /// There is no more.
    End,
}

/// A stream of frames. One implementation is a microphone, another a file.
pub trait Source: Send {
    /// Blocks until the next frame or piece of news. After
    /// [`Captured::End`] it says so again.
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

    /// Lets time pass without sound.
    pub(super) const fn skip(&mut self, samples: u64) {
        self.time = SampleTime(self.time.0 + samples);
    }
}

/// A file in place of a microphone, decoded as it is asked for, so that an
/// hour takes no more memory than a second.
pub struct WavSource {
    decoder: Decoder,
    framer: Framer,
    /// Samples of silence still to come after the file's end.
    silence: u64,
    /// Samples that the file gave so far.
    sound: u64,
    decoded: bool,
}

impl WavSource {
    /// Opens `path`, to be followed by `silence_ms` of silence: what a speaker
    /// leaves before walking away, and an endpoint needs.
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
        })
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
                self.sound += (self.framer.pending.len() - held) as u64;
                continue;
            }
            if held == 0 && self.silence == 0 {
                return Ok(None);
            }
            // The file's last frame is filled up with silence.
            self.silence = self.silence.saturating_sub((FRAME_SAMPLES - held) as u64);
            self.framer.pending.resize(FRAME_SAMPLES, 0.0);
        }
    }

    /// Where the file's own sound ended, once it has; until then, how far it
    /// was decoded.
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
