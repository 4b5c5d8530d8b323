use std::{
    ffi::OsString,
    fs, io,
    num::NonZeroU16,
    path::{Path, PathBuf},
};

/// A file that holds the port while the mock listens.
pub(crate) struct PortFile {
    path: PathBuf,
    port: u16,
}

impl PortFile {
    /// Writes the port of a mock that listens, in one step: whoever sees the file can read all of it.
    pub(crate) fn write(path: PathBuf, port: u16) -> io::Result<Self> {
        check_replaceable(&path)?;
        let unfinished = unfinished(&path);
        let written = fs::write(&unfinished, format!("{port}\n"));
        if let Err(error) = written.and_then(|()| fs::rename(&unfinished, &path)) {
            let _ = fs::remove_file(&unfinished);
            return Err(error);
        }
        Ok(Self { path, port })
    }

    /// Says why it could not be written later; what is there stays as it is.
    pub(crate) fn check(path: &Path) -> io::Result<()> {
        check_replaceable(path)?;
        check_writable(path)
    }
}

impl Drop for PortFile {
    fn drop(&mut self) {
        // Another mock may have written its own port since.
        if read(&self.path) == Ok(self.port) {
            // If it cannot be removed, nobody is there who could be told.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Reads the port of a mock that listens.
pub(crate) fn read(path: &Path) -> Result<u16, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let port = text.trim_end().parse::<NonZeroU16>();
    port.map(NonZeroU16::get)
        .map_err(|_| "it holds no port".to_owned())
}

/// Beside the file, because renaming is one step only within one file system.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{}", std::process::id()));
    name.into()
}

/// Says why a file could not be written later; what it holds stays as it is.
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let unfinished = unfinished(path);
    fs::write(&unfinished, "")?;
    fs::remove_file(&unfinished)
}

/// Refuses what is no file, such as `/dev/null`: renaming would put a file in its place, for everybody.
fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "there is something that is no file; name one that may be replaced",
        )),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{env, os::unix::net::UnixListener};

    use super::*;

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let path = env::temp_dir().join(format!("vault-mock-no-file-{}", std::process::id()));
        let socket = UnixListener::bind(&path).unwrap();
        assert!(PortFile::check(&path).is_err());
        assert!(PortFile::write(path.clone(), 1).is_err());
        assert!(!path.is_file() && path.exists());
        drop(socket);
        fs::remove_file(path).unwrap();
    }
}
