//! What the signals of a running appliance do: SIGINT and SIGTERM end it, SIGHUP
//! reloads its configuration.

use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use anyhow::Context as _;
use mynah_appliance::runtime::inbox::Inbox;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::reload::Reloader;

/// Ends the event loop behind `door` with the first SIGINT or SIGTERM and the
/// process with the second. SIGHUP reloads, where there is a `reloader`; else, and
/// where it comes because the terminal is gone, it ends the loop as well.
///
/// # Errors
/// When the system takes no handlers.
pub(crate) fn handle(
    door: SyncSender<Inbox>,
    reloader: Option<Arc<Reloader>>,
) -> anyhow::Result<()> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot handle Ctrl-C and SIGHUP")?;
    let began_in_terminal = has_terminal();
    let reload = reloader.map(reloads).transpose()?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            let mut asked = false;
            for signal in signals.forever() {
                let hung_up = began_in_terminal && !has_terminal();
                if let Some(reload) = reload.as_ref().filter(|_| signal == SIGHUP && !hung_up) {
                    // One that waits already will read the file as it is then.
                    let _ = reload.try_send(());
                    continue;
                }
                if asked {
                    std::process::exit(130);
                }
                asked = true;
                match door.try_send(Inbox::Stop) {
                    Ok(()) => {}
                    // The next signal is not to wait behind this one.
                    Err(TrySendError::Full(stop)) => {
                        let door = door.clone();
                        thread::spawn(move || drop(door.send(stop)));
                    }
                    Err(TrySendError::Disconnected(_)) => std::process::exit(130),
                }
            }
        })
        .context("cannot handle signals")?;
    Ok(())
}

/// Reloads on a thread of its own, as often as it is told to: Ctrl-C does not wait
/// for it.
fn reloads(reloader: Arc<Reloader>) -> anyhow::Result<SyncSender<()>> {
    let (tell, told): (_, Receiver<()>) = sync_channel(1);
    thread::Builder::new()
        .name("reload".into())
        .spawn(move || {
            for () in told {
                reload(&reloader);
            }
        })
        .context("cannot handle SIGHUP")?;
    Ok(tell)
}

fn reload(reloader: &Reloader) {
    match reloader.reload() {
        Ok(later) if later.is_empty() => {}
        Ok(later) => {
            let later = later.join("`, `");
            tracing::warn!("the configuration was reloaded; `{later}` count after a restart");
        }
        Err(failed) => {
            let report = failed.report;
            tracing::error!("the configuration was not reloaded: {report}");
        }
    }
}

/// Whether this process has a terminal that may end it.
fn has_terminal() -> bool {
    File::open("/dev/tty").is_ok()
}
