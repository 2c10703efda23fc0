//! Brings sound from the microphone to the loop's inbox, on a thread of its
//! own, because a source waits for its card.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::AT_THE_END;
use super::listen::Inbox;
use mynah_audio::{Captured, Source};

/// The thread that brings the sound.
pub(super) struct Capture {
    /// Nothing ever comes; the other end goes with the thread.
    ended: Receiver<()>,
}

impl Capture {
    /// Starts the thread; it ends with the sound, or when nobody listens any
    /// more.
    pub(super) fn start(source: Box<dyn Source>, inbox: SyncSender<Inbox>) -> Self {
        let (ends, ended) = sync_channel(0);
        thread::Builder::new()
            .name("capture".into())
            .spawn(move || {
                bring(source, &inbox);
                drop(ends);
            })
            .expect("the system has room for a thread");
        Self { ended }
    }

    /// Waits until the source is closed, which a sound card should be before
    /// the process ends. One that hangs is not waited for.
    pub(super) fn wait(self) {
        let _ended_or_stuck = self.ended.recv_timeout(AT_THE_END);
    }
}

fn bring(mut source: Box<dyn Source>, inbox: &SyncSender<Inbox>) {
    loop {
        let captured = source.next();
        let ended = captured == Captured::End;
        if inbox.send(Inbox::Captured(captured)).is_err() || ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::Capture;
    use mynah_audio::{Captured, Source};

    /// A sound library that locks itself up, until it is let go.
    struct Hung(Receiver<()>);

    impl Source for Hung {
        fn next(&mut self) -> Captured {
            let _ = self.0.recv();
            Captured::End
        }
    }

    #[test]
    fn a_source_that_hangs_does_not_hold_up_the_end() {
        let (let_go, hung): (SyncSender<()>, _) = sync_channel(0);
        let (inbox, taken) = sync_channel(1);
        let capture = Capture::start(Box::new(Hung(hung)), inbox);
        capture.wait();
        assert!(taken.try_recv().is_err(), "it did not hang");
        drop(let_go);
        taken.recv().expect("the thread was there all the time");
    }
}
