//! A person who says "stop it" over the appliance's own voice is heard, and the
//! voice, which may speak of stopping, does not stop itself: the real ear, recogniser and voice in a room that is arithmetic. What is
//! played comes back to the microphone, later and with reflections.

use std::sync::{Arc, Mutex};

use mynah_audio::convert::resample;
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, SAMPLE_RATE, SampleTime, Source, Speaker};

use mynah_appliance::runtime::assemble::{Appliance, How, Sound};
use mynah_appliance::runtime::listen::Clips;
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_core::conversation::TurnEvent;
use mynah_models::Store;
use mynah_speech::ear::Ear;
use mynah_speech::voice::{Piper, Synthesizer as _};

const FILE: &str = r#"
    [wake]
    words = ["hey_jarvis"]

    [llm]
    backend = "none"

    [stt]
    threads = 1

    [[intent]]
    name = "story"
    description = "Tell a story"
    phrases = ["what is the weather like today"]
    reply.ok = "REPLY"
"#;

/// A reply that says what would silence it.
const OF_STOPPING: &str = "The driver had to stop the bus. Stop, he said, and it did. But who could stop the rain? Nobody can stop the rain, and nobody can stop the clouds above the town. So they waited at the stop until the evening.";

/// One that does not.
const OF_WEATHER: &str = "Tomorrow will be cloudy, with a little rain in the afternoon and a light wind from the west. On Sunday the sun comes out again, and it will be warm until the middle of the week. After that the nights get cold, and there may be some snow on the mountains.";

/// From the loudspeaker to the microphone, in samples: two sound cards and
/// the air; then the reflections, later and softer.
const DELAY: usize = 1_900;
const REFLECTIONS: [(usize, f32); 6] = [
    (0, 1.0),
    (53, 0.5),
    (231, -0.35),
    (640, 0.2),
    (1_370, -0.12),
    (2_500, 0.06),
];

const SECONDS: usize = 26;

/// What has been played so far, by the stream's time.
#[derive(Default)]
struct Air {
    track: Vec<f32>,
    now: usize,
    told: usize,
}

struct RoomSource {
    person: Vec<f32>,
    gain: f32,
    air: Arc<Mutex<Air>>,
    at: usize,
}

impl Source for RoomSource {
    fn next(&mut self) -> Captured {
        if SECONDS * SAMPLE_RATE as usize <= self.at {
            return Captured::End;
        }
        let air = self.air.lock().expect("no holder panics");
        let start = self.at;
        self.at += FRAME_SAMPLES;
        let samples = std::array::from_fn(|index| {
            let echo: f32 = REFLECTIONS
                .iter()
                .filter_map(|(late, gain)| {
                    let when = (start + index).checked_sub(DELAY + late)?;
                    Some(gain * air.track.get(when)?)
                })
                .sum();
            let person = self.person.get(start + index).copied().unwrap_or(0.0);
            (person + self.gain * echo).clamp(-1.0, 1.0)
        });
        Captured::Frame(AudioFrame {
            start: SampleTime(start as u64),
            samples,
        })
    }
}

struct RoomSpeaker(Arc<Mutex<Air>>);

impl Speaker for RoomSpeaker {
    fn play(&mut self, samples: &[f32], rate: u32) {
        let mut air = self.0.lock().expect("no holder panics");
        let start = air.now.max(air.track.len());
        air.track.resize(start, 0.0);
        air.track.extend(resample(samples, rate, SAMPLE_RATE));
    }

    fn stop(&mut self) {
        let mut air = self.0.lock().expect("no holder panics");
        let now = air.now;
        air.track.truncate(now);
    }

    fn pending(&self) -> bool {
        let air = self.0.lock().expect("no holder panics");
        air.now < air.track.len()
    }

    fn advance(&mut self, now: SampleTime) {
        self.0.lock().expect("no holder panics").now = usize::try_from(now.0).expect("short");
    }

    fn played(&mut self, reference: &mut Vec<f32>) {
        let mut air = self.0.lock().expect("no holder panics");
        let played = |at| air.track.get(at).copied().unwrap_or(0.0);
        reference.extend((air.told..air.now).map(played));
        air.told = air.now;
    }
}

fn say(voice: &mut Piper, text: &str) -> Vec<f32> {
    let mut speech = Vec::new();
    voice
        .speak(text, &mut |clause| {
            speech.extend(clause);
            true
        })
        .expect("the voice can say this");
    resample(&speech, voice.sample_rate(), SAMPLE_RATE)
}

/// When the reply began, and whether and when it ended or was broken off, in
/// seconds.
#[derive(Debug, Default)]
struct ReplyTimes {
    reply: Option<f64>,
    spoken: Option<f64>,
    interrupted: Option<f64>,
}

/// A room in which `person` speaks, and the voice comes back `gain` as loud
/// as it was played.
fn listen(reply: &str, person: &[f32], gain: f32) -> ReplyTimes {
    let settings = mynah_config::parse(&FILE.replace("REPLY", reply)).expect("the file is good");
    let store = Store::discover();
    let ear = Ear::load(&store, &settings.wake).expect("the models; `mynah models fetch`");
    let wants = Wants {
        speech: true,
        voice: true,
        dry_run: true,
        patient: true,
        ..Wants::default()
    };
    let engine = load::engine(settings, &store, wants).expect("the models");
    let air = Arc::new(Mutex::new(Air::default()));
    let mut heard = ReplyTimes::default();
    let how = How {
        from_file: true,
        dry_run: true,
        ..How::default()
    };
    let sound = Sound {
        source: Box::new(RoomSource {
            person: person.to_vec(),
            gain,
            air: Arc::clone(&air),
            at: 0,
        }),
        ear: Box::new(ear),
        speaker: &mut RoomSpeaker(air),
    };
    Appliance::of(engine, Clips::default(), how).run(sound, &mut |report| {
        let at = Some(report.at.seconds());
        match &report.what {
            TurnEvent::Reply(_) => heard.reply = at,
            TurnEvent::Spoken { .. } => heard.spoken = at,
            TurnEvent::Interrupted => heard.interrupted = at,
            _ => {}
        }
    });
    heard
}

/// The question, and a second of silence before it.
fn question(voice: &mut Piper) -> Vec<f32> {
    let mut person = vec![0.0; SAMPLE_RATE as usize];
    person.extend(say(voice, "Hey Jarvis, what is the weather like today?"));
    person
}

fn voice() -> Piper {
    Piper::load(&Store::discover(), "en_US-joe-medium", 1.0)
        .expect("the models; fetch them with `mynah models fetch`")
}

#[test]
fn a_voice_that_speaks_of_stopping_does_not_stop_itself() {
    let person = question(&mut voice());
    // A third as loud, and as loud as the person.
    for gain in [0.3, 1.0] {
        let heard = listen(OF_STOPPING, &person, gain);
        assert_eq!(heard.interrupted, None, "at {gain}: {heard:?}");
        let reply = heard.reply.expect("it answers");
        assert!(reply + 8.0 < heard.spoken.expect("to the end"), "{heard:?}");
    }
}

#[test]
fn whoever_says_stop_it_over_the_voice_is_heard() {
    let mut voice = voice();
    let mut person = question(&mut voice);
    // Who is not heard says it again; the reply takes longer than that.
    for _ in 0..3 {
        person.resize(person.len() + 3 * SAMPLE_RATE as usize, 0.0);
        person.extend(say(&mut voice, "Stop it."));
    }
    for gain in [0.3, 1.0] {
        let heard = listen(OF_WEATHER, &person, gain);
        assert_eq!(heard.spoken, None, "at {gain}: {heard:?}");
        let reply = heard.reply.expect("it answers");
        assert!(reply < heard.interrupted.expect("it stops"), "{heard:?}");
    }
}
