//! What happens beside the turn: orders by hand, news of sound cards, what other
//! programs let the box say, captions of what is being heard.

use super::{Loop, SAYING};
use crate::runtime::orders::RemoteOrder;
use mynah_audio::DeviceNews;
use mynah_core::conversation::{Chime, Event, EventRecord, State, TurnEvent};
use mynah_core::language::spoken;

impl Loop<'_> {
    /// Obeys somebody who operates the box by hand.
    pub(super) fn order(&mut self, order: RemoteOrder) {
        match order {
            RemoteOrder::Listen | RemoteOrder::Hold(true) if self.orders.muted() => {
                let sentence = spoken().sentences().microphone_off;
                self.say_later(RemoteOrder::Say(sentence.into()));
            }
            RemoteOrder::Listen => self.tell(Event::Pressed),
            RemoteOrder::Hold(true) => self.tell(Event::Held),
            RemoteOrder::Hold(false) => self.tell(Event::Released),
            RemoteOrder::Stop => {
                self.hush();
                self.tell(Event::Halted);
            }
            RemoteOrder::Ask(inquiry) if self.orders.muted() => {
                tracing::warn!("a question was not asked: the microphone is off");
                self.aside(TurnEvent::Answered(inquiry.unanswered()));
            }
            RemoteOrder::Say(_) | RemoteOrder::Ask(_) | RemoteOrder::Run(_) => {
                self.say_later(order);
            }
            RemoteOrder::Mute(deaf) => {
                let was = self.orders.muted();
                self.orders.mute(deaf);
                self.bell.mute(deaf);
                if was != deaf {
                    self.aside(TurnEvent::Muted(deaf));
                }
            }
            RemoteOrder::ToggleMute => self.order(RemoteOrder::Mute(!self.orders.muted())),
            RemoteOrder::VolumeBy(step) => {
                let percent = self.gain.percent().saturating_add_signed(step).min(100);
                self.order(RemoteOrder::Volume(percent));
            }
            RemoteOrder::Volume(percent) => {
                self.gain.set(Some(percent));
                self.bell.volume(percent);
                self.volume();
            }
        }
    }

    /// Plays a chime, if there is one. Those of a turn may have a volume of their own.
    pub(super) fn chime(&mut self, chime: Chime) {
        let Some(clip) = self.clips.chimes.get(&chime).cloned() else {
            return;
        };
        match self.clips.chime_volume {
            Some(percent) if chime != Chime::Ring => {
                self.sound_at(self.gain.factor_at(percent), &clip.samples, clip.rate);
            }
            _ => self.sound(&clip.samples, clip.rate),
        }
    }

    /// Reports the volume where it has changed, whoever did it.
    pub(super) fn volume(&mut self) {
        let percent = self.gain.percent();
        if self.percent != percent {
            self.percent = percent;
            self.aside(TurnEvent::Volume(percent));
        }
    }

    /// Says or asks something as soon as nobody speaks with the box. A question always
    /// comes back to its asker.
    fn say_later(&mut self, order: RemoteOrder) {
        match self.orders.say(order) {
            None => {}
            Some(RemoteOrder::Ask(inquiry)) => {
                tracing::warn!("too much to say at once: a question was dropped");
                self.aside(TurnEvent::Answered(inquiry.unanswered()));
            }
            Some(_) => tracing::warn!("too much to say at once: a sentence was dropped"),
        }
    }

    /// Reports what is no part of a turn.
    fn aside(&mut self, what: TurnEvent) {
        (self.report)(&EventRecord {
            at: self.now,
            session: self.mind.session,
            turn: self.mind.turn(),
            what,
        });
    }

    /// What becomes of a sound card is told, and said as soon as it can be.
    pub(super) fn device(&mut self, news: DeviceNews) {
        if let Some(sentence) = news.sentence() {
            self.say_later(RemoteOrder::Say(sentence.into()));
        }
        self.aside(TurnEvent::Device(news));
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
            self.aside(TurnEvent::Partial(transcript.text.clone()));
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
