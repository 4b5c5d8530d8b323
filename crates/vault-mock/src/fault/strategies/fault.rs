use std::time::Duration;

use http::HeaderValue;
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::fault::{Delay, Effect, Fault, FinalStatus, Plan, Script};

/// Any fault that passes by itself: none goes [by the mock's clock](Fault::by_clock), where one that
/// stands still would hold the answer for ever. It shrinks to one without a delay, and to an effect that comes earlier in [`Effect`].
pub fn fault() -> impl Strategy<Value = Fault> {
    (effect(), option::of(delay())).prop_map(|(fault, delay)| match delay {
        None => fault,
        Some(delay) => fault.delayed(delay),
    })
}

/// Any script of up to five steps. It shrinks to fewer steps, less often.
pub fn script() -> impl Strategy<Value = Script> {
    (step(), vec(step(), 0..5)).prop_map(|(first, rest)| rest.into_iter().fold(first, Script::then))
}

/// Any plan of up to five choices. It shrinks to fewer choices, lower weights and fewer attempts; the
/// seed stays, because another one is another plan and not a simpler one.
pub fn plan() -> impl Strategy<Value = Plan> {
    let choices = vec((0..10_u32, fault()), 0..=5);
    let seed = any::<u64>().no_shrink();
    (seed, choices, option::of(0..8_u32)).prop_map(|(seed, choices, attempts)| {
        let plan = choices
            .into_iter()
            .fold(Plan::seeded(seed), |plan, (weight, fault)| {
                plan.choice(weight, fault)
            });
        match attempts {
            None => plan,
            Some(attempts) => plan.only_attempts(attempts),
        }
    })
}

fn step() -> impl Strategy<Value = Script> {
    let times = prop_oneof![
        4 => (0..5_u32).prop_map(Some),
        1 => Just(None),
    ];
    (fault(), times).prop_map(|(fault, times)| match times {
        Some(times) => fault.times(times),
        None => fault.forever(),
    })
}

fn effect() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Effect::Nothing.into()),
        status(),
        final_status().prop_map(|status| Effect::Html(status).into()),
        media_type().prop_map(|value| Effect::ContentType(value).into()),
        select(vec![
            Effect::InvalidJson,
            Effect::WrongShape,
            Effect::ExpiredToken,
            Effect::FutureToken,
            Effect::CloseBeforeHeaders,
            Effect::CloseInHeaders,
            Effect::CloseAfterHeaders,
            Effect::ResetBeforeHeaders,
            Effect::ResetInBody,
            Effect::TruncatedBody,
            Effect::LongContentLength,
            Effect::ShortContentLength,
            Effect::BadChunk,
            Effect::Garbage,
            Effect::OversizedHeaders,
        ])
        .prop_map(Fault::from),
        duration().prop_map(Fault::drip),
        Just(Fault::hang()),
    ]
}

fn status() -> impl Strategy<Value = Fault> {
    let retry_after = option::of((any::<bool>(), any::<u32>()));
    let body = option::of(".{0,20}");
    (final_status(), retry_after, body).prop_map(|(status, retry_after, body)| {
        let fault = Fault::status(status.code().as_u16());
        let fault = match retry_after {
            None => fault,
            Some((false, seconds)) => fault.retry_after(seconds),
            Some((true, seconds)) => fault.retry_after_date(seconds),
        };
        match body {
            None => fault,
            Some(body) => fault.body(body),
        }
    })
}

/// The statuses that clients treat differently most of all.
fn final_status() -> impl Strategy<Value = FinalStatus> {
    let telling = vec![503, 429, 500, 502, 504, 401, 404, 200, 204, 302];
    prop_oneof![select(telling), 200..=599_u16]
        .prop_map(|status| FinalStatus::new(status).expect("it is from 200 to 599"))
}

fn media_type() -> impl Strategy<Value = HeaderValue> {
    select(vec![
        "text/plain",
        "text/html; charset=utf-8",
        "application/xml",
        "nonsense",
    ])
    .prop_map(HeaderValue::from_static)
}

fn delay() -> impl Strategy<Value = Delay> {
    prop_oneof![
        duration().prop_map(Delay::from),
        (duration(), duration()).prop_map(|(one, other)| Delay::between(one, other)),
    ]
}

/// Up to two minutes, in milliseconds.
fn duration() -> impl Strategy<Value = Duration> {
    (0..120_000_u64).prop_map(Duration::from_millis)
}
