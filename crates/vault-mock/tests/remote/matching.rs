//! Every condition reaches the mock, and means there what it means here.

use http::Method;
use serde_json::Value;
use vault_mock::{Matching, Recorded, remote};
use vault_sessions::{Action, AppId, ConsumerId, CreateSession, Session, SessionLength, Settings};

use crate::request;

#[tokio::test]
async fn each_condition_counts_as_it_does_in_process() {
    let (server, vault) = crate::remote().await;
    let settings = Settings::builder()
        .session_length(SessionLength::from_minutes(30))
        .allow_actions([Action::Disable, Action::Delete])
        .build();
    let session = Session::builder().settings(settings.clone()).build();
    let sent = CreateSession::builder()
        .app_id(AppId::from_static("app"))
        .consumer_id(ConsumerId::from_static("c"))
        .session(session.clone())
        .build();
    vault.create_session(&sent).await.unwrap().unwrap();
    vault
        .create_session(&request("other", "d"))
        .await
        .unwrap()
        .unwrap();
    vault
        .change_rules(|rules| rules.request_limit = Some(0))
        .await
        .unwrap();
    vault
        .create_session(&request("refused", "e"))
        .await
        .unwrap()
        .unwrap_err();

    let all = Matching::requests;
    let conditions = [
        all(),
        Matching::sessions(),
        Matching::session_for(sent.consumer_id()),
        all().method(Method::GET),
        all().path("/vault/sessions"),
        all().app("app"),
        all().consumer("d"),
        all().header("Content-Type", "application/json"),
        all().no_header("content-type"),
        all()
            .no_header("x-unheard-of")
            .no_header("x-apideck-app-id"),
        all()
            .body("/settings/session_length", "30m")
            .body("/settings", settings_json(&settings)),
        all().body("/settings/session_length", Value::Null),
        all().no_body("/settings/session_length").no_body("/theme"),
        all().session(&session),
        all().settings(&settings),
        all().allow_actions([Action::Delete, Action::Disable]),
        all().allow_actions([]),
        all().status(402),
    ];
    for matching in conditions {
        let here: Vec<_> = server
            .journal()
            .find(&matching)
            .iter()
            .map(Recorded::number)
            .collect();
        let there = vault.journal().find(&matching).await.unwrap();
        let there: Vec<_> = there.iter().map(remote::Recorded::number).collect();
        assert_eq!(here, there, "{matching:?}");
    }
}

fn settings_json(settings: &Settings) -> Value {
    serde_json::to_value(settings).unwrap()
}
