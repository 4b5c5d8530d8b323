use super::{
    json::{Json, Object},
    violation::BodyViolation,
};

/// Walks a body and remembers where it is.
#[derive(Default)]
pub(super) struct Checker<'a> {
    /// Whether members that the API does not describe are accepted everywhere.
    accepts_unknown: bool,
    path: Vec<Step<'a>>,
    violations: Vec<BodyViolation>,
}

/// One token of a JSON pointer.
#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

impl<'a> Checker<'a> {
    /// A checker that accepts members that the API does not describe.
    pub(super) fn lenient() -> Self {
        Self {
            accepts_unknown: true,
            ..Self::default()
        }
    }

    /// What was read, or every violation on the way.
    pub(super) fn finish<T>(self, read: T) -> Result<T, Vec<BodyViolation>> {
        if self.violations.is_empty() {
            Ok(read)
        } else {
            Err(self.violations)
        }
    }

    /// Looks at a member if it is there.
    pub(super) fn member(
        &mut self,
        members: &'a Object<'a>,
        name: &'a str,
        look: impl FnOnce(&mut Self, &'a Json<'a>),
    ) {
        if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
            self.at(Step::Member(name), |checker| look(checker, value));
        }
    }

    /// Looks at a member that must be there.
    pub(super) fn required(
        &mut self,
        members: &'a Object<'a>,
        name: &'a str,
        look: impl FnOnce(&mut Self, &'a Json<'a>),
    ) {
        match members.get(name) {
            Some(value) => self.at(Step::Member(name), |checker| look(checker, value)),
            None => self.at(Step::Member(name), |checker| {
                checker.violation("is required".to_owned());
            }),
        }
    }

    pub(super) fn closed(&mut self, members: &'a Object<'a>, is_known: impl Fn(&str) -> bool) {
        if self.accepts_unknown {
            return;
        }
        for name in members.names().filter(|name| !is_known(name)) {
            self.at(Step::Member(name), |checker| {
                checker.violation("is not a field of the API".to_owned());
            });
        }
    }

    pub(super) fn object(
        &mut self,
        value: &'a Json<'a>,
        look: impl FnOnce(&mut Self, &'a Object<'a>),
    ) {
        match value {
            Json::Object(members) => look(self, members),
            other => self.wrong_type("an object", other),
        }
    }

    pub(super) fn string(&mut self, value: &'a Json<'a>) {
        self.text(value);
    }

    pub(super) fn text(&mut self, value: &'a Json<'a>) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type("a string", value);
        }
        text
    }

    pub(super) fn boolean(&mut self, value: &'a Json<'a>) {
        if value.as_bool().is_none() {
            self.wrong_type("a boolean", value);
        }
    }

    pub(super) fn names(&mut self, list: &'a Json<'a>, problem: impl Fn(&str) -> Option<String>) {
        self.items(list, |checker, item| {
            if let Some(rule) = checker.text(item).and_then(&problem) {
                checker.violation(rule);
            }
        });
    }

    /// Looks at every item of an array.
    pub(super) fn items(
        &mut self,
        list: &'a Json<'a>,
        mut look: impl FnMut(&mut Self, &'a Json<'a>),
    ) {
        let Json::Array(items) = list else {
            return self.wrong_type("an array", list);
        };
        for (index, item) in items.iter().enumerate() {
            self.at(Step::Item(index), |checker| look(checker, item));
        }
    }

    fn at(&mut self, step: Step<'a>, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }

    fn wrong_type(&mut self, expected: &str, found: &Json<'_>) {
        let found = kind(found);
        self.violation(format!("must be {expected}, not {found}"));
    }

    /// Remembers a violation here. A body can hold very many; the first hundred say enough.
    pub(super) fn violation(&mut self, rule: String) {
        const LIMIT: usize = 100;
        if self.violations.len() < LIMIT {
            self.violations.push(BodyViolation {
                pointer: pointer(&self.path),
                rule,
            });
        }
    }
}

/// The name of a member as a token of a JSON pointer (RFC 6901 §3).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &[Step<'_>]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Member(name) => format!("/{}", escaped(name)),
        Step::Item(index) => format!("/{index}"),
    });
    steps.collect()
}

fn kind(value: &Json<'_>) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}
