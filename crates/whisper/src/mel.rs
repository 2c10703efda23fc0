//! The log-mel spectrogram: 80 bands, one frame per 10 ms.

use std::sync::Arc;

use ndarray::Array2;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::kernels::dot;

/// Window length in samples: 25 ms.
const WINDOW: usize = 400;

/// Hop length in samples: 10 ms.
const HOP: usize = 160;

/// Frequency bins of a window.
const BINS: usize = WINDOW / 2 + 1;

/// Distance of two bins, and the highest frequency, in hertz.
const BIN_HZ: f64 = 40.0;
const MAX_HZ: f64 = 8000.0;

/// Lower limit of the power: silence.
const FLOOR: f32 = 1e-10;

/// Dynamic range in powers of ten: weaker bands are raised to its lower end.
const RANGE: f32 = 8.0;

/// The mel filter bank of a model.
pub(crate) struct Mel {
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
pub(crate) struct Spectrum {
    /// Frames x bands, up to the end of the audio.
    pub frames: Array2<f32>,
    /// The value of every band in the silence after it.
    pub silence: f32,
}

impl Mel {
    /// With so many bands, as Whisper was trained.
    pub(crate) fn new(bands: usize) -> Self {
        Self::with_filters(bands, slaney_filters(bands))
    }

    /// With these filters: bands x frequency bins.
    pub(crate) fn with_filters(bands: usize, filters: Vec<f32>) -> Self {
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
    pub(crate) fn spectrum(&self, samples: &[f32]) -> Spectrum {
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

/// The filters of the mel scale after Slaney: linear below 1 kHz, logarithmic above,
/// each of area one. Bands x frequency bins.
fn slaney_filters(bands: usize) -> Vec<f32> {
    let mut filters = Vec::with_capacity(bands * BINS);
    for corner in mel_corners(bands).windows(3) {
        let [low, centre, high] = [corner[0], corner[1], corner[2]];
        let mut hz = 0.0;
        for _ in 0..BINS {
            let rising = (hz - low) / (centre - low);
            let falling = (high - hz) / (high - centre);
            let weight = rising.min(falling).max(0.0) * 2.0 / (high - low);
            #[expect(clippy::cast_possible_truncation, reason = "the precision of sound")]
            filters.push(weight as f32);
            hz += BIN_HZ;
        }
    }
    filters
}

/// The `bands + 2` frequencies, in hertz, at which the filters begin, peak and end.
fn mel_corners(bands: usize) -> Vec<f64> {
    const LINEAR_HZ: f64 = 200.0 / 3.0;
    const BREAK_MEL: f64 = 15.0;
    const BREAK_HZ: f64 = 1000.0;
    // exp and ln may differ in the last bit between processors; this grid is far coarser
    // than that and far finer than a 32-bit weight.
    const GRID: f64 = 1_048_576.0;
    let step = 6.4_f64.ln() / 27.0;
    let top = BREAK_MEL + (MAX_HZ / BREAK_HZ).ln() / step;
    let intervals = f64::from(u32::try_from(bands + 1).unwrap_or(u32::MAX));
    let mut corners = Vec::with_capacity(bands + 2);
    let mut nth = 0.0;
    for _ in 0..bands + 2 {
        let mel = top * nth / intervals;
        let hz = if mel < BREAK_MEL {
            mel * LINEAR_HZ
        } else {
            BREAK_HZ * ((mel - BREAK_MEL) * step).exp()
        };
        corners.push((hz * GRID).round() / GRID);
        nth += 1.0;
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_have_slaney_s_figures() {
        let weights = slaney_filters(80);
        // The first filter peaks at 37.2 Hz; the bin at 40 Hz is on its way down.
        let close = |index: usize, expected: f32| {
            let off = (weights[index] - expected).abs();
            assert!(off < 1e-5, "{} at {index}", weights[index]);
        };
        close(0, 0.0);
        close(1, 0.024_862_6);
        close(BINS + 2, 0.022_871_9);
        for (nth, filter) in weights.chunks(BINS).enumerate() {
            let area: f32 = filter.iter().sum::<f32>() * 40.0;
            assert!((area - 1.0).abs() < 0.2, "filter {nth} has area {area}");
        }
    }
}
