//! The faults, each by what is done to its box.

use super::sound::Spoiled;
use super::trouble::Trouble;

/// An action that works.
pub(super) const WORKS: &str = "type = \"command\", run = [\"true\"]";

/// The answer of the command after the fault.
pub(super) const AGAIN: &str = "A good day indeed.";

const SERVED: &str = "type = \"http\", url = \"http://127.0.0.1:@PORT@/lamp\", timeout_s = 3";
const BROKER: &str = "type = \"mqtt\", topic = \"lamp/set\", payload = \"ON\"";
const HOUSE: &str =
    "type = \"home_assistant\", service = \"light.turn_on\", entity = \"light.lamp\"";

/// What the appliance says where an action fails.
const FAILS: &[&str] = &["does not answer"];
const DONE: &[&str] = &["The lamp is on."];
/// It does not matter.
const ANY: &[&str] = &[];

/// One fault.
pub(super) struct Fault {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    /// The action of the command that the fault hits.
    pub(super) action: &'static str,
    pub(super) server: Option<Trouble>,
    /// Done by a shell in the box's folder before the appliance starts.
    pub(super) before: &'static str,
    /// Done by the shell that becomes the appliance.
    pub(super) around: &'static str,
    pub(super) sound: Spoiled,
    /// One of these is said of the command; none: whatever it is.
    pub(super) says: &'static [&'static str],
    /// The command after it is answered.
    pub(super) answers: bool,
    /// The kept timer is there afterwards.
    pub(super) keeps: bool,
    /// Exit statuses that are right.
    pub(super) ends: &'static [&'static str],
}

const fn fault(class: &'static str, name: &'static str) -> Fault {
    Fault {
        class,
        name,
        action: WORKS,
        server: None,
        before: "",
        around: "",
        sound: Spoiled::Not,
        says: DONE,
        answers: true,
        keeps: true,
        ends: &["0"],
    }
}

const fn acting(name: &'static str, action: &'static str) -> Fault {
    let mut it = fault("action", name);
    it.action = action;
    it.says = FAILS;
    it
}

const fn serving(name: &'static str, action: &'static str, trouble: Trouble) -> Fault {
    let mut it = acting(name, action);
    it.class = "network";
    it.server = Some(trouble);
    it
}

const fn before(class: &'static str, name: &'static str, script: &'static str) -> Fault {
    let mut it = fault(class, name);
    it.before = script;
    it
}

const fn around(class: &'static str, name: &'static str, script: &'static str) -> Fault {
    let mut it = fault(class, name);
    it.around = script;
    it
}

const fn heard(name: &'static str, sound: Spoiled) -> Fault {
    let mut it = fault("sound", name);
    it.sound = sound;
    it
}

/// What is heard may be understood or not; nothing else may be done.
const fn hardly(mut it: Fault) -> Fault {
    it.says = ANY;
    it.answers = false;
    it
}

/// The first command may be lost, the next is understood.
const fn later(mut it: Fault) -> Fault {
    it.says = ANY;
    it
}

/// The state cannot be used, so nothing is expected to be kept in it.
const fn unkept(mut it: Fault) -> Fault {
    it.keeps = false;
    it
}

/// Ends by a signal or an error that is named; nothing is lost.
const fn ending(mut it: Fault, ends: &'static [&'static str]) -> Fault {
    it.ends = ends;
    it.answers = false;
    it.says = ANY;
    it
}

const fn with_ends(mut it: Fault, ends: &'static [&'static str]) -> Fault {
    it.ends = ends;
    it
}

/// A store of links to the real one, so that one of its files can be another.
macro_rules! store {
    ($damage:literal) => {
        concat!(
            "cp -rs \"$REAL_MODELS\" models; export MYNAH_MODELS=$PWD/models; ",
            $damage
        )
    };
}

/// All of them.
pub(super) const FAULTS: &[Fault] = &[
    acting(
        "a program that fails",
        "type = \"command\", run = [\"false\"]",
    ),
    acting(
        "a program that is not there",
        "type = \"command\", run = [\"/nowhere/lamp\"]",
    ),
    acting(
        "a program that hangs",
        "type = \"command\", run = [\"sleep\", \"600\"], timeout_s = 2",
    ),
    acting(
        "a program that ends by a signal",
        "type = \"command\", run = [\"sh\", \"-c\", \"kill -SEGV $$\"]",
    ),
    acting(
        "a program that floods its output and fails",
        "type = \"command\", run = [\"sh\", \"-c\", \"head -c 200000000 /dev/zero; exit 1\"], timeout_s = 20",
    ),
    acting(
        "a program that leaves a child behind",
        "type = \"command\", run = [\"sh\", \"-c\", \"sleep 600 & exit 1\"], timeout_s = 2",
    ),
    acting(
        "a bus that is not there",
        "type = \"dbus\", bus = \"system\", service = \"no.such.Name\", path = \"/no\", interface = \"no.such.Name\", method = \"Do\", timeout_s = 2",
    ),
    acting(
        "a name that cannot be found",
        "type = \"http\", url = \"http://no.such.host.invalid/\", timeout_s = 3",
    ),
    acting("a server that is off", SERVED),
    acting(
        "a server without TLS where TLS is asked for",
        "type = \"http\", url = \"https://127.0.0.1:@PORT@/\", timeout_s = 3",
    ),
    acting("a broker that is off", BROKER),
    acting("a Home Assistant that is off", HOUSE),
    serving("a server that says nothing", SERVED, Trouble::Silent),
    serving("a server that hangs up", SERVED, Trouble::HangsUp),
    serving("a server of no protocol", SERVED, Trouble::Garbage),
    serving("a server that fails", SERVED, Trouble::Fails),
    serving("a server that refuses", SERVED, Trouble::Refuses),
    serving("a body without an end", SERVED, Trouble::Endless),
    serving("a redirect to itself", SERVED, Trouble::Turns),
    serving("an answer that is cut off", SERVED, Trouble::Cut),
    serving("a header without an end", SERVED, Trouble::LongHead),
    serving("a broker that says nothing", BROKER, Trouble::Silent),
    serving("a broker that hangs up", BROKER, Trouble::HangsUp),
    serving("a broker of no protocol", BROKER, Trouble::Garbage),
    serving("a Home Assistant that says nothing", HOUSE, Trouble::Silent),
    serving(
        "a Home Assistant that refuses the token",
        HOUSE,
        Trouble::Refuses,
    ),
    serving("a Home Assistant that fails", HOUSE, Trouble::Fails),
    serving(
        "a Home Assistant whose answer is no JSON",
        HOUSE,
        Trouble::NoJson,
    ),
    before(
        "state",
        "a damaged book",
        "printf x >\"$STATE/timers.v1.json\"",
    ),
    before(
        "state",
        "a damaged copy of the book",
        "printf x >\"$STATE/timers.v1.json.copy\"",
    ),
    before(
        "state",
        "a lost book with a copy",
        "rm \"$STATE/timers.v1.json\"",
    ),
    before(
        "state",
        "an empty book after a power cut",
        ": >\"$STATE/timers.v1.json\"",
    ),
    unkept(before(
        "state",
        "a book and a copy that are damaged",
        "for f in timers.v1.json timers.v1.json.copy; do printf x >\"$STATE/$f\"; done",
    )),
    before(
        "state",
        "a former book that is damaged",
        "head -c 9000 /dev/urandom >\"$STATE/timers.redb\"",
    ),
    before(
        "state",
        "a former book of zeros",
        "head -c 57344 /dev/zero >\"$STATE/timers.redb\"",
    ),
    before(
        "state",
        "a lock that another process holds",
        "flock \"$STATE/timers.lock\" sleep 60 >/dev/null 2>&1 & sleep 1",
    ),
    before(
        "state",
        "a lock that is a link",
        "rm -f \"$STATE/timers.lock\"; ln -s /nowhere \"$STATE/timers.lock\"",
    ),
    before(
        "state",
        "a note of mute that is a folder",
        "mkdir \"$STATE/unmuted\"",
    ),
    before(
        "state",
        "a damaged note of the clock",
        "printf '{' >\"$STATE/clock.v1.json\"",
    ),
    unkept(before(
        "state",
        "a file in the place of the folder",
        "rm -r \"$STATE\"; : >\"$STATE\"",
    )),
    unkept(around(
        "state",
        "no place for state",
        "unset STATE_DIRECTORY XDG_STATE_HOME HOME",
    )),
    around("machine", "few open files", "ulimit -n 64"),
    around("machine", "a stack of 256 kB", "ulimit -s 256"),
    around(
        "machine",
        "eight busy neighbours",
        "for n in 1 2 3 4 5 6 7 8; do timeout 60 sh -c 'while :; do :; done' >/dev/null 2>&1 & done",
    ),
    around(
        "machine",
        "the lowest priority",
        "renice -n 19 $me >/dev/null",
    ),
    around("machine", "one core", "taskset -pc 0 $me >/dev/null"),
    around(
        "machine",
        "no home and no cache",
        "unset HOME XDG_CACHE_HOME",
    ),
    with_ends(
        around(
            "machine",
            "no room for a file",
            "ulimit -f 1000; trap '' XFSZ",
        ),
        &["0", "1"],
    ),
    around(
        "machine",
        "a working folder that is gone",
        "mkdir gone; cd gone; rmdir ../gone",
    ),
    around(
        "machine",
        "a locale that is not there",
        "export LC_ALL=xx_XX.UTF-9 LANG=nowhere",
    ),
    around(
        "machine",
        "a time zone that is not there",
        "export TZ=Nowhere/Land",
    ),
    around(
        "machine",
        "no standard input and errors",
        "exec <&- 2>/dev/null",
    ),
    around(
        "machine",
        "it is stopped for three seconds",
        "( sleep 3; kill -STOP $me; sleep 3; kill -CONT $me ) >/dev/null 2>&1 &",
    ),
    around(
        "machine",
        "a file system without room for sound",
        "export TMPDIR=/nowhere",
    ),
    around(
        "machine",
        "an environment without a path",
        "export PATH=/nowhere:/usr/bin:/bin",
    ),
    ending(
        around(
            "power",
            "an order to end",
            "( sleep 4; kill -TERM $me ) >/dev/null 2>&1 &",
        ),
        &["0", "143"],
    ),
    ending(
        around(
            "power",
            "an interruption",
            "( sleep 4; kill -INT $me ) >/dev/null 2>&1 &",
        ),
        &["0", "130"],
    ),
    ending(
        around(
            "power",
            "it is killed at the start",
            "( sleep 1; kill -KILL $me ) >/dev/null 2>&1 &",
        ),
        &["137", "0"],
    ),
    ending(
        around(
            "power",
            "it is killed at work",
            "( sleep 4; kill -KILL $me ) >/dev/null 2>&1 &",
        ),
        &["137", "0"],
    ),
    before(
        "model",
        "no sentence encoder",
        store!("rm -r models/all-minilm-l6-v2"),
    ),
    before(
        "model",
        "a damaged sentence encoder",
        store!(
            "f=models/all-minilm-l6-v2/$(ls models/all-minilm-l6-v2 | grep -m 1 onnx); rm \"$f\"; head -c 9000 /dev/urandom >\"$f\""
        ),
    ),
    before(
        "model",
        "no second recogniser",
        store!("rm -r models/whisper-base"),
    ),
    ending(
        before(
            "model",
            "no recogniser",
            store!("rm -r models/whisper-tiny.en"),
        ),
        &["1"],
    ),
    ending(
        before(
            "model",
            "an empty ONNX Runtime",
            store!("f=models/onnxruntime/libonnxruntime.so; rm $f; : >$f"),
        ),
        &["1"],
    ),
    ending(
        before(
            "model",
            "a wake word of zeros",
            store!(
                "f=$(ls models/hey_jarvis/*.tflite); n=$(stat -Lc %s $f); rm $f; head -c $n /dev/zero >$f"
            ),
        ),
        &["1"],
    ),
    ending(
        before("model", "no voice", store!("rm -r models/en_US-joe-medium")),
        &["0", "1"],
    ),
    heard("a level of 1 %", Spoiled::Level(0.02)),
    // It is amplified once it was heard to be so quiet.
    later(heard("a level of 0.3 %", Spoiled::Level(0.006))),
    heard("sound that is cut off at full scale", Spoiled::Level(4.0)),
    heard("an offset of 30 %", Spoiled::Offset(0.3)),
    heard("hum of the mains", Spoiled::Hum(0.05)),
    heard("a second channel the other way round", Spoiled::Inverted),
    heard("eight channels of 24 bits", Spoiled::Eight),
    heard("24 bits at 44.1 kHz", Spoiled::Deep),
    heard("samples that are no numbers", Spoiled::NoNumbers),
    hardly(heard(
        "six channels with the box's own sound",
        Spoiled::Array,
    )),
    hardly(heard("noise as loud as speech", Spoiled::Noise(0.2))),
    hardly(heard("a click every second", Spoiled::Clicks)),
    hardly(heard("gaps ten times a second", Spoiled::Gaps)),
    hardly(heard("the sound of a telephone", Spoiled::Narrow)),
    hardly(heard("nothing but zeros", Spoiled::Level(0.0))),
    hardly(heard("a recording that is cut off", Spoiled::CutOff)),
];
