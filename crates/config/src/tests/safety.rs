//! What needs a yes although the file does not ask for one; the microphone's channels.

use mynah_core::model::Channel;

use crate::parse;

/// The question of the intent with this action, and the words that are warned of.
fn check(description: &str, action: &str, more: &str, question: Option<&str>, warned: &[&str]) {
    let text = format!(
        "[home_assistant]\nurl = \"http://ha.home:8123\"\ntoken_file = \"/etc/mynah/token\"\n\n\
         [mqtt]\nhost = \"broker\"\n\n[[intent]]\nname = \"it\"\ndescription = \"{description}\"\n\
         phrases = [\"let it be so\"]\naction = {{ {action} }}\n{more}\n"
    );
    let settings = parse(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    let intent = settings.intents.iter().find(|intent| intent.name == "it");
    let asked = intent.and_then(|intent| intent.confirm.as_deref());
    assert_eq!(asked, question, "{text}");
    let of_confirm = settings.warnings.iter();
    let of_confirm = of_confirm.filter(|warning| warning.hint.contains("confirm"));
    let found: Vec<_> = of_confirm.map(|warning| warning.message.as_str()).collect();
    assert_eq!(found, warned, "{text}");
}

#[test]
fn what_opens_a_house_needs_a_yes_unless_the_owner_wants_otherwise() {
    let unlock = "type = \"home_assistant\", service = \"lock.unlock\", entity = \"lock.front\"";
    let question = Some("Really do this: open the front door?");
    check("Open the front door.", unlock, "", question, &[]);
    check("Open it", unlock, "confirm = \"Sure?\"", Some("Sure?"), &[]);
    check("Open it", unlock, "confirm = \"none\"", None, &[]);
    let garage =
        "type = \"home_assistant\", service = \"cover.open_cover\", entity = \"cover.garage\"";
    check(
        "Let me in",
        garage,
        "",
        Some("Really do this: let me in?"),
        &[],
    );
    let blinds =
        "type = \"home_assistant\", service = \"cover.open_cover\", entity = \"cover.blinds\"";
    check("Open the blinds", blinds, "", None, &[]);
    let lock = "type = \"home_assistant\", service = \"lock.lock\", entity = \"lock.front\"";
    check("Close up", lock, "", None, &[]);
    let light = "type = \"home_assistant\", service = \"light.turn_on\", entity = \"light.hall\"";
    check("Let there be light", light, "", None, &[]);
}

#[test]
fn steps_templates_and_services_of_every_domain_are_looked_into() {
    let question = Some("Really do this: let it be so?");
    let asks = |action: &str| check("Let it be so", action, "", question, &[]);
    let acts = |action: &str| check("Let it be so", action, "", None, &[]);
    let call = |service: &str, entity: &str| {
        format!("type = \"home_assistant\", service = \"{service}\", entity = \"{entity}\"")
    };
    asks(
        "type = \"sequence\", steps = [{ type = \"home_assistant\", service = \"light.turn_on\", \
         entity = \"light.hall\" }, { type = \"home_assistant\", service = \"lock.unlock\", \
         entity = \"lock.front\" }]",
    );
    asks(&call("homeassistant.toggle", "cover.garage"));
    asks(&call("homeassistant.turn_on", "valve.main"));
    acts(&call("homeassistant.toggle", "light.hall"));
    acts(&call("homeassistant.toggle", "cover.kitchen_blinds"));
    acts(&call("cover.close_cover", "cover.garage"));
}

#[test]
fn a_templated_cover_asks_if_a_value_is_a_way_in() {
    let check = |values: &str, asks: bool| {
        let text = format!(
            "[home_assistant]\nurl = \"http://ha.home:8123\"\ntoken_file = \"/etc/mynah/token\"\n\n\
             [[intent]]\nname = \"it\"\nphrases = [\"raise the {{cover}}\"]\n\
             slots.cover = {{ values = [{values}] }}\n\
             action = {{ type = \"home_assistant\", service = \"cover.open_cover\", \
             entity = \"cover.{{cover}}\" }}\n"
        );
        let settings = parse(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        let intent = settings.intents.iter().find(|intent| intent.name == "it");
        let asked = intent.is_some_and(|intent| intent.confirm.is_some());
        assert_eq!(asked, asks, "{values}");
    };
    check("\"blinds\", \"shade\"", false);
    check("\"blinds\", \"garage\"", true);
}

#[test]
fn taking_back_asks_where_it_opens_a_house() {
    let lock = "type = \"home_assistant\", service = \"lock.lock\", entity = \"lock.front\"";
    let check = |more: &str, asks: bool| {
        let text = format!(
            "[home_assistant]\nurl = \"http://ha.home:8123\"\ntoken_file = \"/etc/mynah/token\"\n\n\
             [[intent]]\nname = \"it\"\nphrases = [\"close up\"]\naction = {{ {lock} }}\n{more}\n"
        );
        let settings = parse(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        let intent = settings.intents.iter().find(|intent| intent.name == "it");
        assert_eq!(intent.map(|intent| intent.asks_back), Some(asks), "{more}");
    };
    let undo =
        "undo = { type = \"home_assistant\", service = \"lock.unlock\", entity = \"lock.front\" }";
    check("", false);
    check(undo, true);
    check(&format!("{undo}\nconfirm = \"none\""), false);
}

#[test]
fn words_that_open_or_buy_are_warned_of() {
    let topic = "type = \"mqtt\", topic = \"a/b\", payload = \"ON\"";
    let warned = ["\"unlock\" acts at once, whoever says it"];
    check("Unlock the shed", topic, "", None, &warned);
    check("Unlock the shed", topic, "confirm = \"none\"", None, &[]);
    check(
        "Unlock the shed",
        topic,
        "confirm = \"Sure?\"",
        Some("Sure?"),
        &[],
    );
    check(
        "Buy milk",
        topic,
        "",
        None,
        &["\"buy\" acts at once, whoever says it"],
    );
    check("Light the shed", topic, "", None, &[]);
}

#[test]
fn channels_of_a_microphone_are_written_in_four_ways() {
    let check = |written: &str, expected: Option<&Channel>| {
        let found = parse(&format!("[audio]\nchannel = {written}\n"));
        let found = found.map(|settings| settings.audio.channel.clone()).ok();
        assert_eq!(found.as_ref(), expected, "{written}");
    };
    check("0", Some(&Channel::These(vec![0])));
    check("5", Some(&Channel::These(vec![5])));
    check("\"left\"", Some(&Channel::These(vec![0])));
    check("\"right\"", Some(&Channel::These(vec![1])));
    check("\"loudest\"", Some(&Channel::Loudest));
    check("[0, 2]", Some(&Channel::These(vec![0, 2])));
    for wrong in ["-1", "64", "[]", "[0, 99]", "\"middle\"", "true", "1.5"] {
        check(wrong, None);
    }
    let settings = parse("").expect("an empty file is right");
    assert_eq!(settings.audio.channel, Channel::All);
}
