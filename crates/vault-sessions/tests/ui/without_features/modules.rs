use vault_sessions::{strategies::sessions, wire::BaseUri};

fn main() {}
