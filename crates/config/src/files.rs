//! Which other files the owner's file names: tokens, passwords, certificates,
//! pictures, a style sheet, texts.
//! Read from the text alone, so that a file with mistakes in it tells too.

use std::path::PathBuf;

/// The keys, anywhere in the file, whose value is the path of a file that
/// belongs to the owner.
const KEYS: [&str; 3] = ["token_file", "password_file", "ca_file"];

/// Keys that are the path of such a file in one table alone.
const IN_TABLE: [(&str, &str); 3] = [("show", "image"), ("serve", "style"), ("action", "from")];

/// The table whose every value is such a path.
const SECRETS: &str = "secrets";

/// The paths as they are written, each once, in the file's order. None when
/// the text is not TOML.
#[must_use]
pub fn files_named(text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        if let Some(toml::Value::Table(secrets)) = table.get(SECRETS) {
            secrets.values().for_each(|path| note(path, &mut found));
        }
        below("", &table, &mut found);
    }
    found
}

fn below(name: &str, table: &toml::Table, found: &mut Vec<PathBuf>) {
    for (key, value) in table {
        if KEYS.contains(&key.as_str()) || IN_TABLE.contains(&(name, key.as_str())) {
            note(value, found);
        }
        inside(key, value, found);
    }
}

fn inside(name: &str, value: &toml::Value, found: &mut Vec<PathBuf>) {
    match value {
        toml::Value::Table(table) => below(name, table, found),
        toml::Value::Array(values) => {
            for value in values {
                inside(name, value, found);
            }
        }
        _ => {}
    }
}

fn note(value: &toml::Value, found: &mut Vec<PathBuf>) {
    if let Some(path) = value.as_str().filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        if !found.contains(&path) {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every place where the file may name one: a key that is added to the
    /// file's shape and not here would be left out of every backup.
    #[test]
    fn every_file_is_found_wherever_it_is_named() {
        let text = r#"
            [secrets]
            door = "s/door"
            [mqtt]
            password_file = "s/mqtt"
            ca_file = "s/ca"
            [home_assistant]
            url = "http://house"
            token_file = "s/house"
            ca_file = "s/ca"
            [events]
            url = "http://log"
            token_file = "s/log"
            [[intent]]
            name = "a"
            phrases = ["a"]
            action = { type = "sequence", steps = [
                { type = "http", url = "http://x", token_file = "s/step", ca_file = "s/step.pem" },
            ] }
            undo = { type = "http", url = "http://x", token_file = "s/undo" }
            show = { image = "s/owl.png", alt = "an owl" }
            [[intent]]
            name = "b"
            phrases = ["b"]
            action = { type = "answer", from = "s/b.md" }
            [serve]
            style = "s/kiosk.css"
        "#;
        let found: Vec<_> = files_named(text)
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        assert_eq!(
            found,
            [
                "s/door",
                "s/mqtt",
                "s/ca",
                "s/house",
                "s/log",
                "s/step",
                "s/step.pem",
                "s/undo",
                "s/owl.png",
                "s/b.md",
                "s/kiosk.css"
            ]
        );
        assert_eq!(files_named("intent = ["), Vec::<PathBuf>::new());
    }

    #[test]
    fn no_key_of_the_file_s_shape_is_forgotten() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let parts = std::fs::read_dir(source.join("written")).expect("the folder of the shape");
        let parts = parts.map(|part| part.expect("a file of it").path());
        let shape = parts.chain([source.join("written.rs")]);
        let shape: Vec<String> = shape
            .map(|part| std::fs::read_to_string(part).expect("a source"))
            .collect();
        let paths = shape
            .iter()
            .flat_map(|shape| shape.lines())
            .filter(|line| line.contains("PathBuf") && line.trim_start().starts_with("pub "));
        for line in paths {
            let key = line.trim().trim_start_matches("pub ").split(':').next();
            let key = key.unwrap_or_default();
            // The HAT's model is no file of the owner's making, and too large; sounds are
            // a folder; lights are devices.
            let in_table = IN_TABLE.iter().any(|(_, known)| *known == key);
            let no_file = [SECRETS, "hef", "sounds", "apa102", "ws2812"].contains(&key);
            let known = KEYS.contains(&key) || in_table || no_file;
            assert!(known, "`{key}` names a file that no backup would have");
        }
    }
}
