//! What actions and follow-ups may say.

#[test]
fn what_is_built_in_is_no_part_of_another_action_and_takes_nothing_back() {
    let head = "[[intent]]\nname = \"a\"\nphrases = [\"a\"]\n";
    let built_in = "{ type = \"builtin\", do = \"timer_set\" }";
    let say = "{ type = \"say\" }";
    for (key, action) in [
        (
            "intent[0].undo",
            format!("action = {say}\nundo = {built_in}"),
        ),
        (
            "intent[0].action.steps[0]",
            format!("action = {{ type = \"sequence\", steps = [{built_in}] }}"),
        ),
        (
            "intent[0].action.steps[0].undo",
            format!(
                "action = {{ type = \"sequence\", steps = \
                 [{{ type = \"mqtt\", topic = \"a\", undo = {built_in} }}] }}"
            ),
        ),
        (
            "intent[0].action.on_failure",
            format!("action = {{ type = \"mqtt\", topic = \"a\", on_failure = {built_in} }}"),
        ),
    ] {
        let problems = crate::parse(&format!("{head}{action}\n")).expect_err("refused");
        let refused = |problem: &crate::Problem| {
            problem.key == key && problem.message.contains("built in cannot be a part")
        };
        assert!(problems.iter().any(refused), "{key}: {problems:#?}");
    }
}

#[test]
fn the_ear_opens_where_the_file_says_so() {
    let intent = |more: &str| format!("[[intent]]\nname = \"a\"\nphrases = [\"a\"]\n{more}\n");
    let everywhere = "[dialogue]\nfollow_up = 4\n";
    for (file, expected) in [
        (intent(""), 0),
        (intent("follow_up = true"), 5_000),
        (intent("follow_up = 2.5"), 2_500),
        (format!("{everywhere}{}", intent("")), 4_000),
        (format!("{everywhere}{}", intent("follow_up = false")), 0),
    ] {
        let settings = crate::parse(&file).expect("a good file");
        assert_eq!(settings.intents[0].follow_up_ms, expected, "{file}");
    }
    let problems = crate::parse(&intent("follow_up = 60")).expect_err("too long");
    assert_eq!(problems[0].key, "intent[0].follow_up");
    assert!(crate::parse(&intent("follow_up = \"yes\"")).is_err());
}
