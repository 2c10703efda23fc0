//! Starts ONNX Runtime, which the voice detector and the voice run on, from
//! its shared library. A library is code: it is loaded only when it is whole
//! and nobody else could have written it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use thiserror::Error;

use super::elf;
use mynah_models::Store;
use mynah_system::privileges::of_a_stranger;

const MODEL: &str = "onnxruntime";

/// Loading takes under a second. `ort` waits for itself without end when a
/// library that it has opened is not the right one (2.0.0-rc.12: making the
/// error asks for the library's functions, which loads it once more, inside of
/// the same `Once`).
const DEADLINE: Duration = Duration::from_secs(20);

/// Why ONNX Runtime could not be started.
#[derive(Clone, Debug, Error)]
pub enum OnnxError {
    /// Not fetched yet.
    #[error("there is no ONNX Runtime at `{}`\nhint: run `mynah models fetch onnxruntime`", .0.display())]
    Missing(PathBuf),
    /// Not what the manifest says.
    #[error("ONNX Runtime is damaged: {0}")]
    Damaged(String),
    /// Somebody else could have written it.
    #[error(
        "ONNX Runtime is not loaded from `{}`, since `{}` belongs to another user\nhint: run this as that user (the appliance's is `mynah`: `sudo -u mynah`), or copy the models with `MYNAH_MODELS=DIR mynah models fetch`",
        path.display(), part.display()
    )]
    Foreign {
        /// The library.
        path: PathBuf,
        /// It, or a folder on the way to it.
        part: PathBuf,
    },
    /// There, but it cannot be loaded.
    #[error("cannot load ONNX Runtime from `{}`: {cause}\nhint: run `mynah models verify onnxruntime`", path.display())]
    Load {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        cause: String,
    },
}

/// Loads `libonnxruntime.so`: that of `$ORT_DYLIB_PATH` if it is set, else
/// that of `store`, whose content must be what the manifest says. Must have
/// succeeded before any session is built, because a session without the
/// library waits for it for ever. Costs about 50 ms for the digest, and
/// nothing the second time.
///
/// # Errors
/// When the library is missing, damaged, another user's or does not load; the
/// same error again after the first time that `ort` did not answer.
pub fn init_onnx(store: &Store) -> Result<(), OnnxError> {
    static LOADED: Mutex<Option<Result<(), OnnxError>>> = Mutex::new(None);
    // A panic while loading leaves `None` behind, which is right.
    let mut loaded = LOADED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(result) = &*loaded {
        return result.clone();
    }
    let named = std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from);
    let path = named
        .clone()
        .unwrap_or_else(|| store.path(MODEL, "libonnxruntime.so"));
    check(&path, named.is_none(), store)?;
    let result = load(&path);
    *loaded = Some(result.clone());
    result
}

/// Whether a library may be loaded. `ours`: it is the one of the manifest.
fn check(path: &Path, ours: bool, store: &Store) -> Result<(), OnnxError> {
    if !path.is_file() {
        return Err(OnnxError::Missing(path.to_owned()));
    }
    let load = |cause: String| OnnxError::Load {
        path: path.to_owned(),
        cause,
    };
    if let Some(part) = of_a_stranger(path).map_err(|error| load(error.to_string()))? {
        return Err(OnnxError::Foreign {
            path: path.to_owned(),
            part,
        });
    }
    if ours {
        let whole = store.need_whole(MODEL).map(drop);
        return whole.map_err(|error| OnnxError::Damaged(error.to_string()));
    }
    // The owner's own: its content is not known, but a part of a file would end
    // the process with a signal.
    elf::is_whole(path).map_err(|error| load(error.to_string()))
}

/// Hands the library to `ort`, in a thread that is left behind when it does
/// not come back.
fn load(path: &Path) -> Result<(), OnnxError> {
    let failed = |cause: String| OnnxError::Load {
        path: path.to_owned(),
        cause,
    };
    let (answer, answered) = sync_channel(1);
    let library = path.to_owned();
    let spawned = std::thread::Builder::new()
        .name("onnx".into())
        .spawn(move || {
            let begun = ort::init_from(&library).map(|environment| {
                environment.with_telemetry(false).commit();
            });
            let _ = answer.send(begun.map_err(|error| error.to_string()));
        });
    spawned.map_err(|error| failed(error.to_string()))?;
    match answered.recv_timeout(DEADLINE) {
        Ok(begun) => begun.map_err(failed),
        Err(_) => Err(failed(format!(
            "it is not the right library, or misses something that it needs (no answer within {} s)",
            DEADLINE.as_secs()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::chown;

    use super::*;
    use mynah_models::manifest::Manifest;

    /// A store with this in the place of the library.
    fn refusal(content: &[u8], owner: u32) -> String {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let path = store.path(MODEL, "libonnxruntime.so");
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        chown(&path, Some(owner), None).unwrap();
        let said = check(&path, true, &store).unwrap_err().to_string();
        said.replace(&folder.path().display().to_string(), "STORE")
    }

    #[test]
    fn what_is_not_the_manifest_s_library_is_not_loaded() {
        let me = rustix::process::geteuid().as_raw();
        let bytes = Manifest::built_in().model(MODEL).unwrap().files[0].bytes;
        let bytes = usize::try_from(bytes).unwrap();
        let said = refusal(b"", me);
        assert!(said.contains("has 0 bytes, not"), "{said}");
        let said = refusal(&vec![0; bytes], me);
        assert!(said.contains("is not what the manifest says"), "{said}");
        assert!(
            said.contains("hint: run `mynah models fetch onnxruntime`"),
            "{said}"
        );
        if me == 0 {
            let said = refusal(&vec![0; bytes], 65_534);
            assert!(said.contains("belongs to another user\nhint: "), "{said}");
        } else {
            eprintln!("not root: a library of another user is not tried");
        }
    }

    #[test]
    fn an_own_library_that_is_cut_off_is_not_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let cut = folder.path().join("lib.so");
        // Any program is whole.
        let whole = fs::read(std::env::current_exe().unwrap()).unwrap();
        for length in [0, 1, 63, 64, whole.len() / 2, whole.len() - 1] {
            fs::write(&cut, &whole[..length]).unwrap();
            let said = check(&cut, false, &store).unwrap_err().to_string();
            assert!(
                said.contains("hint: run `mynah models verify"),
                "{length}: {said}"
            );
        }
        fs::write(&cut, &whole).unwrap();
        assert!(check(&cut, false, &store).is_ok());
    }
}
