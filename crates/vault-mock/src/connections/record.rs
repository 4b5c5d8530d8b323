use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value};

/// What the service keeps of a connection that a consumer has added.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) enabled: bool,
    pub(crate) credentials: Credentials,
    pub(crate) settings: Map<String, Value>,
    pub(crate) metadata: Map<String, Value>,
    /// The defaults of configurable resources, by resource.
    pub(crate) configuration: BTreeMap<String, Value>,
    /// Values by the ID of their target field.
    pub(crate) custom_mappings: BTreeMap<String, Value>,
    pub(crate) consents: Vec<Value>,
    pub(crate) created_at: Option<SystemTime>,
    pub(crate) updated_at: Option<SystemTime>,
}

/// What has become of the credentials. Those of a service without OAuth are in the settings, and
/// count as stored until they turn out not to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    Missing,
    /// OAuth is done, and its confirmation is awaited.
    Unconfirmed,
    Stored,
    Refused,
    Revoked,
}

impl Record {
    pub(crate) fn new() -> Self {
        Self {
            enabled: true,
            credentials: Credentials::Missing,
            settings: Map::new(),
            metadata: Map::new(),
            configuration: BTreeMap::new(),
            custom_mappings: BTreeMap::new(),
            consents: Vec::new(),
            created_at: None,
            updated_at: None,
        }
    }

    /// Whether a setting has a value that counts.
    pub(crate) fn has(&self, setting: &str) -> bool {
        match self.settings.get(setting) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(_) => true,
        }
    }

    /// Bytes of what callers can put here, as JSON.
    pub(crate) fn size(&self) -> usize {
        let parts = [
            serde_json::to_vec(&self.settings),
            serde_json::to_vec(&self.metadata),
            serde_json::to_vec(&self.configuration),
            serde_json::to_vec(&self.custom_mappings),
            serde_json::to_vec(&self.consents),
        ];
        let lengths = parts
            .into_iter()
            .map(|json| json.map_or(0, |json| json.len()));
        lengths.sum()
    }

    /// About how many bytes of memory it takes beyond its own size.
    pub(super) fn heap(&self) -> usize {
        let maps = [&self.settings, &self.metadata].map(members);
        let values = self.configuration.iter().chain(&self.custom_mappings);
        let values = values.map(|(name, value)| ENTRY + name.capacity() + heap(value));
        let consents = self.consents.iter();
        let consents = consents.map(|consent| size_of::<Value>() + heap(consent));
        maps.into_iter().chain(values).chain(consents).sum()
    }

    pub(crate) fn touch(&mut self, now: SystemTime) {
        self.created_at.get_or_insert(now);
        self.updated_at = Some(now);
    }
}

/// A member of an object in a node of a tree that is half full.
const ENTRY: usize = 2 * size_of::<(String, Value)>();

/// The least that the node of a tree takes: room for eleven members.
const NODE: usize = 11 * size_of::<(String, Value)>();

fn heap(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.capacity(),
        Value::Array(items) => {
            items.capacity() * size_of::<Value>() + items.iter().map(heap).sum::<usize>()
        }
        Value::Object(object) => members(object),
    }
}

fn members(object: &Map<String, Value>) -> usize {
    if object.is_empty() {
        return 0;
    }
    let members = object.iter();
    let members = members.map(|(name, value)| ENTRY + name.capacity() + heap(value));
    NODE.max(members.sum())
}

/// Milliseconds since the epoch, as connections count time.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}
