//! Faults as text: every term that says what goes wrong.

use std::{cmp::Reverse, fmt};

use http::HeaderValue;
use vault_sessions::__private::nearest;

use super::{
    delay::{Delay, read_duration, write_duration},
    effect::{Effect, FinalStatus, RetryAfter, Status},
    fault::Fault,
    invalid::{FaultProblem, InvalidFault},
    terms::{StepTerms, Term},
};

/// What the terms of a step say.
pub(super) fn read_fault(mut terms: StepTerms) -> Result<Fault, InvalidFault> {
    let delay = terms.take("delay");
    let delay = delay.map(|term| term.parsed(Delay::read)).transpose()?;
    let by = terms.take("by");
    let seconds = terms.take("retry-after");
    let date = terms.take("retry-after-date");
    let body = terms.take("body");
    let end = terms.end;
    let mut rest = terms.terms.into_iter();
    let mut fault = match rest.next() {
        Some(term) => Fault::from(read_effect(&term)?),
        None if delay.is_some() => Fault::from(Effect::Nothing),
        None => return Err(FaultProblem::new("nothing says what goes wrong").at(end)),
    };
    if let Some(second) = rest.next() {
        return Err(second.problem(one_too_many(&second.name)));
    }
    for term in [&seconds, &date, &body].into_iter().flatten() {
        if !matches!(fault.effect(), Effect::Status(_)) {
            let name = &term.name;
            return Err(term.problem(format!("`{name}` belongs to `status`")));
        }
    }
    if let (Some(_), Some(date)) = (&seconds, &date) {
        return Err(date.problem("`retry-after` is already given".to_owned()));
    }
    if let Some(term) = seconds {
        fault = fault.retry_after(term.parsed(read_seconds)?);
    }
    if let Some(term) = date {
        fault = fault.retry_after_date(term.parsed(read_seconds)?);
    }
    if let Some(term) = body {
        fault = fault.body(term.value()?);
    }
    if let Some(delay) = delay {
        fault = fault.delayed(delay);
    }
    let Some(by) = by else { return Ok(fault) };
    if !fault.takes_time() {
        return Err(by.problem("`by` belongs to `delay` or `drip`".to_owned()));
    }
    match by.value()? {
        "clock" => Ok(fault.by_clock()),
        _ => Err(by.problem("`by` is `clock`; without it, real time passes".to_owned())),
    }
}

/// What is wrong with a term beside the one that says what goes wrong.
fn one_too_many(name: &str) -> String {
    match name {
        "times" => "`times` belongs to a script, once in each step".to_owned(),
        "weight" => "`weight` belongs to a plan, once in each choice".to_owned(),
        name if OPTIONS.contains(&name) => format!("`{name}` is already given"),
        name if known().any(|known| known == name) => {
            format!("`{name}` is one too many: a fault does one thing")
        }
        name => {
            let mut known: Vec<_> = known().chain(OPTIONS).collect();
            // Of several that are equally near, the longest has the most letters in common.
            known.sort_by_key(|known| Reverse(known.len()));
            let nearest = nearest(name, known.into_iter());
            format!("`{name}` is not an option; did you mean `{nearest}`?")
        }
    }
}

fn read_seconds(text: &str) -> Result<u32, FaultProblem> {
    let seconds = text.parse();
    seconds.map_err(|_| FaultProblem::new("a number of seconds is asked for, such as 30"))
}

fn read_status(text: &str) -> Result<FinalStatus, FaultProblem> {
    let status = text.parse().ok().and_then(FinalStatus::new);
    status.ok_or_else(|| {
        FaultProblem::new(format!(
            "a status is a number from 200 to 599, not `{text}`"
        ))
    })
}

fn read_effect(term: &Term) -> Result<Effect, InvalidFault> {
    let choice = |names: &str| {
        let name = &term.name;
        Err(term.problem(format!("`{name}` is one of: {names}")))
    };
    match (term.name.as_str(), term.value.as_deref()) {
        ("status", _) => term.parsed(read_status).map(|code| {
            Effect::Status(Status {
                code,
                retry_after: None,
                body: None,
            })
        }),
        ("html", None) => Ok(Effect::Html(FinalStatus::OK)),
        ("html", Some(_)) => term.parsed(read_status).map(Effect::Html),
        ("content-type", _) => term.parsed(|text| {
            let value = HeaderValue::from_bytes(text.as_bytes());
            let value = value.map_err(|_| FaultProblem::new("no header can have this value"));
            value.map(Effect::ContentType)
        }),
        ("drip", _) => term.parsed(read_duration).map(Effect::Drip),
        ("close", Some("before-headers")) => Ok(Effect::CloseBeforeHeaders),
        ("close", Some("in-headers")) => Ok(Effect::CloseInHeaders),
        ("close", Some("after-headers")) => Ok(Effect::CloseAfterHeaders),
        ("close", _) => choice("before-headers, in-headers, after-headers"),
        ("reset", None | Some("before-headers")) => Ok(Effect::ResetBeforeHeaders),
        ("reset", Some("in-body")) => Ok(Effect::ResetInBody),
        ("reset", _) => choice("before-headers, in-body"),
        ("content-length", Some("long")) => Ok(Effect::LongContentLength),
        ("content-length", Some("short")) => Ok(Effect::ShortContentLength),
        ("content-length", _) => choice("long, short"),
        ("token", Some("expired")) => Ok(Effect::ExpiredToken),
        ("token", Some("future")) => Ok(Effect::FutureToken),
        ("token", _) => choice("expired, future"),
        ("ok", _) => term.bare(Effect::Nothing),
        ("invalid-json", _) => term.bare(Effect::InvalidJson),
        ("wrong-shape", _) => term.bare(Effect::WrongShape),
        ("truncated-body", _) => term.bare(Effect::TruncatedBody),
        ("bad-chunk", _) => term.bare(Effect::BadChunk),
        ("garbage", _) => term.bare(Effect::Garbage),
        ("oversized-headers", _) => term.bare(Effect::OversizedHeaders),
        ("hang", _) => term.bare(Effect::Hang),
        (name, _) => Err(term.problem(format!("`{name}` is not a fault; known are: {KNOWN}"))),
    }
}

pub(super) const KNOWN: &str = "ok, status, html, invalid-json, wrong-shape, content-type, token, close, \
    reset, truncated-body, content-length, bad-chunk, garbage, oversized-headers, drip, hang, delay";

/// What stands beside a fault, in a script or a plan too.
const OPTIONS: [&str; 7] = [
    "delay",
    "by",
    "retry-after",
    "retry-after-date",
    "body",
    "times",
    "weight",
];

fn known() -> impl Iterator<Item = &'static str> {
    KNOWN.split(", ")
}

/// Writes what [`read_fault`] reads.
pub(super) fn write_fault(fault: &Fault, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let delay = fault.held_back();
    match fault.effect() {
        Effect::Nothing if delay.is_some() => {}
        effect => write_effect(effect, formatter)?,
    }
    if let Some(delay) = delay {
        if *fault.effect() != Effect::Nothing {
            formatter.write_str("; ")?;
        }
        write!(formatter, "delay={delay}")?;
    }
    if fault.is_by_clock() {
        formatter.write_str("; by=clock")?;
    }
    Ok(())
}

fn write_effect(effect: &Effect, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = match effect {
        Effect::Status(status) => return write_status(status, formatter),
        Effect::Html(FinalStatus::OK) => "html",
        Effect::Html(status) => return write!(formatter, "html={}", status.code().as_u16()),
        Effect::ContentType(value) => {
            let value = String::from_utf8_lossy(value.as_bytes());
            return write!(formatter, "content-type={}", Value(&value));
        }
        Effect::Drip(interval) => return write!(formatter, "drip={}", write_duration(*interval)),
        Effect::Nothing => "ok",
        Effect::InvalidJson => "invalid-json",
        Effect::WrongShape => "wrong-shape",
        Effect::ExpiredToken => "token=expired",
        Effect::FutureToken => "token=future",
        Effect::CloseBeforeHeaders => "close=before-headers",
        Effect::CloseInHeaders => "close=in-headers",
        Effect::CloseAfterHeaders => "close=after-headers",
        Effect::ResetBeforeHeaders => "reset",
        Effect::ResetInBody => "reset=in-body",
        Effect::TruncatedBody => "truncated-body",
        Effect::LongContentLength => "content-length=long",
        Effect::ShortContentLength => "content-length=short",
        Effect::BadChunk => "bad-chunk",
        Effect::Garbage => "garbage",
        Effect::OversizedHeaders => "oversized-headers",
        Effect::Hang => "hang",
    };
    formatter.write_str(text)
}

fn write_status(status: &Status, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "status={}", status.code.code().as_u16())?;
    match status.retry_after {
        None => {}
        Some(RetryAfter::Seconds(seconds)) => write!(formatter, "; retry-after={seconds}")?,
        Some(RetryAfter::Date(seconds)) => write!(formatter, "; retry-after-date={seconds}")?,
    }
    match &status.body {
        None => Ok(()),
        Some(body) => write!(formatter, "; body={}", Value(body)),
    }
}

/// A value, quoted where it could be read as something else.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |char: char| char.is_ascii_graphic() && !";,\"".contains(char);
        if self.0.chars().all(plain) {
            return formatter.write_str(self.0);
        }
        let quoted = serde_json::to_string(self.0).expect("a text is JSON");
        formatter.write_str(&quoted)
    }
}
