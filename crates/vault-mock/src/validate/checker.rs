use serde_json::{Map, Value};

use super::violation::Violation;

/// Walks a body and remembers where it is.
#[derive(Default)]
pub(super) struct Checker {
    /// Whether members that the API does not describe are accepted everywhere.
    accepts_unknown: bool,
    pointer: String,
    violations: Vec<Violation>,
}

impl Checker {
    /// A checker that accepts members that the API does not describe.
    pub(super) fn lenient() -> Self {
        Self {
            accepts_unknown: true,
            ..Self::default()
        }
    }

    /// What was read, or every violation on the way.
    pub(super) fn finish<T>(self, read: T) -> Result<T, Vec<Violation>> {
        if self.violations.is_empty() {
            Ok(read)
        } else {
            Err(self.violations)
        }
    }

    /// Looks at a member if it is there.
    pub(super) fn member(
        &mut self,
        members: &Map<String, Value>,
        name: &str,
        look: impl FnOnce(&mut Self, &Value),
    ) {
        if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
            self.at(name, |checker| look(checker, value));
        }
    }

    /// Looks at a member that must be there.
    pub(super) fn required(
        &mut self,
        members: &Map<String, Value>,
        name: &str,
        look: impl FnOnce(&mut Self, &Value),
    ) {
        match members.get(name) {
            Some(value) => self.at(name, |checker| look(checker, value)),
            None => self.at(name, |checker| checker.violation("is required".to_owned())),
        }
    }

    pub(super) fn closed(&mut self, members: &Map<String, Value>, known: &[&str]) {
        if self.accepts_unknown {
            return;
        }
        for name in members
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
        {
            self.at(name, |checker| {
                checker.violation("is not a field of the API".to_owned());
            });
        }
    }

    pub(super) fn object(
        &mut self,
        value: &Value,
        look: impl FnOnce(&mut Self, &Map<String, Value>),
    ) {
        match value {
            Value::Object(members) => look(self, members),
            other => self.wrong_type("an object", other),
        }
    }

    pub(super) fn string(&mut self, value: &Value) {
        self.text(value);
    }

    pub(super) fn text<'a>(&mut self, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type("a string", value);
        }
        text
    }

    pub(super) fn boolean(&mut self, value: &Value) {
        if !value.is_boolean() {
            self.wrong_type("a boolean", value);
        }
    }

    pub(super) fn names(&mut self, list: &Value, problem: impl Fn(&str) -> Option<String>) {
        self.items(list, |checker, item| {
            if let Some(rule) = checker.text(item).and_then(&problem) {
                checker.violation(rule);
            }
        });
    }

    /// Looks at every item of an array.
    pub(super) fn items(&mut self, list: &Value, mut look: impl FnMut(&mut Self, &Value)) {
        let Value::Array(items) = list else {
            return self.wrong_type("an array", list);
        };
        for (index, item) in items.iter().enumerate() {
            self.at(&index.to_string(), |checker| look(checker, item));
        }
    }

    /// Goes one token down in the pointer, escaped as RFC 6901 §3 asks.
    pub(super) fn at(&mut self, token: &str, look: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        for character in token.chars() {
            match character {
                '~' => self.pointer.push_str("~0"),
                '/' => self.pointer.push_str("~1"),
                plain => self.pointer.push(plain),
            }
        }
        look(self);
        self.pointer.truncate(length);
    }

    fn wrong_type(&mut self, expected: &str, found: &Value) {
        let found = kind(found);
        self.violation(format!("must be {expected}, not {found}"));
    }

    /// Remembers a violation here. A body can hold very many; the first hundred say enough.
    pub(super) fn violation(&mut self, rule: String) {
        const LIMIT: usize = 100;
        if self.violations.len() < LIMIT {
            self.violations.push(Violation {
                pointer: self.pointer.clone(),
                rule,
            });
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
