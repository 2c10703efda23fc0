//! Timers, alarms, reminders and the clock in the words in which people speak
//! of them, beside the commands of the example for a home.

use super::phrase::check;
use super::roundtrip::EXAMPLES;

#[test]
fn timers_are_set() {
    check(
        EXAMPLES[0],
        &[
            ("another ten minute timer please", "timer_set duration=600"),
            ("one more twenty minute timer", "timer_set duration=1200"),
            (
                "could I have another one hour timer",
                "timer_set duration=3600",
            ),
            (
                "give me a shout in twenty minutes",
                "timer_set duration=1200",
            ),
            ("give me a buzz in half an hour", "timer_set duration=1800"),
            ("ping me in forty minutes", "timer_set duration=2400"),
            ("let me know in an hour", "timer_set duration=3600"),
            (
                "let me know when 25 minutes are up",
                "timer_set duration=1500",
            ),
            (
                "tell me when ten minutes have passed",
                "timer_set duration=600",
            ),
            (
                "shout when a quarter of an hour is up",
                "timer_set duration=900",
            ),
            (
                "give me three minutes on the clock",
                "timer_set duration=180",
            ),
            ("put ten minutes on the clock", "timer_set duration=600"),
            ("can you time me for 90 seconds", "timer_set duration=90"),
            ("time this for two minutes please", "timer_set duration=120"),
            (
                "start a timer, two hours ten minutes, name it brisket",
                "timer_set duration=7800 name=brisket",
            ),
            (
                "set a timer for 40 minutes and call it lasagne",
                "timer_set duration=2400 name=lasagne",
            ),
            (
                "new timer 45 seconds plank",
                "timer_set duration=45 name=plank",
            ),
            (
                "another timer for twelve minutes for the broccoli",
                "timer_set duration=720 name=broccoli",
            ),
            (
                "a timer eight minutes quiche",
                "timer_set duration=480 name=quiche",
            ),
        ],
    );
}

#[test]
fn what_is_no_timer_to_set_sets_none() {
    check(
        EXAMPLES[0],
        &[
            ("set a five minute timer in ten minutes", "-"),
            ("start a one hour timer in half an hour", "-"),
            ("set a timer for 5 to 7 minutes", "-"),
            ("set a timer for ten or twelve minutes", "-"),
            ("set a timer for between ten and fifteen minutes", "-"),
            ("stop the timer and the music", "-"),
            ("pause the timer and the film", "-"),
            ("I gave him a shout in twenty minutes", "-"),
            ("the time is up", "-"),
            ("do not ping me in ten minutes", "-"),
        ],
    );
}

#[test]
fn timers_are_asked_after() {
    check(
        EXAMPLES[0],
        &[
            ("how's my laundry timer doing", "timer_query name=laundry"),
            (
                "how is the ten minute timer coming along",
                "timer_query duration=600",
            ),
            (
                "is the laundry timer still going",
                "timer_query name=laundry",
            ),
            ("is my timer still running", "timer_query"),
            ("are my timers still on", "timer_query"),
            ("is the rice timer done yet", "timer_query name=rice"),
            (
                "time remaining on the 45 minute timer",
                "timer_query duration=2700",
            ),
            ("time left on the soup timer", "timer_query name=soup"),
            (
                "how long has the first timer got to go",
                "timer_query which=first",
            ),
            (
                "how long does the bread timer have to run",
                "timer_query name=bread",
            ),
            (
                "how many minutes till the laundry timer is finished",
                "timer_query name=laundry",
            ),
            (
                "how long before the bath timer goes off",
                "timer_query name=bath",
            ),
            ("when does my next timer go off", "timer_query"),
            (
                "when's the pasta timer going to be done",
                "timer_query name=pasta",
            ),
            ("when is the second timer due", "timer_query which=second"),
            ("when will the tea timer be ready", "timer_query name=tea"),
            ("what timers have I got going", "timer_query"),
            ("which timers do I have running", "timer_query"),
            ("what timers are active", "timer_query"),
        ],
    );
}

#[test]
fn timers_are_changed() {
    check(
        EXAMPLES[0],
        &[
            (
                "forget the laundry timer",
                "timer_control deed=cancel name=laundry",
            ),
            (
                "call off the tea timer",
                "timer_control deed=cancel name=tea",
            ),
            (
                "switch off the ten minute timer",
                "timer_control deed=cancel duration=600",
            ),
            ("put the timer on hold", "timer_control deed=pause"),
            (
                "put my rice timer on hold",
                "timer_control deed=pause name=rice",
            ),
            ("freeze the timer", "timer_control deed=pause"),
            (
                "reset my timer back to the start",
                "timer_control deed=restart",
            ),
            (
                "take the bread timer back to the beginning",
                "timer_control deed=restart name=bread",
            ),
            (
                "pasta timer needs 3 minutes less",
                "timer_extend change=take duration=180 name=pasta",
            ),
            (
                "the soup timer needs another ten minutes",
                "timer_extend duration=600 name=soup",
            ),
            (
                "the timer could do with five minutes more",
                "timer_extend change=add duration=300",
            ),
            (
                "give the pasta timer two more minutes",
                "timer_extend minutes=2 name=pasta",
            ),
            (
                "give the pasta timer another minute",
                "timer_extend duration=60 name=pasta",
            ),
            (
                "stick another five minutes on the laundry timer",
                "timer_extend change=add duration=300 name=laundry",
            ),
            ("forget the timer I had as a child", "-"),
        ],
    );
}

#[test]
fn alarms_and_reminders() {
    check(
        EXAMPLES[0],
        &[
            ("turn off tomorrow's alarm", "alarm_cancel date=2026-10-08"),
            (
                "switch tomorrow's alarm off",
                "alarm_cancel date=2026-10-08",
            ),
            (
                "turn the alarm off for tomorrow",
                "alarm_cancel date=2026-10-08",
            ),
            ("no alarm tomorrow please", "alarm_skip date=2026-10-08"),
            (
                "I need to be up by seven am tomorrow",
                "alarm_set time=07:00 date=2026-10-08",
            ),
            ("we have to get up at half past five on Friday", "-"),
            (
                "I have to get up at half past five am on Friday",
                "alarm_set time=05:30 date=2026-10-09",
            ),
            ("cancel my bins reminder", "reminder_cancel text=bins"),
            (
                "delete the dentist reminder",
                "reminder_cancel text=dentist",
            ),
            (
                "remove the reminder about the car",
                "reminder_cancel text=the car",
            ),
            (
                "nudge me in 5 minutes to stir the soup",
                "reminder_in text=stir the soup duration=300",
            ),
            (
                "give me a shout in ten minutes to turn the steaks",
                "reminder_in text=turn the steaks duration=600",
            ),
            ("what do I have to remember today", "reminder_query"),
            ("I don't need an alarm", "-"),
        ],
    );
}

#[test]
fn the_clock() {
    check(
        EXAMPLES[0],
        &[
            ("what's the time love", "time_question"),
            ("love, what time is it", "time_question"),
            ("got the time?", "time_question"),
            ("you got the time pal", "time_question"),
            ("what time do you make it", "time_question"),
            ("do you know what time it is", "time_question"),
            ("how late is it", "time_question"),
            (
                "what day of the week does the 24th of December fall on",
                "date_question date=2026-12-24",
            ),
            ("which day is boxing day", "date_question date=2026-12-26"),
            (
                "what weekday will Halloween be",
                "date_question date=2026-10-31",
            ),
            (
                "on which day does New Year's Eve fall",
                "date_question date=2026-12-31",
            ),
            (
                "which day of the week is the third of May",
                "date_question date=2027-05-03",
            ),
            ("when is Christmas", "date_question date=2026-12-25"),
            ("how late are the shops open", "-"),
            ("what time do you make dinner", "-"),
        ],
    );
}
