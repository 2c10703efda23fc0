//! `mynah web-token`: the token of the local API, made where there is none, and a QR
//! code with which a telephone opens the owner's page.

use std::fmt::Write as _;
use std::fs::{self, File, Permissions};
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use mynah_appliance::timers::appliance_state_dir;
use mynah_serve::web::fingerprint;
use mynah_system::files::small_text;
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::json;

use super::{Common, Exit};

const EXAMPLES: &str = "\
Examples:
  sudo mynah web-token          show the token; make it if there is none
  sudo mynah web-token --new    make another: whoever has the old one must sign in again

It is kept in the file that `serve.token_file` names, with the group of the
configuration. In a terminal, a QR code opens the owner's page on a telephone.
Exit status: 0 done, 1 it cannot be read or written.";

/// Bytes of randomness in a token: four thirds as many characters.
const RANDOM: usize = 24;

/// As the local API reads it.
const LONGEST: u64 = 1_000;

/// Arguments of `mynah web-token`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WebTokenArgs {
    /// Make a new token in the place of the present one
    #[arg(long)]
    new: bool,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &WebTokenArgs, common: &Common) -> anyhow::Result<Exit> {
    let config = mynah_config::place(common.config.as_deref());
    let settings = mynah_config::load(common.config.as_deref())?;
    let file = settings.serve.token_file.context(
        "the configuration names no file for the token\nhint: add `token_file = \
         \"/etc/mynah/web-token\"` under [serve]",
    )?;
    let make = args.new || !file.exists();
    if make {
        let like = config
            .as_deref()
            .and_then(|config| fs::metadata(config).ok());
        write(&file, &random()?, like.as_ref()).with_context(|| {
            format!(
                "cannot write `{}`\nhint: its folder must be there; `sudo` may be needed",
                file.display()
            )
        })?;
    }
    let token = small_text(&file, LONGEST).with_context(|| {
        format!(
            "cannot read `{}`\nhint: `sudo` may be needed",
            file.display()
        )
    })?;
    let token = token.trim();
    let url = settings.serve.web.as_deref().and_then(reached_at);
    let scheme = if settings.serve.https {
        "https"
    } else {
        "http"
    };
    let url = url.map(|place| format!("{scheme}://{place}/?token={token}"));
    let print = settings.serve.https.then(|| certificate(config.as_deref()));
    let print = print.flatten();
    if common.json {
        let line = json!({"token": token, "file": file, "made": make, "url": url,
            "certificate_sha256": print});
        println!("{line}");
        return Ok(Exit::Done);
    }
    println!("The token, in `{}`: {token}", file.display());
    match url {
        None => println!(
            "Other machines cannot reach the pages: `serve.web` names no address for them."
        ),
        Some(url) => {
            println!("{url}");
            if io::stdout().is_terminal() {
                print!("{}", drawn(&QrCode::encode_text(&url, QrCodeEcc::Low)?));
            }
            if let Some(print) = print {
                println!(
                    "The browser does not know the certificate that the box made. Its SHA-256 \
                     fingerprint must be\n{print}"
                );
            }
        }
    }
    Ok(Exit::Done)
}

/// The fingerprint of the certificate of the appliance that has this configuration.
fn certificate(config: Option<&Path>) -> Option<String> {
    let system = config.is_some_and(mynah_config::is_the_system_s);
    fingerprint(&appliance_state_dir(system)?)
}

fn random() -> anyhow::Result<String> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = [0; RANDOM * 4 / 3];
    let mut source = File::open("/dev/urandom").context("there is no randomness")?;
    source
        .read_exact(&mut bytes)
        .context("there is no randomness")?;
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 64)]);
    Ok(bytes.iter().map(letter).collect())
}

/// Writes a secret at once: for its owner, and for the group of `like` where that
/// may read.
fn write(file: &Path, token: &str, like: Option<&fs::Metadata>) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    writeln!(new, "{token}")?;
    let group = like
        .filter(|like| like.mode() & 0o040 != 0)
        .map(std::os::unix::fs::MetadataExt::gid);
    let mode = if group.is_some() { 0o640 } else { 0o600 };
    new.as_file()
        .set_permissions(Permissions::from_mode(mode))?;
    if group.is_some() {
        chown(new.path(), None, group)?;
    }
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}

/// Where another machine reaches an address, or nothing where none does.
fn reached_at(web: &str) -> Option<String> {
    let place: SocketAddr = web.parse().ok()?;
    if place.ip().is_loopback() {
        return None;
    }
    if !place.ip().is_unspecified() {
        return Some(place.to_string());
    }
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(format!(
        "{}.local:{}",
        name.trim().to_lowercase(),
        place.port()
    ))
}

/// Two rows of modules in a line, black on white whatever the terminal's colours.
fn drawn(code: &QrCode) -> String {
    const MARGIN: i32 = 4;
    let mut text = String::new();
    let size = code.size();
    for y in (-MARGIN..size + MARGIN).step_by(2) {
        let row: String = (-MARGIN..size + MARGIN)
            .map(
                |x| match (code.get_module(x, y), code.get_module(x, y + 1)) {
                    (false, false) => ' ',
                    (true, false) => '\u{2580}',
                    (false, true) => '\u{2584}',
                    (true, true) => '\u{2588}',
                },
            )
            .collect();
        // Writing into a string cannot fail.
        let _ = writeln!(text, "\x1b[30;107m{row}\x1b[0m");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::{drawn, random, reached_at, write};
    use qrcodegen::{QrCode, QrCodeEcc};

    #[test]
    fn a_token_is_long_new_each_time_and_secret() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let config = folder.path().join("mynah.toml");
        let check = |config_mode: u32, expected: u32| {
            fs::write(&config, "").expect("a file");
            let mode = fs::Permissions::from_mode(config_mode);
            fs::set_permissions(&config, mode).expect("our own file");
            let like = fs::metadata(&config).expect("it is there");
            let file = folder.path().join("token");
            let token = random().expect("randomness");
            write(&file, &token, Some(&like)).expect("it can be written");
            let text = fs::read_to_string(&file).expect("it is there");
            assert_eq!(text.trim(), token);
            assert_eq!(token.len(), 32);
            let mode = fs::metadata(&file)
                .expect("it is there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, expected);
            token
        };
        assert_ne!(check(0o640, 0o640), check(0o600, 0o600));
    }

    #[test]
    fn the_address_is_one_that_others_reach() {
        let check = |web: &str, expected: Option<&str>| {
            assert_eq!(reached_at(web).as_deref(), expected, "{web}");
        };
        check("127.0.0.1:8080", None);
        check("192.168.1.5:8080", Some("192.168.1.5:8080"));
        check("[fd00::5]:80", Some("[fd00::5]:80"));
        let name = reached_at("0.0.0.0:8080").expect("a host name");
        assert!(name.ends_with(".local:8080"), "{name}");
    }

    #[test]
    fn a_code_has_a_margin_and_is_square() {
        let code = QrCode::encode_text("http://hall.local", QrCodeEcc::Low).expect("short");
        let text = drawn(&code);
        let rows = usize::try_from(code.size() + 9).expect("small") / 2;
        assert_eq!(text.lines().count(), rows);
        assert!(text.starts_with("\x1b[30;107m      "), "{text}");
    }
}
