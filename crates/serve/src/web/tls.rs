//! Encrypted connections with a certificate that the box makes for itself. A browser
//! cannot know it, so its fingerprint is shown for comparison.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};
use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::peers::ServeError;

/// In the state folder.
const FOLDER: &str = "https";
const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

/// The certificate of a box, made where there is none, and what shows it.
pub(super) fn acceptor(
    state: &Path,
    names: &[String],
    place: SocketAddr,
) -> Result<(TlsAcceptor, String), ServeError> {
    let folder = state.join(FOLDER);
    let failed = |why: String| ServeError::Certificate {
        folder: folder.clone(),
        why,
    };
    if !folder.join(CERTIFICATE).exists() {
        make(&folder, names, place).map_err(|error| failed(error.to_string()))?;
    }
    let (certificate, key) = read(&folder).map_err(|error| failed(error.to_string()))?;
    let fingerprint = shown(&certificate);
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .map_err(|error| failed(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((TlsAcceptor::from(Arc::new(config)), fingerprint))
}

/// The fingerprint of the certificate that was made for this state folder: SHA-256 in
/// pairs of digits, as browsers show it. `None`: there is none, or it may not be read.
#[must_use]
pub fn fingerprint(state: &Path) -> Option<String> {
    let file = state.join(FOLDER).join(CERTIFICATE);
    let certificate = CertificateDer::from_pem_file(file).ok()?;
    Some(shown(&certificate))
}

fn shown(certificate: &CertificateDer<'_>) -> String {
    let mut text = String::new();
    for (index, byte) in Sha256::digest(certificate).iter().enumerate() {
        let colon = if index == 0 { "" } else { ":" };
        // Writing into a string cannot fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}

fn make(folder: &Path, names: &[String], place: SocketAddr) -> io::Result<()> {
    let mut all: Vec<String> = names
        .iter()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect();
    all.extend(["localhost".into(), "127.0.0.1".into()]);
    if !place.ip().is_unspecified() && !place.ip().is_loopback() {
        all.push(place.ip().to_string());
    }
    let mut params = CertificateParams::new(all).map_err(io::Error::other)?;
    let mut who = DistinguishedName::new();
    let host = names.first().map_or("mynah", String::as_str);
    who.push(DnType::CommonName, format!("Mynah {host}"));
    params.distinguished_name = who;
    // A box may have no clock when it makes it, so it is valid from long ago.
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = params.self_signed(&key).map_err(io::Error::other)?;
    fs::create_dir_all(folder)?;
    // The certificate last: it says that both are there.
    secret(&folder.join(KEY), &key.serialize_pem())?;
    secret(&folder.join(CERTIFICATE), &certificate.pem())
}

fn secret(file: &Path, text: &str) -> io::Result<()> {
    let new: PathBuf = file.with_extension("new");
    // One that was left by a power cut.
    let _ = fs::remove_file(&new);
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    fs::rename(new, file)
}

type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

fn read(folder: &Path) -> Result<Identity, Box<dyn std::error::Error>> {
    let certificate = CertificateDer::from_pem_file(folder.join(CERTIFICATE))?;
    let key = PrivateKeyDer::from_pem_file(folder.join(KEY))?;
    Ok((certificate, key))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::{FOLDER, KEY, acceptor, fingerprint};

    #[test]
    fn a_box_keeps_its_certificate_and_its_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = "0.0.0.0:8443".parse().expect("an address");
        let names = ["kitchen".to_owned(), "kitchen.local".to_owned()];
        assert_eq!(fingerprint(folder.path()), None);
        let certificate = || {
            acceptor(folder.path(), &names, place)
                .expect("a certificate")
                .1
        };
        let first = certificate();
        assert_eq!((first.len(), certificate()), (95, first.clone()));
        assert_eq!(fingerprint(folder.path()), Some(first.clone()));
        let key = folder.path().join(FOLDER).join(KEY);
        let mode = fs::metadata(&key).expect("the key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&key, "no key").expect("our own file");
        let error = acceptor(folder.path(), &names, place)
            .err()
            .expect("no key");
        assert!(error.to_string().contains("hint: "), "{error}");
        fs::remove_dir_all(folder.path().join(FOLDER)).expect("our own folder");
        assert_ne!(certificate(), first);
    }
}
