//! all-MiniLM-L6-v2: six layers of BERT, embeddings of 384 numbers, about 20 ms per
//! sentence on one core. Implemented here, because it is a hundred lines over the kernels
//! of Whisper and the model comes without an ONNX graph.
//!
//! Architecture: Devlin and others, "BERT", 2018; mean pooling: Reimers and
//! Gurevych, "Sentence-BERT", 2019.

use std::path::Path;

use mynah_whisper::kernels::{
    Dense, KeysValues, LayerNorm, Linear, TensorError, Tensors, attend, gelu_exact_all, query_scale,
};
use ndarray::{Array1, Array2, Axis};
use tokenizers::Tokenizer;

use super::{Encoder, MeaningError};

const LAYERS: usize = 6;
const HEADS: usize = 12;
const WIDTH: usize = 384;

/// Longer sentences are truncated; the model has 512 positions.
const MAX_TOKENS: usize = 128;

/// Epsilon of the layer norms, from the model's configuration.
const EPSILON: f32 = 1e-12;

/// The model. Its weights stay in the file.
pub struct MiniLm {
    tokenizer: Tokenizer,
    words: Dense,
    positions: Dense,
    /// The token type embedding of the first sentence; there is never a second.
    segment: Array1<f32>,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear<Dense>,
    key: Linear<Dense>,
    value: Linear<Dense>,
    join: Linear<Dense>,
    norm_join: LayerNorm,
    up: Linear<Dense>,
    down: Linear<Dense>,
    norm_down: LayerNorm,
}

impl MiniLm {
    /// Loads `weights` (safetensors, 32 bit) and `tokenizer` (tokenizer.json).
    ///
    /// # Errors
    /// When one is missing or is not that model.
    pub fn load(weights: &Path, tokenizer: &Path) -> Result<Self, MeaningError> {
        let failed = |path: &Path, cause: String| MeaningError::Load {
            path: path.display().to_string(),
            cause,
        };
        let mut words =
            Tokenizer::from_file(tokenizer).map_err(|e| failed(tokenizer, e.to_string()))?;
        words.with_padding(None);
        let cut = words.with_truncation(None);
        cut.map_err(|e| failed(tokenizer, e.to_string()))?;
        let read = || -> Result<Self, TensorError> {
            let file = Tensors::open(weights)?;
            let table = |name: &str| file.table(&format!("embeddings.{name}_embeddings.weight"));
            let segment = table("token_type")?.row(0).map(|row| row.to_owned());
            let layer = |n| Layer::read(&file, n);
            Ok(Self {
                tokenizer: words,
                words: table("word")?,
                positions: table("position")?,
                segment: segment.ok_or_else(|| TensorError::Format("no token types".into()))?,
                norm: file.norm("embeddings.LayerNorm", EPSILON)?,
                layers: (0..LAYERS).map(layer).collect::<Result<_, _>>()?,
            })
        };
        read().map_err(|cause| failed(weights, cause.to_string()))
    }

    fn pass(&self, tokens: &[u32]) -> Result<Array1<f32>, String> {
        let mut state = Array2::zeros((tokens.len(), WIDTH));
        for (at, (mut row, &token)) in state.rows_mut().into_iter().zip(tokens).enumerate() {
            let word = self.words.row(token as usize);
            row += &word.ok_or_else(|| format!("no token {token}"))?;
            row += &self.positions.row(at).ok_or("too many tokens")?;
            row += &self.segment;
        }
        let mut state = self.norm.apply(&state);
        for layer in &self.layers {
            state = layer.apply(&state);
        }
        let mean = state.mean_axis(Axis(0)).ok_or("no tokens")?;
        let length = mean.dot(&mean).sqrt();
        Ok(mean / length.max(f32::MIN_POSITIVE))
    }
}

impl Encoder for MiniLm {
    fn fingerprint(&self) -> String {
        "all-MiniLM-L6-v2".into()
    }

    fn encode(&mut self, sentence: &str) -> Result<Vec<f32>, MeaningError> {
        let encoding = self.tokenizer.encode(sentence, true);
        let encoding = encoding.map_err(|e| MeaningError::Encode(e.to_string()))?;
        let tokens = encoding.get_ids();
        let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
        let vector = self.pass(tokens).map_err(MeaningError::Encode)?;
        Ok(vector.to_vec())
    }
}

impl Layer {
    fn read(file: &Tensors, number: usize) -> Result<Self, TensorError> {
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        Ok(Self {
            query: file.dense(&name("attention.self.query"))?,
            key: file.dense(&name("attention.self.key"))?,
            value: file.dense(&name("attention.self.value"))?,
            join: file.dense(&name("attention.output.dense"))?,
            norm_join: file.norm(&name("attention.output.LayerNorm"), EPSILON)?,
            up: file.dense(&name("intermediate.dense"))?,
            down: file.dense(&name("output.dense"))?,
            norm_down: file.norm(&name("output.LayerNorm"), EPSILON)?,
        })
    }

    /// `state`: tokens x width.
    fn apply(&self, state: &Array2<f32>) -> Array2<f32> {
        let queries = self.query.times(state) * query_scale(WIDTH, HEADS);
        let keys = self.key.times(state).reversed_axes();
        let keys = keys.as_standard_layout();
        let values = self.value.times(state);
        let kv = KeysValues {
            keys: keys.view(),
            values: values.view(),
            log_counts: &vec![0.0; state.nrows()],
        };
        // One thread: the recogniser and the language model need the others.
        let attended = attend(&queries.view(), HEADS, kv, false);
        let state = self.norm_join.apply(&(self.join.times(&attended) + state));
        let mut up = self.up.times(&state);
        gelu_exact_all(&mut up);
        self.norm_down.apply(&(self.down.times(&up) + &state))
    }
}
