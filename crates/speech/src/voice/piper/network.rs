//! Runs a voice's network: phoneme ids in, sound out, in pieces.
//!
//! VITS first makes a latent plan of the whole clause, about 86 frames per second, and
//! then generates sound by convolutions with a small receptive field. So a piece that is
//! given its context is equal to that part of the whole.

use std::borrow::Cow;
use std::path::Path;

use ort::session::builder::SessionBuilder;
use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;

use mynah_models::convert::piper::{self, Parts};

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
pub(super) struct Network {
    planner: Session,
    /// With the names of its inputs, the plan first; `None` if the network cannot be split
    /// and generates whole clauses.
    generator: Option<Generator>,
    /// Whether it takes a speaker id.
    many_speakers: bool,
}

/// The synthesis parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Noise of the sound.
    pub noise: f32,
    /// Length of phonemes, relative to the voice's own.
    pub length: f32,
    /// Noise of the phoneme lengths.
    pub noise_w: f32,
}

impl Network {
    /// Loads the two halves of a voice, as they lie in the store.
    ///
    /// # Errors
    /// When one is missing or damaged.
    pub(super) fn load_halves(
        planner: &Path,
        generator: &Path,
        many_speakers: bool,
    ) -> Result<Self, ort::Error> {
        let load = |path: &Path| builder()?.commit_from_file(path);
        Ok(Self::of_halves(
            load(planner)?,
            load(generator)?,
            many_speakers,
        ))
    }

    /// Loads a voice that is one ONNX file, as owners put their own into the store, and
    /// splits it in memory.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub(super) fn load_whole(path: &Path, many_speakers: bool) -> Result<Self, String> {
        let model = std::fs::read(path).map_err(|error| error.to_string())?;
        let halves = |parts: Parts| -> Result<Self, ort::Error> {
            let planner = builder()?.commit_from_memory(&parts.planner)?;
            let generator = builder()?.commit_from_memory(&parts.generator)?;
            Ok(Self::of_halves(planner, generator, many_speakers))
        };
        // If only the whole network works, use that.
        if let Some(network) = piper::part(&model).and_then(|parts| halves(parts).ok()) {
            return Ok(network);
        }
        let whole = builder().and_then(|mut builder| builder.commit_from_memory(&model));
        Ok(Self {
            planner: whole.map_err(|error| error.to_string())?,
            generator: None,
            many_speakers,
        })
    }

    fn of_halves(planner: Session, generator: Session, many_speakers: bool) -> Self {
        let inputs = generator.inputs().iter();
        let names = inputs.map(|input| input.name().to_owned()).collect();
        Self {
            planner,
            generator: Some((generator, names)),
            many_speakers,
        }
    }

    /// Synthesises phoneme ids and passes mono samples to `sink` in pieces, until it returns
    /// false.
    ///
    /// # Errors
    /// When the network fails.
    pub(super) fn speak(
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

/// One thread, because the recogniser and the language model need the others, and more
/// threads save little on a clause.
fn builder() -> Result<SessionBuilder, ort::Error> {
    Ok(Session::builder()?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?)
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
