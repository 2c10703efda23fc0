//! Buttons: what is pressed becomes an order to the event loop. Each kind of hardware
//! has a thread of its own, which nothing waits for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use mynah_core::model::{ButtonSpec, Contact, Press};
use mynah_panel::keys::{FOLDER, Keys, Wanted};
use mynah_panel::lines::{Line, Lines};
use mynah_panel::pipe::Pipe;
use mynah_panel::{ButtonSource, ButtonState, Change, watch};

use crate::runtime::inbox::Inbox;
use crate::runtime::orders::RemoteOrder;
use crate::timers::state_dir;

/// One press changes the volume by so many percent.
const VOLUME_STEP: i8 = 10;

/// Watches the buttons of a configuration until the event loop has ended.
pub fn start(buttons: &[ButtonSpec], inbox: &SyncSender<Inbox>) {
    for source in sources(buttons) {
        let name = source.name();
        let inbox = inbox.clone();
        let buttons = buttons.to_vec();
        let tell = move |change: Change| {
            let button = buttons.get(change.button);
            let order = button.and_then(|button| order(button, change.to));
            // It waits for room: a release that is lost would keep the microphone open.
            order.is_none_or(|order| inbox.send(Inbox::Order(order)).is_ok())
        };
        if let Err(error) = watch(source, tell) {
            tracing::error!("no thread for {name}: {error}");
        }
    }
}

/// The order of a button that goes into this state; none for most releases. A
/// switch that is lost leaves the microphone as it is: nobody has moved it.
fn order(button: &ButtonSpec, to: ButtonState) -> Option<RemoteOrder> {
    let down = to == ButtonState::Down;
    match &button.does {
        Press::Talk => Some(RemoteOrder::Hold(down)),
        Press::Mute if button.switch && to == ButtonState::Lost => None,
        Press::Mute if button.switch => Some(RemoteOrder::Mute(down)),
        _ if !down => None,
        Press::Listen => Some(RemoteOrder::Listen),
        Press::Stop => Some(RemoteOrder::Stop),
        Press::Mute => Some(RemoteOrder::ToggleMute),
        Press::VolumeUp => Some(RemoteOrder::VolumeBy(VOLUME_STEP)),
        Press::VolumeDown => Some(RemoteOrder::VolumeBy(-VOLUME_STEP)),
        Press::Say(text) => Some(RemoteOrder::Run(text.clone())),
    }
}

/// Where the presses of these buttons come from.
fn sources(buttons: &[ButtonSpec]) -> Vec<Box<dyn ButtonSource>> {
    let mut keys = Vec::new();
    let mut chips: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    let mut words = Vec::new();
    for (button, spec) in buttons.iter().enumerate() {
        match &spec.on {
            Contact::Key { name, code, device } => keys.push(Wanted {
                button,
                name: name.clone(),
                code: *code,
                device: device.clone(),
            }),
            Contact::Gpio {
                chip,
                line,
                active_low,
            } => chips.entry(chip).or_default().push(Line {
                button,
                line: *line,
                active_low: *active_low,
            }),
            Contact::Pipe(word) => words.push((button, word.clone())),
        }
    }
    let mut sources: Vec<Box<dyn ButtonSource>> = Vec::new();
    if !keys.is_empty() {
        sources.push(Box::new(Keys::new(Path::new(FOLDER), keys)));
    }
    for (chip, lines) in chips {
        let chip = Path::new("/dev").join(chip);
        sources.push(Box::new(Lines::new(&chip, lines)));
    }
    if !words.is_empty() {
        if let Some(folder) = pipe_folder() {
            sources.push(Box::new(Pipe::new(&folder, words)));
        } else {
            tracing::warn!("there is no place for a pipe; hint: set RUNTIME_DIRECTORY");
        }
    }
    sources
}

/// Where the pipe of the buttons is: in the runtime folder of the service, else where
/// state is kept.
#[must_use]
pub fn pipe_folder() -> Option<PathBuf> {
    let runtime = std::env::var("RUNTIME_DIRECTORY").ok();
    let first = runtime.as_deref().and_then(|all| all.split(':').next());
    let first = first.filter(|folder| !folder.is_empty());
    first.map(PathBuf::from).or_else(state_dir)
}

#[cfg(test)]
mod tests {
    use mynah_core::model::ButtonSpec;
    use mynah_panel::ButtonState;

    use super::{order, sources};
    use crate::runtime::orders::RemoteOrder;

    fn buttons(text: &str) -> Vec<ButtonSpec> {
        mynah_config::parse(text).expect("the file is good").buttons
    }

    #[test]
    fn presses_are_orders() {
        let check = |what: &str, orders: [Option<RemoteOrder>; 3]| {
            let button = &buttons(&format!("[[button]]\non = \"pipe:a\"\n{what}\n"))[0];
            let states = [ButtonState::Down, ButtonState::Up, ButtonState::Lost];
            assert_eq!(states.map(|to| order(button, to)), orders, "{what}");
        };
        let once = |order| [Some(order), None, None];
        let hold = |down| Some(RemoteOrder::Hold(down));
        let mute = |down| Some(RemoteOrder::Mute(down));
        check("do = \"talk\"", [hold(true), hold(false), hold(false)]);
        check("do = \"listen\"", once(RemoteOrder::Listen));
        check("do = \"stop\"", once(RemoteOrder::Stop));
        check("do = \"mute\"", once(RemoteOrder::ToggleMute));
        check("do = \"volume_up\"", once(RemoteOrder::VolumeBy(10)));
        check("do = \"volume_down\"", once(RemoteOrder::VolumeBy(-10)));
        check(
            "say = \"lights on\"",
            once(RemoteOrder::Run("lights on".into())),
        );
        // The microphone stays muted when its switch is unplugged.
        check(
            "do = \"mute\"\nswitch = true",
            [mute(true), mute(false), None],
        );
    }

    #[test]
    fn each_kind_of_hardware_has_a_source() {
        let text = r#"
            [[button]]
            on = "key:KEY_MUTE"
            do = "mute"
            [[button]]
            on = "key:KEY_VOLUMEUP"
            do = "volume_up"
            [[button]]
            on = "gpio:17"
            do = "talk"
            [[button]]
            on = "gpio:gpiochip4/2"
            do = "stop"
        "#;
        let sources = sources(&buttons(text));
        let names: Vec<String> = sources.iter().map(|source| source.name()).collect();
        assert_eq!(names, ["keys", "/dev/gpiochip0", "/dev/gpiochip4"]);
    }
}
