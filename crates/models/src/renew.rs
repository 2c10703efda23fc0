//! Makes files of the present format out of those that an older version of the program
//! left in the store, so that an update needs no network. The old files stay: whoever
//! goes back to the older version finds them.

use std::fs;
use std::path::Path;

use super::convert::convert;
use super::digest;
use super::manifest::{File, Model, Source};
use super::{ModelError, Store, install};

/// The bytes of `file`, made of a `source` that lies at `path`. `None` if something else
/// lies there.
pub(super) fn made_of(file: &File, source: &Source, path: &Path) -> Option<Vec<u8>> {
    let found = path.metadata().ok()?;
    if !found.is_file() || found.len() != source.bytes {
        return None;
    }
    // The digest of the result says whether the source was right.
    let bytes = convert(source.convert, path, "").ok()?;
    digest::are(&bytes, file).then_some(bytes)
}

impl Store {
    /// Makes the missing files of a model out of those that an older version left, and
    /// says whether the model is complete then. Does nothing unless all can be made.
    #[must_use]
    pub fn upgrade(&self, model: &Model) -> bool {
        let is_missing = |file: &&File| self.need_file(model, file).is_err();
        let mut missing = model.files.iter().filter(is_missing);
        if !missing.all(|file| self.has_source(model, file)) {
            return false;
        }
        // Another process may do the same at this moment; then this one waits for it.
        let folder = fs::File::open(self.root().join(&model.name));
        if let Ok(folder) = &folder {
            let _ = folder.lock();
        }
        let mut missing = model.files.iter().filter(is_missing);
        missing.all(|file| self.renew(model, file).unwrap_or(false))
    }

    /// Whether there is a file of the name of one that `file` can be made of.
    pub(super) fn has_source(&self, model: &Model, file: &File) -> bool {
        let mut sources = file.sources.iter();
        sources.any(|source| self.path(&model.name, &source.name).is_file())
    }

    /// Makes a file out of one that an older version left. False: there is none.
    pub(super) fn renew(&self, model: &Model, file: &File) -> Result<bool, ModelError> {
        for source in &file.sources {
            if let Some(bytes) = made_of(file, source, &self.path(&model.name, &source.name)) {
                install::write(file, &self.path(&model.name, &file.name), &bytes)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::convert::piper::tests::{network, node};
    use crate::convert::piper::{Parts, part};
    use crate::fixture::StoreFixture;
    use crate::manifest::Conversion;

    /// A desk whose first model is a voice in two parts, and the voice.
    fn desk() -> (StoreFixture, Vec<u8>, Parts) {
        let voice = network(&[
            node(&["phonemes"], "z", "/Mul"),
            node(&["z", "weight"], "sound", "/dec/Tanh"),
        ]);
        let parts = part(&voice).unwrap();
        let mut desk = StoreFixture::new();
        let files = [
            ("planner", &parts.planner, Conversion::PiperPlanner),
            ("generator", &parts.generator, Conversion::PiperGenerator),
        ];
        desk.replace_files(&files.map(|(name, bytes, convert)| {
            let source = Source {
                name: "voice.onnx".into(),
                bytes: voice.len() as u64,
                sha256: digest::of(&voice),
                convert,
                url: None,
            };
            File {
                name: format!("voice.{name}.onnx"),
                arch: None,
                bytes: bytes.len() as u64,
                sha256: digest::of(bytes),
                from: vec!["a/part1".into()],
                convert: Some(convert),
                vocabulary: None,
                url: None,
                sources: vec![source],
            }
        }));
        (desk, voice, parts)
    }

    fn old_store(desk: &StoreFixture, voice: &[u8]) -> Store {
        let store = desk.store();
        fs::create_dir_all(store.root().join("first")).unwrap();
        fs::write(store.path("first", "voice.onnx"), voice).unwrap();
        store
    }

    fn check(store: &Store, parts: &Parts) {
        let read = |name: &str| fs::read(store.path("first", name)).unwrap();
        assert_eq!(read("voice.planner.onnx"), parts.planner);
        assert_eq!(read("voice.generator.onnx"), parts.generator);
    }

    #[test]
    fn an_older_store_is_upgraded_when_a_model_is_used() {
        let (desk, voice, parts) = desk();
        let model = &desk.manifest().models[0];
        assert!(!desk.store().upgrade(model), "there is nothing");
        let store = old_store(&desk, &voice);
        // Several processes at once.
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!(store.upgrade(model)));
            }
        });
        check(&store, &parts);
        assert!(store.need_of(model).is_ok());
        assert!(store.path("first", "voice.onnx").is_file(), "it is kept");
    }

    #[test]
    fn a_fetch_downloads_nothing_that_can_be_made() {
        let (desk, voice, parts) = desk();
        let store = old_store(&desk, &voice);
        desk.withhold("first_part1.whl");
        assert_eq!(desk.fetch()[0], "first: Now");
        check(&store, &parts);
        assert_eq!(desk.fetch()[0], "first: Already");
    }

    #[test]
    fn another_file_of_the_old_name_is_not_used() {
        let (desk, mut voice, _) = desk();
        let at = voice.windows(6).position(|six| six == b"weight").unwrap();
        voice[at] = b'W';
        let store = old_store(&desk, &voice);
        assert!(!store.upgrade(&desk.manifest().models[0]));
        assert!(!store.path("first", "voice.generator.onnx").exists());
    }

    #[test]
    fn a_voice_is_brought_as_it_is_published() {
        let (desk, voice, parts) = desk();
        fs::write(desk.stick().join("downloaded.onnx"), &voice).unwrap();
        assert_eq!(desk.bring(&desk.stick())[0], "first: Now");
        check(&desk.store(), &parts);
    }
}
