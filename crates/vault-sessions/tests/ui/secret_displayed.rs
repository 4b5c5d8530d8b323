use vault_sessions::{ApiKey, SessionCreated};

fn log(key: &ApiKey, created: &SessionCreated) {
    println!("{key} {} {}", created.token(), created.uri());
}

fn main() {
    let _ = log;
}
