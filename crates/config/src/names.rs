//! Names in the file that mean a model: whether there is one of that name. The
//! rooms above know which there are.

use super::check::Checker;
use super::written;
use mynah_core::suggest;

/// The models that the file may name, by what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Wake words.
    pub wake: Vec<String>,
    /// Speech to text.
    pub stt: Vec<String>,
    /// Language models that run on this machine's processor.
    pub llm: Vec<String>,
    /// Language models that the HAT is offered with.
    pub hat: Vec<String>,
    /// Voices.
    pub voice: Vec<String>,
}

impl Checker<'_> {
    /// Reports every name that none of the models has. Without knowing the
    /// names nothing is wrong with them.
    pub(crate) fn names(&mut self, file: &written::File) {
        let Some(names) = self.names else {
            return;
        };
        for (index, word) in file.wake.words.iter().enumerate() {
            let key = format!("wake.words[{index}]");
            self.known(&key, "wake word", &word.name, &names.wake);
        }
        self.known("stt.model", "speech model", &file.stt.model, &names.stt);
        if file.stt.second != "none" {
            self.known("stt.second", "speech model", &file.stt.second, &names.stt);
        }
        self.known("voice.model", "voice", &file.voice.model, &names.voice);
        // A server has its own names for its models, and what only the HAT is
        // for may be the name of any file there.
        let known = match file.llm.backend.as_str() {
            "auto" => [names.llm.as_slice(), &names.hat].concat(),
            "cpu" => names.llm.clone(),
            _ => return,
        };
        self.known("llm.model", "language model", &file.llm.model, &known);
    }

    fn known(&mut self, key: &str, what: &str, name: &str, there: &[String]) {
        if name.trim().is_empty() || there.iter().any(|known| known == name) {
            return;
        }
        let all = format!("take one of {}", suggest::list(there));
        let hint = match suggest::closest(name, there) {
            Some(meant) => format!("did you mean `{meant}`? Or {all}"),
            None => all,
        };
        self.report(key, format!("there is no {what} `{name}`"), hint);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::parse_with;
    use super::*;

    fn check(file: &str, expected: &[&str]) {
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let names = Names {
            wake: all(&["alexa", "hey_jarvis"]),
            stt: all(&["whisper-tiny.en", "whisper-base"]),
            llm: all(&["qwen2.5-coder-1.5b"]),
            hat: all(&["llama3.2-1b"]),
            voice: all(&["en_US-joe-medium"]),
        };
        let problems = parse_with(file, Some(&names)).err().unwrap_or_default();
        let got: Vec<String> = problems
            .iter()
            .map(|p| {
                format!(
                    "{}:{} {}: {}; {}",
                    p.line, p.column, p.key, p.message, p.hint
                )
            })
            .collect();
        assert_eq!(got, expected, "{file}");
    }

    #[test]
    fn a_name_that_no_model_has_is_told_with_those_that_there_are() {
        check("", &[]);
        check(
            "[wake]\nwords = [\"alexa\", { name = \"hey_jarvis\" }]\n",
            &[],
        );
        check(
            "[wake]\nwords = [\"alexa\", \"hey_jarvs\"]\n",
            &[
                "2:19 wake.words[1]: there is no wake word `hey_jarvs`; did you mean `hey_jarvis`? Or take one of `alexa` and `hey_jarvis`",
            ],
        );
        check(
            "[wake]\nwords = [{ name = \"computer\", sensitivity = \"low\" }]\n",
            &[
                "2:10 wake.words[0]: there is no wake word `computer`; take one of `alexa` and `hey_jarvis`",
            ],
        );
        check(
            "[stt]\nmodel = \"base\"\nsecond = \"none\"\n[voice]\nmodel = \"joe\"\n[llm]\nmodel = \"qwen\"\n",
            &[
                "2:9 stt.model: there is no speech model `base`; take one of `whisper-tiny.en` and `whisper-base`",
                "5:9 voice.model: there is no voice `joe`; take one of `en_US-joe-medium`",
                "7:9 llm.model: there is no language model `qwen`; did you mean `qwen2.5-coder-1.5b`? Or take one of `qwen2.5-coder-1.5b` and `llama3.2-1b`",
            ],
        );
        // With what else is wrong, in the file's order.
        check(
            "[wake]\nwords = [\"computer\"]\nsensitivity = \"loud\"\n",
            &[
                "2:10 wake.words[0]: there is no wake word `computer`; take one of `alexa` and `hey_jarvis`",
                "3:15 wake.sensitivity: there is no sensitivity `loud`; take one of `low`, `normal` and `high`",
            ],
        );
        check(
            "[llm]\nbackend = \"http\"\nurl = \"http://desk\"\nmodel = \"any\"\n",
            &[],
        );
    }
}
