//! Echo cancelling: removes what the loudspeaker plays from what the microphone
//! hears, so that a person is heard over the appliance's own voice.
//!
//! The canceller is WebRTC's AEC3, which estimates the delay and adapts to the
//! room. It does not run while nothing is played.

use std::collections::VecDeque;

use sonora_aec3::block::Block;
use sonora_aec3::block_processor::BlockProcessor;
use sonora_aec3::config::EchoCanceller3Config;

use super::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, Speaker};

/// Samples of one block of the canceller; a frame is eight blocks.
const BLOCK: usize = 64;

/// Filter length in blocks: 160 ms. In a synthetic room (reverberation 0.4 s) with
/// the reply 10 dB above the person, 52 ms leave the echo 1 dB below the person,
/// 100 ms 8 dB, 160 ms 15 dB, 240 ms 12 dB.
const LENGTH_BLOCKS: usize = 40;

/// The canceller's samples have the range of 16-bit integers.
const FULL_SCALE: f32 = 32_768.0;

/// How long an echo may last after the last played sample: the delay of both sound
/// cards and the reverberation.
const TAIL_FRAMES: u32 = 32;

/// Longest backlog of played samples: more than the bursts in which a sound card
/// reports them, less than the time until they are heard.
const WAITS: usize = SAMPLE_RATE as usize / 10;

/// A person has spoken over the echo if more than this part of a frame's energy
/// remains.
const LEFT: f32 = 0.1;

/// Cancels the echo of one loudspeaker in one microphone.
pub struct EchoCanceller {
    canceller: BlockProcessor,
    /// Played samples that are not yet matched with microphone samples.
    reference: VecDeque<f32>,
    fresh: Vec<f32>,
    /// Frames since the last played sample.
    silent: u32,
    played: Block,
    heard: Block,
    left: Block,
}

/// The result of cancelling one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Nothing is played: the frame is unchanged.
    None,
    /// Something is played, and the frame was little but its echo.
    Only,
    /// Something is played, and something else is in the frame.
    Over,
}

impl Default for EchoCanceller {
    fn default() -> Self {
        let mut config = EchoCanceller3Config::default();
        config.filter.export_linear_aec_output = true;
        config.filter.refined.length_blocks = LENGTH_BLOCKS;
        config.filter.coarse.length_blocks = LENGTH_BLOCKS;
        Self {
            canceller: BlockProcessor::new(&config, SAMPLE_RATE as usize, 1, 1),
            reference: VecDeque::new(),
            fresh: Vec::new(),
            silent: TAIL_FRAMES,
            played: Block::new(1, 1),
            heard: Block::new(1, 1),
            left: Block::new(1, 1),
        }
    }
}

impl EchoCanceller {
    /// Cancels the echo of `speaker` in the next frame.
    pub fn hear(&mut self, frame: &mut AudioFrame, speaker: &mut dyn Speaker) -> Echo {
        self.fresh.clear();
        speaker.played(&mut self.fresh);
        self.reference.extend(&self.fresh);
        self.cancel(frame)
    }

    /// Takes the samples played since the last frame, silence included.
    pub fn played(&mut self, samples: &[f32]) {
        self.reference.extend(samples);
    }

    /// Cancels the echo in the next frame.
    pub fn cancel(&mut self, frame: &mut AudioFrame) -> Echo {
        let mut played = [0.0; FRAME_SAMPLES];
        // With too few reference samples, pad at the front: later ones are then in
        // time.
        let there = self.reference.len().min(FRAME_SAMPLES);
        for (sample, played) in played[FRAME_SAMPLES - there..]
            .iter_mut()
            .zip(self.reference.drain(..there))
        {
            *sample = played;
        }
        let silent = played.iter().all(|sample| *sample == 0.0);
        self.silent = if silent {
            self.silent.saturating_add(1)
        } else {
            0
        };
        if TAIL_FRAMES < self.silent {
            if WAITS < self.reference.len() {
                let surplus = self.reference.len() - WAITS;
                self.reference.drain(..surplus);
            }
            return Echo::None;
        }
        let before = energy(&frame.samples);
        let saturated = frame.samples.iter().any(|sample| 0.99 < sample.abs());
        for (played, heard) in played.chunks(BLOCK).zip(frame.samples.chunks_mut(BLOCK)) {
            fill(&mut self.played, played);
            fill(&mut self.heard, heard);
            self.canceller.buffer_render(&self.played);
            // The linear output: the suppressor removes the person with the echo.
            let left = Some(&mut self.left);
            self.canceller
                .process_capture(false, saturated, left, &mut self.heard);
            for (sample, left) in heard.iter_mut().zip(self.left.view(0, 0)) {
                *sample = (left / FULL_SCALE).clamp(-1.0, 1.0);
            }
        }
        if energy(&frame.samples) < LEFT * before {
            Echo::Only
        } else {
            Echo::Over
        }
    }
}

fn fill(block: &mut Block, samples: &[f32]) {
    for (to, from) in block.view_mut(0, 0).iter_mut().zip(samples) {
        *to = from * FULL_SCALE;
    }
}

fn energy(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum()
}
