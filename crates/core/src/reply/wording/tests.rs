//! Wordings in, sentences out.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{names, render};

fn values() -> Value {
    json!({
        "room": "living room",
        "value": {"room": "living_room", "count": 3, "one": 1, "after": 3_905, "at": "19:05",
                  "on": "2030-12-24", "state": "on"},
        "field": {"room": {"floor": "first"}},
        "result": {"state": "21.50", "list": ["milk", "eggs", "tea"], "deep": {"0": "x"},
                   "said": "{{ 7 * 7 }} {room} {% raw %}"},
        "date": "2030-12-20", "time": "07:00", "zone": "Europe/Berlin",
    })
}

fn check(wording: &str, expected: &str) {
    let said = render(wording, &values()).unwrap_or_else(|error| panic!("{wording}: {error}"));
    assert_eq!(said, expected, "{wording}");
    if let Err(wrong) = names(wording) {
        panic!("{wording}: {}", wrong.message);
    }
}

#[test]
fn numbers_times_and_lists_are_said_as_people_do() {
    for (wording, expected) in [
        ("{{ value.count | plural('egg') }}", "3 eggs"),
        ("{{ value.one | plural('egg') }}", "1 egg"),
        (
            "{{ 0 | plural('box') }}, {{ 2 | plural('city') }}",
            "0 boxes, 2 cities",
        ),
        ("{{ 2 | plural('child', 'children') }}", "2 children"),
        ("{{ 1.5 | plural('day') }}", "1.5 days"),
        ("{{ 405 | words }}", "four hundred and five"),
        ("{{ -21 | words }}", "minus twenty one"),
        ("{{ 1001 | words }}", "one thousand and one"),
        ("{{ 2030000 | words }}", "two million thirty thousand"),
        (
            "{{ 12 | ordinal }} {{ 20 | ordinal }} {{ 43 | ordinal }}",
            "twelfth twentieth forty third",
        ),
        (
            "{{ result.state | number }} {{ 2.345 | number(1) }}",
            "21.5 2.3",
        ),
        (
            "{{ value.after | duration }}",
            "one hour, five minutes and five seconds",
        ),
        (
            "{{ 90 | duration }} {{ 0 | duration }}",
            "one minute and thirty seconds zero seconds",
        ),
        ("{{ 180000 | duration }}", "two days and two hours"),
        ("{{ value.at | clock }}", "seven oh five in the evening"),
        (
            "{{ '00:00' | clock }} {{ '12:00' | clock }}",
            "midnight noon",
        ),
        ("{{ '07:30' | clock }}", "half past seven in the morning"),
        (
            "{{ '10:45:10' | clock }}",
            "quarter to eleven in the morning",
        ),
        ("{{ '25:00' | clock }} {{ 'soon' | clock }}", "25:00 soon"),
        ("{{ value.on | day }}", "Tuesday"),
        (
            "{{ '2030-12-21' | day }} {{ '2030-12-20' | day }}",
            "tomorrow today",
        ),
        ("{{ '2031-01-03' | day }}", "Friday the third of January"),
        // A server's moment is said as clocks here show it.
        (
            "{{ '2030-05-01T07:00:00+00:00' | clock }}",
            "nine o'clock in the morning",
        ),
        (
            "{{ '2030-12-20T23:30:00Z' | clock }}",
            "half past twelve in the morning",
        ),
        ("{{ '2030-12-20T23:30:00.123Z' | day }}", "tomorrow"),
        (
            "{{ '2030-12-20T23:30:00' | day }} {{ '2030-12-20 23:30:00' | clock }}",
            "today half past eleven at night",
        ),
        (
            "{{ '0:09:32' | duration }}, {{ '1:05:00' | duration }}",
            "nine minutes and thirty two seconds, one hour and five minutes",
        ),
        (
            "{{ '3:45' | duration }}, {{ 'PT9M32S' | duration }}",
            "three minutes and forty five seconds, nine minutes and thirty two seconds",
        ),
        (
            "{{ '1 day, 2:03:04' | duration }}, {{ 'paused' | duration }}",
            "one day, two hours and three minutes, paused",
        ),
        ("{{ result.list | listing }}", "milk, eggs and tea"),
        (
            "{{ ['a', 'b'] | listing('or') }} {{ ['a'] | listing }}",
            "a or b a",
        ),
    ] {
        check(wording, expected);
    }
}

#[test]
fn plain_names_and_expressions_stand_side_by_side() {
    for (wording, expected) in [
        ("{room} {{ room }}", "living room living room"),
        ("{room.floor}{{ '' }} {result.list.1}", "first eggs"),
        (
            "{% if value.state == 'on' %}{room} is on{% else %}off{% endif %}",
            "living room is on",
        ),
        ("{{ missing }}{{ value.missing.deeper }}{nobody}!", "!"),
        ("{{ missing | words }}{{ room | duration }}", "living room"),
        ("{# {room} #}{{ '{room}' }}", "{room}"),
    ] {
        let said = render(wording, &values()).unwrap_or_else(|error| panic!("{wording}: {error}"));
        assert_eq!(said, expected, "{wording}");
    }
}

#[test]
fn what_came_back_is_never_read_as_a_wording() {
    check("{{ result.said }}", "{{ 7 * 7 }} {room} {% raw %}");
    check("{result.said}{{ '' }}", "{{ 7 * 7 }} {room} {% raw %}");
}

#[test]
fn work_and_length_are_bounded() {
    for wording in [
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000 }}",
        "{{ 1 / 0 }}",
        "{% include 'a' %}",
    ] {
        assert!(render(wording, &values()).is_err(), "{wording}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (wording, message) in [
        ("{{ room ", "syntax error"),
        ("{% if room %}x", "syntax error"),
        ("{{ room | plurl('a') }}", "unknown filter"),
        ("{{ nothing() }}", "unknown"),
    ] {
        let wrong = names(wording).expect_err(wording);
        assert!(
            wrong.message.contains(message),
            "{wording}: {}",
            wrong.message
        );
        assert!(wrong.at <= wording.len() && !wrong.hint.is_empty());
    }
}

proptest! {
    #[test]
    fn whatever_was_said_is_said_again(said in any::<String>()) {
        let values = json!({"room": said, "value": {"room": said}});
        let reply = render("{% if room %}{{ room }}{% endif %}|{room}|{{ value.room }}", &values);
        let reply = reply.expect("any text is a value");
        prop_assert_eq!(reply, format!("{said}|{said}|{said}"));
    }

    #[test]
    fn any_wording_is_rendered_or_refused(wording in "(\\{\\{|\\}\\}|\\{%|%\\}|\\{room\\}| |if|room|\\||'|\\PC){0,12}") {
        let _ = names(&wording);
        let _ = render(&wording, &values());
    }
}
