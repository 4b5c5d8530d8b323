use vault_mock::{RemoteVault, Tls, conformance};

fn main() {}
