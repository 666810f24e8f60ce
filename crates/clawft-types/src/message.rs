//! What is said in a conversation.

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize};

use crate::json::deserialize_name;

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A message from `role`.
    #[must_use]
    pub fn new(role: Role, content: String) -> Self {
        Self { role, content }
    }
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The config's system prompt.
    System,
    /// The person.
    User,
    /// The provider.
    Assistant,
}

impl Role {
    const ALL: [Self; 3] = [Self::System, Self::User, Self::Assistant];
    const NAMES: &[&str] = &["system", "user", "assistant"];
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::ALL[deserialize_name(deserializer, Self::NAMES)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_by_the_name_it_is_written_with() {
        assert_eq!(Role::ALL.len(), Role::NAMES.len());
        for role in Role::ALL {
            let json = serde_json::to_string(&role).expect("writes");
            assert_eq!(serde_json::from_str::<Role>(&json).expect("reads"), role);
        }
    }
}
