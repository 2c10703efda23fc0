//! Checks `follow_up`: whether the ear opens after a reply, and for how long.

use super::check::Checker;
use super::written::FollowUp;
use mynah_core::model::IntentSpec;

/// `follow_up = true`: time to go on, not enough for another conversation.
const USUAL_MS: u32 = 5_000;
/// Longer, and the room's own talk is listened to.
const MAX_S: f64 = 15.0;

/// Gives each intent its own time, or the one of `[dialogue]`.
pub(crate) fn check(
    checker: &mut Checker<'_>,
    (usual, key): (Option<FollowUp>, &str),
    own: &[Option<FollowUp>],
    intents: &mut [IntentSpec],
) {
    let usual = usual.map_or(0, |usual| milliseconds(checker, key, usual));
    for (index, (intent, own)) in intents.iter_mut().zip(own).enumerate() {
        let key = format!("intent[{index}].follow_up");
        intent.follow_up_ms = own.map_or(usual, |own| milliseconds(checker, &key, own));
    }
}

fn milliseconds(checker: &mut Checker<'_>, key: &str, written: FollowUp) -> u32 {
    match written {
        FollowUp::Switch(true) => USUAL_MS,
        FollowUp::Switch(false) => 0,
        FollowUp::Seconds(seconds) if (1.0..=MAX_S).contains(&seconds) => {
            let time = std::time::Duration::from_secs_f64(seconds);
            u32::try_from(time.as_millis()).unwrap_or(USUAL_MS)
        }
        FollowUp::Seconds(seconds) => {
            checker.report(
                key,
                format!("nobody can be waited for {seconds} seconds"),
                format!("take a number from 1 to {MAX_S}, or true or false"),
            );
            0
        }
    }
}
