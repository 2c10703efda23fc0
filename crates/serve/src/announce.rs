//! Announces the Wyoming server on the local network by mDNS and DNS-SD, so that
//! Home Assistant offers it as discovered. Interfaces and addresses are looked at
//! again every few seconds, so networks may come and go.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// The service type that Home Assistant browses for.
const TYPE: &str = "_wyoming._tcp.local.";

/// Everybody who knows the service is told that it ends; that takes so long at most.
const GOODBYE: Duration = Duration::from_millis(500);

/// Identity of a machine: of the operating system's installation, else its name.
const IDENTITIES: [&str; 2] = ["/etc/machine-id", "/proc/sys/kernel/hostname"];

/// Digits of its hash that go into names.
const DIGITS: usize = 12;

/// Multicast DNS goes to these addresses (RFC 6762), which a packet filter has to
/// let through.
pub const GROUPS: [&str; 2] = ["224.0.0.251", "ff02::fb"];

/// Why nothing is announced.
#[derive(Debug, Error)]
#[error(
    "cannot announce the Wyoming server on the local network: {0}; hint: Home Assistant can be \
     given the address and port by hand, and `serve.discover = false` ends this message"
)]
pub struct NotAnnounced(#[from] mdns_sd::Error);

/// An announcement; dropping it takes it back.
pub struct Announcement {
    daemon: ServiceDaemon,
    /// `NAME._wyoming._tcp.local.`
    name: String,
}

impl Announcement {
    /// Announces the server that listens at `place`; with an unspecified address,
    /// on all of the machine's.
    ///
    /// # Errors
    /// When there are no sockets for it.
    pub fn start(place: SocketAddr) -> Result<Self, NotAnnounced> {
        let instance = instance(place.port());
        // A host of its own: the machine's name may be announced by others, with
        // other addresses.
        let host = format!("{instance}.local.");
        let ip = place.ip();
        let service = if ip.is_unspecified() {
            ServiceInfo::new(TYPE, &instance, &host, (), place.port(), None)?.enable_addr_auto()
        } else {
            ServiceInfo::new(TYPE, &instance, &host, ip, place.port(), None)?
        };
        let name = service.get_fullname().to_owned();
        let daemon = ServiceDaemon::new()?;
        let announcement = Self { daemon, name };
        if !ip.is_unspecified() {
            announcement.daemon.disable_interface(IfKind::All)?;
            announcement.daemon.enable_interface(IfKind::Addr(ip))?;
        }
        announcement.daemon.register(service)?;
        tracing::info!(name = announcement.name, "announced on the local network");
        Ok(announcement)
    }

    /// The name of the service.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // Who is not reached forgets the service after its time to live.
        if let Ok(gone) = self.daemon.unregister(&self.name) {
            let _told = gone.recv_timeout(GOODBYE);
        }
        let _ended = self.daemon.shutdown();
    }
}

/// The name of this machine's service on a port. Home Assistant knows a service by
/// it, so it stays when the box is called something else or gets another address.
/// An identity of the machine is not to be given to the network: it is hashed.
fn instance(port: u16) -> String {
    let identity = IDENTITIES
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default();
    let hash = Sha256::digest(format!("mynah wyoming {} {port}", identity.trim()));
    format!("mynah-{}", &hex::encode(hash)[..DIGITS])
}
