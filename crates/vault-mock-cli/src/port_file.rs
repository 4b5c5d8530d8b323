use std::{
    fs::{self, File, Metadata},
    io,
    num::NonZeroU16,
    path::{Path, PathBuf},
};

use super::files;

/// A file that holds the port while the mock listens.
pub(crate) struct PortFile {
    path: PathBuf,
    /// Kept open, so that no other file gets its number.
    written: File,
}

impl PortFile {
    /// Writes the port of a mock that listens.
    pub(crate) fn write(path: PathBuf, port: u16) -> Result<Self, String> {
        let written = files::write("port-file", &path, &format!("{port}\n"))?;
        Ok(Self { path, written })
    }

    /// Whether the file is still the one that was written: another mock may have put its own there.
    fn is_own(&self) -> io::Result<bool> {
        Ok(identity(&self.written.metadata()?) == identity(&fs::metadata(&self.path)?))
    }
}

impl Drop for PortFile {
    fn drop(&mut self) {
        if matches!(self.is_own(), Ok(true)) {
            // If it cannot be removed, nobody is there who could be told.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What tells a file from one that was put in its place.
#[cfg(unix)]
fn identity(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;

    (file.dev(), file.ino())
}

/// What tells a file from one that was put in its place; the standard library knows no number of it.
#[cfg(windows)]
fn identity(file: &Metadata) -> u64 {
    use std::os::windows::fs::MetadataExt;

    file.last_write_time()
}

/// Reads the port of a mock that listens.
pub(crate) fn read(path: &Path) -> Result<u16, String> {
    let text = files::read_text("port-file", path)?;
    let port = text.trim_end().parse::<NonZeroU16>();
    port.map(NonZeroU16::get)
        .map_err(|_| files::problem("port-file", path, "it holds no port"))
}
