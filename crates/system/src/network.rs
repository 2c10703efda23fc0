//! Networks as lists of allowed machines name them: `192.168.1.20`,
//! `192.168.1.0/24`, `fd00::/8`.

use std::net::IpAddr;
use std::str::FromStr;

/// A machine or a network of machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Leading bits that all its addresses share.
    prefix: u32,
}

/// Why a text names no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => {
                prefix.parse().map_err(|_| NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
            None => bits,
        };
        if bits < prefix {
            return Err(NotANetwork);
        }
        Ok(Self { address, prefix })
    }
}

impl Network {
    /// Whether an address is in it. IPv4 addresses that a socket for IPv6
    /// reports count as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let same = match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros()
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros()
            }
            _ => return false,
        };
        self.prefix <= same
    }

    /// Whether it holds every address of its family.
    #[must_use]
    pub const fn is_everybody(&self) -> bool {
        self.prefix == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn networks_are_told_from_other_texts() {
        let check = |text: &str, expected: bool| {
            assert_eq!(text.parse::<Network>().is_ok(), expected, "{text}");
        };
        for text in [
            "192.168.1.20",
            "192.168.1.0/24",
            "0.0.0.0/0",
            "::1",
            "fd00::/8",
        ] {
            check(text, true);
        }
        for text in [
            "",
            "house.lan",
            "192.168.1",
            "192.168.1.0/33",
            "192.168.1.0/+8",
            "192.168.1.0/",
            "fd00::/129",
            "1.2.3.4/8/8",
            "192.168.1.*",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn an_address_is_in_its_network() {
        let check = |network: &str, address: &str, expected: bool| {
            let network: Network = network.parse().expect("a network");
            let address = address.parse().expect("an address");
            assert_eq!(network.contains(address), expected, "{network:?} {address}");
        };
        check("192.168.1.20", "192.168.1.20", true);
        check("192.168.1.20", "192.168.1.21", false);
        check("192.168.1.7/24", "192.168.1.200", true);
        check("192.168.1.0/24", "192.168.2.1", false);
        check("10.0.0.0/9", "10.127.0.1", true);
        check("10.0.0.0/9", "10.128.0.1", false);
        check("0.0.0.0/0", "8.8.8.8", true);
        check("0.0.0.0/0", "::1", false);
        check("192.168.1.0/24", "::ffff:192.168.1.9", true);
        check("fd00::/8", "fdab::1", true);
        check("fd00::/8", "fe80::1", false);
    }
}
