//! What is said that nobody asked for: news of sound cards, and what other
//! programs let the box say.

use super::{Loop, SAYING};
use mynah_audio::DeviceNews;
use mynah_core::conversation::{EventRecord, TurnEvent};

impl Loop<'_> {
    /// What becomes of a sound card is told, and said as soon as it can be.
    pub(super) fn device(&mut self, news: DeviceNews) {
        if let Some(sentence) = news.sentence() {
            self.orders.say(sentence.into());
        }
        (self.report)(&EventRecord {
            at: self.now,
            session: self.mind.session,
            turn: self.mind.turn(),
            what: TurnEvent::Device(news),
        });
    }

    /// Ends a saying.
    pub(super) fn hush(&mut self) {
        if matches!(&self.speech, Some(speech) if speech.turn == SAYING) {
            self.speech = None;
            self.worker.abandon();
            self.speaker.stop();
        }
    }
}
