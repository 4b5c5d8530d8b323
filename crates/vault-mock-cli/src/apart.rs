//! Keeps apart the files that are written and those that another option names: whatever is in one of these
//! would be lost.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    arguments::Serve,
    options::{MockOptions, Tenant},
};

/// A file, and what names it.
pub(crate) struct Named<'a> {
    by: String,
    path: &'a Path,
}

impl<'a> Named<'a> {
    /// Those of some flags that are given.
    pub(crate) fn by_flags<const N: usize>(
        flags: [(&str, &'a Option<PathBuf>); N],
    ) -> impl Iterator<Item = Self> {
        let given = flags.map(|(flag, path)| {
            let by = format!("--{flag}");
            path.as_deref().map(|path| Self { by, path })
        });
        given.into_iter().flatten()
    }

    fn of_a_mock(options: &'a MockOptions) -> impl Iterator<Item = Self> {
        Self::by_flags([
            ("api-key-file", &options.api_key_file),
            ("secret-file", &options.secret.secret_file),
            ("former-secret-file", &options.former_secret_file),
        ])
    }

    /// A tenant's files are named in the configuration alone, whose lines only the tenant knows.
    fn of_a_tenant(tenant: &'a Tenant) -> impl Iterator<Item = Self> {
        Self::of_a_mock(&tenant.options).map(|Self { by, path }| Self {
            by: tenant.origins.tell(&format!("tenant {}: {by}", tenant.app)),
            path,
        })
    }
}

impl Serve {
    /// Refuses to write a file that has another use; `argument` is the configuration that is named without a
    /// flag.
    pub(crate) fn check_apart(&self, argument: Option<&Path>) -> Result<(), String> {
        let server = &self.server;
        let written =
            Named::by_flags([("port-file", &server.port_file), ("ca-out", &server.ca_out)]);
        let config = match argument {
            Some(path) => Some(Named {
                by: "the argument FILE".to_owned(),
                path,
            }),
            None => Named::by_flags([("config", &self.config)]).next(),
        };
        let read = Named::by_flags([
            ("tls-certificate", &server.tls_certificate),
            ("tls-key", &server.tls_key),
            ("admin-token-file", &server.admin_token_file),
        ]);
        let read = read.chain(Named::of_a_mock(&self.mock)).chain(config);
        check(
            written,
            read.chain(self.tenants.iter().flat_map(Named::of_a_tenant)),
        )
    }
}

/// Refuses a file that is written if it is written for something else, too, or read.
pub(crate) fn check<'a>(
    written: impl Iterator<Item = Named<'a>>,
    read: impl Iterator<Item = Named<'a>>,
) -> Result<(), String> {
    let mut written: Vec<_> = written.collect();
    let mut others: Vec<_> = read.collect();
    while let Some(file) = written.pop() {
        if let Some(other) = others.iter().find(|other| is_same(file.path, other.path)) {
            let path = file.path.display();
            return Err(format!(
                "{}: {path}: {} names it, too, and what is in it would be lost; name another file",
                file.by, other.by
            ));
        }
        others.push(file);
    }
    Ok(())
}

/// Whether two paths lead to one file, or would.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((resolved(one), resolved(other)), (Ok(one), Ok(other)) if one == other)
        || is_linked(one, other)
}

/// Where a file is; one that is not there yet is where its folder is.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).or_else(|missing| {
        let name = path.file_name().ok_or(missing)?;
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
        Ok(folder.join(name))
    })
}

/// Whether a file has both names, as with hard links and a folder that is mounted twice.
#[cfg(unix)]
fn is_linked(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let number = |path| fs::metadata(path).map(|file| (file.dev(), file.ino()));
    matches!((number(one), number(other)), (Ok(one), Ok(other)) if one == other)
}

/// Whether a file has both names; the standard library knows no number of it.
#[cfg(not(unix))]
fn is_linked(_: &Path, _: &Path) -> bool {
    false
}
