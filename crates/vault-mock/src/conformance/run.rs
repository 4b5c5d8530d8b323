use std::{fmt, time::Duration};

use serde_json::{Value, json};
use vault_sessions::{Action, SessionCreated, SessionToken};

use super::{
    divergence::DivergenceError,
    known::Known,
    model::{Model, Prediction},
    step::{NewSession, Step, Switch},
    subject::{Listed, Refused, Subject},
};
use crate::{clock::AroundExpiry, connections::ConnectionId};

/// Does a sequence of steps to a subject, and compares every answer with the model.
///
/// Steps that the subject cannot do are left out, as are those of a session that could not be opened.
/// At the end every session lists its connections once more.
///
/// # Errors
///
/// The first answer that does not fit.
pub async fn run<S: Subject>(subject: &mut S, steps: &[Step]) -> Result<(), DivergenceError> {
    let mut run = Run {
        model: Model::new(subject.capabilities()),
        tokens: Vec::new(),
        done: Vec::new(),
    };
    for step in steps {
        if run.model.capabilities.can(step) {
            run.step(subject, step).await?;
        }
    }
    for session in 0..run.model.sessions() {
        run.step(subject, &Step::List { session }).await?;
    }
    Ok(())
}

struct Run {
    model: Model,
    tokens: Vec<Option<SessionToken>>,
    done: Vec<String>,
}

/// What the model says, and what was answered instead.
struct Mismatch {
    expected: String,
    answered: String,
}

impl Run {
    async fn step<S: Subject>(
        &mut self,
        subject: &mut S,
        step: &Step,
    ) -> Result<(), DivergenceError> {
        self.done.push(step.to_string());
        self.compare(subject, step).await.map_err(|mismatch| {
            let Mismatch { expected, answered } = mismatch;
            DivergenceError {
                steps: std::mem::take(&mut self.done),
                expected,
                answered,
            }
        })
    }

    async fn compare<S: Subject>(&mut self, subject: &mut S, step: &Step) -> Result<(), Mismatch> {
        match step {
            Step::Create(new) => self.create(subject, new).await,
            Step::List { session } => self.list(subject, *session).await,
            Step::Switch {
                session,
                connection,
                to,
            } => self.switch(subject, *session, connection, *to).await,
            Step::Ask { session, action } => self.ask(subject, *session, *action).await,
            Step::Advance(by) => {
                self.advance(subject, *by).await;
                Ok(())
            }
            Step::AdvanceToExpiry { session, instant } => {
                if self.token(*session).is_some()
                    && let Some(by) = self.until(*session, *instant)
                {
                    self.advance(subject, by).await;
                }
                Ok(())
            }
            Step::RotateKey { overlap } => {
                self.model.rotate_key(*overlap);
                subject.rotate_key(*overlap).await;
                Ok(())
            }
            Step::Restart => {
                self.model.restart();
                subject.restart().await;
                Ok(())
            }
            Step::Fail { status, times } => {
                self.model.fail(*status, *times);
                subject.fail(*status, *times).await;
                Ok(())
            }
        }
    }

    async fn create<S: Subject>(
        &mut self,
        subject: &mut S,
        new: &NewSession,
    ) -> Result<(), Mismatch> {
        let prediction = self.model.request(&new.consumer);
        let answer = subject.create(new).await;
        let Some(created) = agree(prediction, answer, || "a session".to_owned())? else {
            self.model.not_opened();
            self.tokens.push(None);
            return Ok(());
        };
        self.check(new, &created)?;
        self.model.opened(new);
        self.tokens.push(Some(created.token().clone()));
        Ok(())
    }

    fn check(&self, new: &NewSession, created: &SessionCreated) -> Result<(), Mismatch> {
        let token = created.token();
        let Ok(claims) = token.claims() else {
            return differs("a token that can be read", "one that cannot");
        };
        if created.uri().expose_secret().rsplit('/').next() != Some(token.expose_secret()) {
            return differs("a session URI that ends with the token", "another one");
        }
        same(
            "application_id",
            self.model.capabilities.app.as_str(),
            claims.application_id().as_str(),
        )?;
        same(
            "consumer_id",
            new.consumer.as_str(),
            claims.consumer_id().as_str(),
        )?;
        let lifetime = claims.lifetime().as_secs();
        same("exp - iat", u64::from(new.length.as_secs()), lifetime)?;
        if self.model.capabilities.clock.is_some() {
            let iat = humantime::format_rfc3339(claims.issued_at());
            let now = humantime::format_rfc3339(self.model.issued_at());
            same("iat", now.to_string(), iat.to_string())?;
        }
        let settings = claims.others().get("settings").unwrap_or(&Value::Null);
        same(
            "settings.session_length",
            json!(new.length),
            settings["session_length"].clone(),
        )?;
        same(
            "settings.allow_actions",
            json!(new.allow_actions),
            settings["allow_actions"].clone(),
        )
    }

    async fn list<S: Subject>(&mut self, subject: &mut S, session: usize) -> Result<(), Mismatch> {
        let Some(token) = self.token(session) else {
            return Ok(());
        };
        let prediction = self.model.request_with(session);
        let answer = subject.list(&token).await;
        let Some(all) = agree(prediction, answer, || "a list of connections".to_owned())? else {
            return Ok(());
        };
        for id in self.model.capabilities.connections.clone() {
            let Some(listed) = all.iter().find(|listed| listed.id == id) else {
                return differs(format!("{id} in the list"), "a list without it");
            };
            self.see(session, listed)?;
        }
        Ok(())
    }

    async fn switch<S: Subject>(
        &mut self,
        subject: &mut S,
        session: usize,
        id: &ConnectionId,
        to: Switch,
    ) -> Result<(), Mismatch> {
        let Some(token) = self.token(session) else {
            return Ok(());
        };
        let prediction = self.model.switching(session, id, to);
        let answer = subject.switch(&token, id, to).await;
        let Some(answer) = agree(prediction, answer, || format!("success: {to} {id}"))? else {
            return Ok(());
        };
        let known = self.model.connection(session, id).after(to);
        self.model.learn(session, id, known);
        match answer {
            None => Ok(()),
            Some(listed) if listed.id == *id => self.see(session, &listed),
            Some(listed) => differs(format!("{id}"), listed),
        }
    }

    /// Compares a connection with what is known of it, and remembers what was not known.
    fn see(&mut self, session: usize, listed: &Listed) -> Result<(), Mismatch> {
        let id = &listed.id;
        let known = self.model.connection(session, id);
        if !known.fits(listed) {
            let consumer = self.model.consumer(session).as_str();
            return differs(format!("{id} of {consumer} is {known}"), listed);
        }
        self.model.learn(session, id, Known::of(listed));
        Ok(())
    }

    async fn ask<S: Subject>(
        &mut self,
        subject: &mut S,
        session: usize,
        action: Action,
    ) -> Result<(), Mismatch> {
        let Some(token) = self.token(session) else {
            return Ok(());
        };
        let verdict = subject.ask(&token, action).await;
        same("the verdict", self.model.verdict(session, action), verdict)
    }

    async fn advance<S: Subject>(&mut self, subject: &mut S, by: Duration) {
        self.model.advance(by);
        subject.advance(by).await;
    }

    fn until(&self, session: usize, instant: AroundExpiry) -> Option<Duration> {
        let (before, after) = match instant {
            AroundExpiry::Before(by) => (by, Duration::ZERO),
            AroundExpiry::At => (Duration::ZERO, Duration::ZERO),
            AroundExpiry::After(by) => (Duration::ZERO, by),
        };
        self.model.until_expiry(session, before, after)
    }

    fn token(&self, session: usize) -> Option<SessionToken> {
        self.tokens.get(session).cloned().flatten()
    }
}

/// Compares what was predicted with what was answered; returns the answer if it is a success.
fn agree<T>(
    prediction: Prediction,
    answer: Result<T, Refused>,
    success: impl Fn() -> String,
) -> Result<Option<T>, Mismatch> {
    let answered = match &answer {
        Ok(_) => success(),
        Err(refused) => refused.to_string(),
    };
    let is_refusal = |status| answer.as_ref().err() == Some(&Refused::Status(status));
    let expected = match prediction {
        Prediction::Success if answer.is_ok() => return Ok(answer.ok()),
        Prediction::Either(status, _) if answer.is_ok() || is_refusal(status) => {
            return Ok(answer.ok());
        }
        Prediction::Failure(status, _) if is_refusal(status) => return Ok(None),
        Prediction::Success => success(),
        Prediction::Failure(status, because) => format!("{}: {because}", status.as_u16()),
        Prediction::Either(status, because) => {
            format!("success, or {}: {because}", status.as_u16())
        }
    };
    Err(Mismatch { expected, answered })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "most of them are made for this"
)]
fn same<T: PartialEq + fmt::Display>(what: &str, expected: T, answered: T) -> Result<(), Mismatch> {
    if expected == answered {
        return Ok(());
    }
    differs(format!("{what} is {expected}"), answered)
}

fn differs(expected: impl fmt::Display, answered: impl fmt::Display) -> Result<(), Mismatch> {
    Err(Mismatch {
        expected: expected.to_string(),
        answered: answered.to_string(),
    })
}
