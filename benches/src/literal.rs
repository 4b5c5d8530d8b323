//! The parts of a session as plain structs, written as literals: what building can cost at least.
//!
//! The crate's own types are `#[non_exhaustive]`, so that a literal of them cannot be written here.

#![expect(dead_code, reason = "the fields are there to be written")]

use std::collections::BTreeMap;

use serde_json::Value;
use vault_sessions::{Action, ActionSet, Color, SessionLength, UnifiedApi, Url};

use crate::{BLUE, DASHBOARD, ICON, IMAGE, WHITE};

type Extra = BTreeMap<String, Value>;

/// As [`vault_sessions::Session`].
#[derive(Debug)]
pub struct Session {
    consumer_metadata: Option<ConsumerMetadata>,
    redirect_uri: Option<Url>,
    settings: Option<Settings>,
    theme: Option<Theme>,
    custom_consumer_settings: Option<Extra>,
    extra: Extra,
}

/// As [`vault_sessions::ConsumerMetadata`].
#[derive(Debug)]
pub struct ConsumerMetadata {
    account_name: Option<String>,
    user_name: Option<String>,
    email: Option<String>,
    image: Option<Url>,
    extra: Extra,
}

/// As [`vault_sessions::Settings`].
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "the names of the API's members")]
pub struct Settings {
    unified_apis: Option<Vec<UnifiedApi>>,
    hide_resource_settings: Option<bool>,
    sandbox_mode: Option<bool>,
    isolation_mode: Option<bool>,
    session_length: Option<SessionLength>,
    show_logs: Option<bool>,
    show_suggestions: Option<bool>,
    show_sidebar: Option<bool>,
    auto_redirect: Option<bool>,
    hide_guides: Option<bool>,
    allow_actions: Option<ActionSet>,
    hide_consumer_card: Option<bool>,
    extra: Extra,
}

/// As [`vault_sessions::Theme`].
#[derive(Debug)]
pub struct Theme {
    favicon: Option<Url>,
    logo: Option<Url>,
    primary_color: Option<Color>,
    sidepanel_background_color: Option<Color>,
    sidepanel_text_color: Option<Color>,
    vault_name: Option<String>,
    privacy_url: Option<Url>,
    terms_url: Option<Url>,
    extra: Extra,
}

/// What [`built_in_one_chain`](crate::built_in_one_chain) builds.
#[inline(never)]
#[must_use]
pub fn session() -> Session {
    Session {
        consumer_metadata: Some(metadata()),
        redirect_uri: Some(DASHBOARD),
        settings: Some(settings()),
        theme: Some(theme()),
        custom_consumer_settings: None,
        extra: Extra::new(),
    }
}

/// As [`session`], with the parts made first.
#[inline(never)]
#[must_use]
pub fn session_from_parts() -> Session {
    let (metadata, settings, theme) = (metadata(), settings(), theme());
    Session {
        consumer_metadata: Some(metadata),
        redirect_uri: Some(DASHBOARD),
        settings: Some(settings),
        theme: Some(theme),
        custom_consumer_settings: None,
        extra: Extra::new(),
    }
}

/// What [`built_metadata`](crate::built_metadata) builds.
#[expect(clippy::inline_always, reason = "a request is written in one place")]
#[inline(always)]
#[must_use]
pub fn metadata() -> ConsumerMetadata {
    ConsumerMetadata {
        account_name: Some("SpaceX".into()),
        user_name: Some("Elon Musk".into()),
        email: Some("elon@musk.com".into()),
        image: Some(IMAGE),
        extra: Extra::new(),
    }
}

/// What [`built_settings`](crate::built_settings) builds.
#[expect(clippy::inline_always, reason = "a request is written in one place")]
#[inline(always)]
#[must_use]
pub fn settings() -> Settings {
    Settings {
        unified_apis: Some(Vec::from_iter([UnifiedApi::Crm])),
        hide_resource_settings: Some(false),
        sandbox_mode: Some(false),
        isolation_mode: None,
        session_length: Some(const { SessionLength::from_minutes(30) }),
        show_logs: Some(true),
        show_suggestions: None,
        show_sidebar: None,
        auto_redirect: None,
        hide_guides: None,
        allow_actions: Some([Action::Delete].into()),
        hide_consumer_card: None,
        extra: Extra::new(),
    }
}

/// What [`built_theme`](crate::built_theme) builds.
#[expect(clippy::inline_always, reason = "a request is written in one place")]
#[inline(always)]
#[must_use]
pub fn theme() -> Theme {
    Theme {
        favicon: Some(ICON),
        logo: Some(ICON),
        primary_color: Some(BLUE),
        sidepanel_background_color: Some(BLUE),
        sidepanel_text_color: Some(WHITE),
        vault_name: Some("Intercom".into()),
        privacy_url: None,
        terms_url: None,
        extra: Extra::new(),
    }
}
