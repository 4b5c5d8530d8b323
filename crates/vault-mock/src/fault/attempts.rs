use crate::recent::Recent;

/// Pairs of app and consumer whose attempts are counted; beyond it the one that has not called for
/// longest is forgotten, and starts again at the first attempt.
const PAIRS: usize = 65_536;

/// How often each consumer of each app has called.
#[derive(Debug)]
pub(super) struct Attempts(Recent<(String, String), u32>);

impl Default for Attempts {
    fn default() -> Self {
        Self(Recent::with_limit(PAIRS))
    }
}

impl Attempts {
    /// Counts a call; the first one of a consumer is 1.
    pub(super) fn count(&mut self, app: &str, consumer: &str) -> u32 {
        let pair = (app.to_owned(), consumer.to_owned());
        let count = self.0.get_or_insert_mut(pair, || 0);
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_pair_by_itself_and_forgets_the_oldest() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.count("a", "bc"), 1);
        assert_eq!(attempts.count("ab", "c"), 1);
        assert_eq!(attempts.count("a", "bc"), 2);
        for consumer in 0..PAIRS {
            attempts.count("other", &consumer.to_string());
        }
        assert_eq!(attempts.0.len(), PAIRS);
        assert_eq!(attempts.count("a", "bc"), 1);
    }
}
