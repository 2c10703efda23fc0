//! Who speaks the sentences of a spoken test: the voice of the file, another
//! program, or nobody, because they are recorded already.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::TestArgs;
use mynah_appliance::runtime::recorded::LONGEST_S;
use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_core::model::Settings;
use mynah_models::Store;
use mynah_speech::voice::{Piper, Synthesizer as _};

/// Samples of silence before and behind a sentence: 0.3 s, as the appliance keeps
/// around a command.
const AROUND: usize = SAMPLE_RATE as usize * 3 / 10;

/// How much the pace differs from one repetition to the next.
const STEP: f32 = 0.04;

/// Speaks into a folder.
pub(super) struct Voice {
    folder: PathBuf,
    speed: f32,
    by: By,
}

enum By {
    Own(Box<Piper>),
    Program(Vec<String>),
    Recordings,
}

impl Voice {
    pub(super) fn new(
        args: &TestArgs,
        folder: &Path,
        settings: &Settings,
        store: &Store,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let by = if args.recorded {
            By::Recordings
        } else if let Some(command) = &args.voice_command {
            for part in ["{text}", "{wav}"] {
                if !command.contains(part) {
                    bail!("`--voice-command` has no {part}; write it where it belongs");
                }
            }
            By::Program(command.split_whitespace().map(str::to_owned).collect())
        } else {
            let voice = Piper::load(store, &settings.voice.model, settings.voice.speed);
            By::Own(Box::new(voice.context("cannot speak")?.steady()))
        };
        Ok(Self {
            folder: folder.to_owned(),
            speed: settings.voice.speed,
            by,
        })
    }

    /// A sentence as 16 kHz mono samples. It also lies in the folder as `name`, with
    /// the number of the pass from the second on.
    pub(super) fn say(&mut self, text: &str, name: &str, pass: u32) -> anyhow::Result<Vec<f32>> {
        let name = match pass {
            1 => format!("{name}.wav"),
            pass => format!("{name}-{pass}.wav"),
        };
        let path = self.folder.join(name);
        match &mut self.by {
            By::Own(piper) => {
                piper.pace(self.speed * pace(pass));
                let rate = piper.sample_rate();
                let mut samples = Vec::new();
                piper.speak(text, &mut |clause| {
                    samples.extend(resample(&clause, rate, SAMPLE_RATE));
                    true
                })?;
                wav::write(&path, &samples, SAMPLE_RATE)?;
            }
            By::Program(command) => run(command, text, &path, pass)?,
            By::Recordings => {}
        }
        let sound = wav::read(&path, LONGEST_S)?;
        let silence = vec![0.0; AROUND];
        Ok([silence.as_slice(), &sound.samples, &silence].concat())
    }
}

/// The first pass is at the usual pace, the next ones a little slower and faster in
/// turn, so that the same command always hears the same sounds.
fn pace(pass: u32) -> f32 {
    let steps = f32::from(u16::try_from(pass / 2).unwrap_or(u16::MAX));
    if pass.is_multiple_of(2) {
        1.0 - STEP * steps
    } else {
        1.0 + STEP * steps
    }
}

fn run(command: &[String], text: &str, path: &Path, pass: u32) -> anyhow::Result<()> {
    let wav = path.display().to_string();
    let mut words = command.iter().map(|word| {
        word.replace("{wav}", &wav)
            .replace("{pass}", &pass.to_string())
            .replace("{text}", text)
    });
    let program = words.next().unwrap_or_default();
    let status = Command::new(&program)
        .args(words)
        .status()
        .with_context(|| format!("cannot start `{program}`; is it installed?"))?;
    if !status.success() {
        bail!("`{program}` could not speak \"{text}\": {status}");
    }
    Ok(())
}
