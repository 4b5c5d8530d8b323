use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use vault_mock::{
    Setting, Vault, VaultBuilder, VaultServer,
    calibrate::{Calibration, Report, Row, calibrate},
    connections::ConnectionId,
};
use vault_sessions::{AppId, ConsumerId};

pub(crate) const APP: AppId = AppId::from_static("calibrated-app");

pub(crate) fn client() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

/// Questions to a mock on a socket, whose clock goes on when the questions pause.
pub(crate) fn questions(to: &VaultServer) -> Calibration {
    let clock = to.clock().clone();
    let base = to.uri().parse().unwrap();
    let consumer = ConsumerId::from_static("somebody@example.com");
    Calibration::new(client(), base, to.api_key().clone(), APP, consumer)
        .requests_per_second(f64::INFINITY)
        .pause(move |length| {
            clock.advance(length);
            std::future::ready(())
        })
}

pub(crate) async fn report_of(builder: VaultBuilder) -> Report {
    let service = builder.start().await.unwrap();
    let salesforce: ConnectionId = "crm+salesforce".parse().unwrap();
    calibrate(questions(&service).allow_changes(salesforce))
        .await
        .unwrap()
}

pub(crate) fn row<'a>(report: &'a Report, question: &str) -> &'a Row {
    let mut rows = report.rows().iter();
    rows.find(|row| row.question == question).unwrap()
}

/// A mock with settings by their names.
pub(crate) fn with<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> VaultBuilder {
    settings.into_iter().fold(
        Vault::builder(),
        |builder, (name, value)| match Setting::named(name) {
            Some(setting) => builder.setting(setting, value).unwrap(),
            None => builder.app_id(AppId::new(value.to_owned()).unwrap()),
        },
    )
}

/// The mock that the TOML of a report configures.
pub(crate) fn configured_by(report: &Report) -> VaultBuilder {
    let file = report.to_toml();
    let lines = file
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lines: Vec<_> = lines
        .map(|line| line.split_once(" = ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()))
        .collect();
    with(
        lines
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}
