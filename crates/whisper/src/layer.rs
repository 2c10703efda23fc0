//! Self-attention and MLP blocks, shared by encoder and decoder layers.

use ndarray::{Array2, ArrayView2, s};

use crate::kernels::{LayerNorm, Linear, Matrix, Tensors, gelu_all, query_scale};
use crate::{EPSILON, WhisperError};

/// The projections of self-attention; [`crate::kernels`] does the rest.
#[derive(Debug)]
pub(crate) struct SelfAttention {
    norm: LayerNorm,
    /// Query, key and value projections in one matrix.
    qkv: Linear<Matrix>,
    out: Linear<Matrix>,
    width: usize,
    heads: usize,
}

/// Queries, keys and values side by side: rows x 3 times the width.
#[derive(Debug)]
pub(crate) struct Qkv(Array2<f32>);

impl Qkv {
    fn part(&self, number: usize) -> ArrayView2<'_, f32> {
        let width = self.0.ncols() / 3;
        self.0.slice(s![.., number * width..(number + 1) * width])
    }

    /// Queries, already scaled: rows x width.
    pub(crate) fn queries(&self) -> ArrayView2<'_, f32> {
        self.part(0)
    }

    /// Keys: rows x width.
    pub(crate) fn keys(&self) -> ArrayView2<'_, f32> {
        self.part(1)
    }

    /// Values: rows x width.
    pub(crate) fn values(&self) -> ArrayView2<'_, f32> {
        self.part(2)
    }
}

impl SelfAttention {
    pub(crate) fn load(
        file: &Tensors,
        block: &str,
        width: usize,
        heads: usize,
    ) -> Result<Self, WhisperError> {
        Ok(Self {
            norm: file.norm(&format!("{block}.attn_ln"), EPSILON)?,
            qkv: file.linear(&format!("{block}.attn.qkv"))?,
            out: file.linear(&format!("{block}.attn.out"))?,
            width,
            heads,
        })
    }

    /// Layer norm, then queries, keys and values.
    pub(crate) fn project(&self, state: &Array2<f32>) -> Qkv {
        let mut qkv = self.qkv.times(&self.norm.apply(state));
        let mut queries = qkv.slice_mut(s![.., ..self.width]);
        queries *= query_scale(self.width, self.heads);
        Qkv(qkv)
    }

    /// Output projection of the attention's result, added to the residual
    /// stream `state`.
    pub(crate) fn add_output(&self, state: &mut Array2<f32>, attended: &Array2<f32>) {
        *state += &self.out.times(attended);
    }
}

/// The feed-forward block: layer norm, two linear maps with GELU between, and
/// the residual connection.
#[derive(Debug)]
pub(crate) struct Mlp {
    norm: LayerNorm,
    up: Linear<Matrix>,
    down: Linear<Matrix>,
}

impl Mlp {
    pub(crate) fn load(file: &Tensors, block: &str) -> Result<Self, WhisperError> {
        Ok(Self {
            norm: file.norm(&format!("{block}.mlp_ln"), EPSILON)?,
            up: file.linear(&format!("{block}.mlp.0"))?,
            down: file.linear(&format!("{block}.mlp.2"))?,
        })
    }

    pub(crate) fn forward(&self, state: &mut Array2<f32>) {
        let mut up = self.up.times(&self.norm.apply(state));
        gelu_all(&mut up);
        *state += &self.down.times(&up);
    }
}
