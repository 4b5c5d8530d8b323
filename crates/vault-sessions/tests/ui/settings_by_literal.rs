use vault_sessions::Settings;

fn main() {
    let _ = Settings {
        show_logs: Some(true),
        ..Settings::default()
    };
}
