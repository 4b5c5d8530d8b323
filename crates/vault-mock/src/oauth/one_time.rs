use std::{sync::Mutex, time::SystemTime};

use crate::{recent::Recent, sync, token::random_hex};

/// How many codes are kept; the oldest makes room.
const LIMIT: usize = 10_000;

/// Codes that can be used once, until a time on the mock's clock, each for something.
#[derive(Debug)]
pub(crate) struct OneTime<T>(Mutex<Recent<String, (T, SystemTime)>>);

/// Why a code is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// It was never issued, is used up, or is too old.
    Unknown,
    /// It is for something else, and still good for that.
    NotYours,
}

impl<T> Default for OneTime<T> {
    fn default() -> Self {
        Self(Mutex::new(Recent::with_limit(LIMIT)))
    }
}

impl<T> OneTime<T> {
    /// Makes a code: a random UUID (RFC 9562 §5.4).
    pub(crate) fn issue(&self, what_for: T, expires_at: SystemTime) -> String {
        let code = uuid();
        let mut codes = sync::lock(&self.0);
        codes.get_or_insert_mut(code.clone(), || (what_for, expires_at));
        code
    }

    /// Uses a code up, if it is for this.
    pub(crate) fn take(
        &self,
        code: &str,
        now: SystemTime,
        is_for_this: impl FnOnce(&T) -> bool,
    ) -> Result<T, NotTaken> {
        let mut codes = sync::lock(&self.0);
        match codes.peek(code) {
            None => Err(NotTaken::Unknown),
            Some((_, expires_at)) if now >= *expires_at => {
                codes.remove(code);
                Err(NotTaken::Unknown)
            }
            Some((what_for, _)) if !is_for_this(what_for) => Err(NotTaken::NotYours),
            Some(_) => {
                let taken = codes.remove(code).map(|(what_for, _)| what_for);
                taken.ok_or(NotTaken::Unknown)
            }
        }
    }
}

fn uuid() -> String {
    let digits = random_hex::<16>();
    let variant = match digits.as_bytes()[16] & 3 {
        0 => '8',
        1 => '9',
        2 => 'a',
        _ => 'b',
    };
    format!(
        "{}-{}-4{}-{variant}{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_code_is_good_once_in_time_and_for_one_thing() {
        let codes = OneTime::default();
        let end = UNIX_EPOCH + Duration::from_secs(10);
        let code = codes.issue("this", end);
        let is_this = |what_for: &&str| *what_for == "this";
        let before = end - Duration::from_nanos(1);
        assert_eq!(codes.take("other", before, is_this), Err(NotTaken::Unknown));
        assert_eq!(
            codes.take(&code, before, |_| false),
            Err(NotTaken::NotYours)
        );
        assert_eq!(codes.take(&code, before, is_this), Ok("this"));
        assert_eq!(codes.take(&code, before, is_this), Err(NotTaken::Unknown));
        let late = codes.issue("this", end);
        assert_eq!(codes.take(&late, end, is_this), Err(NotTaken::Unknown));
    }

    #[test]
    fn the_oldest_makes_room() {
        let codes = OneTime::default();
        let first = codes.issue(0, UNIX_EPOCH + Duration::from_secs(1));
        for index in 1..=LIMIT {
            codes.issue(index, UNIX_EPOCH + Duration::from_secs(1));
        }
        assert_eq!(
            codes.take(&first, UNIX_EPOCH, |_| true),
            Err(NotTaken::Unknown)
        );
    }

    #[test]
    fn codes_are_random_uuids() {
        let code = uuid();
        let shape: String = code
            .chars()
            .map(|character| if character == '-' { '-' } else { 'x' })
            .collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&code[14..15], "4");
        assert!("89ab".contains(&code[19..20]));
        assert_ne!(code, uuid());
    }
}
