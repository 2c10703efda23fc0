//! What is wrong in a file that is not TOML, or not of the right shape: the
//! reader's words, and what its owner meant instead.

use super::Problem;
use super::place::{Places, line_and_column};
use mynah_core::suggest;

/// Keys that are true or false.
const SWITCHES: [&str; 20] = [
    "switch",
    "https",
    "chimes",
    "history",
    "tls",
    "mqtt",
    "transcript",
    "discovery",
    "all",
    "timers",
    "alarms",
    "reminders",
    "clock",
    "volume",
    "help",
    "optional",
    "retain",
    "response",
    "llm",
    "follow_up",
];

/// Tables of which there are several.
const SEVERAL: [&str; 3] = ["intent", "test", "button"];

/// Where an unknown key stands (the end of its path above), the key, and the
/// one that was meant.
const MEANT: [(&str, &[&str], &str); 20] = [
    (
        "action",
        &["command", "cmd", "exec", "script", "program"],
        "run",
    ),
    ("action", &["token", "bearer"], "token_file"),
    ("action", &["value", "msg"], "payload"),
    ("action", &["data", "json", "content"], "body"),
    ("action", &["uri", "address", "link"], "url"),
    ("action", &["file", "document", "source"], "from"),
    (
        "intent",
        &[
            "phrase",
            "sentence",
            "sentences",
            "utterances",
            "patterns",
            "examples",
            "say",
            "text",
        ],
        "phrases",
    ),
    (
        "intent",
        &["response", "answer", "responses", "speech"],
        "reply",
    ),
    (
        "intent",
        &["slot", "entities", "parameters", "variables"],
        "slots",
    ),
    ("intent", &["confirmation", "sure"], "confirm"),
    (
        "slots",
        &["choices", "options", "items", "one_of"],
        "values",
    ),
    ("slots", &["question", "prompt"], "ask"),
    (
        "test",
        &["text", "sentence", "utterance", "input", "phrase"],
        "say",
    ),
    ("test", &["expect", "expected", "name"], "intent"),
    (
        "turns",
        &["text", "sentence", "user", "input", "you"],
        "say",
    ),
    ("turns", &["pause", "after", "sleep", "delay"], "wait"),
    (
        "turns",
        &["answer", "expect", "expected", "response", "box"],
        "reply",
    ),
    ("mqtt", &["server", "broker", "address", "url"], "host"),
    ("mqtt", &["username", "login"], "user"),
    ("", &["password", "pass"], "password_file"),
];

/// The problem that the reader of TOML has found.
pub(crate) fn problem(text: &str, places: &Places, error: &toml::de::Error) -> Problem {
    let message = error.message().trim().replace('\n', ", ");
    let offset = error.span().map_or(0, |span| span.start);
    let (line, column) = line_and_column(text, offset);
    let key = places.path_at(offset);
    let wrong = Wrong {
        text,
        offset,
        message: &message,
        line: text.lines().nth(line - 1).unwrap_or_default(),
        key: &key,
    };
    Problem {
        line,
        column,
        hint: wrong.hint(),
        message: shortened(&message),
        key,
    }
}

/// Without the names of more keys than anybody reads.
fn shortened(message: &str) -> String {
    let many = 40 < message.matches('`').count() && message.starts_with("unknown field");
    match message.split_once(", expected one of") {
        Some((head, _)) if many => head.to_owned(),
        _ => message.to_owned(),
    }
}

/// What is wrong, and where.
struct Wrong<'a> {
    text: &'a str,
    offset: usize,
    message: &'a str,
    /// The line that the reader stopped in.
    line: &'a str,
    /// The dotted path there; empty where the file is not TOML.
    key: &'a str,
}

impl Wrong<'_> {
    fn hint(&self) -> String {
        let ways = [
            Self::unknown_key,
            Self::missing_key,
            Self::brackets_of_tables,
            Self::quotes,
            Self::backslash,
            Self::bare_word,
            Self::open_list,
            Self::text_for_another,
            Self::switch_for_text,
        ];
        ways.iter()
            .find_map(|way| way(self))
            .unwrap_or_else(|| usual_hint(self.message).into())
    }

    /// The name of the key that the path ends with.
    fn last_key(&self) -> &str {
        let key = self.key.rsplit('.').next().unwrap_or_default();
        if key.is_empty() {
            // Not TOML: the key of the line.
            self.line
                .split('=')
                .next()
                .unwrap_or_default()
                .trim()
                .trim_start_matches(['{', ' '])
        } else {
            key.split('[').next().unwrap_or_default()
        }
    }

    /// The texts that the message quotes.
    fn quoted(&self) -> Vec<&str> {
        self.message.split('`').skip(1).step_by(2).collect()
    }

    fn unknown_key(&self) -> Option<String> {
        if !self.message.starts_with("unknown field") {
            return None;
        }
        let quoted = self.quoted();
        let (found, allowed) = quoted.split_first()?;
        let above = self.key.rsplit_once('.').map_or("", |(above, _)| above);
        if ends_with_action(above) && matches!(*found, "text" | "message" | "say" | "speech") {
            return Some("what is said stands beside the action: reply = \"...\"".into());
        }
        let plain = |part: &str| {
            let mut steps = above.split('.').map(|step| step.split('[').next());
            steps.any(|step| step == Some(part)) && !(part == "intent" && above.contains('.'))
        };
        let within = |place: &str| match place {
            "" => true,
            "action" => ends_with_action(above),
            place => plain(place),
        };
        let meant = MEANT.iter().find(|(place, names, meant)| {
            within(place) && names.contains(found) && allowed.contains(meant)
        });
        let meant = meant.map(|(.., meant)| (*meant).to_owned());
        Some(match meant.or_else(|| suggest::closest(found, allowed)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if 10 < allowed.len() => "take the key out: there is none of that name".into(),
            None => "take the key out, or write one of those".into(),
        })
    }

    fn missing_key(&self) -> Option<String> {
        let field = self.quoted().first().copied()?;
        self.message
            .starts_with("missing field")
            .then(|| format!("add `{field} = ...`"))
    }

    /// `[intent]` for `[[intent]]`, and the other way round.
    fn brackets_of_tables(&self) -> Option<String> {
        let line = self.line.trim();
        let name = line.trim_matches(['[', ']']).trim();
        if !line.starts_with('[') || !line.ends_with(']') {
            return None;
        }
        let double = line.starts_with("[[");
        if SEVERAL.contains(&name) && !double {
            let message = format!("there may be several: two brackets, `[[{name}]]`");
            return Some(message);
        }
        let listed = self.key.starts_with(&format!("{name}["));
        (double && listed && !SEVERAL.contains(&name))
            .then(|| format!("there is only one: one bracket, `[{name}]`"))
    }

    fn quotes(&self) -> Option<String> {
        self.line
            .contains(['“', '”', '„', '‘'])
            .then(|| "use straight quotes: \"like this\"".into())
    }

    /// `"C:\tools"`
    fn backslash(&self) -> Option<String> {
        let words = ["escape", "unicode", "hexadecimal"];
        let escape = words.iter().any(|word| self.message.contains(word));
        (escape && self.line.contains('\\')).then(|| {
            "a backslash is written twice, `\\\\`; in 'single quotes' it stands for itself".into()
        })
    }

    /// `follow_up = yes`, `name = Kitchen`.
    fn bare_word(&self) -> Option<String> {
        if !self.message.contains("must be quoted") {
            return None;
        }
        let word: String = self.text[self.offset..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let truth = match word.to_lowercase().as_str() {
            "yes" | "on" | "true" => "true",
            "no" | "off" | "false" => "false",
            _ => return None,
        };
        let key = self.text[..self.offset]
            .trim_end()
            .strip_suffix('=')?
            .trim_end()
            .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
            .next()?;
        Some(if SWITCHES.contains(&key) {
            format!("write `{truth}`, without quotes")
        } else {
            format!("text stands in quotes: \"{word}\"; a switch is `true` or `false`")
        })
    }

    /// A list without its last bracket is missed at the next key.
    fn open_list(&self) -> Option<String> {
        if self.message.starts_with("unclosed table") {
            return Some(format!("close the bracket: {}]", self.line.trim()));
        }
        let list = ["missing comma", "expected `]`", "array", "expected `,`"];
        if !list.iter().any(|part| self.message.contains(part)) {
            return None;
        }
        let open = last_open_bracket(&self.text[..self.offset])?;
        let (number, _) = line_and_column(self.text, open);
        Some(format!(
            "values in a list have commas between them, and the list of line {number} ends with `]`"
        ))
    }

    /// A text where a list, a table or a number belongs.
    fn text_for_another(&self) -> Option<String> {
        let told = self
            .message
            .split_once("string \"")
            .and_then(|(_, rest)| rest.rsplit_once('"'))
            .map(|(written, _)| written);
        let there = || {
            self.text[self.offset..]
                .strip_prefix('"')?
                .split('"')
                .next()
        };
        let written = told.or_else(there)?;
        let expects = |what: &str| self.message.contains(what);
        if expects("expected a sequence") && self.last_key() == "run" {
            let words: Vec<String> = written
                .split_whitespace()
                .map(|word| format!("\"{word}\""))
                .collect();
            return Some(format!(
                "each argument in quotes of its own: [{}]",
                words.join(", ")
            ));
        }
        if expects("expected a sequence") {
            return Some(format!("a list stands in square brackets: [\"{written}\"]"));
        }
        if expects("expected a table") || expects("expected a map") {
            let pairs: Vec<String> = written
                .split(',')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| format!("{} = \"{}\"", name.trim(), value.trim()))
                .collect();
            let example = if pairs.is_empty() {
                "name = \"value\"".to_owned()
            } else {
                pairs.join(", ")
            };
            return Some(format!("a table stands in braces: {{ {example} }}"));
        }
        let number = written.trim().parse::<f64>().is_ok();
        let wanted = ["a status", "u16", "u32", "f32", "f64", "i64"];
        let wants_number = wanted
            .iter()
            .any(|what| self.message.contains(&format!("expected {what}")));
        (number && wants_number).then(|| format!("write it without quotes: {}", written.trim()))
    }

    /// `confirm = true`
    fn switch_for_text(&self) -> Option<String> {
        if !self.message.contains("invalid type: boolean") {
            return None;
        }
        match self.last_key() {
            "confirm" => Some("write the question: confirm = \"Really ...?\"".into()),
            "ask" => Some("write the question: ask = \"Which ...?\"".into()),
            "reply" => Some("write what is said: reply = \"...\"".into()),
            _ => None,
        }
    }
}

fn ends_with_action(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    let name = last.split('[').next().unwrap_or_default();
    matches!(
        name,
        "action" | "undo" | "steps" | "on_failure" | "duck" | "unduck"
    )
}

/// Where the last list of a text begins that is still open at its end.
fn last_open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', Some('"')) => escaped = true,
            // Texts end with their line: an open quote ends there too.
            ('\n', Some(_)) => quote = None,
            (c, Some(sign)) if c == sign => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('[', None) => open.push(at),
            (']', None) => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// What helps with one of the reader's messages, whatever it is about.
fn usual_hint(message: &str) -> &'static str {
    let hints = [
        ("expected a string", "text stands in quotes: \"like this\""),
        ("expected a text", "text stands in quotes: \"like this\""),
        ("must be quoted", "text stands in quotes: \"like this\""),
        (
            "basic string",
            "text ends with the quote that it began with, in the same line",
        ),
        (
            "literal string",
            "text ends with the quote that it began with, in the same line",
        ),
        (
            "expected a sequence",
            "a list stands in square brackets: [\"like this\"]",
        ),
        ("expected a boolean", "write true or false, without quotes"),
        (
            "expected u16",
            "write a whole number from 0 to 65535, without quotes",
        ),
        (
            "expected u32",
            "write a whole number, 0 or more, without quotes",
        ),
        ("expected f32", "write a number, without quotes"),
        ("expected f64", "write a number, without quotes"),
        ("expected i64", "write a whole number, without quotes"),
        (
            "expected a status",
            "write a number, such as 200, without quotes",
        ),
        (
            "duplicate key",
            "the key, or the table, is written twice: join the two",
        ),
    ];
    let hint = hints.iter().find(|(part, _)| message.contains(part));
    hint.map_or(
        "a line is `key = value`; text stands in \"quotes\", lists in [brackets], tables in {braces}",
        |(_, hint)| hint,
    )
}
