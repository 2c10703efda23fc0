//! Writes a file of tensors, with the weights of linear layers quantised to 8 bits. The
//! same input always gives the same bytes, so that a digest can be pinned.

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::Dtype;
use safetensors::tensor::{View, serialize};

use super::mapped::Element;
use super::matrix::{LANES, quantise};
use super::tensors::TensorError;

/// Tensors on their way into a file.
#[derive(Default)]
pub struct TensorWriter {
    tensors: Vec<(String, Tensor)>,
}

struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Tensor {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.bytes.as_slice().into()
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

impl TensorWriter {
    /// Adds a tensor as it is. `shape` is from the outermost dimension.
    pub fn add<T: Element>(&mut self, name: impl Into<String>, shape: &[usize], numbers: &[T]) {
        let tensor = Tensor {
            dtype: T::DTYPE,
            shape: shape.to_vec(),
            bytes: bytemuck::cast_slice(numbers).to_vec(),
        };
        self.tensors.push((name.into(), tensor));
    }

    /// Adds `NAME.weight` and `NAME.scales`: a matrix (row-major `weights`), quantised.
    ///
    /// # Errors
    /// When the rows are not whole, or their width is not a multiple of the lanes of one
    /// vector multiplication.
    pub fn add_matrix(
        &mut self,
        name: &str,
        columns: usize,
        weights: &[f32],
    ) -> Result<(), TensorError> {
        let whole =
            0 < columns && columns.is_multiple_of(LANES) && weights.len().is_multiple_of(columns);
        if !whole {
            let cause = format!("`{name}` has {columns} columns, not a multiple of {LANES}");
            return Err(TensorError::Format(cause));
        }
        let (values, scales) = quantise(columns, weights);
        let rows = weights.len() / columns;
        self.add(format!("{name}.weight"), &[rows, columns], &values);
        let groups = scales.len() / rows.max(1);
        self.add(format!("{name}.scales"), &[rows, groups], &scales);
        Ok(())
    }

    /// The bytes of the file, with one note of its writer.
    ///
    /// # Errors
    /// When the shape of a tensor does not fit to its numbers.
    pub fn finish(self, key: &str, note: &str) -> Result<Vec<u8>, TensorError> {
        // More than one note would be written in a random order.
        let notes = HashMap::from([(key.to_owned(), note.to_owned())]);
        let tensors = self.tensors.iter().map(|(name, tensor)| (name, tensor));
        serialize(tensors, Some(notes)).map_err(|cause| TensorError::Format(cause.to_string()))
    }
}
