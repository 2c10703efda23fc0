//! The names of models that a configuration may use.

use mynah_config::Names;
use mynah_llm_link::timing;
use mynah_models::Store;
use mynah_models::manifest::{Kind, Manifest};

/// The models that a file may name: those of the manifest, whether or not they
/// are fetched, and those that the owner put into the store.
#[must_use]
pub fn names(store: &Store) -> Names {
    let manifest = Manifest::built_in();
    let of = |kind| store.names(&manifest, kind);
    Names {
        wake: of(Kind::Wake),
        stt: of(Kind::Stt),
        llm: of(Kind::Llm),
        hat: timing::MODELS.map(|known| known.model.to_owned()).to_vec(),
        voice: of(Kind::Voice),
    }
}
