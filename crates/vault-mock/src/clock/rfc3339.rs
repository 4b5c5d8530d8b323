use std::time::{Duration, SystemTime};

/// Reads a date and time as RFC 3339 §5.6 writes it, with any offset, from 1970 on.
pub(crate) fn parse_rfc3339(text: &str) -> Option<SystemTime> {
    let text = text.is_ascii().then(|| text.to_ascii_uppercase())?;
    if text.ends_with('Z') {
        return humantime::parse_rfc3339(&text.replacen(' ', "T", 1)).ok();
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (sign, offset) = offset.split_at(1);
    let (hours, minutes) = offset.split_once(':')?;
    let number = |text: &str, end| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| text.parse::<u64>().ok()).flatten();
        number.filter(|number| *number < end)
    };
    let offset = number(hours, 24)? * 3_600 + number(minutes, 60)? * 60;
    // The offset says how far the local time is ahead of UTC.
    let local = parse_rfc3339(&format!("{local}Z"))?;
    let utc = match sign {
        "+" => local.checked_sub(Duration::from_secs(offset))?,
        "-" => local.checked_add(Duration::from_secs(offset))?,
        _ => return None,
    };
    (utc >= SystemTime::UNIX_EPOCH).then_some(utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_standard_is_one_time() {
        for text in [
            "2026-01-01T00:00:00Z",
            "2026-01-01t00:00:00z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00+00:00",
            "2026-01-01T00:00:00-00:00",
            "2026-01-01T02:30:00+02:30",
            "2025-12-31T19:00:00.0-05:00",
        ] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
            assert_eq!(parse_rfc3339(text), Some(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_before_1970_is_none() {
        for text in [
            "",
            "Z",
            "2026",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+0200",
            "2026-01-01T00:00:00+2:000",
            "2026-01-01T00:00:00++2:00",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:00é02:00",
            "1970-01-01T00:00:00+01:00",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
