//! A file of named tensors (safetensors), memory-mapped: what nobody reads costs no
//! memory, and several processes share what they read.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;
use ndarray::Array1;
use safetensors::SafeTensors;
use safetensors::tensor::{Metadata, TensorInfo};
use thiserror::Error;

use super::mapped::{Element, Values, map};
use super::math::LayerNorm;
use super::matrix::{Dense, Linear, Matrix};

/// Bytes of a safetensors file before its header: the header's length.
const LENGTH_BYTES: usize = 8;

/// Why weights cannot be used.
#[derive(Debug, Error)]
pub enum TensorError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file is damaged, or is not of the expected kind.
    #[error("{0}")]
    Format(String),
}

impl TensorError {
    pub(super) fn format(cause: impl Into<String>) -> Self {
        Self::Format(cause.into())
    }
}

/// An open file of tensors.
pub struct Tensors {
    map: Arc<Mmap>,
    /// Offset of the first tensor.
    begin: usize,
    metadata: Metadata,
}

impl Tensors {
    /// Maps a file and reads its table of contents.
    ///
    /// # Errors
    /// When it cannot be read, is damaged or is not a safetensors file.
    pub fn open(path: &Path) -> Result<Self, TensorError> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Err(TensorError::format("the file is empty"));
        }
        let map = map(&file)?;
        let (header, metadata) = SafeTensors::read_metadata(&map)
            .map_err(|cause| TensorError::format(format!("not a file of tensors: {cause}")))?;
        Ok(Self {
            map,
            begin: LENGTH_BYTES + header,
            metadata,
        })
    }

    /// The text that the file's writer stored under `key`.
    #[must_use]
    pub fn note(&self, key: &str) -> Option<&str> {
        let notes = self.metadata.metadata().as_ref()?;
        notes.get(key).map(String::as_str)
    }

    /// The dimensions of a tensor, from the outermost.
    ///
    /// # Errors
    /// When there is no such tensor.
    pub fn shape(&self, name: &str) -> Result<&[usize], TensorError> {
        Ok(&self.info(name)?.shape)
    }

    fn info(&self, name: &str) -> Result<&TensorInfo, TensorError> {
        let info = self.metadata.info(name);
        info.ok_or_else(|| TensorError::format(format!("the file has no `{name}`")))
    }

    /// A tensor, flattened.
    ///
    /// # Errors
    /// When there is no such tensor, or it has numbers of another type.
    pub fn values<T: Element>(&self, name: &str) -> Result<Values<T>, TensorError> {
        let info = self.info(name)?;
        if info.dtype != T::DTYPE {
            let cause = format!("`{name}` has numbers of type {}", info.dtype);
            return Err(TensorError::Format(cause));
        }
        let (from, to) = info.data_offsets;
        let values = Values::mapped(&self.map, self.begin + from..self.begin + to);
        values.ok_or_else(|| TensorError::format(format!("`{name}` is not aligned")))
    }

    /// A matrix in 32-bit floats: rows x columns.
    ///
    /// # Errors
    /// As [`Self::values`], and when it is not a matrix.
    pub fn table(&self, name: &str) -> Result<Dense, TensorError> {
        let &[_, columns] = self.shape(name)? else {
            return Err(TensorError::format(format!("`{name}` is not a matrix")));
        };
        Ok(Dense::new(columns, self.values(name)?))
    }

    /// A vector of 32-bit floats, copied.
    ///
    /// # Errors
    /// As [`Self::values`].
    pub fn vector(&self, name: &str) -> Result<Array1<f32>, TensorError> {
        Ok(self.values::<f32>(name)?.to_vec().into())
    }

    /// `NAME.weight` and `NAME.scales`, an 8-bit matrix as
    /// [`TensorWriter`](super::TensorWriter) writes it.
    ///
    /// # Errors
    /// As [`Self::values`], and when the two do not fit to each other.
    pub fn matrix(&self, name: &str) -> Result<Matrix, TensorError> {
        let weight = format!("{name}.weight");
        let &[_, columns] = self.shape(&weight)? else {
            return Err(TensorError::format(format!("`{weight}` is not a matrix")));
        };
        let scales = self.values(&format!("{name}.scales"))?;
        let matrix = Matrix::new(columns, self.values(&weight)?, scales);
        matrix.ok_or_else(|| TensorError::format(format!("`{weight}` and its scales do not fit")))
    }

    /// An 8-bit linear layer: [`Self::matrix`] with `NAME.bias`.
    ///
    /// # Errors
    /// As [`Self::matrix`].
    pub fn linear(&self, name: &str) -> Result<Linear<Matrix>, TensorError> {
        let bias = self.vector(&format!("{name}.bias"))?;
        Linear::new(self.matrix(name)?, bias).ok_or_else(|| unfit(name))
    }

    /// A linear layer in 32-bit floats: `NAME.weight` and `NAME.bias`.
    ///
    /// # Errors
    /// As [`Self::table`], and when the two do not fit to each other.
    pub fn dense(&self, name: &str) -> Result<Linear<Dense>, TensorError> {
        let bias = self.vector(&format!("{name}.bias"))?;
        Linear::new(self.table(&format!("{name}.weight"))?, bias).ok_or_else(|| unfit(name))
    }

    /// A layer norm: `NAME.weight` and `NAME.bias`.
    ///
    /// # Errors
    /// As [`Self::values`].
    pub fn norm(&self, name: &str, epsilon: f32) -> Result<LayerNorm, TensorError> {
        Ok(LayerNorm {
            weight: self.vector(&format!("{name}.weight"))?,
            bias: self.vector(&format!("{name}.bias"))?,
            epsilon,
        })
    }
}

fn unfit(name: &str) -> TensorError {
    TensorError::format(format!("the weights and the bias of `{name}` do not fit"))
}
