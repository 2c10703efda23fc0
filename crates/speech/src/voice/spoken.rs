//! A text as it is said, in the language of the voice.

use jiff::tz::TimeZone;

use mynah_core::language;

/// The text as it is said: numbers, times, units and signs in words. Lines stay
/// lines. Timestamps of other zones are said in the box's own.
pub(super) fn spoken(text: &str) -> String {
    language::spoken().verbalise(text, &TimeZone::system())
}
