//! The kernels of transformer inference on a CPU, and the mapped file that holds the
//! weights. Whisper and the sentence encoder are written in terms of these.

mod attention;
mod mapped;
mod math;
mod matrix;
mod tensors;
mod writer;

pub use attention::{KeysValues, attend, attend_cached, query_scale};
pub use mapped::{Element, Values};
pub use math::{LayerNorm, add_scaled, dot, exp, gelu_all, gelu_exact_all, log_softmax, softmax};
pub use matrix::{Dense, LANES, Linear, Matrix, Weights};
pub use tensors::{TensorError, Tensors};
pub use writer::TensorWriter;
