//! Holds an answer against the passages that it is made from: numbers, names, times and
//! every other word that carries meaning must stand there, and what the text denies the
//! answer must not affirm.

use super::question::content;
use crate::language::{canonical, spoken};

/// What answers are held against.
#[derive(Clone, Debug)]
pub struct Grounds {
    /// The sentences of the passages, each with the one behind it.
    windows: Vec<Window>,
    /// Stems of everything that the answer may say by the text.
    stems: Vec<String>,
    /// Words of passages and headings.
    words: Vec<String>,
}

#[derive(Clone, Debug)]
struct Window {
    words: Vec<String>,
    stems: Vec<String>,
    /// Stems of its first sentence alone.
    own: Vec<String>,
    /// Words of its first sentence that deny or limit.
    limits: Vec<String>,
}

/// What stands in no passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ungrounded {
    /// A number, a time or a year.
    Number(String),
    /// A name.
    Name(String),
    /// Another word that carries meaning.
    Word(String),
    /// The answer denies what the text does not, or leaves out what limits it.
    Limit(String),
    /// Each part stands somewhere, and not in one place.
    Apart,
}

impl Grounds {
    /// Of these sentences, under these headings. The words of the question do not count:
    /// it could put them into the box's mouth.
    #[must_use]
    pub fn new(sentences: &[&str], headings: &[&str]) -> Self {
        let heads: Vec<String> = headings.iter().flat_map(|head| canonical(head)).collect();
        let windows = (0..sentences.len()).map(|at| {
            let end = sentences.len().min(at + 2);
            let words: Vec<String> = sentences[at..end]
                .iter()
                .flat_map(|sentence| canonical(sentence))
                .collect();
            let own = canonical(sentences[at]);
            let table = spoken().asking().limits;
            let limits = own.iter().filter(|word| table.contains(&word.as_str()));
            Window {
                stems: content(&words).into_iter().chain(content(&heads)).collect(),
                limits: limits.cloned().collect(),
                own: content(&own),
                words,
            }
        });
        let windows: Vec<Window> = windows.collect();
        let said = windows
            .iter()
            .flat_map(|window| window.words.iter().cloned());
        let words: Vec<String> = said.chain(heads).collect();
        let mut stems: Vec<String> = words.iter().map(|word| spoken().stem(word)).collect();
        stems.extend(
            spoken()
                .asking()
                .added
                .iter()
                .map(|word| spoken().stem(word)),
        );
        Self {
            windows,
            stems,
            words,
        }
    }

    /// Whether a clause of an answer says nothing else.
    ///
    /// # Errors
    /// The first thing that it has of its own.
    pub fn check(&self, clause: &str) -> Result<(), Ungrounded> {
        let words = canonical(clause);
        let runs = numbers(&words);
        let known = |run: &Run<'_>| {
            numbers(&self.words)
                .iter()
                .any(|other| other.text == run.text)
        };
        if let Some(run) = runs.iter().find(|run| !known(run)) {
            return Err(Ungrounded::Number(run.text.join(" ")));
        }
        for name in names(clause) {
            let parts = canonical(&name);
            if !parts.iter().all(|part| self.says(part)) {
                return Err(Ungrounded::Name(name));
            }
        }
        let function = spoken().meaning().function;
        for word in &words {
            let small = function.contains(&word.as_str()) || spoken().is_numeral(word);
            if !small && !self.stems.contains(&spoken().stem(word)) {
                return Err(Ungrounded::Word(word.clone()));
            }
        }
        self.together(&words, &runs, !names(clause).is_empty())
    }

    /// Whether the clause may be said before its sentence is known to its end: nothing
    /// limits what it speaks of.
    #[must_use]
    pub fn may_be_cut(&self, clause: &str) -> bool {
        let said = content(&canonical(clause));
        self.support(&said)
            .is_none_or(|window| window.limits.is_empty())
    }

    fn says(&self, word: &str) -> bool {
        let stem = spoken().stem(word);
        self.words
            .iter()
            .any(|known| known == word || spoken().stem(known) == stem)
    }

    /// The sentence that shares the most with these stems.
    fn support(&self, said: &[String]) -> Option<&Window> {
        let shared = |window: &&Window| said.iter().filter(|s| window.own.contains(s)).count();
        // Of several the first.
        self.windows.iter().rev().max_by_key(shared)
    }

    /// Whether one place of the text says all of it, with the same limits: a number or a
    /// name belongs to what stands beside it there.
    fn together(
        &self,
        words: &[String],
        runs: &[Run<'_>],
        has_names: bool,
    ) -> Result<(), Ungrounded> {
        let said = content(words);
        let Some(support) = self.support(&said) else {
            return Ok(());
        };
        if !runs.is_empty() || has_names {
            let added = spoken().asking().added;
            let added: Vec<String> = added.iter().map(|word| spoken().stem(word)).collect();
            let holds = |window: &&Window| {
                let own = numbers(&window.words);
                let alike = |run: &Run<'_>| own.iter().any(|other| other == run);
                let says = |stem| window.stems.contains(stem) || added.contains(stem);
                runs.iter().all(alike) && said.iter().all(says)
            };
            if !self.windows.iter().any(|window| holds(&window)) {
                return Err(Ungrounded::Apart);
            }
        }
        let limits = spoken().asking().limits;
        for word in words.iter().filter(|word| limits.contains(&word.as_str())) {
            if !support.limits.contains(word) {
                return Err(Ungrounded::Limit(word.clone()));
            }
        }
        match support.limits.iter().find(|limit| !words.contains(limit)) {
            Some(limit) => Err(Ungrounded::Limit(limit.clone())),
            None => Ok(()),
        }
    }
}

/// Numerals that stand together, and the word before them where it makes another number
/// of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run<'a> {
    text: Vec<&'a str>,
    bound: Option<&'a str>,
}

fn numbers(words: &[String]) -> Vec<Run<'_>> {
    let bounds = spoken().asking().bounds;
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut open = false;
    for (at, word) in words.iter().enumerate() {
        if !spoken().is_numeral(word) {
            open = false;
            continue;
        }
        if !open {
            let before = at.checked_sub(1).map(|before| words[before].as_str());
            runs.push(Run {
                text: Vec::new(),
                bound: before.filter(|word| bounds.contains(word)),
            });
            open = true;
        }
        if let Some(run) = runs.last_mut() {
            run.text.push(word);
        }
    }
    runs
}

/// Words that are written as names are.
fn names(clause: &str) -> Vec<String> {
    let function = spoken().meaning().function;
    let words = clause.split(|c: char| c.is_whitespace() || "/-–—".contains(c));
    let bare = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    bare.filter(|word| word.chars().next().is_some_and(char::is_uppercase))
        .filter(|word| !function.contains(&word.to_lowercase().as_str()))
        .map(str::to_owned)
        .collect()
}
