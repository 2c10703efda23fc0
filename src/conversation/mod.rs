//! The mind: events in, commands out. Pure: no I/O, clock, thread or model.
