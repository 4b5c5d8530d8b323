use serde_json::{Map, Value, json};

use crate::rules::Setting;

/// Adds the settings: as they are shown, as they are changed, and as a tenant is given them.
pub(super) fn describe(document: &mut Value) {
    let shown = members(|setting| {
        let mut schema = setting.schema();
        schema["description"] = setting.description().into();
        schema
    });
    let names: Vec<_> = Setting::all().iter().map(Setting::name).collect();
    let change = members(Setting::change_schema);
    let tenant = &mut document["paths"]["/__vault_mock/tenants"]["put"]["requestBody"]["content"]["application/json"]
        ["schema"]["properties"];
    if let Some(tenant) = tenant.as_object_mut() {
        tenant.extend(change.clone());
    }
    let schemas = &mut document["components"]["schemas"];
    schemas["MockSettings"] = json!({
        "type": "object",
        "additionalProperties": false,
        "required": names,
        "properties": shown,
    });
    schemas["SettingsChange"] = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": change,
    });
}

fn members(schema: impl Fn(&Setting) -> Value) -> Map<String, Value> {
    let all = Setting::all().iter();
    all.map(|setting| (setting.name().to_owned(), schema(setting)))
        .collect()
}
