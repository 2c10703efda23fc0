//! What the matcher accepts in a state of a conversation, the recogniser's
//! grammar of that state can write down: sentences made from phrases and
//! tables, by fixed seeds.

use std::collections::BTreeSet;

use super::roundtrip::{Dice, EXAMPLES, now, parser, say_slot, sentence, sentences};
use mynah_core::conversation::is_stop;
use mynah_core::dialogue::{
    CompletedIntent, Decision, Dialogue, Expected, Pending, Recalled, Row, cancels_last, is_cancel,
    wants_undo,
};
use mynah_core::grammar::{Grammar, canonical};
use mynah_core::intent::IntentParser as _;
use mynah_core::intent::account::{Sentence, may_be_scheduled};
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::language::spoken;
use mynah_core::model::{IntentSpec, Settings, SlotKind, SlotSpec};
use mynah_core::phrase::{Phrase, variants};
use mynah_core::turn::{Intent, Slot, Understanding};

/// Sentences that are tried in each state of each example.
fn tried() -> u64 {
    sentences(25, 8).into()
}

/// Of a phrase with more sentences, not all short ones are listened for.
const MANY: usize = 50;

/// The sentences that are not in the grammar. At least one in `few` must have
/// been accepted by the matcher, so that the test has something to say.
struct Tally {
    accepted: u64,
    tried: u64,
    lost: BTreeSet<String>,
}

impl Tally {
    const fn new() -> Self {
        Self {
            accepted: 0,
            tried: 0,
            lost: BTreeSet::new(),
        }
    }

    /// `to`: the question that the text answers, or nothing.
    fn note(&mut self, (to, text): (&str, &str), accepted: bool, grammars: &[&Grammar]) {
        self.tried += 1;
        if accepted {
            self.accepted += 1;
            if grammars.iter().all(|g| g.groups_of(text).is_empty()) {
                self.lost.insert(join(&[to, text]));
            }
        }
    }

    #[track_caller]
    fn check(&self, few: u64) {
        let lost: Vec<&str> = self.lost.iter().map(String::as_str).collect();
        assert!(
            lost.is_empty(),
            "{} of {}:\n{}",
            lost.len(),
            self.accepted,
            lost.join("\n")
        );
        assert!(
            self.tried < few * self.accepted,
            "only {} of {} were accepted",
            self.accepted,
            self.tried
        );
    }
}

fn pick<'a>(dice: &mut Dice, texts: &[&'a str]) -> &'a str {
    texts.get(dice.roll(texts.len())).copied().unwrap_or("")
}

fn maybe<'a>(dice: &mut Dice, texts: &[&'a str]) -> &'a str {
    if dice.roll(2) == 0 {
        pick(dice, texts)
    } else {
        ""
    }
}

fn join(parts: &[&str]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.copied().collect::<Vec<_>>().join(" ")
}

fn value(kind: SlotKind, dice: &mut Dice) -> String {
    let slot = SlotSpec {
        name: "value".into(),
        kind,
        optional: false,
        open: false,
        default: None,
        ask: None,
        relative: false,
    };
    say_slot(&slot, dice).0
}

/// A time of a command, by the language's tables.
fn time(dice: &mut Dice) -> String {
    let table = spoken().meaning();
    let duration = value(SlotKind::Duration, dice);
    let clock = value(SlotKind::Time, dice);
    let day = value(SlotKind::Date, dice);
    let at = pick(dice, table.at);
    match dice.roll(6) {
        0 => join(&[pick(dice, table.delay_before), &duration]),
        1 => join(&[&duration, pick(dice, table.delay_after)]),
        2 => join(&[pick(dice, table.span_before), &duration]),
        3 => join(&[pick(dice, table.until), &clock]),
        4 => join(&[at, &clock]),
        _ => join(&[&day, at, &clock]),
    }
}

fn of<'a>(settings: &'a Settings, name: &str) -> &'a IntentSpec {
    settings.intent(name).expect("its own intent")
}

/// A command that is understood, and the phrase matcher's reading.
fn command(settings: &Settings, parser: &PhraseParser, seed: u64) -> Option<(String, Intent)> {
    let (said, _) = sentence(settings, seed);
    let found = parser.understand(&said, now());
    match found.intents.as_slice() {
        [only] if found.rivals.is_empty() => Some((said, only.clone())),
        _ => None,
    }
}

#[test]
fn commands_and_their_times_are_expected_always() {
    for example in EXAMPLES {
        let (settings, parser) = parser(example);
        let grammar = Expected::always(&settings).grammar();
        let (mut plain, mut timed) = (Tally::new(), Tally::new());
        for seed in 0..tried() {
            let Some((said, intent)) = command(&settings, &parser, seed) else {
                continue;
            };
            plain.note(("", &said), true, &[&grammar]);
            if !may_be_scheduled(of(&settings, &intent.name)) {
                continue;
            }
            let mut dice = Dice(seed);
            let when = time(&mut dice);
            let text = if dice.roll(2) == 0 {
                format!("{when} {said}")
            } else {
                format!("{said} {when}")
            };
            let read = Sentence::read(&text, spoken(), now());
            let rest = read.without_timing(&text);
            let rest = rest.map(|(rest, _)| parser.understand(&rest, now()).intents);
            timed.note(
                ("", &text),
                rest.is_some_and(|found| !found.is_empty()),
                &[&grammar],
            );
        }
        plain.check(2);
        timed.check(4);
    }
}

/// A row, its sentences, words around them, and whether the matcher accepts one.
type Controls<'a> = (Row, &'a [&'a str], &'a [&'a str], &'a dyn Fn(&str) -> bool);

#[test]
fn what_steers_the_box_is_expected_always() {
    let (settings, _) = parser(EXAMPLES[0]);
    let expected = Expected::always(&settings);
    let (control, answers) = (spoken().control(), spoken().answers());
    let undoes = |text: &str| wants_undo(text) || cancels_last(text);
    let all: [Controls<'_>; 5] = [
        (Row::Stop, control.stop, control.around_stop, &is_stop),
        (
            Row::NeverMind,
            answers.cancel,
            answers.around_cancel,
            &is_cancel,
        ),
        (Row::Undo, control.undo, &["no", "please", "sorry"], &undoes),
        (Row::Undo, control.cancel_last, &["no", "please"], &undoes),
        (Row::Repeat, control.repeat, control.around_repeat, &|_| {
            true
        }),
    ];
    let mut wrong = Vec::new();
    let grammar = expected.grammar();
    for (row, forms, around, accepts) in all {
        for form in forms {
            for (before, behind) in [("", ""), (around[0], ""), ("", "please")] {
                let text = join(&[before, form, behind]);
                if accepts(&text) && grammar.groups_of(&text).is_empty() {
                    wrong.push(format!("{row:?}: {text}"));
                }
            }
            assert!(expected.rows(form).contains(&row), "{row:?}: {form}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_leans_on_a_command_is_expected_right_after_it() {
    const BEFORE: [&str; 9] = [
        "and",
        "no",
        "no i meant",
        "what about",
        "make it",
        "and also",
        "sorry",
        "actually",
        "",
    ];
    const BEHIND: [&str; 5] = ["", "", "too", "instead", "again"];
    const PLACING: [&str; 5] = ["", "", "in the", "the", "to"];
    for example in EXAMPLES {
        let (settings, parser) = parser(example);
        let always = Expected::always(&settings).grammar();
        let read = |_: &str, _: &str, _: &str| -> Option<Slot> { None };
        let dialogue = Dialogue {
            settings: &settings,
            read: &read,
            now: now(),
        };
        let mut tally = Tally::new();
        for seed in 0..tried() {
            let Some((_, intent)) = command(&settings, &parser, seed) else {
                continue;
            };
            let spec = of(&settings, &intent.name);
            let done = [CompletedIntent {
                intent,
                ok: true,
                changes: Vec::new(),
            }];
            let Some(expected) = Expected::right_after(&settings, &done) else {
                panic!("nothing leans on {}", spec.name);
            };
            let grammar = expected.grammar();
            for round in 0..8 {
                let mut dice = Dice(8 * seed + round);
                let text = if round < 6 && !spec.slots.is_empty() {
                    let slot = &spec.slots[dice.roll(spec.slots.len())];
                    let (before, placing) = (pick(&mut dice, &BEFORE), pick(&mut dice, &PLACING));
                    let said = say_slot(slot, &mut dice).0;
                    join(&[before, placing, &said, pick(&mut dice, &BEHIND)])
                } else {
                    short(&settings, spec, &mut dice)
                };
                let meant = dialogue.recall(&text, &done);
                let meant = matches!(meant, Some(Recalled::Meant(_)));
                tally.note(("", &text), meant, &[&grammar, &always]);
            }
        }
        tally.check(12);
    }
}

/// A sentence of an intent, some of whose words are "it".
fn short(settings: &Settings, spec: &IntentSpec, dice: &mut Dice) -> String {
    let mut said = String::new();
    for _ in 0..40 {
        let seed = u64::try_from(dice.roll(1 << 20)).expect("small");
        let (text, meant) = sentence(settings, seed);
        if meant[0].0 == spec.name {
            said = text;
            break;
        }
    }
    let words = canonical(&said);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let many = |phrase: &Phrase| variants(phrase, MANY).cut;
    if words.len() < 2 || spec.phrases.iter().any(many) {
        return said;
    }
    let from = 1 + dice.roll(words.len() - 1);
    if ["the", "my", "a", "an"].contains(&words[from - 1]) {
        return said;
    }
    let to = from + 1 + dice.roll(words.len() - from);
    let pronoun = pick(dice, &["it", "it", "that", "them", "there"]);
    let behind = pick(dice, &["", "again", "now", "please"]);
    join(&[&join(&words[..from]), pronoun, &join(&words[to..]), behind])
}

#[test]
fn answers_are_expected_after_a_question() {
    for example in EXAMPLES {
        let (settings, parser) = parser(example);
        let always = Expected::always(&settings).grammar();
        let read =
            |intent: &str, slot: &str, text: &str| parser.read_answer(intent, slot, text, now());
        let dialogue = Dialogue {
            settings: &settings,
            read: &read,
            now: now(),
        };
        let table = spoken().answers();
        let mut tally = Tally::new();
        for seed in 0..tried() {
            let mut dice = Dice(seed);
            let Some((spec, pending, choice)) = question(&settings, &parser, &dialogue, seed)
            else {
                continue;
            };
            let Some(answers) = pending.answers(&settings) else {
                continue;
            };
            let grammar = answers.grammar();
            for _ in 0..6 {
                let text = answer(spec, &pending, choice, &mut dice);
                let nothing = Understanding::default();
                let decision = dialogue.answer(pending.clone(), &text, &nothing);
                // A "no" among other words drops the command, whatever they are.
                let bare = |words: &[&str]| words.contains(&text.as_str());
                let accepted = match &decision {
                    Decision::Ask(asked) => asked.question != pending.question,
                    Decision::Refuse(_) => bare(table.no) || bare(table.cancel),
                    _ => true,
                };
                tally.note((&pending.question, &text), accepted, &[&grammar, &always]);
            }
        }
        if tally.tried > 0 {
            tally.check(4);
        }
    }
}

/// A command that lacks a slot, is unsure, or must be confirmed, its question,
/// and whether that offers a choice.
fn question<'s>(
    settings: &'s Settings,
    parser: &PhraseParser,
    dialogue: &Dialogue<'_>,
    seed: u64,
) -> Option<(&'s IntentSpec, Pending, bool)> {
    let (_, intent) = command(settings, parser, seed)?;
    let spec = of(settings, &intent.name);
    let mut understanding = Understanding {
        intents: vec![intent.clone()],
        ..Understanding::default()
    };
    let mut dice = Dice(seed ^ 7);
    match dice.roll(3) {
        0 => {
            let required = spec.slots.iter().filter(|slot| slot.ask.is_some());
            let missing = required.map(|slot| slot.name.clone()).next()?;
            understanding.intents[0]
                .slots
                .retain(|slot| slot.name != missing);
        }
        1 => understanding.doubt = Some("Did you mean that?".into()),
        _ => {
            let other = (seed + 1..seed + 60).find_map(|seed| {
                let (_, other) = command(settings, parser, seed)?;
                (other.name == intent.name && other != intent).then_some(other)
            });
            understanding.rivals.push(other?);
        }
    }
    match dialogue.decide("", &understanding) {
        Decision::Ask(pending) => Some((spec, pending, !understanding.rivals.is_empty())),
        _ => None,
    }
}

/// A choice is answered by words of the question.
fn answer(spec: &IntentSpec, pending: &Pending, choice: bool, dice: &mut Dice) -> String {
    let table = spoken().answers();
    match dice.roll(6) {
        0 => join(&[pick(dice, table.yes), maybe(dice, table.yes_phrases)]),
        1 => pick(dice, table.no).to_owned(),
        2 => pick(dice, table.cancel).to_owned(),
        3 if !spec.slots.is_empty() && !choice => {
            let slot = &spec.slots[dice.roll(spec.slots.len())];
            let placing = pick(dice, &["", "the", "in the", "no the"]);
            join(&[placing, &say_slot(slot, dice).0])
        }
        4 => {
            let place = pick(dice, &["first", "second", "last", "latter"]);
            join(&[maybe(dice, &["the"]), place, maybe(dice, &["one"])])
        }
        _ => {
            let mut words = canonical(&pending.question);
            words.retain(|word| word != "or");
            let from = dice.roll(words.len());
            words[from..].join(" ")
        }
    }
}
