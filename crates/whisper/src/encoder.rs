//! The encoder: a spectrum in, a row of numbers for each 20 ms out.
//!
//! Whisper has learnt to hear 30 s at a time. A command of two seconds is
//! followed by 28 of silence, which are most of the work and none of the
//! sense; but cut off, they are missed: it begins to say things twice. So the
//! silence is kept and thinned out: past a short margin, one position stands
//! for [`GROUP`] that are all but the same, and counts for as many where
//! others look at it (Bolya and others, "Token Merging", 2023, call this
//! proportional attention).

use ndarray::{Array2, s};

use crate::WhisperError;
use crate::attention::{Seen, look};
use crate::file::Ggml;
use crate::layer::{Attention, Mlp};
use crate::math::{Norm, gelu_all};
use crate::matrix::Linear;
use crate::mel::Spectrum;

/// Positions of silence behind the sound that are worked out one by one.
const MARGIN: usize = 16;

/// Positions of further silence for which one stands.
const GROUP: usize = 16;

/// Silent frames behind the sound that the convolutions are given: so many
/// that the last of their results is that of silence among silence.
const SILENT_FRAMES: usize = 8;

/// The encoder.
#[derive(Debug)]
pub struct Encoder {
    convolutions: [Linear; 2],
    /// Positions x width.
    positions: Array2<f32>,
    layers: Vec<(Attention, Mlp)>,
    norm: Norm,
    heads: usize,
}

/// The encoder's view of a sound.
#[derive(Debug)]
pub struct States {
    /// Positions, the thinned out silence among them, x width.
    pub rows: Array2<f32>,
    /// For each, the logarithm of how many it stands for.
    pub stands_for: Vec<f32>,
}

/// A sound as the decoder looks at it.
#[derive(Debug)]
pub struct Sound {
    /// Of each of the decoder's layers, keys, width x positions, and values,
    /// positions x width.
    pub(crate) layers: Vec<(Array2<f32>, Array2<f32>)>,
    /// For each position, the logarithm of how many it stands for.
    pub(crate) stands_for: Vec<f32>,
}

impl Encoder {
    pub fn load(file: &Ggml) -> Result<Self, WhisperError> {
        let shape = &file.shape;
        let layer = |n: usize| {
            let block = format!("encoder.blocks.{n}");
            let attention = Attention::load(file, &block, shape.audio_width, shape.audio_heads)?;
            Ok((attention, Mlp::load(file, &block)?))
        };
        Ok(Self {
            convolutions: [
                file.convolution("encoder.conv1")?,
                file.convolution("encoder.conv2")?,
            ],
            positions: file.table("encoder.positional_embedding")?,
            layers: (0..shape.audio_layers)
                .map(layer)
                .collect::<Result<_, WhisperError>>()?,
            norm: file.norm("encoder.ln_post")?,
            heads: shape.audio_heads,
        })
    }

    /// Positions of the whole window.
    pub fn positions(&self) -> usize {
        self.positions.nrows()
    }

    pub fn pass(
        &self,
        spectrum: &Spectrum,
        wanted: &dyn Fn() -> bool,
    ) -> Result<States, WhisperError> {
        let (mut state, stands_for) = self.begin(spectrum);
        for (attention, mlp) in &self.layers {
            if !wanted() {
                return Err(WhisperError::Unwanted);
            }
            let views = attention.views(&state);
            let seen = Seen {
                keys: views.keys().reversed_axes(),
                values: views.values(),
                stands_for: &stands_for,
            };
            let taken = look(&views.queries(), self.heads, seen);
            attention.join(&mut state, &taken);
            mlp.pass(&mut state);
        }
        Ok(States {
            rows: self.norm.of(&state),
            stands_for,
        })
    }

    /// The first layer's input, and what each row stands for.
    fn begin(&self, spectrum: &Spectrum) -> (Array2<f32>, Vec<f32>) {
        let (count, bands) = spectrum.frames.dim();
        let mut frames = Array2::from_elem((count + SILENT_FRAMES, bands), spectrum.silence);
        frames.slice_mut(s![..count, ..]).assign(&spectrum.frames);
        let [first, second] = &self.convolutions;
        let all = convolve(second, &convolve(first, &frames, 1), 2);
        // Behind the last one stands nothing, which is not silence.
        let silence = all.row(all.nrows() - 2);
        let sound = (count.div_ceil(2) + 1).min(self.positions());
        let parts = parts(sound, self.positions());
        let mut state = Array2::zeros((parts.len(), all.ncols()));
        let mut stands_for = Vec::with_capacity(parts.len());
        for (mut row, part) in state.rows_mut().into_iter().zip(parts) {
            let middle = part.start + part.len() / 2;
            let heard = if part.start < sound {
                all.row(part.start)
            } else {
                silence
            };
            row += &heard;
            row += &self.positions.row(middle);
            #[expect(clippy::cast_precision_loss, reason = "1,500 at most")]
            stands_for.push((part.len() as f32).ln());
        }
        (state, stands_for)
    }
}

/// The positions that are worked out, each with those that it stands for, of
/// a window whose first `sound` positions are not silent.
fn parts(sound: usize, positions: usize) -> Vec<std::ops::Range<usize>> {
    let single = (sound + MARGIN).min(positions);
    let singles = (0..single).map(|n| n..n + 1);
    let groups = (single..positions).step_by(GROUP);
    let groups = groups.map(|n| n..(n + GROUP).min(positions));
    singles.chain(groups).collect()
}

/// A convolution over three frames at every `stride`th, and its activation.
fn convolve(weights: &Linear, frames: &Array2<f32>, stride: usize) -> Array2<f32> {
    let (count, channels) = frames.dim();
    let outputs = count.div_ceil(stride);
    let mut threes = Array2::zeros((outputs, 3 * channels));
    for (n, mut row) in threes.rows_mut().into_iter().enumerate() {
        for tap in 0..3 {
            let Some(frame) = (n * stride + tap).checked_sub(1).filter(|f| *f < count) else {
                continue;
            };
            let mut into = row.slice_mut(s![tap * channels..(tap + 1) * channels]);
            into.assign(&frames.row(frame));
        }
    }
    let mut sums = weights.times(&threes);
    gelu_all(&mut sums);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_stood_for_once() {
        for (sound, positions) in [(0, 1500), (80, 1500), (1490, 1500), (1500, 1500), (3, 40)] {
            let parts = parts(sound, positions);
            assert!(
                parts[..sound.min(positions)]
                    .iter()
                    .all(|part| part.len() == 1)
            );
            let ends: Vec<usize> = parts.iter().map(|part| part.end).collect();
            let starts: Vec<usize> = parts.iter().map(|part| part.start).collect();
            assert_eq!(starts[0], 0);
            assert_eq!(starts[1..], ends[..ends.len() - 1]);
            assert_eq!(ends.last(), Some(&positions));
        }
        assert!(parts(80, 1500).len() < 200);
    }
}
