//! A library on top of `vault-sessions`, as its users write it: whatever stops compiling here is a
//! breaking change that no checker of public items sees.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Debug,
};

use serde::Deserialize;
use vault_sessions::{
    Action, ActionSet, ApiKey, AppId, Claims, Color, ConsumerId, ConsumerMetadata,
    ConsumerMetadataBuilder, CreateSession, CreateSessionBuilder, Given, HasAppId, HasConsumerId,
    InvalidValue, LacksAppId, LacksConsumerId, Missing, Session, SessionBuilder, SessionCreated,
    SessionLength, SessionToken, SessionUri, Settings, SettingsBuilder, Theme, ThemeBuilder,
    UnifiedApi, Url,
};

const APP: AppId = AppId::from_static("app");
const CONSUMER: ConsumerId = ConsumerId::from_static("consumer");

/// Fixes the app once and keeps the rest open.
#[derive(Clone, Debug)]
struct Vault {
    base: CreateSessionBuilder<Given<AppId>, Missing>,
    settings: SettingsBuilder,
}

impl Vault {
    fn request(&self, consumer: ConsumerId) -> CreateSession {
        let session = Session::builder()
            .settings(self.settings.clone().build())
            .build();
        self.base
            .clone()
            .session(session)
            .consumer_id(consumer)
            .build()
    }
}

/// Takes any builder that has a consumer ID, whether it has an app ID or not.
fn with_dashboard<A>(
    builder: CreateSessionBuilder<A, Given<ConsumerId>>,
) -> CreateSessionBuilder<A, Given<ConsumerId>> {
    let session = Session::builder()
        .redirect_uri(Url::from_static("https://mysaas.com/dashboard"))
        .build();
    builder.session(session)
}

/// Takes any builder that is complete, by what it can do.
fn finish<A: HasAppId, C: HasConsumerId>(builder: CreateSessionBuilder<A, C>) -> CreateSession {
    builder.build()
}

/// Takes any builder that lacks the IDs, by what it can do.
fn identify<A: LacksAppId, C: LacksConsumerId>(
    builder: CreateSessionBuilder<A, C>,
) -> CreateSessionBuilder<Given<AppId>, Given<ConsumerId>> {
    builder.consumer_id(CONSUMER).app_id(APP)
}

#[test]
fn only_the_ids_are_needed() {
    let builder: CreateSessionBuilder = CreateSession::builder();
    let request = builder.app_id(APP).consumer_id(CONSUMER).build();
    assert_eq!((request.app_id(), request.consumer_id()), (&APP, &CONSUMER));
    assert_eq!(request.session(), &Session::builder().build());
    assert_eq!(request.body(), b"{}");
}

#[test]
fn a_builder_is_kept_cloned_and_handed_on() {
    let vault = Vault {
        base: CreateSession::builder().app_id(APP),
        settings: Settings::builder().sandbox_mode(true),
    };
    let [first, second] = ["first", "second"].map(|name| {
        let consumer = name.parse().unwrap();
        vault.clone().request(consumer)
    });
    assert_eq!(first.consumer_id().as_str(), "first");
    assert_eq!(second.consumer_id().as_str(), "second");
    assert_eq!(first.session(), second.session());
    assert_eq!(second.body(), br#"{"settings":{"sandbox_mode":true}}"#);
}

#[test]
fn a_builder_is_passed_by_what_is_set() {
    let partial = CreateSession::builder().consumer_id(CONSUMER);
    let partial: CreateSessionBuilder<Missing, Given<ConsumerId>> = with_dashboard(partial);
    let complete = with_dashboard(partial.clone().app_id(APP));
    assert_eq!(finish(complete), partial.app_id(APP).build());
    assert_eq!(
        finish(identify(CreateSession::builder())).body(),
        b"{}".as_slice()
    );
}

#[test]
fn optional_parts_leave_the_type_alone() {
    for (embedded, length) in [
        (false, None),
        (true, Some(SessionLength::from_minutes(30))),
        (true, None),
    ] {
        let mut settings: SettingsBuilder =
            Settings::builder().maybe(length, SettingsBuilder::session_length);
        if embedded {
            settings = settings.isolation_mode(true).show_sidebar(false);
        }
        for api in [UnifiedApi::Crm, "quantum-ledger".into()] {
            settings = settings.unified_api(api);
        }
        let settings = settings.build();
        assert_eq!(settings.session_length, length);
        assert_eq!(settings.isolation_mode, embedded.then_some(true));
        assert_eq!(settings.unified_apis.map(|apis| apis.len()), Some(2));
    }
}

#[test]
fn every_setter_takes_what_it_took() {
    let metadata: ConsumerMetadataBuilder = ConsumerMetadata::builder()
        .account_name("SpaceX")
        .user_name(String::from("Elon Musk"))
        .email("elon@musk.com")
        .image(Url::from_static("https://www.spacex.com/share.jpg"))
        .extra("plan", "gold")
        .unwrap();
    let theme: ThemeBuilder = Theme::builder()
        .favicon(Url::from_static("https://a/favicon"))
        .logo(Url::from_static("https://a/logo"))
        .primary_color(const { Color::from_static("#286efa") })
        .sidepanel_background_color(const { Color::from_static("#286efa") })
        .sidepanel_text_color(const { Color::from_static("#fff") })
        .vault_name("Intercom")
        .privacy_url(Url::from_static("https://a/privacy"))
        .terms_url(Url::from_static("https://a/terms"))
        .extra("dark", true)
        .unwrap();
    let settings: SettingsBuilder = Settings::builder()
        .unified_apis([UnifiedApi::Crm])
        .unified_apis(vec![UnifiedApi::Ats])
        .hide_resource_settings(true)
        .sandbox_mode(true)
        .isolation_mode(true)
        .session_length(SessionLength::MAX)
        .show_logs(false)
        .show_suggestions(true)
        .show_sidebar(false)
        .auto_redirect(true)
        .hide_guides(true)
        .allow_actions([Action::Disable])
        .allow_actions(vec![Action::Disable])
        .allow_actions(Action::ALL)
        .allow_actions(Action::Delete)
        .allow_actions(ActionSet::NONE)
        .hide_consumer_card(true)
        .extra("new", 1)
        .unwrap();
    let session: SessionBuilder = Session::builder()
        .consumer_metadata(metadata.build())
        .theme(theme.build())
        .settings(settings.build())
        .redirect_uri(Url::from_static("myapp://connected"))
        .custom_consumer_settings([("flag", true)])
        .extra("new", 1)
        .unwrap();
    let session = session.build();
    assert_eq!(
        session.settings.unwrap().allow_actions,
        Some(ActionSet::NONE)
    );
    assert_eq!(session.theme.unwrap().extra["dark"], true);
}

#[test]
fn body_types_are_read_and_changed_field_by_field() {
    let mut settings = Settings::default();
    settings.show_logs = Some(false);
    let mut session = Session::default();
    session.settings = Some(settings);
    let request = CreateSession::builder()
        .app_id(APP)
        .consumer_id(CONSUMER)
        .session(session)
        .build();
    assert_eq!(request.body(), br#"{"settings":{"show_logs":false}}"#);
}

/// Takes a consumer ID, or whatever becomes one.
fn request_for(
    consumer: impl TryInto<ConsumerId, Error: Into<InvalidValue>>,
) -> Result<CreateSession, InvalidValue> {
    let consumer = consumer.try_into().map_err(Into::into)?;
    Ok(CreateSession::builder()
        .app_id(APP)
        .consumer_id(consumer)
        .build())
}

#[test]
fn a_function_takes_what_becomes_an_id() {
    for request in [
        request_for(CONSUMER),
        request_for("consumer"),
        request_for(String::from("consumer")),
    ] {
        assert_eq!(request.unwrap().consumer_id(), &CONSUMER);
    }
    assert_eq!(request_for("a\n").unwrap_err().position(), Some(1));
}

#[test]
fn an_id_is_made_of_a_borrowed_text() {
    fn of(user: &str) -> Result<ConsumerId, InvalidValue> {
        ConsumerId::new(user)
    }
    let user = format!("account:{}", 12_345);
    assert_eq!(of(&user).unwrap().as_str(), user);
    assert_eq!(ConsumerId::new(&user), ConsumerId::new(user));
}

#[test]
fn one_error_type_does_for_every_text() {
    fn parse() -> Result<(), InvalidValue> {
        let _: AppId = "app".parse()?;
        let _: ConsumerId = "consumer".try_into()?;
        let _: ApiKey = "key".parse()?;
        let _: SessionLength = "30m".try_into()?;
        let _: Color = "#fff".try_into()?;
        let _: Url = "https://a".try_into()?;
        let _: UnifiedApi = "crm".parse()?;
        let _: Action = "disable".parse()?;
        let _: SessionToken = String::from("e30.e30.x").try_into()?;
        let _: SessionUri = "https://vault/e30.e30.x".parse()?;
        Ok(())
    }
    parse().unwrap();
}

#[test]
fn a_map_by_id_is_searched_by_text() {
    let by_app = HashMap::from([(APP, 1)]);
    let by_consumer = BTreeMap::from([(CONSUMER, 2)]);
    assert_eq!(by_app.get("app"), Some(&1));
    assert_eq!(by_consumer.get("consumer"), Some(&2));
    assert_eq!(by_app.get("consumer"), None);
}

#[test]
fn a_configuration_is_read_as_values() {
    #[derive(Deserialize)]
    struct Configuration {
        app_id: AppId,
        api_key: ApiKey,
        session_length: SessionLength,
        allow_actions: Option<ActionSet>,
    }
    let configuration: Configuration = serde_json::from_str(
        r#"{"app_id":"app","api_key":"sk_live","session_length":"1d","allow_actions":["delete"]}"#,
    )
    .unwrap();
    assert_eq!(configuration.app_id, APP);
    assert_eq!(configuration.api_key.expose_secret(), "sk_live");
    assert_eq!(configuration.session_length, SessionLength::from_days(1));
    let actions = configuration.allow_actions.unwrap();
    for action in &actions {
        assert_eq!(action, Action::Delete);
    }
}

#[test]
fn everything_goes_between_threads_and_tasks() {
    fn is_plain<T: Clone + Debug + Send + Sync + Unpin + 'static>() {}
    is_plain::<CreateSession>();
    is_plain::<CreateSessionBuilder<Given<AppId>>>();
    is_plain::<SessionBuilder>();
    is_plain::<ActionSet>();
    is_plain::<ApiKey>();
    is_plain::<SessionCreated>();
    is_plain::<SessionToken>();
    is_plain::<SessionUri>();
    is_plain::<Claims>();
    is_plain::<InvalidValue>();
}
