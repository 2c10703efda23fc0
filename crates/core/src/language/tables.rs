//! Word tables of a language: words by what they do in a sentence, and the
//! sentences in which nothing is put in.

/// What a run of words around a command costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// As much as a word of courtesy.
    Polite,
    /// As much as a word that wraps a command.
    Filler,
}

/// Words by what they do in a command, in canonical form.
#[derive(Debug)]
pub struct PhraseWords {
    /// Courtesy and hesitation.
    pub courtesy: &'static [&'static str],
    /// Wrap a command without changing it.
    pub wrappers: &'static [&'static str],
    /// Articles and the like.
    pub articles: &'static [&'static str],
    /// Small words that join the parts of a phrase, so that it is rarely said
    /// without them.
    pub joining: &'static [&'static str],
    /// Small words that may be too many or too few.
    pub prepositions: &'static [&'static str],
    /// Turn a command into something else: negations, questions, reports,
    /// conditions, quantities, exceptions, times, and a change of mind.
    pub turning: &'static [&'static str],
    /// Words of which one is the other's contrary: none of them ever stands
    /// for a word that merely sounds like it.
    pub contraries: &'static [&'static str],
    /// Prefixes that make a word its own contrary.
    pub reversing: &'static [&'static str],
    /// Runs of words that wrap a command, wherever they stand.
    pub wrapping: &'static [(&'static str, Wrap)],
    /// Runs of words that wrap a command when it begins with them; elsewhere
    /// they may be the title of a song.
    pub opening: &'static [(&'static str, Wrap)],
    /// Assistants' names that people say from habit.
    pub names: &'static [&'static str],
    /// By which people correct themselves.
    pub corrections: &'static [&'static str],
    /// End what takes everything back.
    pub takes_back: &'static [&'static str],
    /// Make what is said no command: a negation, a question, a condition, a
    /// report. Narrower than `turning`, most of which a recogniser may as well
    /// have misheard.
    pub no_command: &'static [&'static str],
    /// Join two commands or values: "and".
    pub links: &'static [&'static str],
    /// Stand between two values of which one is meant: "or".
    pub alternatives: &'static [&'static str],
    /// Stand between two commands that differ: "but".
    pub contrasts: &'static [&'static str],
    /// Those of `links` that may begin a command.
    pub leading: &'static [&'static str],
    /// Deny what follows.
    pub negations: &'static [&'static str],
    /// Corrects only where it is set apart: "milk, no, sugar".
    pub no: &'static str,
    /// Those of `articles` that count: "any".
    pub counting_articles: &'static [&'static str],
    /// Those of `articles` without which a value means the same.
    pub plain_articles: &'static [&'static str],
    /// Small words before a value that are no part of it.
    pub before_value: &'static [&'static str],
    /// Stands before a time of day, or not: "at".
    pub before_time: &'static str,
    /// Words of commands that nobody gives to a timer as its name.
    pub no_names: &'static [&'static str],
}

/// Verbs that mean the same where one of some words stands behind them.
#[derive(Debug)]
pub struct SameVerbs {
    /// Verbs that phrases have.
    pub verbs: &'static [&'static str],
    /// Others that are said in the place of those.
    pub too: &'static [&'static str],
    /// With one of these behind it, or anything where there is none.
    pub with: &'static [&'static str],
}

/// Verbs that only carry a command, so that they may stand for each other or
/// be left out, and the small words that go with them. All in canonical form.
#[derive(Debug)]
pub struct OrderWords {
    /// Words of deeds that open a house or cost money.
    pub risky: &'static [&'static str],
    /// Runs of words by which somebody is woken.
    pub waking: &'static [&'static str],
    /// Parts of the names of things that are ways into a house.
    pub ways_in: &'static [&'static str],
    /// Asks whether a deed, in the place of `{}`, is really wanted.
    pub really: &'static str,
    /// Runs of words before a command that only say that it is wished for.
    pub opening: &'static [&'static str],
    /// Verbs of phrases that switch something, with a particle: "turn" (on).
    pub switching: &'static [&'static str],
    /// Verbs of the same meaning: "flick" (the light on). Any other verb is asked
    /// about.
    pub switching_too: &'static [&'static str],
    /// Stand right behind such a verb, or behind what it switches.
    pub particles: &'static [&'static str],
    /// Verbs of phrases that give something a value: "set" (it to fifty).
    pub setting: &'static [&'static str],
    /// Verbs of the same meaning: "bring" (it down to fifty).
    pub setting_too: &'static [&'static str],
    /// Verbs of which the next order ends what the last one began: "play".
    pub one_at_a_time: &'static [&'static str],
    /// Stands before the value in phrases.
    pub set_to: &'static str,
    /// What is said in its place.
    pub before_value: &'static [&'static str],
    /// Runs of two words of which the second adds nothing, and the first.
    pub redundant: &'static [(&'static str, &'static str)],
    /// Verbs that switch by themselves, and the particle that they mean.
    pub implying: &'static [(&'static str, &'static str)],
    /// Runs of words, and those that mean the same.
    pub sayings: &'static [(&'static str, &'static str)],
    /// Runs of words before what is to be so: "make sure" (the light is off).
    pub ensuring: &'static [&'static str],
    /// Stand between a thing and what it is to be: "is".
    pub being: &'static [&'static str],
    /// Verbs with a particle that switch, and the particle that they mean:
    /// "shut" (the fan) "down".
    pub split: &'static [(&'static str, &'static str, &'static str)],
    /// Particles that move something, with the verbs that mean the same.
    pub moving: &'static [(&'static str, &'static [&'static str])],
    /// Verbs that only carry such a particle: "bring" (the blinds down).
    pub moving_too: &'static [&'static str],
    /// Runs between a thing and its new state: (the light) "can go" (off).
    pub becoming: &'static [&'static str],
    /// Runs that switch on a thing of the name beside them: "light up".
    pub lighting: &'static [(&'static str, &'static str)],
    /// Runs at the end that name everything there is: "in the house".
    pub everywhere: &'static [&'static str],
    /// Words of a small amount: "a bit" (quieter).
    pub small_amount: &'static [&'static str],
    /// Stands before a comparative in phrases.
    pub making: &'static [&'static str],
    /// Before the name of a place: "in".
    pub inside: &'static str,
    /// The unit in which "half" and "full" are read.
    pub share: &'static str,
    /// Before two things, it adds nothing: "both" (the hall and the kitchen).
    pub both: &'static str,
    /// Stand for all things of a kind, before its plural: "both" (fans).
    pub of_all: &'static [&'static str],
    /// Verbs that may stand behind their object: (garage) "shut".
    pub fronted: &'static [&'static str],
    /// Verbs that are only done to one kind of thing, which need not be named: "dim"
    /// (the hall) is done to a light.
    pub of_thing: &'static [(&'static str, &'static str)],
    /// Verbs that stand for each other.
    pub same: &'static [SameVerbs],
}

/// Words of short answers, as [`plain_words`] gives them.
#[derive(Debug)]
pub struct AnswerWords {
    /// One of these makes an answer a yes, unless something else speaks
    /// against it.
    pub yes: &'static [&'static str],
    /// As `yes`, of more than one word.
    pub yes_phrases: &'static [&'static str],
    /// One of these makes an answer a no, whatever else is in it: a door that
    /// stays locked by mistake is the smaller harm.
    pub no: &'static [&'static str],
    /// Words that change nothing in a yes.
    pub neutral: &'static [&'static str],
    /// Whole answers that end a command.
    pub cancel: &'static [&'static str],
    /// Words that change nothing in such an answer.
    pub around_cancel: &'static [&'static str],
    /// The numbers of choices, the first one first.
    pub numbers: &'static [&'static str],
    /// The places of choices, the first one first.
    pub places: &'static [&'static [&'static str]],
    /// The place of the last choice.
    pub last: &'static [&'static str],
    /// Take something out of an answer: "all but the first".
    pub excepting: &'static [&'static str],
    /// Whole answers that want both of two choices.
    pub both: &'static [&'static str],
    /// Whole answers that want all choices.
    pub all: &'static [&'static str],
    /// The article, which changes nothing in those.
    pub definite: &'static str,
    /// Words around an answer that may be a part of a value: "the desk one".
    pub around_part: &'static [&'static str],
    /// Stand before the number of a choice: "number two".
    pub before_number: &'static [&'static str],
}

/// What steers the box itself, as whole utterances.
#[derive(Debug)]
pub struct ControlWords {
    /// Silence the voice.
    pub stop: &'static [&'static str],
    /// Words around those that change nothing.
    pub around_stop: &'static [&'static str],
    /// Whole utterances that only say that the last command was wrong: that takes
    /// it back.
    pub wrong: &'static [&'static str],
    /// Whole utterances that thank.
    pub thanks: &'static [&'static str],
    /// Words around thanks that change nothing.
    pub around_thanks: &'static [&'static str],
    /// Take the last command back.
    pub undo: &'static [&'static str],
    /// The same, but only right after something was done; otherwise they end a
    /// command.
    pub cancel_last: &'static [&'static str],
    /// The same a moment after something was done, and later a question: "never
    /// mind". All of them end a command too.
    pub drop_last: &'static [&'static str],
    /// What is counted in ordinals that are a unit of time as well: "the second
    /// timer". The ordinal, what follows it, and what shows the unit before it.
    pub ordinal_unit: (&'static str, &'static [&'static str], &'static str),
    /// Ask what the box said.
    pub repeat: &'static [&'static str],
    /// Ask what the box heard.
    pub heard: &'static [&'static str],
    /// Words around those two that change nothing.
    pub around_repeat: &'static [&'static str],
    /// Words in a timer's name that tell it from no other, in lower case.
    pub around_name: &'static [&'static str],
    /// Stands for a noun that was said before: "the pasta one".
    pub stands_for_noun: &'static str,
    /// The ending of a noun before a verb in short: "the pasta's done", which
    /// canonical words have without the apostrophe.
    pub contracted: &'static str,
}

/// What the box says of itself, in whole sentences.
#[derive(Debug)]
pub struct Sentences {
    /// A wake word, then nothing.
    pub not_heard: &'static str,
    /// Words that no intent fits.
    pub not_understood: &'static str,
    /// The person said no, or never mind.
    pub cancelled: &'static str,
    /// It is understood and cannot be had.
    pub cannot_do: &'static str,
    /// An action failed that has no sentence of its own.
    pub action_failed: &'static str,
    /// An answer did not come in time.
    pub too_slow: &'static str,
    /// No phrase fits, and the language model is away.
    pub only_simple: &'static str,
    /// A part of the program broke.
    pub broken: &'static str,
    /// The microphone is gone.
    pub microphone_lost: &'static str,
    /// Somebody wants to speak to the box while it is muted.
    pub microphone_off: &'static str,
    /// The microphone works again.
    pub microphone_found: &'static str,
    /// Only a restart can find the microphone again.
    pub microphone_stuck: &'static str,
    /// A sentence of everyday length, which is never played.
    pub sample: &'static str,
    /// The loudspeaker works again.
    pub loudspeaker_found: &'static str,
}

/// What other programs call the parts of the box that they show.
#[derive(Debug)]
pub struct Labels {
    /// What it is at.
    pub state: &'static str,
    /// What was asked of it last.
    pub intent: &'static str,
    /// A switch: it hears nothing.
    pub mute: &'static str,
    /// How loud it is.
    pub volume: &'static str,
    /// A field for a text that it speaks.
    pub say: &'static str,
    /// A notification that it speaks.
    pub announce: &'static str,
    /// A notification that it asks as a question.
    pub ask: &'static str,
    /// The answer to it.
    pub answer: &'static str,
    /// A button: as after a wake word.
    pub listen: &'static str,
    /// A button: as "stop".
    pub stop: &'static str,
    /// When the next timer, alarm or reminder rings.
    pub timers: &'static str,
    /// How often it woke.
    pub wakes: &'static str,
    /// The last transcript.
    pub heard: &'static str,
    /// Whether a newer system waits.
    pub update: &'static str,
}

/// Words of courtesy, in canonical form.
#[derive(Debug)]
pub struct CourtesyWords {
    /// What people say around a command: before, after, or not at all.
    pub around: &'static [&'static str],
    /// Words that are fused with the word before, with their fused form.
    pub fused: &'static [(&'static str, &'static str)],
}

/// Runs of words that carry meaning by themselves, by what they do to a
/// command.
#[derive(Debug)]
pub struct MeaningWords {
    /// Leave something out: "except".
    pub exception: &'static [&'static str],
    /// Make the command depend on something: "if".
    pub condition: &'static [&'static str],
    /// Contain a word of `condition` and condition nothing: "if you can".
    pub no_condition: &'static [&'static str],
    /// Speak of all of a kind: "all".
    pub quantity: &'static [&'static str],
    /// Alone, or with an article, they name nothing that could be done
    /// something with: "it", "nothing".
    pub nameless: &'static [&'static str],
    /// A length of time that is none of the clock, from now on: "for a while".
    pub loose_time: &'static [&'static str],
    /// Stand behind an amount that is taken away: (five minutes) "off".
    pub taken_away: &'static [&'static str],
    /// A time that is no time of the clock: "later".
    pub vague_time: &'static [&'static str],
    /// Begin a repetition before a time: "every" (Christmas).
    pub each: &'static [&'static str],
    /// Repetitions without a time: "always".
    pub always: &'static [&'static str],
    /// Stand before the amount of a change: "by".
    pub change_before: &'static [&'static str],
    /// Directions that make a change of an amount with its unit behind them: "up
    /// twenty percent".
    pub change_toward: &'static [&'static str],
    /// Stand after the amount of a change: "percent brighter".
    pub change_after: &'static [&'static str],
    /// Say that something grows: "brighter".
    pub upward: &'static [&'static str],
    /// Say that something shrinks: "down".
    pub downward: &'static [&'static str],
    /// Stand before the value that a number is set to: "to".
    pub set_to: &'static str,
    /// Units that stand behind a number: "percent".
    pub units: &'static [&'static str],
    /// Stand before a delay: "in" (ten minutes).
    pub delay_before: &'static [&'static str],
    /// Say that something is to be done at once: "now".
    pub at_once: &'static [&'static str],
    /// Stand after a delay: (ten minutes) "from now".
    pub delay_after: &'static [&'static str],
    /// Stand before a time of day at which something begins: "at".
    pub at: &'static [&'static str],
    /// Stand before a time of day until which something lasts: "until".
    pub until: &'static [&'static str],
    /// Stand before a length of time that something lasts: "for".
    pub span_before: &'static [&'static str],
    /// Words by which a time of day shows what it is: "pm", "o'clock".
    pub time_marks: &'static [&'static str],
    /// Take the value before them back for the one behind: "no", "I mean".
    pub correction: &'static [&'static str],
    /// Begin the request behind a report: "can you" (turn it off).
    pub request: &'static [&'static str],
    /// Places of a house and its surroundings.
    pub places: &'static [&'static str],
    /// Stand before a place.
    pub before_place: &'static [&'static str],
    /// Stand before a thing.
    pub before_thing: &'static [&'static str],
    /// The number that is a pronoun as well: "the one in the hall".
    pub one: &'static str,
    /// Begin what somebody wants to know: "why".
    pub question: &'static [&'static str],
    /// Articles and the like, between those and the noun.
    pub articles: &'static [&'static str],
    /// Nouns that name no place or thing to act on: "bit", "moment".
    pub empty_nouns: &'static [&'static str],
    /// Words without content of their own.
    pub function: &'static [&'static str],
    /// Report that something is the case, before what is asked for.
    pub report: &'static [&'static str],
}
