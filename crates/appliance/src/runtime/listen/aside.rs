//! What happens beside the turn: news of sound cards, what other programs let the
//! box say, captions of what is being heard.

use super::{Loop, SAYING};
use mynah_audio::DeviceNews;
use mynah_core::conversation::{Event, EventRecord, State, TurnEvent};

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

    /// The speculative transcript of a pause is a caption of what was said so far.
    pub(super) fn caption(&mut self, event: &Event) {
        let Event::Guessed {
            turn, transcript, ..
        } = event
        else {
            return;
        };
        let listens = matches!(self.mind.state(), State::Listening { .. });
        if listens && *turn == self.mind.turn() && !transcript.text.is_empty() {
            (self.report)(&EventRecord {
                at: self.now,
                session: self.mind.session,
                turn: *turn,
                what: TurnEvent::Partial(transcript.text.clone()),
            });
        }
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
