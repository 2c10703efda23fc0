//! Buttons: what is pressed becomes an order to the event loop. Each kind of hardware
//! has a thread of its own, which nothing waits for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use mynah_core::model::{ButtonSpec, Contact, Press};
use mynah_panel::keys::{FOLDER, Keys, Wanted};
use mynah_panel::lines::{Line, Lines};
use mynah_panel::pipe::Pipe;
use mynah_panel::{ButtonSource, Change, watch};

use crate::runtime::inbox::Inbox;
use crate::runtime::orders::RemoteOrder;
use crate::timers::{Keeper, state_dir};

/// One press changes the volume by so many percent.
pub const VOLUME_STEP: u8 = 10;

/// Watches the buttons of a configuration until the event loop has ended.
pub fn start(buttons: &[ButtonSpec], keeper: &Arc<Keeper>, inbox: &SyncSender<Inbox>) {
    for source in sources(buttons) {
        let name = source.name();
        let (keeper, inbox) = (Arc::clone(keeper), inbox.clone());
        let buttons = buttons.to_vec();
        let tell = move |change: Change| {
            let button = buttons.get(change.button);
            let order = button.and_then(|button| order(button, change.down, &keeper));
            // It waits for room: a release that is lost would keep the microphone open.
            order.is_none_or(|order| inbox.send(Inbox::Order(order)).is_ok())
        };
        if let Err(error) = watch(source, tell) {
            tracing::error!("no thread for {name}: {error}");
        }
    }
}

/// What a button means at this moment; nothing for most releases.
fn order(button: &ButtonSpec, down: bool, keeper: &Keeper) -> Option<RemoteOrder> {
    let percent = || keeper.gain().percent();
    match &button.does {
        Press::Talk => Some(RemoteOrder::Hold(down)),
        Press::Mute if button.switch => Some(RemoteOrder::Mute(down)),
        _ if !down => None,
        Press::Listen => Some(RemoteOrder::Listen),
        Press::Stop => Some(RemoteOrder::Stop),
        Press::Mute => Some(RemoteOrder::Mute(!keeper.muted())),
        Press::VolumeUp => Some(RemoteOrder::Volume(
            percent().saturating_add(VOLUME_STEP).min(100),
        )),
        Press::VolumeDown => Some(RemoteOrder::Volume(percent().saturating_sub(VOLUME_STEP))),
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
    use std::sync::Arc;

    use mynah_core::model::ButtonSpec;

    use super::{order, sources};
    use crate::runtime::orders::RemoteOrder;
    use crate::timers::{Keeper, SystemClock};

    fn buttons(text: &str) -> Vec<ButtonSpec> {
        mynah_config::parse(text).expect("the file is good").buttons
    }

    #[test]
    fn presses_are_orders() {
        let keeper = Keeper::new(None, Arc::new(SystemClock::default()));
        let check = |what: &str, down: Option<RemoteOrder>, up: Option<RemoteOrder>| {
            let button = &buttons(&format!("[[button]]\non = \"pipe:a\"\n{what}\n"))[0];
            assert_eq!(order(button, true, &keeper), down, "{what}");
            assert_eq!(order(button, false, &keeper), up, "{what}");
        };
        let hold = |down| Some(RemoteOrder::Hold(down));
        check("do = \"talk\"", hold(true), hold(false));
        check("do = \"listen\"", Some(RemoteOrder::Listen), None);
        check("do = \"stop\"", Some(RemoteOrder::Stop), None);
        check("do = \"mute\"", Some(RemoteOrder::Mute(true)), None);
        check("do = \"volume_up\"", Some(RemoteOrder::Volume(100)), None);
        check("do = \"volume_down\"", Some(RemoteOrder::Volume(90)), None);
        check(
            "say = \"lights on\"",
            Some(RemoteOrder::Run("lights on".into())),
            None,
        );
        let mute = |down| Some(RemoteOrder::Mute(down));
        check("do = \"mute\"\nswitch = true", mute(true), mute(false));
        keeper.set_muted(true);
        keeper.set_volume(5);
        check("do = \"mute\"", Some(RemoteOrder::Mute(false)), None);
        check("do = \"volume_down\"", Some(RemoteOrder::Volume(0)), None);
        check("do = \"mute\"\nswitch = true", mute(true), mute(false));
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
