use vault_mock::Vault;

fn main() {
    let _ = Vault::builder().tls("a certificate");
    let _ = Vault::builder().developer_corner(false);
    let _ = Vault::builder().external_images(true);
}
