//! `mynah say`: speech synthesis.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::{Common, Exit};
use mynah_audio::{DeviceChange, SampleTime, SoundCard, Speaker, wav};

use mynah_models::Store;
use mynah_speech::voice::{Piper, Synthesizer};

/// Limit of standard input, in bytes.
const INPUT_BYTES: u64 = 1024 * 1024;

/// How often the sound card is polled for the end of playback.
const POLL_MS: u64 = 20;

/// Arguments of `mynah say`.
#[derive(Debug, Args)]
pub(crate) struct SayArgs {
    /// The text; `-` reads it from standard input
    pub text: String,
    /// Write a WAV file instead of playing
    #[arg(short, long, value_name = "OUT.wav")]
    pub output: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &SayArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = match mynah_config::load(common.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("mynah: {error}");
            return Ok(Exit::Usage);
        }
    };
    let text = text(&args.text)?;
    let _speaking = mynah_core::language::speak(settings.device.language);
    let voice = &settings.voice;
    let mut voice = Piper::load(&Store::discover(), &voice.model, voice.speed)?;
    let rate = voice.sample_rate();
    let mut card = match &args.output {
        Some(_) => None,
        None => Some(open(&settings.audio.output)?),
    };

    let start = now();
    let (mut samples, mut first_audio_ms) = (Vec::new(), None);
    voice.speak(&text, &mut |clause| {
        first_audio_ms.get_or_insert_with(|| milliseconds(start.elapsed()));
        if let Some(card) = &mut card {
            card.play(&clause, rate);
        }
        samples.extend(clause);
        true
    })?;
    let ms = milliseconds(start.elapsed());
    match (&args.output, &mut card) {
        (Some(path), _) => wav::write(path, &samples, rate)?,
        (None, Some(card)) => wait(card, rate)?,
        (None, None) => {}
    }

    #[expect(clippy::cast_precision_loss, reason = "minutes of sound at most")]
    let audio_s = samples.len() as f64 / f64::from(rate);
    if common.json {
        let line = json!({
            "text": text,
            "audio_s": audio_s,
            "first_audio_ms": first_audio_ms,
            "ms": ms,
        });
        println!("{line}");
    } else if let Some(path) = &args.output {
        println!("{}: {audio_s:.1} s", path.display());
    }
    Ok(Exit::Done)
}

fn text(argument: &str) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .take(INPUT_BYTES)
        .read_to_string(&mut text)
        .context("cannot read the text from standard input")?;
    Ok(text.trim().to_owned())
}

fn open(device: &str) -> anyhow::Result<SoundCard> {
    let mut card = SoundCard::new(device);
    card.wait()
        .map_err(anyhow::Error::msg)
        .context("cannot play; `-o OUT.wav` needs no loudspeaker")?;
    Ok(card)
}

/// Waits for the end of playback.
fn wait(card: &mut SoundCard, rate: u32) -> anyhow::Result<()> {
    // The samples in the card's buffer must still be played.
    card.play(&vec![0.0; rate as usize / 5], rate);
    let mut now = SampleTime::default();
    while card.pending() {
        #[expect(
            clippy::disallowed_methods,
            reason = "without a microphone there is no clock but the machine's"
        )]
        std::thread::sleep(Duration::from_millis(POLL_MS));
        now = now.plus_ms(POLL_MS);
        card.advance(now);
        if let Some(DeviceChange::Lost(why)) = card.news().map(|news| news.what) {
            anyhow::bail!(why);
        }
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "measures how long the voice takes"
)]
fn now() -> Instant {
    Instant::now()
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
