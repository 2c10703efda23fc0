//! Sentences in, marks and timings out.

use jiff::civil::date;

use super::*;
use crate::language::spoken;

fn sentence(text: &str) -> Sentence {
    Sentence::read(text, spoken(), date(2026, 6, 1).at(12, 0, 0, 0))
}

/// A timing as JSON, or its objection; `~` marks one that may be a number.
fn timed(text: &str) -> String {
    let found = sentence(text);
    let show = |timing: &Timing| {
        let weak = if timing.weak { "~" } else { "" };
        match &timing.when {
            Ok(when) => format!("{weak}{}", when.to_json()),
            Err(objection) => format!("{weak}{objection:?}"),
        }
    };
    found.timings.iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_time_says_when() {
    let check = |text: &str, want: &str| assert_eq!(timed(text), want, "{text}");
    check("turn on the light", "");
    check("turn on the light in ten minutes", r#"{"after_s":600}"#);
    check("in half an hour turn off the lights", r#"{"after_s":1800}"#);
    check("turn it off an hour from now", r#"{"after_s":3600}"#);
    check("turn off the light at eleven pm", r#"{"at":"23:00"}"#);
    check("turn off the light at eleven", r#"~{"at":"23:00"}"#);
    check("turn off the light at half past six", r#"{"at":"18:30"}"#);
    check(
        "open the blinds tomorrow at seven",
        r#"{"at":"07:00","date":"2026-06-02"}"#,
    );
    check(
        "open the blinds at seven tomorrow",
        r#"{"at":"07:00","date":"2026-06-02"}"#,
    );
    check(
        "open them tomorrow morning at six",
        r#"{"at":"06:00","date":"2026-06-02"}"#,
    );
    check(
        "open them on friday evening at six",
        r#"{"at":"18:00","date":"2026-06-05"}"#,
    );
    check(
        "open them at six on friday evening",
        r#"{"at":"18:00","date":"2026-06-05"}"#,
    );
    check("turn on the light tonight at ten", r#"{"at":"22:00"}"#);
    check("turn on the light at ten tonight", r#"{"at":"22:00"}"#);
    check(
        "turn on the light at eight in the evening",
        r#"{"at":"20:00"}"#,
    );
    check(
        "at noon tomorrow turn on the fan",
        r#"{"at":"12:00","date":"2026-06-02"}"#,
    );
    check("turn on the fan for ten minutes", r#"{"for_s":600}"#);
    check("turn on the fan until two", r#"{"for_s":7200}"#);
    check("turn on the fan until half past two", r#"{"for_s":9000}"#);
    check("turn on the light tomorrow", "VagueTime");
    // A piece of something larger is no time.
    check("turn on the light in the second bedroom", "");
    check("turn on the light at thirty one o'clock", "");
    check("turn on the light at 25:00", "");
    check("turn on the light at seven sixty one", "");
    check("turn on the light at 2560", "");
    check("turn on the light at seven hours", "");
    check(
        "turn on the light on the fifth at seven",
        r#"{"at":"07:00","date":"2026-06-05"}"#,
    );
    check("turn on the light this evening", "LooseTime");
    check("turn on the light later today", "VagueTime");
    check(
        "turn off the lights at eleven for ten minutes",
        r#"~{"at":"23:00"} {"for_s":600}"#,
    );
    check("set the heating to twenty", "");
    check("turn on the light in the kitchen", "");
}

#[test]
fn a_time_is_cut_out_of_the_text() {
    let check = |text: &str, want: &str| {
        let cut = sentence(text).without_timing(text).map(|(rest, _)| rest);
        assert_eq!(cut.as_deref().unwrap_or("-"), want, "{text}");
    };
    check("Turn on the light in ten minutes.", "Turn on the light .");
    check("In 10 minutes, turn on the light", "turn on the light");
    check("turn on the light", "-");
    check("turn on the light tomorrow", "-");
}

/// The marks as `words:kind`.
fn marked(text: &str) -> String {
    let found = sentence(text);
    let show = |mark: &Mark| {
        let kind = match &mark.kind {
            Kind::Objection(Objection::Unknown(_)) => "place".to_owned(),
            Kind::Objection(objection) => format!("{objection:?}").to_lowercase(),
            kind => format!("{kind:?}").to_lowercase(),
        };
        let words = found.words[mark.from..mark.to].iter();
        let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
        format!("{}:{kind}", words.join(" "))
    };
    found.marks.iter().map(show).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_carries_meaning_is_marked() {
    let check = |text: &str, want: &str| assert_eq!(marked(text), want, "{text}");
    check(
        "set the thermostat to sixty eight",
        "thermostat:thing, sixty eight:number",
    );
    check(
        "to one hundred and fifty percent",
        "one hundred and fifty percent:number",
    );
    check(
        "turn the heating up by five degrees",
        "heating:thing, up by five degrees:change",
    );
    check(
        "make it ten percent brighter",
        "ten percent brighter:change",
    );
    check(
        "everything except the kitchen",
        "everything:quantity, except:exception, kitchen:place",
    );
    check(
        "turn on the light if it is dark",
        "light:thing, if:condition",
    );
    check("turn on the light if you can", "light:thing");
    check(
        "turn on the light every evening",
        "light:thing, every evening:recurrence",
    );
    check("turn on every light", "every:quantity");
    check("turn off the garage lights", "garage:place");
    check("what time is it in New York", "new:place, york:thing");
    check("the one in the hall", "hall:place");
    check("move from room one to room two", "one:number, two:number");
}

#[test]
fn the_tables_are_canonical() {
    let table = spoken().meaning();
    let lists = [
        table.exception,
        table.condition,
        table.no_condition,
        table.quantity,
        table.vague_time,
        table.each,
        table.always,
        table.loose_time,
        table.change_before,
        table.change_after,
        table.units,
        table.delay_before,
        table.delay_after,
        table.at,
        table.until,
        table.span_before,
        table.time_marks,
        table.correction,
        table.request,
        table.places,
        table.before_place,
        table.before_thing,
        table.articles,
        table.empty_nouns,
        table.function,
        table.report,
    ];
    let runs = lists.into_iter().flatten();
    let others: Vec<_> = runs
        .map(|run| (grammar::canonical(run).join(" "), *run))
        .filter(|(canonical, run)| canonical != run)
        .collect();
    assert_eq!(others, []);
}
