//! `[serve]`: who may reach the box, and what is refused.

use std::path::PathBuf;

use super::reports;
use crate::parse;
use mynah_core::model::{Address, Handle, Serve};

#[test]
fn wrong_services() {
    let files = [
        "[serve]\nwyoming = \"0.0.0.0:10300\"\n",
        "[serve]\nwyoming = \"localhost:10300\"\nweb = \"8080\"\n",
        "[serve]\nwyoming = \"127.0.0.1:0\"\nhandle = \"acts\"\n",
        "[serve]\nwyoming = \"unix:wyoming.sock\"\n",
        "[serve]\nwyoming = \"192.168.1.5:10300\"\nallow = [\"house.lan\", \"192.168.1.0/33\"]\n",
        "[serve]\nweb = \"[::]:8080\"\n",
        "[serve]\nweb = \"0.0.0.0:8080\"\nallow = [\"192.168.1.0/24\"]\n",
        "[serve]\nweb = \"127.0.0.1:10300\"\nwyoming = \"127.0.0.1:10300\"\n",
        "[serve]\ntoken_file = \"0123456789abcdef0123456789abcdef\"\n",
        "[serve]\nport = 10300\n",
        "[serve]\nwyoming = \"unix:/run/wyoming\"\ndiscover = true\n",
        "[device]\narea = \" \"\n",
    ];
    insta::assert_snapshot!(reports(&files));
}

#[test]
fn nothing_listens_unless_it_is_given() {
    let settings = parse("").expect("an empty file is good");
    assert_eq!(settings.serve, Serve::default());
    assert_eq!(settings.device.area, None);
}

#[test]
fn what_others_can_reach_is_announced() {
    for (serve, announced) in [
        ("wyoming = \"0.0.0.0:10300\"", true),
        ("wyoming = \"192.168.1.5:10300\"", true),
        ("wyoming = \"0.0.0.0:10300\"\ndiscover = false", false),
        ("wyoming = \"[::1]:10300\"", false),
        ("wyoming = \"127.0.0.1:10300\"\ndiscover = true", true),
        ("wyoming = \"unix:/run/wyoming\"", false),
        ("web = \"127.0.0.1:8080\"", false),
    ] {
        let text = format!("[serve]\nallow = [\"192.168.1.0/24\"]\n{serve}\n");
        let settings = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(settings.serve.discover, announced, "{serve}");
    }
}

#[test]
fn services_with_addresses_and_networks_are_good() {
    let text = r#"
        [device]
        area = "kitchen"
        [serve]
        wyoming = "0.0.0.0:10300"
        web = "[::1]:8080"
        allow = ["192.168.1.20", "fd00::/8", "0.0.0.0/0"]
        handle = "intent"
    "#;
    let settings = parse(text).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(settings.device.area.as_deref(), Some("kitchen"));
    assert_eq!(
        settings.serve.wyoming,
        Some(Address::Tcp("0.0.0.0:10300".into()))
    );
    assert_eq!(settings.serve.web.as_deref(), Some("[::1]:8080"));
    assert_eq!(settings.serve.handle, Handle::Intent);
    let warnings: Vec<_> = settings
        .warnings
        .iter()
        .map(|w| w.message.as_str())
        .collect();
    let nothing = "nothing will be understood: there are no intents";
    assert_eq!(warnings, [nothing, "`0.0.0.0/0` is everybody"]);
    let text = "[serve]\nwyoming = \"unix:/run/mynah/wyoming.sock\"\nhandle = \"off\"\n";
    let serve = parse(text).expect("a good file").serve;
    let path = PathBuf::from("/run/mynah/wyoming.sock");
    assert_eq!(
        (serve.wyoming, serve.handle),
        (Some(Address::Unix(path)), Handle::Off)
    );
}
