use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;

use super::{
    input::{self, LARGEST, integer, seconds},
    problem::AdminProblem,
};
use crate::{api, router::Call, token::Secret, validate::Checker};

/// How many former keys may be good: a token is compared with each of them.
const LIMIT: usize = 100;

/// `POST /keys/rotate`, perhaps with the new `secret`, and with the seconds of `overlap` for which
/// tokens of the former one stay good.
pub(super) fn rotate(call: &Call<'_>) -> Result<Response<Bytes>, AdminProblem> {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let secret = checker.take_if_there("secret", secret);
    let overlap = checker.take_if_there("overlap", seconds);
    checker.finish_closed(Some(()))?;
    let vault = call.vault;
    if vault.keys().count_former(vault.clock().now()) >= LIMIT {
        return Err(AdminProblem::new(
            StatusCode::CONFLICT,
            format!("there are {LIMIT} former keys already whose overlap is not over"),
        ));
    }
    let secret = secret.unwrap_or_else(Secret::random);
    vault.rotate_key(secret, overlap.unwrap_or_default());
    Ok(api::no_content())
}

/// What tokens are to be signed with: a text, or a number that one is derived from.
pub(super) fn secret(value: &Value) -> Result<Secret, String> {
    let text = value.as_str().and_then(|text| Secret::new(text).ok());
    let secret = text.or_else(|| integer(value).map(Secret::from_seed));
    secret.ok_or_else(|| {
        format!("it must be a text that is not empty, or an integer from 0 to {LARGEST}")
    })
}
