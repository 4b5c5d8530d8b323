use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// A file that holds the port while the mock listens.
pub(crate) struct PortFile(PathBuf);

impl PortFile {
    /// Removes what an earlier run left, so that nobody takes its port for ours.
    pub(crate) fn claim(path: PathBuf) -> io::Result<Self> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(Self(path)),
        }
    }

    /// Writes the port, in one step: whoever sees the file can read all of it.
    pub(crate) fn write(&self, port: u16) -> io::Result<()> {
        let unfinished = unfinished(&self.0);
        fs::write(&unfinished, format!("{port}\n"))?;
        fs::rename(&unfinished, &self.0)
    }
}

impl Drop for PortFile {
    fn drop(&mut self) {
        // Without the file nobody is misled, and a file that cannot be removed is told by nobody.
        let _ = fs::remove_file(&self.0);
    }
}

/// Beside the file, because only within one file system renaming is one step.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{}", std::process::id()));
    name.into()
}
