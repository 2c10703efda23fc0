//! Who Mynah speaks with outside: `[mqtt]`, `[home_assistant]`, `[events]` and
//! the `[secrets]` for them.

use super::check::Checker;
use super::written;
use mynah_core::model::{EntityFilter, Events, HomeAssistant, Mqtt, Secrets};
use mynah_core::reply::template;
use mynah_core::suggest;

/// The prefix that Home Assistant listens to unless it was told otherwise.
const DISCOVERY: &str = "homeassistant";

/// Whether a text can be the name or the address of a machine.
pub(super) fn is_a_host(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-:%".contains(c);
    !text.starts_with(['-', '.']) && !text.is_empty() && text.len() <= 253 && text.chars().all(fits)
}

/// Checks `[mqtt]`. `device` is what the box is called.
pub(crate) fn mqtt(checker: &mut Checker<'_>, mqtt: written::Mqtt, device: &str) -> Mqtt {
    checker.not_blank("mqtt.host", &mqtt.host);
    if !mqtt.host.trim().is_empty() && !is_a_host(&mqtt.host) {
        checker.report(
            "mqtt.host",
            format!(
                "`{}` is no name and no address of a machine",
                mqtt.host.escape_debug()
            ),
            "it is like `broker`, `broker.lan`, `192.168.1.7` or `fe80::1%eth0`",
        );
    }
    let usual = if mqtt.tls { 8883 } else { 1883 };
    if mqtt.port == Some(0) {
        checker.report(
            "mqtt.port",
            "port 0 is no port",
            format!("{usual} is usual"),
        );
    }
    if mqtt.password_file.is_some() && mqtt.user.is_none() {
        checker.report(
            "mqtt.password_file",
            "a password without a user",
            "add `user = \"...\"`",
        );
    }
    if let Some(file) = &mqtt.password_file {
        secret_file(checker, "mqtt.password_file", file);
    }
    if mqtt.ca_file.is_some() && !mqtt.tls {
        let message = "certificates for a connection without encryption";
        checker.report("mqtt.ca_file", message, "add `tls = true`");
    }
    if let Some(topic) = &mqtt.topic {
        base_topic(checker, "mqtt.topic", topic);
    }
    Mqtt {
        host: mqtt.host,
        port: mqtt.port.unwrap_or(usual),
        user: mqtt.user,
        password_file: mqtt.password_file,
        tls: mqtt.tls,
        ca_file: mqtt.ca_file,
        topic: mqtt
            .topic
            .unwrap_or_else(|| format!("mynah/{}", plain_name(device))),
    }
}

/// A name for topics and identifiers: small letters, digits and `_`.
fn plain_name(device: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let name: String = device.to_lowercase().chars().map(plain).collect();
    let name = name.trim_matches('_');
    if name.is_empty() {
        "box".into()
    } else {
        name.to_owned()
    }
}

fn base_topic(checker: &mut Checker<'_>, key: &str, topic: &str) {
    let whole = !topic.starts_with('/') && !topic.ends_with('/') && !topic.contains("//");
    if topic.trim().is_empty() || topic.contains(['+', '#', '{']) || !whole {
        let message = format!("`{topic}` is no topic to begin with");
        checker.report(key, message, "it looks like \"mynah/kitchen\"");
    }
}

/// Checks `[home_assistant]`.
pub(crate) fn home_assistant(
    checker: &mut Checker<'_>,
    house: written::HomeAssistant,
) -> HomeAssistant {
    address(checker, "home_assistant.url", &house.url);
    plain(checker, "home_assistant.url", &house.url);
    secret_file(checker, "home_assistant.token_file", &house.token_file);
    HomeAssistant {
        url: house.url.trim_end_matches('/').to_owned(),
        token_file: house.token_file,
        ca_file: house.ca_file,
        follow: house.follow,
        names: which(checker, house.names.as_deref()),
    }
}

fn which(checker: &mut Checker<'_>, names: Option<&str>) -> EntityFilter {
    match names {
        None | Some("exposed") => EntityFilter::Exposed,
        Some("all") => EntityFilter::All,
        Some(other) => {
            checker.not_among("home_assistant.names", "names", other, &["exposed", "all"]);
            EntityFilter::Exposed
        }
    }
}

/// Checks `[events]`.
pub(crate) fn events(checker: &mut Checker<'_>, events: written::Events) -> Events {
    if let Some(url) = &events.url {
        address(checker, "events.url", url);
        plain(checker, "events.url", url);
    }
    if let Some(file) = &events.token_file {
        secret_file(checker, "events.token_file", file);
    }
    if events.token_file.is_some() && events.url.is_none() {
        checker.report(
            "events.token_file",
            "a token without an address",
            "add `url = \"http...\"`",
        );
    }
    for (index, argument) in events.command.iter().enumerate() {
        plain(checker, &format!("events.command[{index}]"), argument);
    }
    let nowhere = !events.mqtt && events.url.is_none() && events.command.is_empty();
    if nowhere && !events.discovery {
        let hint = "add `mqtt = true`, `url`, `command` or `discovery = true`";
        checker.report("events", "the events go nowhere", hint);
    }
    if let Some(prefix) = &events.discovery_prefix {
        base_topic(checker, "events.discovery_prefix", prefix);
        if !events.discovery {
            let message = "a prefix for a discovery that is off";
            checker.report("events.discovery_prefix", message, "add `discovery = true`");
        }
    }
    let prefix = events.discovery_prefix.unwrap_or_else(|| DISCOVERY.into());
    Events {
        mqtt: events.mqtt,
        url: events.url,
        token_file: events.token_file,
        command: events.command,
        transcript: events.transcript,
        discovery: events.discovery.then_some(prefix),
    }
}

/// Checks `[secrets]`.
pub(crate) fn secrets(
    checker: &mut Checker<'_>,
    written: written::Ordered<std::path::PathBuf>,
) -> Secrets {
    for (name, path) in &written.0 {
        let key = format!("secrets.{name}");
        if !suggest::is_name(name) {
            checker.report(&key, format!("`{name}` is not a name"), suggest::NAME_RULE);
        }
        if path.as_os_str().is_empty() {
            checker.report(
                &key,
                "this is no file",
                "name the file that holds the secret",
            );
        }
        secret_file(checker, &key, path);
    }
    written.0.into_iter().collect()
}

/// The shortest secret that no one would call a file.
const SECRET_CHARS: usize = 20;

/// Reports a secret that stands where its file is to be named.
pub(crate) fn secret_file(checker: &mut Checker<'_>, key: &str, path: &std::path::Path) {
    let text = path.to_string_lossy();
    if text.is_empty() || text.contains('/') {
        return;
    }
    let message = "a file's name belongs here, and this looks like the secret itself";
    let hint = "write the secret alone into a file that only Mynah may read, and that file's path \
                here: \"/etc/mynah/...\"";
    if SECRET_CHARS <= text.chars().count() {
        checker.report(key, message, hint);
    } else if !text.contains('.') {
        checker.warn(key, message, hint);
    }
}

/// Reports what is no web address.
pub(crate) fn address(checker: &mut Checker<'_>, key: &str, url: &str) {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        let hint = "an address begins with http:// or https://";
        checker.report(key, format!("`{url}` is not a web address"), hint);
        return;
    }
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = place.rsplit('@').next().unwrap_or_default();
    // A slot is filled later, and checked then.
    if !host.contains('{') && !is_a_host(&host.replace(['[', ']'], "")) {
        let message = format!(
            "`{}` is no name and no address of a machine",
            host.escape_debug()
        );
        checker.report(
            key,
            message,
            "an address is like http://house.lan:8123/path",
        );
    }
}

fn plain(checker: &mut Checker<'_>, key: &str, text: &str) {
    if template::has_names(text) {
        checker.report(key, "no slot is filled here", "write it out");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for host in [
            "broker",
            "broker.lan",
            "192.168.1.7",
            "::1",
            "fe80::1%eth0",
            "a-b_c.d",
        ] {
            assert!(is_a_host(host), "{host}");
        }
        for host in [
            "",
            "*",
            "-s",
            "a b",
            "$(id)",
            "ex\nample",
            "0.0.0.0/0",
            "é",
            ".x",
        ] {
            assert!(!is_a_host(host), "{host}");
        }
    }
}
