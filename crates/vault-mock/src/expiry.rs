use std::time::Duration;

/// When exactly a token stops being good.
///
/// RFC 7519 §4.1.4 asks to refuse a token *on or after* `exp`, which is the default. What the real
/// service does on that very second is not documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpiryRule {
    /// Refused from `exp` on.
    #[default]
    Rfc7519,
    /// Good at `exp`, refused from the next instant on; the Hosted Vault page compares like this.
    Inclusive,
    /// Good until this much after `exp`, for clocks that do not agree.
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

#[cfg(test)]
mod tests {
    use super::*;

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
