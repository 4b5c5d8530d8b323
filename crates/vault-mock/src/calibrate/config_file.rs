use std::fmt::Write;

use serde_json::Value;

use super::report::Report;
use crate::rules::Setting;

/// Writes the settings of a report as TOML, each below the answers that it comes from.
pub(super) fn write(report: &Report) -> String {
    let mut text =
        "# What `vault-mock calibrate` found; read it with `vault-mock serve --config`.\n"
            .to_owned();
    for found in report.settings() {
        text.push('\n');
        for question in &found.questions {
            let row = report.rows().iter().find(|row| row.question == *question);
            let service = row.and_then(|row| row.service.as_deref()).unwrap_or("-");
            comment(&mut text, &format!("{question}: the service: {service}"));
        }
        let name = found.name.replace('_', "-");
        let value = value(&found.name, &found.value);
        writeln!(text, "{name} = {value}").expect("a string takes every text");
    }
    let differing = report.rows().iter().filter(|row| row.differs());
    for (index, row) in differing.enumerate() {
        if index == 0 {
            text.push_str("\n# No setting makes the mock answer like the service here:\n");
        }
        let service = row.service.as_deref().unwrap_or("-");
        let mock = row.mock_as_configured.as_deref().unwrap_or("-");
        let line = format!("{}: the service: {service}; the mock: {mock}", row.question);
        comment(&mut text, &line);
    }
    text
}

fn comment(out: &mut String, line: &str) {
    writeln!(out, "# {line}").expect("a string takes every text");
}

/// A number or a boolean as it is, any other text in quotes; JSON's are TOML's.
fn value(name: &str, text: &str) -> String {
    let is_setting = Setting::named(name).is_some();
    match serde_json::from_str(text) {
        Ok(Value::Bool(_) | Value::Number(_)) if is_setting => text.to_owned(),
        _ => Value::from(text).to_string(),
    }
}
