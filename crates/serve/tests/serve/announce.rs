//! The announcement, as a browser on the same machine sees it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use mdns_sd::{IfKind, Receiver, ServiceDaemon, ServiceEvent};
use mynah_serve::announce::Announcement;

const PATIENCE: Duration = Duration::from_secs(20);

/// The first event that `found` takes something of.
fn wait<T>(events: &Receiver<ServiceEvent>, found: impl Fn(&ServiceEvent) -> Option<T>) -> T {
    loop {
        let event = events.recv_timeout(PATIENCE).expect("an event in time");
        if let Some(found) = found(&event) {
            return found;
        }
    }
}

#[test]
fn a_server_is_discovered_under_one_name_and_says_goodbye() {
    let browser = ServiceDaemon::new().expect("sockets");
    browser.disable_interface(IfKind::All).expect("it runs");
    browser
        .enable_interface(IfKind::LoopbackV4)
        .expect("it runs");
    let events = browser.browse("_wyoming._tcp.local.").expect("a browser");
    let place = (Ipv4Addr::LOCALHOST, 10_399).into();
    let announced = Announcement::start(place).expect("sockets");
    let name = announced.name().to_owned();
    assert!(
        name.starts_with("mynah-") && name.ends_with("._wyoming._tcp.local."),
        "{name}"
    );
    let (port, addresses) = wait(&events, |event| match event {
        ServiceEvent::ServiceResolved(service) if service.fullname == name => {
            let addresses: Vec<IpAddr> = service
                .addresses
                .iter()
                .map(mdns_sd::ScopedIp::to_ip_addr)
                .collect();
            Some((service.port, addresses))
        }
        _ => None,
    });
    assert_eq!(
        (port, addresses),
        (10_399, vec![Ipv4Addr::LOCALHOST.into()])
    );
    drop(announced);
    wait(&events, |event| match event {
        ServiceEvent::ServiceRemoved(_, gone) if *gone == name => Some(()),
        _ => None,
    });
    // Home Assistant knows the service by its name.
    let again = Announcement::start(place).expect("sockets");
    assert_eq!(again.name(), name);
    let other = Announcement::start((Ipv4Addr::LOCALHOST, 10_398).into()).expect("sockets");
    assert_ne!(other.name(), name);
    browser.shutdown().expect("it runs");
}
