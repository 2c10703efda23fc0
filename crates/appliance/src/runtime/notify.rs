//! Tells the service manager how the appliance fares: ready, deaf, and, as long
//! as sound comes in, that it is alive.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use mynah_audio::devices::Direction;
use mynah_audio::{Captured, DeviceChange, DeviceNews, SAMPLE_RATE, SampleTime, Source};

/// A watchdog is fed four times in its period: one message may get lost.
const FEEDS: u64 = 4;

/// Where messages to the service manager go.
pub trait Manager: Send {
    /// Hands over lines of `NAME=value`. Never blocks for long, never fails.
    fn tell(&mut self, message: &str);
}

/// The service manager that started this process.
#[derive(Debug)]
pub struct Systemd(UnixDatagram);

impl Systemd {
    /// `None`: nobody wants to be told.
    #[must_use]
    pub fn of_environment() -> Option<Self> {
        let name = env::var_os("NOTIFY_SOCKET")?;
        Self::at(&name)
            .inspect_err(|error| tracing::warn!("cannot reach the service manager: {error}"))
            .ok()
    }

    /// At a path, or at a name without a file, which begins with `@`.
    fn at(name: &OsStr) -> io::Result<Self> {
        let address = match name.as_bytes().strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(name)?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }
}

impl Manager for Systemd {
    fn tell(&mut self, message: &str) {
        if let Err(error) = self.0.send(message.as_bytes()) {
            tracing::warn!("cannot tell the service manager: {error}");
        }
    }
}

/// The period of the watchdog that `variable` asks this process for, in
/// samples: `WATCHDOG_USEC`, unless `WATCHDOG_PID` is another's.
fn watchdog(variable: impl Fn(&str) -> Option<String>, pid: u32) -> Option<u64> {
    let other = variable("WATCHDOG_PID").is_some_and(|wanted| wanted != pid.to_string());
    let microseconds: u64 = variable("WATCHDOG_USEC")?.parse().ok()?;
    (!other).then(|| microseconds.saturating_mul(SAMPLE_RATE.into()) / 1_000_000)
}

/// A source whose sound feeds the watchdog. The inbox of the loop is bounded,
/// so a loop that is stuck soon leaves nobody asking for sound.
pub struct Watched {
    source: Box<dyn Source>,
    manager: Box<dyn Manager>,
    /// What is said when it listens.
    listening: String,
    /// Samples from one feeding to the next; `None`: no watchdog.
    every: Option<u64>,
    fed: SampleTime,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Starting,
    Listening,
    /// The microphone is away. Silence comes in its place, so that the time of
    /// the stream, and with it timers, go on.
    Deaf,
    /// This process will not hear again; the watchdog may end it.
    Stuck,
}

impl Watched {
    /// Watches for the service manager of the environment. Without one, the
    /// source remains as it is.
    #[must_use]
    pub fn wrap(source: Box<dyn Source>, listening: String) -> Box<dyn Source> {
        let Some(manager) = Systemd::of_environment() else {
            return source;
        };
        let period = watchdog(|name| env::var(name).ok(), std::process::id());
        Box::new(Self::new(source, Box::new(manager), listening, period))
    }

    fn new(
        source: Box<dyn Source>,
        manager: Box<dyn Manager>,
        listening: String,
        period: Option<u64>,
    ) -> Self {
        Self {
            source,
            manager,
            listening,
            every: period.map(|samples| (samples / FEEDS).max(1)),
            fed: SampleTime(0),
            state: State::Starting,
        }
    }

    fn heard(&mut self, now: SampleTime) {
        if self.state == State::Starting {
            self.listens();
            self.fed = now;
        }
        if let Some(every) = self.every
            && self.state != State::Stuck
            && now.0.saturating_sub(self.fed.0) >= every
        {
            self.fed = now;
            self.manager.tell("WATCHDOG=1");
        }
    }

    fn listens(&mut self) {
        self.state = State::Listening;
        let message = format!("READY=1\nSTATUS={}\nWATCHDOG=1", self.listening);
        self.manager.tell(&message);
    }

    /// A start without a microphone is a start: the appliance waits for one,
    /// and no other process would hear better.
    fn deaf(&mut self, why: &str) {
        self.state = State::Deaf;
        // One line: the rest would be read as another message.
        let why = why.lines().next().unwrap_or_default();
        self.manager
            .tell(&format!("READY=1\nSTATUS=hears nothing: {why}\nWATCHDOG=1"));
    }

    fn learn(&mut self, news: &DeviceNews) {
        match (news.direction, &news.what) {
            (Direction::Input, DeviceChange::Lost(why)) => self.deaf(why),
            (Direction::Input, DeviceChange::Zeros) => {
                self.deaf("the microphone gives nothing but zeros; is it switched off?");
            }
            (Direction::Input, DeviceChange::Found | DeviceChange::Sounds)
                if self.state == State::Deaf =>
            {
                self.listens();
            }
            (Direction::Input, DeviceChange::Stuck) => {
                self.state = State::Stuck;
                self.manager
                    .tell("STATUS=hears nothing: the sound library hangs");
            }
            _ => {}
        }
    }
}

impl Source for Watched {
    fn next(&mut self) -> Captured {
        let captured = self.source.next();
        match &captured {
            Captured::Frame(frame) => self.heard(frame.end()),
            Captured::News(news) => self.learn(news),
            Captured::End => self.manager.tell("STOPPING=1"),
        }
        captured
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;
    use mynah_audio::{AudioFrame, FRAME_SAMPLES};

    struct Script(Vec<Captured>);

    impl Source for Script {
        fn next(&mut self) -> Captured {
            if self.0.is_empty() {
                Captured::End
            } else {
                self.0.remove(0)
            }
        }
    }

    struct Notes(Sender<String>);

    impl Manager for Notes {
        fn tell(&mut self, message: &str) {
            let _ = self.0.send(message.replace('\n', " "));
        }
    }

    fn frames(from: u64, count: u64) -> impl Iterator<Item = Captured> {
        (from..from + count).map(|nth| {
            Captured::Frame(AudioFrame {
                start: SampleTime(nth * FRAME_SAMPLES as u64),
                samples: [0.0; FRAME_SAMPLES],
            })
        })
    }

    fn news(what: DeviceChange) -> Captured {
        Captured::News(DeviceNews {
            direction: Direction::Input,
            device: "Desk".into(),
            what,
        })
    }

    fn trouble() -> Captured {
        news(DeviceChange::Lost(
            "there is no `Desk`\nhint: plug it in".into(),
        ))
    }

    fn check(script: Vec<Captured>, period_ms: u64, expected: &[&str]) {
        let (notes, told) = channel();
        let mut watched = Watched::new(
            Box::new(Script(script)),
            Box::new(Notes(notes)),
            "listening".into(),
            Some(period_ms * 16),
        );
        while watched.next() != Captured::End {}
        drop(watched);
        assert_eq!(told.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sound_feeds_the_watchdog() {
        // 32 ms a frame: a quarter of 400 ms is full after four.
        check(
            frames(0, 10).collect(),
            400,
            &[
                "READY=1 STATUS=listening WATCHDOG=1",
                "WATCHDOG=1",
                "WATCHDOG=1",
                "STOPPING=1",
            ],
        );
    }

    #[test]
    fn a_missing_microphone_is_told_and_waited_for() {
        // Silence stands in for it meanwhile.
        let script = [trouble()].into_iter().chain(frames(0, 5));
        let script = script.chain([news(DeviceChange::Found)]);
        check(
            script.collect(),
            400,
            &[
                "READY=1 STATUS=hears nothing: there is no `Desk` WATCHDOG=1",
                "WATCHDOG=1",
                "READY=1 STATUS=listening WATCHDOG=1",
                "STOPPING=1",
            ],
        );
    }

    #[test]
    fn a_process_that_cannot_hear_any_more_is_left_to_the_watchdog() {
        let script = frames(0, 1).chain([news(DeviceChange::Stuck)]);
        check(
            script.chain(frames(1, 20)).collect(),
            400,
            &[
                "READY=1 STATUS=listening WATCHDOG=1",
                "STATUS=hears nothing: the sound library hangs",
                "STOPPING=1",
            ],
        );
    }

    #[test]
    fn the_period_is_that_of_this_process() {
        let environment = |usec: Option<&str>, pid: Option<&str>| {
            let (usec, pid) = (usec.map(str::to_owned), pid.map(str::to_owned));
            watchdog(
                move |name| match name {
                    "WATCHDOG_USEC" => usec.clone(),
                    "WATCHDOG_PID" => pid.clone(),
                    _ => None,
                },
                7,
            )
        };
        assert_eq!(environment(Some("30000000"), None), Some(480_000));
        assert_eq!(environment(Some("30000000"), Some("7")), Some(480_000));
        assert_eq!(environment(Some("30000000"), Some("8")), None);
        assert_eq!(environment(Some("soon"), None), None);
        assert_eq!(environment(None, None), None);
    }

    #[test]
    fn a_message_arrives_by_path_and_by_name() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("notify");
        let name = format!("@{}", folder.path().display());
        let hidden = SocketAddr::from_abstract_name(&name.as_bytes()[1..]).expect("a short name");
        let both = [
            (path.as_os_str(), UnixDatagram::bind(&path)),
            (OsStr::new(&name), UnixDatagram::bind_addr(&hidden)),
        ];
        for (name, bound) in both {
            let socket = bound.expect("a free name");
            Systemd::at(name).expect("it is bound").tell("READY=1");
            let mut buffer = [0; 16];
            let read = socket.recv(&mut buffer).expect("a message");
            assert_eq!(&buffer[..read], b"READY=1");
        }
    }
}
