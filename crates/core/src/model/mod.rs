//! What the owner's file means: settings, intents, slots and actions, checked.

mod accept;
mod builtin;
mod deeds;
mod dialogue;
mod intents;
mod panel;
mod problem;
mod serve;
mod settings;

pub use accept::Refusal;
pub use builtin::BuiltinAction;
pub use dialogue::{DialogueSpec, DialogueTurn, SetFor, TurnInput};
pub use intents::{
    ActionSpec, IntentSpec, ReplySpec, Show, SlotChoice, SlotKind, SlotSpec, TestSpec,
};
pub use panel::{ButtonSpec, Chip, Contact, LightKind, LightSpec, Press};
pub use problem::Problem;
pub use serve::{Address, Handle, Serve};
pub use settings::{
    AnswerSpec, Audio, Bus, Channel, CommandSpec, DbusSpec, Device, Duck, EntityFilter, Events,
    HomeAssistant, HomeAssistantSpec, HttpSpec, Llm, LlmApi, LlmBackend, Mqtt, MqttSpec, Secrets,
    Sensitivity, Settings, Step, Stt, Verify, Voice, Wake, WakeWord,
};
