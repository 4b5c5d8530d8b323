use std::time::Duration;

use http::StatusCode;
use proptest::{collection::vec, option, prelude::*, sample::select, strategy::Union};
use vault_sessions::{Action, ActionSet, SessionLength};

use super::{
    capabilities::Capabilities,
    step::{NewSession, Step, Switch},
};
use crate::clock::AroundExpiry;

/// Sequences of up to 40 steps that a subject with these capabilities can do.
///
/// They lean towards what goes wrong at borders: short sessions, the instants around an expiry, keys
/// at the end of their overlap. They shrink to fewer steps, and to earlier sessions.
///
/// # Panics
///
/// The capabilities name no consumer.
pub fn steps(capabilities: &Capabilities) -> impl Strategy<Value = Vec<Step>> + use<> {
    vec(step(capabilities), 1..=40).prop_map(with_sessions_that_exist)
}

/// Lets every step name a session that was opened before it; those before the first one are left
/// out. So a sequence keeps its sense while it shrinks.
fn with_sessions_that_exist(steps: Vec<Step>) -> Vec<Step> {
    let mut opened = 0;
    let step = |mut step: Step| {
        match &mut step {
            Step::Create(_) => opened += 1,
            Step::List { session }
            | Step::Switch { session, .. }
            | Step::Ask { session, .. }
            | Step::AdvanceToExpiry { session, .. } => *session = session.checked_rem(opened)?,
            _ => {}
        }
        Some(step)
    };
    steps.into_iter().filter_map(step).collect()
}

fn step(capabilities: &Capabilities) -> impl Strategy<Value = Step> + use<> {
    let mut all = vec![
        (4, new_session(capabilities).prop_map(Step::Create).boxed()),
        (
            2,
            session().prop_map(|session| Step::List { session }).boxed(),
        ),
    ];
    if !capabilities.connections.is_empty() {
        all.push((7, switch(capabilities).boxed()));
    }
    if capabilities.policy {
        let ask = (session(), select(Action::ALL.to_vec()));
        let ask = ask.prop_map(|(session, action)| Step::Ask { session, action });
        all.push((3, ask.boxed()));
    }
    if capabilities.clock.is_some() {
        all.push((2, duration().prop_map(Step::Advance).boxed()));
        let to_expiry = (session(), around_expiry())
            .prop_map(|(session, instant)| Step::AdvanceToExpiry { session, instant });
        all.push((3, to_expiry.boxed()));
    }
    if capabilities.key_rotation {
        let rotate = duration().prop_map(|overlap| Step::RotateKey { overlap });
        all.push((2, rotate.boxed()));
    }
    if capabilities.restart {
        all.push((1, Just(Step::Restart).boxed()));
    }
    if capabilities.faults {
        let statuses = [
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::INTERNAL_SERVER_ERROR,
        ];
        let fail = (select(statuses.to_vec()), 1..=3_u32)
            .prop_map(|(status, times)| Step::Fail { status, times });
        all.push((1, fail.boxed()));
    }
    Union::new_weighted(all)
}

fn new_session(capabilities: &Capabilities) -> impl Strategy<Value = NewSession> + use<> {
    // The lengths that the real service is seen to take; a clock that moves allows shorter ones.
    let mut lengths = vec![
        SessionLength::from_minutes(30),
        SessionLength::from_hours(1),
        SessionLength::from_hours(24),
    ];
    if capabilities.clock.is_some() {
        lengths.extend([
            SessionLength::from_seconds(1),
            SessionLength::from_seconds(61),
            SessionLength::from_weeks(1),
        ]);
    }
    let consumer = select(capabilities.consumers.clone());
    (consumer, select(lengths), option::of(actions())).prop_map(
        |(consumer, length, allow_actions)| NewSession {
            consumer,
            length,
            allow_actions,
        },
    )
}

fn actions() -> impl Strategy<Value = ActionSet> {
    vec(select(Action::ALL.to_vec()), 0..=4).prop_map(|actions| actions.into_iter().collect())
}

fn switch(capabilities: &Capabilities) -> impl Strategy<Value = Step> + use<> {
    let to = select(vec![Switch::Disable, Switch::Enable, Switch::Delete]);
    let connection = select(capabilities.connections.clone());
    (session(), connection, to).prop_map(|(session, connection, to)| Step::Switch {
        session,
        connection,
        to,
    })
}

fn session() -> impl Strategy<Value = usize> {
    0..8_usize
}

fn around_expiry() -> impl Strategy<Value = AroundExpiry> {
    let second = Duration::from_secs(1);
    select(vec![
        AroundExpiry::At,
        AroundExpiry::Before(second),
        AroundExpiry::Before(Duration::from_nanos(1)),
        AroundExpiry::After(second),
    ])
}

/// Lengths of sessions and what is near them, so that overlaps and sessions end together.
fn duration() -> impl Strategy<Value = Duration> {
    let seconds = [0, 1, 59, 60, 61, 1_799, 1_800, 3_600, 86_400];
    let half = Duration::from_millis(500);
    prop_oneof![
        8 => select(seconds.map(Duration::from_secs).to_vec()),
        1 => Just(half),
    ]
}
