//! Whether a sentence has the form of a request. Only what has it may be
//! carried out without a question, so that a report, hearsay or a plan is
//! never taken for a command, however well its words fit one.

use crate::intent::account::Sentence;
use crate::language::{Inflection, RequestWords, spoken};

/// The form of a sentence, as far as its words alone tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An imperative, or opened as a request.
    Order,
    /// Neither verb nor subject: an order if an intent explains all of it.
    Fragment,
    /// It may be meant as a request, and is asked about.
    Perhaps,
    /// Tells of what is over, what others do or said, or forbids.
    Statement,
}

/// The form of a sentence; `own` are the words of the owner's phrases, which
/// are nouns there where they might be verbs.
pub(super) fn form(sentence: &Sentence, own: &[String]) -> Form {
    let table = spoken().requests();
    let texts: Vec<&str> = sentence.words.iter().map(|w| w.text.as_str()).collect();
    let reader = Reader {
        table,
        sentence,
        texts: &texts,
        own,
    };
    let clauses = reader.clauses();
    let judged: Vec<Form> = clauses.iter().map(|clause| reader.clause(clause)).collect();
    let order = judged.iter().position(|form| *form == Form::Order);
    let before = order.map_or(texts.len(), |order| clauses[order].from);
    if reader.has(0, before, table.hearsay) {
        return Form::Statement;
    }
    let denied = clauses
        .iter()
        .any(|clause| reader.is_denied(clause.from, clause.to));
    match order {
        Some(_) if denied => Form::Perhaps,
        Some(_) => Form::Order,
        None if denied || judged.contains(&Form::Statement) => Form::Statement,
        None if judged.contains(&Form::Perhaps) => Form::Perhaps,
        None => Form::Fragment,
    }
}

/// Whether the words ask politely for what they name.
pub(super) fn is_courteous(words: &[String]) -> bool {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let runs = spoken().requests().courtesy;
    (0..texts.len()).any(|at| run_at(&texts, at, runs) > 0)
}

/// A part of a sentence that may have a verb of its own.
#[derive(Clone, Copy, Debug)]
struct Clause {
    from: usize,
    to: usize,
    /// It follows an "and", which as often joins nouns.
    weak: bool,
}

struct Reader<'a> {
    table: &'static RequestWords,
    sentence: &'a Sentence,
    texts: &'a [&'a str],
    own: &'a [String],
}

impl Reader<'_> {
    /// The sentence, split at pauses and links.
    fn clauses(&self) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let (mut from, mut weak) = (0, false);
        for at in 0..self.texts.len() {
            let word = self.texts[at];
            let joins = self.table.weak_links.contains(&word);
            if at > from && (joins || self.table.links.contains(&word)) {
                clauses.push(Clause { from, to: at, weak });
                (from, weak) = (at, joins);
            }
            if self.sentence.words[at].pause {
                let to = at + 1;
                clauses.push(Clause { from, to, weak });
                (from, weak) = (to, false);
            }
        }
        if from < self.texts.len() {
            let to = self.texts.len();
            clauses.push(Clause { from, to, weak });
        }
        clauses
    }

    fn clause(&self, clause: &Clause) -> Form {
        let Clause { to, weak, .. } = *clause;
        let from = self.head(clause.from, to);
        let to = self.end(from, to);
        if from == to {
            return Form::Fragment;
        }
        if self.is_denied(from, to) {
            return Form::Statement;
        }
        if self.has(from, to, self.table.hedges) {
            return Form::Perhaps;
        }
        if self.is_order(from, to, weak) {
            return Form::Order;
        }
        let finite = |at: &usize| self.is_told(*at);
        if self.run(from, self.table.own_plans) > 0 || (from..to).any(|at| finite(&at)) {
            return Form::Statement;
        }
        let state = (from..to).any(|at| self.is_state(at));
        let timed = !self.sentence.timings.is_empty();
        match (state, timed) {
            // "Dinner is at eight" says when, and asks for nothing.
            (true, true) => Form::Statement,
            (true, false) => Form::Perhaps,
            (false, _) => Form::Fragment,
        }
    }

    /// Index of the first word that tells the form: behind "please", and
    /// behind a time.
    fn head(&self, from: usize, to: usize) -> usize {
        let mut at = from;
        while at < to {
            let links = [self.table.weak_links, self.table.links].concat();
            let lead = self.run(at, self.table.lead).max(self.run(at, &links));
            let timing = self.sentence.timings.iter();
            let timed = timing.filter(|timing| timing.from == at).map(|t| t.to - at);
            match lead.max(timed.max().unwrap_or(0)) {
                0 => break,
                len => at += len,
            }
        }
        at.min(to)
    }

    /// Index behind the last word that is not "would you" or the like.
    fn end(&self, from: usize, to: usize) -> usize {
        let mut end = to;
        let ends =
            |end: usize| (from + 1..end).find(|at| at + self.run(*at, self.table.courtesy) == end);
        while let Some(courtesy) = ends(end) {
            end = courtesy;
        }
        end
    }

    fn is_order(&self, from: usize, to: usize, weak: bool) -> bool {
        let frame = self.run(from, self.table.frames);
        if frame > 0 && from + frame < to {
            return true;
        }
        let thing = |at: usize| {
            let run = self.run(at, self.table.behind_thing);
            run > 0 && !self.table.subjects.contains(&self.texts[at - 1])
        };
        self.is_imperative(from, to, weak) || (from + 1..to).any(thing)
    }

    /// A verb in its base form at the head, without a subject.
    fn is_imperative(&self, from: usize, to: usize, weak: bool) -> bool {
        let verb = self.texts[from];
        let next = (from + 1 < to).then(|| self.texts[from + 1]);
        let object = next.is_some_and(|next| self.table.objects.contains(&next));
        let finite = |at: usize| self.is_told(at) || self.is_state(at);
        if weak && !object || next.is_some() && finite(from + 1) {
            return false;
        }
        let later = (from + 1..to).any(finite);
        if self.table.verbs.contains(&verb) {
            let noun = next.is_some_and(|next| self.table.prepositions.contains(&next));
            return !(noun && later);
        }
        // A verb that is not known has its object behind it.
        let word = spoken().meaning();
        let small = word.function.contains(&verb) || word.articles.contains(&verb);
        let form = ["ing", "ed", "s"].iter().any(|end| verb.ends_with(end));
        object && !small && !form && !spoken().is_numeral(verb) && !later && !self.is_told(from)
    }

    /// Whether the words want something not to be done.
    fn is_denied(&self, from: usize, to: usize) -> bool {
        let table = self.table;
        let forbids = |at: usize| {
            let run = self.run(at, table.before_denied);
            let verb = self.texts.get(at + run);
            let denier = at > from && table.deniers.contains(&self.texts[at - 1]);
            run > 0 && !denier && verb.is_some_and(|verb| table.verbs.contains(verb))
        };
        self.has(from, to, table.denials) || (from..to).any(forbids)
    }

    /// A finite verb of what is over, or of what somebody else does.
    fn is_told(&self, at: usize) -> bool {
        let word = self.texts[at];
        if self.run(at, self.table.told) > 0 {
            return true;
        }
        if self.own.iter().any(|own| own == word) || self.table.verbs.contains(&word) {
            return false;
        }
        let next = self.texts.get(at + 1);
        let carries = next.is_none_or(|next| {
            let particles = spoken().order().particles;
            let lists = [self.table.objects, self.table.prepositions, particles];
            lists.iter().any(|list| list.contains(next))
        });
        let mut verbs = self.table.verbs.iter();
        verbs.any(|verb| match spoken().inflection(verb, word) {
            Some(Inflection::Past) => true,
            Some(Inflection::Plural) => at > 0 && carries,
            _ => false,
        })
    }

    fn is_state(&self, at: usize) -> bool {
        self.run(at, self.table.states) > 0
    }

    fn has(&self, from: usize, to: usize, runs: &[&str]) -> bool {
        (from..to).any(|at| {
            let run = self.run(at, runs);
            // "I said turn it off" is the speaker's own word.
            run > 0
                && at
                    .checked_sub(1)
                    .is_none_or(|before| self.run(before, self.table.lead) <= run)
        })
    }

    fn run(&self, at: usize, runs: &[&str]) -> usize {
        run_at(self.texts, at, runs)
    }
}

/// The number of words at `at` that are one of `runs`; of several the longest.
fn run_at(words: &[&str], at: usize, runs: &[&str]) -> usize {
    let rest = words.get(at..).unwrap_or_default();
    let fits = |run: &&str| {
        let len = run.split(' ').count();
        let same = len <= rest.len() && run.split(' ').eq(rest[..len].iter().copied());
        same.then_some(len)
    };
    runs.iter().filter_map(fits).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(want: Form, sentences: &[&str]) {
        let own = ["lights", "light", "blinds", "alarm", "timer", "volume"].map(String::from);
        let now = date(2026, 6, 1).at(12, 0, 0, 0);
        for said in sentences {
            let sentence = Sentence::read(said, spoken(), now);
            assert_eq!(form(&sentence, &own), want, "{said}");
        }
    }

    #[test]
    fn orders_have_a_base_verb_or_a_frame() {
        check(
            Form::Order,
            &[
                "turn the hall light off",
                "please could you open the shutters",
                "in ten minutes switch the pump on",
                "at noon, water the lawn",
                "it is stuffy in here, open the window",
                "nobody is upstairs any more so kill the lights there",
                "I left the oven on, can you turn it off",
                "bathe the gallery in blue",
                "silence the speakers",
                "I said turn it down",
                "I would love some folk",
                "let us hear some swing",
                "the porch lamp can go out now",
                "the workshop could use nineteen degrees",
                "a little swing would be lovely",
                "why not play some swing",
                "I do not like this song, skip it",
                "make sure the cellar door is locked",
                "the shed should not stay open",
                "no more songs for now",
            ],
        );
    }

    #[test]
    fn reports_hearsay_and_plans_are_statements() {
        check(
            Form::Statement,
            &[
                "the porch light went off at ten",
                "the porch light goes off at ten",
                "the alarm rang at six thirty",
                "the volume was at fifty percent",
                "Anna turned the volume up",
                "Ben paused the film",
                "Mira dims the lamps at nine",
                "grandpa says lights off at ten",
                "the man on the radio said turn off the lights",
                "they told me to open the gate",
                "someone has left the shed open",
                "closed the blinds at nine",
                "I will lock the cellar myself",
                "we are going to turn off the lights later",
                "dinner is at eight",
                "the cake takes forty minutes",
                "we played rock and roll all evening",
                "whatever you do do not open the gate",
                "you need not close the blinds",
                "no need to set a timer",
                "let us not have the party scene",
                "the light turned itself on at midnight",
            ],
        );
    }

    #[test]
    fn hedges_and_complaints_are_asked_about() {
        check(
            Form::Perhaps,
            &[
                "maybe we should turn the heating down",
                "perhaps we should close the blinds",
                "we might turn the heating to twenty",
                "I guess we should lock up",
                "it would be good to have the volume at thirty",
                "it is too dark in here",
                "the cellar is cold",
                "I wish the lamp were green",
            ],
        );
    }

    #[test]
    fn fragments_have_no_verb() {
        check(
            Form::Fragment,
            &[
                "porch light off",
                "lights on in the gallery",
                "in ten minutes",
                "for an hour",
                "eleven minutes",
                "next track",
            ],
        );
    }
}
