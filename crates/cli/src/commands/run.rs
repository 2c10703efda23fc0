//! `mynah run`: the appliance.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use super::{Common, Exit};
use crate::accepted;
use crate::control::Control;
use crate::reload::Reloader;
use crate::services::{Behind, Pages, Services};
use crate::signals;
use mynah_appliance::buttons;
use mynah_appliance::observers::log::EventLog;
use mynah_appliance::observers::systemd::Status;
use mynah_appliance::runtime::assemble::{Appliance, How, Sound};
use mynah_appliance::runtime::demo;
use mynah_appliance::runtime::events::started_json;
use mynah_appliance::runtime::notify::Watched;
use mynah_appliance::timers::state_dir;
use mynah_audio::{Microphone, Quiet, SoundCard, Source, Speaker, WavSource, WavSpeaker};
use mynah_core::language::{self, Announcement};
use mynah_core::model::Settings;
use mynah_models::Store;
use mynah_serve::web::Hub;
use mynah_speech::ear::Ear;

const EXAMPLES: &str = "\
Examples:
  mynah run                                       listen and act
  mynah run --wav in.wav --speak out.wav          files instead of a sound card
  mynah run --dry-run --events                    no actions, JSON events
  mynah run --demo                                no sound card: a spoken demonstration

Ctrl-C ends it. Exit status: 0 done, 1 failed, 2 wrong usage or configuration.";

/// Sample rate of the file for replies: the voice's own.
const TRACK_RATE: u32 = 22_050;

/// Arguments of `mynah run`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    /// Hear this file instead of the microphone, faster than real time
    #[arg(long, value_name = "IN.wav")]
    wav: Option<PathBuf>,
    /// Speak into this file instead of the loudspeaker
    #[arg(long, value_name = "OUT.wav")]
    speak: Option<PathBuf>,
    /// Print every event as a JSON object per line (as --json)
    #[arg(long)]
    events: bool,
    /// Carry out no actions; say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Demonstrate without a sound card: speak examples of the configuration, hear
    /// and answer them, without acting
    #[arg(long, conflicts_with_all = ["wav", "speak"])]
    demo: bool,
    /// Folder for the recordings of the demonstration
    #[arg(long, value_name = "DIR", default_value = ".", requires = "demo")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &RunArgs, common: &Common) -> anyhow::Result<Exit> {
    let state = accepted::folder().filter(|_| args.wav.is_none() && !args.demo);
    let start = accepted::load(common.config.as_deref(), state.as_deref())?;
    let settings = start.settings;
    let mut notice = None;
    if let Some(error) = start.instead {
        tracing::error!(
            "{error}\nthe last good text of it counts; hint: `mynah check`, then `mynah reload`"
        );
        notice = Some(Announcement::FormerFile);
    }
    let _speaking = language::speak(settings.device.language);
    if let Some(path) = &args.speak {
        writable(path)?;
    }
    let store = Store::discover();
    let as_json = args.events || common.json;
    if args.demo {
        return demonstrate(args, settings, &store, as_json);
    }
    let wav = args.wav.as_deref();
    let track = args.speak.as_deref();
    let how = How {
        dry_run: args.dry_run,
        notice,
        ..How::default()
    };
    let config = mynah_config::place(common.config.as_deref());
    appliance(
        settings,
        &store,
        config.as_deref(),
        (wav, track),
        how,
        as_json,
    )?;
    Ok(Exit::Done)
}

/// Fails when a file cannot be written where it is to be, before anything is
/// done.
fn writable(path: &Path) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.is_dir() {
        anyhow::bail!("`{}` is a folder: name a file in it", path.display());
    }
    tempfile::tempfile_in(folder).map(drop).with_context(|| {
        format!(
            "cannot write `{}`: the folder `{}` is not there, or not yours",
            path.display(),
            folder.display()
        )
    })
}

/// Runs until the file ends or somebody stops it.
fn appliance(
    settings: Settings,
    store: &Store,
    config: Option<&Path>,
    (wav, track): (Option<&Path>, Option<&Path>),
    mut how: How,
    as_json: bool,
) -> anyhow::Result<()> {
    let words: Vec<String> = settings.wake.words.iter().map(|w| w.name.clone()).collect();
    let listening = format!("listening for {}", words.join(", "));
    let source: Box<dyn Source> = if let Some(path) = wav {
        Box::new(WavSource::open(path, 0)?.hearing(&settings.audio.channel))
    } else {
        // Its frames feed the watchdog of the service manager.
        let microphone = Microphone::new(&settings.audio.input, settings.audio.channel.clone());
        Watched::wrap(Box::new(microphone), listening.clone())
    };
    let ear = Ear::load(store, &settings.wake)?;
    let mut track = track.map(|path| WavSpeaker::new(path, TRACK_RATE));
    let mut card = match (&track, wav) {
        (None, None) => Some(SoundCard::new(&settings.audio.output)),
        _ => None,
    };
    let speaker: &mut dyn Speaker = match (&mut track, &mut card) {
        (Some(track), _) => track,
        (None, Some(card)) => card,
        (None, None) => &mut Quiet,
    };
    let started = started_json(&settings.device.name, &words, settings.intents.len());
    how.from_file = wav.is_some();
    how.observers
        .push(Box::new(EventLog::new(std::io::stdout(), as_json)));
    let status = Status::of_environment(listening).filter(|_| wav.is_none());
    if let Some(status) = status {
        how.observers.push(Box::new(status));
    }
    // A recording is no appliance for others.
    let serve = settings.serve.clone();
    let hub = Arc::new(Hub::default());
    if wav.is_none() && serve.web.is_some() {
        how.observers.push(Box::new(Pages(Arc::clone(&hub))));
    }
    let dry_run = how.dry_run;
    let appliance = Appliance::new(settings, store, how)?;
    let reloader = wav.is_none().then(|| {
        let config = config.map(Path::to_path_buf);
        Arc::new(Reloader::new(appliance.sessions(), config, store.clone()))
    });
    signals::handle(appliance.inbox(), reloader.clone())?;
    if wav.is_none() {
        buttons::start(&appliance.sessions().settings().buttons, &appliance.inbox());
    }
    let control = reloader.as_ref().map(control);
    let services = reloader.map(|reloader| {
        let behind = Behind {
            sessions: appliance.sessions(),
            store: store.clone(),
            inbox: Some(appliance.inbox()),
            reloader,
            dry_run,
            hub,
        };
        Services::start(&serve, behind)
    });
    let services = services.transpose()?;
    let started = if as_json {
        started.to_string()
    } else {
        format!(
            "{} listens for {}. Ctrl-C ends it.",
            started["device"].as_str().unwrap_or_default(),
            started["wake"]
        )
    };
    // The reader of the log may be gone; the appliance continues.
    let _ = writeln!(std::io::stdout(), "{started}");
    let sound = Sound {
        source,
        ear: Box::new(ear),
        speaker,
    };
    appliance.run(sound, &mut |_| {});
    drop((services, control));
    if let Some(track) = track {
        track.finish()?;
    }
    Ok(())
}

/// The socket for `mynah reload`. Without it the appliance runs all the same.
pub(super) fn control(reloader: &Arc<Reloader>) -> Option<Control> {
    let folder = state_dir()?;
    Control::start(&folder, Arc::clone(reloader))
        .inspect_err(|error| {
            let folder = folder.display();
            tracing::warn!("`mynah reload` will not work, no socket in `{folder}`: {error}");
        })
        .ok()
}

fn demonstrate(
    args: &RunArgs,
    settings: Settings,
    store: &Store,
    as_json: bool,
) -> anyhow::Result<Exit> {
    let input = args.out.join("mynah-demo-in.wav");
    let reply = args.out.join("mynah-demo-reply.wav");
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder `{}`", args.out.display()))?;
    let spoken = demo::record(&settings, store, &input)?;
    if !as_json {
        println!(
            "A demonstration without a sound card. The voice says to the appliance, in `{}`:",
            input.display()
        );
        for text in &spoken {
            println!("  \"{text}\"");
        }
        println!("The appliance hears, understands and answers; it acts on nothing (dry run).\n");
    }
    let tally = demo::Tally::default();
    let how = How {
        dry_run: true,
        observers: vec![Box::new(tally.clone())],
        ..How::default()
    };
    let files = (Some(input.as_path()), Some(reply.as_path()));
    appliance(settings, store, None, files, how, as_json)?;
    let understood = tally.understood();
    if !as_json {
        println!(
            "\n{understood} of {} commands were understood. The replies are in `{}`.",
            spoken.len(),
            reply.display()
        );
    }
    Ok(if understood == spoken.len() {
        Exit::Done
    } else {
        Exit::Failed
    })
}
