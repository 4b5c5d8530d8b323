use std::fmt;

use http::Method;
use serde::Deserialize;

use super::{
    caller::RemoteCaller,
    error::{RemoteError, RemoteProblem},
};

/// The version of a release, without what may follow its three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

/// Refuses a mock whose admin API may be another one than this crate's.
pub(super) async fn check(caller: &RemoteCaller) -> Result<Version, RemoteError> {
    let answer = caller.try_call(Method::GET, "/health", None).await?;
    let status = answer.status();
    let health = serde_json::from_slice::<Health>(answer.body()).ok();
    let theirs = health.and_then(|health| Version::read(&health.version));
    match theirs.filter(|_| status.is_success()) {
        None => Err(caller.error(RemoteProblem::NoMock(status))),
        Some(theirs) if theirs.is_compatible(Version::own()) => Ok(theirs),
        Some(theirs) => Err(caller.error(RemoteProblem::Incompatible(theirs))),
    }
}

#[derive(Deserialize)]
struct Health {
    version: String,
}

impl Version {
    /// That of this crate.
    pub(super) fn own() -> Self {
        let own = Self::read(env!("CARGO_PKG_VERSION"));
        own.expect("Cargo checks the version of a crate")
    }

    fn read(text: &str) -> Option<Self> {
        let numbers = text.split(['-', '+']).next()?;
        let mut numbers = numbers.split('.').map(|number| number.parse().ok());
        let version = Self {
            major: numbers.next()??,
            minor: numbers.next()??,
            patch: numbers.next()??,
        };
        numbers.next().is_none().then_some(version)
    }

    /// As Cargo sees it: up to the first number that is not zero, both are the same.
    fn is_compatible(self, other: Self) -> bool {
        let Self {
            major,
            minor,
            patch,
        } = other;
        self.major == major
            && (major > 0 || self.minor == minor)
            && (major > 0 || minor > 0 || self.patch == patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            major,
            minor,
            patch,
        } = self;
        write!(formatter, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_compatible_as_cargo_has_it() {
        for (one, other, is_compatible) in [
            ("0.1.0", "0.1.7", true),
            ("0.1.0", "0.2.0", false),
            ("0.0.1", "0.0.2", false),
            ("1.2.3", "1.9.0", true),
            ("1.2.3", "2.0.0", false),
            ("0.1.0", "1.1.0", false),
            ("0.1.0-rc.1", "0.1.0+build", true),
        ] {
            let (one, other) = (Version::read(one).unwrap(), Version::read(other).unwrap());
            assert_eq!(one.is_compatible(other), is_compatible, "{one} {other}");
            assert_eq!(other.is_compatible(one), is_compatible, "{one} {other}");
        }
    }

    #[test]
    fn is_three_numbers() {
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "a.b.c",
            "1.2.-3",
            "4294967296.0.0",
        ] {
            assert_eq!(Version::read(text), None, "{text}");
        }
    }
}
