use std::{sync::Mutex, time::Duration};

use fastrand::Rng;

use crate::sync::lock;

/// Random lengths of time. Nobody gains by guessing one.
pub(super) struct Jitter(Mutex<Rng>);

impl Jitter {
    pub(super) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(Rng::new, Rng::with_seed)))
    }

    /// A length of time between zero and `ceiling`, each as likely as the next.
    pub(super) fn up_to(&self, ceiling: Duration) -> Duration {
        let nanoseconds = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(lock(&self.0).u64(..=nanoseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_the_lengths_and_they_fill_the_range() {
        let ceiling = Duration::from_millis(100);
        let draw = |seed| {
            let jitter = Jitter::new(Some(seed));
            [(); 1000].map(|()| jitter.up_to(ceiling))
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let mut quarters = [0; 4];
        for length in draw(1) {
            assert!(length <= ceiling);
            quarters[usize::try_from(length.as_millis() / 25).unwrap().min(3)] += 1;
        }
        assert!(quarters.iter().all(|&count| count > 200), "{quarters:?}");
    }
}
