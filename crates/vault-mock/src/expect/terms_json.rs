use serde_json::{Value, json};

use super::{condition::Condition, expectation::Terms, unmet::UnmetError};

impl Terms {
    /// What `POST /expectations/check` reads. It has one place for each condition: two in the same
    /// place would contradict each other, or be the same.
    pub(crate) fn to_json(&self) -> Value {
        let times = self.times;
        let mut members = json!({ "name": self.name, "least": times.least, "most": times.most });
        for condition in self.matching.conditions() {
            match condition {
                Condition::Method(method) => members["method"] = method.as_str().into(),
                Condition::Path(path) => members["path"] = path.as_str().into(),
                Condition::Created => members["outcome"] = "session_created".into(),
                Condition::App(id) => members["app_id"] = id.as_str().into(),
                Condition::Consumer(id) => members["consumer_id"] = id.as_str().into(),
                Condition::Header(name, Some(value)) => {
                    members["headers"][name.to_ascii_lowercase()] = value.as_str().into();
                }
                Condition::Header(name, None) => push(&mut members["no_headers"], name),
                Condition::Body(pointer, Some(value)) => {
                    members["body"][pointer.as_str()] = value.clone();
                }
                Condition::Body(pointer, None) => push(&mut members["no_body"], pointer),
                Condition::Actions(actions) => members["allow_actions"] = json!(actions),
                Condition::Status(status) => members["status"] = (*status).into(),
            }
        }
        members
    }
}

impl UnmetError {
    /// A failure that another mock told of, or the reason why it could not be asked.
    pub(crate) fn told(text: String) -> Self {
        Self(text)
    }
}

fn push(list: &mut Value, text: &str) {
    match list {
        Value::Array(texts) => texts.push(text.into()),
        list => *list = json!([text]),
    }
}
