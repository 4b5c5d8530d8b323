use vault_sessions::CreateSession;

fn main() {
    let _: CreateSession = Default::default();
}
