//! Runs a voice's network: phoneme ids in, sound out, in pieces.
//!
//! VITS first makes a latent plan of the whole clause, about 86 frames per second, and
//! then generates sound by convolutions with a small receptive field. So a piece that is
//! given its context is equal to that part of the whole.

use std::borrow::Cow;
use std::path::Path;

use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;

use super::parts::{self, Parts};

/// Context in frames on either side of a piece. The receptive field of Piper's generators
/// is 11 (`tests::stretches_are_the_whole`).
const AROUND: usize = 12;

/// Frames of the first piece, 0.28 s, and the growth of the next ones: the context costs
/// less in a long piece, and a piece must be ready before the one before it has been
/// played.
const FIRST: usize = 24;
const LONGER: (usize, usize) = (3, 2);

/// Frames of the longest piece, 2 s.
const LONGEST: usize = 172;

/// A loaded voice.
pub struct Network {
    planner: Session,
    /// With the names of its inputs, the plan first; `None` if the network cannot be split
    /// and generates whole clauses.
    generator: Option<Generator>,
    /// Whether it takes a speaker id.
    many_speakers: bool,
}

/// The synthesis parameters.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Noise of the sound.
    pub noise: f32,
    /// Length of phonemes, relative to the voice's own.
    pub length: f32,
    /// Noise of the phoneme lengths.
    pub noise_w: f32,
}

impl Network {
    /// Loads the ONNX file at `path`.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(path: &Path, many_speakers: bool) -> Result<Self, String> {
        let model = std::fs::read(path).map_err(|error| error.to_string())?;
        // If only the whole network works, use that.
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

    /// Synthesises phoneme ids and passes mono samples to `sink` in pieces, until it returns
    /// false.
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

/// One thread, because the recogniser and the language model need the others, and more
/// threads save little on a clause.
fn session(model: &[u8]) -> Result<Session, ort::Error> {
    Session::builder()?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .commit_from_memory(model)
}

/// The plan: channels x frames.
struct Planned<'a> {
    name: &'a str,
    values: Vec<f32>,
    frames: usize,
}

/// The frames of a piece, and its context.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    from: usize,
    to: usize,
    first: usize,
    last: usize,
}

/// The pieces of a plan of so many frames.
fn stretches(frames: usize) -> Vec<Stretch> {
    let mut found = Vec::new();
    let (mut from, mut length) = (0, FIRST);
    while from < frames {
        // A short rest is joined to this piece.
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
            // Inputs without a frame axis, such as the speaker, are passed unchanged.
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
