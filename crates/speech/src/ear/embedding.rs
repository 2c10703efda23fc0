//! The speech embedding that trained wake words are heard by: a network of Google's that
//! was trained to tell words apart, whatever they are.

use std::path::{Path, PathBuf};

use ort::session::Session;
use ort::value::TensorRef;

use super::EarError;
use crate::onnx::init_onnx;
use mynah_models::Store;
use mynah_wake::WIDTH;

/// Samples at 16 kHz that one embedding is made of: 775 ms.
pub(crate) const SPAN: usize = 12_400;

/// Samples from one embedding to the next: 80 ms.
pub(crate) const STEP: usize = 1_280;

/// Its name in the manifest and in the store.
pub(crate) const MODEL: &str = "speech-embedding";

/// The loaded network.
pub(crate) struct Embedding {
    session: Session,
    path: PathBuf,
    /// Its sha256: a word is fitted to one network.
    sha256: String,
}

impl Embedding {
    /// Loads the network; it uses `threads` threads.
    ///
    /// # Errors
    /// When ONNX Runtime or the network is missing or damaged.
    pub(crate) fn load(store: &Store, threads: usize) -> Result<Self, EarError> {
        init_onnx(store)?;
        let load_error = |path: &Path, cause: String| EarError::Load {
            cause: cause.replace("\nhint: ", "; "),
            path: path.to_owned(),
        };
        let expected = store.path(MODEL, "speech-embedding.onnx");
        let path = match store.need_whole(MODEL) {
            Ok(mut paths) => paths.swap_remove(0),
            Err(error) => return Err(load_error(&expected, error.to_string())),
        };
        let open = || -> ort::Result<Session> {
            Session::builder()?
                .with_intra_threads(threads)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_inter_op_spinning(false)?
                .commit_from_file(&path)
        };
        let session = open().map_err(|error| load_error(&path, error.to_string()))?;
        Ok(Self {
            session,
            path,
            sha256: sha256(),
        })
    }

    /// The sha256 of the network.
    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The embeddings of 16 kHz samples: `WIDTH` numbers for each [`STEP`] after the first
    /// [`SPAN`]; none when there are fewer samples.
    ///
    /// # Errors
    /// When the network fails.
    pub(crate) fn of(&mut self, samples: &[f32]) -> Result<Vec<f32>, EarError> {
        let Some(beyond) = samples.len().checked_sub(SPAN) else {
            return Ok(Vec::new());
        };
        let samples = &samples[..SPAN + beyond / STEP * STEP];
        let mut run = || -> ort::Result<Vec<f32>> {
            let input = TensorRef::from_array_view(([1, samples.len()], samples))?;
            let outputs = self.session.run(ort::inputs![input])?;
            let (_, values) = outputs[0].try_extract_tensor::<f32>()?;
            Ok(values.to_vec())
        };
        let values = run().map_err(|error| EarError::Load {
            path: self.path.clone(),
            cause: error.to_string(),
        })?;
        debug_assert_eq!(values.len(), (beyond / STEP + 1) * WIDTH);
        Ok(values)
    }
}

/// The sha256 of the network, as the manifest has it.
pub(crate) fn sha256() -> String {
    let manifest = mynah_models::manifest::Manifest::built_in();
    let model = manifest.model(MODEL).expect("the manifest names it");
    model.files[0].sha256.clone()
}
