use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use super::{input, problem::AdminProblem};
use crate::{Rules, Setting, api, router::Call, validate::Checker};

/// `GET /settings`: all that `PATCH /settings` can change, as it is.
pub(super) fn read(call: &Call<'_>) -> Response<Bytes> {
    let rules = call.vault.rules();
    let all = Setting::all().iter();
    let settings = all.map(|setting| (setting.name().to_owned(), setting.to_json(&rules)));
    api::json(StatusCode::OK, &settings.collect::<Map<_, _>>())
}

/// `POST /reset`: forgets what earlier tests left behind, and goes back to the settings that the mock
/// was started with. The clock and the key stay, because tokens that are out live by them; tenants
/// are reset by themselves.
pub(super) fn reset(call: &Call<'_>) -> Response<Bytes> {
    call.vault.reset();
    api::no_content()
}

/// `PATCH /settings` with those that change: a merge patch (RFC 7396), in which `null` lifts a limit.
pub(super) fn change(call: &Call<'_>) -> Result<Response<Bytes>, AdminProblem> {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let patch = Patch::read(&mut checker);
    let patch = checker.finish_closed(Some(patch))?;
    call.vault.change_rules(|rules| patch.apply(rules));
    Ok(read(call))
}

/// The settings that change, and what to.
pub(super) struct Patch(Vec<(&'static Setting, Value)>);

impl Patch {
    pub(super) fn read(checker: &mut Checker<'_>) -> Self {
        let mut scratch = Rules::default();
        let mut changes = Vec::new();
        for setting in Setting::all() {
            let Some(value) = checker.value(setting.name()).map(Value::from) else {
                continue;
            };
            match setting.set_json(&mut scratch, &value) {
                Ok(()) => changes.push((setting, value)),
                Err(rule) => checker.refuse(setting.name(), rule),
            }
        }
        Self(changes)
    }

    pub(super) fn apply(&self, rules: &mut Rules) {
        for (setting, value) in &self.0 {
            let applied = setting.set_json(rules, value);
            debug_assert!(applied.is_ok(), "a value that was read is not refused");
        }
    }
}
