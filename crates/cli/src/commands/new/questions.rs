//! Asks a person for an intent, one answer a line. An answer that would make
//! the file wrong is explained and asked for again.

use std::io::{BufRead, Write as _};

use anyhow::bail;

use super::draft::{self, Draft};
use super::preview::Preview;

/// Takes in one answer; says what is wrong with it.
type Take<'t> = &'t dyn Fn(&mut Draft, &str) -> anyhow::Result<()>;

/// The questions go to standard error: what is asked for is on the other.
pub(super) struct Questions<R> {
    input: R,
}

impl<R: BufRead> Questions<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input }
    }

    /// Everything about an intent for this file.
    pub(super) fn draft(&mut self, file: &str) -> anyhow::Result<Draft> {
        let mut draft = Draft {
            phrases: vec!["a phrase that nobody ever says".into()],
            ..Draft::default()
        };
        self.settle(
            file,
            &mut draft,
            "Its name, such as `fan_switch`:",
            &|d, line| {
                line.clone_into(&mut d.name);
                Ok(())
            },
        )?;
        self.settle(
            file,
            &mut draft,
            "What it does, in a few words:",
            &|d, line| {
                line.clone_into(&mut d.description);
                Ok(())
            },
        )?;
        self.phrases(file, &mut draft)?;
        self.slots(file, &mut draft)?;
        self.settle(
            file,
            &mut draft,
            "Asked before it is done (empty: nothing):",
            &|d, line| {
                line.clone_into(&mut d.confirm);
                Ok(())
            },
        )?;
        let actions = "What is done (say, command PROGRAM ..., http METHOD URL, mqtt TOPIC PAYLOAD, \
                       home_assistant SERVICE ENTITY):";
        self.settle(file, &mut draft, actions, &|d, line| {
            d.action = draft::action(line)?;
            Ok(())
        })?;
        self.settle(
            file,
            &mut draft,
            "What takes it back (empty: nothing):",
            &|d, line| {
                d.undo = draft::action(line)?;
                Ok(())
            },
        )?;
        self.settle(
            file,
            &mut draft,
            "What is said afterwards (empty: `Okay.`):",
            &|d, line| {
                line.clone_into(&mut d.reply);
                Ok(())
            },
        )?;
        Ok(draft)
    }

    fn slots(&mut self, file: &str, draft: &mut Draft) -> anyhow::Result<()> {
        while let Some(name) = draft.open_slots(file).first().cloned() {
            let known = draft::known_slot(file, &name);
            let empty = known.as_ref().map_or_else(String::new, |table| {
                format!("; empty: as another intent has it, {table}")
            });
            let question = format!(
                "What {{{name}}} takes (values with commas, `list NAME`, `number 0 to 100`, \
                 duration, time, date, text{empty}):"
            );
            let mut values = String::new();
            self.settle(file, draft, &question, &|d, line| {
                let table = match &known {
                    Some(known) if line.is_empty() => known.clone(),
                    _ => draft::slot(line, "")?,
                };
                d.slots.push((name.clone(), table));
                Ok(())
            })?;
            if let Some((_, table)) = draft.slots.last() {
                values.clone_from(table);
            }
            let question =
                format!("The question when nobody says {{{name}}} (empty: `Which {name}?`):");
            self.settle(file, draft, &question, &|d, line| {
                if !line.is_empty()
                    && let Some((_, table)) = d.slots.last_mut()
                {
                    let line = toml_edit::Value::from(line);
                    *table = format!("{}, ask = {line} }}", values.trim_end_matches([' ', '}']));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn phrases(&mut self, file: &str, draft: &mut Draft) -> anyhow::Result<()> {
        eprintln!("What people say: (a|b) is one of them, [a] may be left out, {{a}} is a slot.");
        let mut first = true;
        loop {
            let question = if first {
                "A phrase:"
            } else {
                "Another phrase (empty: that is all):"
            };
            let mut done = false;
            let known = draft.clone();
            loop {
                let line = self.line(question)?;
                if line.is_empty() && !first {
                    done = true;
                    break;
                }
                let mut next = known.clone();
                if first {
                    next.phrases.clear();
                }
                next.phrases.push(line);
                if right(file, &next) {
                    *draft = next;
                    break;
                }
            }
            if done {
                return Ok(());
            }
            first = false;
        }
    }

    /// Asks until the answer leaves the file a good one.
    fn settle(
        &mut self,
        file: &str,
        draft: &mut Draft,
        question: &str,
        take: Take<'_>,
    ) -> anyhow::Result<()> {
        loop {
            let line = self.line(question)?;
            let mut next = draft.clone();
            match take(&mut next, &line) {
                Ok(()) if right(file, &next) => {
                    *draft = next;
                    return Ok(());
                }
                Ok(()) => {}
                Err(error) => eprintln!("  {error:#}"),
            }
        }
    }

    /// Sentences that must be understood, each tried at once.
    pub(super) fn tests(&mut self, preview: &mut Preview, draft: &mut Draft) -> anyhow::Result<()> {
        loop {
            let say = self.line("A sentence to test it with (empty: that is all):")?;
            if say.is_empty() {
                return Ok(());
            }
            let test = preview.test(&say);
            eprintln!("  understood as {}", test.got);
            if test.pass {
                draft.tests.push(test);
            } else {
                eprintln!("  that is not this intent; it is left out");
            }
        }
    }

    pub(super) fn yes(&mut self, question: &str) -> anyhow::Result<bool> {
        let answer = self.line(&format!("{question} [y/N]"))?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    fn line(&mut self, question: &str) -> anyhow::Result<String> {
        eprint!("{question} ");
        std::io::stderr().flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            eprintln!();
            bail!("the answers ended at `{question}`; nothing was written");
        }
        Ok(line.trim().to_owned())
    }
}

/// Whether the file would be a good one; what is wrong is told. What is still
/// to be asked for is held open.
fn right(file: &str, draft: &Draft) -> bool {
    let mut whole = draft.clone();
    for name in draft.open_slots(file) {
        let open = draft::known_slot(file, &name);
        let open = open.unwrap_or_else(|| r#"{ values = ["a value to be told"] }"#.into());
        whole.slots.push((name, open));
    }
    let Err(problems) = mynah_config::parse(&draft::appended(file, &whole.text())) else {
        return true;
    };
    for problem in &problems {
        eprintln!("  {}\n  hint: {}", problem.message, problem.hint);
    }
    false
}
