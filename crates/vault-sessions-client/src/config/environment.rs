use std::{env, ffi::OsString, time::Duration};

use vault_sessions::{ApiKey, wire::BaseUri};

#[cfg(feature = "proxy")]
use super::Proxy;
use super::{ConfigError, ConfigProblem, KeySource};
use crate::{builder::ClientBuilder, transport::BoxError};

/// Gives the value of an environment variable.
pub(crate) type Lookup<'a> = dyn Fn(&'static str) -> Option<OsString> + 'a;

impl ClientBuilder {
    /// Starts a configuration with the settings in environment variables. An empty variable counts as
    /// unset, and every setting can be replaced afterwards.
    ///
    /// | variable | setting |
    /// |---|---|
    /// | `APIDECK_API_KEY` | [`api_key`](Self::api_key) |
    /// | `APIDECK_BASE_URL` | [`base_uri`](Self::base_uri) |
    /// | `APIDECK_CONNECT_TIMEOUT` | [`connect_timeout`](Self::connect_timeout), in seconds, such as `2.5` |
    /// | `APIDECK_ATTEMPT_TIMEOUT` | [`attempt_timeout`](Self::attempt_timeout), in seconds |
    /// | `APIDECK_TOTAL_TIMEOUT` | [`total_timeout`](Self::total_timeout), in seconds |
    /// | `APIDECK_ALLOW_PLAIN_HTTP` | [`allow_plain_http`](Self::allow_plain_http) if `true` or `1`, not if `false` or `0` |
    /// | `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` | `proxy`, with the feature of that name |
    ///
    /// The first is the variable that Apideck's own libraries read; the next five are this crate's.
    ///
    /// # Errors
    ///
    /// A variable is not Unicode, or its value is not valid for its setting. The error names the
    /// variable; it shows the value only where that cannot be a secret: a number, a URL without
    /// credentials, a word such as `yes`.
    /// [`build`](Self::build) checks whether the settings fit together.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(&|name| env::var_os(name))
    }

    fn from_variables(lookup: &Lookup<'_>) -> Result<Self, ConfigError> {
        let mut builder = Self::new();
        let key = read(lookup, ApiKey::VARIABLE, &KEY, ApiKey::new)?;
        builder.key = key.map(KeySource::Fixed);
        let base = read(lookup, "APIDECK_BASE_URL", &BASE, BaseUri::try_from)?;
        builder.base = base.unwrap_or(builder.base);
        let seconds = |name| read(lookup, name, &SECONDS, |text| seconds(&text));
        builder.timeouts.connect = seconds("APIDECK_CONNECT_TIMEOUT")?;
        builder.timeouts.attempt = seconds("APIDECK_ATTEMPT_TIMEOUT")?;
        builder.timeouts.total = seconds("APIDECK_TOTAL_TIMEOUT")?;
        let plain = read(lookup, "APIDECK_ALLOW_PLAIN_HTTP", &SWITCH, |text| {
            yes(&text)
        })?;
        builder.allow_plain_http = plain.unwrap_or_default();
        #[cfg(feature = "proxy")]
        {
            builder.proxy = Proxy::from_variables(lookup)?;
        }
        Ok(builder)
    }
}

/// What a variable should hold, and what is said if it does not.
struct Expected {
    what: &'static str,
    cure: &'static str,
    /// Whether a value is certainly not a secret.
    may_be_shown: fn(&str) -> bool,
}

const KEY: Expected = Expected {
    what: "an API key",
    cure: "use visible ASCII characters without white space, and leave `Bearer` out",
    may_be_shown: |_| false,
};

const BASE: Expected = Expected {
    what: "a base URI",
    cure: "write it like `https://unify.apideck.com`",
    may_be_shown: |text| {
        let base = BaseUri::try_from(text);
        base.is_err_and(|invalid| invalid.text().is_some())
    },
};

const SECONDS: Expected = Expected {
    what: "a number of seconds",
    cure: "write it like `2.5`",
    may_be_shown: is_short_number,
};

/// Whether a text is made as a number is, perhaps with a unit. A letter anywhere else can be of a key.
fn is_short_number(text: &str) -> bool {
    let units = ["ms", "s", "m", "h"];
    let number = units.iter().find_map(|unit| text.strip_suffix(unit));
    let number = number.unwrap_or(text);
    text.len() <= 16
        && number.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".-+e".contains(&byte))
}

const SWITCH: Expected = Expected {
    what: "`true` or `false`",
    cure: "write one of the two",
    may_be_shown: |text| {
        let words = ["true", "false", "yes", "no", "on", "off"];
        words.iter().any(|word| text.eq_ignore_ascii_case(word))
    },
};

const TEXT: Expected = Expected {
    what: "Unicode text",
    cure: "write it in UTF-8",
    may_be_shown: |_| false,
};

impl Expected {
    fn problem(&self, name: &'static str, shown: Option<String>) -> ConfigProblem {
        ConfigProblem::Variable {
            name,
            expected: self.what,
            shown,
            cure: self.cure,
        }
    }
}

/// Reads a variable, if it is set.
fn read<T, E: Into<BoxError>>(
    lookup: &Lookup<'_>,
    name: &'static str,
    expected: &Expected,
    parse: impl FnOnce(String) -> Result<T, E>,
) -> Result<Option<T>, ConfigError> {
    let Some(value) = text(lookup, name)? else {
        return Ok(None);
    };
    let shown = (expected.may_be_shown)(&value).then(|| value.clone());
    parse(value)
        .map(Some)
        .map_err(|cause| ConfigError::with(expected.problem(name, shown), cause))
}

/// The text of a variable, unless it is empty or not set.
pub(super) fn text(lookup: &Lookup<'_>, name: &'static str) -> Result<Option<String>, ConfigError> {
    let Some(value) = lookup(name) else {
        return Ok(None);
    };
    let text = value.into_string().map_err(|_| TEXT.problem(name, None))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn yes(text: &str) -> Result<bool, BoxError> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("neither `true` nor `false`".into()),
    }
}

fn seconds(text: &str) -> Result<Duration, BoxError> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<ClientBuilder, ConfigError> {
        ClientBuilder::from_variables(&|name| {
            let mut matching = variables.iter().filter(|(known, _)| *known == name);
            matching.next().map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn what_is_set_is_taken_and_the_rest_keeps_its_default() {
        let builder = from(&[
            ("APIDECK_API_KEY", "sk_env"),
            ("APIDECK_BASE_URL", "http://127.0.0.1:8080/base"),
            ("APIDECK_CONNECT_TIMEOUT", "0.25"),
            ("APIDECK_ATTEMPT_TIMEOUT", "2"),
            ("APIDECK_TOTAL_TIMEOUT", "7.5"),
        ])
        .unwrap();
        assert_eq!(
            builder.key.as_ref().unwrap().current().expose_secret(),
            "sk_env"
        );
        assert_eq!(builder.base.to_string(), "http://127.0.0.1:8080/base");
        let timeouts = builder.timeouts.check().unwrap();
        assert_eq!(timeouts.connect, Duration::from_millis(250));
        assert_eq!(timeouts.attempt, Duration::from_secs(2));
        assert_eq!(timeouts.total, Duration::from_millis(7500));

        for variables in [
            &[][..],
            &[("APIDECK_API_KEY", ""), ("APIDECK_BASE_URL", "")],
        ] {
            let builder = from(variables).unwrap();
            assert!(builder.key.is_none());
            assert_eq!(builder.base, BaseUri::default());
            assert_eq!(builder.timeouts.check().unwrap().total.as_secs(), 60);
        }
    }

    #[test]
    fn a_bad_value_is_shown_where_it_is_no_secret_and_the_cure_always() {
        for (name, value, expected) in [
            (
                "APIDECK_API_KEY",
                "Bearer a",
                "does not hold an API key; use visible ASCII characters without white space, and \
                 leave `Bearer` out",
            ),
            (
                "APIDECK_BASE_URL",
                "unify.apideck.com",
                "holds `unify.apideck.com`, which is not a base URI; write it like \
                 `https://unify.apideck.com`",
            ),
            (
                "APIDECK_BASE_URL",
                "https://u:p@host",
                "does not hold a base URI; write it like `https://unify.apideck.com`",
            ),
            (
                "APIDECK_CONNECT_TIMEOUT",
                "10s",
                "holds `10s`, which is not a number of seconds; write it like `2.5`",
            ),
            (
                "APIDECK_TOTAL_TIMEOUT",
                "soon",
                "does not hold a number of seconds; write it like `2.5`",
            ),
            (
                "APIDECK_ALLOW_PLAIN_HTTP",
                "yes",
                "holds `yes`, which is not `true` or `false`; write one of the two",
            ),
        ] {
            let error = from(&[(name, value)]).unwrap_err();
            let expected = format!("the environment variable {name} {expected}");
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn of_a_timeout_only_a_number_and_its_unit_are_shown() {
        for (value, is_shown) in [
            ("-1", true),
            ("1e300", true),
            ("+-2.5", true),
            ("1.5.0", true),
            ("500ms", true),
            ("-10s", true),
            ("2m", true),
            ("1h", true),
            ("1 s", false),
            ("2min", false),
            ("1h30m", false),
            ("7f3kQ9secretKey", false),
            ("51abcDEFsecret", false),
            ("-secret", false),
            ("eeee", false),
            ("ms", false),
            ("10\u{a0}s", false),
            ("4929123412341234e", false),
        ] {
            let error = from(&[("APIDECK_TOTAL_TIMEOUT", value)]).unwrap_err();
            let shown = format!("{error} {error:?}");
            let holds = format!("holds `{value}`");
            assert_eq!(shown.contains(&holds), is_shown, "{shown}");
            assert_eq!(
                shown.contains("does not hold a number"),
                !is_shown,
                "{shown}"
            );
        }
    }

    #[test]
    fn a_bad_value_is_refused_by_the_name_of_its_variable() {
        for (name, value) in [
            ("APIDECK_API_KEY", "hush hush"),
            ("APIDECK_API_KEY", "hush\n"),
            ("APIDECK_BASE_URL", "https://hush:hush@host"),
            ("APIDECK_BASE_URL", "hush"),
            ("APIDECK_CONNECT_TIMEOUT", "hush"),
            ("APIDECK_ATTEMPT_TIMEOUT", "-1"),
            ("APIDECK_TOTAL_TIMEOUT", "inf"),
            ("APIDECK_TOTAL_TIMEOUT", "NaN"),
            ("APIDECK_TOTAL_TIMEOUT", "1e300"),
            ("APIDECK_CONNECT_TIMEOUT", "7f3kQ9hushKey"),
            ("APIDECK_ATTEMPT_TIMEOUT", "51hush"),
            ("APIDECK_TOTAL_TIMEOUT", "-hush"),
            ("APIDECK_TOTAL_TIMEOUT", "5hushms"),
            ("APIDECK_ALLOW_PLAIN_HTTP", "hush"),
        ] {
            let error = from(&[(name, value)]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
            assert_eq!(error.variable(), Some(name));
            let shown = format!("{error} {error:?} {}", error.source().unwrap());
            assert!(!shown.contains("hush"), "{shown}");
        }
        let zero = from(&[("APIDECK_API_KEY", "k"), ("APIDECK_TOTAL_TIMEOUT", "0")]).unwrap();
        let error = zero.build().unwrap_err().to_string();
        assert!(error.starts_with("the total timeout is zero"), "{error}");
    }

    #[test]
    fn a_container_can_be_reached_over_plain_http_if_the_environment_says_so() {
        let compose = |allowed| {
            from(&[
                ("APIDECK_API_KEY", "k"),
                ("APIDECK_BASE_URL", "http://vault-mock:8080"),
                ("APIDECK_ALLOW_PLAIN_HTTP", allowed),
            ])
            .unwrap()
            .build()
        };
        assert!(compose("true").is_ok() && compose("1").is_ok());
        for allowed in ["false", "0", ""] {
            assert!(compose(allowed).unwrap_err().is_insecure());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_unicode_is_refused() {
        use std::os::unix::ffi::OsStringExt;

        let lookup = |_| Some(OsString::from_vec(vec![0xFF]));
        let error = ClientBuilder::from_variables(&lookup).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment variable APIDECK_API_KEY does not hold Unicode text; write it in UTF-8"
        );
    }
}
