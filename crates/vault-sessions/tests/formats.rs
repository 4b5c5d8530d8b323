//! What is read of JSON is read of other formats too, and by every way in which serde hands it over.

use std::time::{Duration, SystemTime};

use serde::{Serialize, de::DeserializeOwned};
use vault_sessions::Claims;

fn through_cbor<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    ciborium::from_reader(&bytes[..]).unwrap()
}

#[test]
fn times_are_read_of_whichever_number_a_format_has() {
    let claims = |exp: &str| {
        let text =
            format!("consumer_id = 'c'\napplication_id = 'a'\niat = 1700000000\nexp = {exp}");
        toml::from_str::<Claims>(&text)
    };
    for (exp, millis) in [
        ("1700000001", 1_700_000_001_000),
        ("1700000001.5", 1_700_000_001_500),
        ("1.7e9", 1_700_000_000_000),
        ("0", 0),
        ("-0.0", 0),
    ] {
        let claims = claims(exp).unwrap();
        let expiry = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(claims.expires_at(), expiry, "{exp}");
        assert_eq!(through_cbor(&claims), claims, "{exp}");
    }
    for exp in [
        "-1",
        "-0.5",
        "253402300800",
        "nan",
        "inf",
        "'1'",
        "true",
        "[]",
        "{}",
        "1979-05-27",
    ] {
        assert!(claims(exp).is_err(), "{exp}");
    }
    let before = claims("-1").unwrap_err();
    assert!(
        before.to_string().contains("a time before 1970"),
        "{before}"
    );
}
