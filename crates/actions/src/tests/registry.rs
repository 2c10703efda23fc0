//! Home Assistant's names over its WebSocket.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::house::FakeHomeAssistant;
use crate::registry::{DOMAINS, Things, Trouble, follow, lists, read};
use mynah_core::model::{EntityFilter, HomeAssistant};

fn settings(url: &str, token: &str) -> (HomeAssistant, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, token).expect("a temporary file");
    let house = HomeAssistant {
        url: url.into(),
        token_file,
        ca_file: None,
        follow: true,
        names: EntityFilter::Exposed,
    };
    (house, folder)
}

/// `list value: forms <fields>`, one a line.
pub(crate) fn shown(things: &Things) -> String {
    let mut text = String::new();
    for (name, list) in lists(things, &DOMAINS.map(str::to_owned)) {
        for choice in list {
            let fields: Vec<_> = choice.fields.values().map(String::as_str).collect();
            let say = choice.say.join(" | ");
            writeln!(
                text,
                "{name} {}: {say} <{}>",
                choice.value,
                fields.join(", ")
            )
            .expect("written");
        }
    }
    text
}

#[test]
fn areas_floors_aliases_and_exposure_are_read() {
    let house = FakeHomeAssistant::start();
    let (settings, _folder) = settings(&house.url, "long-lived");
    let things = read(&settings).expect("it answers");
    // The switch is hidden, the lock is exposed to others only.
    assert_eq!(
        shown(&things),
        "area kitchen: kitchen <ground>\n\
         area study: study | office <>\n\
         floor ground: ground floor | downstairs <>\n\
         light ceiling: ceiling <kitchen, light.ceiling>\n\
         light desk: desk lamp | reading light <study, light.desk>\n"
    );
}

#[test]
fn a_changed_name_is_told_within_seconds() {
    let house = FakeHomeAssistant::start();
    let (settings, _folder) = settings(&house.url, "long-lived");
    let told: Mutex<Vec<String>> = Mutex::default();
    #[expect(
        clippy::disallowed_methods,
        reason = "a connection takes the machine's time"
    )]
    let began = Instant::now();
    let ended = follow(
        &settings,
        &|| began.elapsed() < Duration::from_secs(20),
        &mut |things| {
            let mut told = told.lock().expect("no panic");
            told.push(shown(&things));
            if told.len() == 1 {
                house.rename("Banker's lamp", &[]);
            }
            told.len() < 2
        },
    );
    ended.expect("it answers");
    let told = told.into_inner().expect("no panic");
    assert!(
        told[0].contains("desk: desk lamp | reading light <"),
        "{}",
        told[0]
    );
    assert!(told[1].contains("desk: banker's lamp <"), "{}", told[1]);
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_owner_may_want_what_is_not_exposed() {
    let house = FakeHomeAssistant::start();
    let (mut settings, _folder) = settings(&house.url, "long-lived");
    settings.names = EntityFilter::All;
    let things = read(&settings).expect("it answers").harmless();
    let text = shown(&things);
    assert!(
        text.contains("lock front: front door <, lock.front>"),
        "{text}"
    );
    // What is hidden there is nobody's.
    assert!(!text.contains("pump"), "{text}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "another machine starts")]
fn names_are_read_when_home_assistant_has_started() {
    let house = FakeHomeAssistant::start();
    house.set_started(false);
    let (settings, _folder) = settings(&house.url, "long-lived");
    let starting = || {
        thread::sleep(Duration::from_millis(500));
        house.rename("Banker's lamp", &[]);
        thread::sleep(Duration::from_millis(500));
        house.set_started(true);
    };
    let told = thread::scope(|scope| {
        scope.spawn(starting);
        let mut told = Vec::new();
        let ended = follow(&settings, &|| true, &mut |things| {
            told.push(shown(&things));
            false
        });
        ended.expect("it answers");
        told
    });
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("banker's lamp") && told[0].contains("light ceiling"),
        "{}",
        told[0]
    );
}

#[test]
fn a_connection_that_breaks_ends_the_following() {
    let house = FakeHomeAssistant::start();
    let (settings, _folder) = settings(&house.url, "long-lived");
    let ended = follow(&settings, &|| true, &mut |_| {
        house.set_away(true);
        true
    });
    assert!(matches!(ended, Err(Trouble::Away { .. })), "{ended:?}");
    assert!(matches!(read(&settings), Err(Trouble::Away { .. })));
    house.set_away(false);
    assert!(read(&settings).is_ok());
    let goes_on = AtomicBool::new(true);
    let ended = follow(&settings, &|| goes_on.load(Ordering::Acquire), &mut |_| {
        goes_on.store(false, Ordering::Release);
        true
    });
    assert!(ended.is_ok(), "{ended:?}");
}

#[test]
fn a_wrong_token_is_tried_once_and_its_file_named() {
    let house = FakeHomeAssistant::start();
    let (settings, folder) = settings(&house.url, "stale");
    let refused = read(&settings).expect_err("the token is wrong").to_string();
    assert!(
        refused.contains(&folder.path().join("token").display().to_string()),
        "{refused}"
    );
    assert!(!refused.contains("stale"));
    assert!(matches!(read(&settings), Err(Trouble::Refused(_))));
    assert_eq!(house.connections(), 1);
    std::fs::write(&settings.token_file, "").expect("a temporary file");
    assert!(matches!(read(&settings), Err(Trouble::Unusable(_))));
}
