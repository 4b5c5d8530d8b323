use super::{
    json::{Json, Object},
    violation::BodyViolation,
};

/// Reads the members of an object one by one, remembers where it is, and collects whatever is wrong.
///
/// A member is known once it was asked for: [`closed`](Self::closed) refuses the others.
pub(crate) struct Checker<'a> {
    /// Whether members that nobody asked for are accepted everywhere.
    accepts_unknown: bool,
    members: &'a Object<'a>,
    /// Of this object those from `asked_from` on, before them those of the objects around it.
    asked: Vec<&'a str>,
    asked_from: usize,
    /// Of the first 64 members those that were asked for, a bit for each.
    found: u64,
    path: Vec<Step<'a>>,
    violations: Vec<BodyViolation>,
}

/// As many as are asked for at a time, about.
const FIELDS: usize = 32;

/// One token of a JSON pointer.
#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

impl<'a> Checker<'a> {
    pub(crate) fn new(members: &'a Object<'a>) -> Self {
        Self {
            accepts_unknown: false,
            members,
            asked: Vec::with_capacity(FIELDS),
            asked_from: 0,
            found: 0,
            path: Vec::new(),
            violations: Vec::new(),
        }
    }

    pub(super) fn accept_unknown(&mut self) {
        self.accepts_unknown = true;
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_content(&self) -> bool {
        self.violations.is_empty()
    }

    /// What was read, or every violation on the way.
    pub(crate) fn finish<T>(self, read: T) -> Result<T, Vec<BodyViolation>> {
        if self.is_content() {
            Ok(read)
        } else {
            Err(self.violations)
        }
    }

    /// A member as it is, if it is there.
    pub(crate) fn value(&mut self, name: &'a str) -> Option<&'a Json<'a>> {
        self.asked.push(name);
        let (index, value) = self.members.find(name)?;
        if index < 64 {
            self.found |= 1 << index;
        }
        Some(value)
    }

    /// Reads a member that may be absent or null.
    pub(crate) fn member<T>(
        &mut self,
        name: &'a str,
        read: impl FnOnce(&mut Self, &'a Json<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name).filter(|value| !value.is_null())?;
        self.at(Step::Member(name), |checker| read(checker, value))
    }

    /// Reads a member that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &'a str,
        read: impl FnOnce(&mut Self, &'a Json<'a>) -> Option<T>,
    ) -> Option<T> {
        if let Some(value) = self.value(name) {
            self.at(Step::Member(name), |checker| read(checker, value))
        } else {
            self.refuse(name, "is required".to_owned());
            None
        }
    }

    /// Refuses the members that were not asked for.
    pub(crate) fn closed(&mut self) {
        let are_all_known = self.found.count_ones() as usize == self.members.names().len();
        if self.accepts_unknown || are_all_known {
            return;
        }
        for name in self.members.names() {
            if !self.asked[self.asked_from..].contains(&name) {
                self.refuse(name, "is not a field of the API".to_owned());
            }
        }
    }

    /// Reads the members of an object within this one.
    pub(super) fn object<T>(
        &mut self,
        value: &'a Json<'a>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let Json::Object(members) = value else {
            return self.wrong_type("an object", value);
        };
        let outer = (self.members, self.asked_from, self.found);
        (self.members, self.asked_from, self.found) = (members, self.asked.len(), 0);
        let read = read(self);
        self.asked.truncate(self.asked_from);
        (self.members, self.asked_from, self.found) = outer;
        Some(read)
    }

    /// Any object.
    pub(super) fn any_object(&mut self, value: &'a Json<'a>) -> Option<&'a Object<'a>> {
        self.object(value, |checker| checker.members)
    }

    pub(super) fn string(&mut self, value: &'a Json<'a>) -> Option<&'a str> {
        value
            .as_str()
            .or_else(|| self.wrong_type("a string", value))
    }

    pub(super) fn boolean(&mut self, value: &'a Json<'a>) -> Option<bool> {
        let flag = value.as_bool();
        flag.or_else(|| self.wrong_type("a boolean", value))
    }

    /// Reads every item of an array.
    pub(super) fn items<T>(
        &mut self,
        list: &'a Json<'a>,
        mut read: impl FnMut(&mut Self, &'a Json<'a>) -> Option<T>,
    ) -> Option<()> {
        let Json::Array(items) = list else {
            return self.wrong_type("an array", list);
        };
        for (index, item) in items.iter().enumerate() {
            self.at(Step::Item(index), |checker| read(checker, item));
        }
        Some(())
    }

    /// Remembers a violation here. A body can hold very many; the first hundred say enough.
    pub(crate) fn violation(&mut self, rule: String) {
        const LIMIT: usize = 100;
        if self.violations.len() < LIMIT {
            self.violations.push(BodyViolation {
                pointer: pointer(&self.path),
                rule,
            });
        }
    }

    /// Remembers a violation at a member.
    pub(crate) fn refuse(&mut self, name: &'a str, rule: String) {
        self.at(Step::Member(name), |checker| checker.violation(rule));
    }

    fn at<T>(&mut self, step: Step<'a>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let read = read(self);
        self.path.pop();
        read
    }

    fn wrong_type<T>(&mut self, expected: &str, found: &Json<'_>) -> Option<T> {
        let found = kind(found);
        self.violation(format!("must be {expected}, not {found}"));
        None
    }
}

/// The name of a member as a token of a JSON pointer (RFC 6901 §3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// As a JSON pointer, its names escaped.
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
