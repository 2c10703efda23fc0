//! What a language consists of.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::form::Form;
use super::shared::clock::ClockWords;
use super::shared::date::DateWords;
use super::shared::duration::DurationWords;
use super::shared::number::NumberWords;
use super::shared::numerals::Numerals;
use super::shared::recurrence::RecurrenceWords;
use super::shared::speak::SpeakWords;
use super::{
    Amount, AnswerWords, AskingWords, ClockTime, Contrary, ControlWords, CourtesyWords, Day,
    DayPart, FragmentWords, Inflection, Labels, MeaningWords, MoodWords, Objection, OrderWords,
    Phrase, PhraseWords, PromptTexts, Recurrence, Remark, RequestWords, Sentences, Value, Word,
};

/// All that is known of a language: its tables, and the few rules that are its own.
/// All runs of words are in canonical form ([`super::canonical`]), words separated by one
/// space.
#[derive(Debug)]
pub struct Language {
    pub(super) meaning: &'static MeaningWords,
    pub(super) phrases: &'static PhraseWords,
    pub(super) order: &'static OrderWords,
    pub(super) answers: &'static AnswerWords,
    pub(super) control: &'static ControlWords,
    pub(super) courtesy: &'static CourtesyWords,
    pub(super) labels: &'static Labels,
    pub(super) sentences: &'static Sentences,
    pub(super) fragments: &'static FragmentWords,
    pub(super) moods: &'static MoodWords,
    pub(super) requests: &'static RequestWords,
    pub(super) asking: &'static AskingWords,
    pub(super) prompt: &'static PromptTexts,
    pub(super) contraries: &'static [Contrary],
    pub(super) numerals: &'static Numerals,
    pub(super) numbers: &'static NumberWords,
    pub(super) durations: &'static DurationWords,
    pub(super) clock: &'static ClockWords,
    pub(super) dates: &'static DateWords,
    pub(super) recurrences: &'static RecurrenceWords,
    pub(super) values: &'static SpeakWords,
    pub(super) objection: fn(&Objection) -> String,
    pub(super) remark: fn(&Remark<'_>) -> String,
    pub(super) phrase: fn(&Phrase<'_>) -> String,
    pub(super) normalize: fn(&str) -> Vec<Word>,
    pub(super) stem: fn(&str) -> String,
    pub(super) is_numeral: fn(&str) -> bool,
    pub(super) is_digit: fn(&str) -> bool,
    pub(super) inflection: fn(&str, &str) -> Option<Inflection>,
    pub(super) sound: fn(&str) -> String,
    pub(super) worst_heard: fn(&str) -> String,
    pub(super) verbalise: fn(&str, &TimeZone) -> String,
    pub(super) plural: fn(&str) -> String,
    pub(super) rules: &'static [(&'static str, &'static str)],
    pub(super) infinitive: fn(&str) -> Option<&'static str>,
    pub(super) nouns_have_capitals: bool,
    pub(super) compounds: fn(&str) -> Vec<(String, String)>,
    pub(super) agreed: fn(&str) -> String,
}

/// A language from the modules of its folder, each of which has the table or the
/// rule of its name; what only some languages have is given. The modules are those
/// of the place where it is called.
macro_rules! language {
    ($($own:ident: $value:expr),* $(,)?) => {
        crate::language::Language {
            meaning: &meaning::WORDS,
            phrases: &phrases::PHRASES,
            order: &order::ORDER,
            answers: &short::ANSWERS,
            control: &short::CONTROL,
            courtesy: &short::COURTESY,
            labels: &sentences::LABELS,
            sentences: &sentences::SENTENCES,
            fragments: &fragment::FRAGMENTS,
            moods: &moods::MOODS,
            requests: &requests::REQUESTS,
            asking: &asking::ASKING,
            prompt: &prompt::PROMPT,
            contraries: &contraries::CONTRARIES,
            numerals: &numerals::NUMERALS,
            numbers: &number::NUMBERS,
            durations: &duration::DURATIONS,
            clock: &clock::CLOCK,
            dates: &date::DATES,
            recurrences: &recurrence::RECURRENCES,
            values: &speak::SPEAK,
            objection: objections::say,
            remark: remarks::say,
            phrase: timers::phrase,
            normalize: normal::normalize,
            stem: asking::stem,
            is_numeral: numerals::is_numeral,
            is_digit: |word| numerals::SMALL[..10].contains(&word),
            inflection: phonetic::inflection,
            sound: phonetic::sound,
            verbalise: verbalise::spoken,
            plural: speak::plural,
            $($own: $value,)*
        }
    };
}
pub(super) use language;

impl Language {
    /// Words that carry meaning by themselves.
    #[must_use]
    pub fn meaning(&self) -> &'static MeaningWords {
        self.meaning
    }

    /// What words weigh in a command.
    #[must_use]
    pub fn phrases(&self) -> &'static PhraseWords {
        self.phrases
    }

    /// Verbs that only carry a command.
    #[must_use]
    pub fn order(&self) -> &'static OrderWords {
        self.order
    }

    /// Words of short answers.
    #[must_use]
    pub fn answers(&self) -> &'static AnswerWords {
        self.answers
    }

    /// Words that steer the box itself.
    #[must_use]
    pub fn control(&self) -> &'static ControlWords {
        self.control
    }

    /// Words of courtesy around a command.
    #[must_use]
    pub fn courtesy(&self) -> &'static CourtesyWords {
        self.courtesy
    }

    /// What other programs call its parts.
    #[must_use]
    pub fn labels(&self) -> &'static Labels {
        self.labels
    }

    /// What the box says of itself.
    #[must_use]
    pub fn sentences(&self) -> &'static Sentences {
        self.sentences
    }

    /// Words around a part of a command.
    #[must_use]
    pub fn fragments(&self) -> &'static FragmentWords {
        self.fragments
    }

    /// Words by which a sentence shows what it wants.
    #[must_use]
    pub fn moods(&self) -> &'static MoodWords {
        self.moods
    }

    /// Words by which a sentence shows the form of a request.
    #[must_use]
    pub fn requests(&self) -> &'static RequestWords {
        self.requests
    }

    /// Words of questions to a text.
    #[must_use]
    pub fn asking(&self) -> &'static AskingWords {
        self.asking
    }

    /// What the language model reads.
    #[must_use]
    pub fn prompt(&self) -> &'static PromptTexts {
        self.prompt
    }

    /// What the box says of words that it cannot account for.
    #[must_use]
    pub fn objection(&self, objection: &Objection) -> String {
        (self.objection)(objection)
    }

    /// What the forms of one word have in common.
    #[must_use]
    pub fn stem(&self, word: &str) -> String {
        (self.stem)(word)
    }

    /// Contrary sides, of which values may be hinted at. Earlier ones come
    /// first.
    #[must_use]
    pub fn contraries(&self) -> &'static [Contrary] {
        self.contraries
    }

    /// The canonical words of a text, in order, with their places in it: lower
    /// case, accents folded, numbers spelled out, one spelling a word.
    #[must_use]
    pub fn normalize(&self, text: &str) -> Vec<Word> {
        (self.normalize)(text)
    }

    /// Numbers of a unit in canonical form; `None`: of any.
    #[must_use]
    pub fn number(&self, unit: Option<&str>) -> Form<Amount> {
        self.numbers.number(unit)
    }

    /// Lengths of time, in seconds.
    #[must_use]
    pub fn duration(&self) -> Form<u32> {
        self.durations.duration()
    }

    /// Times of day.
    #[must_use]
    pub fn time(&self) -> Form<ClockTime> {
        (self.clock.time)()
    }

    /// Days, with the part of the day where one is said behind it.
    #[must_use]
    pub fn day(&self) -> Form<(Day, Option<DayPart>)> {
        self.dates.day()
    }

    /// Parts of the day, as they stand beside a time.
    #[must_use]
    pub fn part_of_day(&self) -> Form<DayPart> {
        self.clock.part_of_day()
    }

    /// Parts of the day as they say when a command is to be carried out, with
    /// the days from today where the words say so.
    #[must_use]
    pub fn part_of_some_day(&self) -> Form<(DayPart, Option<i8>)> {
        self.clock.part_of_some_day()
    }

    /// Parts of many days: "every morning".
    #[must_use]
    pub fn recurring_part_of_day(&self) -> Form<DayPart> {
        self.clock.recurring_part_of_day()
    }

    /// Repetitions.
    #[must_use]
    pub fn recurrence(&self) -> Form<Recurrence> {
        self.recurrences.recurrence()
    }

    /// Rules of the phrase language that a file has without writing them, by name:
    /// articles and prepositions in their forms.
    #[must_use]
    pub fn rules(&self) -> &'static [(&'static str, &'static str)] {
        self.rules
    }

    /// The infinitive of an imperative, where an order may have its verb at its end.
    #[must_use]
    pub fn infinitive(&self, imperative: &str) -> Option<&'static str> {
        (self.infinitive)(imperative)
    }

    /// Whether every noun is written with a capital, so that one shows no name.
    #[must_use]
    pub fn nouns_have_capitals(&self) -> bool {
        self.nouns_have_capitals
    }

    /// The ways to take a word for two that are written together: the first by
    /// itself, and the second.
    #[must_use]
    pub fn compounds(&self, word: &str) -> Vec<(String, String)> {
        (self.compounds)(word)
    }

    /// An order that is put together from a phrase and its values, with small words
    /// that agree with their nouns.
    #[must_use]
    pub fn agreed(&self, order: &str) -> String {
        (self.agreed)(order)
    }

    /// Whether a word is a numeral, an ordinal one, or part of a number.
    #[must_use]
    pub fn is_numeral(&self, word: &str) -> bool {
        (self.is_numeral)(word)
    }

    /// Whether a word is the name of a digit.
    #[must_use]
    pub fn is_digit(&self, word: &str) -> bool {
        (self.is_digit)(word)
    }

    /// Whether a word is a day of the week, or many of them.
    #[must_use]
    pub fn is_weekday(&self, word: &str) -> bool {
        self.dates.is_weekday(word)
    }

    /// A whole number in canonical words.
    #[must_use]
    pub fn cardinal(&self, number: u64) -> String {
        self.numerals.cardinal(number)
    }

    /// How one word is a form of a shorter one, if it is.
    #[must_use]
    pub fn inflection(&self, short: &str, long: &str) -> Option<Inflection> {
        (self.inflection)(short, long)
    }

    /// A rough phonetic spelling of a word: one sign for each sound.
    #[must_use]
    pub fn sound(&self, word: &str) -> String {
        (self.sound)(word)
    }

    /// What a text is heard as at worst. Texts that differ and are equal in
    /// this may be taken for each other.
    #[must_use]
    pub fn worst_heard(&self, text: &str) -> String {
        (self.worst_heard)(text)
    }

    /// A written text as it is said: figures, times, units and signs in words.
    /// Timestamps of other zones are said in `zone`.
    #[must_use]
    pub fn verbalise(&self, text: &str, zone: &TimeZone) -> String {
        (self.verbalise)(text, zone)
    }

    /// A value in words that the readers understand.
    #[must_use]
    pub fn say(&self, value: Value) -> String {
        self.values.value(value)
    }

    /// How a day of the calendar is called back that was said in `words`.
    #[must_use]
    pub fn say_day(
        &self,
        day: Day,
        part: Option<DayPart>,
        words: &[&str],
        date: Date,
        today: Date,
    ) -> String {
        self.values.said_day(day, part, words, date, today)
    }

    /// The plural of a noun.
    #[must_use]
    pub fn plural(&self, noun: &str) -> String {
        (self.plural)(noun)
    }

    /// Things one after the other, with `word` before the last one; `None`: the
    /// word for "and".
    #[must_use]
    pub fn listing(&self, items: &[String], word: Option<&str>) -> String {
        self.values.listing(items, word)
    }

    /// A sentence that the box says, with values in it.
    #[must_use]
    pub fn remark(&self, remark: &Remark<'_>) -> String {
        (self.remark)(remark)
    }

    /// A part of a sentence.
    #[must_use]
    pub fn phrase(&self, phrase: &Phrase<'_>) -> String {
        (self.phrase)(phrase)
    }
}
