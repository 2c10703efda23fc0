//! Decodes a sound file packet by packet into 16 kHz mono, in memory that
//! does not grow with the file.

use std::fs::File;
use std::path::{Path, PathBuf};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Symphonia;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use tracing::warn;

use mynah_core::model::Channel;

use super::channel::Mixer;
use super::convert::Resampler;
use super::riff::TrueLengths;
use super::{AudioError, SAMPLE_RATE};

/// An open sound file.
pub(crate) struct Decoder {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    codec: Box<dyn AudioDecoder>,
    track: u32,
    rate: u32,
    channels: u16,
    /// Which channels are heard, and how: for so many.
    channel: Channel,
    mixer: Option<(usize, Mixer)>,
    resampler: Resampler,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    /// Whether any packet was decoded so far.
    found: bool,
    ended: bool,
}

impl Decoder {
    /// Opens a WAV, AIFF or FLAC file.
    ///
    /// # Errors
    /// Every kind of [`AudioError`] except `TooLong` and `Write`.
    pub(crate) fn open(path: &Path) -> Result<Self, AudioError> {
        let cannot_open = |cause| AudioError::Open {
            path: path.into(),
            cause,
        };
        let file = File::open(path).map_err(cannot_open)?;
        let about = file.metadata().map_err(cannot_open)?;
        if about.is_dir() {
            return Err(AudioError::NotAudio { path: path.into() });
        }
        if about.len() == 0 {
            return Err(AudioError::Empty { path: path.into() });
        }
        let source = TrueLengths::new(file).map_err(cannot_open)?;
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let reader = symphonia::default::get_probe()
            .probe(
                &Hint::new(),
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| refused(path, &error))?;
        Self::from_reader(path, reader)
    }

    fn from_reader(path: &Path, reader: Box<dyn FormatReader>) -> Result<Self, AudioError> {
        let broken = |cause: &str| AudioError::Broken {
            path: path.into(),
            cause: cause.into(),
        };
        let track = reader
            .default_track(TrackType::Audio)
            .ok_or_else(|| broken("it has no audio track"))?;
        let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
            return Err(broken("its coding is not given"));
        };
        let rate = parameters.sample_rate.unwrap_or(0);
        let channels = parameters
            .channels
            .as_ref()
            .map_or(0, symphonia::core::audio::Channels::count);
        let channels = u16::try_from(channels)
            .ok()
            .filter(|&n| 0 < n)
            .ok_or_else(|| broken("its channel count is invalid"))?;
        let resampler = Resampler::new(rate, SAMPLE_RATE)
            .ok_or_else(|| broken(&format!("its rate of {rate} Hz is not supported")))?;
        let codec = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|error| refused(path, &error))?;
        Ok(Self {
            path: path.into(),
            track: track.id,
            codec,
            rate,
            channels,
            channel: Channel::All,
            mixer: None,
            resampler,
            interleaved: Vec::new(),
            mono: Vec::new(),
            found: false,
            ended: false,
            reader,
        })
    }

    /// Hears these of the file's channels.
    pub(crate) fn choose(&mut self, channel: &Channel) {
        self.channel = channel.clone();
        self.mixer = None;
    }

    /// Sample rate of the file in hertz.
    #[must_use]
    pub(crate) const fn rate(&self) -> u32 {
        self.rate
    }

    /// Channels in the file.
    #[must_use]
    pub(crate) const fn channels(&self) -> u16 {
        self.channels
    }

    /// Appends the next piece to `output` as 16 kHz mono samples in -1..1; `false`
    /// after the last one. A truncated file gives what it has.
    ///
    /// # Errors
    /// When no sound at all could be decoded.
    pub(crate) fn next_piece(&mut self, output: &mut Vec<f32>) -> Result<bool, AudioError> {
        if self.ended {
            return Ok(false);
        }
        let before = output.len();
        self.mono.clear();
        if self.decode_packet()? {
            self.resampler.push(&self.mono, output);
        } else {
            self.ended = true;
            self.resampler.finish(output);
        }
        for sample in &mut output[before..] {
            *sample = sample.clamp(-1.0, 1.0);
        }
        Ok(true)
    }

    /// Appends the next packet as it is, all channels; `false` at the end.
    pub(crate) fn next_packet(&mut self, samples: &mut Vec<f32>) -> Result<bool, AudioError> {
        self.mono.clear();
        let goes_on = self.decode_packet()?;
        if goes_on {
            samples.extend(&self.interleaved);
        }
        Ok(goes_on)
    }

    /// Decodes the next good packet into `mono`; `false` at the end.
    fn decode_packet(&mut self) -> Result<bool, AudioError> {
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                Ok(Some(_)) => continue,
                Ok(None) => return self.end("it holds no samples"),
                Err(error) => return self.end(&error.to_string()),
            };
            match self.codec.decode(&packet) {
                Ok(decoded) => {
                    // A FLAC stream may change its channel count.
                    let channels = decoded.spec().channels().count().max(1);
                    decoded.copy_to_vec_interleaved(&mut self.interleaved);
                    if self
                        .mixer
                        .as_ref()
                        .is_none_or(|(count, _)| *count != channels)
                    {
                        self.mixer = Some((channels, Mixer::new(&self.channel, channels)));
                    }
                    if let Some((_, mixer)) = &mut self.mixer {
                        mixer.push(&self.interleaved, &mut self.mono);
                    }
                    self.found |= !self.mono.is_empty();
                    return Ok(true);
                }
                Err(Symphonia::DecodeError(cause)) => {
                    warn!(
                        "skipped a damaged packet of `{}`: {cause}",
                        self.path.display()
                    );
                }
                Err(error) => return self.end(&error.to_string()),
            }
        }
    }

    fn end(&self, cause: &str) -> Result<bool, AudioError> {
        if self.found {
            return Ok(false);
        }
        Err(AudioError::Broken {
            path: self.path.clone(),
            cause: cause.into(),
        })
    }
}

/// Why a file could not be opened.
fn refused(path: &Path, error: &Symphonia) -> AudioError {
    let path = path.to_path_buf();
    match error {
        Symphonia::IoError(_) => AudioError::Broken {
            path,
            cause: "it is truncated in its header".into(),
        },
        Symphonia::Unsupported(cause) if cause.contains("no suitable format") => {
            AudioError::NotAudio { path }
        }
        Symphonia::Unsupported(cause) => AudioError::Unsupported {
            path,
            cause: (*cause).into(),
        },
        other => AudioError::Broken {
            path,
            cause: other.to_string(),
        },
    }
}
