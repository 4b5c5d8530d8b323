//! From what a service answers to the settings with which a mock answers alike.

use vault_sessions::AppId;

use super::{
    asker::InProcessMock,
    caller::Caller,
    decided::{RULES, Rule},
    exam::{Exam, ExamOutcome},
    question::Question,
};
use crate::{
    builder::VaultBuilder,
    connections::{ConnectionId, ConnectionState},
    rules::Setting,
    vault::Vault,
};

/// A setting with a value, both as texts.
pub(super) type Edit = (&'static str, String);

/// Questions that were asked, and what the service did.
pub(super) type Asked<'a> = [(&'static Question, &'a str)];

/// Finds the settings with which most answers are the same; of two values that fit as well, the
/// default stays.
///
/// Questions that take many requests, or large ones, are left out while the settings are looked for that
/// have nothing to do with them.
pub(super) async fn settings(caller: &Caller, asked: &Asked<'_>) -> Vec<Edit> {
    let is_quick = |question: Option<&Question>| question.is_none_or(|asked| !asked.is_costly());
    let quick = asked.iter().copied();
    let quick: Vec<_> = quick
        .filter(|(question, _)| is_quick(Some(question)))
        .collect();
    let (quick_rules, others): (Vec<_>, Vec<_>) = RULES
        .iter()
        .partition(|(_, rule)| is_quick(rule.question().and_then(Question::named)));
    let edits = search(caller, &quick, &quick_rules, Vec::new()).await;
    search(caller, asked, &others, edits).await
}

async fn search(
    caller: &Caller,
    asked: &Asked<'_>,
    rules: &[&(&'static str, Rule)],
    mut edits: Vec<Edit>,
) -> Vec<Edit> {
    let mut open = differing(caller, asked, &edits).await;
    // One value may only show when another is right; each round gets one of them right.
    for _ in rules {
        let before = open.len();
        for (name, rule) in rules {
            for value in candidates(*rule, asked, caller) {
                if open.is_empty() {
                    return edits;
                }
                let mut changed = edits.clone();
                changed.retain(|(known, _)| known != name);
                if !is_default(name, &value) {
                    changed.push((*name, value));
                }
                // Most values make no difference to what is open; the first question opens the session.
                let mut narrow = open.clone();
                if let Some(first) = asked.first().filter(|first| !open.contains(first)) {
                    narrow.insert(0, *first);
                }
                if differing(caller, &narrow, &changed).await.len() >= open.len() {
                    continue;
                }
                let still = differing(caller, asked, &changed).await;
                if still.len() < open.len() {
                    (open, edits) = (still, changed);
                }
            }
        }
        if open.len() == before {
            break;
        }
    }
    edits
}

fn is_default(name: &str, value: &str) -> bool {
    Setting::named(name).is_some_and(|setting| setting.default_text().as_deref() == Some(value))
}

fn candidates(rule: Rule, asked: &Asked<'_>, caller: &Caller) -> Vec<String> {
    match rule {
        Rule::Values(values) => values.iter().map(|value| (*value).to_owned()).collect(),
        Rule::Read(question, read) => {
            let observed = asked.iter().find(|(asked, _)| asked.name() == question);
            let value = observed.and_then(|(_, observed)| read(observed));
            // The app is what the caller says, whatever is observed.
            let value = value.map(|value| {
                if value.is_empty() {
                    caller.app.as_str().to_owned()
                } else {
                    value
                }
            });
            value.into_iter().collect()
        }
        Rule::Never(_) => Vec::new(),
    }
}

/// The questions that a mock with these settings answers in another way.
async fn differing<'a>(
    caller: &Caller,
    asked: &Asked<'a>,
    edits: &[Edit],
) -> Vec<(&'static Question, &'a str)> {
    let answers = answers(caller, asked, edits).await;
    let both = asked.iter().copied().zip(answers);
    both.filter(|((_, observed), answer)| answer.as_deref() != Some(observed))
        .map(|(asked, _)| asked)
        .collect()
}

/// What a mock with these settings answers; `None` where it cannot be asked.
pub(super) async fn answers(
    caller: &Caller,
    asked: &Asked<'_>,
    edits: &[Edit],
) -> Vec<Option<String>> {
    let vault = builder(edits).build();
    let caller = Caller {
        base: "http://vault.invalid".parse().expect("it is a base URI"),
        key: vault.api_key().clone(),
        connection: caller.connection.as_ref().map(|_| switched_on(&vault)),
        ..caller.clone()
    };
    let mut mock = InProcessMock(vault);
    let mut exam = Exam::new(&mut mock, caller, || {});
    let mut answers = Vec::new();
    for (question, _) in asked {
        let outcome = exam.ask(question).await;
        answers.push(match outcome {
            Ok(ExamOutcome::Observed(text)) => Some(text),
            Ok(ExamOutcome::NotAsked(_)) | Err(_) => None,
        });
    }
    answers
}

/// A connection of the mock that can be switched off.
fn switched_on(vault: &Vault) -> ConnectionId {
    let connections = vault.seeded_connections().iter();
    let mut callable =
        connections.filter(|connection| connection.state() == ConnectionState::Callable);
    let connection = callable.next().expect("a mock begins with callable ones");
    connection.id().clone()
}

fn builder(edits: &[Edit]) -> VaultBuilder {
    edits
        .iter()
        .fold(Vault::builder(), |builder, (name, value)| {
            match (Setting::named(name), AppId::new(value.clone())) {
                (Some(setting), _) => {
                    let set = builder.clone().setting(setting, value);
                    // A service may name a value that no mock can have.
                    set.unwrap_or(builder)
                }
                (None, Ok(app)) => builder.app_id(app),
                (None, Err(_)) => builder,
            }
        })
}
