use std::{
    ffi::OsString,
    fs, io,
    num::NonZeroU16,
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

/// Reads the port of a mock that listens.
pub(crate) fn read(path: &Path) -> Result<u16, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let port = text.trim_end().parse::<NonZeroU16>();
    port.map(NonZeroU16::get)
        .map_err(|_| "it holds no port".to_owned())
}

/// Beside the file, because only within one file system renaming is one step.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{}", std::process::id()));
    name.into()
}
