//! What others are told of the box, and how it takes their orders.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use mynah_appliance::observers::{Observers, mqtt};
use mynah_appliance::runtime::orders::RemoteOrder;
use mynah_appliance::timers::{Keeper, SystemClock};
use mynah_audio::SampleTime;
use mynah_config::parse;
use mynah_core::conversation::{ConfirmedBy, EventRecord, TurnEvent};
use mynah_core::model::Settings;
use mynah_core::percept::Wake;
use mynah_core::timers::Kind;
use mynah_core::turn::{
    Failure, Intent, Outcome, Route, SessionId, SessionKind, Slot, SlotValue, Transcript,
    TranscriptRoute, TurnId, Understanding,
};
use rumqttc::QoS;
use serde_json::{Value, json};

use super::mosquitto::{Mosquitto, PATIENCE};
use super::server::{answer, serve};

fn settings(text: &str) -> Settings {
    parse(text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn open(settings: &Settings) -> (Observers, Receiver<RemoteOrder>) {
    let (sender, orders) = sync_channel(8);
    let keeper = Arc::new(Keeper::new(None, Arc::new(SystemClock::default())));
    (open_with(settings, keeper, sender), orders)
}

fn open_with(
    settings: &Settings,
    keeper: Arc<Keeper>,
    sender: SyncSender<RemoteOrder>,
) -> Observers {
    let observers = mqtt::of(settings, keeper, move |order| {
        sender.try_send(order).is_ok()
    });
    Observers::start(observers, false)
}

fn heard(text: &str) -> TurnEvent {
    let transcript = Transcript {
        text: text.into(),
        logprob: 0.0,
        no_speech: 0.0,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
    };
    TurnEvent::Transcript {
        transcript,
        ms: 400,
    }
}

/// A turn in which the kitchen's light was to be switched on.
fn tell_turn(station: &Observers, number: u32, end: &TurnEvent) {
    let room = Slot {
        name: "room".into(),
        value: SlotValue::Text("kitchen".into()),
        spoken: "kitchen".into(),
    };
    let understanding = Understanding {
        intents: vec![Intent {
            name: "light_on".into(),
            slots: vec![room],
            when: None,
        }],
        route: Route::Phrase,
        confidence: 0.987,
        ..Understanding::default()
    };
    let wake = Wake {
        word: "hey_jarvis".into(),
        score: 0.9,
        sure: true,
    };
    let outcome = Outcome {
        kind: "mqtt",
        ok: true,
        detail: "publish my secret words".into(),
        result: Value::Null,
        show: None,
        answer: None,
    };
    for what in [
        TurnEvent::Wake(wake, ConfirmedBy::Score),
        TurnEvent::Listening { for_answer: false },
        heard("my secret words"),
        TurnEvent::Intent {
            understanding,
            ms: 1,
        },
        TurnEvent::Action {
            outcomes: vec![outcome],
            ms: 12,
        },
        TurnEvent::Reply("Done, my secret words.".into()),
        TurnEvent::Spoken { ms: 90 },
        end.clone(),
    ] {
        station.telling().tell(&EventRecord {
            at: SampleTime(u64::from(number) * 16_000),
            session: SessionId::OWN,
            turn: TurnId(number),
            what,
        });
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_turn_is_told_to_a_broker_a_server_and_a_program() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = fs::Permissions::from_mode(0o777);
    fs::set_permissions(folder.path(), all).expect("the folder is ours");
    let file = folder.path().join("turns");
    let broker = Mosquitto::start(folder.path());
    let mut listener = broker.listen("witness", "#");
    let (url, requests) = serve(|_| Some(answer("204 No Content", "")));
    let settings = settings(&format!(
        "[device]\nname = \"Kitchen\"\n[mqtt]\nhost = \"127.0.0.1\"\nport = {}\n[events]\nmqtt = true\n\
         url = \"{url}/turns\"\ncommand = [\"tee\", \"-a\", \"{}\"]\n",
        broker.port,
        file.display()
    ));
    let (station, _orders) = open(&settings);
    tell_turn(&station, 7, &TurnEvent::Idle);
    let (topic, text) = listener.next("/turn");
    assert_eq!(topic, "mynah/kitchen/turn");
    let mut turn = json(&text);
    let time = turn["time"].take();
    assert!(time.as_str().expect("a time").ends_with('Z'));
    let expected = json!({
        "turn": 7, "wake": "hey_jarvis", "device": "Kitchen", "time": null, "outcome": "done",
        "intents": [{"intent": "light_on", "slots": {"room": "kitchen"}}],
        "route": "phrase", "confidence": 0.99, "actions": [{"type": "mqtt", "ok": true}],
        "ms": {"stt": 400, "intent": 1, "action": 12, "tts": 90},
        "wakes": {"hey_jarvis": {"accepted": 1, "rejected": 0, "without_command": 0}},
    });
    assert_eq!(turn, expected);
    assert_eq!(listener.next("/availability").1, "online");
    assert_eq!(listener.next("/intent").1, "light_on");
    drop(station);
    assert_eq!(listener.next("/availability").1, "offline");
    let request = requests.recv_timeout(PATIENCE).expect("the request");
    assert!(request.starts_with("POST /turns "), "{request}");
    let written = fs::read_to_string(file).expect("the program wrote it");
    for other in [request.split("\r\n\r\n").nth(1).expect("a body"), &written] {
        let mut other = json(other);
        other["time"].take();
        assert_eq!(other, turn);
    }
    for told in [text, request, written] {
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn what_was_said_is_told_only_where_the_file_says_so() {
    let (url, requests) = serve(|_| Some(answer("200 OK", "")));
    let settings = settings(&format!("[events]\nurl = \"{url}\"\ntranscript = true\n"));
    let (station, _orders) = open(&settings);
    tell_turn(&station, 1, &TurnEvent::Failure(Failure::TooSlow));
    tell_turn(&station, 2, &TurnEvent::Interrupted);
    for (outcome, number) in [("failed", 1), ("interrupted", 2)] {
        let request = requests.recv_timeout(PATIENCE).expect("a request");
        let turn = json(request.split("\r\n\r\n").nth(1).expect("a body"));
        assert_eq!(turn["text"], "my secret words");
        assert_eq!(turn["reply"], "Done, my secret words.");
        assert_eq!(
            (&turn["outcome"], &turn["turn"]),
            (&json!(outcome), &json!(number))
        );
    }
}

#[test]
fn turns_wait_for_a_broker_that_was_stopped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut broker = Mosquitto::start(folder.path());
    let settings = settings(&format!(
        "[mqtt]\nhost = \"127.0.0.1\"\nport = {}\ntopic = \"fleet/7\"\n[events]\nmqtt = true\n\
         discovery = true\n",
        broker.port
    ));
    let (station, _orders) = open(&settings);
    let mut listener = broker.listen("witness", "#");
    tell_turn(&station, 1, &TurnEvent::Idle);
    assert_eq!(json(&listener.next("/turn").1)["turn"], 1);
    drop(listener);
    broker.stop();
    for number in 2..=4 {
        tell_turn(&station, number, &TurnEvent::Idle);
    }
    broker.start_again();
    let mut listener = broker.listen("witness", "#");
    let mut told = Vec::new();
    while told.len() < 3 {
        let (topic, text) = listener.next("/turn");
        assert_eq!(topic, "fleet/7/turn");
        let number = json(&text)["turn"].as_u64().expect("a number");
        // The first comes again when its receipt was cut off.
        if number != 1 {
            told.push(number);
        }
    }
    assert_eq!(told, [2, 3, 4]);
    assert_eq!(station.telling().dropped("turns to MQTT"), 0);
    // What the broker keeps of the box is there again too.
    let mut late = broker.listen("late", "#");
    assert_eq!(late.next("/availability").1, "online");
    assert_eq!(late.next("fleet/7/state").1, "idle");
    assert!(
        late.next("/mute/config")
            .0
            .starts_with("homeassistant/switch/fleet_7/")
    );
}

#[test]
fn a_stuck_server_holds_nobody_up_and_drops_are_counted() {
    let (url, _requests) = serve(|_| None);
    let settings = settings(&format!("[events]\nurl = \"{url}\"\n"));
    let (station, _orders) = open(&settings);
    // Eight events each: more than may wait.
    for number in 1..=200 {
        tell_turn(&station, number, &TurnEvent::Idle);
    }
    let dropped = station.telling().dropped("turns to URL");
    assert!((820..=832).contains(&dropped), "{dropped}");
}

/// A turn of a text client is told as well, under the name of its session, and
/// the box's own state does not change by it.
#[test]
fn a_written_turn_is_named_by_its_session() {
    let (url, requests) = serve(|_| Some(answer("204 No Content", "")));
    let settings = settings(&format!("[events]\nurl = \"{url}\"\n"));
    let (station, _orders) = open(&settings);
    let session = SessionId {
        kind: SessionKind::Text,
        number: 3,
    };
    let question = TurnEvent::Question("Which room?".into());
    let mut reports = vec![(1, heard("turn on the light")), (1, question)];
    reports.push((1, heard("the kitchen")));
    reports.push((1, TurnEvent::Idle));
    for (turn, what) in reports {
        station.telling().tell(&EventRecord {
            at: SampleTime(0),
            session,
            turn: TurnId(turn),
            what,
        });
    }
    let request = requests.recv_timeout(PATIENCE).expect("a request");
    let turn = json(request.split("\r\n\r\n").nth(1).expect("a body"));
    assert_eq!(turn["session"], "text-3");
    assert_eq!(
        (&turn["turn"], &turn["outcome"]),
        (&json!(1), &json!("asked"))
    );
    assert_eq!(turn.get("wake"), None);
}

#[test]
fn home_assistant_finds_the_box_and_commands_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Mosquitto::start(folder.path());
    let settings = settings(&format!(
        "[device]\nname = \"Hall\"\n[mqtt]\nhost = \"127.0.0.1\"\nport = {}\n[events]\n\
         discovery = true\n",
        broker.port
    ));
    let (station, orders) = open(&settings);
    let mut house = broker.listen("house", "#");
    let mut seen = Vec::new();
    for _ in 0..12 {
        let (topic, text) = house.next("/config");
        let entity = json(&text);
        assert_eq!(
            entity["availability_topic"], "mynah/hall/availability",
            "{topic}"
        );
        assert_eq!(entity["device"]["identifiers"], json!(["mynah_hall"]));
        assert_eq!(entity["device"]["name"], "Hall");
        assert!(entity["origin"]["name"].is_string() && entity["name"].is_string());
        let kind = topic.split('/').nth(1).expect("a kind").to_owned();
        let readable = entity["state_topic"].is_string();
        let settable = entity["command_topic"].is_string();
        seen.push(format!(
            "{kind} {} {readable} {settable}",
            entity["unique_id"]
        ));
    }
    seen.sort();
    let expected = [
        r#"button "mynah_hall_listen" false true"#,
        r#"button "mynah_hall_stop" false true"#,
        r#"event "mynah_hall_answer" true false"#,
        r#"notify "mynah_hall_announce" false true"#,
        r#"notify "mynah_hall_ask" false true"#,
        r#"number "mynah_hall_volume" true true"#,
        r#"sensor "mynah_hall_intent" true false"#,
        r#"sensor "mynah_hall_state" true false"#,
        r#"sensor "mynah_hall_timers" true false"#,
        r#"sensor "mynah_hall_wakes" true false"#,
        r#"switch "mynah_hall_mute" true true"#,
        r#"text "mynah_hall_say" false true"#,
    ];
    assert_eq!(seen, expected);
    for (topic, payload) in [
        ("mute", "maybe"),
        ("volume", "loud"),
        ("volume", "101"),
        ("say", " \n"),
        ("mute", "ON"),
        ("volume", "40"),
        ("say", "The \u{7}washing\nis done."),
        ("listen", "PRESS"),
        ("stop", "PRESS"),
    ] {
        let topic = format!("mynah/hall/{topic}/set");
        let sent = house
            .client
            .publish(topic, QoS::AtLeastOnce, false, payload);
        sent.expect("a queue");
    }
    house.next("/say/set");
    let order = || orders.recv_timeout(PATIENCE).expect("an order");
    assert_eq!(order(), RemoteOrder::Mute(true));
    assert_eq!(order(), RemoteOrder::Volume(40));
    assert_eq!(order(), RemoteOrder::Say("The  washing is done.".into()));
    assert_eq!([order(), order()], [RemoteOrder::Listen, RemoteOrder::Stop]);
    let mut late = broker.listen("late", "mynah/hall/+");
    while late.next("/mute").1 != "ON" {}
    while late.next("/volume").1 != "40" {}
    drop(station);
}

#[test]
fn home_assistant_sees_timers_wakes_and_what_was_heard() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Mosquitto::start(folder.path());
    let settings = settings(&format!(
        "[device]\nname = \"Hall\"\n[mqtt]\nhost = \"127.0.0.1\"\nport = {}\n[events]\n\
         mqtt = true\ntranscript = true\ndiscovery = true\n",
        broker.port
    ));
    let keeper = Arc::new(Keeper::new(None, Arc::new(SystemClock::default())));
    let (sender, _orders) = sync_channel(8);
    let station = open_with(&settings, Arc::clone(&keeper), sender);
    let mut house = broker.listen("house", "#");
    let entity = json(&house.next("/sensor/mynah_hall/heard/config").1);
    assert_eq!(entity["state_topic"], "mynah/hall/turn");
    let empty = json!({"next": null, "count": 0, "entries": []});
    assert_eq!(json(&house.next("hall/timers").1), empty);
    keeper
        .change(|book, now| book.set_after(Kind::Timer, "tea", 600_000, now))
        .value
        .expect("there is room");
    tell_turn(&station, 1, &TurnEvent::Idle);
    let timers = json(&house.next("hall/timers").1);
    let next = timers["next"].as_str().expect("a time");
    assert!(next.ends_with('Z') && next.contains('T'), "{next}");
    assert_eq!(timers["count"], 1);
    let entry = &timers["entries"][0];
    let text = entry["text"].as_str().expect("it is told what was said");
    assert!(text.contains("tea"), "{text}");
    assert_eq!(
        (&entry["kind"], &entry["at"]),
        (&json!("timer"), &timers["next"])
    );
    let mut wakes = json(&house.next("hall/wakes").1);
    if wakes["accepted"] == 0 {
        wakes = json(&house.next("hall/wakes").1);
    }
    assert_eq!(wakes["accepted"], 1);
    assert_eq!(wakes["words"]["hey_jarvis"]["accepted"], 1);
    drop(station);
}

#[test]
fn home_assistant_asks_and_its_answer_is_an_event() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Mosquitto::start(folder.path());
    let settings = settings(&format!(
        "[device]\nname = \"Hall\"\n[mqtt]\nhost = \"127.0.0.1\"\nport = {}\n[events]\n\
         discovery = true\n",
        broker.port
    ));
    let (station, orders) = open(&settings);
    let mut house = broker.listen("house", "#");
    let ask = json(&house.next("/notify/mynah_hall/ask/config").1);
    let answer = json(&house.next("/event/mynah_hall/answer/config").1);
    assert_eq!(ask["command_topic"], "mynah/hall/ask/set");
    assert_eq!(answer["state_topic"], "mynah/hall/answer");
    for payload in [
        "Shall I close the blinds?\nyes | close [them]",
        " \n",
        "{\"question\": 7}",
        "Shall I close the blinds?\nyes | close them\nno",
    ] {
        let sent = house
            .client
            .publish("mynah/hall/ask/set", QoS::AtLeastOnce, false, payload);
        sent.expect("a queue");
    }
    for _ in 0..4 {
        house.next("/ask/set");
    }
    let order = orders.recv_timeout(PATIENCE).expect("an order");
    let RemoteOrder::Ask(inquiry) = order else {
        panic!("{order:?}");
    };
    let say: Vec<_> = inquiry.answers.iter().map(|answer| &answer.say).collect();
    assert_eq!(say, [&vec!["yes", "close them"], &vec!["no"]]);
    let tell = |what: TurnEvent| {
        station.telling().tell(&EventRecord {
            at: SampleTime(0),
            session: SessionId::OWN,
            turn: TurnId(1),
            what,
        });
    };
    let answered = inquiry.answered("Close them, please.").expect("an answer");
    tell(TurnEvent::Answered(answered));
    let question = "Shall I close the blinds?";
    // What was said is told only where transcripts are.
    assert_eq!(
        json(&house.next("hall/answer").1),
        json!({"event_type": "answered", "id": question, "answer": "yes"})
    );
    tell(TurnEvent::Answered(inquiry.unanswered()));
    let none = json(&house.next("hall/answer").1);
    assert_eq!(
        (&none["event_type"], &none["id"]),
        (&json!("unanswered"), &json!(question))
    );
    drop(station);
}
