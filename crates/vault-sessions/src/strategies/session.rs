use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*};
use serde_json::Value;

use super::{
    json::{custom_consumer_settings, json_value},
    settings::settings,
    shown::{consumer_metadata, theme},
    values::{action_set, app_id, consumer_id, url},
};
use crate::{
    open_object::{BodyObject, Extra},
    request::{CreateSession, Session, Settings},
    values::{ActionSet, UnifiedApi},
};

/// Any request that the service's document allows.
///
/// Needs the feature `proptest`.
pub fn create_session() -> impl Strategy<Value = CreateSession> {
    (app_id(), consumer_id(), session())
        .prop_map(|(app_id, consumer_id, session)| {
            CreateSession::builder()
                .app_id(app_id)
                .consumer_id(consumer_id)
                .session(session)
                .build()
        })
        .boxed()
}

/// Any body that the service's document allows, `{}` included.
///
/// Needs the feature `proptest`.
pub fn session() -> impl Strategy<Value = Session> {
    (
        option::of(consumer_metadata()),
        option::of(url()),
        option::of(settings()),
        option::of(theme()),
        option::of(custom_consumer_settings()),
    )
        .prop_map(
            |(consumer_metadata, redirect_uri, settings, theme, custom_consumer_settings)| {
                Session {
                    consumer_metadata,
                    redirect_uri,
                    settings,
                    theme,
                    custom_consumer_settings,
                    ..Session::default()
                }
            },
        )
        .boxed()
}

/// A body with what this version of the crate has no name for: members, actions, categories.
///
/// Needs the feature `proptest`.
///
/// The types keep all of it; the service's present document does not allow it.
pub fn newer_session() -> impl Strategy<Value = Session> {
    (session(), extra(), newer_settings(), extra(), extra())
        .prop_map(
            |(mut session, of_session, settings, of_theme, of_metadata)| {
                session.extra = as_extra(of_session);
                session.settings = Some(settings);
                if let Some(theme) = &mut session.theme {
                    theme.extra = as_extra(of_theme);
                }
                if let Some(metadata) = &mut session.consumer_metadata {
                    metadata.extra = as_extra(of_metadata);
                }
                session
            },
        )
        .boxed()
}

fn newer_settings() -> impl Strategy<Value = Settings> {
    let apis = collection::vec(unknown().prop_map(UnifiedApi::from), 0..3);
    let actions = (action_set(), collection::vec(unknown(), 0..3));
    (settings(), apis, actions, any::<Option<bool>>(), extra())
        .prop_map(
            |(mut settings, apis, (known, unknown), hide_consumer_card, extra)| {
                settings.unified_apis.get_or_insert_default().extend(apis);
                settings.allow_actions = Some(with_unknown(known, &unknown));
                settings.hide_consumer_card = hide_consumer_card;
                settings.extra = as_extra(extra);
                settings
            },
        )
        .boxed()
}

fn with_unknown(mut actions: ActionSet, unknown: &[String]) -> ActionSet {
    for name in unknown {
        actions.insert_name(name);
    }
    actions
}

fn as_extra<T: BodyObject>(members: BTreeMap<String, Value>) -> Extra<T> {
    let mut extra = Extra::default();
    for (name, value) in members {
        extra.insert(name, value).expect("no member has this name");
    }
    extra
}

fn extra() -> impl Strategy<Value = BTreeMap<String, Value>> {
    collection::btree_map(unknown(), json_value(), 0..3).boxed()
}

/// A name that is not in the document, where no member begins with a capital or a sign.
fn unknown() -> impl Strategy<Value = String> {
    "[A-Z\"\\\\\u{1}-\u{1F}é\u{200F}][a-z_\"]{0,12}".boxed()
}
