//! The parts that the encoder's layers and the decoder's have in common.

use ndarray::{Array2, ArrayView2, s};

use crate::WhisperError;
use crate::file::Ggml;
use crate::math::{Norm, gelu_all};
use crate::matrix::Linear;

/// The rows' own attention, without the looking.
#[derive(Debug)]
pub struct Attention {
    norm: Norm,
    /// Queries, keys and values in one product.
    all: Linear,
    out: Linear,
    width: usize,
    heads: usize,
}

/// Queries, keys and values, side by side.
#[derive(Debug)]
pub struct Views(Array2<f32>);

impl Views {
    fn part(&self, number: usize) -> ArrayView2<'_, f32> {
        let width = self.0.ncols() / 3;
        self.0.slice(s![.., number * width..(number + 1) * width])
    }

    /// What each row looks for; scaled.
    pub fn queries(&self) -> ArrayView2<'_, f32> {
        self.part(0)
    }

    /// What each row is found by.
    pub fn keys(&self) -> ArrayView2<'_, f32> {
        self.part(1)
    }

    /// What each row gives.
    pub fn values(&self) -> ArrayView2<'_, f32> {
        self.part(2)
    }
}

/// The factor of the queries: one over the root of a head's width.
#[expect(clippy::cast_precision_loss, reason = "64")]
pub fn query_scale(width: usize, heads: usize) -> f32 {
    1.0 / ((width / heads) as f32).sqrt()
}

impl Attention {
    pub fn load(
        file: &Ggml,
        block: &str,
        width: usize,
        heads: usize,
    ) -> Result<Self, WhisperError> {
        let part = |name: &str| format!("{block}.attn.{name}");
        Ok(Self {
            norm: file.norm(&format!("{block}.attn_ln"))?,
            all: file.linear(&["query", "key", "value"].map(part))?,
            out: file.linear(&[part("out")])?,
            width,
            heads,
        })
    }

    pub fn views(&self, state: &Array2<f32>) -> Views {
        let mut views = self.all.times(&self.norm.of(state));
        let mut queries = views.slice_mut(s![.., ..self.width]);
        queries *= query_scale(self.width, self.heads);
        Views(views)
    }

    /// Adds what was taken.
    pub fn join(&self, state: &mut Array2<f32>, taken: &Array2<f32>) {
        *state += &self.out.times(taken);
    }
}

/// The two products at the end of a layer.
#[derive(Debug)]
pub struct Mlp {
    norm: Norm,
    up: Linear,
    down: Linear,
}

impl Mlp {
    pub fn load(file: &Ggml, block: &str) -> Result<Self, WhisperError> {
        Ok(Self {
            norm: file.norm(&format!("{block}.mlp_ln"))?,
            up: file.linear(&[format!("{block}.mlp.0")])?,
            down: file.linear(&[format!("{block}.mlp.2")])?,
        })
    }

    pub fn pass(&self, state: &mut Array2<f32>) {
        let mut up = self.up.times(&self.norm.of(state));
        gelu_all(&mut up);
        *state += &self.down.times(&up);
    }
}
