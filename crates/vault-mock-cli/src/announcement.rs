use serde_json::{Map, Value};

/// The first line on standard output: one JSON object.
#[derive(Default)]
pub(crate) struct Announcement(Map<String, Value>);

impl Announcement {
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(crate) fn line(self) -> String {
        Value::Object(self.0).to_string()
    }
}
