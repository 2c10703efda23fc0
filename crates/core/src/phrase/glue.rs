//! Words written in pieces: `light[s]`, `(over|under)head`, `[the ]light`.

use super::parse::{Node, PhraseError, error};

/// Spellings of one word written in pieces.
const MAX_SPELLINGS: usize = 64;

/// Makes one word of parts that touch: `light[s]` is `light` or `lights`.
pub(super) fn glue(parts: Vec<(Node, bool)>, at: usize) -> Result<Vec<Node>, PhraseError> {
    let mut done = Vec::new();
    let mut run: Vec<Node> = Vec::new();
    for (part, touches) in parts {
        if !(touches && is_text(&part)) {
            finish(&mut run, &mut done, at)?;
        }
        if is_text(&part) {
            run.push(part);
        } else {
            done.push(part);
        }
    }
    finish(&mut run, &mut done, at)?;
    Ok(done)
}

fn finish(run: &mut Vec<Node>, done: &mut Vec<Node>, at: usize) -> Result<(), PhraseError> {
    if run.len() < 2 {
        done.append(run);
        return Ok(());
    }
    let mut spellings = vec![String::new()];
    for part in run.drain(..) {
        let tails = spell(&part);
        if MAX_SPELLINGS < spellings.len() * tails.len() {
            return Err(error(
                at,
                format!("a word here has more than {MAX_SPELLINGS} spellings"),
                "put a blank between words and brackets".into(),
            ));
        }
        spellings = spellings
            .iter()
            .flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}")))
            .collect();
    }
    let words = |spelling: &String| Node::Sequence {
        parts: spelling
            .split_whitespace()
            .map(|word| Node::Word(word.to_owned()))
            .collect(),
        before: false,
        after: false,
    };
    done.push(Node::Choice(spellings.iter().map(words).collect()));
    Ok(())
}

/// Words only, in an order that is written.
fn is_text(node: &Node) -> bool {
    match node {
        Node::Word(_) => true,
        Node::Slot(_) | Node::Rule { .. } | Node::AnyOrder(_) => false,
        Node::Sequence { parts, .. } | Node::Choice(parts) => parts.iter().all(is_text),
        Node::Optional(inner) => is_text(inner),
    }
}

/// The ways to write a part that [`is_text`]; at most one more than allowed.
fn spell(node: &Node) -> Vec<String> {
    let mut all = match node {
        Node::Word(word) => vec![word.clone()],
        Node::Optional(inner) => std::iter::once(String::new()).chain(spell(inner)).collect(),
        Node::Choice(parts) => parts.iter().flat_map(spell).collect(),
        Node::Sequence {
            parts,
            before,
            after,
        } => {
            let mut heads = vec![if *before { " " } else { "" }.to_owned()];
            for (index, part) in parts.iter().enumerate() {
                let between = if index == 0 { "" } else { " " };
                heads = heads
                    .iter()
                    .flat_map(|head| {
                        spell(part)
                            .into_iter()
                            .map(move |tail| format!("{head}{between}{tail}"))
                    })
                    .take(MAX_SPELLINGS + 1)
                    .collect();
            }
            if *after {
                for head in &mut heads {
                    head.push(' ');
                }
            }
            heads
        }
        Node::Slot(_) | Node::Rule { .. } | Node::AnyOrder(_) => Vec::new(),
    };
    all.truncate(MAX_SPELLINGS + 1);
    all
}
