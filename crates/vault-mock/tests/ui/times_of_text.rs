use vault_mock::{Matching, Vault};

fn main() {
    let vault = Vault::builder().build();
    vault.expect(Matching::sessions()).times("2").verify_blocking();
}
