use std::time::Duration;

use proptest::prelude::*;
use vault_sessions::{Action, Session, SessionLength, Settings};

use super::{create, request, strategies, vault};

proptest! {
    #[test]
    fn a_session_lives_as_long_as_it_asked_for(request in strategies::create_session()) {
        let asked = request.session().settings.as_ref().and_then(|settings| settings.session_length);
        let claims = create(&vault(), &request).claims().unwrap();
        prop_assert_eq!(claims.lifetime(), asked.unwrap_or_default().as_duration());
    }

    #[test]
    fn a_token_is_good_before_its_expiry_and_refused_from_it_on(
        (length, near) in strategies::session_length()
            .prop_flat_map(|length| (Just(length), offset(length)))
    ) {
        let vault = vault();
        let settings = Settings::builder().session_length(length).build();
        let token = create(&vault, &request(Session::builder().settings(settings).build()));
        let expires_at = token.claims().unwrap().expires_at();

        vault.clock().advance(near);
        let verdict = vault.authorize(&token, Action::Disable);
        if vault.clock().now() < expires_at {
            prop_assert!(verdict.is_ok());
        } else {
            let refused = verdict.unwrap_err();
            prop_assert!(refused.is_expired(), "{}", refused);
            let ago = vault.clock().now().duration_since(expires_at).unwrap();
            prop_assert_eq!(refused.expired_since(), Some(ago));
        }
    }
}

/// Time since the session began: anywhere in its life and after it, the border most of all.
fn offset(length: SessionLength) -> impl Strategy<Value = Duration> {
    let end = length.as_duration();
    let tick = Duration::from_nanos(1);
    let second = Duration::from_secs(1);
    prop_oneof![
        prop::sample::select(vec![
            Duration::ZERO,
            end.saturating_sub(second),
            end.saturating_sub(tick),
            end,
            end + tick,
            end + second,
        ]),
        (0..2 * end.as_secs()).prop_map(Duration::from_secs),
    ]
}
