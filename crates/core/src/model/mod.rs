//! What the owner's file means: settings, intents, slots and actions, checked.

mod accept;
mod builtin;
mod deeds;
mod dialogue;
mod panel;
mod problem;
mod serve;
mod settings;

pub use accept::Refusal;
pub use builtin::BuiltinAction;
pub use dialogue::{DialogueSpec, DialogueTurn, SetFor, TurnInput};
pub use panel::{ButtonSpec, Chip, Contact, LightKind, LightSpec, Press};
pub use problem::Problem;
pub use serve::{Address, Handle, Serve};
pub use settings::{
    ActionSpec, AnswerSpec, Audio, Bus, Channel, CommandSpec, DbusSpec, Device, Duck, Events,
    HomeAssistant, HomeAssistantSpec, HttpSpec, IntentSpec, Llm, LlmApi, LlmBackend, Mqtt,
    MqttSpec, ReplySpec, Secrets, Sensitivity, Settings, Show, SlotChoice, SlotKind, SlotSpec,
    Step, Stt, TestSpec, Verify, Voice, Wake, WakeWord, Which,
};
