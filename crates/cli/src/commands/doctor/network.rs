//! Which machines the configuration speaks with, and whether they can be
//! reached. An installed Mynah may reach no others: mynah-network.service asks
//! this file for them.

use std::collections::BTreeMap;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde::Serialize;

use super::{Finding, Verdict};
use mynah_core::model::{ActionSpec, LlmBackend, Settings};

/// A machine in the house answers at once.
const CONNECT: Duration = Duration::from_secs(2);

/// A machine that the configuration speaks with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Host {
    #[serde(rename = "host")]
    pub name: String,
    pub port: u16,
    /// The part of the configuration that names it.
    pub wanted_by: String,
}

/// Every machine once, by the first part that names it.
pub(super) fn hosts(settings: &Settings) -> Vec<Host> {
    let mut urls: Vec<(&str, String)> = Vec::new();
    if settings.llm.backend == LlmBackend::Http {
        let url = settings.llm.url.as_deref();
        urls.extend(url.map(|url| ("llm", url.to_owned())));
    }
    if let Some(house) = &settings.home_assistant {
        urls.push(("home_assistant", house.url.clone()));
    }
    if let Some(url) = settings
        .events
        .as_ref()
        .and_then(|events| events.url.clone())
    {
        urls.push(("events", url));
    }
    for intent in &settings.intents {
        for action in intent.action.iter().chain(&intent.undo) {
            requests(action, &mut |url| urls.push((&intent.name, url.to_owned())));
        }
    }
    let mut found = BTreeMap::new();
    if let Some(mqtt) = &settings.mqtt {
        let key = (mqtt.host.clone(), mqtt.port);
        found.entry(key).or_insert_with(|| "mqtt".to_owned());
    }
    for (wanted_by, url) in urls {
        if let Some(place) = place(&url) {
            found.entry(place).or_insert_with(|| wanted_by.to_owned());
        }
    }
    found
        .into_iter()
        .map(|((name, port), wanted_by)| Host {
            name,
            port,
            wanted_by,
        })
        .collect()
}

/// The addresses of all web requests in an action.
fn requests(action: &ActionSpec, tell: &mut dyn FnMut(&str)) {
    match action {
        ActionSpec::Http(http) => tell(&http.url),
        ActionSpec::Sequence(steps) => {
            for action in steps
                .iter()
                .flat_map(|s| Some(&s.action).into_iter().chain(&s.undo))
            {
                requests(action, tell);
            }
        }
        ActionSpec::Otherwise { action, instead } => {
            requests(action, tell);
            if let Some(instead) = instead {
                requests(instead, tell);
            }
        }
        _ => {}
    }
}

/// Host and port of a web address. `None` where a spoken value decides.
fn place(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let address = authority.rsplit('@').next()?;
    let usual = if scheme == "https" { 443 } else { 80 };
    let (host, port) = match address.strip_prefix('[') {
        Some(six) => {
            let (host, rest) = six.split_once(']')?;
            (host, rest.strip_prefix(':'))
        }
        None => match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let port = port.map_or(Some(usual), |port| port.parse().ok())?;
    let fixed = !host.is_empty() && !host.contains('{');
    fixed.then(|| (host.to_owned(), port))
}

/// Whether they can be reached.
pub(super) fn findings(settings: &Settings) -> Vec<Finding> {
    hosts(settings).iter().map(reach).collect()
}

fn reach(host: &Host) -> Finding {
    let check = format!("network: {}", host.wanted_by);
    let at = format!("`{}` port {}", host.name, host.port);
    let resolved = (host.name.as_str(), host.port).to_socket_addrs();
    let Some(address) = resolved.ok().and_then(|mut found| found.next()) else {
        return Finding::new(
            &check,
            Verdict::Fail,
            format!("`{}` is not known", host.name),
            "correct the name, or connect this machine to the network",
        );
    };
    match TcpStream::connect_timeout(&address, CONNECT) {
        Ok(_) => Finding::ok(&check, at),
        Err(error) => Finding::new(
            &check,
            Verdict::Fail,
            format!("{at}: {error}"),
            "start what listens there, or correct the address",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn a_web_address_has_a_host_and_a_port() {
        for (url, expected) in [
            ("http://desk/light", Some(("desk", 80))),
            ("https://desk", Some(("desk", 443))),
            ("http://me:word@10.0.0.5:8123?x", Some(("10.0.0.5", 8123))),
            ("http://[fd00::1]:81/", Some(("fd00::1", 81))),
            ("http://{room}.local/light", None),
            ("http://desk:{port}/", None),
            ("desk", None),
        ] {
            let got = place(url);
            let got = got.as_ref().map(|(host, port)| (host.as_str(), *port));
            assert_eq!(got, expected, "{url}");
        }
    }

    #[test]
    fn every_machine_of_the_file_is_named_once() {
        let settings = mynah_config::parse(
            r#"
            [mqtt]
            host = "broker"
            [llm]
            backend = "http"
            url = "http://server:11434"
            [[intent]]
            name = "light"
            phrases = ["light"]
            action = { type = "http", url = "http://desk/light" }
            [[intent]]
            name = "dark"
            phrases = ["dark"]
            action = { type = "sequence", steps = [
                { type = "http", url = "http://desk/dark" },
                { type = "http", url = "https://lamp/dark" },
            ] }
            "#,
        );
        let hosts = hosts(&settings.expect("a good file"));
        let lines: Vec<_> = hosts
            .iter()
            .map(|h| format!("{} {} {}", h.name, h.port, h.wanted_by))
            .collect();
        assert_eq!(
            lines,
            [
                "broker 1883 mqtt",
                "desk 80 light",
                "lamp 443 dark",
                "server 11434 llm"
            ]
        );
    }

    #[test]
    fn a_machine_is_reached_or_not() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let host = Host {
            name: "127.0.0.1".into(),
            port: listener.local_addr().expect("it is bound").port(),
            wanted_by: "mqtt".into(),
        };
        assert_eq!(reach(&host).verdict, Verdict::Ok);
        // An address of this machine at which nobody listens: a port that was
        // only given back may be another test's by now.
        let silent = Host {
            name: "127.0.0.2".into(),
            port: 1,
            ..host.clone()
        };
        assert_eq!(reach(&silent).verdict, Verdict::Fail);
        let unknown = Host {
            name: "no.such.invalid".into(),
            ..host
        };
        insta::assert_snapshot!(shown(&[reach(&unknown)]), @r"
        FAIL  network: mqtt  `no.such.invalid` is not known
                             hint: correct the name, or connect this machine to the network
        ");
    }
}
