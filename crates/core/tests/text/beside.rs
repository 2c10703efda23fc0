//! Orders beside a reason or a remark, and what is none: one table a kind.

use jiff::civil::date;

use mynah_core::dialogue::beside;
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::turn::Intent;

use super::phrase::HOME;

/// What is done of each sentence, `? ` before what is asked about, `-` for nothing.
#[track_caller]
fn check(table: &[(&str, &str)]) {
    let settings = mynah_config::parse(HOME).expect("the file is good");
    let parser = PhraseParser::new(&settings, &Grammar::compile(&settings));
    let now = date(2026, 10, 7).at(15, 0, 0, 0);
    let told = |intent: &Intent| {
        let slots = intent.slots.iter();
        let slots = slots.map(|slot| format!(" {}={}", slot.name, slot.value));
        format!("{}{}", intent.name, slots.collect::<String>())
    };
    let understood = |said: &str| {
        let orders = beside::orders(said, &settings, now).into_iter();
        let read = orders.map(|order| {
            let alone = parser.understand(&order.order, now);
            (order, alone)
        });
        beside::settle(&settings, read.collect()).map_or_else(
            || "-".to_owned(),
            |found| {
                let intents: Vec<String> = found.intents.iter().map(told).collect();
                let asked = if found.doubt.is_some() { "? " } else { "" };
                format!("{asked}{}", intents.join(" + "))
            },
        )
    };
    let wrong: Vec<String> = table
        .iter()
        .map(|(said, wanted)| (said, wanted, understood(said)))
        .filter(|(_, wanted, got)| *wanted != got)
        .map(|(said, wanted, got)| format!("`{said}`\n  wanted {wanted}\n  got    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_remark_before_an_order() {
    check(&[
        (
            "it's so dark in here turn on the hall light",
            "light_set room=hall state=on",
        ),
        (
            "the sun's in my eyes switch off the bedroom light",
            "light_set room=bedroom state=off",
        ),
        (
            "we are about to eat, dim the kitchen light to forty",
            "dim room=kitchen level=40",
        ),
        (
            "because my head hurts turn off the kitchen light",
            "light_set room=kitchen state=off",
        ),
        (
            "I have to leave now so lock the back door",
            "lock door=back",
        ),
        (
            "I can't see turn on the hall light",
            "light_set room=hall state=on",
        ),
        ("dinner is ready, play jazz", "radio station=jazz"),
        (
            "the hall light is too bright turn it off",
            "light_set room=hall state=off",
        ),
    ]);
}

#[test]
fn a_remark_behind_an_order() {
    check(&[
        ("lock the front door I'm nearly home", "lock door=front"),
        (
            "turn on the hall light it's dark",
            "light_set room=hall state=on",
        ),
        ("a ten minute timer please, the bread is in the oven", "-"),
        (
            "set a ten minute timer please, the bread is in the oven",
            "timer length=600",
        ),
        (
            "turn the bedroom light off because we are tired",
            "light_set room=bedroom state=off",
        ),
    ]);
}

#[test]
fn a_value_in_a_remark_may_be_meant() {
    check(&[
        (
            "I have to leave in ten minutes so turn off the hall light",
            "? light_set room=hall state=off",
        ),
        ("I have to leave in ten minutes so set a timer", "timer"),
        (
            "there are five people here turn on the hall light",
            "? light_set room=hall state=on",
        ),
    ]);
}

#[test]
fn what_is_no_remark() {
    check(&[
        // A rule, a quotation, hearsay.
        ("the rule is turn off the hall light", "-"),
        ("the best song is called turn off the hall light", "-"),
        ("my sister is always saying turn off the hall light", "-"),
        ("she is tired turn off the hall light", "-"),
        ("the sign says lock the front door", "-"),
        ("my dad is like lock the front door", "-"),
        // A denial, a condition, a plan, what is over.
        ("I'm not sure turn off the hall light", "-"),
        ("it's fine if it is dark turn on the hall light", "-"),
        ("I'm going to turn on the hall light", "-"),
        ("it was dark turn on the hall light", "-"),
        ("we should be quick lock the front door", "-"),
        ("lock the front door I'm only joking", "-"),
        // Another thing of the file.
        ("the bedroom is dark turn on the hall light", "-"),
        ("turn on the hall light it is the kitchen", "-"),
        // Which one is meant.
        ("lock the door I am standing at", "-"),
        ("turn off the light we are using", "-"),
        ("turn on the hall light that is broken", "-"),
        // Free text may have taken the remark.
        ("add milk to the shopping list it's in the oven", "-"),
        ("we are out of milk, add it to the shopping list", "-"),
        ("turn on the hall light at my mum's house", "-"),
        // Half a clause.
        ("I have to lock the front door", "-"),
        ("this is how you lock the front door", "-"),
        ("it is time to lock the front door", "-"),
        ("there is a hall light on", "-"),
    ]);
}
