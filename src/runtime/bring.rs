//! Brings sound from the microphone to the loop's inbox, on a thread of its
//! own, because a source waits for its card.

use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};

use super::listen::Inbox;
use crate::audio::{Captured, Source};

/// Starts the thread; it ends with the sound, or when nobody listens any more.
pub fn start(source: Box<dyn Source>, inbox: SyncSender<Inbox>) -> JoinHandle<()> {
    thread::Builder::new()
        .name("capture".into())
        .spawn(move || bring(source, &inbox))
        .expect("the system has room for a thread")
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
