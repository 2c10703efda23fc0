//! German text as written, and as it is normalised.

use super::normalize;

#[test]
fn what_is_written_is_read_as_it_is_said() {
    let check = |text: &str, expected: &str| {
        let words = normalize(text);
        let said: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(said.join(" "), expected, "{text}");
        for word in &words {
            assert!(text.get(word.start..word.end).is_some(), "{text}: {word:?}");
        }
    };
    check(
        "Schalt das Licht in der Küche ein!",
        "schalte das licht in der küche ein",
    );
    check(
        "schalt das licht in der ku\u{308}che ein",
        "schalte das licht in der küche ein",
    );
    check(
        "SCHALTE DAS LICHT IN DER KUECHE EIN",
        "schalte das licht in der küche ein",
    );
    check(
        "Kannst du die neue Quelle einschalten?",
        "kannst du die neue quelle ein schalten",
    );
    check(
        "die Straße, die STRAẞE und die Strasse",
        "die strasse die strasse und die strasse",
    );
    check("Timer auf 24 Minuten", "timer auf vierundzwanzig minuten");
    check(
        "Timer auf vier und zwanzig Minuten",
        "timer auf vierundzwanzig minuten",
    );
    check("zwei und drei", "zwei und drei");
    check("1.500 Euro", "ein tausend fünf hundert euro");
    check("20,5 °C", "zwanzig komma fünf grad celsius");
    check("um 20:15 Uhr", "um zwanzig uhr fünfzehn");
    check("um 20.15 Uhr", "um zwanzig uhr fünfzehn");
    check("um 7:05", "um sieben uhr fünf");
    check("um 07:30 Uhr", "um null sieben uhr dreissig");
    check("um 1:00 Uhr", "um ein uhr");
    check("um 8 Uhr.", "um acht uhr");
    check("am 3. Mai", "am dritte mai");
    check("am 24.12.", "am vierundzwanzigste zwölfte");
    check(
        "am 24.12.2026 um 8 Uhr",
        "am vierundzwanzigste zwölfte zwei tausend sechsundzwanzig um acht uhr",
    );
    check("auf 50 %", "auf fünfzig prozent");
    check("auf 50%", "auf fünfzig prozent");
    check("1/2 Liter", "einhalb liter");
    check("2½ Stunden", "zwei einhalb stunden");
    check("zweieinhalb Stunden", "zwei einhalb stunden");
    check("eine Viertelstunde", "eine viertel stunde");
    check("einen zehnminütigen Timer", "einen zehn minuten timer");
    check("ein Zehnminutentimer", "ein zehn minuten timer");
    check("ein 10-Minuten-Timer", "ein zehn minuten timer");
    check(
        "Montagabend und montagabends",
        "montag abend und montags abends",
    );
    check("nächsten Montag", "nächste montag");
    check(
        "Schalten Sie bitte das Licht aus.",
        "schalte bitte das licht aus",
    );
    check(
        "ich möchte, dass du das Licht ausmachst",
        "ich möchte dass du das licht aus machen",
    );
    check("mach’s aus", "mache es aus");
    check("5 min", "fünf minuten");
    check("-5 Grad", "minus fünf grad");
    check("1.2.3.4", "1.2.3.4");
    check("25:61", "25:61");
}
