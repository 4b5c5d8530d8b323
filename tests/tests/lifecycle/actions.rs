use vault_sessions::{Action, ActionSet, Session, Settings, SettingsBuilder};

use super::{create, request, vault};

/// Absent, and every subset of the four actions, the empty one among them.
fn every_set() -> impl Iterator<Item = Option<ActionSet>> {
    let subsets = (0..16_u8).map(|bits| {
        let chosen = Action::ALL.iter().copied().enumerate();
        chosen
            .filter(|(index, _)| bits >> index & 1 == 1)
            .map(|(_, action)| action)
            .collect()
    });
    std::iter::once(None).chain(subsets.map(Some))
}

#[test]
fn exactly_the_allowed_actions_pass() {
    let vault = vault();
    for set in every_set() {
        let settings = Settings::builder().maybe(set.clone(), SettingsBuilder::allow_actions);
        let session = Session::builder().settings(settings.build()).build();
        let token = create(&vault, &request(session));
        for &action in Action::ALL {
            let allowed = set.as_ref().is_none_or(|set| set.contains(action));
            let verdict = vault.authorize(&token, action);
            assert_eq!(verdict.is_ok(), allowed, "{action} of {set:?}");
            if let Err(refused) = verdict {
                assert!(refused.is_not_allowed(), "{refused}");
            }
        }
    }
}
