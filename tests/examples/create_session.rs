//! The whole story in one command: a typed request, a session, its claims, its end.
//!
//! Runs against an emulator of its own. With `APIDECK_API_KEY`, `APIDECK_APP_ID` and
//! `APIDECK_CONSUMER_ID` set it talks to the real service instead.

use std::{
    env,
    error::Error,
    time::{Duration, SystemTime},
};

use serde::Serialize;
use serde_json::{Value, json};
use vault_mock::VaultServer;
use vault_sessions::{
    Action, ApiKey, AppId, Claims, Color, ConsumerId, ConsumerMetadata, CreateSession,
    InvalidValue, Session, SessionLength, SessionToken, Settings, Theme, UnifiedApi, Url,
};
use vault_sessions_client::{BaseUri, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Some(account) = Account::from_env()? {
        let client = Client::builder().api_key(account.key).build()?;
        create(&client, account.app, account.consumer).await?;
    } else {
        let vault = VaultServer::start().await;
        let client = Client::builder()
            .api_key(vault.api_key().clone())
            .base_uri(BaseUri::new(vault.uri())?)
            .build()?;
        let app = AppId::from_static("dSBdXd2H6Mqwfg0atXHXYcysLJE9qyn1VwBtXHX");
        let consumer = ConsumerId::from_static("test-consumer");
        let token = create(&client, app, consumer).await?;
        watch_it_expire(&vault, &token)?;
    }
    Ok(())
}

/// A real account.
struct Account {
    key: ApiKey,
    app: AppId,
    consumer: ConsumerId,
}

impl Account {
    /// The account that the environment names, if it names all of it.
    fn from_env() -> Result<Option<Self>, InvalidValue> {
        let variables = ["APIDECK_API_KEY", "APIDECK_APP_ID", "APIDECK_CONSUMER_ID"];
        let [Ok(key), Ok(app), Ok(consumer)] = variables.map(env::var) else {
            return Ok(None);
        };
        Ok(Some(Self {
            key: ApiKey::new(key)?,
            app: AppId::new(app)?,
            consumer: ConsumerId::new(consumer)?,
        }))
    }
}

async fn create(
    client: &Client,
    app: AppId,
    consumer: ConsumerId,
) -> Result<SessionToken, Box<dyn Error>> {
    let request = CreateSession::builder()
        .app_id(app)
        .consumer_id(consumer)
        .session(session())
        .build();
    println!("The request: POST {}", CreateSession::PATH);
    println!("  x-apideck-app-id: {}", request.app_id());
    println!("  x-apideck-consumer-id: {}", request.consumer_id());
    println!("{}\n", indented(request.session())?);

    let created = client.create_session(&request).await?;
    let claims = created.token().claims()?;
    println!(
        "The session URI, where the consumer goes next:\n  {}\n",
        shortened(created.uri().expose_secret())
    );
    println!("The claims in its token:\n{}\n", indented(&claims)?);
    println!(
        "It lives for {} s, until {}.",
        claims.lifetime().as_secs(),
        seconds(claims.expires_at())
    );
    Ok(created.token().clone())
}

/// The session of the API's own example.
fn session() -> Session {
    const IMAGE: Url = Url::from_static("https://www.spacex.com/static/images/share.jpg");
    const ICON: Url = Url::from_static("https://res.cloudinary.com/apideck/icons/intercom");
    const BLUE: Color = Color::from_static("#286efa");
    let metadata = ConsumerMetadata::builder()
        .account_name("SpaceX")
        .user_name("Elon Musk")
        .email("elon@musk.com")
        .image(IMAGE);
    let settings = Settings::builder()
        .unified_apis([UnifiedApi::Crm])
        .hide_resource_settings(false)
        .sandbox_mode(false)
        .isolation_mode(false)
        .session_length(const { SessionLength::from_minutes(30) })
        .show_logs(true)
        .show_suggestions(false)
        .show_sidebar(true)
        .auto_redirect(false)
        .hide_guides(false)
        .allow_actions(Action::ALL);
    let theme = Theme::builder()
        .favicon(ICON)
        .logo(ICON)
        .primary_color(BLUE)
        .sidepanel_background_color(BLUE)
        .sidepanel_text_color(const { Color::from_static("#FFFFFF") })
        .vault_name("Intercom")
        .privacy_url(const { Url::from_static("https://compliance.apideck.com/privacy-policy") })
        .terms_url(
            const {
                Url::from_static(
                    "https://www.termsfeed.com/terms-conditions/957c85c1b089ae9e3219c83eff65377e",
                )
            },
        );
    let tax_rates = json!([{ "id": "6", "label": "6%" }, { "id": "21", "label": "21%" }]);
    Session::builder()
        .consumer_metadata(metadata.build())
        .redirect_uri(const { Url::from_static("https://mysaas.com/dashboard") })
        .settings(settings.build())
        .theme(theme.build())
        .custom_consumer_settings([
            ("feature_flag_1".to_owned(), Value::Bool(true)),
            ("tax_rates".to_owned(), tax_rates),
        ])
        .build()
}

/// Asks the emulator what the session may do: at once, in its last second, and when it is over.
fn watch_it_expire(vault: &VaultServer, token: &SessionToken) -> Result<(), Box<dyn Error>> {
    let claims = token.claims()?;
    report(vault, token, &claims);
    let second = Duration::from_secs(1);
    let until_the_last_second = claims.lifetime().saturating_sub(second);
    for step in [until_the_last_second, second] {
        vault.clock().advance(step);
        report(vault, token, &claims);
    }
    Ok(())
}

fn report(vault: &VaultServer, token: &SessionToken, claims: &Claims) {
    let now = vault.clock().now();
    println!(
        "\nAt {}, {} s before its end:",
        seconds(now),
        claims.remaining(now).as_secs()
    );
    for &action in Action::ALL {
        match vault.authorize(token, action) {
            Ok(_) => println!("  {action}: allowed"),
            Err(refused) => println!("  {action}: refused, {refused}"),
        }
    }
}

/// The page, and the first characters of the token: the rest is a secret.
fn shortened(uri: &str) -> String {
    match uri.rsplit_once('/') {
        Some((page, token)) => format!("{page}/{:.20}… ({} characters)", token, token.len()),
        None => "…".to_owned(),
    }
}

fn indented(json: &impl Serialize) -> Result<String, serde_json::Error> {
    let pretty = serde_json::to_string_pretty(json)?;
    Ok(format!("  {}", pretty.replace('\n', "\n  ")))
}

fn seconds(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}
