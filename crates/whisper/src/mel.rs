//! The log-mel spectrogram: 80 bands, one frame per 10 ms.

use std::sync::Arc;

use ndarray::Array2;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::math::dot;

/// Window length in samples: 25 ms.
const WINDOW: usize = 400;

/// Hop length in samples: 10 ms.
const HOP: usize = 160;

/// Frequency bins of a window.
const BINS: usize = WINDOW / 2 + 1;

/// Lower limit of the power: silence.
const FLOOR: f32 = 1e-10;

/// Dynamic range in powers of ten: weaker bands are raised to its lower end.
const RANGE: f32 = 8.0;

/// The mel filter bank of a model.
pub struct Mel {
    bands: usize,
    /// Bands x frequency bins.
    filters: Vec<f32>,
    /// Hann window.
    window: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
}

impl std::fmt::Debug for Mel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mel({} bands)", self.bands)
    }
}

/// A log-mel spectrogram, scaled as Whisper expects it.
#[derive(Debug)]
pub struct Spectrum {
    /// Frames x bands, up to the end of the audio.
    pub frames: Array2<f32>,
    /// The value of every band in the silence after it.
    pub silence: f32,
}

impl Mel {
    /// From a model's filters: bands x frequency bins.
    pub fn new(bands: usize, filters: Vec<f32>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let hann = |n: usize| {
            let turn = std::f32::consts::TAU * n as f32 / WINDOW as f32;
            0.5 - 0.5 * turn.cos()
        };
        Self {
            bands,
            filters,
            window: (0..WINDOW).map(hann).collect(),
            transform: RealFftPlanner::new().plan_fft_forward(WINDOW),
        }
    }

    /// The spectrogram of 16 kHz samples, followed by silence. Frame n is centred
    /// at n hops; before the first sample the audio is mirrored, as in Whisper's
    /// training.
    pub fn spectrum(&self, samples: &[f32]) -> Spectrum {
        let half = WINDOW / 2;
        let mut padded: Vec<f32> = (1..=half)
            .rev()
            .map(|n| samples.get(n).copied().unwrap_or(0.0))
            .collect();
        padded.extend_from_slice(samples);
        // The last window with audio in it begins at its last sample.
        let count = (samples.len() + half).div_ceil(HOP);
        padded.resize(count * HOP + WINDOW, 0.0);
        let mut frames = Array2::from_elem((count, self.bands), 0.0);
        let mut input = self.transform.make_input_vec();
        let mut output = self.transform.make_output_vec();
        for (n, mut frame) in frames.rows_mut().into_iter().enumerate() {
            let sound = &padded[n * HOP..][..WINDOW];
            for ((into, sample), weight) in input.iter_mut().zip(sound).zip(&self.window) {
                *into = sample * weight;
            }
            self.transform
                .process(&mut input, &mut output)
                .expect("both buffers are its own");
            let power: Vec<f32> = output.iter().map(Complex::norm_sqr).collect();
            for (band, filter) in frame.iter_mut().zip(self.filters.chunks_exact(BINS)) {
                *band = dot(filter, &power).max(FLOOR).log10();
            }
        }
        let most = frames.fold(FLOOR.log10(), |most, &band| most.max(band));
        let scaled = |band: f32| (band.max(most - RANGE) + 4.0) / 4.0;
        frames.mapv_inplace(scaled);
        Spectrum {
            frames,
            silence: scaled(FLOOR.log10()),
        }
    }
}
