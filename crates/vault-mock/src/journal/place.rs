use std::collections::BTreeSet;

use vault_sessions::AppId;

use super::ring::Journal;

/// Where the mock of a journal listens, and which apps' requests come there.
#[derive(Default)]
pub(super) struct Place {
    address: String,
    /// These apps have a mock of their own.
    elsewhere: BTreeSet<AppId>,
    /// The app of the tenant whose journal it is.
    only: Option<AppId>,
}

impl Journal {
    pub(crate) fn listens_at(self, address: &str) -> Self {
        address.clone_into(&mut self.place().address);
        self
    }

    pub(crate) fn address(&self) -> String {
        self.place().address.clone()
    }

    /// An app has a mock of its own from now on, with `journal` for its requests.
    pub(crate) fn hand_over(&self, app: &AppId, journal: &Self) {
        self.place().elsewhere.insert(app.clone());
        journal.place().only = Some(app.clone());
        journal.share_memory(self);
    }

    /// An app shares the mock with others again.
    pub(crate) fn take_back(&self, app: &AppId) {
        self.place().elsewhere.remove(app);
    }

    /// Refuses what is about an app that this journal never sees.
    #[track_caller]
    pub(crate) fn assert_sees(&self, app: Option<&AppId>) {
        if let Some(why) = app.and_then(|app| self.never_sees(app.as_str())) {
            panic!("{why}");
        }
    }

    /// Why no request of an app comes here, if none does: what waits for one would wait for ever, and
    /// what forbids one would never fail.
    pub(crate) fn never_sees(&self, app: &str) -> Option<String> {
        let place = self.place();
        if let Some(only) = place.only.as_ref().filter(|only| only.as_str() != app) {
            return Some(format!(
                "this is the mock of app `{only}`, where no request of app `{app}` arrives"
            ));
        }
        place.elsewhere.contains(app).then(|| {
            format!(
                "app `{app}` has a mock of its own, where its requests arrive: use \
                 `vault.tenant(..)`, or over HTTP the header `x-apideck-app-id: {app}`"
            )
        })
    }
}
