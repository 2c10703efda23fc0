//! The decoder: logits of the next token, for any number of texts that share
//! prefixes.

use ndarray::{Array2, ArrayView2, s};

use crate::encoder::{EncodedAudio, EncoderOutput};
use crate::kernels::{
    Dense, KeysValues, LayerNorm, Linear, Matrix, Tensors, Weights as _, attend, attend_cached,
    query_scale,
};
use crate::layer::{Mlp, SelfAttention};
use crate::shape::Half;
use crate::vocabulary::Token;
use crate::{EPSILON, WhisperError};

/// A token in a [`KvCache`]: its row, in the order of feeding.
pub type CacheIndex = usize;

/// A token to feed, and the one that it follows; `None` for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAt {
    /// The token before it.
    pub parent: Option<CacheIndex>,
    /// The token.
    pub token: Token,
}

/// Key/value cache of a token tree: hypotheses that share a prefix share its
/// rows.
#[derive(Clone, Debug, Default)]
pub struct KvCache {
    /// The parent of each token.
    parents: Vec<Option<CacheIndex>>,
    /// For each layer, keys and values: tokens x width.
    layers: Vec<(Vec<f32>, Vec<f32>)>,
}

impl KvCache {
    /// Number of tokens.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.parents.len()
    }

    /// Whether nothing was fed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// The path from a token to the root, the token first.
    fn path(&self, token: CacheIndex) -> Vec<CacheIndex> {
        std::iter::successors(Some(token), |token| self.parents[*token]).collect()
    }
}

#[derive(Debug)]
struct Layer {
    own: SelfAttention,
    cross: CrossAttention,
    mlp: Mlp,
}

/// Cross-attention to the encoded audio.
#[derive(Debug)]
struct CrossAttention {
    norm: LayerNorm,
    query: Linear<Matrix>,
    key: Linear<Matrix>,
    value: Linear<Matrix>,
    out: Linear<Matrix>,
}

/// The decoder's weights.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// Tokens x width.
    embedding: Matrix,
    positions: Dense,
    layers: Vec<Layer>,
    norm: LayerNorm,
    width: usize,
    heads: usize,
}

impl CrossAttention {
    fn load(file: &Tensors, block: &str) -> Result<Self, WhisperError> {
        let linear = |name: &str| file.linear(&format!("{block}.cross_attn.{name}"));
        Ok(Self {
            norm: file.norm(&format!("{block}.cross_attn_ln"), EPSILON)?,
            query: linear("query")?,
            key: linear("key")?,
            value: linear("value")?,
            out: linear("out")?,
        })
    }
}

impl Decoder {
    pub(crate) fn load(file: &Tensors, shape: Half) -> Result<Self, WhisperError> {
        let layer = |n: usize| {
            let block = format!("decoder.blocks.{n}");
            Ok(Layer {
                own: SelfAttention::load(file, &block, shape.width, shape.heads)?,
                cross: CrossAttention::load(file, &block)?,
                mlp: Mlp::load(file, &block)?,
            })
        };
        Ok(Self {
            embedding: file.matrix("decoder.token_embedding")?,
            positions: file.table("decoder.positional_embedding")?,
            layers: (0..shape.layers)
                .map(layer)
                .collect::<Result<_, WhisperError>>()?,
            norm: file.norm("decoder.ln", EPSILON)?,
            width: shape.width,
            heads: shape.heads,
        })
    }

    /// Number of tokens.
    pub(crate) fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    /// Computes the cross-attention's keys and values, once per utterance.
    pub(crate) fn cross_attention_cache(&self, states: EncoderOutput) -> EncodedAudio {
        let of = |layer: &Layer| {
            let cross = &layer.cross;
            let keys = cross.key.times(&states.rows);
            let keys = keys.t().as_standard_layout().into_owned();
            (keys, cross.value.times(&states.rows))
        };
        EncodedAudio {
            layers: self.layers.iter().map(of).collect(),
            log_counts: states.log_counts,
        }
    }

    /// An empty cache.
    pub(crate) fn new_cache(&self) -> KvCache {
        KvCache {
            parents: Vec::new(),
            layers: self.layers.iter().map(|_| Default::default()).collect(),
        }
    }

    /// See [`crate::Whisper::feed`].
    pub(crate) fn feed(
        &self,
        audio: &EncodedAudio,
        cache: &mut KvCache,
        tokens: &[TokenAt],
        scored: usize,
    ) -> Result<Array2<f32>, WhisperError> {
        let first = cache.len();
        cache
            .parents
            .extend(tokens.iter().map(|token| token.parent));
        let paths: Vec<Vec<CacheIndex>> = (first..cache.len())
            .map(|token| cache.path(token))
            .collect();
        let most = self.positions.rows();
        if paths.iter().any(|path| most < path.len()) {
            cache.parents.truncate(first);
            return Err(WhisperError::TooLong(most));
        }
        let mut state = Array2::zeros((tokens.len(), self.width));
        for ((mut row, token), path) in state.rows_mut().into_iter().zip(tokens).zip(&paths) {
            let numbers = row.as_slice_mut().expect("rows are whole");
            self.embedding.row(token.token as usize, numbers);
            row += &self
                .positions
                .row(path.len() - 1)
                .expect("within the context");
        }
        let caches = cache.layers.iter_mut().zip(&audio.layers);
        for (layer, (own, (keys, values))) in self.layers.iter().zip(caches) {
            let cross = KeysValues {
                keys: keys.view(),
                values: values.view(),
                log_counts: &audio.log_counts,
            };
            self.forward(layer, &mut state, &paths, own, cross);
        }
        let last = state.slice(s![tokens.len() - scored.., ..]).to_owned();
        Ok(self.embedding.times(&self.norm.apply(&last).view()))
    }

    /// One layer: self-attention along each token's path, cross-attention, MLP.
    fn forward(
        &self,
        layer: &Layer,
        state: &mut Array2<f32>,
        paths: &[Vec<CacheIndex>],
        (keys, values): &mut (Vec<f32>, Vec<f32>),
        audio: KeysValues<'_>,
    ) {
        let qkv = layer.own.project(state);
        append(keys, &qkv.keys());
        append(values, &qkv.values());
        let mut attended = Array2::zeros(state.raw_dim());
        let queries = qkv.queries();
        let rows = queries.rows().into_iter().zip(attended.rows_mut());
        for ((query, mut attended), path) in rows.zip(paths) {
            let query = query.to_slice().expect("rows are whole");
            let attended = attended.as_slice_mut().expect("rows are whole");
            attend_cached(query, self.heads, keys, values, path, attended);
        }
        layer.own.add_output(state, &attended);
        let cross = &layer.cross;
        let mut queries = cross.query.times(&cross.norm.apply(state));
        queries *= query_scale(self.width, self.heads);
        *state += &cross
            .out
            .times(&attend(&queries.view(), self.heads, audio, true));
        layer.mlp.forward(state);
    }
}

fn append(rows: &mut Vec<f32>, more: &ArrayView2<'_, f32>) {
    for row in more.rows() {
        rows.extend_from_slice(row.to_slice().expect("rows are whole"));
    }
}
