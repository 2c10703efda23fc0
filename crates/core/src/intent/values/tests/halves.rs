//! Which half of the day is meant.

use super::*;

fn slot(kind: &SlotKind, name: &str, text: &str, now: DateTime) -> Slot {
    let reading = read_text(kind, text, now).unwrap_or_else(|why| panic!("`{text}`: {why}"));
    Slot {
        name: name.into(),
        value: reading.value,
        spoken: reading.spoken,
    }
}

/// What a time and a day, or a repetition, mean together: `HH:MM date`, with
/// the other reading behind `or`.
fn settled(time: &str, date: &str, days: &str, at: Time) -> String {
    let now = Date::constant(2026, 10, 7).to_datetime(at);
    let mut intent = Intent::new("any");
    intent.slots.push(slot(&SlotKind::Time, "when", time, now));
    if !date.is_empty() {
        intent.slots.push(slot(&SlotKind::Date, "day", date, now));
    }
    if !days.is_empty() {
        let value = SlotValue::Text("any".into());
        let spoken = days.into();
        intent.slots.push(Slot {
            name: "days".into(),
            value,
            spoken,
        });
    }
    let said = grammar::canonical(&format!("{date} {days} at {time}"));
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let shown = |intent: &Intent| {
        let value = |name: &str| intent.slot(name).map(|slot| slot.value.to_string());
        let values = [value("when"), value("day")];
        values.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    match settle_times(&mut intent, &said, TimeUse::Sets, now) {
        Ok(None) => shown(&intent),
        Ok(Some(other)) => format!("{} or {}", shown(&intent), shown(&other)),
        Err(name) => format!("never: {name}"),
    }
}

#[test]
fn the_half_of_the_day_that_is_meant() {
    let noon = Time::constant(12, 0, 0, 0);
    let table = [
        ("seven", "", "every weekday", "07:00"),
        ("half past six", "", "every day", "06:30"),
        ("seven", "", "every evening", "19:00"),
        ("six", "", "on Mondays", "06:00"),
        ("five", "", "every day", "05:00 or 17:00"),
        ("five", "", "every morning", "05:00"),
        ("twelve", "", "every day", "12:00"),
        ("nine", "tomorrow", "", "09:00 2026-10-08"),
        ("eight", "on Friday", "", "08:00 2026-10-09"),
        ("ten", "the third of January", "", "10:00 2027-01-03"),
        ("twelve thirty", "tomorrow", "", "12:30 2026-10-08"),
        (
            "one",
            "tomorrow",
            "",
            "01:00 2026-10-08 or 13:00 2026-10-08",
        ),
        ("seven", "tomorrow morning", "", "07:00 2026-10-08"),
        ("eight", "tomorrow evening", "", "20:00 2026-10-08"),
        ("five", "tomorrow afternoon", "", "17:00 2026-10-08"),
        ("two", "tomorrow night", "", "02:00 2026-10-09"),
        ("eight", "Friday evening", "", "20:00 2026-10-09"),
        ("ten", "tonight", "", "22:00 2026-10-07"),
        ("one", "tonight", "", "01:00 2026-10-08"),
        ("midnight", "tonight", "", "00:00 2026-10-08"),
        ("midnight", "today", "", "00:00 2026-10-08"),
        ("five", "today", "", "17:00 2026-10-07"),
        ("eleven", "today", "", "23:00 2026-10-07"),
        ("seven pm", "tomorrow", "", "19:00 2026-10-08"),
        ("19:00", "tomorrow", "", "19:00 2026-10-08"),
        ("07:00", "tomorrow", "", "07:00 2026-10-08"),
        ("seven in the evening", "tomorrow", "", "19:00 2026-10-08"),
        ("seven am", "tonight", "", "never: when"),
        ("19:00", "tomorrow morning", "", "never: when"),
        ("nine", "", "", "21:00"),
    ];
    let wrong: Vec<String> = table
        .into_iter()
        .filter_map(|(time, date, days, expected)| {
            let got = settled(time, date, days, noon);
            (got != expected).then(|| format!("{time} {date} {days}: wanted {expected}, got {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let small_hours = Time::constant(0, 20, 0, 0);
    assert_eq!(
        settled("one", "tonight", "", small_hours),
        "01:00 2026-10-07"
    );
}

#[test]
fn a_text_tells_nothing_of_the_half_of_the_day() {
    let mut intent = Intent::new("reminder");
    let text = SlotValue::Text("buy tea this evening".into());
    let spoken = "buy tea this evening".into();
    intent.slots.push(Slot {
        name: "text".into(),
        value: text,
        spoken,
    });
    intent
        .slots
        .push(slot(&SlotKind::Time, "time", "nine", now()));
    intent
        .slots
        .push(slot(&SlotKind::Date, "date", "tomorrow", now()));
    let said = grammar::canonical("remind me tomorrow at nine to buy tea this evening");
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    assert_eq!(
        settle_times(&mut intent, &said, TimeUse::Sets, now()),
        Ok(None)
    );
    assert_eq!(intent.slots[1].value.to_string(), "09:00");
}

#[test]
fn a_time_is_found_again_by_what_was_said_of_it() {
    let at = |hour: i8, minute: i8| Time::constant(hour, minute, 0, 0);
    let table = [
        ("seven o'clock", at(7, 0), true),
        ("seven o'clock", at(19, 0), true),
        ("seven am", at(7, 0), true),
        ("seven am", at(19, 0), false),
        ("seven in the evening", at(7, 0), false),
        ("07:00", at(19, 0), false),
        ("half past twelve", at(0, 30), true),
        ("half past twelve", at(12, 30), true),
        ("noon", at(0, 0), false),
    ];
    for (text, stored, same) in table {
        let said = read_text(&SlotKind::Time, text, now())
            .ok()
            .and_then(|r| said_time(&r.value));
        let said = said.unwrap_or_else(|| panic!("`{text}` is a time"));
        assert_eq!(same_clock_time(said, stored), same, "`{text}`, {stored}");
    }
}
