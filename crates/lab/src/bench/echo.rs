//! `mynah bench echo`: how many wake words are heard while Mynah speaks, with
//! and without the echo canceller, at several levels of its voice.

mod stop;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use mynah_audio::echo::EchoCanceller;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime, convert, wav};
use mynah_command::{Common, Exit};
use mynah_core::model::{Sensitivity, WakeWord};
use mynah_models::Store;
use mynah_speech::ear::wake::WakeWords;
use mynah_speech::voice::{Piper, Synthesizer as _};

const EXAMPLES: &str = "\
Plays a long reply into a synthetic room (reverberation of 0.4 s), mixes it
with each recording of a wake word, and counts those that are heard.
`--level 6` makes the reply 6 dB louder at the microphone than the person.
With `--stop`, the voice itself says `stop` and its like, at several paces and
pitches, and, between, what must not stop it.

Examples:
  mynah bench echo --words alexa clips/*.wav --level=-6,0,6
  mynah bench echo --stop --level=0,12";

/// What is said over and over again while people say the wake word.
const REPLY: &str = "Here is what I can do. I can switch the lights of the kitchen and the \
    bedroom on and off. I can set a timer for five minutes and tell you how long it still runs. \
    Tomorrow will be cloudy, with a little rain in the afternoon, and seventeen degrees.";

/// Between two wake words.
const GAP_S: usize = 3;

/// The reverberation's time to fall by 60 dB, and how much of it is kept.
const REVERBERATION_S: f32 = 0.4;
const RESPONSE_S: f32 = 0.25;

/// From the loudspeaker's buffer to the microphone's.
const DELAY_S: f32 = 0.12;

/// Longest recording of a wake word.
const CLIP_S: u32 = 30;

/// Arguments of `mynah bench echo`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct EchoArgs {
    /// Recordings of one wake word each
    #[arg(required_unless_present = "stop", value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Count a bare "stop" instead of wake words
    #[arg(long, conflicts_with_all = ["files", "words"])]
    stop: bool,
    /// Listen for these words instead of the configuration's
    #[arg(long, value_delimiter = ',', value_name = "WORD,...")]
    words: Option<Vec<String>>,
    /// Levels of the reply at the microphone over the person's, in decibels
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "-6,0,6",
        value_name = "DB,...",
        allow_hyphen_values = true
    )]
    level: Vec<f32>,
}

/// Wake words heard in one run.
struct WakeCounts {
    /// Recordings during which a word was heard.
    clips: usize,
    /// Words heard where there was none.
    false_alarms: usize,
}

/// Runs the command.
///
/// # Errors
/// When a model is missing or a recording cannot be read.
pub(super) fn run(args: &EchoArgs, common: &Common) -> anyhow::Result<Exit> {
    let mut settings = mynah_config::load(common.config.as_deref())?;
    if let Some(words) = &args.words {
        let named = |name: &String| WakeWord {
            name: name.clone(),
            sensitivity: Sensitivity::Normal,
        };
        settings.wake.words = words.iter().map(named).collect();
    }
    let store = Store::discover();
    if args.stop {
        return stop::run(settings, &store, &args.level, common.json);
    }
    let mut words = WakeWords::load(&store, &settings.wake)?;
    let voice = &settings.voice;
    let mut piper = Piper::load(&store, &voice.model, voice.speed)?;
    let mut reply = Vec::new();
    let rate = piper.sample_rate();
    piper.speak(REPLY, &mut |piece| {
        reply.extend(piece);
        true
    })?;
    let reply = convert::resample(&reply, rate, SAMPLE_RATE);
    let echo = reverberate(&reply);
    let clips = args.files.iter().map(|file| clip(file));
    let clips: Vec<Vec<f32>> = clips.collect::<anyhow::Result<_>>()?;

    let quiet = listen(&mut words, &clips, &reply, &echo, None, false)?;
    tell(common, clips.len(), None, "none", &quiet);
    for level in &args.level {
        for (name, cancels) in [("without", false), ("with", true)] {
            let heard = listen(&mut words, &clips, &reply, &echo, Some(*level), cancels)?;
            tell(common, clips.len(), Some(*level), name, &heard);
        }
    }
    Ok(Exit::Done)
}

fn clip(file: &Path) -> anyhow::Result<Vec<f32>> {
    let sound = wav::read(file, CLIP_S)?;
    Ok(sound.samples)
}

/// Hears all clips, one after the other, while the reply is played over and
/// over at `level`, if at all.
fn listen(
    words: &mut WakeWords,
    clips: &[Vec<f32>],
    reply: &[f32],
    echo: &[f32],
    level: Option<f32>,
    cancels: bool,
) -> anyhow::Result<WakeCounts> {
    words.reset().context("between two runs")?;
    let mut canceller = EchoCanceller::default();
    let mut heard = WakeCounts {
        clips: 0,
        false_alarms: 0,
    };
    let mut position = 0;
    for clip in clips {
        let factor = level.map_or(0.0, |level| {
            10_f32.powf(level / 20.0) * loudness(clip) / loudness(echo)
        });
        let lead = GAP_S * SAMPLE_RATE as usize;
        let length = (lead + clip.len() + SAMPLE_RATE as usize).next_multiple_of(FRAME_SAMPLES);
        let mut found = false;
        for start in (0..length).step_by(FRAME_SAMPLES) {
            let mut frame = AudioFrame {
                start: SampleTime(position as u64),
                samples: [0.0; FRAME_SAMPLES],
            };
            let mut played = [0.0; FRAME_SAMPLES];
            for (index, sample) in frame.samples.iter_mut().enumerate() {
                let at = (start + index).checked_sub(lead);
                let person = at.and_then(|at| clip.get(at)).copied().unwrap_or(0.0);
                let when = position + index;
                *sample = (person + factor * echo[when % echo.len()]).clamp(-1.0, 1.0);
                // As loud as at the microphone: its gain is the room's business.
                played[index] = if level.is_some() {
                    reply[when % reply.len()]
                } else {
                    0.0
                };
            }
            if cancels {
                canceller.played(&played);
                canceller.cancel(&mut frame);
            }
            for _ in words.hear(&frame).iter().filter(|word| word.sure) {
                if lead <= start {
                    found = true;
                } else {
                    heard.false_alarms += 1;
                }
            }
            position += FRAME_SAMPLES;
        }
        heard.clips += usize::from(found);
    }
    Ok(heard)
}

/// The reply as it comes back to the microphone, once around, so that it can
/// be repeated: the direct sound, and noise that decays behind it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths of a second at most"
)]
fn reverberate(reply: &[f32]) -> Vec<f32> {
    let rate = SAMPLE_RATE as f32;
    let delay = (DELAY_S * rate) as usize;
    let fading = 6.9 / (REVERBERATION_S * rate);
    // Any noise will do, as long as it is the same each time.
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    let mut response: Vec<f32> = (0..(RESPONSE_S * rate) as usize)
        .map(|n| 0.05 * noise() * (-fading * n as f32).exp())
        .collect();
    response[0] = 1.0;
    let mut echo = vec![0.0; reply.len()];
    for (n, sample) in reply.iter().enumerate() {
        for (k, gain) in response.iter().enumerate() {
            echo[(n + delay + k) % reply.len()] += sample * gain;
        }
    }
    echo
}

/// The root mean square of those 32 ms that are at most 30 dB softer than the
/// loudest.
fn loudness(samples: &[f32]) -> f32 {
    let frames: Vec<f32> = samples
        .chunks(FRAME_SAMPLES)
        .map(|frame| frame.iter().map(|s| s * s).sum::<f32>())
        .collect();
    let loudest = frames.iter().fold(0.0_f32, |a, b| a.max(*b));
    let loud: Vec<f32> = frames
        .into_iter()
        .filter(|energy| loudest / 1000.0 < *energy)
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a minute at most")]
    let mean = loud.iter().sum::<f32>() / (loud.len().max(1) * FRAME_SAMPLES) as f32;
    mean.sqrt().max(1e-9)
}

fn tell(common: &Common, clips: usize, level: Option<f32>, canceller: &str, heard: &WakeCounts) {
    if common.json {
        let line = json!({
            "level_db": level,
            "canceller": canceller,
            "clips": clips,
            "heard": heard.clips,
            "false_alarms": heard.false_alarms,
        });
        println!("{line}");
        return;
    }
    let what = match level {
        None => "nothing played".to_owned(),
        Some(level) => format!("reply at {level:+} dB, {canceller} canceller"),
    };
    println!(
        "{what}: {} of {clips} wake words heard, {} false alarms",
        heard.clips, heard.false_alarms
    );
}
