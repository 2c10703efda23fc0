//! What `mynah doctor` finds out about sound: whether the cards are there, how
//! loud the microphone is, and whether it hears the loudspeaker.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of a few seconds of samples, for decibels without decimals"
)]

use std::f32::consts::TAU;

use super::{Finding, Verdict};
use mynah_audio::devices::{Direction, SoundDevice};
use mynah_audio::{
    Captured, DeviceChange, Microphone, SAMPLE_RATE, SampleTime, SoundCard, Source, Speaker,
};
use mynah_core::model::Settings;

/// How long the microphone is listened to.
const LISTEN_MS: u64 = 2_000;

/// The first sound of a card that wakes up is not its own.
const SETTLE_MS: u64 = 300;

/// The tone: high enough for a small loudspeaker, away from hum.
const TONE_HZ: f32 = 1_000.0;
const TONE_MS: u64 = 1_500;
const TONE_PEAK: f32 = 0.3;

/// A sample this large is at the end of the card's range.
const CLIPPED: f32 = 0.999;

/// More than so many of a thousand samples at the end of the range is more
/// than a click.
const CLIPPED_PER_MILLE: f32 = 1.0;

/// A quiet room is at -70 to -45 dB of full scale.
const LOUD_DB: f32 = -25.0;
const FAINT_DB: f32 = -85.0;

/// The tone stands out of the room's noise by so much when it is heard.
const HEARD_DB: f32 = 10.0;

/// Whether the cards that the file names are there.
pub(super) fn cards(settings: &Settings, devices: &[SoundDevice]) -> Vec<Finding> {
    [
        ("microphone", Direction::Input, &settings.audio.input),
        ("loudspeaker", Direction::Output, &settings.audio.output),
    ]
    .into_iter()
    .map(|(check, direction, wanted)| {
        let mut there = devices.iter().filter(|d| d.direction == direction);
        let found = if wanted == "default" {
            // The one that would be opened; not just any, which may be the HDMI that
            // nobody listens to.
            there.find(|d| d.default)
        } else {
            there.find(|d| d.name == *wanted || d.description == *wanted)
        };
        let none = devices.iter().all(|d| d.direction != direction);
        match found {
            Some(device) if wanted == "default" => {
                Finding::ok(check, format!("`default`: {}", device.description))
            }
            Some(device) => Finding::ok(check, &device.description),
            None if !none && wanted == "default" => Finding::new(
                check,
                Verdict::Warn,
                "the system has no default among its sound cards",
                "name one of `mynah devices` in the file, or make one the default in \
                 /etc/asound.conf",
            ),
            None if none => Finding::new(
                check,
                Verdict::Warn,
                "there is no sound card with one",
                "plug one in; `mynah devices` lists what is seen, and `mynah run --wav IN.wav \
                 --speak OUT.wav` needs none",
            ),
            None => Finding::new(
                check,
                Verdict::Warn,
                format!("`{wanted}` is not there"),
                "plug it in, or name another one of `mynah devices` in the file",
            ),
        }
    })
    .collect()
}

/// Listens to the microphone; with `tone`, plays one and listens for it.
pub(super) fn heard(settings: &Settings, tone: bool) -> Vec<Finding> {
    let mut microphone = Microphone::new(&settings.audio.input, settings.audio.channel.clone());
    let room = match listen(&mut microphone, &mut |_| {}, LISTEN_MS) {
        Ok(room) => room,
        Err(why) => return vec![deaf(&why)],
    };
    let mut findings = vec![level(&room)];
    if tone {
        let mut card = SoundCard::new(&settings.audio.output);
        card.play(&sine(), SAMPLE_RATE);
        let played = card.pending();
        let heard = listen(&mut microphone, &mut |now| card.advance(now), TONE_MS);
        findings.push(match heard {
            _ if !played => silent(),
            Ok(heard) => loop_closed(prominence_db(&heard) - prominence_db(&room)),
            Err(why) => deaf(&why),
        });
    }
    findings
}

/// What comes in for so long. The error is the device's word.
fn listen(
    source: &mut dyn Source,
    tick: &mut dyn FnMut(SampleTime),
    ms: u64,
) -> Result<Vec<f32>, String> {
    let (mut samples, mut time) = (Vec::new(), SampleTime::default());
    while time.ms_since(SampleTime::default()) < SETTLE_MS + ms {
        match source.next() {
            Captured::Frame(frame) => {
                time.0 += frame.samples.len() as u64;
                tick(time);
                if time.ms_since(SampleTime::default()) > SETTLE_MS {
                    samples.extend(frame.samples);
                }
            }
            Captured::News(news) => {
                if let DeviceChange::Lost(why) = news.what {
                    return Err(why);
                }
            }
            Captured::End => return Err("there is no sound".into()),
        }
    }
    Ok(samples)
}

fn deaf(why: &str) -> Finding {
    let (detail, hint) = why.split_once("\nhint: ").unwrap_or((why, ""));
    let hint = if hint.is_empty() {
        "plug it in; if the appliance runs, stop it first: `systemctl stop mynah`"
    } else {
        hint
    };
    Finding::new("level", Verdict::Warn, detail, hint)
}

fn silent() -> Finding {
    Finding::new(
        "tone",
        Verdict::Warn,
        "could not be played",
        "is another program using the loudspeaker?",
    )
}

fn level(samples: &[f32]) -> Finding {
    const CHECK: &str = "level";
    let count = samples.len().max(1) as f32;
    let peak = samples.iter().fold(0.0_f32, |most, s| most.max(s.abs()));
    let power = samples.iter().map(|s| s * s).sum::<f32>() / count;
    let clipped = samples.iter().filter(|s| s.abs() >= CLIPPED).count() as f32 * 1000.0 / count;
    let rms_db = decibels(power);
    let detail = format!("{rms_db:.0} dB, peak {:.0} dB", decibels(peak * peak));
    let (verdict, hint) = if peak == 0.0 {
        (
            Verdict::Fail,
            "nothing at all: it is muted, see `alsamixer`",
        )
    } else if clipped > CLIPPED_PER_MILLE {
        (Verdict::Warn, "it clips: turn it down in `alsamixer`")
    } else if rms_db > LOUD_DB {
        (
            Verdict::Warn,
            "loud, if nobody spoke: turn it down in `alsamixer`",
        )
    } else if rms_db < FAINT_DB {
        (Verdict::Warn, "faint: turn it up in `alsamixer`")
    } else {
        return Finding::ok(CHECK, detail);
    };
    Finding::new(CHECK, verdict, detail, hint)
}

fn loop_closed(db: f32) -> Finding {
    const CHECK: &str = "tone";
    if db >= HEARD_DB {
        return Finding::ok(CHECK, format!("heard, {db:.0} dB above the room"));
    }
    Finding::new(
        CHECK,
        Verdict::Fail,
        "the microphone does not hear the loudspeaker",
        "turn the loudspeaker up in `alsamixer`; with headphones this is as it should be",
    )
}

fn decibels(power: f32) -> f32 {
    10.0 * power.max(1e-12).log10()
}

/// The tone, faded in and out so that it does not click.
fn sine() -> Vec<f32> {
    let count = (SETTLE_MS + TONE_MS) * u64::from(SAMPLE_RATE) / 1000;
    let fade = SAMPLE_RATE as f32 / 50.0;
    (0..count)
        .map(|n| {
            let edge = n.min(count - 1 - n) as f32;
            TONE_PEAK
                * (edge / fade).min(1.0)
                * (TAU * TONE_HZ * n as f32 / SAMPLE_RATE as f32).sin()
        })
        .collect()
}

/// How much of a sound's power is the tone, in decibels: Goertzel's sum over
/// blocks, so that a drift of two clocks does not cancel it.
fn prominence_db(samples: &[f32]) -> f32 {
    const BLOCK: usize = 1_600;
    let turn = 2.0 * (TAU * TONE_HZ / SAMPLE_RATE as f32).cos();
    let mut tone = 0.0;
    let mut all = 0.0;
    for block in samples.chunks_exact(BLOCK) {
        let (mut before, mut last) = (0.0_f32, 0.0_f32);
        for sample in block {
            (before, last) = (last, sample + turn * last - before);
        }
        tone += (last * last + before * before - turn * last * before) * 2.0 / BLOCK as f32;
        all += block.iter().map(|s| s * s).sum::<f32>();
    }
    decibels(tone / all.max(1e-9))
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;
    use mynah_audio::DeviceNews;

    #[test]
    fn missing_cards_are_named() {
        let settings = mynah_config::parse("[audio]\ninput = \"Desk\"\n").expect("a good file");
        insta::assert_snapshot!(shown(&cards(&settings, &[])), @r"
        warn  microphone     there is no sound card with one
                             hint: plug one in; `mynah devices` lists what is seen, and `mynah run --wav IN.wav --speak OUT.wav` needs none
        warn  loudspeaker    there is no sound card with one
                             hint: plug one in; `mynah devices` lists what is seen, and `mynah run --wav IN.wav --speak OUT.wav` needs none
        ");
        let other = SoundDevice {
            name: "hw:CARD=Mic,DEV=0".into(),
            description: "USB Microphone".into(),
            direction: Direction::Input,
            default: true,
            rate: None,
            channels: None,
        };
        let default = Settings::clone(&mynah_config::parse("").expect("a good file"));
        let unchosen = SoundDevice {
            default: false,
            ..other.clone()
        };
        insta::assert_snapshot!(shown(&cards(&settings, std::slice::from_ref(&other))[..1]), @r"
        warn  microphone     `Desk` is not there
                             hint: plug it in, or name another one of `mynah devices` in the file
        ");
        insta::assert_snapshot!(shown(&cards(&default, &[other])[..1]), @r"
        ok    microphone     `default`: USB Microphone
        ");
        insta::assert_snapshot!(shown(&cards(&default, &[unchosen])[..1]), @r"
        warn  microphone     the system has no default among its sound cards
                             hint: name one of `mynah devices` in the file, or make one the default in /etc/asound.conf
        ");
    }

    fn noise(peak: f32) -> Vec<f32> {
        let mut seed = 1_u32;
        (0..32_000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                peak * ((seed >> 8) as f32 / 8_388_608.0 - 1.0)
            })
            .collect()
    }

    #[test]
    fn a_level_is_judged() {
        let clipped = noise(2.0).iter().map(|s| s.clamp(-1.0, 1.0)).collect();
        let all: Vec<Finding> = [
            noise(0.01),
            noise(0.3),
            noise(0.00002),
            vec![0.0; 100],
            clipped,
        ]
        .iter()
        .map(|samples| level(samples))
        .collect();
        insta::assert_snapshot!(shown(&all), @r"
        ok    level          -45 dB, peak -40 dB
        warn  level          -15 dB, peak -10 dB
                             hint: loud, if nobody spoke: turn it down in `alsamixer`
        warn  level          -99 dB, peak -94 dB
                             hint: faint: turn it up in `alsamixer`
        FAIL  level          -120 dB, peak -120 dB
                             hint: nothing at all: it is muted, see `alsamixer`
        warn  level          -2 dB, peak 0 dB
                             hint: it clips: turn it down in `alsamixer`
        ");
    }

    #[test]
    fn the_tone_is_found_in_noise() {
        let room = noise(0.05);
        let mixed = |gain: f32| {
            let tone = sine().into_iter().cycle();
            let mixed: Vec<f32> = room.iter().zip(tone).map(|(r, t)| r + gain * t).collect();
            loop_closed(prominence_db(&mixed) - prominence_db(&room)).verdict
        };
        assert_eq!(mixed(0.5), Verdict::Ok);
        assert_eq!(mixed(0.0), Verdict::Fail);
        assert_eq!(mixed(0.002), Verdict::Fail);
    }

    struct Gone;

    impl Source for Gone {
        fn next(&mut self) -> Captured {
            Captured::News(DeviceNews {
                direction: Direction::Input,
                device: "Desk".into(),
                what: DeviceChange::Lost("there is no `Desk`\nhint: plug it in".into()),
            })
        }
    }

    #[test]
    fn a_missing_microphone_ends_the_listening() {
        let why = listen(&mut Gone, &mut |_| {}, 100).expect_err("there is none");
        insta::assert_snapshot!(shown(&[deaf(&why)]), @r"
        warn  level          there is no `Desk`
                             hint: plug it in
        ");
    }
}
