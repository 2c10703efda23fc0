//! The services of `[serve]` in front of the appliance. The crate `mynah-serve`
//! knows it by traits only; here they are joined.

mod assistant;
mod console;
mod owner;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use serde_json::Value;

use mynah_appliance::follow::Follower;
use mynah_appliance::observers::Observer;
use mynah_appliance::runtime::events::{event_json, is_event};
use mynah_appliance::runtime::inbox::Inbox;
use mynah_appliance::runtime::sessions::Sessions;
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::model::Serve;
use mynah_core::turn::SessionKind;
use mynah_models::Store;
use mynah_serve::announce::Announcement;
use mynah_serve::web::Hub;
use mynah_serve::{web, wyoming};

use self::assistant::ApplianceAssistant;
use self::console::ApplianceConsole;
use crate::reload::{Failed, Reloader};

/// Each waits for the end of a turn.
const TRIES: usize = 10;

/// The running services; dropping it ends them.
pub(crate) struct Services {
    /// Taken back before the server ends.
    _announcement: Option<Announcement>,
    _wyoming: Option<wyoming::Server>,
    _web: Option<web::Server>,
    _follower: Option<Follower>,
}

/// What the services need of the appliance.
pub(crate) struct Behind {
    /// Opens conversations.
    pub sessions: Sessions,
    /// The models.
    pub store: Store,
    /// The event loop; `None` where there is no microphone.
    pub inbox: Option<SyncSender<Inbox>>,
    /// Replaces the configuration.
    pub reloader: Arc<Reloader>,
    /// Nothing is carried out.
    pub dry_run: bool,
    /// The events.
    pub hub: Arc<Hub>,
}

impl Services {
    /// Starts what `serve` names.
    ///
    /// # Errors
    /// When an address cannot be had, or the token cannot be read.
    pub(crate) fn start(serve: &Serve, behind: Behind) -> anyhow::Result<Self> {
        let Behind {
            sessions,
            store,
            inbox,
            reloader,
            dry_run,
            hub,
        } = behind;
        let follower = following(&sessions, &reloader);
        let desk = Arc::new(ApplianceConsole::new(sessions.clone(), inbox, reloader));
        let house = Arc::new(ApplianceAssistant::new(sessions, store, dry_run));
        let wyoming = serve.wyoming.as_ref().map(|address| {
            let house = Arc::clone(&house);
            wyoming::Server::start(address, &serve.allow, serve.handle, house)
        });
        let web = serve
            .web
            .as_ref()
            .map(|address| web::Server::start(address, serve, house, desk, hub));
        let wyoming = wyoming.transpose()?;
        let place = wyoming.as_ref().and_then(wyoming::Server::address);
        Ok(Self {
            _announcement: place.filter(|_| serve.discover).and_then(announced),
            _wyoming: wyoming,
            _web: web.transpose()?,
            _follower: follower,
        })
    }
}

/// Follows the names of Home Assistant whenever the file wants it.
fn following(sessions: &Sessions, reloader: &Arc<Reloader>) -> Option<Follower> {
    sessions.settings().home_assistant.as_ref()?;
    let Some(kept) = reloader.names_kept_at() else {
        tracing::warn!("there is no place to keep names; hint: set STATE_DIRECTORY");
        return None;
    };
    let (sessions, reloader) = (sessions.clone(), Arc::clone(reloader));
    let house = move || {
        let settings = sessions.settings();
        settings.home_assistant.clone().filter(|house| house.follow)
    };
    Some(Follower::start(house, kept, move || take_names(&reloader)))
}

/// Lets new names count. A person who speaks with the box goes first.
fn take_names(reloader: &Reloader) {
    let mut last = String::new();
    for _ in 0..TRIES {
        match reloader.reload() {
            Ok(_) => return,
            Err(Failed { again, report, .. }) => {
                last = report;
                if !again {
                    break;
                }
            }
        }
    }
    tracing::warn!("the new names of Home Assistant do not count yet: {last}");
}

/// The server also works for those who know its address.
fn announced(place: SocketAddr) -> Option<Announcement> {
    Announcement::start(place)
        .map_err(|error| tracing::warn!("{error}"))
        .ok()
}

/// Tells the pages what happens.
pub(crate) struct Pages(pub Arc<Hub>);

impl Observer for Pages {
    fn name(&self) -> &'static str {
        "web"
    }

    fn observe(&mut self, report: &EventRecord) {
        let caption = matches!(report.what, TurnEvent::Partial(_));
        let shown = is_event(report) || caption;
        if shown && report.session.kind == SessionKind::Microphone {
            self.0.tell(&event_json(report));
        } else if is_event(report) {
            self.0.count(&event_json(report));
        } else if let TurnEvent::Dismissed(wake, _) = &report.what {
            let mut event = Value::default();
            event["event"] = "no_wake".into();
            event["word"] = wake.word.as_str().into();
            self.0.tell(&event);
        }
    }
}
