//! The event log: a JSON object or a line for people for each event.

use std::io::Write;

use mynah_core::conversation::EventRecord;

use super::Observer;
use crate::runtime::events::{event_json, event_line, is_event};

/// Writes each event as one line.
pub struct EventLog<W> {
    out: W,
    as_json: bool,
}

impl<W: Write + Send> EventLog<W> {
    /// A log into `out`.
    pub const fn new(out: W, as_json: bool) -> Self {
        Self { out, as_json }
    }
}

impl<W: Write + Send> Observer for EventLog<W> {
    fn name(&self) -> &'static str {
        "log"
    }

    fn observe(&mut self, report: &EventRecord) {
        if !is_event(report) {
            tracing::debug!("{}", event_line(report));
            return;
        }
        let line = if self.as_json {
            event_json(report).to_string()
        } else {
            event_line(report)
        };
        // The reader of the log may be gone; the appliance goes on.
        let _ = writeln!(self.out, "{line}");
    }

    fn missed(&mut self, reports: u64) {
        tracing::warn!(
            reports,
            "the reader of the events is too slow: some are missing"
        );
    }
}
