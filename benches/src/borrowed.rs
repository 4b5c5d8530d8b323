//! The body as unchecked texts that borrow from the input: the least that a parser can do.

#![expect(dead_code, reason = "the fields are there to be read into")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The whole body.
#[derive(Debug, Deserialize)]
pub struct Session<'a> {
    #[serde(borrow)]
    consumer_metadata: Option<Metadata<'a>>,
    redirect_uri: Option<&'a str>,
    #[serde(borrow)]
    settings: Option<Settings<'a>>,
    #[serde(borrow)]
    theme: Option<Theme<'a>>,
    custom_consumer_settings: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    account_name: Option<&'a str>,
    user_name: Option<&'a str>,
    email: Option<&'a str>,
    image: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the API's members")]
struct Settings<'a> {
    #[serde(borrow)]
    unified_apis: Option<Vec<&'a str>>,
    hide_resource_settings: Option<bool>,
    sandbox_mode: Option<bool>,
    isolation_mode: Option<bool>,
    session_length: Option<&'a str>,
    show_logs: Option<bool>,
    show_suggestions: Option<bool>,
    show_sidebar: Option<bool>,
    auto_redirect: Option<bool>,
    hide_guides: Option<bool>,
    #[serde(borrow)]
    allow_actions: Option<Vec<&'a str>>,
}

#[derive(Debug, Deserialize)]
struct Theme<'a> {
    favicon: Option<&'a str>,
    logo: Option<&'a str>,
    primary_color: Option<&'a str>,
    sidepanel_background_color: Option<&'a str>,
    sidepanel_text_color: Option<&'a str>,
    vault_name: Option<&'a str>,
    privacy_url: Option<&'a str>,
    terms_url: Option<&'a str>,
}
