//! Where sound comes from: a microphone or a file, frame by frame.

use std::path::Path;

use super::decode::Decoder;
use super::{AudioError, AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};

/// What a source has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Captured {
    /// The next frame of sound.
    Frame(AudioFrame),
    /// So many samples (at 16 kHz) came in faster than they were fetched and
    /// are gone; the next frame's time counts them.
    Lost {
        /// How many.
        samples: u64,
    },
    /// The device is gone, and why, for people. Keep calling: it is tried
    /// again and again.
    Trouble(String),
    /// The device, by name, is back.
    Recovered(String),
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
    silence: usize,
    decoded: bool,
}

impl WavSource {
    /// Opens `path`, to be followed by `silence_s` seconds of silence: what a
    /// speaker leaves before walking away, and an endpoint needs.
    ///
    /// # Errors
    /// As [`super::wav::read`].
    pub fn open(path: &Path, silence_s: f32) -> Result<Self, AudioError> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "the cast saturates; a negative time is none"
        )]
        let silence = (silence_s * SAMPLE_RATE as f32) as usize;
        Ok(Self {
            decoder: Decoder::open(path)?,
            framer: Framer::default(),
            silence,
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
            if !self.decoded {
                self.decoded = !self.decoder.next_piece(&mut self.framer.pending)?;
                continue;
            }
            // The file's last frame is filled up with silence.
            let short = FRAME_SAMPLES - self.framer.pending.len();
            if short == FRAME_SAMPLES && self.silence == 0 {
                return Ok(None);
            }
            self.silence = self.silence.saturating_sub(short);
            self.framer.pending.resize(FRAME_SAMPLES, 0.0);
        }
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
