//! The type of a value that is made by a conversion: where the compiler cannot infer it, edition 2024
//! falls back to `!`.

use std::error::Error;

use vault_sessions::{CreateSession, Session, Settings, Theme};

fn read(text: &str) -> Result<(), Box<dyn Error>> {
    let _ = CreateSession::builder().app_id(text.try_into()?);
    let _ = Settings::builder().session_length(text.try_into()?);
    let _ = Theme::builder().primary_color(text.try_into()?);
    let _ = Session::builder().redirect_uri(text.try_into()?);
    Ok(())
}

fn main() {
    let _ = read;
}
