//! The notation of faults: steps between commas, terms between semicolons, `name` or `name=value`.
//!
//! A value that holds a comma or semicolon is written as a JSON string.

use super::{
    effect::Effect,
    invalid::{FaultProblem, InvalidFault},
    text::KNOWN,
};

/// The steps of a text, not understood yet.
pub(super) struct Steps(pub(super) Vec<StepTerms>);

/// The terms of one step that have not been taken yet.
pub(super) struct StepTerms {
    pub(super) terms: Vec<Term>,
    pub(super) end: usize,
}

pub(super) struct Term {
    pub(super) name: String,
    pub(super) value: Option<String>,
    pub(super) position: usize,
}

impl Steps {
    pub(super) fn read(text: &str) -> Result<Self, InvalidFault> {
        let mut steps = Vec::new();
        let mut terms = Vec::new();
        let mut position = 0;
        let mut last = None;
        loop {
            let (term, after) = Term::read(text, position)?;
            let separator = text.as_bytes().get(after);
            if term.name.is_empty() {
                return Err(term.problem(term.missing(last, separator)));
            }
            last = separator;
            terms.push(term);
            if separator != Some(&b';') {
                let terms = std::mem::take(&mut terms);
                steps.push(StepTerms { terms, end: after });
            }
            if separator.is_none() {
                return Ok(Self(steps));
            }
            position = after + 1;
        }
    }

    pub(super) fn only(self) -> Result<StepTerms, InvalidFault> {
        let mut steps = self.0.into_iter();
        let first = steps.next().expect("a text has at least one step");
        match steps.next() {
            None => Ok(first),
            Some(_) => Err(FaultProblem::new("a single fault has no comma").at(first.end)),
        }
    }
}

impl StepTerms {
    /// Takes the term of this name out.
    pub(super) fn take(&mut self, name: &str) -> Option<Term> {
        let index = self.terms.iter().position(|term| term.name == name)?;
        Some(self.terms.remove(index))
    }
}

impl Term {
    /// Reads the term at a position, and says where it ends.
    fn read(text: &str, start: usize) -> Result<(Self, usize), InvalidFault> {
        let rest = &text[start..];
        let position = start + rest.len() - rest.trim_start().len();
        let rest = &text[position..];
        let name_length = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let name = rest[..name_length].trim_end().to_owned();
        let mut after = position + name_length;
        let mut value = None;
        if text[after..].starts_with('=') {
            let (read, end) = read_value(text, after + 1)?;
            (value, after) = (Some(read), end);
        }
        let term = Self {
            name,
            value,
            position,
        };
        Ok((term, after))
    }

    /// What is missing where there is no name, between two separators.
    fn missing(&self, before: Option<&u8>, after: Option<&u8>) -> String {
        if self.value.is_some() {
            return "a name is missing before the `=`".to_owned();
        }
        let [before, after] = [before, after].map(|byte| byte.copied().map(char::from));
        match (before, after) {
            (None, None) => format!("it is empty; known are: {KNOWN}"),
            (None, Some(after)) => format!("nothing stands before the `{after}`"),
            (Some(before), None) => format!("nothing follows the `{before}`"),
            (Some(before), Some(after)) if before == after => {
                format!("nothing stands between the two `{before}`")
            }
            (Some(before), Some(after)) => {
                format!("nothing stands between `{before}` and `{after}`")
            }
        }
    }

    pub(super) fn value(&self) -> Result<&str, InvalidFault> {
        let missing = || self.problem(format!("`{0}` needs a value: {0}=…", self.name));
        self.value.as_deref().ok_or_else(missing)
    }

    pub(super) fn parsed<T>(
        &self,
        read: impl FnOnce(&str) -> Result<T, FaultProblem>,
    ) -> Result<T, InvalidFault> {
        let value = self.value()?;
        read(value).map_err(|problem| {
            let holds_option = value.contains(char::is_whitespace) && value.contains('=');
            let problem = if holds_option {
                problem.and("; separate options with `;`")
            } else {
                problem
            };
            problem.at(self.position)
        })
    }

    pub(super) fn bare(&self, effect: Effect) -> Result<Effect, InvalidFault> {
        match self.value {
            None => Ok(effect),
            Some(_) => Err(self.problem(format!("`{}` takes no value", self.name))),
        }
    }

    pub(super) fn problem(&self, problem: String) -> InvalidFault {
        FaultProblem::new(problem).at(self.position)
    }
}

fn read_value(text: &str, start: usize) -> Result<(String, usize), InvalidFault> {
    let rest = &text[start..];
    let start = start + rest.len() - rest.trim_start().len();
    let rest = &text[start..];
    if !rest.starts_with('"') {
        let length = rest.find([';', ',']).unwrap_or(rest.len());
        return Ok((rest[..length].trim_end().to_owned(), start + length));
    }
    let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let Some(Ok(value)) = strings.next() else {
        return Err(FaultProblem::new("a quoted value is a JSON string").at(start));
    };
    let end = start + strings.byte_offset();
    let rest = &text[end..];
    let after = end + rest.len() - rest.trim_start().len();
    match text.as_bytes().get(after) {
        None | Some(b';' | b',') => Ok((value, after)),
        Some(_) => {
            Err(FaultProblem::new("after a quoted value comes `;`, `,` or the end").at(after))
        }
    }
}
