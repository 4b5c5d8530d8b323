use vault_sessions::{OtherApi, UnifiedApi};

fn main() {
    let _ = UnifiedApi::Other(OtherApi("crm".into()));
}
