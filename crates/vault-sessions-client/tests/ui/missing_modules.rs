use vault_sessions_client::{Proxy, blocking::Client};

fn main() {}
