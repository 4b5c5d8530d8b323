//! Questions that take more than one request.

use http::Method;
use vault_sessions::{Session, Settings};

use super::{
    asker::Asker,
    caller::with_json,
    exam::{Exam, ExamOutcome, Failure},
    read,
};

/// Sends bodies of 1, 10 and 100 kB, up to one that is refused.
pub(super) async fn body_sizes<A: Asker>(exam: &mut Exam<'_, A>) -> Result<ExamOutcome, Failure> {
    let mut largest = 0;
    for size in [1_000, 10_000, 100_000] {
        let answer = exam.send(exam.caller.create(body_of(size))).await?;
        if !answer.status.is_success() {
            let refused = read::created(&answer);
            return Ok(ExamOutcome::Observed(format!(
                "{largest} bytes, then {refused}"
            )));
        }
        largest = size;
    }
    Ok(ExamOutcome::Observed(format!("at least {largest} bytes")))
}

/// A body of so many bytes.
fn body_of(size: usize) -> String {
    let (start, end) = (r#"{"custom_consumer_settings":{"fill":""#, r#""}}"#);
    let fill = "x".repeat(size.saturating_sub(start.len() + end.len()));
    format!("{start}{fill}{end}")
}

/// Switches a connection off in a session that does not allow it, and on again if that has worked.
pub(super) async fn action<A: Asker>(exam: &mut Exam<'_, A>) -> Result<ExamOutcome, Failure> {
    let Some(connection) = exam.caller.connection.clone() else {
        return Ok(ExamOutcome::not_asked(
            "it changes a connection, and none is named",
        ));
    };
    let path = format!(
        "/vault/connections/{}/{}",
        connection.unified_api(),
        connection.service_id()
    );
    let before = exam.send(exam.caller.with_key(Method::GET, &path)).await?;
    let body: serde_json::Value = serde_json::from_slice(&before.body).unwrap_or_default();
    if body["data"]["enabled"] != true {
        let why = "the connection that is named is not there, or is switched off";
        return Ok(ExamOutcome::not_asked(why));
    }
    let settings = Settings::builder().allow_actions([]).build();
    let session = Session::builder().settings(settings).build();
    let created = exam.send(exam.caller.session(session)).await?;
    let Some(token) = created.token() else {
        return Ok(ExamOutcome::not_asked(
            "a session without actions is refused",
        ));
    };
    let off = exam.caller.with_token(&token, Method::PATCH, &path);
    let off = exam.send(with_json(off, r#"{"enabled":false}"#)).await;
    // Whatever became of it, the connection is to be as it was.
    let on = exam.caller.with_key(Method::PATCH, &path);
    let on = exam.send(with_json(on, r#"{"enabled":true}"#)).await;
    if !on.is_ok_and(|answer| answer.status.is_success()) {
        let why = "the connection that is named may be switched off now: switch it on again";
        return Err(Failure::Stop(why.to_owned()));
    }
    let observed = read::outcome(&off?);
    Ok(ExamOutcome::Observed(exam.caller.masked(&observed)))
}
