//! Words of a natural language are in `core/language` and `assets/` alone: what
//! is said to a person, and the words by which a person is understood.
//!
//! Two kinds of string literal break the rule in crates that speak or listen.
//! A sentence begins with a capital and ends like one; messages to the owner in
//! a terminal do not (CONTRIBUTING.md, "Words"). Small words are those that the
//! language's own tables have: a literal of nothing else recognises speech,
//! unless it is a name that `assets/` or a protocol gives.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use mynah_core::language::Tongue;

/// The crates that speak or listen; in `core` all but the language itself.
const FOLDERS: &[&str] = &[
    "crates/core/src",
    "crates/appliance/src",
    "crates/actions/src",
    "crates/speech/src",
];

const LANGUAGE: &str = "crates/core/src/language";

/// Literals that are made of small words and are no language: the end of the
/// file's path, the literal, and the reason.
const NAMES: &[(&str, &str, &str)] = &[
    (
        "mqtt/book.rs",
        "kind",
        "an attribute of an entity in Home Assistant",
    ),
    (
        "mqtt/book.rs",
        "at",
        "an attribute of an entity in Home Assistant",
    ),
    (
        "dialogue/expected.rs",
        "never mind",
        "the name of a row in `ask --explain`",
    ),
    (
        "dialogue/expected.rs",
        "yes",
        "the name of a row in `ask --explain`",
    ),
    (
        "dialogue/expected.rs",
        "no",
        "the name of a row in `ask --explain`",
    ),
    (
        "account/explain.rs",
        "kind",
        "a field of `ask --explain --json`",
    ),
    (
        "account/explain.rs",
        "when",
        "a field of `ask --explain --json`",
    ),
    ("llm/class.rs", "other", "the class of a failed request"),
    (
        "mqtt/update.rs",
        "ok",
        "a state of an update in RAUC's file",
    ),
    ("training/mod.rs", "es", "the code of a language"),
    ("training/mod.rs", "it", "the code of a language"),
    ("model/accept.rs", "any", "a message of `mynah check`"),
    ("src/turn.rs", "at", "a field of an intent in JSON"),
    ("runtime/events.rs", "confirm", "a field of an event"),
    ("runtime/events.rs", "when", "a field of an event"),
    (
        "runtime/worker.rs",
        "confirm",
        "the name of a stage of work in the log",
    ),
    (
        "observers/record.rs",
        "nothing",
        "an outcome that is published",
    ),
    (
        "observers/record.rs",
        "done",
        "an outcome that is published",
    ),
    ("observers/record.rs", "ok", "a field that is published"),
    ("src/dbus.rs", "false", "a truth value of D-Bus"),
    ("src/tls.rs", "there is none in it", "an error in the log"),
];

#[derive(Debug, PartialEq)]
struct Literal {
    line: usize,
    text: String,
}

/// The string literals of Rust code before its unit tests, without those of
/// comments.
fn literals(code: &str) -> Vec<Literal> {
    let code = code.split("#[cfg(test)]\nmod tests {").next();
    let chars: Vec<char> = code.unwrap_or_default().chars().collect();
    let char_at = |at: usize| chars.get(at).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let before = at.checked_sub(1).map_or(' ', char_at);
        match (char_at(at), char_at(at + 1)) {
            ('\n', _) => line += 1,
            ('/', '/') => {
                while at + 1 < chars.len() && char_at(at + 1) != '\n' {
                    at += 1;
                }
            }
            // A character; a lifetime has no second quote.
            ('\'', '\\') => {
                at += 3;
                while at < chars.len() && char_at(at) != '\'' {
                    at += 1;
                }
            }
            ('\'', _) if char_at(at + 2) == '\'' => at += 2,
            ('r', '"' | '#') if !before.is_alphanumeric() && before != '_' => {
                let hashes = (at + 1..chars.len())
                    .take_while(|at| char_at(*at) == '#')
                    .count();
                if char_at(at + 1 + hashes) == '"' {
                    let from = at + 2 + hashes;
                    let closes = |at: &usize| {
                        char_at(*at) == '"' && (1..=hashes).all(|n| char_at(at + n) == '#')
                    };
                    let to = (from..chars.len()).find(closes).unwrap_or(chars.len());
                    let text: String = chars[from..to].iter().collect();
                    line += text.matches('\n').count();
                    found.push(Literal { line, text });
                    at = to + hashes;
                }
            }
            ('"', _) => {
                let began = line;
                let mut text = String::new();
                at += 1;
                while at < chars.len() && char_at(at) != '"' {
                    if char_at(at) == '\\' {
                        at += 1;
                    } else {
                        text.push(char_at(at));
                    }
                    line += usize::from(char_at(at) == '\n');
                    at += 1;
                }
                found.push(Literal { line: began, text });
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// A capital, at least two words, and a mark that ends a sentence.
fn is_sentence(text: &str) -> bool {
    text.starts_with(char::is_uppercase)
        && text.split_whitespace().count() > 1
        && text.ends_with(['.', '?', '!'])
        && text.contains(char::is_lowercase)
}

/// The words of the language that carry no content of their own, and those of
/// short answers.
fn small_words() -> HashSet<&'static str> {
    Tongue::ALL.into_iter().flat_map(small_words_of).collect()
}

fn small_words_of(tongue: Tongue) -> Vec<&'static str> {
    let language = tongue.language();
    let (phrases, answers) = (language.phrases(), language.answers());
    [
        language.meaning().function,
        phrases.courtesy,
        phrases.articles,
        phrases.prepositions,
        phrases.links,
        phrases.negations,
        answers.yes,
        answers.no,
        language.moods().openers,
        language.fragments().pronouns,
    ]
    .into_iter()
    .flatten()
    .copied()
    .collect()
}

fn is_speech(text: &str, small: &HashSet<&str>) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| small.contains(word))
}

/// What breaks the rule in a file, each with its line. `assets` is the text of
/// the files that name slots and values.
fn broken(file: &str, code: &str, assets: &str) -> Vec<String> {
    let small = small_words();
    let mut broken = Vec::new();
    for Literal { line, text } in literals(code) {
        let named = || {
            let known = |(end, name, _): &(&str, &str, &str)| file.ends_with(end) && text == **name;
            NAMES.iter().any(known)
                || assets.contains(&format!("\"{text}\""))
                || assets.contains(&format!("slots.{text} "))
        };
        if is_sentence(&text) || is_speech(&text, &small) && !named() {
            broken.push(format!(
                "{file}:{line}: `{text}` belongs to {LANGUAGE}, or to NAMES with its reason"
            ));
        }
    }
    broken
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The files below a folder with this ending, without those of tests.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry of a folder").path();
            let is_test = path.ends_with("tests") || path.ends_with("tests.rs");
            if path.is_dir() && !is_test {
                folders.push(path);
            } else if !is_test && path.extension().is_some_and(|found| found == ending) {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "there is no `.{ending}` in `{folder}`");
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a text file")
}

#[test]
fn words_of_a_natural_language_are_in_the_language_module_alone() {
    let assets: String = files("assets", "toml")
        .iter()
        .map(|path| read(path))
        .collect();
    let mut all = Vec::new();
    for path in FOLDERS.iter().flat_map(|folder| files(folder, "rs")) {
        let file = path.strip_prefix(root()).expect("a path below the root");
        let file = file.display().to_string();
        if !file.starts_with(LANGUAGE) {
            all.extend(broken(&file, &read(&path), &assets));
        }
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

#[test]
fn every_exception_is_needed() {
    let small = small_words();
    let code: Vec<(String, Vec<Literal>)> = FOLDERS
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .map(|path| (path.display().to_string(), literals(&read(&path))))
        .collect();
    for (end, name, reason) in NAMES {
        assert!(!reason.is_empty() && is_speech(name, &small), "`{name}`");
        let used = code.iter().any(|(file, literals)| {
            file.ends_with(end) && literals.iter().any(|literal| literal.text == *name)
        });
        assert!(used, "`{name}` is not in `{end}`");
    }
}

#[test]
fn a_planted_literal_is_found() {
    let found = |code: &str| -> Vec<String> {
        let assets = "slots.which = { values = [\"next\"] }";
        let broken = broken("src/x.rs", code, assets).into_iter();
        broken
            .map(|line| line.split('`').nth(1).unwrap_or_default().to_owned())
            .collect()
    };
    let check = |code: &str, expected: &[&str]| assert_eq!(found(code), expected, "{code}");
    check(
        "fn f() { g(\"Sorry, I cannot do that.\") }",
        &["Sorry, I cannot do that."],
    );
    check("format!(\"Did you mean {x}?\")", &["Did you mean {x}?"]);
    check("matches!(word, \"the\" | \"please\")", &["the", "please"]);
    check("r#\"What is \"it\"?\"#", &["What is \"it\"?"]);
    check("word == 'a' || f('\"', \"and then\")", &["and then"]);
    check(
        "// \"the\"\nfn f<'a>(x: &'a str) { x == \"not\" }",
        &["not"],
    );
    check("\"cannot read `{file}`: {why}\"", &[]);
    check("intent.slot(\"which\") == \"next\"", &[]);
    check("\"light\"\n#[cfg(test)]\nmod tests {\n\"the\"", &[]);
}
