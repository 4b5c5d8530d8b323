use std::collections::{HashMap, VecDeque};

/// Pairs of app and consumer whose attempts are counted; beyond it the longest known one is
/// forgotten, and starts again at the first attempt.
const PAIRS: usize = 65_536;

/// How often each consumer of each app has called.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    counts: HashMap<(String, String), u32>,
    /// The pairs in the order of their first calls.
    order: VecDeque<(String, String)>,
}

impl Attempts {
    /// Counts a call; the first one of a consumer is 1.
    pub(super) fn count(&mut self, app: &str, consumer: &str) -> u32 {
        let pair = (app.to_owned(), consumer.to_owned());
        if let Some(count) = self.counts.get_mut(&pair) {
            *count = count.saturating_add(1);
            return *count;
        }
        if self.order.len() == PAIRS {
            let oldest = self.order.pop_front();
            oldest.and_then(|oldest| self.counts.remove(&oldest));
        }
        self.order.push_back(pair.clone());
        self.counts.insert(pair, 1);
        1
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
        assert_eq!(
            (attempts.counts.len(), attempts.order.len()),
            (PAIRS, PAIRS)
        );
        assert_eq!(attempts.count("a", "bc"), 1);
    }
}
