//! The conversation of one model: roles and texts in, the raw text that the
//! model's own template makes of them out.

use std::fs;
use std::path::{Path, PathBuf};

use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Answer, Ask, ChatTemplate, Family, Marks, Pieces, Prompt};
use serde_json::Value;

use crate::backend::BackendError;

/// The file beside a model that may hold its template, as publishers ship it.
const CONFIG: &str = "tokenizer_config.json";

/// What a model may say that thinks although its thought was over.
const THINK: &str = "<think>";
const THOUGHT: &str = "</think>";

/// What a model brings to write conversations with.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// Its template, in Jinja.
    pub template: Option<String>,
    /// The text of the token that begins a text.
    pub bos: Option<String>,
    /// The texts of its control tokens; `None`: its tokenizer is out of reach.
    pub marks: Option<Vec<String>>,
    /// The texts that end a generation.
    pub ends: Vec<String>,
}

/// A conversation with one model.
#[derive(Clone, Debug)]
pub(crate) struct Chat {
    template: ChatTemplate,
    marks: Marks,
    pieces: Pieces,
    /// The last answer, if a question may follow it.
    last: Option<Answer>,
}

impl Chat {
    /// A conversation with the model of that file, by its own template, by
    /// that of the file beside it, or by that of its family.
    pub(crate) fn new(model: &Path, own: Own) -> Result<Self, BackendError> {
        let template = template(model, &own)?;
        Ok(Self {
            template,
            // A tokenizer that knows no control token is not the model's own.
            marks: match own.marks {
                Some(marks) if !marks.is_empty() => Marks::known(marks),
                _ => Marks::unknown(),
            },
            pieces: Pieces::default(),
            last: None,
        })
    }

    /// Forgets the control tokens: they were those of another model.
    pub(crate) fn distrust_marks(&mut self) {
        self.marks = Marks::unknown();
    }

    /// What a conversation with this prompt begins with.
    pub(crate) fn prime(&mut self, prompt: &Prompt) -> Result<&str, BackendError> {
        self.last = None;
        self.pieces = self.template.cut(&self.clean(prompt)).map_err(unusable)?;
        Ok(&self.pieces.prefix)
    }

    /// How it is written.
    pub(crate) const fn pieces(&self) -> &Pieces {
        &self.pieces
    }

    /// The prompt without anything that could pass for a control token.
    pub(crate) fn clean(&self, prompt: &Prompt) -> Prompt {
        let system = Prompt::system(&self.marks.clean(&prompt.system));
        let shots = prompt.shots.iter();
        shots.fold(system, |prompt, shot| {
            let [user, assistant] = [&shot.user, &shot.assistant].map(|t| self.marks.clean(t));
            prompt.shot(&user, &assistant)
        })
    }

    /// The question without anything that could pass for a control token.
    pub(crate) fn clean_ask(&self, ask: &Ask) -> Ask {
        Ask {
            user: self.marks.clean(&ask.user),
            opener: self.marks.clean(&ask.opener),
            follow: ask.follow.as_ref().map(|whole| self.marks.clean(whole)),
            prompt: ask.prompt.as_ref().map(|prompt| self.clean(prompt)),
            ..ask.clone()
        }
    }

    /// The text of a question, up to where the model goes on; of one that stands alone
    /// with what it begins with.
    pub(crate) fn question(&self, ask: &Ask) -> Result<String, BackendError> {
        let bad = |text: &str| Err(BackendError::new(ErrorClass::BadRequest, text));
        let ask = self.clean_ask(ask);
        if ask.max_tokens == 0 {
            return bad("a question that wants no answer");
        }
        if ask.follow.is_some() && self.last.is_none() {
            return bad("there is no answer to continue");
        }
        let Some(prompt) = &ask.prompt else {
            return Ok(self.pieces.question(&ask, self.last.as_ref()));
        };
        if ask.follow.is_some() {
            return bad("a question that stands alone follows none");
        }
        let pieces = self.template.cut(prompt).map_err(unusable)?;
        Ok(pieces.prefix.clone() + &pieces.question(&ask, None))
    }

    /// Takes note of an answer, and takes thoughts out of it. Without one, the
    /// next question cannot follow.
    pub(crate) fn answered(
        &mut self,
        ask: &Ask,
        answer: Result<Answer, BackendError>,
    ) -> Result<Answer, BackendError> {
        let last = answer.as_ref().ok().filter(|_| ask.prompt.is_none());
        self.last = last.cloned();
        answer.map(|answer| Answer {
            text: spoken(&answer.text).to_owned(),
            ..answer
        })
    }
}

/// An answer without the thoughts before it. One that is still thinking says
/// nothing.
fn spoken(text: &str) -> &str {
    match (text.rsplit_once(THOUGHT), text.contains(THINK)) {
        (Some((_, said)), _) => said,
        (None, true) => "",
        (None, false) => text,
    }
}

/// The first template that is of use.
fn template(model: &Path, own: &Own) -> Result<ChatTemplate, BackendError> {
    let beside = beside(model)?;
    let bos = [&own.bos, &beside.bos].into_iter().flatten().next();
    let sources = [("its own", &own.template), (CONFIG, &beside.template)];
    for (origin, source) in sources {
        let Some(source) = source else {
            continue;
        };
        let eos = own.ends.first().map_or("", String::as_str);
        let bos = bos.map_or("", String::as_str);
        match ChatTemplate::new(source, bos, eos) {
            Ok(template) => return Ok(template),
            Err(error) => tracing::warn!(%error, origin, "a chat template is of no use"),
        }
    }
    let marks = own.marks.as_deref().unwrap_or_default();
    let name = model.file_name().unwrap_or_default().to_string_lossy();
    // A name says more than the few marks that a device tells.
    let family = Family::of_marks(marks)
        .or_else(|| Family::of_name(&name))
        .or_else(|| Family::of_marks(&own.ends));
    let Some(family) = family else {
        return Err(BackendError::new(
            ErrorClass::ModelBad,
            format!(
                "`{}` brings no chat template, and its family is unknown; lay its `{CONFIG}` beside it",
                model.display()
            ),
        ));
    };
    tracing::info!(?family, "the chat template is that of the family");
    Ok(ChatTemplate::of(family, bos.map(String::as_str)))
}

/// What the file beside a model tells: one named after the model, else the
/// one that the folder has.
fn beside(model: &Path) -> Result<Own, BackendError> {
    let Some(file) = companion(model, CONFIG) else {
        return Ok(Own::default());
    };
    let bad = |error: &dyn std::fmt::Display| {
        BackendError::new(
            ErrorClass::ModelBad,
            format!("`{}` cannot be read: {error}", file.display()),
        )
    };
    let text = fs::read_to_string(&file).map_err(|error| bad(&error))?;
    let config: Value = serde_json::from_str(&text).map_err(|error| bad(&error))?;
    // A token is a text or an object with its `content`.
    let token = |name: &str| {
        let token = &config[name];
        let text = token.as_str().or_else(|| token["content"].as_str())?;
        Some(text.to_owned())
    };
    Ok(Own {
        template: config["chat_template"].as_str().map(str::to_owned),
        bos: token("bos_token"),
        ..Own::default()
    })
}

/// A file that belongs to a model: `MODEL.NAME`, else `NAME` in its folder
/// where no other model lies.
pub(crate) fn companion(model: &Path, name: &str) -> Option<PathBuf> {
    let own = model.with_extension(name);
    if own.is_file() {
        return Some(own);
    }
    let alike = |path: &Path| path.extension() == model.extension();
    let entries = fs::read_dir(model.parent()?).ok()?;
    let models = entries.flatten().filter(|entry| alike(&entry.path()));
    let shared = model.with_file_name(name);
    (models.count() < 2 && shared.is_file()).then_some(shared)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err` by name"
)]
fn unusable(error: mynah_llm_link::TemplateError) -> BackendError {
    BackendError::new(ErrorClass::ModelBad, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thoughts_are_not_spoken() {
        let check = |text, want| assert_eq!(spoken(text), want, "{text:?}");
        check("light_set", "light_set");
        check("<think>\nshall I", "");
        check("<think>\n\n</think>\n\nlight_set", "\n\nlight_set");
        check("so</think>no", "no");
    }

    #[test]
    fn a_template_is_found_inside_beside_or_by_family() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let model = folder.path().join("Llama3.2-1B-Instruct.hef");
        fs::write(&model, "weights").expect("it can be written");
        let prefix = |own: Own| -> String {
            let mut chat = Chat::new(&model, own).expect("there is one");
            let prompt = Prompt::system("Help.").shot("Hi", "hello");
            chat.prime(&prompt).expect("it can be cut").to_owned()
        };
        let shown = "{% for m in messages %}{{ '<' ~ m.role ~ '>' ~ m.content ~ '</s>' }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
        let own = || Own {
            template: Some(shown.into()),
            ..Own::default()
        };
        let simple = "<system>Help.</s><user>Hi</s><assistant>hello</s>";
        assert_eq!(prefix(own()), simple);
        assert!(prefix(Own::default()).starts_with("<|begin_of_text|><|start_header_id|>system"));
        let marked = Own {
            marks: Some(vec!["<|im_end|>".into()]),
            ..Own::default()
        };
        assert!(prefix(marked).starts_with("<|im_start|>system\nHelp."));
        let config = serde_json::json!({"chat_template": shown, "bos_token": {"content": "<s>"}});
        fs::write(folder.path().join(CONFIG), config.to_string()).expect("it can be written");
        assert_eq!(prefix(Own::default()), simple);
        // Another model in the folder: whose is the file?
        fs::write(folder.path().join("other.hef"), "").expect("it can be written");
        assert!(prefix(Own::default()).starts_with("<|begin_of_text|>"));
        let unusable = Own {
            template: Some("{{ messages".into()),
            ..Own::default()
        };
        assert!(prefix(unusable).starts_with("<|begin_of_text|>"));
    }
}
