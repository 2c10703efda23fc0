//! `mynah run`: the appliance.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::{Common, Exit};
use mynah_actions::World;
use mynah_appliance::runtime::cores;
use mynah_appliance::runtime::demo;
use mynah_appliance::runtime::duck::Ducker;
use mynah_appliance::runtime::engine::Engine;
use mynah_appliance::runtime::events::{event_json, event_line, is_event, started_json};
use mynah_appliance::runtime::listen::{Door, House, Inbox, Pace};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::notify::Watched;
use mynah_appliance::runtime::station::Station;
use mynah_appliance::runtime::wakes::Wakes;
use mynah_appliance::timers::{Clock, StreamClock, SystemClock};
use mynah_audio::{Microphone, Quiet, SoundCard, Source, Speaker, WavSource, WavSpeaker};
use mynah_core::conversation::Report;
use mynah_core::model::Settings;
use mynah_models::Store;
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

/// With an input file, how long the worker may take before stream time goes on without
/// it: far more than any stage needs.
const PATIENCE: Duration = Duration::from_mins(2);

/// Arguments of `mynah run`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RunArgs {
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
pub fn run(args: &RunArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
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
    appliance(settings, &store, wav, track, args.dry_run, &mut |report| {
        tell(report, as_json);
    })?;
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
    wav: Option<&Path>,
    track: Option<&Path>,
    dry_run: bool,
    report: &mut dyn FnMut(Told<'_>),
) -> anyhow::Result<()> {
    let wakes = Arc::new(Wakes::default());
    let source: Box<dyn Source> = match wav {
        Some(path) => Box::new(WavSource::open(path, 0)?),
        None => watched(&settings, &wakes),
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
    let started = started_json(
        &settings.device.name,
        &settings
            .wake
            .words
            .iter()
            .map(|word| word.name.clone())
            .collect::<Vec<_>>(),
        settings.intents.len(),
    );
    let limits = load::limits(&settings);
    let wants = Wants {
        speech: true,
        voice: true,
        dry_run,
        patient: wav.is_some(),
    };
    // With an input file, time is the file's.
    let machine = SystemClock::default();
    let clock: Arc<dyn Clock> = match wav {
        Some(_) => Arc::new(StreamClock::new(machine.now())),
        None => Arc::new(machine),
    };
    // The slow parts begin here; the sound cards' threads are already running.
    cores::keep_one();
    let mut engine = load::engine_by(clock, settings, store, wants)?;
    let clips = load::clips(&mut engine, wav.is_none());
    let door = Door::default();
    stop_on_signal(door.sender())?;
    let mut station = station(&engine, wav.is_none(), dry_run, door.sender());
    let ducker = ducker(&engine, dry_run);
    report(Told::Started(started));
    let house = House {
        source,
        ear: Box::new(ear),
        speaker,
        clips,
        limits,
        pace: if wav.is_some() {
            Pace::File { patience: PATIENCE }
        } else {
            Pace::Live
        },
        report: &mut |happened| {
            wakes.note(&happened.what);
            if let Some(station) = &mut station {
                station.tell(happened);
            }
            if let Some(ducker) = &ducker {
                ducker.tell(&happened.what);
            }
            report(Told::Happened(happened));
        },
    };
    door.run(house, engine);
    tracing::info!("the end{}", wakes.as_line());
    if let Some(track) = track {
        track.finish()?;
    }
    Ok(())
}

/// Ducks other players, if configured.
fn ducker(engine: &Engine, dry_run: bool) -> Option<Ducker> {
    let settings = engine.settings();
    let duck = settings.audio.duck.clone().filter(|_| !dry_run)?;
    Some(Ducker::start(Box::new(World::new(settings)), duck))
}

/// The microphone; its frames feed the watchdog of the service manager.
fn watched(settings: &Settings, wakes: &Arc<Wakes>) -> Box<dyn Source> {
    let words = settings.wake.words.iter().map(|word| word.name.as_str());
    let listening = format!("listening for {}", words.collect::<Vec<_>>().join(", "));
    let microphone = Microphone::new(&settings.audio.input);
    Watched::wrap(Box::new(microphone), listening, Arc::clone(wakes))
}

/// The observers of the configuration.
fn station(
    engine: &Engine,
    live: bool,
    dry_run: bool,
    inbox: SyncSender<Inbox>,
) -> Option<Station> {
    let settings = engine.settings();
    let told = settings.events.is_some() || (live && settings.mqtt.is_some());
    let order = move |order| inbox.try_send(Inbox::Order(order)).is_ok();
    (told && !dry_run).then(|| Station::open(settings, engine.keeper().gain(), order))
}

/// What is printed.
enum Told<'a> {
    Started(serde_json::Value),
    Happened(&'a Report),
}

fn tell(told: Told<'_>, as_json: bool) {
    if let Told::Happened(report) = told
        && !is_event(report)
    {
        tracing::debug!("{}", event_line(report));
        return;
    }
    let line = match told {
        Told::Started(started) if as_json => started.to_string(),
        Told::Started(started) => format!(
            "{} listens for {}. Ctrl-C ends it.",
            started["device"].as_str().unwrap_or_default(),
            started["wake"]
        ),
        Told::Happened(report) if as_json => event_json(report).to_string(),
        Told::Happened(report) => event_line(report),
    };
    // The reader of the log may be gone; the appliance continues.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Ctrl-C and SIGTERM end the loop; a second one ends the process.
fn stop_on_signal(door: SyncSender<Inbox>) -> anyhow::Result<()> {
    let mut asked = false;
    ctrlc::set_handler(move || {
        if asked || door.send(Inbox::Stop).is_err() {
            std::process::exit(130);
        }
        asked = true;
    })
    .context("cannot handle Ctrl-C")
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
    let mut tally = demo::Tally::default();
    appliance(
        settings,
        store,
        Some(&input),
        Some(&reply),
        true,
        &mut |told| {
            if let Told::Happened(report) = &told {
                tally.count(report);
            }
            tell(told, as_json);
        },
    )?;
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
