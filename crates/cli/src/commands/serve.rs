//! `mynah serve`: the services of `[serve]` without a microphone. The event loop
//! runs all the same, so that commands for later are carried out.

use std::io::Write as _;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Args;

use super::{Common, Exit, run};
use crate::reload::Reloader;
use crate::services::{Behind, Pages, Services};
use crate::signals;
use mynah_appliance::observers::log::EventLog;
use mynah_appliance::runtime::assemble::{Appliance, How, Sound};
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, Quiet, SampleTime, Source};
use mynah_core::language;
use mynah_core::model::{Address, Serve};
use mynah_core::percept::Percept;
use mynah_models::Store;
use mynah_serve::web::Hub;
use mynah_speech::ear::{Hearing, SILENCE_DB};

const EXAMPLES: &str = "\
Examples:
  mynah serve              what [serve] of the configuration names
  mynah serve --dry-run    the same, without carrying out anything

`mynah run` has the services too. Ctrl-C ends it.
Exit status: 0 done, 1 failed, 2 wrong usage or configuration.";

/// A frame of silence lasts so long.
const FRAME: Duration = Duration::from_millis(32);

/// Arguments of `mynah serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Carry out no actions; say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print every event as a JSON object per line (as --json)
    #[arg(long)]
    events: bool,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &ServeArgs, common: &Common) -> anyhow::Result<Exit> {
    let config = mynah_config::place(common.config.as_deref());
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let serve = settings.serve.clone();
    let places = places(&serve);
    if places.is_empty() {
        anyhow::bail!(
            "the configuration names no service\nhint: add `wyoming = \"127.0.0.1:10300\"` or \
             `web = \"127.0.0.1:8080\"` under [serve]"
        );
    }
    let store = Store::discover();
    let hub = Arc::new(Hub::default());
    let as_json = args.events || common.json;
    let how = How {
        dry_run: args.dry_run,
        observers: vec![
            Box::new(Pages(Arc::clone(&hub))),
            Box::new(EventLog::new(std::io::stdout(), as_json)),
        ],
        ..How::default()
    };
    let appliance = Appliance::new(settings, &store, how)?;
    let reloader = Reloader::new(appliance.sessions(), config, store.clone());
    let reloader = Arc::new(reloader);
    signals::handle(appliance.inbox(), Some(Arc::clone(&reloader)))?;
    let control = run::control(&reloader);
    let behind = Behind {
        sessions: appliance.sessions(),
        store,
        inbox: None,
        reloader,
        dry_run: args.dry_run,
        hub,
    };
    let services = Services::start(&serve, behind)?;
    if !as_json {
        // The reader may be gone; the services continue.
        let _ = writeln!(
            std::io::stdout(),
            "Serving {}. Ctrl-C ends it.",
            places.join(", ")
        );
    }
    let sound = Sound {
        source: Box::new(Silence::default()),
        ear: Box::new(Nobody),
        speaker: &mut Quiet,
    };
    appliance.run(sound, &mut |_| {});
    drop((services, control));
    Ok(Exit::Done)
}

/// What is served, and where.
fn places(serve: &Serve) -> Vec<String> {
    let wyoming = serve.wyoming.as_ref().map(|address| match address {
        Address::Tcp(address) => format!("Wyoming at {address}"),
        Address::Unix(path) => format!("Wyoming at {}", path.display()),
    });
    let web = serve.web.as_ref().map(|web| {
        let scheme = if serve.https { "https" } else { "http" };
        format!("{scheme}://{web}/")
    });
    wyoming.into_iter().chain(web).collect()
}

/// Silence at the pace of the clock, on the thread of the capture.
#[derive(Default)]
struct Silence(SampleTime);

impl Source for Silence {
    #[expect(
        clippy::disallowed_methods,
        reason = "it takes the place of a sound card, which waits as long"
    )]
    fn next(&mut self) -> Captured {
        thread::sleep(FRAME);
        let frame = AudioFrame {
            start: self.0,
            samples: [0.0; FRAME_SAMPLES],
        };
        self.0 = frame.end();
        Captured::Frame(frame)
    }
}

/// Hears that nobody speaks.
struct Nobody;

impl Hearing for Nobody {
    fn hear(&mut self, frame: &AudioFrame) -> Percept {
        Percept {
            end: frame.end(),
            level_db: SILENCE_DB,
            ..Percept::default()
        }
    }
}
