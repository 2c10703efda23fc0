//! What becomes of a book whose files are damaged, or of a later version.

use super::*;

#[test]
fn a_place_that_could_not_be_read_at_first_keeps_what_is_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    let away = folder.path().join("away");
    assert!(set(&Keeper::new(Some(state.clone()), hand()), "egg"));
    // Not there, and a file in its place: it can be neither read nor made.
    std::fs::rename(&state, &away).expect("a folder");
    std::fs::write(&state, "").expect("a file");
    let keeper = Keeper::new(Some(state.clone()), hand());
    assert!(!set(&keeper, "tea"));
    std::fs::remove_file(&state).expect("a file to remove");
    std::fs::rename(&away, &state).expect("a folder");
    assert_eq!(keeper.tick(true), None);
    assert_eq!(labels(&keeper), ["egg", "tea"]);
    assert_eq!(labels(&Keeper::new(Some(state), hand())), ["egg", "tea"]);
}

#[test]
fn a_loss_and_a_book_of_a_later_version_are_said_once_and_known() {
    let check = |damage: &str, said: &str, trouble: bool| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let state = Some(folder.path().to_owned());
        assert!(set(&Keeper::new(state.clone(), hand()), "egg"));
        for name in ["timers.v1.json", "timers.v1.json.copy"] {
            let path = folder.path().join(name);
            let text = std::fs::read_to_string(&path).expect("a file");
            let text = match damage {
                "later" => later(&text),
                _ => text.replace("egg", "ham"),
            };
            std::fs::write(&path, text).expect("a file");
        }
        let keeper = Keeper::new(state, hand());
        assert_eq!(keeper.tick(false), None, "nobody is there");
        let ring = keeper.tick(true).expect("something is said");
        assert!(ring.text.contains(said) && ring.once, "{}", ring.text);
        keeper.heard(&ring.ids);
        assert_eq!(keeper.tick(true), None);
        assert_eq!(keeper.trouble().is_some(), trouble);
        assert_eq!(set(&keeper, "tea"), !trouble, "kept");
        assert_eq!(labels(&keeper), ["tea"]);
    };
    check("bits", "some or all of them are lost", false);
    check("later", "A newer version of me", true);
}

/// The same file as a later version would write it.
fn later(text: &str) -> String {
    use super::super::form::digest;
    let mut value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    value["version"] = 2.into();
    value["sha256"] = "0".repeat(64).into();
    let text = serde_json::to_string_pretty(&value).expect("JSON");
    text.replacen(&"0".repeat(64), &digest(text.as_bytes()), 1)
}

/// Both copies go bad under a process that knows what was in them.
#[test]
fn what_a_running_process_knows_is_not_lost_with_the_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = Some(folder.path().to_owned());
    let keeper = Keeper::new(state.clone(), hand());
    assert!(set(&keeper, "egg"));
    for name in ["timers.v1.json", "timers.v1.json.copy"] {
        std::fs::write(folder.path().join(name), "damage").expect("a file");
    }
    assert!(set(&keeper, "tea"));
    assert_eq!(labels(&keeper), ["egg", "tea"]);
    assert_eq!(labels(&Keeper::new(state, hand())), ["egg", "tea"]);
}
