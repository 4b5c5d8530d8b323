use vault_sessions::{CreateSession, SessionCreated};

fn send(request: &CreateSession, base: &str, key: &str) {
    let _ = request.to_http(base, key);
    let _ = SessionCreated::from_http(200, (), "{}");
}

fn main() {
    let _ = send;
}
