//! Reads whole sound files as 16 kHz mono and writes 16-bit WAV.

use std::io;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use thiserror::Error;

use super::SAMPLE_RATE;
use super::decode::Decoder;

/// Why a sound file could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AudioError {
    /// Missing, or without permission to read.
    #[error("cannot open `{}`: {cause}\nhint: check the name, and that you may read the file", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// Zero bytes.
    #[error("`{}` is empty\nhint: record it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Not a sound file.
    #[error("`{}` is not a sound file\nhint: give a WAV or FLAC file", path.display())]
    NotAudio {
        /// The file.
        path: PathBuf,
    },
    /// A sound file of which nothing can be decoded.
    #[error("`{}` is damaged: {cause}\nhint: record or convert it again", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The decoder's error.
        cause: String,
    },
    /// Sound in an unsupported coding.
    #[error(
        "the coding of `{}` is not supported: {cause}\nhint: convert it to 16-bit WAV",
        path.display()
    )]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The coding.
        cause: String,
    },
    /// Longer than the caller allows.
    #[error("`{}` is longer than {max_s} s\nhint: cut it into shorter files", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The limit in seconds.
        max_s: u32,
    },
    /// The disk is full, the folder is missing, or writing is not permitted.
    #[error("cannot write `{}`: {cause}\nhint: check that the folder exists and the disk has space", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
}

/// A sound file in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// 16 kHz mono samples in -1..1.
    pub samples: Vec<f32>,
    /// Sample rate of the file in hertz.
    pub source_rate: u32,
    /// Channels in the file.
    pub source_channels: u16,
}

impl Sound {
    /// Its length in seconds.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for 17,000 years of sound"
    )]
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(SAMPLE_RATE)
    }
}

/// Reads a whole file of at most `max_s` seconds: WAV of any rate, channel count and
/// sample format, or FLAC. A truncated file gives what it has.
///
/// # Errors
/// Every kind of [`AudioError`] except `Write`; all of them name the file.
pub fn read(path: &Path, max_s: u32) -> Result<Sound, AudioError> {
    let mut decoder = Decoder::open(path)?;
    let most = max_s as usize * SAMPLE_RATE as usize;
    let mut samples = Vec::new();
    while decoder.next_piece(&mut samples)? {
        if most < samples.len() {
            return Err(AudioError::TooLong {
                path: path.into(),
                max_s,
            });
        }
    }
    Ok(Sound {
        samples,
        source_rate: decoder.rate(),
        source_channels: decoder.channels(),
    })
}

/// All channels of a sound, as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Interleaved {
    /// In -1..1, one of each channel after the other.
    pub samples: Vec<f32>,
    /// At least one.
    pub channels: usize,
    /// In hertz.
    pub rate: u32,
}

/// Reads a file without mixing its channels and at its own rate.
///
/// # Errors
/// As [`read`].
pub fn read_channels(path: &Path, max_s: u32) -> Result<Interleaved, AudioError> {
    let mut decoder = Decoder::open(path)?;
    let (channels, rate) = (usize::from(decoder.channels()), decoder.rate());
    let most = max_s as usize * rate as usize * channels;
    let mut samples = Vec::new();
    while decoder.next_packet(&mut samples)? {
        if most < samples.len() {
            return Err(AudioError::TooLong {
                path: path.into(),
                max_s,
            });
        }
    }
    Ok(Interleaved {
        samples,
        channels,
        rate,
    })
}

/// Writes mono samples in -1..1 as 16-bit WAV at `rate` hertz. The file appears
/// under its name only when it is complete.
///
/// # Errors
/// [`AudioError::Write`].
pub fn write(path: &Path, samples: &[f32], rate: u32) -> Result<(), AudioError> {
    write_beside(path, samples, rate).map_err(|cause| AudioError::Write {
        path: path.into(),
        cause,
    })
}

fn write_beside(path: &Path, samples: &[f32], rate: u32) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new();
    // The usual mode of a new file, reduced by the umask.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder)?;
    encode(io::BufWriter::new(file.as_file_mut()), samples, rate)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes mono samples in -1..1 as 16-bit WAV at `rate` hertz.
///
/// # Errors
/// When `out` cannot be written.
pub fn encode(out: impl io::Write + io::Seek, samples: &[f32], rate: u32) -> io::Result<()> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::new(out, spec).map_err(from_hound)?;
    for &sample in samples {
        writer.write_sample(to_i16(sample)).map_err(from_hound)?;
    }
    writer.finalize().map_err(from_hound)
}

/// Reads a whole file as [`encode`] writes it: its samples in -1..1, and its rate in
/// hertz. `None` if it is anything else, or cut off.
#[must_use]
pub fn decode(file: &[u8]) -> Option<(Vec<f32>, u32)> {
    let mut reader = WavReader::new(file).ok()?;
    let spec = reader.spec();
    if (spec.channels, spec.bits_per_sample, spec.sample_format) != (1, 16, SampleFormat::Int) {
        return None;
    }
    let samples = reader.samples::<i16>();
    let samples = samples.map(|sample| sample.map(|sample| f32::from(sample) / 32_768.0));
    Some((samples.collect::<Result<_, _>>().ok()?, spec.sample_rate))
}

fn from_hound(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}

/// A sample in -1..1 as a 16-bit integer; NaN is silence.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and silence is what not-a-number should be"
)]
pub fn to_i16(sample: f32) -> i16 {
    (sample * 32_768.0).round() as i16
}

#[cfg(test)]
mod tests;
