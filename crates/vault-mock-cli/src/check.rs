use super::{announcement::Announcement, arguments::Serve};

/// Does everything that `serve` does before it listens.
pub(crate) fn check(arguments: Serve) -> Result<String, String> {
    let file = arguments.config.clone();
    let mut options = arguments.resolve()?;
    drop(options.builder(&mut Announcement::default())?);
    drop(options.tls()?);
    Ok(match file {
        Some(path) => format!("{}: ok", path.display()),
        None => "ok".to_owned(),
    })
}
