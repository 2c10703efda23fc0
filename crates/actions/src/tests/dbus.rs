//! A message bus of the test's own: a real `dbus-daemon`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::{act, intent, settings};
use crate::{Actor as _, DryRun};
use mynah_core::model::{ActionSpec, Bus, DbusSpec};
use mynah_core::turn::Outcome;

struct Daemon {
    child: Child,
    address: String,
}

impl Daemon {
    /// `None` where the machine has no such program.
    fn start() -> Option<Self> {
        let mut child = Command::new("dbus-daemon")
            .args([
                "--session",
                "--nofork",
                "--print-address=1",
                "--address=unix:tmpdir=/var/tmp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("the daemon tells its address");
        Some(Self {
            child,
            address: address.trim().into(),
        })
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn call(bus: Bus, method: &str, args: &[(char, &str)]) -> ActionSpec {
    ActionSpec::Dbus(DbusSpec {
        bus,
        service: "org.freedesktop.DBus".into(),
        path: "/org/freedesktop/DBus".into(),
        interface: "org.freedesktop.DBus".into(),
        method: method.into(),
        args: args
            .iter()
            .map(|(letter, text)| (*letter, (*text).to_owned()))
            .collect(),
        timeout_ms: 20_000,
    })
}

fn failed(outcome: &Outcome, why: &str) {
    assert!(
        !outcome.ok && outcome.detail.contains(why),
        "{}",
        outcome.detail
    );
}

#[test]
fn methods_are_called_on_a_bus() {
    let Some(daemon) = Daemon::start() else {
        panic!("there is no `dbus-daemon`: run `apt-get install dbus-daemon`");
    };
    let bus = || Bus::Address(daemon.address.clone());
    let listed = act(&call(bus(), "ListNames", &[]), "");
    assert!(listed.ok, "{}", listed.detail);
    assert_eq!(listed.result["body"][0], "org.freedesktop.DBus");
    let spec = call(bus(), "NameHasOwner", &[('s', "org.{x}")]);
    let said = act(&spec, "freedesktop.DBus");
    assert_eq!(said.result["body"], true, "{}", said.detail);
    assert_eq!(said.result["values"], serde_json::json!([true]));
    let nasty = act(&spec, "\"; reboot\n../{x}");
    assert_eq!(nasty.result["body"], false, "{}", nasty.detail);
    let spec = call(bus(), "RequestName", &[('s', "org.mynah.{x}"), ('u', "0")]);
    let named = act(&spec, "Test");
    assert_eq!(named.result["body"], 1, "{}", named.detail);
    let credentials = call(
        bus(),
        "GetConnectionCredentials",
        &[('s', "org.freedesktop.DBus")],
    );
    let credentials = act(&credentials, "");
    assert!(
        credentials.result["body"]["UnixUserID"].is_number(),
        "{}",
        credentials.detail
    );
    failed(&act(&call(bus(), "NoSuchMethod", &[]), ""), "UnknownMethod");
    failed(
        &act(&call(bus(), "NameHasOwner", &[('i', "{x}")]), "seven"),
        "cannot be passed as D-Bus type `i`",
    );
}

#[test]
fn without_a_bus_the_reason_is_said_and_a_dry_run_needs_none() {
    let nowhere = Bus::Address("unix:path=/nonexistent/bus".into());
    let spec = call(nowhere, "NameHasOwner", &[('s', "{x}")]);
    failed(&act(&spec, ""), "no bus");
    let planned = DryRun::new(&settings(None)).act(&spec, &intent("a"));
    assert_eq!(
        planned.detail,
        "dry run: call org.freedesktop.DBus /org/freedesktop/DBus \
         org.freedesktop.DBus.NameHasOwner(\"a\")"
    );
}
