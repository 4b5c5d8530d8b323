use vault_mock::{Vault, VaultServer};

fn main() {
    let _ = VaultServer::builder().address("127.0.0.1:8080");
    let _ = VaultServer::builder().address(8080);
    let _ = Vault::builder().api_key("test-key");
    let _ = Vault::builder().app_id("my-app");
    let _ = Vault::builder().secret("shared by all replicas");
    let _ = Vault::builder().public_base("https://vault.test");
    let _ = Vault::builder().faults("status=503; times=2, ok");
    let _ = Vault::builder().rate_limit(60);
    let vault = Vault::builder().build();
    vault.clock().advance(1800);
}
