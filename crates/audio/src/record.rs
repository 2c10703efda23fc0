//! Records all channels of a microphone, unmixed and at its own rate, for measuring it.

use std::time::Duration;

use super::capture::open_raw;
use super::line::{nap, world_time};
use super::wav::Interleaved;

/// The first sound of a card that wakes up is not its own.
const SETTLE: Duration = Duration::from_millis(300);

/// A card that gives nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Records for so many seconds.
///
/// # Errors
/// Why it cannot be opened, or that nothing comes, for people.
pub fn record(device: &str, seconds: u32) -> Result<Interleaved, String> {
    let mut open = open_raw(device)?;
    let (rate, channels) = (open.rate(), open.channels());
    let most = rate as usize * channels * seconds as usize;
    let settle = usize::try_from(SETTLE.as_millis()).unwrap_or(0) * rate as usize / 1000 * channels;
    let (mut samples, mut heard_at) = (Vec::new(), world_time());
    while samples.len() < settle + most {
        let before = samples.len();
        open.fetch_raw(&mut samples)?;
        if before < samples.len() {
            heard_at = world_time();
        } else if PATIENCE < world_time() - heard_at {
            return Err(format!(
                "the microphone `{device}` gives no samples\nhint: unplug it and plug it in again"
            ));
        }
        nap(Duration::from_millis(20));
    }
    samples.drain(..settle);
    samples.truncate(most);
    Ok(Interleaved {
        samples,
        channels,
        rate,
    })
}
