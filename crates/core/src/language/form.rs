//! Patterns of words that carry a value. One definition gives both the words
//! for the grammar's automaton and the reader of what it accepts.

use std::sync::Arc;

/// The words of a pattern, for building an automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Words one after the other, separated by spaces; empty: nothing.
    Said(String),
    /// One after the other.
    Sequence(Vec<Words>),
    /// One of them.
    Choice(Vec<Words>),
    /// Said or not.
    Optional(Box<Words>),
}

/// All values that a beginning of the words may stand for, each with the
/// number of words that it takes.
type Reader<T> = dyn Fn(&[&str]) -> Vec<(T, usize)> + Send + Sync;

/// Words that stand for a value.
#[derive(Clone)]
pub struct Form<T> {
    words: Words,
    reader: Arc<Reader<T>>,
}

impl<T: 'static> Form<T> {
    fn new(
        words: Words,
        reader: impl Fn(&[&str]) -> Vec<(T, usize)> + Send + Sync + 'static,
    ) -> Self {
        Self {
            words,
            reader: Arc::new(reader),
        }
    }

    /// The pattern's words.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Every reading of a beginning of `words`, with the number of words.
    #[must_use]
    pub fn prefixes(&self, words: &[&str]) -> Vec<(T, usize)> {
        (self.reader)(words)
    }

    /// The value that all of `words` stand for; the pattern's own order
    /// decides between several.
    #[must_use]
    pub fn whole(&self, words: &[&str]) -> Option<T> {
        let found = self.prefixes(words).into_iter();
        let mut whole = found.filter(|(_, count)| *count == words.len());
        whole.next().map(|(value, _)| value)
    }

    /// The value of the longest beginning of `words` that has one.
    #[must_use]
    pub fn longest(&self, words: &[&str]) -> Option<(T, usize)> {
        let mut longest: Option<(T, usize)> = None;
        for (value, count) in self.prefixes(words) {
            if longest.as_ref().is_none_or(|(_, most)| *most < count) {
                longest = Some((value, count));
            }
        }
        longest
    }

    /// The same words with another value.
    pub fn map<U: 'static>(self, change: impl Fn(T) -> U + Send + Sync + 'static) -> Form<U> {
        self.keep(move |value| Some(change(value)))
    }

    /// The words whose value `change` takes. The automaton accepts the others
    /// too: they are heard, and then refused.
    pub fn keep<U: 'static>(
        self,
        change: impl Fn(T) -> Option<U> + Send + Sync + 'static,
    ) -> Form<U> {
        let reader = self.reader;
        Form::new(self.words, move |words| {
            let read = reader(words).into_iter();
            read.filter_map(|(value, count)| Some((change(value)?, count)))
                .collect()
        })
    }

    /// These words, then those.
    #[must_use]
    pub fn then<U: 'static>(self, next: Form<U>) -> Form<(T, U)>
    where
        T: Clone,
    {
        let (first, second) = (self.reader, next.reader);
        let pattern = Words::Sequence(vec![self.words, next.words]);
        Form::new(pattern, move |words| {
            let mut read = Vec::new();
            for (value, count) in first(words) {
                for (more, further) in second(&words[count..]) {
                    read.push(((value.clone(), more), count + further));
                }
            }
            read
        })
    }

    /// These words, then others that have no value.
    #[must_use]
    pub fn before(self, next: Form<()>) -> Self
    where
        T: Clone,
    {
        self.then(next).map(|(value, ())| value)
    }

    /// These words, or nothing.
    #[must_use]
    pub fn maybe(self) -> Form<Option<T>> {
        let reader = self.reader;
        Form::new(Words::Optional(Box::new(self.words)), move |words| {
            let read = reader(words).into_iter();
            let mut read: Vec<_> = read.map(|(value, count)| (Some(value), count)).collect();
            read.push((None, 0));
            read
        })
    }
}

impl Form<()> {
    /// These words, then those that have the value.
    #[must_use]
    pub fn and<T: Clone + 'static>(self, next: Form<T>) -> Form<T> {
        self.then(next).map(|((), value)| value)
    }

    /// These words or nothing; neither has a value.
    #[must_use]
    pub fn or_not(self) -> Self {
        self.maybe().map(|_| ())
    }
}

/// Each text of a table with its value.
#[must_use]
pub fn table<T: Clone + Send + Sync + 'static>(
    rows: impl IntoIterator<Item = (impl Into<String>, T)>,
) -> Form<T> {
    let rows: Vec<(String, T)> = rows
        .into_iter()
        .map(|(text, value)| (text.into(), value))
        .collect();
    let pattern = rows.iter().map(|(text, _)| Words::Said(text.clone()));
    Form::new(Words::Choice(pattern.collect()), move |words| {
        let fits = rows.iter().filter_map(|(text, value)| {
            let count = starts_with(words, text)?;
            Some((value.clone(), count))
        });
        fits.collect()
    })
}

/// One of these texts; none has a value.
#[must_use]
pub fn said(texts: &[&'static str]) -> Form<()> {
    table(texts.iter().map(|text| (*text, ())))
}

/// Any of these patterns. Earlier ones come first.
#[must_use]
pub fn one_of<T: 'static>(forms: Vec<Form<T>>) -> Form<T> {
    let pattern = forms.iter().map(|form| form.words.clone()).collect();
    let readers: Vec<_> = forms.into_iter().map(|form| form.reader).collect();
    Form::new(Words::Choice(pattern), move |words| {
        readers.iter().flat_map(|reader| reader(words)).collect()
    })
}

/// The number of words of `text`, if `words` begin with them.
fn starts_with(words: &[&str], text: &str) -> Option<usize> {
    let mut count = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if words.get(count) != Some(&word) {
            return None;
        }
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads_what_it_says() {
        let count = table([("one", 1), ("two", 2), ("twenty two", 22)]);
        let form = one_of(vec![
            count.clone().before(said(&["eggs", "egg"])),
            said(&["a"]).or_not().and(count),
        ]);
        assert_eq!(form.whole(&["two", "eggs"]), Some(2));
        assert_eq!(form.whole(&["a", "one"]), Some(1));
        assert_eq!(form.whole(&["two", "cakes"]), None);
        assert_eq!(form.longest(&["twenty", "two", "cakes"]), Some((22, 2)));
        assert_eq!(form.longest(&["no"]), None);
    }
}
