use vault_sessions::{Session, SessionLength, Settings, Theme, Url};

use crate::calibrate::{
    question::{Ask, Question, table},
    read::{claim_names, created_shape, filled_in, kept, shape, token_header},
};

/// The session that everything else builds on.
pub(super) const SESSION: &[Question] = table! {
    /// A plain session of an hour: whether key and app are good, and what the answer is made of
    "session" => Ask::Session(hour, created_shape);
};

/// What the token says.
pub(super) const CLAIMS: &[Question] = table! {
    /// The header of the token: its algorithm, and whether it names a key
    "token-header" => Ask::Session(hour, token_header);
    /// The names of the claims, in their order
    "claim-names" => Ask::Session(full, claim_names);
    /// Which settings the token names that the request did not: defaults that are filled in
    "claim-defaults" => Ask::Body(r#"{"settings":{}}"#, |answer| filled_in(answer, "/settings"));
    /// Whether a member that is null reaches the token
    "claim-null" => Ask::Body(r#"{"redirect_uri":null}"#, |answer| kept(answer, "/redirect_uri"));
    /// Whether a setting that is null reaches the token
    "claim-null-setting" => Ask::Body(
        r#"{"settings":{"show_logs":null}}"#,
        |answer| kept(answer, "/settings/show_logs")
    );
    /// Whether an empty list of actions stays one: it allows nothing, and an absent one everything
    "claim-no-actions" => Ask::Session(
        || Session::builder()
            .settings(Settings::builder().allow_actions([]).build())
            .build(),
        |answer| kept(answer, "/settings/allow_actions")
    );
    /// What the claim `scopes` is, which no documentation describes
    "claim-scopes" => Ask::Session(hour, |answer| shape(answer, "/scopes"));
    /// What the claim `data_scopes` is, which no documentation describes
    "claim-data-scopes" => Ask::Session(hour, |answer| shape(answer, "/data_scopes"));
    /// Whether `custom_consumer_settings` reach the token
    "claim-custom-settings" => Ask::Body(
        r#"{"custom_consumer_settings":{"feature":true}}"#,
        |answer| kept(answer, "/custom_consumer_settings/feature")
    );
};

fn hour() -> Session {
    let length = const { SessionLength::from_hours(1) };
    let settings = Settings::builder().session_length(length).build();
    Session::builder().settings(settings).build()
}

/// A session with a member of each kind; nothing in it is about a person.
fn full() -> Session {
    Session::builder()
        .redirect_uri(const { Url::from_static("https://example.com/") })
        .settings(Settings::builder().show_logs(false).build())
        .theme(Theme::builder().vault_name("Calibration").build())
        .build()
}
