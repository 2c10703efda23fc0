//! What is written for the eye, and what is said.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::super::speak::{self, SPEAK};
use super::spoken;

fn check(rows: &[(&str, &str)]) {
    // Two hours ahead of Greenwich in summer.
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    for (written, said) in rows {
        assert_eq!(spoken(written, &zone), *said, "{written}");
    }
}

#[test]
fn plain_words_stay_as_they_are() {
    check(&[
        ("Okay, the light is on.", "Okay, the light is on."),
        ("Tea & toast, e.g. jam", "Tea and toast, for example jam"),
        ("living_room **bold** `x`", "living room bold x"),
        ("Wait — what… yes 🎉", "Wait, what. yes"),
        ("Stop - now. Wait–what", "Stop, now. Wait, what"),
        ("It’s don't", "It's don't"),
        ("one\ntwo", "one\ntwo"),
        ("", ""),
    ]);
}

#[test]
fn fractions_are_parts_of_a_whole() {
    check(&[
        (
            "Add 3/4 cup of milk and 1/2 tsp salt.",
            "Add three quarters cup of milk and one half teaspoon salt.",
        ),
        (
            "1 1/2 hours, 1½ cups, 2 3/8 in",
            "one and a half hours, one and a half cups, two and three eighths inches",
        ),
        ("¾ or 5/16", "three quarters or five sixteenths"),
        (
            "8/10 stars, 120/80",
            "eight out of ten stars, one hundred and twenty over eighty",
        ),
    ]);
}

#[test]
fn units_are_said_in_full() {
    check(&[
        (
            "It is 22.5°C.",
            "It is twenty two point five degrees Celsius.",
        ),
        (
            "It is -1 °C, (1%)",
            "It is minus one degree Celsius, (one percent)",
        ),
        (
            "80 % at 5km/h!",
            "eighty percent at five kilometers per hour!",
        ),
        ("The washer uses 60 W.", "The washer uses sixty watts."),
        (
            "230 V, 2 h, 5 A, 3 m",
            "two hundred and thirty volts, two hours, five amps, three meters",
        ),
        ("500 g and 20 s", "five hundred grams and twenty seconds"),
        (
            "12 µg/m³, 12 μg/m³",
            "twelve micrograms per cubic meter, twelve micrograms per cubic meter",
        ),
        (
            "1.2 MWh, 3 kPa",
            "one point two megawatt hours, three kilopascals",
        ),
        ("300 lx, 20 mA", "three hundred lux, twenty milliamps"),
        ("0.3 €/kWh", "zero point three euros per kilowatt hour"),
        ("5 L, 6 ft, 10 in", "five liters, six feet, ten inches"),
        ("There are 10 in the box.", "There are ten in the box."),
        (
            "10 in. of rain. 5 min. walk",
            "ten inches of rain. five minutes walk",
        ),
        ("21 ℃, 2 TB", "twenty one degrees Celsius, two terabytes"),
        (
            "50 Mbit/s, 5 °C/h",
            "fifty megabits per second, five degrees Celsius per hour",
        ),
        (
            "68°F (20°C)",
            "sixty eight degrees Fahrenheit (twenty degrees Celsius)",
        ),
        (
            "a 10 mm screw, 10 sq ft",
            "a ten millimeter screw, ten square feet",
        ),
        (
            "the 2nd of 3 rooms, gate 10 A",
            "the second of three rooms, gate ten A",
        ),
        (
            "2700 K, a 4K film",
            "two thousand seven hundred kelvin, a four K film",
        ),
        (
            "3x4 m, 1920×1080",
            "three by four meters, one thousand nine hundred and twenty by one thousand and eighty",
        ),
    ]);
}

#[test]
fn ranges_are_said_with_to() {
    check(&[
        ("Wait 10-20 min.", "Wait ten to twenty minutes."),
        ("5-10 °C today", "five to ten degrees Celsius today"),
        (
            "10–20 °C, -5–-2 °C",
            "ten to twenty degrees Celsius, minus five to minus two degrees Celsius",
        ),
        ("10 - 20 °C", "ten to twenty degrees Celsius"),
        (
            "10%–20%, 20 min - 30 min",
            "ten percent to twenty percent, twenty minutes to thirty minutes",
        ),
        (
            "Open 9–17. Open 9 – 17.",
            "Open nine to seventeen. Open nine to seventeen.",
        ),
        (
            "9:00-17:00",
            "nine o'clock in the morning to five o'clock in the afternoon",
        ),
        ("7-9 pm", "seven o'clock to nine o'clock in the evening"),
        (
            "Mon–Fri, Jan-Mar, A–Z",
            "Monday to Friday, January to March, A to Z",
        ),
        (
            "Mon-Fri 9am-1pm, Sat 10–14",
            "Monday to Friday nine o'clock in the morning to one o'clock in the afternoon, Saturday ten to fourteen",
        ),
        (
            "1914–1918, 1914-18",
            "nineteen fourteen to nineteen eighteen, nineteen fourteen to eighteen",
        ),
        ("555-1234", "five five five, one two three four"),
    ]);
}

#[test]
fn times_of_day_have_one_form() {
    check(&[
        (
            "Alarm at 07:30 or 19:05.",
            "Alarm at half past seven in the morning or seven oh five in the evening.",
        ),
        (
            "07:00, 00:00, 12:00, 24:00",
            "seven o'clock in the morning, midnight, twelve o'clock, midnight",
        ),
        (
            "7:30, 12:15, 25:00",
            "half past seven, quarter past twelve, 25:00",
        ),
        (
            "7:30pm 7:05 pm 12:00 am 12 p.m.",
            "half past seven in the evening seven oh five in the evening midnight noon.",
        ),
        (
            "7PM, 7 P.M., 7.30 p.m., 7:30P.M.",
            "seven o'clock in the evening, seven o'clock in the evening, half past seven in the evening, half past seven in the evening.",
        ),
        ("19:05 Uhr", "seven oh five in the evening"),
        ("07:30 in the morning", "half past seven in the morning"),
        (
            "The train is at 7:30 a.m. tomorrow.",
            "The train is at half past seven in the morning tomorrow.",
        ),
        (
            "At 7:30 a.m. The bus comes.",
            "At half past seven in the morning. The bus comes.",
        ),
    ]);
}

#[test]
fn running_times_are_durations() {
    check(&[
        ("0:09:32 left.", "nine minutes and thirty two seconds left."),
        ("1:05:00", "one hour and five minutes"),
        (
            "10:15:30 left",
            "ten hours, fifteen minutes and thirty seconds left",
        ),
        ("at 10:15:30", "at quarter past ten and thirty seconds"),
        ("alarm 07:30:00", "alarm half past seven in the morning"),
        (
            "1:30 hours, 2:30 min",
            "one hour and thirty minutes, two minutes and thirty seconds",
        ),
    ]);
}

#[test]
fn dates_are_days_of_the_calendar() {
    check(&[
        (
            "On 2026-05-01, 2026-13-01",
            "On the first of May, twenty twenty six, two zero two six, one three, zero one",
        ),
        (
            "1/1/2023, 31/12/2023, 12/31/23",
            "the first of January, twenty twenty three, the thirty first of December, twenty twenty three, the thirty first of December, twenty twenty three",
        ),
        (
            "01.05.2026, 5/1, on 1/5",
            "the first of May, twenty twenty six, the first of May, on the fifth of January",
        ),
        ("24/7", "twenty four seven"),
        (
            "Jan. 5, May 5 is free, In May 20 people came",
            "January fifth, May fifth is free, In May twenty people came",
        ),
        (
            "May 5, 2026 and 5 May",
            "May fifth, twenty twenty six and the fifth of May",
        ),
        (
            "2026-05-01T07:00:00+00:00",
            "the first of May, twenty twenty six at nine o'clock in the morning",
        ),
        (
            "2026-05-01 07:00",
            "the first of May, twenty twenty six at seven o'clock in the morning",
        ),
    ]);
}

#[test]
fn abbreviations_end_no_sentence() {
    check(&[
        (
            "Meet at St. Pancras. Bring tea.",
            "Meet at Saint Pancras. Bring tea.",
        ),
        (
            "Visit St. Paul's on Baker St. The shop is on Main St.",
            "Visit Saint Paul's on Baker Street. The shop is on Main Street.",
        ),
        (
            "No. 5 is alive. No. That is wrong.",
            "number five is alive. No. That is wrong.",
        ),
        (
            "Ms. Lee and Prof. Dr. Lee",
            "Miz Lee and Professor Doctor Lee",
        ),
        (
            "Mr Smith, Martin Jr. was here.",
            "Mister Smith, Martin Junior was here.",
        ),
        (
            "approx. 5, Fig. 3, pp. 3-5",
            "approximately five, figure three, pages three to five",
        ),
        (
            "The U.S. Army at 5 p.m. on Mon. and Tue.",
            "The U S Army at five o'clock in the afternoon on Monday and Tuesday.",
        ),
        (
            "Sun and moon, Sat 10 am",
            "Sun and moon, Saturday ten o'clock in the morning",
        ),
        (
            "etc. and so on, vs. them",
            "et cetera and so on, versus them",
        ),
    ]);
}

#[test]
fn kings_wars_and_years() {
    check(&[
        (
            "World War II, Henry VIII's wives",
            "World War two, Henry the eighth's wives",
        ),
        (
            "Louis XIV, Elizabeth II was, Chapter IV",
            "Louis the fourteenth, Elizabeth the second was, Chapter four",
        ),
        (
            "King Charles I. I think. Henry V",
            "King Charles the first. I think. Henry the fifth",
        ),
        (
            "Washington DC, Ann MD, Vitamin C, Plan I",
            "Washington DC, Ann MD, Vitamin C, Plan I",
        ),
        (
            "painted in 1908, 1832, 2005",
            "painted in nineteen oh eight, eighteen thirty two, two thousand and five",
        ),
        (
            "the 1960s, the 60s, 60s",
            "the nineteen sixties, the sixties, sixty seconds",
        ),
        (
            "1832 visitors in 1832",
            "one thousand eight hundred and thirty two visitors in eighteen thirty two",
        ),
    ]);
}

#[test]
fn digits_that_name_something_are_said_one_by_one() {
    check(&[
        (
            "Room 90210, PIN 1234, 0815",
            "Room nine zero two one zero, PIN one two three four, zero eight one five",
        ),
        (
            "12345678 or 12000 steps",
            "one two three four five six seven eight or twelve thousand steps",
        ),
        (
            "192.168.0.1, v1.2.3",
            "one hundred and ninety two dot one hundred and sixty eight dot zero dot one, version one point two point three",
        ),
        (
            "1,000 and 1.000 and 1,234,567.5",
            "one thousand and one point zero zero zero and one million two hundred and thirty four thousand five hundred and sixty seven point five",
        ),
    ]);
}

#[test]
fn prices_are_said_as_money() {
    check(&[
        (
            "$1 or €3.50, 5€",
            "one dollar or three euros and fifty cents, five euros",
        ),
        (
            "$1.5 million, €3m, £5bn",
            "one point five million dollars, three million euros, five billion pounds",
        ),
        (
            "a $5 bill, $5-10, 3,50 €",
            "a five dollar bill, five to ten dollars, three euros and fifty cents",
        ),
        (
            "£0.01, 0.30 €/kWh, EUR 5",
            "one penny, thirty cents per kilowatt hour, five euros",
        ),
    ]);
}

#[test]
fn signs_have_words() {
    check(&[
        (
            "±0.5, <5 min, ~20 min",
            "plus or minus zero point five, less than five minutes, about twenty minutes",
        ),
        (
            ">30 %, ≈3, < 5",
            "more than thirty percent, about three, less than five",
        ),
        (
            "3 × 4, 5 + 3 = 8, 5 - 3 = 2",
            "three times four, five plus three equals eight, five minus three equals two",
        ),
        (
            "#3, -5, +5, 3x",
            "number three, minus five, plus five, three times",
        ),
        ("16:9", "sixteen to nine"),
    ]);
}

proptest! {
    #[test]
    fn any_text_is_spoken_without_control_characters(text in any::<String>()) {
        let said = spoken(&text, &TimeZone::UTC);
        prop_assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
        prop_assert!(said.len() <= 40 * text.len());
    }

    #[test]
    fn any_figures_are_spoken(text in "[0-9:./,+–-]{0,8}( ?(am|p\\.m\\.|km/h|€|\\$|%|s|in|May|XIV|Jan\\.|–|x))?[0-9 :./-]{0,6}") {
        let said = spoken(&text, &TimeZone::UTC);
        prop_assert!(said.chars().all(|c| !c.is_control()));
    }

    #[test]
    fn values_sound_the_same_as_written_and_by_their_speaker(
        hour in 0..24_i8,
        minute in 0..60_i8,
        n in 0..1_000_000_u64,
        seconds in 0..10_000_000_u64,
    ) {
        let say = |text: String| spoken(&text, &TimeZone::UTC);
        let time = speak::time(jiff::civil::time(hour, minute, 0, 0));
        prop_assert_eq!(&say(time.clone()), &time);
        if !(10..13).contains(&hour) {
            prop_assert_eq!(say(format!("{hour:02}:{minute:02}")), time);
        }
        let number = i32::try_from(n).expect("below a million");
        prop_assert_eq!(say(format!("{n} apples")), format!("{} apples", SPEAK.number(number.into())));
        prop_assert_eq!(say(SPEAK.duration(seconds)), SPEAK.duration(seconds));
    }
}
