//! all-MiniLM-L6-v2: six layers of BERT, embeddings of 384 numbers, about 20 ms per
//! sentence on one core. Implemented here, because it is a hundred lines of matrix
//! products and the model comes without an ONNX graph.
//!
//! Architecture: Devlin and others, "BERT", 2018; mean pooling: Reimers and
//! Gurevych, "Sentence-BERT", 2019.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use ndarray::{Array1, Array2, ArrayView1, Axis, Slice};
use serde::Deserialize;
use tokenizers::Tokenizer;

use super::{Encoder, MeaningError};

const LAYERS: usize = 6;
const HEADS: usize = 12;
const WIDTH: usize = 384;

/// Longer sentences are truncated; the model has 512 positions.
const MAX_TOKENS: usize = 128;

/// Epsilon of the layer norms, from the model's configuration.
const EPSILON: f32 = 1e-12;

/// Limit of the header's length; this model's has about 10 kB.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// The model. The token embeddings, half of it, stay in the file.
pub struct MiniLm {
    tokenizer: Tokenizer,
    tensors: Tensors,
    positions: Array2<f32>,
    /// The token type embedding of the first sentence; there is never a second.
    segment: Array1<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    join: Linear,
    norm_join: Norm,
    up: Linear,
    down: Linear,
    norm_down: Norm,
}

struct Linear {
    /// In x out.
    weight: Array2<f32>,
    bias: Array1<f32>,
}

struct Norm {
    weight: Array1<f32>,
    bias: Array1<f32>,
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
        let read = || -> Result<Self, String> {
            let tensors = Tensors::open(weights)?;
            let layer = |n| Layer::read(&tensors, n);
            Ok(Self {
                tokenizer: words,
                positions: tensors.matrix("embeddings.position_embeddings.weight")?,
                segment: tensors.row("embeddings.token_type_embeddings.weight", 0)?,
                norm: Norm::read(&tensors, "embeddings.LayerNorm")?,
                layers: (0..LAYERS).map(layer).collect::<Result<_, _>>()?,
                tensors,
            })
        };
        read().map_err(|cause| failed(weights, cause))
    }

    fn pass(&self, tokens: &[u32]) -> Result<Array1<f32>, String> {
        let mut state = Array2::zeros((tokens.len(), WIDTH));
        for (at, &token) in tokens.iter().enumerate() {
            let word = self
                .tensors
                .row("embeddings.word_embeddings.weight", token as usize)?;
            let sum = word + self.positions.row(at) + &self.segment;
            state.row_mut(at).assign(&sum);
        }
        self.norm.apply(&mut state);
        for layer in &self.layers {
            layer.apply(&mut state);
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
    fn read(tensors: &Tensors, number: usize) -> Result<Self, String> {
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        Ok(Self {
            query: Linear::read(tensors, &name("attention.self.query"))?,
            key: Linear::read(tensors, &name("attention.self.key"))?,
            value: Linear::read(tensors, &name("attention.self.value"))?,
            join: Linear::read(tensors, &name("attention.output.dense"))?,
            norm_join: Norm::read(tensors, &name("attention.output.LayerNorm"))?,
            up: Linear::read(tensors, &name("intermediate.dense"))?,
            down: Linear::read(tensors, &name("output.dense"))?,
            norm_down: Norm::read(tensors, &name("output.LayerNorm"))?,
        })
    }

    /// `state`: tokens x width.
    fn apply(&self, state: &mut Array2<f32>) {
        let (query, key, value) = (
            self.query.apply(state),
            self.key.apply(state),
            self.value.apply(state),
        );
        let mut heads = Array2::zeros(state.raw_dim());
        let width = WIDTH / HEADS;
        #[expect(clippy::cast_precision_loss, reason = "32")]
        let scale = (width as f32).sqrt();
        for head in 0..HEADS {
            let part = Slice::from(head * width..(head + 1) * width);
            let of = |all: &Array2<f32>| all.slice_axis(Axis(1), part).to_owned();
            let mut looks = of(&query).dot(&of(&key).t()) / scale;
            for mut row in looks.rows_mut() {
                let most = row.fold(f32::NEG_INFINITY, |a, &b| a.max(b));
                row.mapv_inplace(|look| (look - most).exp());
                let sum = row.sum();
                row /= sum;
            }
            let mut here = heads.slice_axis_mut(Axis(1), part);
            here.assign(&looks.dot(&of(&value)));
        }
        *state += &self.join.apply(&heads);
        self.norm_join.apply(state);
        let up = self.up.apply(state).mapv_into(gelu);
        *state += &self.down.apply(&up);
        self.norm_down.apply(state);
    }
}

impl Linear {
    fn read(tensors: &Tensors, name: &str) -> Result<Self, String> {
        let weight = tensors.matrix(&format!("{name}.weight"))?;
        Ok(Self {
            weight: weight.reversed_axes(),
            bias: tensors.vector(&format!("{name}.bias"))?,
        })
    }

    fn apply(&self, input: &Array2<f32>) -> Array2<f32> {
        input.dot(&self.weight) + &self.bias
    }
}

impl Norm {
    fn read(tensors: &Tensors, name: &str) -> Result<Self, String> {
        Ok(Self {
            weight: tensors.vector(&format!("{name}.weight"))?,
            bias: tensors.vector(&format!("{name}.bias"))?,
        })
    }

    fn apply(&self, state: &mut Array2<f32>) {
        for mut row in state.rows_mut() {
            let mean = row.mean().unwrap_or(0.0);
            row -= mean;
            let deviation = (squares(&row.view()) + EPSILON).sqrt();
            row /= deviation;
            row *= &self.weight;
            row += &self.bias;
        }
    }
}

fn squares(row: &ArrayView1<'_, f32>) -> f32 {
    row.mapv(|x| x * x).mean().unwrap_or(0.0)
}

/// The exact GELU; the error function by Abramowitz and Stegun, formula 7.1.26, with an
/// error of at most 1.5e-7.
fn gelu(x: f32) -> f32 {
    let z = x.abs() / std::f32::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = t
        * (0.254_829_6
            + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = 1.0 - poly * (-z * z).exp();
    0.5 * x * (1.0 + erf.copysign(x))
}

/// A safetensors file; tensors are read on demand.
struct Tensors {
    file: File,
    /// Offset of the data.
    begin: u64,
    header: HashMap<String, Tensor>,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

impl Tensors {
    fn open(path: &Path) -> Result<Self, String> {
        let mut file = File::open(path).map_err(|e| e.to_string())?;
        let mut bytes = [0; 8];
        file.read_exact(&mut bytes).map_err(|e| e.to_string())?;
        let length = u64::from_le_bytes(bytes);
        if MAX_HEADER_BYTES < length {
            return Err("not a safetensors file".into());
        }
        let mut text = Vec::new();
        let header = (&file).take(length).read_to_end(&mut text);
        header.map_err(|e| e.to_string())?;
        let mut header: HashMap<String, serde_json::Value> =
            serde_json::from_slice(&text).map_err(|e| e.to_string())?;
        header.remove("__metadata__");
        let tensor = |(name, value)| Ok((name, serde_json::from_value(value)?));
        let header: Result<_, serde_json::Error> = header.into_iter().map(tensor).collect();
        Ok(Self {
            file,
            begin: 8 + length,
            header: header.map_err(|e| e.to_string())?,
        })
    }

    fn find(&self, name: &str) -> Result<&Tensor, String> {
        let tensor = self.header.get(name).filter(|tensor| tensor.dtype == "F32");
        tensor.ok_or_else(|| format!("it has no 32-bit tensor `{name}`"))
    }

    fn numbers(&self, from: u64, count: usize) -> Result<Vec<f32>, String> {
        let mut bytes = vec![0; 4 * count];
        let read = self.file.read_exact_at(&mut bytes, self.begin + from);
        read.map_err(|e| e.to_string())?;
        let quads = bytes.as_chunks::<4>().0;
        Ok(quads.iter().map(|quad| f32::from_le_bytes(*quad)).collect())
    }

    fn vector(&self, name: &str) -> Result<Array1<f32>, String> {
        let tensor = self.find(name)?;
        let count = tensor.shape.iter().product();
        Ok(self.numbers(tensor.data_offsets.0, count)?.into())
    }

    fn matrix(&self, name: &str) -> Result<Array2<f32>, String> {
        let &[rows, columns] = self.find(name)?.shape.as_slice() else {
            return Err(format!("`{name}` is not a matrix"));
        };
        let numbers = self.vector(name)?.to_vec();
        Array2::from_shape_vec((rows, columns), numbers).map_err(|e| e.to_string())
    }

    fn row(&self, name: &str, row: usize) -> Result<Array1<f32>, String> {
        let tensor = self.find(name)?;
        match tensor.shape.as_slice() {
            &[rows, columns] if row < rows => {
                let from = tensor.data_offsets.0 + 4 * (row * columns) as u64;
                Ok(self.numbers(from, columns)?.into())
            }
            _ => Err(format!("`{name}` has no row {row}")),
        }
    }
}
