//! How the program reads and writes the files that flags name, and how it says that it cannot.

use std::{
    ffi::OsString,
    fmt::Display,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// Bytes of the most that is read: a session token may have more than one MiB.
const LIMIT: u64 = 4 * 1024 * 1024;

/// Says what is wrong with a file, and by which flag it came.
pub(crate) fn problem(flag: &str, path: &Path, why: impl Display) -> String {
    format!("--{flag}: {}: {why}", path.display())
}

/// Reads the whole file that a flag names.
pub(crate) fn read(flag: &str, path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string());
    file.and_then(read_all)
        .map_err(|why| problem(flag, path, why))
}

/// Reads the whole file that a flag names, which is text.
pub(crate) fn read_text(flag: &str, path: &Path) -> Result<String, String> {
    String::from_utf8(read(flag, path)?).map_err(|_| problem(flag, path, "it is not UTF-8"))
}

/// Reads standard input.
pub(crate) fn read_input() -> Result<Vec<u8>, String> {
    read_all(io::stdin()).map_err(|why| format!("standard input: {why}"))
}

fn read_all(from: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = from.take(LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("it is larger than {LIMIT} bytes"));
    }
    Ok(bytes)
}

/// Writes the file that a flag names in one step: whoever sees it can read all of it.
pub(crate) fn write(flag: &str, path: &Path, content: &str) -> Result<File, String> {
    let unfinished = unfinished(path);
    let written = || {
        check_replaceable(path)?;
        let mut file = File::create(&unfinished)?;
        file.write_all(content.as_bytes())?;
        fs::rename(&unfinished, path)?;
        Ok(file)
    };
    written().map_err(|error: io::Error| {
        let _ = fs::remove_file(&unfinished);
        problem(flag, path, error)
    })
}

/// Says why a file could not be written later; what is there stays as it is.
pub(crate) fn check_writable(flag: &str, path: &Path) -> Result<(), String> {
    let unfinished = unfinished(path);
    check_replaceable(path)
        .and_then(|()| fs::write(&unfinished, ""))
        .and_then(|()| fs::remove_file(&unfinished))
        .map_err(|error| problem(flag, path, error))
}

/// Beside the file, because renaming is one step only within one file system.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{}", std::process::id()));
    name.into()
}

/// Refuses what is no file, such as `/dev/null`: renaming would put a file in its place, for everybody.
fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file; name one that may be replaced",
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
        assert!(check_writable("flag", &path).is_err());
        assert!(write("flag", &path, "").is_err());
        assert!(!path.is_file() && path.exists());
        drop(socket);
        fs::remove_file(path).unwrap();
    }
}
