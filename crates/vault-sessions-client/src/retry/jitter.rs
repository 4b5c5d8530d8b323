use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Random lengths of time. Nobody gains by guessing one, so a small generator will do: `SplitMix64`,
/// whose state is a counter and needs no lock.
pub(super) struct Jitter(AtomicU64);

impl Jitter {
    pub(super) fn new(seed: Option<u64>) -> Self {
        // Keyed at random by the standard library.
        let seed = seed.unwrap_or_else(|| RandomState::new().hash_one(0));
        Self(AtomicU64::new(seed))
    }

    /// A length of time between zero and `ceiling`, each as likely as the next.
    pub(super) fn up_to(&self, ceiling: Duration) -> Duration {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.0.fetch_add(STEP, Ordering::Relaxed);
        let mut mixed = state.wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let nanoseconds = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
        let scaled = (u128::from(nanoseconds) * u128::from(mixed)) >> 64;
        Duration::from_nanos(u64::try_from(scaled).unwrap_or(nanoseconds))
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
            assert!(length < ceiling);
            quarters[usize::try_from(length.as_millis() / 25).unwrap()] += 1;
        }
        assert!(quarters.iter().all(|&count| count > 200), "{quarters:?}");
    }
}
