#![deny(unused_must_use)]

use vault_sessions::{ActionSet, AppId, CreateSession, Settings};

fn main() {
    CreateSession::builder().app_id(const { AppId::from_static("app") });
    Settings::builder().show_logs(true);
    ActionSet::ALL.difference(&ActionSet::NONE);
}
