//! English.

mod asking;
mod clock;
mod contraries;
mod date;
mod duration;
mod figures;
mod fragment;
mod meaning;
mod moods;
mod normal;
mod number;
mod numerals;
mod objections;
mod order;
mod phonetic;
mod phrases;
mod prompt;
mod recurrence;
mod remarks;
mod requests;
mod sentences;
mod short;
mod sounds;
mod speak;
mod spelling;
mod timers;
mod units;
mod verbalise;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::form::Form;
use super::{
    Amount, AnswerWords, AskingWords, ClockTime, Contrary, ControlWords, CourtesyWords, Day,
    DayPart, FragmentWords, Inflection, Labels, Language, MeaningWords, MoodWords, Objection,
    OrderWords, Phrase, PhraseWords, PromptTexts, Recurrence, Remark, RequestWords, Sentences,
    Value, Word,
};

/// English, as spoken to a voice assistant.
#[derive(Clone, Copy, Debug)]
pub(super) struct English;

impl Language for English {
    fn meaning(&self) -> &'static MeaningWords {
        &meaning::WORDS
    }

    fn objection(&self, objection: &Objection) -> String {
        objections::say(objection)
    }

    fn phrases(&self) -> &'static PhraseWords {
        &phrases::PHRASES
    }

    fn order(&self) -> &'static OrderWords {
        &order::ORDER
    }

    fn answers(&self) -> &'static AnswerWords {
        &short::ANSWERS
    }

    fn control(&self) -> &'static ControlWords {
        &short::CONTROL
    }

    fn courtesy(&self) -> &'static CourtesyWords {
        &short::COURTESY
    }

    fn labels(&self) -> &'static Labels {
        &sentences::LABELS
    }

    fn sentences(&self) -> &'static Sentences {
        &sentences::SENTENCES
    }

    fn fragments(&self) -> &'static FragmentWords {
        &fragment::FRAGMENTS
    }

    fn moods(&self) -> &'static MoodWords {
        &moods::MOODS
    }

    fn requests(&self) -> &'static RequestWords {
        &requests::REQUESTS
    }

    fn asking(&self) -> &'static AskingWords {
        &asking::ASKING
    }

    fn stem(&self, word: &str) -> String {
        asking::stem(word)
    }

    fn contraries(&self) -> &'static [Contrary] {
        &contraries::CONTRARIES
    }

    fn prompt(&self) -> &'static PromptTexts {
        &prompt::PROMPT
    }

    fn normalize(&self, text: &str) -> Vec<Word> {
        normal::normalize(text)
    }

    fn number(&self, unit: Option<&str>) -> Form<Amount> {
        number::number(unit)
    }

    fn duration(&self) -> Form<u32> {
        duration::duration()
    }

    fn time(&self) -> Form<ClockTime> {
        clock::time()
    }

    fn day(&self) -> Form<(Day, Option<DayPart>)> {
        date::day()
    }

    fn part_of_day(&self) -> Form<DayPart> {
        clock::part_of_day()
    }

    fn part_of_some_day(&self) -> Form<(DayPart, Option<i8>)> {
        clock::part_of_some_day()
    }

    fn recurring_part_of_day(&self) -> Form<DayPart> {
        clock::recurring_part_of_day()
    }

    fn recurrence(&self) -> Form<Recurrence> {
        recurrence::recurrence()
    }

    fn is_numeral(&self, word: &str) -> bool {
        numerals::is_numeral(word)
    }

    fn is_digit(&self, word: &str) -> bool {
        numerals::SMALL[..10].contains(&word)
    }

    fn is_weekday(&self, word: &str) -> bool {
        date::is_weekday(word)
    }

    fn cardinal(&self, number: u64) -> String {
        numerals::cardinal(number)
    }

    fn inflection(&self, short: &str, long: &str) -> Option<Inflection> {
        phonetic::inflection(short, long)
    }

    fn sound(&self, word: &str) -> String {
        phonetic::sound(word)
    }

    fn worst_heard(&self, text: &str) -> String {
        sounds::worst_heard(text)
    }

    fn verbalise(&self, text: &str, zone: &TimeZone) -> String {
        verbalise::spoken(text, zone)
    }

    fn say(&self, value: Value) -> String {
        speak::value(value)
    }

    fn say_day(
        &self,
        day: Day,
        part: Option<DayPart>,
        words: &[&str],
        date: Date,
        today: Date,
    ) -> String {
        speak::said_day(day, part, words, date, today)
    }

    fn plural(&self, noun: &str) -> String {
        speak::plural(noun)
    }

    fn listing(&self, items: &[String], word: Option<&str>) -> String {
        speak::listing(items, word)
    }

    fn remark(&self, remark: &Remark<'_>) -> String {
        remarks::say(remark)
    }

    fn phrase(&self, phrase: &Phrase<'_>) -> String {
        timers::phrase(phrase)
    }
}
