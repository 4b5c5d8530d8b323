use proptest::prelude::*;

use super::{
    action, action_set, app_id, color, consumer_id, consumer_metadata, create_session, session,
    session_length, settings, theme, unified_api, url,
};
use crate::{
    request::{ConsumerMetadata, CreateSession, Session, Settings, Theme},
    values::{Action, ActionSet, AppId, Color, ConsumerId, SessionLength, UnifiedApi, Url},
};

/// Makes `any::<T>()` the strategy of the same name.
macro_rules! any {
    ($( $value:ty = $strategy:ident, )*) => {
        $(
            /// Needs the feature `proptest`.
            impl Arbitrary for $value {
                type Parameters = ();
                type Strategy = BoxedStrategy<Self>;

                fn arbitrary_with((): ()) -> Self::Strategy {
                    $strategy().boxed()
                }
            }
        )*
    };
}

any! {
    CreateSession = create_session,
    Session = session,
    Settings = settings,
    Theme = theme,
    ConsumerMetadata = consumer_metadata,
    AppId = app_id,
    ConsumerId = consumer_id,
    SessionLength = session_length,
    Action = action,
    ActionSet = action_set,
    UnifiedApi = unified_api,
    Color = color,
    Url = url,
}
