//! Runs a voice's network: the numbers of phonemes in, sound out, a stretch at
//! a time.
//!
//! VITS makes a plan of the whole clause, some 86 frames a second, and turns it
//! into sound by convolutions that see no further than some frames around; so a
//! stretch that is given its surroundings sounds exactly as it would in one go.

use std::borrow::Cow;
use std::path::Path;

use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;

use super::parts::{self, Parts};

/// Frames of the plan on either side that the sound of a frame depends on. By
/// the kernels of Piper's generators 11; beyond it nothing changes
/// (`tests::stretches_are_the_whole`).
const AROUND: usize = 12;

/// Frames of the first stretch, 0.28 s, and how much longer each next one is:
/// what is computed twice weighs less in a long stretch, and a stretch must not
/// take longer than the one before it plays.
const FIRST: usize = 24;
const LONGER: (usize, usize) = (3, 2);

/// Frames of the longest stretch, 2 s.
const LONGEST: usize = 172;

/// A loaded voice.
pub struct Network {
    planner: Session,
    /// With the names of what it takes, the plan first; `None` where the
    /// network cannot be parted and speaks clause by clause.
    generator: Option<Generator>,
    /// Whether it must be told who speaks.
    many_speakers: bool,
}

/// How a clause is to be spoken.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// How much the sound is left to chance.
    pub noise: f32,
    /// How long a phoneme is, against the voice's own way.
    pub length: f32,
    /// How much the lengths are left to chance.
    pub noise_w: f32,
}

impl Network {
    /// Loads the ONNX file at `path`.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(path: &Path, many_speakers: bool) -> Result<Self, String> {
        let model = std::fs::read(path).map_err(|error| error.to_string())?;
        // A voice of which only the whole works still speaks.
        let halves = parts::part(&model).and_then(|parts| halves(&parts).ok());
        let (planner, generator) = match halves {
            Some((planner, generator)) => (planner, Some(generator)),
            None => (session(&model).map_err(|error| error.to_string())?, None),
        };
        Ok(Self {
            planner,
            generator,
            many_speakers,
        })
    }

    /// Speaks phonemes by their numbers, handing over mono samples a stretch
    /// at a time until `sink` says false.
    ///
    /// # Errors
    /// When the network fails.
    pub fn speak(
        &mut self,
        phonemes: &[i64],
        manner: Manner,
        sink: &mut dyn FnMut(&[f32]) -> bool,
    ) -> Result<(), ort::Error> {
        let length = i64::try_from(phonemes.len()).unwrap_or(i64::MAX);
        let scales = vec![manner.noise, manner.length, manner.noise_w];
        let mut inputs = ort::inputs![
            "input" => Tensor::from_array(([1, phonemes.len()], phonemes.to_vec()))?,
            "input_lengths" => Tensor::from_array(([1], vec![length]))?,
            "scales" => Tensor::from_array(([3], scales))?,
        ];
        if self.many_speakers {
            let first = Tensor::from_array(([1], vec![0_i64]))?;
            inputs.push(("sid".into(), first.into()));
        }
        let outputs = self.planner.run(inputs)?;
        let Some((generator, names)) = &mut self.generator else {
            let (_, samples) = outputs[0].try_extract_tensor::<f32>()?;
            sink(samples);
            return Ok(());
        };
        let planned = names.iter().map(|name| {
            let (shape, values) = outputs[name.as_str()].try_extract_tensor::<f32>()?;
            let frames = shape
                .last()
                .and_then(|&frames| usize::try_from(frames).ok());
            Ok(Planned {
                name,
                values: values.to_vec(),
                frames: frames.unwrap_or(0),
            })
        });
        let planned = planned.collect::<Result<Vec<_>, ort::Error>>()?;
        for stretch in stretches(planned[0].frames) {
            let samples = stretch.generate(generator, &planned)?;
            if !sink(&samples) {
                break;
            }
        }
        Ok(())
    }
}

type Generator = (Session, Vec<String>);

fn halves(parts: &Parts) -> Result<(Session, Generator), ort::Error> {
    let planner = session(&parts.planner)?;
    Ok((planner, (session(&parts.generator)?, parts.between.clone())))
}

/// One thread, since the recogniser and the language model want the others,
/// and since more threads save little on a clause.
fn session(model: &[u8]) -> Result<Session, ort::Error> {
    Session::builder()?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .commit_from_memory(model)
}

/// What the planner gives the generator: channels of so many frames each.
struct Planned<'a> {
    name: &'a str,
    values: Vec<f32>,
    frames: usize,
}

/// Frames that are turned into sound at once, and what is given with them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    from: usize,
    to: usize,
    first: usize,
    last: usize,
}

/// The stretches of a plan of so many frames.
fn stretches(frames: usize) -> Vec<Stretch> {
    let mut found = Vec::new();
    let (mut from, mut length) = (0, FIRST);
    while from < frames {
        // A short rest is not worth a run of its own.
        let to = if frames < from + length + AROUND {
            frames
        } else {
            from + length
        };
        found.push(Stretch {
            from,
            to,
            first: from.saturating_sub(AROUND),
            last: (to + AROUND).min(frames),
        });
        from = to;
        length = (length * LONGER.0 / LONGER.1).min(LONGEST);
    }
    found
}

impl Stretch {
    fn generate(
        &self,
        generator: &mut Session,
        planned: &[Planned<'_>],
    ) -> Result<Vec<f32>, ort::Error> {
        let frames = planned[0].frames;
        let mut inputs: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = Vec::new();
        for part in planned {
            // What does not go along with the plan, like who speaks, is given
            // as it is.
            let cut = if part.frames == frames {
                self.first..self.last
            } else {
                0..part.frames
            };
            let channels = part.values.chunks_exact(part.frames.max(1));
            let shape = [1, channels.len(), cut.len()];
            let values: Vec<f32> = channels
                .flat_map(|channel| &channel[cut.clone()])
                .copied()
                .collect();
            inputs.push((
                part.name.into(),
                Tensor::from_array((shape, values))?.into(),
            ));
        }
        let outputs = generator.run(inputs)?;
        let (_, samples) = outputs[0].try_extract_tensor::<f32>()?;
        let hop = samples.len() / (self.last - self.first);
        let from = (self.from - self.first) * hop;
        let to = samples.len() - (self.last - self.to) * hop;
        Ok(samples[from..to].to_vec())
    }
}

#[cfg(test)]
mod tests;
