//! What the guided route needs to know of a language: words by which it judges a
//! sentence, and the texts that the language model reads.

/// Two contrary sides, of which values may be named or hinted at.
#[derive(Debug)]
pub struct Contrary {
    /// Names of the values on each side.
    pub heads: [&'static [&'static str]; 2],
    /// Runs of words that hint at each side, in canonical form. Of hints that
    /// overlap the longest counts.
    pub hints: [&'static [&'static str]; 2],
}

/// Words by which a sentence shows whether it may ask for something to be done,
/// in canonical form; of runs the words are separated by one space.
#[derive(Debug)]
pub struct MoodWords {
    /// Stand before the sentence proper.
    pub openers: &'static [&'static str],
    /// Begin a question about how things are, not a request.
    pub question: &'static [&'static str],
    /// Runs that begin such a question.
    pub question_runs: &'static [&'static str],
    /// Runs that begin a request, although their first word begins a question.
    pub no_question: &'static [&'static str],
    /// Runs that speak of what is over: no wish for the present does.
    pub past: &'static [&'static str],
    /// Runs that begin a sentence that wants something not to be done, or only
    /// on a condition that nothing here can watch.
    pub not_now: &'static [&'static str],
    /// Others, in tales about whom nothing is asked for.
    pub others: &'static [&'static str],
    /// Others who may want something: a tale only before one of `tells`.
    pub others_who_want: &'static [&'static str],
    /// Verbs of a tale.
    pub tells: &'static [&'static str],
    /// Words that no command has, wherever they stand.
    pub never: &'static [&'static str],
    /// Words that say nothing alone.
    pub empty: &'static [&'static str],
    /// Deny something or tell how it is: the contrary may be meant.
    pub doubtful: &'static [&'static str],
    /// Ask to be told something, in the form of a request.
    pub asks: &'static [&'static str],
    /// First words of the description of an intent that answers a question.
    pub answers: &'static [&'static str],
    /// Denies the value behind it.
    pub denies: &'static str,
    /// Begin what leaves things as they are, unless a value follows: "leave the
    /// light on", but "keep it at twenty degrees".
    pub unchanged: &'static [&'static str],
    /// Runs before a question that is asked of the box: "check" (whether the
    /// door is open).
    pub inquiries: &'static [&'static str],
    /// Begin such a question: "whether".
    pub inquired: &'static [&'static str],
    /// Show that a question is of another time than now: "did".
    pub other_times: &'static [&'static str],
    /// Behind one of those it makes a request: (will) "you".
    pub addressed: &'static str,
    /// Tells of what is not so.
    pub unreal: UnrealWords,
}

/// Words of plans that are over, of what did not happen, and of what is only
/// imagined.
#[derive(Debug)]
pub struct UnrealWords {
    /// Begin a plan that is over: "was" (going to).
    pub was: &'static [&'static str],
    /// Stand behind those.
    pub plans: &'static [&'static str],
    /// Stand behind those.
    pub plan_links: &'static [&'static str],
    /// Before `perfect` and a verb they tell what did not happen: "should" (have
    /// locked).
    pub modals: &'static [&'static str],
    /// Between them.
    pub perfect: &'static str,
    /// Before `conditional` and a verb they tell what is imagined.
    pub speakers: &'static [&'static str],
    /// Between them.
    pub conditional: &'static str,
    /// Verbs behind it that are a wish: (I would) "like".
    pub wishes: &'static [&'static str],
}

/// What the language model reads. `{...}` stand for texts that are put in.
#[derive(Debug)]
pub struct PromptTexts {
    /// Its task; its answer to a sentence without a command is the name `none`.
    pub system: &'static str,
    /// Heads the list of intents.
    pub commands: &'static str,
    /// Describes `none` in that list.
    pub nothing: &'static str,
    /// Sentences around a command, with the answer to [`PromptTexts::really`]
    /// where they hold one: `{say}` is a phrase, `{do}` a description.
    pub molds: &'static [(&'static str, Option<bool>)],
    /// Asks whether the speaker wants `{command}`.
    pub really: &'static str,
    /// Its two answers.
    pub yes: &'static str,
    /// The other one.
    pub no: &'static str,
    /// Asks for the words of `{slot}`.
    pub which_words: &'static str,
    /// Asks for `{slot}`, one of `{choices}`.
    pub which_choice: &'static str,
    /// Stands between choices.
    pub or: &'static str,
    /// Words that make a phrase sound whole.
    pub small: &'static [&'static str],
    /// Values in example sentences.
    pub samples: Samples,
    /// Its task when a question is answered from a text: `{none}` is what it says
    /// where the text has no answer.
    pub answer: &'static str,
    /// What it says where the text has no answer.
    pub no_answer: &'static str,
    /// The text and the question, as it gets them: `{text}`, `{question}`.
    pub from_text: &'static str,
}

/// Values in example sentences, for kinds of slot that have no list.
#[derive(Clone, Copy, Debug)]
pub struct Samples {
    /// A length of time.
    pub duration: &'static str,
    /// A time of day.
    pub time: &'static str,
    /// A day.
    pub date: &'static str,
    /// Free words.
    pub text: &'static str,
}
