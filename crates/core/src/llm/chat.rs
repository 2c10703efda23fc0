//! A conversation as its asker knows it: roles and texts. How a model wants
//! them written is the matter of its chat template, in `mynah-llm-link`.

use serde::{Deserialize, Serialize};

/// The constant beginning of every conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// What the model is told to be and to know.
    pub system: String,
    /// Examples of questions and their answers.
    pub shots: Vec<Shot>,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// The user's words.
    pub user: String,
    /// The model's.
    pub assistant: String,
}

impl Prompt {
    /// A prompt of these instructions without examples.
    #[must_use]
    pub fn system(text: &str) -> Self {
        Self {
            system: text.to_owned(),
            shots: Vec::new(),
        }
    }

    /// With one more example.
    #[must_use]
    pub fn shot(mut self, user: &str, assistant: &str) -> Self {
        self.shots.push(Shot {
            user: user.to_owned(),
            assistant: assistant.to_owned(),
        });
        self
    }

    /// Its messages, in order.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let mut messages = vec![Message::new(Role::System, &self.system)];
        for shot in &self.shots {
            messages.push(Message::new(Role::User, &shot.user));
            messages.push(Message::new(Role::Assistant, &shot.assistant));
        }
        messages
    }
}

/// Who speaks, by the names that all templates use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The instructions.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// What somebody says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who.
    pub role: Role,
    /// What.
    pub content: String,
}

impl Message {
    /// A message.
    #[must_use]
    pub fn new(role: Role, content: &str) -> Self {
        Self {
            role,
            content: content.to_owned(),
        }
    }
}
