use std::{fmt, str::FromStr, time::Duration};

use crate::rules::InvalidName;

/// When exactly a token expires.
///
/// RFC 7519 §4.1.4 says to refuse a token *on or after* `exp`, which is the default. What the real
/// service does in that very second is not documented. Text: `rfc7519`, `inclusive`, `leeway=5` in
/// seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpiryRule {
    /// Refused from `exp` on.
    #[default]
    Rfc7519,
    /// Valid at `exp`, refused from the next instant on; the Hosted Vault page compares like this.
    Inclusive,
    /// Valid until this long after `exp`, for clocks that differ.
    Leeway(Duration),
}

impl ExpiryRule {
    /// How long ago a token died, or `None` while it lives; all times since the epoch.
    pub(crate) fn expired_since(self, now: Duration, exp: Duration) -> Option<Duration> {
        let dead = match self {
            Self::Rfc7519 => now >= exp,
            Self::Inclusive => now > exp,
            Self::Leeway(leeway) => now >= exp.saturating_add(leeway),
        };
        dead.then(|| now.saturating_sub(exp))
    }
}

impl fmt::Display for ExpiryRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rfc7519 => formatter.write_str("rfc7519"),
            Self::Inclusive => formatter.write_str("inclusive"),
            Self::Leeway(leeway) => write!(formatter, "leeway={}", leeway.as_secs_f64()),
        }
    }
}

impl FromStr for ExpiryRule {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text {
            "rfc7519" => return Ok(Self::Rfc7519),
            "inclusive" => return Ok(Self::Inclusive),
            _ => {}
        }
        let seconds = text.strip_prefix("leeway=");
        let seconds = seconds.and_then(|seconds| seconds.parse().ok());
        let leeway = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        leeway.map(Self::Leeway).ok_or_else(|| {
            InvalidName::new("expiry rule", text, "rfc7519, inclusive, or leeway=SECONDS")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_a_text() {
        let leeway = |milliseconds| ExpiryRule::Leeway(Duration::from_millis(milliseconds));
        for (rule, text) in [
            (ExpiryRule::Rfc7519, "rfc7519"),
            (ExpiryRule::Inclusive, "inclusive"),
            (leeway(5_000), "leeway=5"),
            (leeway(1_500), "leeway=1.5"),
        ] {
            assert_eq!(rule.to_string(), text);
            assert_eq!(text.parse(), Ok(rule));
        }
        for text in [
            "",
            "leeway",
            "leeway=",
            "leeway=-1",
            "leeway=NaN",
            "leeway=1e99",
        ] {
            let invalid = text.parse::<ExpiryRule>().unwrap_err().to_string();
            assert_eq!(
                invalid,
                format!(
                    "invalid expiry rule `{text}`: write rfc7519, inclusive, or leeway=SECONDS"
                )
            );
        }
    }

    #[test]
    fn the_rules_differ_at_the_border() {
        let exp = Duration::from_secs(100);
        let tick = Duration::from_nanos(1);
        let leeway = ExpiryRule::Leeway(Duration::from_secs(5));
        for (rule, dead) in [
            (ExpiryRule::Rfc7519, exp),
            (ExpiryRule::Inclusive, exp + tick),
            (leeway, Duration::from_secs(105)),
        ] {
            let last_good = dead.saturating_sub(tick);
            assert_eq!(rule.expired_since(last_good, exp), None, "{rule:?}");
            let ago = dead.saturating_sub(exp);
            assert_eq!(rule.expired_since(dead, exp), Some(ago), "{rule:?}");
        }
    }
}
