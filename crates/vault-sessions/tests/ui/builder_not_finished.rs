use vault_sessions::{AppId, ConsumerId, ConsumerMetadata, CreateSession, Session, Settings, Theme};

fn request(consumer: ConsumerId) -> CreateSession {
    let session = Session::builder()
        .consumer_metadata(ConsumerMetadata::builder().user_name("Ada"))
        .settings(Settings::builder().show_logs(false))
        .theme(Theme::builder().vault_name("Shop"));
    CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(consumer)
        .session(session)
}

fn main() {
    let _ = request;
}
