//! Sound files whole: read into 16 kHz mono, written as 16-bit WAV.

use std::io;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use thiserror::Error;

use super::SAMPLE_RATE;
use super::decode::Decoder;

/// Why a sound file could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AudioError {
    /// Not there, or not ours to read.
    #[error("cannot open `{}`: {cause}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Zero bytes.
    #[error("`{}` is empty\nhint: record it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Something else than sound.
    #[error("`{}` is not a sound file\nhint: give a WAV or FLAC file", path.display())]
    NotAudio {
        /// The file.
        path: PathBuf,
    },
    /// Sound, but nothing of it can be decoded.
    #[error("`{}` is damaged: {cause}\nhint: record or convert it again", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Sound in a coding that Mynah does not read.
    #[error(
        "`{}` is coded in a way that Mynah does not read: {cause}\nhint: convert it to 16-bit WAV",
        path.display()
    )]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// Which coding.
        cause: String,
    },
    /// Longer than the caller takes.
    #[error("`{}` is longer than {max_s} s\nhint: cut it into shorter files", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The bound in seconds.
        max_s: u32,
    },
    /// The disk is full, the folder is missing, or it is not ours to write.
    #[error("cannot write `{}`: {cause}\nhint: is the folder there, and is there space?", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// A sound file in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// 16 kHz mono samples in -1..1.
    pub samples: Vec<f32>,
    /// Samples a second in the file.
    pub source_rate: u32,
    /// Channels in the file.
    pub source_channels: u16,
}

impl Sound {
    /// How long it is, in seconds.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for 17,000 years of sound"
    )]
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(SAMPLE_RATE)
    }
}

/// Reads a whole file of at most `max_s` seconds: any rate, channel count and
/// sample format of WAV, and FLAC. A file that breaks off gives what it has.
///
/// # Errors
/// Each kind of [`AudioError`] but `Write`; all of them name the file.
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

/// Writes mono samples in -1..1 as 16-bit WAV at `rate` hertz. The file
/// appears under its name only when it is whole.
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
    // The mode of any file that a person makes; the umask takes its part.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder)?;
    let spec = WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut writer =
        WavWriter::new(io::BufWriter::new(file.as_file_mut()), spec).map_err(from_hound)?;
    for &sample in samples {
        writer.write_sample(to_i16(sample)).map_err(from_hound)?;
    }
    writer.finalize().map_err(from_hound)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn from_hound(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}

/// A sample in -1..1 as 16-bit integer; not a number is silence.
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
