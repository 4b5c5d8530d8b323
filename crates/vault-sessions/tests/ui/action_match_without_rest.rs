use vault_sessions::Action;

fn label(action: Action) -> &'static str {
    match action {
        Action::Delete => "Delete",
        Action::Disconnect => "Disconnect",
        Action::Reauthorize => "Reauthorize",
        Action::Disable => "Disable",
    }
}

fn main() {
    let _ = label;
}
