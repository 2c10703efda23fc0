//! `mynah bench soak`: the appliance on its real sound cards, in real time,
//! spoken to without rest. Counts what is lost and what grows, which only time
//! shows.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::endpoint::{silence, speak};
use super::{ms_since, now};
use mynah_appliance::runtime::assemble::{Appliance, How, Sound};
use mynah_appliance::runtime::demo;
use mynah_appliance::runtime::listen::Inbox;
use mynah_audio::devices::Direction;
use mynah_audio::{
    Captured, DeviceChange, DeviceNews, Microphone, SAMPLE_RATE, SampleTime, SoundCard, Source,
    Speaker as _,
};
use mynah_command::{Common, Exit};
use mynah_core::conversation::TurnEvent;
use mynah_core::language;
use mynah_core::model::Settings;
use mynah_models::Store;
use mynah_speech::ear::Ear;
use mynah_speech::voice::Piper;

const EXAMPLES: &str = "\
Speaks the wake word and the commands of the configuration's tests, over and
over, into the sound device `--person`, whose sound must reach the microphone:
a loudspeaker in the same room, or the null sink that a sound server's virtual
microphone listens to. The appliance hears, understands and answers, and acts
on nothing. Ctrl-C ends it early, with its figures.

Example:
  mynah bench soak --minutes 60 --person virtual_person

Exit status: 0 no sound was lost, 1 some was, 2 wrong usage or configuration.";

/// Sentences that are said in turn.
const COMMANDS: usize = 12;

/// Between the wake word and the command.
const PAUSE_MS: u64 = 400;

/// From the end of one turn to the next wake word: longer than the ear is deaf
/// after a wake word.
const GAP: Duration = Duration::from_millis(2_500);

/// A wake word that has not been heard so long after it was begun was missed.
const MISSED: Duration = Duration::from_secs(20);

/// Memory and clock are compared with what they were after so long: by then
/// everything has been loaded.
const SETTLED: Duration = Duration::from_mins(1);

/// How often the person looks whether it is their turn.
const LOOK: Duration = Duration::from_millis(20);

/// How often it is said how things stand.
const TELL: Duration = Duration::from_mins(1);

/// Arguments of `mynah bench soak`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SoakArgs {
    /// How long
    #[arg(long, value_name = "N", default_value_t = 60)]
    minutes: u32,
    /// The sound device that plays what a person would say
    #[arg(long, value_name = "DEVICE", default_value = "default")]
    person: String,
}

/// What is counted.
#[derive(Clone, Debug, Default)]
struct Counts {
    /// Wake words that were said, and those of them that were heard.
    said: u64,
    heard: u64,
    /// Wake words that nobody said.
    false_wakes: u64,
    /// Commands that were understood, and replies that were spoken to the end.
    understood: u64,
    spoken: u64,
    /// Samples that were not fetched in time.
    overrun: u64,
    /// How often a card was served too late.
    late_in: u64,
    late_out: u64,
    /// Cards that went away.
    lost: u64,
    /// The appliance has ended.
    over: bool,
    /// A wake word is being said and was not heard yet.
    awaited: bool,
    /// When nobody spoke any more; `None` while a turn is under way.
    idle_since: Option<Instant>,
    /// By the world's clock and the stream's: the settled state, and the last
    /// frame.
    settled: Option<(Instant, SampleTime, f64)>,
    last: Option<(Instant, SampleTime)>,
}

impl Counts {
    fn happened(&mut self, what: &TurnEvent) {
        match what {
            TurnEvent::Wake(..) => {
                if std::mem::take(&mut self.awaited) {
                    self.heard += 1;
                } else {
                    self.false_wakes += 1;
                }
                self.idle_since = None;
            }
            TurnEvent::Intent { understanding, .. } => {
                self.understood += u64::from(!understanding.intents.is_empty());
            }
            TurnEvent::Spoken { .. } => self.spoken += 1,
            TurnEvent::Idle => self.idle_since = Some(now()),
            TurnEvent::Device(news) => self.device(news),
            _ => {}
        }
    }

    fn device(&mut self, news: &DeviceNews) {
        match (&news.what, news.direction) {
            (DeviceChange::Overrun { samples }, _) => self.overrun += samples,
            (DeviceChange::Late { times }, Direction::Input) => self.late_in += times,
            (DeviceChange::Late { times }, Direction::Output) => self.late_out += times,
            (DeviceChange::Lost(_), _) => self.lost += 1,
            (
                DeviceChange::Found
                | DeviceChange::Stuck
                | DeviceChange::Zeros
                | DeviceChange::Sounds,
                _,
            ) => {}
        }
    }

    /// Milliseconds by which the stream has fallen behind the clock since it
    /// had settled: sound that was lost before it reached this program.
    fn behind_ms(&self) -> f64 {
        let (Some((at, time, _)), Some((last_at, last_time))) = (self.settled, self.last) else {
            return 0.0;
        };
        let real = (last_at - at).as_secs_f64();
        (real - (last_time.seconds() - time.seconds())) * 1000.0
    }
}

type Tally = Arc<Mutex<Counts>>;

fn lock(tally: &Tally) -> MutexGuard<'_, Counts> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The microphone, with its watch.
struct Timed {
    microphone: Microphone,
    began: Option<Instant>,
    tally: Tally,
}

impl Source for Timed {
    fn next(&mut self) -> Captured {
        let captured = self.microphone.next();
        if let Captured::Frame(frame) = &captured {
            let at = now();
            let began = *self.began.get_or_insert(at);
            let mut counts = lock(&self.tally);
            counts.last = Some((at, frame.end()));
            if counts.settled.is_none() && SETTLED <= at - began {
                counts.settled = Some((at, frame.end(), memory_mb("VmRSS:")));
            }
        }
        captured
    }
}

/// Runs the command.
///
/// # Errors
/// When a model is missing or the device of the person cannot be opened.
pub(super) fn run(args: &SoakArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let store = Store::discover();
    let clips = clips(&settings, &store)?;
    let mut person = SoundCard::new(&args.person);
    person.wait().map_err(anyhow::Error::msg)?;
    let tally = Tally::default();
    let began = now();
    listen(
        settings,
        &store,
        args,
        &tally,
        Person {
            card: person,
            clips,
        },
    )?;
    let counts = lock(&tally).clone();
    report(&counts, ms_since(began) / 60_000.0, common.json);
    Ok(if counts.overrun == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// Wake word, pause and command, at 16 kHz.
fn clips(settings: &Settings, store: &Store) -> anyhow::Result<Vec<Vec<f32>>> {
    let wake = demo::spoken_wake_word(settings, store)?;
    let mut voice = Piper::load(store, &settings.voice.model, settings.voice.speed)?;
    let tests = settings.tests.iter().filter(|test| test.intent != "none");
    let clips = tests
        .take(COMMANDS)
        .map(|test| {
            Ok([
                wake.clone(),
                silence(PAUSE_MS),
                speak(&mut voice, &test.say)?,
            ]
            .concat())
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    anyhow::ensure!(
        !clips.is_empty(),
        "the configuration has no `[[test]]` to say\nhint: add one for each intent"
    );
    Ok(clips)
}

fn listen(
    settings: Settings,
    store: &Store,
    args: &SoakArgs,
    tally: &Tally,
    person: Person,
) -> anyhow::Result<()> {
    let microphone = Timed {
        microphone: Microphone::new(&settings.audio.input, settings.audio.channel.clone()),
        began: None,
        tally: Arc::clone(tally),
    };
    let mut card = SoundCard::new(&settings.audio.output);
    let ear = Ear::load(store, &settings.wake)?;
    let how = How {
        dry_run: true,
        ..How::default()
    };
    let appliance = Appliance::new(settings, store, how)?;
    let end = appliance.inbox();
    ctrlc::set_handler(move || {
        let _ = end.send(Inbox::Stop);
    })
    .context("cannot handle Ctrl-C")?;
    let length = Duration::from_secs(u64::from(args.minutes) * 60);
    let (end, heard) = (appliance.inbox(), Arc::clone(tally));
    let person = thread::Builder::new()
        .name("person".into())
        .spawn(move || person.speak(length, &heard, &end))
        .context("cannot start a thread")?;
    let sound = Sound {
        source: Box::new(microphone),
        ear: Box::new(ear),
        speaker: &mut card,
    };
    appliance.run(sound, &mut |report| lock(tally).happened(&report.what));
    lock(tally).over = true;
    // Its sound card must be closed before the process is.
    let _ = person.join();
    Ok(())
}

/// Who speaks to the appliance.
struct Person {
    card: SoundCard,
    clips: Vec<Vec<f32>>,
}

impl Person {
    /// Says one command after the other, each when the one before is answered,
    /// for `length`; then ends the loop.
    fn speak(mut self, length: Duration, tally: &Tally, end: &SyncSender<Inbox>) {
        let began = now();
        let mut told = began;
        let mut began_to_speak = began;
        lock(tally).idle_since = Some(began);
        let mut next = 0;
        while now() - began < length && !lock(tally).over {
            pause(LOOK);
            let at = now();
            self.card.advance(stream_time(at - began));
            let mut counts = lock(tally);
            let rested = counts.idle_since.is_some_and(|since| GAP < at - since);
            let missed = counts.awaited && MISSED < at - began_to_speak;
            if self.card.pending() || !(rested && (!counts.awaited || missed)) {
                continue;
            }
            counts.said += 1;
            counts.awaited = true;
            if TELL <= at - told {
                told = at;
                eprintln!(
                    "{:.0} minutes: {} of {} wake words heard, {} samples lost, {:.1} MB",
                    ms_since(began) / 60_000.0,
                    counts.heard,
                    counts.said - 1,
                    counts.overrun,
                    memory_mb("VmRSS:")
                );
            }
            drop(counts);
            began_to_speak = at;
            self.card.play(&self.clips[next], SAMPLE_RATE);
            next = (next + 1) % self.clips.len();
        }
        let _ = end.send(Inbox::Stop);
    }
}

fn stream_time(since: Duration) -> SampleTime {
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    SampleTime(0).plus_ms(ms)
}

fn report(counts: &Counts, minutes: f64, as_json: bool) {
    let settled = counts.settled.map_or(0.0, |(.., memory)| memory);
    let figures: [(&str, Value, &str); 13] = [
        ("length", json!(round(minutes)), "minutes"),
        ("wake_words_said", json!(counts.said), ""),
        ("wake_words_heard", json!(counts.heard), ""),
        ("false_wakes", json!(counts.false_wakes), ""),
        ("commands_understood", json!(counts.understood), ""),
        ("replies_spoken", json!(counts.spoken), ""),
        ("samples_lost", json!(counts.overrun), ""),
        ("behind_the_clock", json!(round(counts.behind_ms())), "ms"),
        ("microphone_late", json!(counts.late_in), "times"),
        ("loudspeaker_late", json!(counts.late_out), "times"),
        ("cards_lost", json!(counts.lost), ""),
        ("memory_settled", json!(round(settled)), "MB"),
        ("memory_at_end", json!(round(memory_mb("VmRSS:"))), "MB"),
    ];
    for (name, value, unit) in figures {
        if as_json {
            println!("{}", json!({"figure": name, "value": value, "unit": unit}));
        } else {
            println!("{name:<20} {value:>9} {unit}");
        }
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A field of this process' memory.
fn memory_mb(field: &str) -> f64 {
    super::latency::memory_mb(field).unwrap_or(0.0)
}

#[expect(clippy::disallowed_methods, reason = "a person speaks in real time")]
fn pause(time: Duration) {
    thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::now;
    use super::Counts;
    use mynah_audio::SampleTime;
    use mynah_core::conversation::{ConfirmedBy, TurnEvent};
    use mynah_core::percept::Wake;

    #[test]
    fn a_wake_word_counts_once_and_only_if_it_was_said() {
        let wake = Wake {
            word: "alexa".into(),
            score: 1.0,
            sure: true,
        };
        let wake = TurnEvent::Wake(wake, ConfirmedBy::Score);
        let mut counts = Counts {
            awaited: true,
            ..Counts::default()
        };
        counts.happened(&wake);
        counts.happened(&wake);
        assert_eq!((counts.heard, counts.false_wakes), (1, 1));
    }

    #[test]
    fn sound_that_never_came_shows_in_the_clocks() {
        let at = now();
        let counts = Counts {
            settled: Some((at, SampleTime(16_000), 0.0)),
            last: Some((at + Duration::from_secs(10), SampleTime(10 * 16_000))),
            ..Counts::default()
        };
        assert!((counts.behind_ms() - 1_000.0).abs() < 1e-6);
    }
}
