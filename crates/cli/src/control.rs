//! A socket in the appliance's state folder by which `mynah reload` reaches the
//! running appliance. Its own user and root may connect; a line each way.

use std::fs::{self, Permissions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mynah_core::model::Problem;
use serde::{Deserialize, Serialize};

use crate::reload::{Failed, Reloader};

/// The socket's name in the state folder.
const NAME: &str = "control.sock";

/// The only request.
const RELOAD: &str = "reload";

/// A client that says nothing for so long is given up.
const ASK: Duration = Duration::from_secs(5);

/// A reload waits for the end of a turn, and a large file is compiled first.
const ANSWER: Duration = Duration::from_mins(2);

/// After a failed `accept`.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// An answer is no longer: a line for each problem of a large file.
const ANSWER_BYTES: u64 = 16 << 20;

/// What came of a reload.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Reloaded {
    /// Whether the file counts now.
    pub(crate) ok: bool,
    /// Keys of settings that differ and count after a restart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) restart: Vec<String>,
    /// Everything that is wrong with the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Problem>,
    /// Why it does not count, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) report: String,
}

/// The socket of a running appliance; dropping it ends it.
pub(crate) struct Control {
    path: PathBuf,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Control {
    /// Listens in the state folder.
    ///
    /// # Errors
    /// When there is no room for a socket, or another appliance runs on this folder.
    pub(crate) fn start(folder: &Path, reloader: Arc<Reloader>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(NAME);
        if UnixStream::connect(&path).is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        // Left over from one that was killed; most often there is none.
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let thread = thread::Builder::new()
            .name("control".into())
            .spawn(move || accept(&listener, &ends, &reloader))?;
        Ok(Self {
            path,
            over,
            thread: Some(thread),
        })
    }
}

fn accept(listener: &UnixListener, ends: &AtomicBool, reloader: &Reloader) {
    for client in listener.incoming() {
        if ends.load(Ordering::Acquire) {
            return;
        }
        let client = match client {
            Ok(client) => client,
            Err(error) => {
                // Such as for want of file descriptors.
                tracing::debug!(%error, "no client of the control socket");
                pause();
                continue;
            }
        };
        let served = catch_unwind(AssertUnwindSafe(|| serve(&client, reloader)));
        match served {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a client of the control socket left"),
            Err(_) => tracing::error!("a reload panicked"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the system is out of something; asking again at once would take a core"
)]
fn pause() {
    thread::sleep(AFTER_FAILURE);
}

impl Drop for Control {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        let woken = UnixStream::connect(&self.path).is_ok();
        // Somebody may have removed it.
        let _ = fs::remove_file(&self.path);
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            // A panic there is in the log already.
            let _ = thread.join();
        }
    }
}

fn serve(client: &UnixStream, reloader: &Reloader) -> io::Result<()> {
    client.set_read_timeout(Some(ASK))?;
    client.set_write_timeout(Some(ASK))?;
    let mut line = String::new();
    BufReader::new(client.take(100)).read_line(&mut line)?;
    let answer = if line.trim() == RELOAD {
        reload(reloader)
    } else {
        Reloaded {
            report: format!("`{RELOAD}` is the only request"),
            ..Reloaded::default()
        }
    };
    let mut client = client;
    writeln!(client, "{}", serde_json::to_string(&answer)?)
}

fn reload(reloader: &Reloader) -> Reloaded {
    match reloader.reload() {
        Ok(later) => Reloaded {
            ok: true,
            restart: later.into_iter().map(Into::into).collect(),
            ..Reloaded::default()
        },
        Err(Failed {
            problems, report, ..
        }) => Reloaded {
            problems,
            report,
            ..Reloaded::default()
        },
    }
}

/// Lets the appliance of this state folder reload its configuration.
///
/// # Errors
/// When none runs there, it is another user's, or it does not answer.
pub(crate) fn ask(folder: &Path) -> io::Result<Reloaded> {
    let mut stream = UnixStream::connect(folder.join(NAME))?;
    stream.set_read_timeout(Some(ANSWER))?;
    writeln!(stream, "{RELOAD}")?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES).read_to_string(&mut answer)?;
    Ok(serde_json::from_str(&answer)?)
}
