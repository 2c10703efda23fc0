//! Scalar and row functions (dot product, softmax, GELU, layer norm), written
//! so that the compiler can vectorise them.

use ndarray::{Array1, Array2};
use wide::f32x8;

/// Width of a vector register, in `f32`s.
const LANES: usize = 8;

/// The scalar product of two rows of the same length.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    // Two accumulators, because each addition depends on the one before.
    let mut sums = [f32x8::ZERO; 2];
    for (n, (a, b)) in a_lanes.iter().zip(b_lanes).enumerate() {
        let sum = &mut sums[n % 2];
        *sum = f32x8::new(*a).mul_add(f32x8::new(*b), *sum);
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]).reduce_add() + rest
}

/// Adds `factor` times `row` to `sum`.
pub fn add_scaled(sum: &mut [f32], factor: f32, row: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum = factor.mul_add(*value, *sum);
    }
}

/// e to the power of `x`, to seven digits between -87 and 88 and clamped
/// beyond: the power of two by the bits of the exponent, the rest by its
/// series (Cephes' `expf`).
#[inline]
#[must_use]
pub fn exp(x: f32) -> f32 {
    // Adding this rounds to a whole number, which is then in the last bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts, of which the first has few digits.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let r = whole.mul_add(-LN_2_LOW, whole.mul_add(-LN_2_HIGH, x));
    let series = [
        1.987_569_1e-4,
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ];
    let mut sum: f32 = series[0];
    for factor in &series[1..] {
        sum = sum.mul_add(r, *factor);
    }
    let fraction = sum.mul_add(r * r, r) + 1.0;
    let exponent = shifted.to_bits().wrapping_add(127) << 23;
    fraction * f32::from_bits(exponent)
}

/// The Gaussian error linear unit, by Hendrycks and Gimpel's approximation.
#[inline]
fn gelu(x: f32) -> f32 {
    let inner = (0.044_715 * x * x).mul_add(x, x);
    x / (1.0 + exp(-1.595_769 * inner))
}

/// The Gaussian error linear unit of every number, by Hendrycks and Gimpel's
/// approximation.
pub fn gelu_all(state: &mut Array2<f32>) {
    for mut row in state.rows_mut() {
        for x in row.as_slice_mut().into_iter().flatten() {
            *x = gelu(*x);
        }
    }
}

/// The Gaussian error linear unit itself. The error function is that of Abramowitz and
/// Stegun, formula 7.1.26, with an error of at most 1.5e-7.
#[inline]
fn gelu_exact(x: f32) -> f32 {
    const SERIES: [f32; 5] = [
        1.061_405_4,
        -1.453_152,
        1.421_413_7,
        -0.284_496_74,
        0.254_829_6,
    ];
    let z = x.abs() / std::f32::consts::SQRT_2;
    let t = 1.0 / 0.327_591_1_f32.mul_add(z, 1.0);
    let mut sum: f32 = SERIES[0];
    for factor in &SERIES[1..] {
        sum = sum.mul_add(t, *factor);
    }
    let erf = 1.0 - sum * t * exp(-z * z);
    0.5 * x * (1.0 + erf.copysign(x))
}

/// The exact Gaussian error linear unit of every number, as BERT has it.
pub fn gelu_exact_all(state: &mut Array2<f32>) {
    for mut row in state.rows_mut() {
        for x in row.as_slice_mut().into_iter().flatten() {
            *x = gelu_exact(*x);
        }
    }
}

/// In-place softmax of a row of scores.
pub fn softmax(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for x in row.iter_mut() {
        *x = exp(*x - most);
    }
    let sum: f32 = row.iter().sum();
    for x in row {
        *x /= sum;
    }
}

/// In-place log-softmax of a row of logits (natural logarithm). Gives their
/// log-sum-exp.
pub fn log_softmax(row: &mut [f32]) -> f32 {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (lanes, rest) = row.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for lanes in lanes {
        for lane in 0..LANES {
            sums[lane] += exp(lanes[lane] - most);
        }
    }
    let rest: f32 = rest.iter().map(|x| exp(x - most)).sum();
    let log_sum = most + (sums.iter().sum::<f32>() + rest).ln();
    for x in row {
        *x -= log_sum;
    }
    log_sum
}

/// Layer normalisation.
#[derive(Debug)]
pub struct LayerNorm {
    /// One factor per column.
    pub weight: Array1<f32>,
    /// One summand per column.
    pub bias: Array1<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

impl LayerNorm {
    /// Normalises each row to mean 0 and variance 1, then scales and shifts it.
    #[must_use]
    pub fn apply(&self, state: &Array2<f32>) -> Array2<f32> {
        let mut normed = state.clone();
        for mut row in normed.rows_mut() {
            let Some(numbers) = row.as_slice_mut() else {
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "some hundred columns")]
            let count = numbers.len() as f32;
            let mean = numbers.iter().sum::<f32>() / count;
            for x in numbers.iter_mut() {
                *x -= mean;
            }
            let scale = 1.0 / (dot(numbers, numbers) / count + self.epsilon).sqrt();
            let terms = self.weight.iter().zip(&self.bias);
            for (x, (weight, bias)) in numbers.iter_mut().zip(terms) {
                *x = (*x * scale).mul_add(*weight, *bias);
            }
        }
        normed
    }
}
