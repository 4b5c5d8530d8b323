use std::time::{Duration, SystemTime};

use vault_mock::{Matching, Vault, VaultServer, fault::Scope};

fn main() {
    let _ = VaultServer::builder().address("127.0.0.1:8080");
    let _ = VaultServer::builder().address(8080);
    let _ = Vault::builder().api_key("test-key");
    let _ = Vault::builder().app_id("my-app");
    let _ = Vault::builder().secret("shared by all replicas");
    let _ = Vault::builder().public_base("https://vault.test");
    let _ = Vault::builder().api_base("https://api.test");
    let _ = Vault::builder().faults("status=503; times=2, ok");
    let _ = Vault::builder().rate_limit(60);
    let _ = Vault::builder().rate_limit("60/minute");
    let _ = Vault::builder().validation("lenient");
    let _ = Vault::builder().expiry_rule("leeway=2");
    let _ = Vault::builder().schema_fault(422);
    let _ = Vault::builder().clock(SystemTime::now());
    let _ = Vault::builder().default_session_length("30m");
    let _ = Vault::builder().tenant("shop", Vault::builder());
    let _ = Scope::app("shop").and_consumer("account:12345");
    let _ = Matching::sessions().allow_actions(["delete"]);
    let vault = Vault::builder().build();
    vault.add_tenant("shop", Vault::builder());
    vault.rotate_key("the next one", Duration::from_secs(60));
    vault.clock().advance(1800);
}
