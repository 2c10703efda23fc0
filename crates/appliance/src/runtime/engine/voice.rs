//! The engine's voice: what is said now, and what may be said some day.

use super::Engine;
use super::timed::{ms_since, now};
use mynah_core::reply::foreseen_sentences;

impl Engine {
    /// Speaks, handing sound over as it is ready, until `sink` says false.
    /// Gives the time until the first of it.
    pub fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>, u32) -> bool,
    ) -> Option<u32> {
        let _speaking = self.speaking();
        let voice = self.parts.voice.as_mut()?;
        let rate = voice.sample_rate();
        let began = now();
        let mut first = None;
        let spoken = voice.speak(text, &mut |samples| {
            first.get_or_insert_with(|| ms_since(began));
            sink(samples, rate)
        });
        if let Err(error) = spoken {
            tracing::error!("{error}");
        }
        first
    }

    /// Speaks the next sentence that the file foresees to nobody, while
    /// `wanted` says so. False when nothing is left to speak beforehand.
    pub fn prepare(&mut self, wanted: &dyn Fn() -> bool) -> bool {
        let _speaking = self.speaking();
        let Some(voice) = &mut self.parts.voice else {
            return false;
        };
        let settings = &self.parts.settings;
        let ahead = self
            .ahead
            .get_or_insert_with(|| foreseen_sentences(settings).into());
        let Some(text) = ahead.pop_front() else {
            return false;
        };
        if let Err(error) = voice.prepare(&text, wanted) {
            tracing::warn!("{error}");
        }
        if !wanted() {
            ahead.push_front(text);
        }
        true
    }
}
