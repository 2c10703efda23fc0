//! Cuts a text, plain or Markdown, into passages under headings, and these into
//! sentences.

use crate::language::spoken;

/// A longer passage is cut between two sentences: so much fits one block of a language
/// model's prompt beside the question.
const PASSAGE_CHARS: usize = 420;

/// A longer sentence is cut between two words.
const SENTENCE_CHARS: usize = 300;

/// Some sentences that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// The heading above it; empty where there is none.
    pub heading: String,
    /// The headings above that, but for the title of the text.
    pub above: String,
    /// Its sentences, as they are said; never empty.
    pub sentences: Vec<String>,
}

/// A text of the owner's, cut into passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// In the text's order.
    pub passages: Vec<Passage>,
}

impl Document {
    /// Reads a text. What is no text (code, pictures, comments) is left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut reader = Reader::default();
        let text = without_comments(text);
        let mut lines = text.lines().peekable();
        let mut fence: Option<&str> = None;
        while let Some(line) = lines.next() {
            let bare = line.trim();
            let mark = ["```", "~~~"]
                .into_iter()
                .find(|mark| bare.starts_with(mark));
            match (fence, mark) {
                (None, Some(mark)) => {
                    fence = Some(mark);
                    continue;
                }
                (Some(open), mark) => {
                    if mark == Some(open) {
                        fence = None;
                    }
                    continue;
                }
                (None, None) => {}
            }
            let below = lines.peek().map_or("", |next| next.trim());
            let underlined = |sign| below.len() > 2 && below.chars().all(|c| c == sign);
            if let Some((level, title)) = hashed(bare) {
                reader.heading(level, title);
            } else if !bare.is_empty() && (underlined('=') || underlined('-')) && !is_point(bare) {
                reader.heading(if underlined('=') { 1 } else { 2 }, bare);
                lines.next();
            } else {
                reader.line(bare);
            }
        }
        reader.end_block();
        reader.end_passage();
        Self {
            passages: reader.passages,
        }
    }

    /// Every sentence with what it stands under, as a sentence encoder is to read it;
    /// in the order of [`Self::places`].
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |(passage, sentence): (usize, usize)| {
            let passage = &self.passages[passage];
            let text = passage.whole(sentence);
            match passage.heading.as_str() {
                "" => text,
                heading => format!("{heading}: {text}"),
            }
        };
        self.places().map(line).collect()
    }

    /// Each sentence, as the index of its passage and its own in that.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let passages = self.passages.iter().enumerate();
        passages.flat_map(|(at, passage)| (0..passage.sentences.len()).map(move |of| (at, of)))
    }
}

impl Passage {
    /// A sentence as it can be said alone: with the one before it, or the heading, where
    /// it leans on that.
    #[must_use]
    pub fn whole(&self, sentence: usize) -> String {
        let text = &self.sentences[sentence];
        let first = crate::language::canonical(text);
        let leans = first.first();
        let leans = leans.is_some_and(|word| spoken().asking().leaning.contains(&word.as_str()));
        match (leans, sentence.checked_sub(1)) {
            (false, _) => text.clone(),
            (true, Some(before)) => format!("{} {text}", self.sentences[before]),
            (true, None) if self.heading.is_empty() => text.clone(),
            (true, None) => format!("{}: {text}", self.heading.trim_end_matches(['.', ':'])),
        }
    }
}

#[derive(Default)]
struct Reader {
    passages: Vec<Passage>,
    /// Level and title of the headings that are open.
    headings: Vec<(usize, String)>,
    /// The paragraph or point that is being read.
    block: String,
    /// Sentences under the present heading that make no passage yet.
    sentences: Vec<String>,
}

impl Reader {
    fn heading(&mut self, level: usize, title: &str) {
        self.end_block();
        self.end_passage();
        self.headings.retain(|(above, _)| *above < level);
        let title = plain(title);
        self.headings
            .push((level, title.trim_end_matches(':').trim().to_owned()));
    }

    fn line(&mut self, line: &str) {
        let line = line.trim_start_matches('>').trim();
        if line.is_empty() || is_rule(line) {
            self.end_block();
            // What an empty line parts need not belong together, if there is enough.
            if self.length() > PASSAGE_CHARS / 3 {
                self.end_passage();
            }
        } else if let Some(row) = table_row(line) {
            self.end_block();
            if !row.is_empty() {
                self.add(&row);
            }
        } else if let Some(point) = point(line) {
            self.end_block();
            point.clone_into(&mut self.block);
        } else {
            if !self.block.is_empty() {
                self.block.push(' ');
            }
            self.block.push_str(line);
        }
    }

    /// Ends a paragraph or a point.
    fn end_block(&mut self) {
        let block = plain(&std::mem::take(&mut self.block));
        for sentence in sentences(&block) {
            self.add(&sentence);
        }
        if self.headings.is_empty() && self.length() > PASSAGE_CHARS / 3 {
            self.end_passage();
        }
    }

    fn add(&mut self, sentence: &str) {
        for part in pieces(sentence) {
            if self.length() + part.len() > PASSAGE_CHARS {
                self.end_passage();
            }
            self.sentences.push(part);
        }
    }

    fn length(&self) -> usize {
        self.sentences.iter().map(String::len).sum()
    }

    fn end_passage(&mut self) {
        let sentences = std::mem::take(&mut self.sentences);
        if sentences.is_empty() {
            return;
        }
        let (above, heading) = match self.headings.as_slice() {
            [] => (String::new(), String::new()),
            [above @ .., (_, heading)] => {
                let above = above.iter().skip(1).map(|(_, title)| title.as_str());
                (above.collect::<Vec<_>>().join(" "), heading.clone())
            }
        };
        self.passages.push(Passage {
            heading,
            above,
            sentences,
        });
    }
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

fn hashed(line: &str) -> Option<(usize, &str)> {
    let level = line.chars().take_while(|c| *c == '#').count();
    let title = line[level..].trim().trim_end_matches('#').trim();
    let spaced = line[level..].starts_with([' ', '\t']);
    ((1..=6).contains(&level) && spaced && !title.is_empty()).then_some((level, title))
}

fn is_rule(line: &str) -> bool {
    let mut signs = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = signs.next().filter(|c| "-*_=".contains(*c)) else {
        return false;
    };
    signs.clone().count() > 1 && signs.all(|c| c == first)
}

fn is_point(line: &str) -> bool {
    point(line).is_some()
}

/// The text of a point of a list.
fn point(line: &str) -> Option<&str> {
    let mut signed = ["- ", "* ", "+ ", "• "].iter();
    let bare = signed.find_map(|sign| line.strip_prefix(sign));
    bare.map(str::trim).or_else(|| {
        let digits = line.chars().take_while(char::is_ascii_digit).count();
        let rest = line[digits..].strip_prefix(['.', ')'])?;
        let numbered = (1..=3).contains(&digits) && rest.starts_with(' ');
        numbered.then(|| rest.trim())
    })
}

/// The row of a table as a sentence; empty for the line below its head.
fn table_row(line: &str) -> Option<String> {
    let inner = line.strip_prefix('|')?.trim_end().strip_suffix('|')?;
    let cells: Vec<String> = inner.split('|').map(|cell| plain(cell.trim())).collect();
    let ruled = |cell: &String| cell.chars().all(|c| "-: ".contains(c));
    if cells.iter().all(ruled) {
        return Some(String::new());
    }
    let mut filled = cells.into_iter().filter(|cell| !cell.is_empty());
    let first = filled.next()?;
    let rest: Vec<String> = filled.collect();
    Some(match rest.as_slice() {
        [] => full_stop(first),
        rest => full_stop(format!("{first}: {}", rest.join(", "))),
    })
}

fn full_stop(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// Markdown as a person would say it: without signs of emphasis, links as their text,
/// pictures not at all.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        let target = from.split_once("](").and_then(|(label, target)| {
            let (_, after) = target.split_once(')')?;
            (!label[1..].contains('[')).then_some((&label[1..], after))
        });
        let Some((label, after)) = target else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        if let Some(before) = before.strip_suffix('!') {
            out.push_str(before);
        } else {
            out.push_str(before);
            out.push_str(label);
        }
        rest = after;
    }
    out.push_str(rest);
    let out = out.replace("**", "").replace("__", "").replace('`', "");
    let mut said = String::new();
    let chars: Vec<char> = out
        .chars()
        .filter(|c| !c.is_control() || c.is_whitespace())
        .collect();
    for (at, c) in chars.iter().enumerate() {
        let neighbour = |at: Option<usize>| at.and_then(|at| chars.get(at));
        let word = |at: Option<usize>| neighbour(at).is_some_and(|c| c.is_alphanumeric());
        let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
        // A sign of emphasis stands at one side of a word.
        if matches!(c, '*' | '_') && before != after {
            continue;
        }
        said.push(*c);
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of a paragraph. What ends without a sign gets a full stop.
fn sentences(block: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in block.match_indices(' ') {
        if at > from && ends_sentence(&block[from..at], &block[at + 1..]) {
            found.push(block[from..at].trim().to_owned());
            from = at + 1;
        }
    }
    let last = block[from..].trim();
    if last.chars().any(char::is_alphanumeric) {
        found.push(full_stop(last.to_owned()));
    }
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}

/// Whether a sentence ends between two texts with a blank between them.
pub(super) fn ends_sentence(before: &str, after: &str) -> bool {
    let bare = before.trim_end_matches(['"', '\'', ')', '”', '’', '»']);
    if bare.ends_with(['!', '?', '…']) {
        return true;
    }
    let Some(head) = bare.strip_suffix('.') else {
        return false;
    };
    let word = head
        .rsplit([' ', '('])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let short = spoken().asking().abbreviations.contains(&word.as_str());
    // "No. 5", "9 a.m. on Mondays": what goes on in small letters is no new sentence.
    let next = after
        .trim_start_matches(['"', '\'', '(', '“', '‘', '«'])
        .chars()
        .next();
    let goes_on = next.is_some_and(char::is_lowercase);
    !initial
        && !goes_on
        && (!short || is_long(head) && next.is_some_and(char::is_uppercase) && word == "etc")
}

fn is_long(text: &str) -> bool {
    text.split(' ').count() > 2
}

/// A sentence, cut between words where it is longer than any that is said.
fn pieces(sentence: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in sentence.split(' ') {
        let word: Vec<char> = word.chars().collect();
        for piece in word.chunks(SENTENCE_CHARS) {
            let piece: String = piece.iter().collect();
            let full =
                |part: &String| part.len() + piece.len() >= SENTENCE_CHARS && !part.is_empty();
            if parts.last().is_some_and(full) {
                parts.push(String::new());
            }
            if let Some(last) = parts.last_mut() {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(&piece);
            }
        }
    }
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts
}
