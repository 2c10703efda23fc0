//! `mynah doctor --microphone`: what is on each channel of the microphone, and which of
//! them to hear.

use std::path::Path;

use serde_json::json;

use super::{Common, Exit, Finding, Verdict, for_people};
use mynah_audio::analysis::{BANDS, Measured, Pair, measure, pairs};
use mynah_audio::record;
use mynah_audio::wav::{Interleaved, read_channels};

/// How long the microphone is listened to.
const SECONDS: u32 = 10;

/// A longer recording is refused.
const LONGEST_S: u32 = 300;

/// Steps of a bar of the spectrum, from -100 dB to 0 dB.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Somebody spoke when the loudest parts are so much above the quietest.
const SPOKEN_DB: f32 = 12.0;

/// Speech that is quieter than this is not understood well, 0.5 %.
const FAINT_DB: f32 = -46.0;

/// A floor above this hides a voice from across the room.
const NOISY_DB: f32 = -40.0;

/// Two channels differ when one stands out of its noise by so much more.
const BETTER_DB: f32 = 3.0;

/// Records, measures, prints.
pub(super) fn run(recording: Option<&Path>, common: &Common) -> anyhow::Result<Exit> {
    let sound = if let Some(path) = recording {
        read_channels(path, LONGEST_S)?
    } else {
        let settings = mynah_config::load(common.config.as_deref())?;
        let device = settings.audio.input;
        eprintln!("listening to `{device}` for {SECONDS} s: say a few sentences, then be quiet");
        record(&device, SECONDS).map_err(anyhow::Error::msg)?
    };
    let measured = measure(&sound.samples, sound.channels, sound.rate);
    let same = pairs(&sound.samples, sound.channels);
    let findings = judge(&measured, &same);
    if common.json {
        let channels: Vec<_> = measured.iter().enumerate().map(as_json).collect();
        let line = json!({
            "rate": sound.rate,
            "channels": channels,
            "pairs": same.iter().map(|pair| json!({"of": pair.of, "correlation": pair.correlation})).collect::<Vec<_>>(),
        });
        println!("{line}");
        for finding in &findings {
            println!("{}", serde_json::to_string(finding)?);
        }
    } else {
        println!("{}", table(&sound, &measured));
        for finding in &findings {
            println!("{}", for_people(finding));
        }
    }
    let failed = findings.iter().any(|f| f.verdict == Verdict::Fail);
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn as_json((at, one): (usize, &Measured)) -> serde_json::Value {
    json!({
        "channel": at, "level_db": one.level_db, "peak_db": one.peak_db,
        "floor_db": one.floor_db, "loud_db": one.loud_db, "offset": one.offset,
        "clipped_per_mille": one.clipped_per_mille, "dead": one.dead, "hum": one.hum,
        "mains_hz": one.mains_hz, "bands_hz": BANDS, "bands_db": one.bands_db,
    })
}

/// The channels, one a line, each with its spectrum.
fn table(sound: &Interleaved, measured: &[Measured]) -> String {
    let mut lines = vec![
        format!("{} Hz, {} channels", sound.rate, sound.channels),
        format!(
            "channel  level  peak  floor  offset  spectrum {} Hz to {} Hz",
            BANDS[0],
            BANDS[BANDS.len() - 1]
        ),
    ];
    for (at, one) in measured.iter().enumerate() {
        let bars: String = one.bands_db.iter().map(|db| bar(*db)).collect();
        lines.push(format!(
            "{at:>7}  {:>5.0}  {:>4.0}  {:>5.0}  {:>5.1}%  {bars}",
            one.level_db,
            one.peak_db,
            one.floor_db,
            one.offset * 100.0
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn bar(db: f32) -> char {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is within the table"
    )]
    let step = ((db + 100.0) / 12.5).clamp(0.0, 7.0) as usize;
    BARS[step]
}

/// What is wrong with the channels, and which of them to hear.
fn judge(measured: &[Measured], same: &[Pair]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in measured.iter().enumerate() {
        findings.extend(faults(at, one));
    }
    for pair in same.iter().filter(|pair| pair.correlation < 0.0) {
        let (a, b) = pair.of;
        findings.push(Finding::new(
            "inverted",
            Verdict::Warn,
            format!("channels {a} and {b} carry the same sound, one the other way round"),
            &format!("they are turned when they are mixed; better hear one of them: `[audio] channel = {a}`"),
        ));
    }
    findings.push(choice(measured, same));
    findings
}

fn faults(at: usize, one: &Measured) -> Vec<Finding> {
    if one.dead {
        return vec![Finding::new(
            "dead",
            Verdict::Warn,
            format!("channel {at} gives the same value all the time"),
            "leave it out with `[audio] channel`; if it is the only one, look for a switch on \
             the microphone and at `alsamixer`",
        )];
    }
    let mut found = Vec::new();
    let mut add = |check: &str, detail: String, hint: &str| {
        found.push(Finding::new(check, Verdict::Warn, detail, hint));
    };
    if 1.0 < one.clipped_per_mille {
        add(
            "clipping",
            format!(
                "channel {at} clips, {:.0} of 1000 samples",
                one.clipped_per_mille
            ),
            "turn it down in `alsamixer`",
        );
    }
    if 0.01 < one.offset.abs() {
        add(
            "offset",
            format!("channel {at} has an offset of {:.1} %", one.offset * 100.0),
            "it is taken out; a card that has one is cheap or broken",
        );
    }
    if 0.5 < one.hum {
        add(
            "hum",
            format!("channel {at} hums at {} Hz when it is quiet", one.mains_hz),
            "power the box and the loudspeaker from one socket, or take a USB microphone",
        );
    }
    if NOISY_DB < one.floor_db {
        add(
            "noise",
            format!("channel {at} is never quieter than {:.0} dB", one.floor_db),
            "turn it down in `alsamixer`, or move it away from the fan",
        );
    }
    let spoken = SPOKEN_DB < one.loud_db - one.floor_db;
    if spoken && one.loud_db < FAINT_DB {
        add(
            "level",
            format!("speech on channel {at} has {:.0} dB", one.loud_db),
            "turn it up in `alsamixer`, or come closer",
        );
    }
    found
}

/// Which channel stands out of its noise the most, if it matters.
fn choice(measured: &[Measured], same: &[Pair]) -> Finding {
    const CHECK: &str = "channel";
    let sound = |one: &Measured| !one.dead && one.clipped_per_mille <= 1.0;
    let above = |one: &Measured| one.loud_db - one.floor_db;
    let mut good: Vec<usize> = (0..measured.len())
        .filter(|at| sound(&measured[*at]))
        .collect();
    good.sort_by(|a, b| above(&measured[*b]).total_cmp(&above(&measured[*a])));
    let Some(&best) = good.first() else {
        return Finding::new(
            CHECK,
            Verdict::Fail,
            "no channel can be used",
            "see above; another microphone may be needed",
        );
    };
    if above(&measured[best]) < SPOKEN_DB {
        return Finding::new(
            CHECK,
            Verdict::Warn,
            "nobody seems to have spoken, so none was chosen",
            "run it again and speak during the ten seconds",
        );
    }
    let alike = |at: &usize| above(&measured[best]) - above(&measured[*at]) < BETTER_DB;
    let inverted = same.iter().any(|pair| pair.correlation < 0.0);
    if measured.len() == 1 || !inverted && good.len() == measured.len() && good.iter().all(alike) {
        return Finding::ok(CHECK, "all channels hear alike; nothing need be chosen");
    }
    Finding::new(
        CHECK,
        Verdict::Ok,
        format!(
            "channel {best} hears best, {:.0} dB above its noise",
            above(&measured[best])
        ),
        &format!(
            "write `channel = {best}` into [audio], unless it carries what the box plays itself"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    fn channel(floor_db: f32, loud_db: f32) -> Measured {
        Measured {
            level_db: loud_db - 6.0,
            peak_db: loud_db + 6.0,
            floor_db,
            loud_db,
            offset: 0.0,
            clipped_per_mille: 0.0,
            dead: false,
            hum: 0.0,
            mains_hz: 50,
            bands_db: vec![-100.0, -50.0, 0.0],
        }
    }

    #[test]
    fn an_array_is_judged_channel_by_channel() {
        let mut measured = vec![channel(-70.0, -25.0); 6];
        measured[0] = channel(-60.0, -30.0);
        measured[2].offset = 0.3;
        measured[3].dead = true;
        measured[4].clipped_per_mille = 12.0;
        measured[5].hum = 0.8;
        measured[5].floor_db = -35.0;
        let inverted = Pair {
            of: (0, 1),
            correlation: -0.99,
        };
        insta::assert_snapshot!(shown(&judge(&measured, &[inverted])), @r"
        warn  offset         channel 2 has an offset of 30.0 %
                             hint: it is taken out; a card that has one is cheap or broken
        warn  dead           channel 3 gives the same value all the time
                             hint: leave it out with `[audio] channel`; if it is the only one, look for a switch on the microphone and at `alsamixer`
        warn  clipping       channel 4 clips, 12 of 1000 samples
                             hint: turn it down in `alsamixer`
        warn  hum            channel 5 hums at 50 Hz when it is quiet
                             hint: power the box and the loudspeaker from one socket, or take a USB microphone
        warn  noise          channel 5 is never quieter than -35 dB
                             hint: turn it down in `alsamixer`, or move it away from the fan
        warn  inverted       channels 0 and 1 carry the same sound, one the other way round
                             hint: they are turned when they are mixed; better hear one of them: `[audio] channel = 0`
        ok    channel        channel 1 hears best, 45 dB above its noise
                             hint: write `channel = 1` into [audio], unless it carries what the box plays itself
        ");
    }

    #[test]
    fn what_cannot_be_chosen_is_said() {
        let check = |measured: &[Measured], expected: &str| {
            assert_eq!(choice(measured, &[]).detail, expected);
        };
        let good = channel(-70.0, -25.0);
        check(
            &[good.clone(), good.clone()],
            "all channels hear alike; nothing need be chosen",
        );
        check(
            &[channel(-70.0, -65.0)],
            "nobody seems to have spoken, so none was chosen",
        );
        let dead = Measured {
            dead: true,
            ..good.clone()
        };
        check(std::slice::from_ref(&dead), "no channel can be used");
        check(&[dead, good], "channel 1 hears best, 45 dB above its noise");
        assert_eq!(bar(-200.0), '▁');
        assert_eq!(bar(0.0), '█');
    }
}
