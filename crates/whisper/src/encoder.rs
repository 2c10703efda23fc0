//! The encoder: log-mel spectrum in, one hidden state per 20 ms out.
//!
//! Whisper was trained on windows of 30 s. A command of two seconds is followed
//! by 28 s of silence, which take most of the time and carry no information;
//! but without them the decoder begins to repeat itself. So the silence is kept
//! and thinned out: past a short margin, one position represents [`GROUP`]
//! nearly equal ones, and has their weight in attention ("proportional
//! attention" in Bolya and others, "Token Merging", 2023).

use ndarray::{Array2, s};

use crate::kernels::{
    Dense, KeysValues, LayerNorm, Linear, Matrix, Tensors, Weights as _, attend, gelu_all,
};
use crate::layer::{Mlp, SelfAttention};
use crate::mel::Spectrum;
use crate::shape::Half;
use crate::{EPSILON, WhisperError};

/// Positions of silence after the audio that are computed one by one.
const MARGIN: usize = 16;

/// Positions of the remaining silence that one position represents.
const GROUP: usize = 16;

/// Silent frames after the audio for the convolutions: enough that the output
/// before the last depends on silence only.
const SILENT_FRAMES: usize = 8;

/// The encoder.
#[derive(Debug)]
pub(crate) struct Encoder {
    convolutions: [Linear<Matrix>; 2],
    /// Positions x width.
    positions: Dense,
    layers: Vec<(SelfAttention, Mlp)>,
    norm: LayerNorm,
    heads: usize,
}

/// The encoder's hidden states.
#[derive(Debug)]
pub(crate) struct EncoderOutput {
    /// Positions x width; the last positions are thinned silence.
    pub rows: Array2<f32>,
    /// For each position, the logarithm of the number that it represents.
    pub log_counts: Vec<f32>,
}

/// Encoded audio: keys and values of the decoder's cross-attention.
#[derive(Debug)]
pub struct EncodedAudio {
    /// For each decoder layer: keys (width x positions) and values (positions x
    /// width).
    pub(crate) layers: Vec<(Array2<f32>, Array2<f32>)>,
    /// For each position, the logarithm of the number that it represents.
    pub(crate) log_counts: Vec<f32>,
}

impl Encoder {
    pub(crate) fn load(file: &Tensors, shape: Half) -> Result<Self, WhisperError> {
        let layer = |n: usize| {
            let block = format!("encoder.blocks.{n}");
            let attention = SelfAttention::load(file, &block, shape.width, shape.heads)?;
            Ok((attention, Mlp::load(file, &block)?))
        };
        Ok(Self {
            convolutions: [file.linear("encoder.conv1")?, file.linear("encoder.conv2")?],
            positions: file.table("encoder.positional_embedding")?,
            layers: (0..shape.layers)
                .map(layer)
                .collect::<Result<_, WhisperError>>()?,
            norm: file.norm("encoder.ln_post", EPSILON)?,
            heads: shape.heads,
        })
    }

    /// Positions of the whole window.
    pub(crate) fn positions(&self) -> usize {
        self.positions.rows()
    }

    /// Runs all layers. `keep_going` is polled before each of them.
    pub(crate) fn forward(
        &self,
        spectrum: &Spectrum,
        keep_going: &dyn Fn() -> bool,
    ) -> Result<EncoderOutput, WhisperError> {
        let (mut state, log_counts) = self.embed(spectrum);
        for (attention, mlp) in &self.layers {
            if !keep_going() {
                return Err(WhisperError::Cancelled);
            }
            let qkv = attention.project(&state);
            let kv = KeysValues {
                keys: qkv.keys().reversed_axes(),
                values: qkv.values(),
                log_counts: &log_counts,
            };
            let attended = attend(&qkv.queries(), self.heads, kv, true);
            attention.add_output(&mut state, &attended);
            mlp.forward(&mut state);
        }
        Ok(EncoderOutput {
            rows: self.norm.apply(&state),
            log_counts,
        })
    }

    /// Convolutions and positional embedding: the first layer's input, and the
    /// log counts of its rows.
    fn embed(&self, spectrum: &Spectrum) -> (Array2<f32>, Vec<f32>) {
        let (count, bands) = spectrum.frames.dim();
        let mut frames = Array2::from_elem((count + SILENT_FRAMES, bands), spectrum.silence);
        frames.slice_mut(s![..count, ..]).assign(&spectrum.frames);
        let [first, second] = &self.convolutions;
        let all = convolve(second, &convolve(first, &frames, 1), 2);
        // The last row sees padding, which is not silence.
        let silence = all.row(all.nrows() - 2);
        let audible = (count.div_ceil(2) + 1).min(self.positions());
        let groups = position_groups(audible, self.positions());
        let mut state = Array2::zeros((groups.len(), all.ncols()));
        let mut log_counts = Vec::with_capacity(groups.len());
        for (mut row, group) in state.rows_mut().into_iter().zip(groups) {
            let middle = group.start + group.len() / 2;
            let features = if group.start < audible {
                all.row(group.start)
            } else {
                silence
            };
            row += &features;
            row += &self.positions.row(middle).expect("within the window");
            #[expect(clippy::cast_precision_loss, reason = "1,500 at most")]
            log_counts.push((group.len() as f32).ln());
        }
        (state, log_counts)
    }
}

/// The positions that are computed, each as the range that it represents, of a
/// window whose first `audible` positions are not silent.
fn position_groups(audible: usize, positions: usize) -> Vec<std::ops::Range<usize>> {
    let single = (audible + MARGIN).min(positions);
    let singles = (0..single).map(|n| n..n + 1);
    let groups = (single..positions).step_by(GROUP);
    let groups = groups.map(|n| n..(n + GROUP).min(positions));
    singles.chain(groups).collect()
}

/// A convolution of kernel size three with `stride`, followed by GELU.
fn convolve(weights: &Linear<Matrix>, frames: &Array2<f32>, stride: usize) -> Array2<f32> {
    let (count, channels) = frames.dim();
    let outputs = count.div_ceil(stride);
    let mut windows = Array2::zeros((outputs, 3 * channels));
    for (n, mut row) in windows.rows_mut().into_iter().enumerate() {
        for tap in 0..3 {
            let Some(frame) = (n * stride + tap).checked_sub(1).filter(|f| *f < count) else {
                continue;
            };
            let mut into = row.slice_mut(s![tap * channels..(tap + 1) * channels]);
            into.assign(&frames.row(frame));
        }
    }
    let mut sums = weights.times(&windows);
    gelu_all(&mut sums);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_represented_once() {
        for (audible, positions) in [(0, 1500), (80, 1500), (1490, 1500), (1500, 1500), (3, 40)] {
            let groups = position_groups(audible, positions);
            assert!(
                groups[..audible.min(positions)]
                    .iter()
                    .all(|group| group.len() == 1)
            );
            let ends: Vec<usize> = groups.iter().map(|group| group.end).collect();
            let starts: Vec<usize> = groups.iter().map(|group| group.start).collect();
            assert_eq!(starts[0], 0);
            assert_eq!(starts[1..], ends[..ends.len() - 1]);
            assert_eq!(ends.last(), Some(&positions));
        }
        assert!(position_groups(80, 1500).len() < 200);
    }
}
