//! `vault-mock calibrate`: asks the real service how it behaves.

mod bar;
mod options;
mod service;

use std::process::ExitCode;

use tokio::select;
use vault_mock::calibrate::{Calibration, CalibrationError, Question, Report};

pub(crate) use self::options::Calibrate;
use self::{bar::Bar, service::Service};
use super::{
    files,
    output::{print, print_unless, tell},
    signal::Signals,
};

/// The mock, configured as well as possible, differs from the service, or the service from what was
/// kept.
const DIFFERS: u8 = 3;

/// What a shell says of a program that SIGINT ended.
const INTERRUPTED: u8 = 130;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn calibrate(arguments: &Calibrate) -> Result<ExitCode, String> {
    if arguments.list {
        print(&list())?;
        return Ok(ExitCode::SUCCESS);
    }
    arguments.check_apart()?;
    let kept = arguments.since.as_deref().map(options::kept).transpose()?;
    if let Some(path) = &arguments.write {
        files::check_writable("write", path)?;
    }
    let service = Service::new(arguments)?;
    // After the files are read, because a pipe may be silent, and nobody would hear a signal meanwhile.
    let mut signals = Signals::new()?;
    let (report, end) = ask(&service, arguments, &mut signals).await?;
    let shown = if arguments.json {
        serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?
    } else {
        report.to_string()
    };
    let write = |path| files::write("write", path, &report.to_toml());
    let written = arguments.write.as_deref().map(write).transpose();
    match print_unless(signals.next(), shown).await {
        Some(printed) => printed?,
        None => return Ok(INTERRUPTED.into()),
    }
    written?;
    let changes = kept.map(|kept| report.changes_since(&kept));
    for change in changes.iter().flatten() {
        tell(&format!("vault-mock: {change}"));
    }
    match (end, report.stopped()) {
        (End::Interrupted, _) => {
            tell("vault-mock: interrupted: this is what was answered until then");
            Ok(INTERRUPTED.into())
        }
        (End::Whole, Some(why)) => Err(format!("not everything was asked: {why}")),
        (End::Whole, None) => {
            let is_changed = changes.is_some_and(|changes| !changes.is_empty());
            let differs = is_changed || !report.is_agreement();
            Ok(if differs {
                DIFFERS.into()
            } else {
                ExitCode::SUCCESS
            })
        }
    }
}

/// How the questions came to their end.
enum End {
    Whole,
    Interrupted,
}

async fn ask(
    service: &Service,
    arguments: &Calibrate,
    signals: &mut Signals,
) -> Result<(Report, End), String> {
    let mut calibration = service.calibration(arguments);
    tell(&announcement(&calibration, arguments));
    let end = select! {
        biased;
        () = signals.next() => Ok(End::Interrupted),
        asked = ask_all(service, &mut calibration) => asked.map(|()| End::Whole),
    }?;
    let report = calibration.report().await;
    if report.rows().is_empty() {
        return Err("interrupted before anything was answered".to_owned());
    }
    Ok((report, end))
}

async fn ask_all(service: &Service, calibration: &mut Calibration) -> Result<(), String> {
    service.preflight().await?;
    let mut bar = Bar::new(calibration.expected_requests());
    let asked = calibration.ask(|progress| bar.show(&progress)).await;
    asked.map_err(|error: CalibrationError| error.to_string())
}

/// What is about to happen, before it does.
fn announcement(calibration: &Calibration, arguments: &Calibrate) -> String {
    // One more finds out whether the service is there and takes the key.
    let requests = calibration.expected_requests() + 1;
    let base = arguments.base_uri.as_ref().map(ToString::to_string);
    let waits = calibration.questions().any(Question::is_slow);
    let waits = if waits {
        ", and waits up to 90 s for the end of a session"
    } else {
        ""
    };
    let changes = match &arguments.allow_changes {
        Some(connection) => format!("switches {connection} off and on again"),
        None => "changes nothing".to_owned(),
    };
    format!(
        "vault-mock: sends about {requests} requests to {}, {} a second{waits}; opens sessions for the \
         consumer, and {changes}",
        base.unwrap_or_default(),
        arguments.rate,
    )
}

/// All questions, with what each is about.
fn list() -> String {
    let width = Question::all().map(|question| question.name().len()).max();
    let width = width.unwrap_or_default();
    let lines =
        Question::all().map(|question| format!("{:width$}  {}", question.name(), question.why()));
    lines.collect::<Vec<_>>().join("\n")
}
