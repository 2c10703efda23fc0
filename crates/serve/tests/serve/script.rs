//! An assistant that follows a script: the second implementation of the traits.

use std::sync::{Arc, Condvar, Mutex};

use mynah_core::frame::AudioFrame;
use mynah_core::model::Problem;
use mynah_serve::assistant::{
    Acts, Answer, Assistant, Attribution, Conversation, Hints, Info, Intent, Listener, Model,
    Outcome, Progress, Sound, Unavailable, Watcher,
};
use mynah_serve::console::{Console, ConsoleOrder, NewIntent, NotTaken, Picture, State, Timer};
use serde_json::{Map, Value, json};

/// Frames of silence after which the script takes an utterance to be over.
const END: usize = 8;

/// Sample rate of its voice.
pub(crate) const RATE: u32 = 22_050;

/// The assistant.
#[derive(Default)]
pub(crate) struct Script {
    /// What was asked of it, in order.
    pub log: Mutex<Vec<String>>,
    /// While it is shut, nothing that is slow comes to an end.
    pub gate: Gate,
    /// The configuration, once it was replaced.
    pub config: Mutex<Option<String>>,
}

/// Something to wait for.
#[derive(Default)]
pub(crate) struct Gate {
    shut: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn shut(&self) {
        *self.shut.lock().unwrap() = true;
    }

    pub(crate) fn open(&self) {
        *self.shut.lock().unwrap() = false;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let shut = self.shut.lock().unwrap();
        drop(self.opened.wait_while(shut, |shut| *shut).unwrap());
    }
}

impl Script {
    fn note(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }

    /// What was asked of it since the last call.
    pub(crate) fn noted(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

fn model(name: &str, description: &str) -> Model {
    Model {
        name: name.into(),
        description: description.into(),
        by: Attribution {
            name: "Somebody".into(),
            url: "https://example.org".into(),
        },
    }
}

/// Shared, so that what it opens may ask it again.
pub(crate) struct Shared(pub Arc<Script>);

impl Assistant for Shared {
    fn info(&self) -> Info {
        Info {
            device: "Kitchen".into(),
            area: Some("kitchen".into()),
            version: "1.2.3".into(),
            languages: vec!["en".into()],
            ears: Some(model("ears", "hears")),
            voice: Some(model("joe", "speaks")),
            voice_rate: RATE,
            wake_words: vec![model("hey_jarvis", "hey jarvis")],
        }
    }

    fn listen(&self, hints: &Hints) -> Result<Box<dyn Listener>, Unavailable> {
        if *hints != Hints::default() {
            self.0.note(format!("{hints:?}"));
        }
        Ok(Box::new(Hears {
            script: Arc::clone(&self.0),
            loud: 0,
            silent: 0,
            total: 0,
        }))
    }

    fn watch(&self, words: &[String]) -> Result<Box<dyn Watcher>, Unavailable> {
        if words.iter().any(|word| word != "hey_jarvis") {
            return Err(Unavailable::NotOffered("this wake word"));
        }
        Ok(Box::new(Watches(false)))
    }

    /// A tenth of a second for each word.
    fn speak(&self, text: &str, sink: &mut dyn FnMut(Sound) -> bool) -> Result<(), Unavailable> {
        self.0.note(format!("say {text}"));
        if text.contains("broken") {
            return Err(Unavailable::Broken);
        }
        for _ in text.split_whitespace() {
            let sound = Sound {
                samples: vec![0.5; RATE as usize / 10],
                rate: RATE,
            };
            if !sink(sound) {
                break;
            }
        }
        Ok(())
    }

    fn converse(&self, acts: Acts) -> Box<dyn Conversation> {
        Box::new(Talks {
            script: Arc::clone(&self.0),
            acts,
            before: Vec::new(),
        })
    }
}

/// Writes down how many frames were loud: "8 loud frames".
struct Hears {
    script: Arc<Script>,
    loud: usize,
    silent: usize,
    total: usize,
}

impl Listener for Hears {
    fn hear(&mut self, frame: &AudioFrame) -> Result<Progress, Unavailable> {
        self.total += 1;
        if 0.1 < frame.samples[100].abs() {
            self.loud += 1;
            self.silent = 0;
        } else {
            self.silent += 1;
        }
        let nobody = self.loud == 0 && 100 <= self.total;
        if nobody || (0 < self.loud && END <= self.silent) {
            return self.finish().map(Progress::Ended);
        }
        Ok(Progress::Waiting)
    }

    fn finish(&mut self) -> Result<String, Unavailable> {
        self.script.gate.pass();
        Ok(match self.loud {
            0 => String::new(),
            loud => format!("{loud} loud frames"),
        })
    }
}

/// Detects the first loud frame after a silent one.
struct Watches(bool);

impl Watcher for Watches {
    fn hear(&mut self, frame: &AudioFrame) -> Option<String> {
        let loud = 0.1 < frame.samples[100].abs();
        let began = loud && !self.0;
        self.0 = loud;
        began.then(|| "hey_jarvis".into())
    }
}

/// Answers with what was said before in the conversation.
struct Talks {
    script: Arc<Script>,
    acts: Acts,
    before: Vec<String>,
}

impl Conversation for Talks {
    fn ask(&mut self, text: &str) -> Result<Answer, Unavailable> {
        self.script.gate.pass();
        self.script.note(format!("{:?}: {text}", self.acts));
        let intent = |name: &str, later| Intent {
            name: name.into(),
            slots: Map::from_iter([("room".to_owned(), json!("hall"))]),
            later,
        };
        let (outcome, intents) = match text {
            "hello" => (Outcome::NotUnderstood, vec![]),
            "no" => (Outcome::NotDone, vec![]),
            "which" => (Outcome::Asked, vec![intent("light_on", false)]),
            "both" => (
                Outcome::Done,
                vec![intent("light_on", false), intent("light_off", false)],
            ),
            "later" => (Outcome::Done, vec![intent("light_on", true)]),
            "broken" => return Err(Unavailable::Broken),
            _ => (Outcome::Done, vec![intent("light_on", false)]),
        };
        let reply = format!("{} before; {text}", self.before.len());
        self.before.push(text.to_owned());
        Ok(Answer {
            outcome,
            line: json!({"text": text, "reply": reply}),
            reply,
            intents,
        })
    }
}

impl Console for Shared {
    fn state(&self) -> State {
        State {
            microphone: true,
            sensitivity: Some("normal"),
            volume: 70,
            timers: vec![Timer {
                id: 7,
                kind: mynah_core::timers::Kind::Timer,
                text: "tea <3".into(),
                left_s: 90,
            }],
            ..State::default()
        }
    }

    fn names(&self) -> Vec<String> {
        vec!["kitchen".into()]
    }

    fn suggestions(&self) -> Vec<String> {
        vec!["What<b> is on?".into()]
    }

    fn picture(&self, intent: &str) -> Option<Picture> {
        (intent == "owl").then(|| Picture {
            kind: "image/png",
            bytes: b"an owl".to_vec(),
        })
    }

    fn style(&self) -> Option<String> {
        Some(".reply { color: gold; }".into())
    }

    fn order(&self, order: ConsoleOrder) -> Result<(), Unavailable> {
        self.0.note(format!("{order:?}"));
        Ok(())
    }

    fn cancel(&self, id: u64) -> Result<bool, Unavailable> {
        self.0.note(format!("cancel {id}"));
        Ok(id == 7)
    }

    fn config(&self) -> Result<String, Unavailable> {
        let text = self.0.config.lock().unwrap();
        Ok(text.clone().unwrap_or_else(|| "# none\n".into()))
    }

    fn explain(&self, text: &str) -> Result<Value, Unavailable> {
        let used = json!({"words": text, "kind": "verb", "used": null});
        Ok(json!({"text": text, "reply": "no", "account": [used]}))
    }

    fn test(&self) -> Result<Value, Unavailable> {
        Ok(json!({"passed": 1, "of": 1, "tests": [{"say": "on", "pass": true}]}))
    }

    fn doctor(&self) -> Result<Value, Unavailable> {
        let line = json!({"check": "disk", "verdict": "warn", "detail": "full", "hint": "tidy"});
        Ok(json!([line]))
    }

    fn add_intent(&self, intent: &NewIntent) -> Result<Vec<&'static str>, NotTaken> {
        self.0
            .note(format!("add {} {:?}", intent.name, intent.phrases));
        if intent.name == "twice" {
            return Err(NotTaken::Refused {
                why: "it is there already".into(),
                hint: "take another name",
            });
        }
        Ok(vec![])
    }

    fn set_sensitivity(&self, name: &str) -> Result<Vec<&'static str>, NotTaken> {
        self.0.note(format!("sensitivity {name}"));
        Ok(vec!["wake.words"])
    }

    fn backup(&self) -> Result<Vec<u8>, NotTaken> {
        Ok(b"a zip".to_vec())
    }

    fn restore(&self, zip: &[u8]) -> Result<Vec<&'static str>, NotTaken> {
        self.0.note(format!("restore {} bytes", zip.len()));
        Ok(vec![])
    }

    fn replace_config(&self, text: &str) -> Result<Vec<&'static str>, NotTaken> {
        match text {
            "wrong" => Err(NotTaken::Wrong(vec![Problem {
                line: 1,
                column: 2,
                key: "a".into(),
                message: "it is wrong".into(),
                hint: "right it".into(),
            }])),
            "unwritable" => Err(NotTaken::Unwritable {
                why: "the disk is full".into(),
                hint: "make room",
            }),
            "busy" => Err(NotTaken::NotNow {
                why: "the box is in use".into(),
                hint: "wait",
            }),
            text => {
                *self.0.config.lock().unwrap() = Some(text.to_owned());
                Ok(vec!["audio.input"])
            }
        }
    }
}
