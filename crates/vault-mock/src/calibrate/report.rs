use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{calibration::Heard, config_file, deduce::Edit, question::Question, table};

/// What a service did, and how a mock is made to do the same.
///
/// It is made to be kept: as JSON it is a small file without keys, tokens and IDs of consumers, which
/// [`changes_since`](Self::changes_since) compares with a later one. `Display` is a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    questions: Vec<Row>,
    settings: Vec<FoundSetting>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock_offset_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

/// A question, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// The name of the question.
    pub question: String,
    /// What the service did; `None` if it was not asked, or did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What a mock does whose settings are the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock_by_default: Option<String>,
    /// What a mock does with the [settings](Report::settings) that were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock_as_configured: Option<String>,
    /// The settings without which the mock would not agree here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// Why the service was not asked, or why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<String>,
}

/// A setting that makes a mock answer like the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FoundSetting {
    /// Its name, as in [`Setting::name`](crate::Setting::name), or `app_id`.
    pub name: String,
    /// Its value as a text.
    pub value: String,
    /// The questions that it is decided by.
    pub questions: Vec<String>,
}

/// A question that a service answers in another way than before. `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The name of the question.
    pub question: String,
    /// What the service did before.
    pub before: String,
    /// What it does now.
    pub now: String,
}

impl Report {
    pub(super) fn new(
        heard: &[(&'static Question, Heard)],
        edits: &[Edit],
        [by_default, configured]: [Vec<Option<String>>; 2],
        without_one: &[Vec<Option<String>>],
        stopped: Option<String>,
        clock_offset_seconds: Option<i64>,
    ) -> Self {
        let mut observed = 0;
        let rows = heard.iter().map(|(question, heard)| {
            let name = question.name();
            match heard {
                Heard::NotAsked(why) => Row::not_asked(name, why.clone()),
                Heard::NoAnswer(why) => Row::not_asked(name, format!("no answer: {why}")),
                Heard::Observed(service) => {
                    let at = observed;
                    observed += 1;
                    let service = Some(service.clone());
                    let agrees = configured[at] == service;
                    let needed = edits
                        .iter()
                        .zip(without_one)
                        .filter(|(_, without)| agrees && without[at] != service);
                    Row {
                        question: name.to_owned(),
                        mock_by_default: by_default[at].clone(),
                        mock_as_configured: configured[at].clone(),
                        settings: needed.map(|((name, _), _)| (*name).to_owned()).collect(),
                        service,
                        not_asked: None,
                    }
                }
            }
        });
        let questions: Vec<Row> = rows.collect();
        let settings = edits.iter().map(|(name, value)| FoundSetting {
            name: (*name).to_owned(),
            value: value.clone(),
            questions: questions
                .iter()
                .filter(|row| row.settings.iter().any(|needed| needed == name))
                .map(|row| row.question.clone())
                .collect(),
        });
        Self {
            settings: settings.collect(),
            questions,
            clock_offset_seconds,
            stopped,
        }
    }

    /// A row for each question, in the order in which they were asked.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.questions
    }

    /// The settings that make a mock answer like the service; those that stay at their defaults are
    /// left out.
    #[must_use]
    pub fn settings(&self) -> &[FoundSetting] {
        &self.settings
    }

    /// How many seconds the service's clock is ahead of this machine's; negative if it is behind.
    #[must_use]
    pub fn clock_offset_seconds(&self) -> Option<i64> {
        self.clock_offset_seconds
    }

    /// Why not everything was asked, if that is so.
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Whether a mock with the settings found answers every question that was asked like the service.
    #[must_use]
    pub fn is_agreement(&self) -> bool {
        !self.questions.iter().any(Row::differs)
    }

    /// The settings as a configuration file for `vault-mock serve --config`.
    ///
    /// Comments say which answers each line comes from, and where the mock differs all the same.
    #[must_use]
    pub fn to_toml(&self) -> String {
        config_file::write(self)
    }

    /// What the service answers in another way than it did when another report was made. Questions
    /// that are not answered in both are left out.
    #[must_use]
    pub fn changes_since(&self, kept: &Self) -> Vec<Change> {
        let before = kept.questions.iter();
        let before = before.filter_map(|row| Some((&row.question, row.service.as_ref()?)));
        let before: BTreeMap<_, _> = before.collect();
        let changes = self.questions.iter().filter_map(|row| {
            let now = row.service.as_ref()?;
            let before = before.get(&row.question).filter(|before| **before != now)?;
            Some(Change {
                question: row.question.clone(),
                before: (*before).clone(),
                now: now.clone(),
            })
        });
        changes.collect()
    }
}

impl Row {
    fn not_asked(question: &str, why: String) -> Self {
        Self {
            question: question.to_owned(),
            service: None,
            mock_by_default: None,
            mock_as_configured: None,
            settings: Vec::new(),
            not_asked: Some(why),
        }
    }

    /// Whether a mock with the settings found answers in another way than the service did.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.service.is_some() && self.service != self.mock_as_configured
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::write(self, formatter)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            question,
            before,
            now,
        } = self;
        write!(
            formatter,
            "the service changed: {question}: it was `{before}`, and is `{now}`"
        )
    }
}
