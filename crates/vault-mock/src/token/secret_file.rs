use std::{
    error::Error,
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::secret::Secret;

/// Bytes of the largest file that is taken for a secret.
const LIMIT: usize = 64 * 1024;

impl Secret {
    /// Reads a secret from a file, so that replicas share it.
    ///
    /// One line break at the end of the file is not part of the secret, nor is a byte order mark at
    /// its beginning, which some editors write. All other bytes are, whether they are text or not.
    ///
    /// # Errors
    ///
    /// The file does not exist, cannot be read, is empty, or is larger than 64 KiB.
    /// [`SecretFileError`] names it and says what to do.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SecretFileError> {
        let path = path.as_ref();
        read(path).map_err(|problem| SecretFileError {
            path: path.to_owned(),
            problem,
        })
    }
}

fn read(path: &Path) -> Result<Secret, Problem> {
    let file = File::open(path).map_err(Problem::Io)?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Problem::Io(io::ErrorKind::IsADirectory.into()));
    }
    // Room for one byte too many, and never moved: what is left behind would not be wiped.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    let mut limited = file.take(LIMIT as u64 + 1);
    limited.read_to_end(&mut bytes).map_err(Problem::Io)?;
    if bytes.len() > LIMIT {
        return Err(Problem::TooLarge);
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    Secret::new(text).map_err(|_| Problem::Empty)
}

/// Why no secret could be read from a file. The text never quotes the file's contents.
#[derive(Debug)]
pub struct SecretFileError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Io(io::Error),
    Empty,
    TooLarge,
}

impl SecretFileError {
    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for SecretFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(formatter, "no secret in {path}: ")?;
        match &self.problem {
            Problem::Empty => formatter.write_str("it is empty; write at least one byte"),
            Problem::TooLarge => formatter
                .write_str("it is larger than 64 KiB; give the file that holds only the secret"),
            Problem::Io(error) => match error.kind() {
                io::ErrorKind::NotFound => write!(
                    formatter,
                    "there is no such file; make one with `openssl rand -hex 32 > {path}`"
                ),
                io::ErrorKind::PermissionDenied => write!(
                    formatter,
                    "it may not be read; let the user that runs the mock read it, such as by \
                     `chmod u+r {path}` as its owner"
                ),
                io::ErrorKind::IsADirectory => {
                    formatter.write_str("it is a directory; give a file inside of it")
                }
                _ => formatter.write_str("it cannot be read"),
            },
        }
    }
}

impl Error for SecretFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Io(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    /// A file of its own for each test, gone afterwards.
    struct Scratch(PathBuf);

    impl Scratch {
        fn with(name: &str, content: &[u8]) -> Self {
            let path = env::temp_dir().join(format!("vault-mock-{}-{name}", process::id()));
            fs::write(&path, content).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    #[test]
    fn one_line_break_is_not_part_of_the_secret() {
        for (name, content, secret) in [
            ("plain", &b"s"[..], &b"s"[..]),
            ("line", b"s\n", b"s"),
            ("windows", b"s\r\n", b"s"),
            ("two", b" s\n\n", b" s\n"),
            ("mark", b"\xEF\xBB\xBFs\n", b"s"),
            ("bytes", b"\xFF\0\n", b"\xFF\0"),
        ] {
            let file = Scratch::with(name, content);
            let read = Secret::from_file(&file.0).unwrap();
            assert_eq!(read.expose_secret(), secret, "{name}");
        }
    }

    #[test]
    fn errors_name_the_file_and_what_to_do() {
        let empty = Scratch::with("empty", b"\n");
        let large = Scratch::with("large", &vec![b'x'; LIMIT + 1]);
        for (path, expected) in [
            (empty.0.as_path(), "it is empty; write"),
            (&large.0, "larger than 64 KiB; give"),
            (&env::temp_dir(), "it is a directory; give"),
            (Path::new("/no/such/file"), "no such file; make one with"),
        ] {
            let error = Secret::from_file(path).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(expected), "{text}");
            assert!(text.contains(&path.display().to_string()), "{text}");
            assert_eq!(error.path(), path);
        }
        let denied = SecretFileError {
            path: "secret".into(),
            problem: Problem::Io(io::ErrorKind::PermissionDenied.into()),
        };
        assert!(
            denied.to_string().contains("`chmod u+r secret`"),
            "{denied}"
        );
        assert!(denied.source().is_some());
    }
}
