//! The sentences that a phrase stands for, up to a bound.

use super::Phrase;

/// One place in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token<'a> {
    /// A word as written.
    Word(&'a str),
    /// A slot, by name.
    Slot(&'a str),
}

/// What a phrase stands for.
#[derive(Clone, Debug)]
pub struct Variants<'a> {
    /// The sentences, in the order that the phrase writes them.
    pub sentences: Vec<Vec<Token<'a>>>,
    /// There are more than were asked for.
    pub cut: bool,
}

/// The first `limit` sentences that `phrase` stands for.
#[must_use]
pub fn variants(phrase: &Phrase, limit: usize) -> Variants<'_> {
    let mut cut = false;
    let sentences = expand(phrase, limit, &mut cut);
    Variants { sentences, cut }
}

type Sentences<'a> = Vec<Vec<Token<'a>>>;

fn expand<'a>(phrase: &'a Phrase, limit: usize, cut: &mut bool) -> Sentences<'a> {
    match phrase {
        Phrase::Word(word) => vec![vec![Token::Word(word)]],
        Phrase::Slot(name) => vec![vec![Token::Slot(name)]],
        Phrase::Optional(inner) => {
            let mut all = expand(inner, limit, cut);
            all.push(Vec::new());
            bounded(all, limit, cut)
        }
        Phrase::Choice(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(expand(part, limit, cut));
                if limit < all.len() {
                    break;
                }
            }
            bounded(all, limit, cut)
        }
        Phrase::Sequence(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| expand(part, limit, cut)).collect();
            in_order(&parts.iter().collect::<Vec<_>>(), limit, cut)
        }
        Phrase::AnyOrder(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| expand(part, limit, cut)).collect();
            let mut all = Vec::new();
            orders(parts.len(), &mut Vec::new(), &mut |order| {
                let ordered: Vec<_> = order.iter().map(|&index| &parts[index]).collect();
                all.extend(in_order(&ordered, limit, cut));
                all.len() <= limit
            });
            bounded(all, limit, cut)
        }
    }
}

fn in_order<'a>(parts: &[&Sentences<'a>], limit: usize, cut: &mut bool) -> Sentences<'a> {
    let mut all = vec![Vec::new()];
    for part in parts {
        let mut longer = Vec::with_capacity((all.len() * part.len()).min(limit + 1));
        'product: for head in &all {
            for tail in *part {
                if limit < longer.len() {
                    break 'product;
                }
                longer.push([head.as_slice(), tail.as_slice()].concat());
            }
        }
        all = bounded(longer, limit, cut);
    }
    all
}

/// Calls `each` with every order of `0..n` until it says no.
fn orders(n: usize, chosen: &mut Vec<usize>, each: &mut dyn FnMut(&[usize]) -> bool) -> bool {
    if chosen.len() == n {
        return each(chosen);
    }
    for next in 0..n {
        if chosen.contains(&next) {
            continue;
        }
        chosen.push(next);
        let go_on = orders(n, chosen, each);
        chosen.pop();
        if !go_on {
            return false;
        }
    }
    true
}

fn bounded<'a>(mut all: Sentences<'a>, limit: usize, cut: &mut bool) -> Sentences<'a> {
    if limit < all.len() {
        *cut = true;
        all.truncate(limit);
    }
    all
}
