use std::borrow::Cow;

use super::problem::{AdminProblem, Wrong};

/// The parameters of a query, taken one by one; whatever is wrong is collected.
pub(super) struct Query<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    wrong: Vec<Wrong>,
}

impl<'a> Query<'a> {
    pub(super) fn of(query: Option<&'a str>) -> Self {
        let parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self {
            parameters: parameters.collect(),
            wrong: Vec::new(),
        }
    }

    /// The value of a parameter as text; `None` if it is absent.
    pub(super) fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let position = self
            .parameters
            .iter()
            .position(|(known, _)| known == name)?;
        let (_, value) = self.parameters.swap_remove(position);
        if self.parameters.iter().any(|(other, _)| other == name) {
            self.wrong.push(Wrong::parameter(name, "it is given twice"));
            self.parameters.retain(|(other, _)| other != name);
        }
        Some(value)
    }

    /// The value of a parameter that is not any text; `rule` completes "it must be".
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        rule: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(&self.text(name)?);
        if value.is_none() {
            self.wrong
                .push(Wrong::parameter(name, format!("it must be {rule}")));
        }
        value
    }

    /// A text that `check` may refuse, by the reason that it gives.
    pub(super) fn checked<T>(
        &mut self,
        name: &str,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Cow<'a, str>> {
        let value = self.text(name)?;
        match check(&value) {
            Ok(_) => Some(value),
            Err(why) => {
                self.wrong.push(Wrong::parameter(name, why));
                None
            }
        }
    }

    /// As [`parsed`](Self::parsed), of a parameter that must be there.
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        rule: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.parameters.iter().all(|(known, _)| known != name) {
            self.wrong.push(Wrong::parameter(name, "it is missing"));
        }
        self.parsed(name, rule, read)
    }

    /// What was read, unless anything was wrong.
    pub(super) fn finish_with<T>(self, read: Option<T>) -> Result<T, AdminProblem> {
        self.finish()?;
        read.ok_or_else(|| AdminProblem::invalid(Vec::new()))
    }

    /// Refuses parameters that nobody took.
    pub(super) fn finish(mut self) -> Result<(), AdminProblem> {
        for (name, _) in &self.parameters {
            self.wrong
                .push(Wrong::parameter(name, "no such parameter is known here"));
        }
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(AdminProblem::invalid(self.wrong))
        }
    }
}
