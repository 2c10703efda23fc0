//! What the signals of a running appliance do: SIGINT and SIGTERM end it, SIGHUP
//! reloads its configuration.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Context as _;
use mynah_appliance::runtime::inbox::Inbox;
use mynah_serve::console::NotTaken;
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
    let began_in_terminal = std::io::stdin().is_terminal();
    let reload = reloader.map(reloads).transpose()?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            let mut asked = false;
            for signal in signals.forever() {
                let hung_up = began_in_terminal && !std::io::stdin().is_terminal();
                if let Some(reload) = reload.as_ref().filter(|_| signal == SIGHUP && !hung_up) {
                    // One that waits already will read the file as it is then.
                    let _ = reload.try_send(());
                    continue;
                }
                if asked || door.send(Inbox::Stop).is_err() {
                    std::process::exit(130);
                }
                asked = true;
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
    let source = match reloader.source() {
        Ok(source) => source,
        Err(error) => return tracing::error!("{error}"),
    };
    match reloader.reload(&source) {
        Ok(later) if later.is_empty() => {}
        Ok(later) => {
            let later = later.join("`, `");
            tracing::warn!("the configuration was reloaded; `{later}` count after a restart");
        }
        Err(NotTaken::Wrong(problems)) => {
            let report = source.report(&problems);
            tracing::error!("the configuration was not reloaded: {report}");
        }
        Err(error) => tracing::error!("the configuration was not reloaded: {error}"),
    }
}
