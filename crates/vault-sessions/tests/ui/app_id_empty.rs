use vault_sessions::AppId;

const APP: AppId = AppId::from_static("");

fn main() {
    let _ = APP;
}
