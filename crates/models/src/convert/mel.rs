//! The filters that turn a spectrum into what Whisper sees.

use std::io::Write;

use super::{ConvertError, write_size};

/// Whisper hears in frames of 400 samples of 16 kHz: 201 bins up to 8 kHz.
const N_FFT_BINS: usize = 201;
const BIN_HZ: f64 = 40.0;
const MAX_HZ: f64 = 8000.0;

/// The filters of the mel scale after Slaney: linear below 1 kHz, logarithmic
/// above, each of area one.
pub(super) fn write_filters(n_mels: usize, out: &mut impl Write) -> Result<(), ConvertError> {
    write_size(out, n_mels)?;
    write_size(out, N_FFT_BINS)?;
    let corners = mel_corners(n_mels);
    for corner in corners.windows(3) {
        let [low, centre, high] = [corner[0], corner[1], corner[2]];
        let mut hz = 0.0;
        for _ in 0..N_FFT_BINS {
            let rising = (hz - low) / (centre - low);
            let falling = (high - hz) / (high - centre);
            let weight = rising.min(falling).max(0.0) * 2.0 / (high - low);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the file holds 32-bit floats"
            )]
            out.write_all(&(weight as f32).to_le_bytes())?;
            hz += BIN_HZ;
        }
    }
    Ok(())
}

/// The `n_mels + 2` frequencies, in Hz, at which the filters begin, peak and
/// end.
fn mel_corners(n_mels: usize) -> Vec<f64> {
    const LINEAR_HZ: f64 = 200.0 / 3.0;
    const BREAK_MEL: f64 = 15.0;
    const BREAK_HZ: f64 = 1000.0;
    // exp and ln may differ in the last bit between processors; this grid is
    // far coarser than that and far finer than a 32-bit weight.
    const GRID: f64 = 1_048_576.0;
    let step = 6.4_f64.ln() / 27.0;
    let top = BREAK_MEL + (MAX_HZ / BREAK_HZ).ln() / step;
    let intervals = f64::from(u32::try_from(n_mels + 1).unwrap_or(u32::MAX));
    let mut corners = Vec::with_capacity(n_mels + 2);
    let mut nth = 0.0;
    for _ in 0..n_mels + 2 {
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
