use vault_sessions::{CreateSession, CreateSessionBuilder};

fn finish<A, C>(builder: CreateSessionBuilder<A, C>) -> CreateSession {
    builder.build()
}

fn main() {
    let _ = finish(CreateSession::builder());
}
