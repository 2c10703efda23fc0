//! Starts ONNX Runtime, which the voice detector and the voice run on, from
//! its shared library.

use std::path::PathBuf;
use std::sync::Mutex;

use thiserror::Error;

use mynah_models::Store;

/// Why ONNX Runtime could not be started.
#[derive(Debug, Error)]
pub enum OnnxError {
    /// Not fetched yet.
    #[error("there is no ONNX Runtime at `{}`\nhint: run `mynah models fetch`", .0.display())]
    Missing(PathBuf),
    /// There, but it cannot be loaded.
    #[error("cannot load ONNX Runtime from `{}`: {cause}\nhint: run `mynah models verify`", path.display())]
    Load {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        cause: String,
    },
}

/// Loads `libonnxruntime.so`: that of `$ORT_DYLIB_PATH` if it is set, else
/// that of `store`. Must have succeeded before any session is built, because
/// a session without the library waits for it for ever. Costs nothing the
/// second time.
///
/// # Errors
/// When the library is missing or is none.
pub fn init_onnx(store: &Store) -> Result<(), OnnxError> {
    static LOADED: Mutex<bool> = Mutex::new(false);
    // A panic while loading leaves `false` behind, which is right.
    let mut loaded = LOADED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if *loaded {
        return Ok(());
    }
    let path = std::env::var_os("ORT_DYLIB_PATH").map_or_else(
        || store.path("onnxruntime", "libonnxruntime.so"),
        PathBuf::from,
    );
    if !path.is_file() {
        return Err(OnnxError::Missing(path));
    }
    match ort::init_from(&path) {
        Ok(environment) => {
            environment.with_telemetry(false).commit();
            *loaded = true;
            Ok(())
        }
        Err(error) => Err(OnnxError::Load {
            path,
            cause: error.to_string(),
        }),
    }
}
